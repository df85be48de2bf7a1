/**
 * Statements that a server answers wrongly, written in a way that it answers rightly: offered where the meaning stays the same, but for a
 * DIFF in the place of a SELECT over two times, which answers what has changed and says so in its title.
 */
import { say } from '../../../base/say.ts';
import { type Fix, hintedSnapshot, type Statement, type TableRef, tablesOf } from '../../ast.ts';
import { findSnapshot, findTable } from '../../catalog.ts';
import { isOtherwiseRead, type Token, tokenize, tokenValue } from '../../lexer.ts';
import { diffSql, quoteName, quoteText } from '../../print.ts';
import { readRowStatement } from '../../query/read.ts';
import type { Expression, Place, Query, Select, SelectItem } from '../../query/tree.ts';
import { resolveTable } from '../document.ts';
import { type Checked, replace } from '../problem.ts';

/** The reference without its alias. */
const endOfTable = ({ hint, table }: TableRef): number => hint?.end ?? table.end;

/** One side of an EXCEPT or INTERSECT, as its text says it. */
interface Side {
  readonly table: string;
  readonly hint: string | null;
  /** The columns that are compared, as they are written. */
  readonly columns: readonly string[];
  /** What is shown of the first side; `{0}.` stands for its name. */
  readonly shown: readonly string[];
  readonly where: string | null;
}

/** The tokens of a statement with its text, so that a part of it can be taken as it is written. */
interface Written {
  readonly tokens: readonly Token[];
  readonly textOf: (part: Place) => string;
}

/** A condition as it is written; null where a name in it could mean another table behind the change. */
function conditionOf({ tokens, textOf }: Written, where: Expression): string | null {
  const isTied = tokens.slice(where.from, where.to).some((token) => token.text === '.' || token.upper === 'SELECT');
  return isTied ? null : textOf(where);
}

function columnsOf({ textOf }: Written, items: readonly SelectItem[]): Pick<Side, 'columns' | 'shown'> | null {
  const columns: string[] = [];
  const shown: string[] = [];
  for (const item of items) {
    if (item.star || item.value.kind !== 'column' || item.value.table !== null) return null;
    const name = textOf(item.value);
    columns.push(name);
    shown.push(`{0}.${name}${item.alias === null ? '' : ` AS ${quoteName(item.alias)}`}`);
  }
  return { columns, shown };
}

/** The columns of a table that is known, for the star alone. */
function starColumns(
  { read, catalog }: Checked,
  ref: TableRef,
  items: readonly SelectItem[],
): ReturnType<typeof columnsOf> {
  const { database, table } = resolveTable(read, catalog, ref);
  const known = database === null ? undefined : findTable(catalog, database, table);
  const isAlone = items.length === 1 && items.every((item) => item.star && item.table === null);
  if (!isAlone || !known || known.columns.length === 0) return null;
  return { columns: known.columns.map(({ name }) => quoteName(name)), shown: ['{0}.*'] };
}

/** True of a SELECT of rows: no groups, windows or conditions on them. */
const isOfRows = ({ group, having, windows }: Select): boolean =>
  group.length === 0 && having === null && windows.size === 0;

/** The one table that a SELECT reads, as the statement names it. */
function onlyTable({ read: { statement } }: Checked, { tokens }: Written, { from }: Select): TableRef | null {
  const [only] = from;
  if (from.length !== 1 || only?.source.kind !== 'table') return null;
  const at = statement.start + (tokens[only.source.index]?.start ?? 0);
  return tablesOf(statement).find(({ start }) => start === at) ?? null;
}

function sideOf(checked: Checked, written: Written, select: Select): Side | null {
  const ref = onlyTable(checked, written, select);
  const where = select.where && conditionOf(written, select.where);
  if (!ref || !isOfRows(select) || (select.where && where === null)) return null;
  const columns = select.items[0]?.star ? starColumns(checked, ref, select.items) : columnsOf(written, select.items);
  const hint = hintedSnapshot(ref) ?? ref.hint?.value.text ?? null;
  return columns && { ...columns, where, hint, table: checked.text.slice(ref.start, endOfTable(ref)) };
}

/** The two sides of a query that is nothing but one set operator over two SELECTs. */
function sidesOf({ first, rest, named, order, limit, offset }: Query): readonly [Select, Select] | null {
  const [only] = rest;
  if (rest.length !== 1 || !only || named.length > 0 || order.length > 0 || limit !== null || offset !== null)
    return null;
  if (only.operator !== 'EXCEPT' && only.operator !== 'INTERSECT') return null;
  return first.kind === 'select' && only.member.kind === 'select' ? [first, only.member] : null;
}

/** EXCEPT, MINUS or INTERSECT of two tables as DISTINCT with (NOT) EXISTS; nothing where more stands in the query. */
export function setOperationFix(checked: Checked, word: string): Fix[] {
  const { statement } = checked.read;
  const sql = checked.text.slice(statement.start, statement.end);
  const written = tokenize(sql);
  if (written.some((token) => token.kind === 'comment' && !isOtherwiseRead(token))) return [];
  const tokens = written.map((token) =>
    token.upper === 'MINUS' ? { ...token, upper: 'EXCEPT', text: 'EXCEPT' } : token,
  );
  // What locks rows has no place behind the change.
  if (tokens.some(({ upper }, i) => upper === 'FOR' && /^(?:UPDATE|SHARE)$/.test(tokens[i + 1]?.upper ?? '')))
    return [];
  const found = readRowStatement(tokens);
  const sides = 'tree' in found && found.tree.kind === 'query' ? sidesOf(found.tree) : null;
  const textOf = ({ from, to }: Place): string => sql.slice(tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? 0);
  const side = (select: Select): Side | null => sideOf(checked, { tokens, textOf }, select);
  const [left, right] = sides ? [side(sides[0]), side(sides[1])] : [null, null];
  if (!left || !right || left.columns.length !== right.columns.length || left.hint !== right.hint) return [];
  const [one, other] = ['a', 'b'];
  // NULLs are one value to a set operator; <=> is not on every release.
  const pairs = left.columns.map((column, i) => {
    const [x, y] = [`${one}.${column}`, `${other}.${right.columns[i]}`];
    return `(${x} = ${y} OR (${x} IS NULL AND ${y} IS NULL))`;
  });
  const among = [...(right.where === null ? [] : [`(${right.where})`]), ...pairs].join(' AND ');
  const exists = word === 'INTERSECT' ? 'EXISTS' : 'NOT EXISTS';
  const condition = `${left.where === null ? '' : `(${left.where}) AND `}${exists} (SELECT 1 FROM ${right.table} AS ${other} WHERE ${among})`;
  const shown = left.shown.map((item) => item.replace('{0}', one)).join(', ');
  const fixedSql = `SELECT DISTINCT ${shown} FROM ${left.table} AS ${one} WHERE ${condition}`;
  return [replace(statement, fixedSql, say('Change to {0}', exists))];
}

/** What a version of a table is called as a table of its own. */
const copyName = (table: string, snapshot: string): string => `${table}_at_${snapshot}`.replace(/\W/g, '_');

/** Whether a column stands with database and table before it: `db.t.c`. */
function isNamedInFull(sql: string, ref: TableRef): boolean {
  const names = [ref.database?.text ?? '', ref.table.text].map((name) => name.toLowerCase());
  const tokens = tokenize(sql);
  const isNamed = (i: number, name: string | undefined): boolean =>
    tokens[i] !== undefined && tokenValue(tokens[i]).toLowerCase() === name;
  return tokens.some(
    (_, i) =>
      isNamed(i, names[0]) && isNamed(i + 2, names[1]) && tokens[i + 1]?.text === '.' && tokens[i + 3]?.text === '.',
  );
}

/** The tables of a later time cloned first, so that one time is left. */
function cloneFix({ read, text, catalog }: Checked, moved: readonly TableRef[]): Fix[] {
  const copies = new Map<string, string>();
  const edits = [];
  for (const ref of moved) {
    const snapshot = hintedSnapshot(ref);
    const { database } = resolveTable(read, catalog, ref);
    const name = copyName(ref.table.text, snapshot ?? '');
    if (snapshot === null || (database !== null && findTable(catalog, database, name))) return [];
    // A column that is named with its database is one of the table that was there.
    if (
      ref.database !== null &&
      ref.alias === null &&
      isNamedInFull(text.slice(read.statement.start, read.statement.end), ref)
    )
      return [];
    const place = ref.database === null ? '' : `${quoteName(ref.database.text)}.`;
    const copy = `${place}${quoteName(name)}`;
    copies.set(
      copy,
      `CREATE TABLE ${copy} CLONE ${place}${quoteName(ref.table.text)}{SNAPSHOT = ${quoteText(snapshot)}};\n`,
    );
    const alias = ref.alias === null ? ` AS ${quoteName(ref.table.text)}` : '';
    edits.push({ start: ref.start, end: endOfTable(ref), text: `${copy}${alias}` });
  }
  const { start } = read.statement;
  const first = { start, end: start, text: [...copies.values()].join('') };
  return [{ title: say('Clone {0} first', [...copies.keys()].join(', ')), edits: [first, ...edits] }];
}

/** Two versions of one table compared as what they are. */
function diffFix({ read, catalog }: Checked, statement: Statement): Fix[] {
  const tables = tablesOf(statement);
  const [one, other] = tables;
  if (statement.kind !== 'select' || tables.length !== 2 || !one || !other) return [];
  const places = [one, other].map((ref) =>
    JSON.stringify(Object.values(resolveTable(read, catalog, ref))).toLowerCase(),
  );
  const names = [hintedSnapshot(one), hintedSnapshot(other)] as const;
  const [a, b] = names;
  if (places[0] !== places[1] || a === null || b === null) return [];
  const time = (name: string): number => findSnapshot(catalog, name)?.createdAt ?? 0;
  const [newer, older] = time(a) > time(b) ? [a, b] : [b, a];
  const table = { database: one.database?.text ?? null, table: one.table.text };
  const sql = diffSql({ ...table, snapshot: newer }, { ...table, snapshot: older });
  return [replace(statement, sql.replace(/;$/, ''), say('Ask what has changed instead: {0}', 'DATA BRANCH DIFF'))];
}

/** A statement with two times, left with one of them. `time`: of a reference, null where it has none. */
export function twoTimesFixes(checked: Checked, time: (ref: TableRef) => string | null): Fix[] {
  const { statement } = checked.read;
  const hinted = tablesOf(statement).filter((ref) => time(ref) !== null);
  const times = [...new Set(hinted.map(time))];
  const later = hinted.filter((ref) => time(ref) === times[1]);
  const clone = times.length === 2 && later.every(({ use }) => use === 'read') ? cloneFix(checked, later) : [];
  return [...clone, ...diffFix(checked, statement)];
}
