/** Statements that a server answers wrongly, written in a way that it answers rightly: offered where the meaning stays the same. */
import { say } from '../../base/say.ts';
import { type Fix, hintedSnapshot, type Statement, type TableRef, tablesOf } from '../ast.ts';
import { findSnapshot, findTable } from '../catalog.ts';
import { isOtherwiseRead, type Token, tokenize } from '../lexer.ts';
import { diffSql, quoteName } from '../print.ts';
import { readRowStatement } from '../query/read.ts';
import type { Query, Select } from '../query/tree.ts';
import { resolveTable } from './document.ts';
import { type Checked, replace } from './problem.ts';

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

function sideOf({ read, text, catalog }: Checked, tokens: readonly Token[], select: Select): Side | null {
  const { statement } = read;
  const [only] = select.from;
  const { source } = only ?? {};
  if (select.from.length !== 1 || source?.kind !== 'table') return null;
  if (select.group.length > 0 || select.having !== null || select.windows.size > 0) return null;
  const at = statement.start + (tokens[source.index]?.start ?? 0);
  const ref = tablesOf(statement).find(({ start }) => start === at);
  if (!ref) return null;
  const written = (from: number, to: number): readonly Token[] => tokens.slice(from, to);
  const sliced = (part: readonly Token[]): string =>
    text.slice(statement.start + (part[0]?.start ?? 0), statement.start + (part.at(-1)?.end ?? 0));
  let where: string | null = null;
  if (select.where) {
    const part = written(select.where.from, select.where.to);
    // A name with its table, or a query of its own, could mean another table behind the change.
    if (part.some((token) => token.text === '.' || token.upper === 'SELECT')) return null;
    where = sliced(part);
  }
  const [first] = select.items;
  const { database, table } = resolveTable(read, catalog, ref);
  const known = database === null ? undefined : findTable(catalog, database, table);
  const base = {
    table: text.slice(ref.start, endOfTable(ref)),
    hint: hintedSnapshot(ref) ?? ref.hint?.value.text ?? null,
  };
  if (first?.star) {
    if (select.items.length > 1 || first.table !== null || !known || known.columns.length === 0) return null;
    return { ...base, where, columns: known.columns.map(({ name }) => quoteName(name)), shown: ['{0}.*'] };
  }
  const columns: string[] = [];
  const shown: string[] = [];
  for (const item of select.items) {
    if (item.star || item.value.kind !== 'column' || item.value.table !== null) return null;
    const name = sliced(written(item.value.from, item.value.to));
    columns.push(name);
    shown.push(`{0}.${name}${item.alias === null ? '' : ` AS ${quoteName(item.alias)}`}`);
  }
  return { ...base, where, columns, shown };
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
  const found = readRowStatement(tokens);
  const sides = 'tree' in found && found.tree.kind === 'query' ? sidesOf(found.tree) : null;
  const [left, right] = sides ? [sideOf(checked, tokens, sides[0]), sideOf(checked, tokens, sides[1])] : [null, null];
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

/** The tables of a later time cloned first, so that one time is left. */
function cloneFix({ read, catalog }: Checked, moved: readonly TableRef[]): Fix[] {
  const copies = new Map<string, string>();
  const edits = [];
  for (const ref of moved) {
    const snapshot = hintedSnapshot(ref);
    const { database } = resolveTable(read, catalog, ref);
    const name = copyName(ref.table.text, snapshot ?? '');
    if (snapshot === null || (database !== null && findTable(catalog, database, name))) return [];
    const place = ref.database === null ? '' : `${quoteName(ref.database.text)}.`;
    const copy = `${place}${quoteName(name)}`;
    copies.set(copy, `CREATE TABLE ${copy} CLONE ${place}${quoteName(ref.table.text)}{SNAPSHOT = '${snapshot}'};\n`);
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
  return [replace(statement, sql.replace(/;$/, ''), say('Change to {0}', 'DATA BRANCH DIFF'))];
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
