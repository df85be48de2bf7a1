/** Queries of checks: one statement that is known to read, its rows counted and the first of them kept. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { rowAt } from '../../data/page.ts';
import type { Store } from '../../data/store.ts';
import type { TableName } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';
import type { Version } from '../../data/version.ts';
import { effectOf } from '../../git4data/ast.ts';
import { parseTokens } from '../../git4data/parser.ts';
import { tableSql } from '../../git4data/print.ts';
import { splitStatements } from '../../git4data/split.ts';
import { mostShown, type ShownRows } from './outcome.ts';

/** The table that is checked, at a version. */
export interface CheckedTable {
  readonly store: Store;
  readonly table: TableName;
  readonly at: Version;
}

/** Rows of an answer that are counted; beyond, it is *more than*. */
export const mostCounted = 10_000;

/** The table where a query names it, at its version. */
export const sourceOf = ({ table: { database, table }, at }: Omit<CheckedTable, 'store'>): string =>
  tableSql({ database, table, snapshot: at.kind === 'live' ? null : at.name });

/** Why a text is no single query that is known to read: a reason without a full stop, or null. */
export function queryFault(sql: string): string | null {
  const [only, ...more] = splitStatements(sql);
  if (!only) return say('its query is empty');
  if (more.length > 0) return say('its query has {0} statements, and may have one', more.length + 1);
  const { statement, problems } = parseTokens(only);
  const wrong = problems.find(({ severity }) => severity === 'error');
  if (wrong) return say('its query cannot be read. {0}', wrong.message.replace(/\.$/, ''));
  if (effectOf(statement) === 'read') return null;
  return say('its query is not known to read only, and a check changes nothing');
}

/** Rows of a query with their columns. */
export interface Answer extends ShownRows {
  /** Of all rows, counted up to `mostCounted`. */
  readonly count: number;
}

/** What the store fails with. `queryFault` was asked before. */
export async function readQuery(
  { store, table }: Pick<CheckedTable, 'store' | 'table'>,
  sql: string,
  values: readonly Value[],
  signal: AbortSignal,
): Promise<Answer> {
  const rows: Value[][] = [];
  let columns: readonly string[] = [];
  let count = 0;
  for await (const page of store.query({ sql, values, database: table.database, pageRows: 500 }, signal)) {
    columns = page.columns.map(({ name }) => name);
    for (let i = 0; i < page.rows && rows.length < mostShown; i++) rows.push(rowAt(page, i));
    count += page.rows;
    if (count > mostCounted) break;
  }
  return { columns, rows, count: Math.min(count, mostCounted + 1) };
}

/** One number. */
export async function readCount(
  of: Pick<CheckedTable, 'store' | 'table'>,
  sql: string,
  values: readonly Value[],
  signal: AbortSignal,
): Promise<number> {
  const { rows } = await readQuery(of, sql, values, signal);
  return Number(rows[0]?.[0] ?? 0);
}

/** A check that cannot be asked. */
export const unusable = (why: string): Failure => new Failure('check.unusable', { why });
