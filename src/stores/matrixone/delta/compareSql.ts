/** The comparison of two versions as one SELECT: before and after together, and which it was. */
import { isAtLeast, type Release } from '../../../git4data/serverVersion.ts';
import { typeBase } from '../../typeFamilies.ts';
import type { DeltaColumn, DeltaPlan } from './deltaPlan.ts';
import { hashSql } from '../tables/hashOrder.ts';
import { quoteName } from '../wire/quote.ts';
import { fullJoinSince, nullSafeSince } from '../wire/release.ts';

/** The two tables to join: one of them is read now, because a statement cannot read at two times. */
export interface Sources {
  readonly before: string;
  readonly after: string;
}

const isShape = (column: DeltaColumn): boolean =>
  typeBase(column.before.type) === 'GEOMETRY' || typeBase(column.after.type) === 'GEOMETRY';

/** Values of two types are the same when they are written the same. */
const isRetyped = ({ before, after }: DeltaColumn): boolean => before.family !== after.family;

/** A cell as it is read: a shape as the text that means it. */
const shown = (column: DeltaColumn, cell: string): string => (isShape(column) ? `ST_AsText(${cell})` : cell);

const compared = (column: DeltaColumn, cell: string): string =>
  isRetyped(column) ? `CAST(${shown(column, cell)} AS CHAR)` : shown(column, cell);

const cellsOf = (plan: DeltaPlan, alias: string): string[] =>
  plan.columns.map((column) => `${alias}.${quoteName(column.name)}`);

function sameCells(release: Release, b: string, a: string): string {
  if (isAtLeast(release, nullSafeSince)) return `${b} <=> ${a}`;
  return `(${b} IS NULL AND ${a} IS NULL OR ${b} IS NOT NULL AND ${a} IS NOT NULL AND ${b} = ${a})`;
}

/**
 * `FROM … WHERE …` of the rows that differ: one for all of them, or, for a server without FULL JOIN, one for what is there
 * before (and was changed or deleted) and one for what was inserted.
 */
function joined(plan: DeltaPlan, sources: Sources, release: Release): readonly string[] {
  const before = cellsOf(plan, 'b');
  const after = cellsOf(plan, 'a');
  const cells = plan.columns.map((column, i) => ({
    b: compared(column, before[i] as string),
    a: compared(column, after[i] as string),
  }));
  const on = cells.slice(0, plan.keyColumns).map(({ b, a }) => `${b} = ${a}`);
  const same = cells.slice(plan.keyColumns).map(({ b, a }) => sameCells(release, b, a));
  const changed = same.length > 0 ? [`NOT (${same.join(' AND ')})`] : [];
  const [isInserted, isDeleted] = [`${before[0]} IS NULL`, `${after[0]} IS NULL`];
  const from = (join: string, where: readonly string[]): string =>
    `FROM ${sources.before} b ${join} JOIN ${sources.after} a ON ${on.join(' AND ')} WHERE ${where.join(' OR ')}`;
  if (isAtLeast(release, fullJoinSince)) return [from('FULL', [isInserted, isDeleted, ...changed])];
  return [from('LEFT', [isDeleted, ...changed]), from('RIGHT', [isInserted])];
}

/** 0 inserted, 1 updated, 2 deleted. */
function flagSql(plan: DeltaPlan): string {
  const key = quoteName(plan.columns[0]?.name ?? '');
  return `CASE WHEN b.${key} IS NULL THEN 0 WHEN a.${key} IS NULL THEN 2 ELSE 1 END`;
}

/** Flag, the cells before, the cells after, the hash where one was asked for; in the order of the request. */
export function joinSql(plan: DeltaPlan, sources: Sources, release: Release): string {
  const { request, columns, keyColumns } = plan;
  const key = columns.slice(0, keyColumns);
  const there = quoteName(key[0]?.name ?? '');
  // COALESCE would take the fraction of a second off.
  const keyCell = ({ name }: { readonly name: string }): string =>
    `CASE WHEN a.${there} IS NULL THEN b.${quoteName(name)} ELSE a.${quoteName(name)} END`;
  const selected = [
    flagSql(plan),
    ...cellsOf(plan, 'b').map((cell, i) => shown(columns[i] as DeltaColumn, cell)),
    ...cellsOf(plan, 'a').map((cell, i) => shown(columns[i] as DeltaColumn, cell)),
  ];
  const order = key.map(keyCell);
  if (request.order === 'hash' || request.withHash) {
    const hash = hashSql(
      request.salt ?? '',
      key.map(({ after }) => after),
      keyCell,
    );
    if (request.withHash) selected.push(hash);
    if (request.order === 'hash') order.unshift(hash);
  }
  const limit = request.limit === undefined ? '' : ` LIMIT ${Math.max(0, request.limit)}`;
  const parts = joined(plan, sources, release);
  if (parts.length === 1) return `SELECT ${selected.join(', ')} ${parts[0]} ORDER BY ${order.join(', ')}${limit}`;
  const named = [...selected.map((cell, i) => `${cell} AS s${i}`), ...order.map((cell, i) => `${cell} AS o${i}`)];
  const rows = parts.map((part) => `SELECT ${named.join(', ')} ${part}`).join(' UNION ALL ');
  const shownCells = selected.map((_, i) => `s${i}`).join(', ');
  return `SELECT ${shownCells} FROM (${rows}) d ORDER BY ${order.map((_, i) => `o${i}`).join(', ')}${limit}`;
}

/** The three counts in one row. */
export function joinCountSql(plan: DeltaPlan, sources: Sources, release: Release): string {
  const key = quoteName(plan.columns[0]?.name ?? '');
  const parts = joined(plan, sources, release);
  const counts = `COUNT(*) AS n, COUNT(b.${key}) AS b, COUNT(a.${key}) AS a`;
  if (parts.length === 1) return `SELECT COUNT(*), COUNT(b.${key}), COUNT(a.${key}) ${parts[0]}`;
  return `SELECT SUM(n), SUM(b), SUM(a) FROM (${parts.map((part) => `SELECT ${counts} ${part}`).join(' UNION ALL ')}) d`;
}

/** Equal rows of the two sides cancel out; what is left is there `n` times more often on one of them. */
function counted(plan: DeltaPlan, { before, after }: Sources): { readonly cells: string; readonly rows: string } {
  const cells = plan.columns.map((_, i) => `c${i}`).join(', ');
  const side = (n: number, source: string): string => {
    const list = plan.columns.map((column, i) => `${compared(column, quoteName(column.name))} AS c${i}`).join(', ');
    return `SELECT ${n} AS n, ${list} FROM ${source}`;
  };
  return {
    cells,
    rows: `FROM (${side(-1, before)} UNION ALL ${side(1, after)}) d GROUP BY ${cells} HAVING SUM(n) <> 0`,
  };
}

/** How many copies more there are after (negative: fewer), then the cells. */
export function multisetSql(plan: DeltaPlan, sources: Sources): string {
  const { cells, rows } = counted(plan, sources);
  const limit = plan.request.limit === undefined ? '' : ` LIMIT ${Math.max(0, plan.request.limit)}`;
  return `SELECT SUM(n), ${cells} ${rows}${limit}`;
}

export function multisetCountSql(plan: DeltaPlan, sources: Sources): string {
  const { rows } = counted(plan, sources);
  return `SELECT SUM(CASE WHEN n > 0 THEN n ELSE 0 END), SUM(CASE WHEN n < 0 THEN -n ELSE 0 END) FROM (SELECT SUM(n) AS n ${rows}) r`;
}
