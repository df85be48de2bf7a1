/**
 * Reads one statement in MySQL's words and gives it back for SQLite. `translate(sql, context)` runs nothing and changes
 * nothing; it throws `sql.syntax` for what cannot be read, `sql.unsupported` with the construct's name for what SQLite has no
 * equal of, and what the context throws for unknown tables and snapshots. Parameters (`?`) keep their order.
 * Translated statements call the functions of `functions.ts`: register them on the connection first.
 */
import type { TableRef } from '../../../git4data/ast.ts';
import { parseTokens } from '../../../git4data/parser.ts';
import { type Token, tokenize } from '../../../git4data/lexer.ts';
import { splitStatements } from '../../../git4data/split.ts';
import { branchOf, diffOf } from './branches.ts';
import { alterTableOf, renameTableOf } from './alters.ts';
import { createTableOf, skipIf } from './shapes.ts';
import { describeOf, showOf } from './shows.ts';
import { say } from '../../../base/say.ts';
import type { DialectContext } from '../typed/scope.ts';
import { unsupported } from '../typed/sqlText.ts';
import { typedStatement } from '../typed/statement.ts';
import { findWord, isWord, nameAt, nameList, syntax } from './sql.ts';
import { StatementTokens } from './statementTokens.ts';
import type { Translation } from './translation.ts';

function createOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  if (isWord(tokens[1], 'DATABASE', 'SCHEMA')) {
    const { found, next } = skipIf(tokens, 2);
    return { kind: 'createDatabase', database: nameAt(tokens, next), ifNotExists: found };
  }
  if (isWord(tokens[1], 'INDEX') || (isWord(tokens[1], 'UNIQUE') && isWord(tokens[2], 'INDEX')))
    return createIndexOf(statement);
  return createTableOf(statement);
}

function createIndexOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  const unique = isWord(tokens[1], 'UNIQUE');
  const name = nameAt(tokens, unique ? 3 : 2);
  const on = findWord(tokens, 2, tokens.length, 'ON');
  const table = on < 0 ? undefined : statement.tableAt(on + 1);
  if (!table) throw syntax(say('CREATE INDEX name ON table (columns) needs a table'));
  const columns = nameList(tokens, statement.behind(table)).names;
  return { kind: 'createIndex', table: statement.nameOf(table), name, columns, unique };
}

function dropOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  const { found: ifExists, next } = skipIf(tokens, 2);
  if (isWord(tokens[1], 'DATABASE', 'SCHEMA'))
    return { kind: 'dropDatabase', database: nameAt(tokens, next), ifExists };
  if (isWord(tokens[1], 'INDEX')) {
    const table = isWord(tokens[next + 1], 'ON') ? statement.tableAt(next + 2) : undefined;
    if (!table) throw syntax(say('DROP INDEX name ON table needs a table'));
    return { kind: 'dropIndex', table: statement.nameOf(table), name: nameAt(tokens, next) };
  }
  if (!isWord(tokens[1], 'TABLE')) throw unsupported(`DROP ${tokens[1]?.upper ?? ''}`);
  const tables = tokens.flatMap((_, i) => {
    const table = statement.tableAt(i);
    return table ? [statement.nameOf(table)] : [];
  });
  if (tables.length === 0) throw syntax(say('DROP TABLE needs a table'));
  return { kind: 'dropTable', tables, ifExists };
}

function truncateOf(statement: StatementTokens): Translation {
  const at = isWord(statement.tokens[1], 'TABLE') ? 2 : 1;
  const table = statement.tableAt(at);
  if (!table) throw syntax(say('a table is missing'), statement.tokens[at]);
  return { kind: 'truncate', table: statement.nameOf(table) };
}

function explainOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  if (!isWord(tokens[1], 'SELECT', 'WITH'))
    throw unsupported(say('EXPLAIN of anything but a query'), say('Explain the SELECT.'));
  return { kind: 'query', sql: `EXPLAIN QUERY PLAN ${statement.queryAt(1).sql}`, columns: null };
}

function setOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  if (tokens.some((token) => token.kind === 'variable' && !token.text.startsWith('@@')))
    throw unsupported(say('A variable'), say('Write the value.'));
  return { kind: 'nothing' };
}

const transactions = (): never => {
  throw unsupported(say('A transaction over several statements'), say('Every statement is a transaction of its own.'));
};

const verbs: Readonly<Record<string, (statement: StatementTokens) => Translation>> = {
  CREATE: createOf,
  ALTER: alterTableOf,
  RENAME: renameTableOf,
  DROP: dropOf,
  TRUNCATE: truncateOf,
  USE: ({ tokens }) => ({ kind: 'use', database: nameAt(tokens, 1) }),
  DESCRIBE: describeOf,
  DESC: describeOf,
  SHOW: showOf,
  EXPLAIN: explainOf,
  SET: setOf,
  BEGIN: transactions,
  START: transactions,
  COMMIT: transactions,
  ROLLBACK: transactions,
  SAVEPOINT: transactions,
};

function refuseConditionalComments(sql: string): void {
  if (!sql.includes('/*!')) return;
  const comment = tokenize(sql).find((token) => token.kind === 'comment' && token.text.startsWith('/*!'));
  if (comment) throw unsupported(say('A comment that holds SQL (/*! … */)'), say('Write it without the comment.'));
}

/** Statements that have a tree of their own: they ask for rows, or change some. */
const rowVerbs = new Set(['SELECT', 'WITH', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE', '(']);

function rowStatementOf(tokens: readonly Token[], tables: readonly TableRef[], context: DialectContext): Translation {
  const made = typedStatement(tokens, tables, context);
  return 'columns' in made ? { kind: 'query', ...made } : { kind: 'change', ...made };
}

/**
 * One MySQL statement as SQLite's. What would mean something else here is `sql.unsupported`, what cannot be read is
 * `sql.syntax`.
 */
export function translate(sql: string, context: DialectContext): Translation {
  const [statement, second] = splitStatements(sql);
  if (!statement) throw syntax(say('there is no statement'));
  if (second) throw syntax(say('one statement at a time'), second.tokens[0]);
  refuseConditionalComments(sql);
  const { statement: tree, problems } = parseTokens(statement);
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem) throw syntax(problem.message);
  if (tree.kind === 'branch') return branchOf(statement.tokens, tree.tables, context);
  if (tree.kind === 'diff') return diffOf(tree, statement.tokens, context);
  if (tree.kind === 'pitr') {
    throw unsupported(tree.verb, say('The embedded engine has snapshots: CREATE SNAPSHOT, RESTORE.'));
  }
  if (tree.kind !== 'select' && tree.kind !== 'other' && tree.kind !== 'clone') {
    throw unsupported(say('A git-for-data statement within a query'), say('Run it as a statement of its own.'));
  }
  const { tokens } = statement;
  const first = tokens[0] as Token;
  if (rowVerbs.has(first.upper)) return rowStatementOf(tokens, tree.tables, context);
  const verb = first.kind === 'word' && Object.hasOwn(verbs, first.upper) ? verbs[first.upper] : undefined;
  if (!verb) throw unsupported(first.upper);
  return verb(new StatementTokens(tokens, tree.tables, context));
}
