/** CREATE TABLE and ALTER TABLE as data: columns with their MySQL types, keys, constraints. */
import type { TableName } from '../../../data/table.ts';
import { hintedSnapshot, type TableRef } from '../../../git4data/ast.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import type { Rewriter } from './rewriter.ts';
import { closing, findWord, isSymbol, isWord, nameAt, nameList, splitList, syntax, unsupported } from './sql.ts';
import { titled } from './titles.ts';
import type { AlterAction, ColumnShape, Translation } from './translation.ts';
import { comparedText } from './values.ts';

interface Definitions {
  readonly columns: ColumnShape[];
  key: readonly string[];
  readonly unique: (readonly string[])[];
  readonly checks: string[];
  readonly indexes: { name: string | null; columns: readonly string[] }[];
}

/** SQLite keeps constraints and defaults in the file, where functions of ours must not be. */
function keptSql(sql: string, what: string): string {
  if (/\bdt_|\bLIKE\b|\bREGEXP\b/.test(sql))
    throw unsupported(what, 'Only comparisons and arithmetic can be kept in the file.');
  return sql;
}

/** A type with its size and sign: `DECIMAL(10,2)`, `INT UNSIGNED`, `ENUM('a','b')`. */
function typeAt(tokens: readonly Token[], at: number, to: number): { type: string; next: number } {
  let type = nameAt(tokens, at).toUpperCase();
  let next = at + 1;
  if (isWord(tokens[next], 'PRECISION')) {
    type += ' PRECISION';
    next++;
  }
  if (isSymbol(tokens[next], '(')) {
    const close = closing(tokens, next, to);
    type += `(${tokens
      .slice(next + 1, close)
      .map((token) => (token.kind === 'string' ? `'${tokenValue(token).replaceAll("'", "''")}'` : token.text))
      .join('')})`;
    next = close + 1;
  }
  for (; isWord(tokens[next], 'UNSIGNED', 'SIGNED', 'ZEROFILL'); next++) {
    if (isWord(tokens[next], 'UNSIGNED')) type += ' UNSIGNED';
  }
  return { type, next };
}

/** The clock as a default: SQLite's own functions only. */
function clockDefault(type: string): string {
  const digits = Number(/\((\d)\)/.exec(type)?.[1] ?? 0);
  if (type === 'DATE') return "(date('now', 'localtime'))";
  if (digits === 0) return "(datetime('now', 'localtime'))";
  return `(substr(strftime('%Y-%m-%d %H:%M:%f', 'now', 'localtime') || '000', 1, ${20 + digits}))`;
}

const clockWords = ['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIMESTAMP', 'LOCALTIME', 'CURRENT_DATE'];

function defaultAt(rewriter: Rewriter, at: number, type: string): { sql: string; next: number } {
  const { tokens } = rewriter;
  const token = tokens[at];
  if (isWord(token, ...clockWords)) {
    const next = isSymbol(tokens[at + 1], '(') ? closing(tokens, at + 1, tokens.length) + 1 : at + 1;
    return { sql: clockDefault(type), next };
  }
  if (token?.kind === 'string') return { sql: comparedText(type, tokenValue(token)), next: at + 1 };
  const piece = rewriter.primary(at, tokens.length);
  return { sql: keptSql(piece.sql, 'This DEFAULT'), next: piece.next };
}

interface ColumnOptions {
  nullable: boolean;
  defaultSql: string | null;
  autoIncrement: boolean;
  isKey: boolean;
  isUnique: boolean;
  readonly checks: string[];
}

/** Where an option is read: its first word stands at `at`, the column ends at `to`. */
interface OptionPlace {
  readonly rewriter: Rewriter;
  readonly at: number;
  readonly to: number;
  readonly type: string;
}

/** Reads an option into `options` and gives the index behind it. */
type OptionReader = (place: OptionPlace, options: ColumnOptions) => number;

const behindKey = ({ rewriter, at }: OptionPlace): number => (isWord(rewriter.tokens[at + 1], 'KEY') ? at + 2 : at + 1);
const oneWord: OptionReader = ({ at }) => at + 2;
const refusedOption =
  (what: string, hint: string): OptionReader =>
  () => {
    throw unsupported(what, hint);
  };

const readKey: OptionReader = (place, options) => {
  options.isKey = true;
  return place.rewriter.tokens[place.at]?.upper === 'KEY' ? place.at + 1 : behindKey(place);
};

const optionReaders: Readonly<Record<string, OptionReader>> = {
  NOT: ({ rewriter, at }, options) => {
    if (!isWord(rewriter.tokens[at + 1], 'NULL')) throw syntax('NOT needs NULL here', rewriter.tokens[at]);
    options.nullable = false;
    return at + 2;
  },
  NULL: ({ at }, options) => {
    options.nullable = true;
    return at + 1;
  },
  DEFAULT: ({ rewriter, at, type }, options) => {
    const found = defaultAt(rewriter, at + 1, type);
    options.defaultSql = found.sql === 'NULL' ? null : found.sql;
    return found.next;
  },
  AUTO_INCREMENT: ({ at }, options) => {
    options.autoIncrement = true;
    return at + 1;
  },
  PRIMARY: readKey,
  KEY: readKey,
  UNIQUE: (place, options) => {
    options.isUnique = true;
    return behindKey(place);
  },
  COMMENT: oneWord,
  COLLATE: oneWord,
  CHARSET: oneWord,
  CHARACTER: ({ at }) => at + 3,
  CHECK: ({ rewriter, at, to }, options) => {
    const close = closing(rewriter.tokens, at + 1, to);
    options.checks.push(keptSql(rewriter.range(at + 2, close), 'This CHECK'));
    return close + 1;
  },
  ON: refusedOption('ON UPDATE', 'Set the column in the UPDATE itself.'),
  REFERENCES: refusedOption('REFERENCES', 'Foreign keys are not kept here: leave them out.'),
  GENERATED: refusedOption('A generated column', 'Compute it in the query.'),
  AS: refusedOption('A generated column', 'Compute it in the query.'),
};

interface ColumnFound {
  readonly column: ColumnShape;
  readonly options: ColumnOptions;
}

function columnIn(rewriter: Rewriter, from: number, to: number): ColumnFound {
  const { tokens } = rewriter;
  const name = nameAt(tokens, from);
  if (from + 1 >= to) throw syntax(`the column "${name}" has no type`, tokens[from]);
  const { type, next } = typeAt(tokens, from + 1, to);
  const options: ColumnOptions = {
    nullable: true,
    defaultSql: null,
    autoIncrement: false,
    isKey: false,
    isUnique: false,
    checks: [],
  };
  for (let at = next; at < to; ) {
    const word = tokens[at]?.upper ?? '';
    const read = Object.hasOwn(optionReaders, word) ? optionReaders[word] : undefined;
    if (!read) throw syntax('this is not an option of a column', tokens[at]);
    at = read({ rewriter, at, to, type }, options);
  }
  const { nullable, defaultSql, autoIncrement, isKey } = options;
  return { column: { name, type, nullable: nullable && !isKey, defaultSql, autoIncrement }, options };
}

/** PRIMARY KEY (…), UNIQUE (…), KEY name (…), CHECK (…); false when the item is a column. */
function constraintIn(rewriter: Rewriter, from: number, to: number, into: Definitions): boolean {
  const { tokens } = rewriter;
  let at = from;
  if (isWord(tokens[at], 'CONSTRAINT')) at += isWord(tokens[at + 1], 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN') ? 1 : 2;
  const isConstraint =
    at > from || isWord(tokens[at], 'PRIMARY', 'UNIQUE', 'KEY', 'INDEX', 'CHECK', 'FOREIGN', 'FULLTEXT', 'SPATIAL');
  if (!isConstraint) return false;
  const open = tokens.findIndex((token, i) => i >= at && i < to && isSymbol(token, '('));
  switch (tokens[at]?.upper) {
    case 'PRIMARY':
      into.key = nameList(tokens, open).names;
      return true;
    case 'UNIQUE':
      into.unique.push(nameList(tokens, open).names);
      return true;
    case 'KEY':
    case 'INDEX':
      into.indexes.push({ name: open > at + 1 ? nameAt(tokens, at + 1) : null, columns: nameList(tokens, open).names });
      return true;
    case 'CHECK':
      into.checks.push(keptSql(rewriter.range(at + 2, closing(tokens, at + 1, to)), 'This CHECK'));
      return true;
    case 'FOREIGN':
      throw unsupported('FOREIGN KEY', 'Foreign keys are not kept here: leave them out.');
    default:
      throw unsupported(`${tokens[at]?.upper ?? ''} INDEX`);
  }
}

function definitions(rewriter: Rewriter, from: number, to: number): Definitions {
  const into: Definitions = { columns: [], key: [], unique: [], checks: [], indexes: [] };
  for (const [start, end] of splitList(rewriter.tokens, from, to)) {
    if (constraintIn(rewriter, start, end, into)) continue;
    const { column, options } = columnIn(rewriter, start, end);
    into.columns.push(column);
    into.checks.push(...options.checks);
    if (options.isKey) into.key = [column.name];
    if (options.isUnique) into.unique.push([column.name]);
  }
  return into;
}

function refuseTableOptions(tokens: readonly Token[], from: number): void {
  const bad = findWord(tokens, from, tokens.length, 'PARTITION', 'CLUSTER');
  if (bad >= 0) throw unsupported(`${tokens[bad]?.upper ?? ''} BY`);
}

/** The table named at `at`, and where it ends. */
function definedTable(rewriter: Rewriter, at: number): { table: TableRef; name: TableName; next: number } {
  const table = rewriter.tableAt(at);
  if (!table) throw syntax('a table is missing', rewriter.tokens[at]);
  return { table, name: rewriter.nameOf(table), next: rewriter.behind(table) };
}

/** Skips IF NOT EXISTS or IF EXISTS. */
export function skipIf(tokens: readonly Token[], at: number): { found: boolean; next: number } {
  if (!isWord(tokens[at], 'IF')) return { found: false, next: at };
  return { found: true, next: isWord(tokens[at + 1], 'NOT') ? at + 3 : at + 2 };
}

export function createTableOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  if (!isWord(tokens[1], 'TABLE')) throw unsupported(`CREATE ${tokens[1]?.upper ?? ''}`);
  const { found: ifNotExists, next: at } = skipIf(tokens, 2);
  const { name, next } = definedTable(rewriter, at);
  const made = { table: name, ifNotExists };
  if (isWord(tokens[next], 'LIKE', 'CLONE')) {
    const source = definedTable(rewriter, next + 1);
    const snapshot = hintedSnapshot(source.table);
    const rowsSql = isWord(tokens[next], 'CLONE') ? `SELECT * FROM ${rewriter.tableSource(source.table)}` : null;
    return { kind: 'createTableLike', ...made, like: source.name, snapshot, rowsSql };
  }
  const isList = isSymbol(tokens[next], '(') && !isWord(tokens[next + 1], 'SELECT', 'WITH');
  const behind = isList ? closing(tokens, next, tokens.length) + 1 : next;
  const select = findWord(tokens, behind, tokens.length, 'SELECT', 'WITH');
  if (select >= 0 || !isList) {
    if (isList || select < 0) throw unsupported('Columns together with AS SELECT', 'Write CREATE TABLE t AS SELECT …');
    return { kind: 'createTableAs', ...made, sql: titled(rewriter, select, tokens.length) };
  }
  refuseTableOptions(tokens, behind);
  return { kind: 'createTable', ...made, ...definitions(rewriter, next + 1, behind - 1) };
}

function addAction(rewriter: Rewriter, from: number, to: number): AlterAction[] {
  const { tokens } = rewriter;
  if (isWord(tokens[from], 'PRIMARY', 'UNIQUE', 'INDEX', 'KEY', 'CONSTRAINT', 'CHECK', 'FOREIGN', 'FULLTEXT')) {
    throw unsupported(`ALTER TABLE … ADD ${tokens[from]?.upper ?? ''}`, 'Use CREATE INDEX, or make the table anew.');
  }
  const start = isWord(tokens[from], 'COLUMN') ? from + 1 : from;
  const ranges = isSymbol(tokens[start], '(')
    ? splitList(tokens, start + 1, closing(tokens, start, to))
    : [[start, to] as const];
  return ranges.map(([a, b]) => {
    if (findWord(tokens, a, b, 'AFTER', 'FIRST') >= 0)
      throw unsupported('A place for a new column', 'New columns come last.');
    const { column, options } = columnIn(rewriter, a, b);
    if (options.isKey || options.isUnique || options.checks.length > 0) {
      throw unsupported('A new column with a key or a CHECK', 'Add the plain column.');
    }
    return { action: 'addColumn', column };
  });
}

function alterAction(rewriter: Rewriter, from: number, to: number): AlterAction[] {
  const { tokens } = rewriter;
  const verb = tokens[from]?.upper;
  const at = isWord(tokens[from + 1], 'COLUMN') ? from + 2 : from + 1;
  if (verb === 'ADD') return addAction(rewriter, from + 1, to);
  if (verb === 'DROP' && !isWord(tokens[from + 1], 'PRIMARY', 'INDEX', 'KEY', 'CONSTRAINT', 'FOREIGN', 'CHECK')) {
    return [{ action: 'dropColumn', column: nameAt(tokens, at) }];
  }
  if (verb === 'RENAME' && at === from + 2) {
    if (!isWord(tokens[at + 1], 'TO')) throw syntax('RENAME COLUMN a TO b needs TO', tokens[at + 1]);
    return [{ action: 'renameColumn', column: nameAt(tokens, at), to: nameAt(tokens, at + 2) }];
  }
  if (verb === 'RENAME' && !isWord(tokens[from + 1], 'INDEX', 'KEY')) {
    return [
      { action: 'renameTable', to: tableNameAt(rewriter, isWord(tokens[from + 1], 'TO', 'AS') ? from + 2 : from + 1) },
    ];
  }
  throw unsupported(`ALTER TABLE … ${verb ?? ''}`, 'Columns can be added, dropped and renamed.');
}

/** A table's name where no reference to a table was found. */
function tableNameAt(rewriter: Rewriter, at: number): TableName {
  const { tokens, context } = rewriter;
  if (isSymbol(tokens[at + 1], '.')) return { database: nameAt(tokens, at), table: nameAt(tokens, at + 2) };
  if (context.database === null) throw syntax('no database is chosen: write database.table');
  return { database: context.database, table: nameAt(tokens, at) };
}

export function alterTableOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  if (!isWord(tokens[1], 'TABLE')) throw unsupported(`ALTER ${tokens[1]?.upper ?? ''}`);
  const { name, next } = definedTable(rewriter, 2);
  const actions = splitList(tokens, next, tokens.length).flatMap(([from, to]) => alterAction(rewriter, from, to));
  if (actions.length === 0) throw syntax('ALTER TABLE needs an action');
  return { kind: 'alterTable', table: name, actions };
}

export function renameTableOf(rewriter: Rewriter): Translation {
  const { tokens } = rewriter;
  if (!isWord(tokens[1], 'TABLE')) throw unsupported(`RENAME ${tokens[1]?.upper ?? ''}`);
  const { name, next } = definedTable(rewriter, 2);
  if (!isWord(tokens[next], 'TO')) throw syntax('RENAME TABLE a TO b needs TO', tokens[next]);
  return { kind: 'alterTable', table: name, actions: [{ action: 'renameTable', to: tableNameAt(rewriter, next + 1) }] };
}
