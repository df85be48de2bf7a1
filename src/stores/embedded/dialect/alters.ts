/** ALTER TABLE and RENAME TABLE as data; what a table cannot be changed in is refused with what to do instead. */
import { later, say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import type { Token } from '../../../git4data/lexer.ts';
import { unsupported } from '../typed/sqlText.ts';
import { columnIn, definedTable } from './shapes.ts';
import { closing, findWord, isSymbol, isWord, nameAt, splitList, syntax } from './sql.ts';
import type { StatementTokens } from './statementTokens.ts';
import type { AlterAction, Translation } from './translation.ts';

const declaredHint = later(
  'It is declared with the table: make a new one as it is to be, and take the rows over with INSERT … SELECT.',
);
const noForeignKeys = later('Foreign keys are not kept here: leave them out.');
const addHints: Readonly<Record<string, string>> = {
  INDEX: later('Write CREATE INDEX name ON table (columns).'),
  KEY: later('Write CREATE INDEX name ON table (columns).'),
  UNIQUE: later('Write CREATE UNIQUE INDEX name ON table (columns).'),
  'FOREIGN KEY': noForeignKeys,
  FULLTEXT: later('Leave it out: rows are found by LIKE and REGEXP without it, and only slower.'),
  SPATIAL: later('Leave it out: rows are found without it, and only slower.'),
};
const dropHints: Readonly<Record<string, string>> = {
  INDEX: later('Write DROP INDEX name ON table.'),
  KEY: later('Write DROP INDEX name ON table.'),
  'FOREIGN KEY': noForeignKeys,
};
const constraintWords = ['PRIMARY', 'UNIQUE', 'INDEX', 'KEY', 'CHECK', 'FOREIGN', 'FULLTEXT', 'SPATIAL'];

/** Which constraint or index is named at `at`, behind `CONSTRAINT name` where that stands; null for a column. */
function constraintWord(tokens: readonly Token[], at: number): string | null {
  if (!isWord(tokens[at], 'CONSTRAINT', ...constraintWords)) return null;
  const found = tokens.slice(at, at + 3).find((token) => isWord(token, ...constraintWords));
  const word = found?.upper ?? 'CONSTRAINT';
  return word === 'PRIMARY' || word === 'FOREIGN' ? `${word} KEY` : word;
}

function addAction(statement: StatementTokens, from: number, to: number): AlterAction[] {
  const { tokens } = statement;
  const constraint = constraintWord(tokens, from);
  if (constraint !== null)
    throw unsupported(`ALTER TABLE … ADD ${constraint}`, say(addHints[constraint] ?? declaredHint));
  const start = isWord(tokens[from], 'COLUMN') ? from + 1 : from;
  const ranges = isSymbol(tokens[start], '(')
    ? splitList(tokens, start + 1, closing(tokens, start, to))
    : [[start, to] as const];
  return ranges.map(([a, b]) => {
    if (findWord(tokens, a, b, 'AFTER', 'FIRST') >= 0)
      throw unsupported(say('A place for a new column'), say('New columns come last.'));
    const { column, options } = columnIn(statement, a, b);
    if (options.isKey || options.isUnique || options.checks.length > 0) {
      throw unsupported(say('A new column with a key or a CHECK'), say('Add the plain column.'));
    }
    return { action: 'addColumn', column };
  });
}

function alterAction(statement: StatementTokens, from: number, to: number): AlterAction[] {
  const { tokens } = statement;
  const verb = tokens[from]?.upper;
  const at = isWord(tokens[from + 1], 'COLUMN') ? from + 2 : from + 1;
  if (verb === 'ADD') return addAction(statement, from + 1, to);
  if (verb === 'DROP') {
    const word = isWord(tokens[from + 1], 'CONSTRAINT') ? 'CONSTRAINT' : constraintWord(tokens, from + 1);
    if (word !== null) throw unsupported(`ALTER TABLE … DROP ${word}`, say(dropHints[word] ?? declaredHint));
    return [{ action: 'dropColumn', column: nameAt(tokens, at) }];
  }
  if (verb === 'RENAME' && at === from + 2) {
    if (!isWord(tokens[at + 1], 'TO')) throw syntax(say('RENAME COLUMN a TO b needs TO'), tokens[at + 1]);
    return [{ action: 'renameColumn', column: nameAt(tokens, at), to: nameAt(tokens, at + 2) }];
  }
  if (verb === 'RENAME' && !isWord(tokens[from + 1], 'INDEX', 'KEY')) {
    return [
      { action: 'renameTable', to: tableNameAt(statement, isWord(tokens[from + 1], 'TO', 'AS') ? from + 2 : from + 1) },
    ];
  }
  throw unsupported(`ALTER TABLE … ${verb ?? ''}`, say('Columns can be added, dropped and renamed.'));
}

/** A table's name where no reference to a table was found. */
function tableNameAt(statement: StatementTokens, at: number): TableName {
  const { tokens, context } = statement;
  if (isSymbol(tokens[at + 1], '.')) return { database: nameAt(tokens, at), table: nameAt(tokens, at + 2) };
  if (context.database === null) throw syntax(say('no database is chosen: write database.table'));
  return { database: context.database, table: nameAt(tokens, at) };
}

export function alterTableOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  if (!isWord(tokens[1], 'TABLE')) throw unsupported(`ALTER ${tokens[1]?.upper ?? ''}`);
  const { name, next } = definedTable(statement, 2);
  const actions = splitList(tokens, next, tokens.length).flatMap(([from, to]) => alterAction(statement, from, to));
  if (actions.length === 0) throw syntax(say('ALTER TABLE needs an action'));
  return { kind: 'alterTable', table: name, actions };
}

export function renameTableOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  if (!isWord(tokens[1], 'TABLE')) throw unsupported(`RENAME ${tokens[1]?.upper ?? ''}`);
  const { name, next } = definedTable(statement, 2);
  if (!isWord(tokens[next], 'TO')) throw syntax(say('RENAME TABLE a TO b needs TO'), tokens[next]);
  return {
    kind: 'alterTable',
    table: name,
    actions: [{ action: 'renameTable', to: tableNameAt(statement, next + 1) }],
  };
}
