/** CREATE TABLE as data: columns with their MySQL types, keys, constraints. */
import type { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import { hintedSnapshot, type TableRef } from '../../../git4data/ast.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import { assigned } from '../typed/assigned.ts';
import { asTruth } from '../typed/operand.ts';
import type { ColumnDeclared } from '../typed/scope.ts';
import { unsupported } from '../typed/sqlText.ts';
import { keptExpression } from '../typed/statement.ts';
import { declaredType } from '../typed/types.ts';
import { closing, findWord, isSymbol, isWord, nameAt, nameList, splitList, syntax } from './sql.ts';
import type { StatementTokens } from './statementTokens.ts';
import type { CheckShape, ColumnShape, Translation } from './translation.ts';

/** Where the condition of a CHECK stands: its first token, the one behind it, and the name that it was given. */
interface CheckPlace {
  readonly at: number;
  readonly end: number;
  readonly name: string | null;
  /** The token behind it and its words. */
  readonly next: number;
}

interface Definitions {
  readonly columns: ColumnShape[];
  key: readonly string[];
  readonly unique: (readonly string[])[];
  readonly checks: CheckPlace[];
  readonly indexes: { name: string | null; columns: readonly string[] }[];
}

/** SQLite keeps constraints and defaults in the file, where functions of ours must not be. */
function keptSql(sql: string, what: string): string {
  // A FLOAT of a constraint is compared as it is kept.
  const plain = sql.replaceAll(/\bdt_single\(("(?:[^"]|"")*")\)/g, '$1');
  if (/\bdt_|\bLIKE\b|\bREGEXP\b/.test(plain))
    throw unsupported(what, say('Only comparisons and arithmetic can be kept in the file.'));
  return plain;
}

/** The CHECK at `at`, with the name before it. */
function checkAt(tokens: readonly Token[], at: number, to: number): CheckPlace {
  const end = closing(tokens, at + 1, to);
  if (isWord(tokens[end + 1], 'NOT') && isWord(tokens[end + 2], 'ENFORCED'))
    throw unsupported('NOT ENFORCED', say('Leave the CHECK out: every CHECK of a table is held here.'));
  return {
    at: at + 2,
    end,
    name: isWord(tokens[at - 2], 'CONSTRAINT') ? nameAt(tokens, at - 1) : null,
    next: isWord(tokens[end + 1], 'ENFORCED') ? end + 2 : end + 1,
  };
}

/** As they are written, with one blank where there is any, or a comment. */
const sourceText = (tokens: readonly Token[]): string =>
  tokens.map(({ start, text }, i) => (i > 0 && start > (tokens[i - 1]?.end ?? 0) ? ` ${text}` : text)).join('');

const checksOf = (
  statement: StatementTokens,
  columns: readonly ColumnDeclared[],
  places: readonly CheckPlace[],
): CheckShape[] =>
  places.map(({ at, end, name }) => {
    const { operand, where } = keptExpression(statement.tokens, at, columns, statement.context);
    const sql = keptSql(asTruth(operand, where), say('This CHECK'));
    return { sql, name, text: sourceText(statement.tokens.slice(at, end)) };
  });

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

function defaultAt(statement: StatementTokens, at: number, type: string): { sql: string; next: number } {
  const { tokens } = statement;
  const token = tokens[at];
  if (isWord(token, ...clockWords)) {
    const next = isSymbol(tokens[at + 1], '(') ? closing(tokens, at + 1, tokens.length) + 1 : at + 1;
    return { sql: clockDefault(type), next };
  }
  const { operand, next, where } = keptExpression(tokens, at, [], statement.context);
  const sql = keptSql(assigned(operand, declaredType(type), where), say('This DEFAULT'));
  return { sql: /^(?:[\w.+-]+|'(?:[^']|'')*'|[xX]'[^']*'|\(.*\))$/s.test(sql) ? sql : `(${sql})`, next };
}

interface ColumnOptions {
  nullable: boolean;
  defaultSql: string | null;
  autoIncrement: boolean;
  isKey: boolean;
  isUnique: boolean;
  readonly checks: CheckPlace[];
}

/** Where an option is read: its first word stands at `at`, the column ends at `to`. */
interface OptionPlace {
  readonly statement: StatementTokens;
  readonly at: number;
  readonly to: number;
  readonly type: string;
}

/** Reads an option into `options` and gives the index behind it. */
type OptionReader = (place: OptionPlace, options: ColumnOptions) => number;

const behindKey = ({ statement, at }: OptionPlace): number =>
  isWord(statement.tokens[at + 1], 'KEY') ? at + 2 : at + 1;
const oneWord: OptionReader = ({ at }) => at + 2;
const refusedOption =
  (what: string, hint: string): OptionReader =>
  () => {
    throw unsupported(say(what), say(hint));
  };

const readKey: OptionReader = (place, options) => {
  options.isKey = true;
  return place.statement.tokens[place.at]?.upper === 'KEY' ? place.at + 1 : behindKey(place);
};

const optionReaders: Readonly<Record<string, OptionReader>> = {
  NOT: ({ statement, at }, options) => {
    if (!isWord(statement.tokens[at + 1], 'NULL')) throw syntax(say('NOT needs NULL here'), statement.tokens[at]);
    options.nullable = false;
    return at + 2;
  },
  NULL: ({ at }, options) => {
    options.nullable = true;
    return at + 1;
  },
  DEFAULT: ({ statement, at, type }, options) => {
    const found = defaultAt(statement, at + 1, type);
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
  CONSTRAINT: ({ statement, at }) => (isWord(statement.tokens[at + 1], 'CHECK') ? at + 1 : at + 2),
  COMMENT: oneWord,
  COLLATE: oneWord,
  CHARSET: oneWord,
  CHARACTER: ({ at }) => at + 3,
  CHECK: ({ statement, at, to }, options) => {
    const check = checkAt(statement.tokens, at, to);
    options.checks.push(check);
    return check.next;
  },
  ON: refusedOption('ON UPDATE', later('Set the column in the UPDATE itself.')),
  REFERENCES: refusedOption('REFERENCES', later('Foreign keys are not kept here: leave them out.')),
  GENERATED: refusedOption(later('A generated column'), later('Compute it in the query.')),
  AS: refusedOption(later('A generated column'), later('Compute it in the query.')),
};

interface ColumnFound {
  readonly column: ColumnShape;
  readonly options: ColumnOptions;
}

export function columnIn(statement: StatementTokens, from: number, to: number): ColumnFound {
  const { tokens } = statement;
  const name = nameAt(tokens, from);
  if (from + 1 >= to) throw syntax(say('the column "{0}" has no type', name), tokens[from]);
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
    if (!read) throw syntax(say('this is not an option of a column'), tokens[at]);
    at = read({ statement, at, to, type }, options);
  }
  const { nullable, defaultSql, autoIncrement, isKey } = options;
  return { column: { name, type, nullable: nullable && !isKey, defaultSql, autoIncrement }, options };
}

/** PRIMARY KEY (…), UNIQUE (…), KEY name (…), CHECK (…); false when the item is a column. */
function constraintIn(statement: StatementTokens, from: number, to: number, into: Definitions): boolean {
  const { tokens } = statement;
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
      into.checks.push(checkAt(tokens, at, to));
      return true;
    case 'FOREIGN':
      throw unsupported(
        'FOREIGN KEY',
        say('Foreign keys are not kept here: take the line out, and the table is made without it.'),
      );
    default:
      throw unsupported(
        `${tokens[at]?.upper ?? ''} INDEX`,
        say('Take the line out: rows are found by LIKE and REGEXP without it, and only slower.'),
      );
  }
}

function definitions(statement: StatementTokens, from: number, to: number): Definitions {
  const into: Definitions = { columns: [], key: [], unique: [], checks: [], indexes: [] };
  for (const [start, end] of splitList(statement.tokens, from, to)) {
    if (constraintIn(statement, start, end, into)) continue;
    const { column, options } = columnIn(statement, start, end);
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
export function definedTable(
  statement: StatementTokens,
  at: number,
): { table: TableRef; name: TableName; next: number } {
  const table = statement.tableAt(at);
  if (!table) throw syntax(say('a table is missing'), statement.tokens[at]);
  return { table, name: statement.nameOf(table), next: statement.behind(table) };
}

/** Skips IF NOT EXISTS or IF EXISTS. */
export function skipIf(tokens: readonly Token[], at: number): { found: boolean; next: number } {
  if (!isWord(tokens[at], 'IF')) return { found: false, next: at };
  return { found: true, next: isWord(tokens[at + 1], 'NOT') ? at + 3 : at + 2 };
}

/** What else a script makes, each with what to do instead. */
const otherObjects: Readonly<Record<string, string>> = {
  VIEW: later('Views are not kept here: write the query where it is needed.'),
  TRIGGER: later('Nothing runs by itself here: change the rows in the statement.'),
  PROCEDURE: later('Nothing is kept to be called here: run its statements.'),
  FUNCTION: later('Nothing is kept to be called here: compute it in the query.'),
  EVENT: later('Nothing runs by itself here.'),
};

/** As far as the kind of what is made stands from CREATE: `DEFINER = …` and its like stand between. */
const headLength = 16;

function otherObject(tokens: readonly Token[]): Failure {
  const at = tokens.slice(0, headLength).findIndex((token) => isWord(token, ...Object.keys(otherObjects)));
  const kind = tokens[at]?.upper ?? '';
  if (at < 0) return unsupported(`CREATE ${tokens[1]?.upper ?? ''}`);
  const { next } = skipIf(tokens, at + 1);
  return unsupported(`CREATE ${kind} ${tokens[next]?.text ?? ''}`, say(otherObjects[kind] ?? ''));
}

export function createTableOf(statement: StatementTokens): Translation {
  const { tokens } = statement;
  if (!isWord(tokens[1], 'TABLE')) throw otherObject(tokens);
  const { found: ifNotExists, next: at } = skipIf(tokens, 2);
  const { name, next } = definedTable(statement, at);
  const made = { table: name, ifNotExists };
  if (isWord(tokens[next], 'LIKE', 'CLONE')) {
    const source = definedTable(statement, next + 1);
    const snapshot = hintedSnapshot(source.table);
    const isClone = isWord(tokens[next], 'CLONE');
    if (isClone && source.table.hint && source.table.hint.kind !== 'snapshot')
      throw unsupported(say('A time in braces'), say("Name a snapshot: {SNAPSHOT = 'name'}."));
    return { kind: 'createTableLike', ...made, like: source.name, snapshot, withRows: isClone };
  }
  const isList = isSymbol(tokens[next], '(') && !isWord(tokens[next + 1], 'SELECT', 'WITH');
  const behind = isList ? closing(tokens, next, tokens.length) + 1 : next;
  const select = findWord(tokens, behind, tokens.length, 'SELECT', 'WITH');
  if (select >= 0 || !isList) {
    if (isList || select < 0)
      throw unsupported(say('Columns together with AS SELECT'), say('Write CREATE TABLE t AS SELECT …'));
    return { kind: 'createTableAs', ...made, query: statement.queryAt(select) };
  }
  refuseTableOptions(tokens, behind);
  const found = definitions(statement, next + 1, behind - 1);
  return { kind: 'createTable', ...made, ...found, checks: checksOf(statement, found.columns, found.checks) };
}
