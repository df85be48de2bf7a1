/** INSERT, REPLACE, UPDATE and DELETE as SQLite has them, values brought to the form of their columns. */
import type { TableRef } from '../../../git4data/ast.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import type { Rewriter } from './rewriter.ts';
import {
  closing,
  findWord,
  isNameToken,
  isSymbol,
  isWord,
  nameAt,
  nameList,
  splitList,
  sqlName,
  syntax,
  unsupported,
} from './sql.ts';
import type { ChangeTranslation } from './translation.ts';
import { assigned, isConverted } from './values.ts';

/** The table that is written to; a hint there would be read as a wish to change the past. */
function writtenTable(rewriter: Rewriter, index: number): TableRef {
  const table = rewriter.tableAt(index);
  if (!table) throw syntax('a table is missing', rewriter.tokens[index]);
  if (table.hint)
    throw unsupported(
      'Writing to a table at a snapshot',
      'Only the live table can be written to: leave the braces out.',
    );
  return table;
}

const target = (rewriter: Rewriter, table: TableRef): string =>
  `${rewriter.context.target(rewriter.nameOf(table))} AS ${sqlName(table.alias?.text ?? table.table.text)}`;

type Types = ReadonlyMap<string, string>;

function typesOf(rewriter: Rewriter, table: TableRef): { names: readonly string[] | null; types: Types } {
  const columns = rewriter.context.columns(rewriter.nameOf(table), null);
  return {
    names: columns?.map((column) => column.name) ?? null,
    types: new Map(columns?.map(({ name, type }) => [name.toLowerCase(), type]) ?? []),
  };
}

interface Assignment {
  /** What stands before the column, as in `t.a = 1`; lower case. */
  readonly qualifier: string | null;
  readonly column: string;
  readonly from: number;
  readonly to: number;
}

function assignmentsOf(tokens: readonly Token[], from: number, to: number): Assignment[] {
  return splitList(tokens, from, to).map(([start, end]) => {
    let equals = start;
    while (equals < end && !isSymbol(tokens[equals], '=')) equals++;
    const column = tokens[equals - 1];
    const qualifier = tokens[equals - 3];
    if (equals >= end - 1 || !isNameToken(column)) throw syntax('an assignment is column = value', tokens[start]);
    const isQualified = equals - start >= 3 && isNameToken(qualifier);
    return {
      qualifier: isQualified ? tokenValue(qualifier).toLowerCase() : null,
      column: tokenValue(column),
      from: equals + 1,
      to: end,
    };
  });
}

const assignedSql = (rewriter: Rewriter, types: Types, { column, from, to }: Assignment): string =>
  `${sqlName(column)} = ${assigned(types.get(column.toLowerCase()) ?? '', rewriter.range(from, to))}`;

/** `VALUES (…) AS new ON DUPLICATE …`: where the alias of the new row stands; -1 for none. */
function newRowAlias(tokens: readonly Token[], from: number, to: number): number {
  if (!isWord(tokens[from], 'VALUES', 'VALUE')) return -1;
  return findWord(tokens, from, to, 'AS');
}

interface InsertBody {
  readonly columns: readonly string[] | null;
  readonly sql: string;
  readonly isQuery: boolean;
}

/** What is inserted: VALUES, a query, or SET a = 1. */
function insertBody(rewriter: Rewriter, columns: readonly string[] | null, from: number, to: number): InsertBody {
  const { tokens } = rewriter;
  if (isWord(tokens[from], 'SET')) {
    const assignments = assignmentsOf(tokens, from + 1, to);
    const values = assignments.map((assignment) => rewriter.range(assignment.from, assignment.to));
    return { columns: assignments.map(({ column }) => column), sql: `VALUES (${values.join(', ')})`, isQuery: false };
  }
  if (isWord(tokens[from], 'VALUES', 'VALUE')) {
    return { columns, sql: `VALUES ${rewriter.range(from + 1, to)}`, isQuery: false };
  }
  if (isWord(tokens[from], 'SELECT', 'WITH') || isSymbol(tokens[from], '(')) {
    return { columns, sql: rewriter.range(from, to), isQuery: true };
  }
  throw syntax('INSERT needs VALUES, SELECT or SET', tokens[from]);
}

export function insertOf(rewriter: Rewriter): ChangeTranslation {
  const { tokens } = rewriter;
  const isReplace = isWord(tokens[0], 'REPLACE');
  let at = 1;
  let ignores = false;
  for (; isWord(tokens[at], 'LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'IGNORE', 'INTO'); at++) {
    ignores ||= isWord(tokens[at], 'IGNORE');
  }
  const table = writtenTable(rewriter, at);
  at = rewriter.behind(table);
  let listed: readonly string[] | null = null;
  if (isSymbol(tokens[at], '(') && !isWord(tokens[at + 1], 'SELECT', 'WITH')) {
    const list = nameList(tokens, at);
    listed = list.names;
    at = list.next;
  }
  if (isSymbol(tokens[at], '(') && closing(tokens, at, tokens.length) === at + 1)
    throw unsupported('VALUES ()', 'Name the values.');
  const duplicate = findDuplicate(tokens, at);
  const bodyEnd = duplicate < 0 ? tokens.length : duplicate;
  const alias = newRowAlias(tokens, at, bodyEnd);
  if (alias >= 0) rewriter.newRow = nameAt(tokens, alias + 1).toLowerCase();
  const { names, types } = typesOf(rewriter, table);
  const body = insertBody(rewriter, listed, at, alias >= 0 ? alias : bodyEnd);
  const conflict = conflictSql(rewriter, types, duplicate, ignores);
  const verb = isReplace ? 'INSERT OR REPLACE INTO' : 'INSERT INTO';
  const head = `${verb} ${target(rewriter, table)}${body.columns ? ` (${body.columns.map(sqlName).join(', ')})` : ''}`;
  const sql = `${head} ${convertedRows(body, body.columns ?? names, types, conflict !== '')}${conflict}`;
  return { kind: 'change', sql, table: rewriter.nameOf(table), everyRow: false };
}

/** Where ON DUPLICATE KEY UPDATE starts; -1 for none. */
function findDuplicate(tokens: readonly Token[], from: number): number {
  for (let i = from; i < tokens.length; i++) {
    if (isWord(tokens[i], 'ON') && isWord(tokens[i + 1], 'DUPLICATE')) return i;
  }
  return -1;
}

function conflictSql(rewriter: Rewriter, types: Types, duplicate: number, ignores: boolean): string {
  if (duplicate < 0) return ignores ? ' ON CONFLICT DO NOTHING' : '';
  rewriter.readsNewRow = true;
  const assignments = assignmentsOf(rewriter.tokens, duplicate + 4, rewriter.tokens.length);
  return ` ON CONFLICT DO UPDATE SET ${assignments.map((one) => assignedSql(rewriter, types, one)).join(', ')}`;
}

/** The rows with the columns that need it converted; a query before ON CONFLICT needs a WHERE to be told from a join. */
function convertedRows(
  body: InsertBody,
  columns: readonly string[] | null,
  types: Types,
  hasConflict: boolean,
): string {
  const converts = columns?.some((column) => isConverted(types.get(column.toLowerCase()) ?? '')) ?? false;
  if (!columns || !converts) {
    return hasConflict && body.isQuery ? `SELECT * FROM (${body.sql}) WHERE true` : body.sql;
  }
  const given = columns.map((_, i) => `v${i}`);
  const values = columns.map((column, i) => assigned(types.get(column.toLowerCase()) ?? '', `v${i}`));
  return `WITH dt_rows(${given.join(', ')}) AS (${body.sql}) SELECT ${values.join(', ')} FROM dt_rows WHERE true`;
}

interface JoinedTables {
  readonly tables: readonly TableRef[];
  /** Conditions of the joins, as SQLite text. */
  readonly conditions: readonly string[];
}

/** The tables of `UPDATE a JOIN b ON …, c`; only joins that lose no rows by being written in WHERE. */
function joinedTables(rewriter: Rewriter, from: number, to: number): JoinedTables {
  const { tokens } = rewriter;
  const tables: TableRef[] = [];
  const conditions: string[] = [];
  for (let i = from; i < to; ) {
    const table = rewriter.tableAt(i);
    if (table) {
      tables.push(table);
      i = rewriter.behind(table);
    } else if (isSymbol(tokens[i], ',') || isWord(tokens[i], 'INNER', 'CROSS', 'JOIN')) i++;
    else if (isWord(tokens[i], 'ON')) {
      const next = nextJoin(tokens, i + 1, to);
      conditions.push(`(${rewriter.range(i + 1, next)})`);
      i = next;
    } else throw unsupported(`${tokens[i]?.upper ?? ''} in an UPDATE of several tables`, 'Use JOIN … ON.');
  }
  return { tables, conditions };
}

function nextJoin(tokens: readonly Token[], from: number, to: number): number {
  const word = findWord(tokens, from, to, 'INNER', 'CROSS', 'JOIN', 'LEFT', 'RIGHT', 'FULL', 'NATURAL');
  const comma = splitList(tokens, from, to)[0]?.[1] ?? to;
  return Math.min(word < 0 ? to : word, comma);
}

const calledBy = (table: TableRef): string => (table.alias ?? table.table).text.toLowerCase();

/** The one table whose columns are set. */
function updatedTable(rewriter: Rewriter, tables: readonly TableRef[], assignments: readonly Assignment[]): TableRef {
  const found = assignments.map(({ qualifier, column }) =>
    qualifier !== null
      ? tables.find((table) => calledBy(table) === qualifier)
      : tables.find((table) => tables.length === 1 || typesOf(rewriter, table).types.has(column.toLowerCase())),
  );
  const [first] = found;
  if (!first) throw syntax('the columns that are set belong to no table of the statement');
  if (found.some((table) => table !== first))
    throw unsupported('An UPDATE that sets columns of two tables', 'Write two statements.');
  return first;
}

function refuseTail(tokens: readonly Token[], from: number, verb: string): void {
  const tail = findWord(tokens, from, tokens.length, 'ORDER', 'LIMIT');
  if (tail >= 0)
    throw unsupported(
      `${verb} with ${tokens[tail]?.upper ?? ''}`,
      'Choose the rows with WHERE key IN (SELECT … LIMIT n).',
    );
}

export function updateOf(rewriter: Rewriter): ChangeTranslation {
  const { tokens } = rewriter;
  let start = 1;
  while (isWord(tokens[start], 'LOW_PRIORITY', 'IGNORE')) start++;
  if (isWord(tokens[start - 1], 'IGNORE')) throw unsupported('UPDATE IGNORE', 'Leave IGNORE out.');
  const set = findWord(tokens, start, tokens.length, 'SET');
  if (set < 0) throw syntax('UPDATE needs SET');
  refuseTail(tokens, set, 'UPDATE');
  const where = findWord(tokens, set, tokens.length, 'WHERE');
  const assignments = assignmentsOf(tokens, set + 1, where < 0 ? tokens.length : where);
  const { tables, conditions } = joinedTables(rewriter, start, set);
  const table = updatedTable(rewriter, tables, assignments);
  if (table.hint)
    writtenTable(
      rewriter,
      tokens.findIndex((token) => token.start === table.start),
    );
  const { types } = typesOf(rewriter, table);
  const sets = assignments.map((one) => assignedSql(rewriter, types, one)).join(', ');
  const others = tables.filter((other) => other !== table).map((other) => rewriter.tableSource(other));
  const all = where < 0 ? conditions : [...conditions, `(${rewriter.range(where + 1, tokens.length)})`];
  const from = others.length > 0 ? ` FROM ${others.join(', ')}` : '';
  const condition = all.length > 0 ? ` WHERE ${all.join(' AND ')}` : '';
  return {
    kind: 'change',
    sql: `UPDATE ${target(rewriter, table)} SET ${sets}${from}${condition}`,
    table: rewriter.nameOf(table),
    everyRow: false,
  };
}

export function deleteOf(rewriter: Rewriter): ChangeTranslation {
  const { tokens } = rewriter;
  if (!isWord(tokens[1], 'FROM')) throw unsupported('DELETE of several tables', 'Write DELETE FROM table WHERE …');
  const table = writtenTable(rewriter, 2);
  const at = rewriter.behind(table);
  refuseTail(tokens, at, 'DELETE');
  if (at < tokens.length && !isWord(tokens[at], 'WHERE')) {
    throw unsupported(`DELETE … ${tokens[at]?.text ?? ''}`, 'Write DELETE FROM table WHERE …');
  }
  const condition = at < tokens.length ? ` ${rewriter.range(at, tokens.length)}` : '';
  return {
    kind: 'change',
    sql: `DELETE FROM ${target(rewriter, table)}${condition}`,
    table: rewriter.nameOf(table),
    everyRow: condition === '',
  };
}
