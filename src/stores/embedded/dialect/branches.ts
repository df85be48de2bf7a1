/** Branch statements and DIFF as what the store has to do. */
import { say } from '../../../base/say.ts';
import { type BranchCommand, type PickedKeys, readBranchCommand } from '../../../git4data/branches/command.ts';
import {
  type Diff,
  hintedSnapshot,
  type Hint,
  type Name,
  snapshotNameOf,
  type TableRef,
} from '../../../git4data/ast.ts';
import type { Token } from '../../../git4data/lexer.ts';
import type { DialectContext } from '../typed/scope.ts';
import { unsupported } from '../typed/sqlText.ts';
import { typedExpression, typedQuery } from '../typed/statement.ts';
import { closing, isSymbol, splitList, syntax } from './sql.ts';
import { StatementTokens } from './statementTokens.ts';
import type { PickedKeysTyped, TableAt, Translation } from './translation.ts';

/** A snapshot where one is named; a time is refused. */
function snapshotOf(hint: Hint | null): string | null {
  if (hint === null) return null;
  if (hint.kind !== 'snapshot') throw unsupported(say('A version by time'), say("Name a snapshot: {SNAPSHOT = '…'}."));
  return snapshotNameOf(hint.value);
}

function tableAt(statement: StatementTokens, ref: TableRef): TableAt {
  const snapshot = snapshotOf(ref.hint);
  const written = ref.database === null ? ref.table.text : `${ref.database.text}.${ref.table.text}`;
  const hint = snapshot === null ? '' : `{snapshot = '${snapshot}'}`;
  return { table: statement.nameOf(ref), snapshot, title: `${written.toLowerCase()}${hint}` };
}

/** The table that is written to, which can only be the one of now. */
function tableNow(statement: StatementTokens, ref: TableRef): TableAt['table'] {
  if (ref.hint !== null)
    throw unsupported(
      say('A version of a table that is changed'),
      say('Leave the braces out: what is changed is the table of now.'),
    );
  return statement.nameOf(ref);
}

function refuseAccount(account: Name | null): void {
  if (account) throw unsupported('TO ACCOUNT', say('There are no accounts here.'));
}

function create(statement: StatementTokens, command: BranchCommand & { verb: 'create' }): Translation {
  refuseAccount(command.account);
  if (command.level === 'database') {
    const { branch, source, hint } = command;
    return { kind: 'createDatabaseBranch', branch: branch.text, of: source.text, snapshot: snapshotOf(hint) };
  }
  const { table: of, snapshot } = tableAt(statement, command.source);
  return { kind: 'createBranch', branch: tableNow(statement, command.branch), of, snapshot };
}

/** One key: a value, or as many in parentheses as the key has columns. */
function keyAt(statement: StatementTokens, [from, to]: readonly [number, number]) {
  const { tokens, context } = statement;
  const isTuple = isSymbol(tokens[from], '(') && closing(tokens, from, to) === to - 1;
  return splitList(tokens, isTuple ? from + 1 : from, isTuple ? to - 1 : to).map(([start, end]) => {
    const { operand, next } = typedExpression(tokens, start, [], context);
    if (next !== end) throw syntax(say('a key is a value, or values in parentheses'), tokens[next]);
    return operand;
  });
}

function keysOf(statement: StatementTokens, tables: readonly TableRef[], keys: PickedKeys): PickedKeysTyped {
  const { tokens, context } = statement;
  if (keys.kind === 'list') return { kind: 'list', items: keys.items.map((item) => keyAt(statement, item)) };
  return { kind: 'query', query: typedQuery(tokens.slice(0, keys.to), tables, context, keys.from) };
}

function commandOf(statement: StatementTokens, tables: readonly TableRef[], command: BranchCommand): Translation {
  switch (command.verb) {
    case 'create':
      return create(statement, command);
    case 'delete':
      return command.level === 'database'
        ? { kind: 'deleteDatabaseBranch', database: command.branch.text }
        : { kind: 'deleteBranch', branch: tableNow(statement, command.branch) };
    case 'merge': {
      const { source, target, conflict: rule } = command;
      return { kind: 'mergeBranch', source: tableAt(statement, source), into: tableNow(statement, target), rule };
    }
    case 'pick': {
      const { source, target, conflict: rule, between, keys } = command;
      const from = tableAt(statement, source);
      if (between && from.snapshot !== null)
        throw unsupported(say('A snapshot of the source beside BETWEEN SNAPSHOT'), say('Leave the braces out.'));
      return {
        kind: 'pickBranch',
        source: from,
        into: tableNow(statement, target),
        rule,
        between: between && { from: snapshotNameOf(between.from), to: snapshotNameOf(between.to) },
        keys: keys && keysOf(statement, tables, keys),
      };
    }
  }
}

/** DATA BRANCH CREATE, DELETE, MERGE, PICK. `sql.syntax`, `sql.unsupported`. */
export function branchOf(tokens: readonly Token[], tables: readonly TableRef[], context: DialectContext): Translation {
  const read = readBranchCommand(tokens);
  if ('problem' in read) throw syntax(read.problem.message);
  return commandOf(new StatementTokens(tokens, tables, context), tables, read.command);
}

/** DATA BRANCH DIFF of any two versions, and with any output. */
export function diffOf(diff: Diff, tokens: readonly Token[], context: DialectContext): Translation {
  const statement = new StatementTokens(tokens, [], context);
  const { output, columns } = diff;
  if (columns && output.form === 'file')
    throw unsupported(say('COLUMNS with OUTPUT FILE'), say('The file holds whole rows: leave the columns out.'));
  if (output.form === 'as' && hintedSnapshot(output.table) !== null)
    throw unsupported(say('A version of a table that is made'), say('Leave the braces out.'));
  return {
    kind: 'branchDiff',
    target: tableAt(statement, diff.target),
    base: tableAt(statement, diff.base),
    columns: columns && columns.map(({ text }) => text),
    output: output.form === 'as' ? { form: 'as', table: statement.nameOf(output.table) } : output,
  };
}
