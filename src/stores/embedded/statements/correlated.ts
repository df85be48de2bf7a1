/**
 * Sub-queries that are asked again for every row of the query around them. SQLite makes an index for a join as it goes, and none for a
 * table of such a sub-query; of a query's result that it keeps it does, once. So where its plan reads a table through for every row, the
 * statement is written with the sub-queries' tables kept first.
 */
import type { QueryRequest } from '../../../data/store.ts';
import { translate } from '../dialect/translate.ts';
import type { FileConnection, SqlValue } from '../sqlite/driver.ts';
import { dialectContext } from './dialectContext.ts';

type PlanRow = readonly [id: number, parent: number, detail: string];

/** True when a table is read through for every row of another. */
function readsThrough(db: FileConnection, sql: string, values: readonly SqlValue[]): boolean {
  const rows = db
    .all(`EXPLAIN QUERY PLAN ${sql}`, ...values)
    .map(([id, parent, , detail]): PlanRow => [Number(id), Number(parent), String(detail)]);
  const repeated = new Set<number>();
  for (const [id, parent, detail] of rows) {
    if (detail.startsWith('CORRELATED ') || repeated.has(parent)) repeated.add(id);
    if (repeated.has(parent) && /^(?:SCAN|SEARCH) (?!CONSTANT )/.test(detail) && !detail.includes(' USING '))
      return true;
  }
  return false;
}

/** A statement of the user's that asks: as it was translated, or with its sub-queries' tables kept. Valid in this transaction only. */
export const quickQuery = (
  db: FileConnection,
  statement: Pick<QueryRequest, 'sql' | 'database'>,
  translated: string,
  values: readonly SqlValue[],
): string => quick(db, statement, { kind: 'query', sql: translated }, values);

/**
 * One that changes rows, in the same way. What its sub-queries read of the table that it changes is what stood there before, as without
 * it: SQLite finds the rows first.
 */
export const quickChange = (
  db: FileConnection,
  statement: Pick<QueryRequest, 'sql' | 'database'>,
  translated: string,
  values: readonly SqlValue[],
): string => quick(db, statement, { kind: 'change', sql: translated }, values);

const nested = /\b(?:SELECT|UPDATE|DELETE)\b[^]*\bSELECT\b/i;

function quick(
  db: FileConnection,
  statement: Pick<QueryRequest, 'sql' | 'database'>,
  { kind, sql: translated }: { readonly kind: 'query' | 'change'; readonly sql: string },
  values: readonly SqlValue[],
): string {
  const isNested = nested.test(translated) && !/^\s*EXPLAIN\b/i.test(translated);
  if (!isNested || !readsThrough(db, translated, values)) return translated;
  const context = dialectContext(db, statement.database ?? null, values);
  const kept = new Map<string, string>();
  const again = translate(statement.sql, {
    ...context,
    source(table, snapshot, isInside) {
      const source = context.source(table, snapshot, isInside);
      if (!isInside) return source;
      const name = kept.get(source) ?? `dt_kept_${kept.size + 1}`;
      kept.set(source, name);
      return name;
    },
  });
  if (again.kind !== kind || kept.size === 0) return translated;
  const parts = [...kept].map(([source, name]) => `${name} AS MATERIALIZED (SELECT * FROM ${source})`).join(', ');
  const [head = '', recursive = ''] = /^\s*WITH\b\s*(RECURSIVE\b)?/i.exec(again.sql) ?? [];
  return head === '' ? `WITH ${parts} ${again.sql}` : `WITH ${recursive} ${parts}, ${again.sql.slice(head.length)}`;
}
