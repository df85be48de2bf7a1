/** Whole reads of a store as plain values, for tests. */
import { type Change, changeAt } from '../../src/data/change.ts';
import { rowAt } from '../../src/data/page.ts';
import type {
  DeltaRequest,
  LoadBatch,
  LoadRequest,
  LoadResult,
  LocalStore,
  RowsRequest,
  Store,
} from '../../src/data/store.ts';
import type { TableName } from '../../src/data/table.ts';
import type { Value } from '../../src/data/value.ts';
import type { Version } from '../../src/data/version.ts';

/** Every row of a version in key order. */
export async function rowsOf(
  store: Store,
  table: TableName,
  at: Version,
  columns: readonly string[],
  more: Partial<RowsRequest> = {},
): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of store.readRows({ table, at, columns, order: 'key', ...more }))
    for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return rows;
}

export async function hashesOf(store: Store, request: RowsRequest): Promise<string[]> {
  const hashes: string[] = [];
  for await (const page of store.readRows({ ...request, withHash: true })) hashes.push(...(page.hashes ?? []));
  return hashes;
}

export async function deltaOf(store: Store, request: DeltaRequest): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const page of store.readDelta(request))
    for (let i = 0; i < page.rows; i++) changes.push(changeAt(page, i));
  return changes;
}

/** Rows as batches of `size`, numbered as lines from 2 on (line 1 is a header). */
export async function* batchesOf(rows: readonly (readonly Value[])[], size = 3): AsyncGenerator<LoadBatch, void> {
  for (let from = 0; from < rows.length; from += size) {
    const part = rows.slice(from, from + size);
    yield { rows: part, lines: part.map((_, i) => from + i + 2) };
  }
}

export const loadRows = (
  store: LocalStore,
  table: TableName,
  columns: LoadRequest['columns'],
  key: readonly string[],
  rows: readonly (readonly Value[])[],
  more: Partial<LoadRequest> = {},
): Promise<LoadResult> =>
  store.load({ table, columns, key, mode: 'upsert', safetySnapshot: null, maxDeletes: null, ...more }, batchesOf(rows));

/** What a refused call is matched with. */
export const failure = (code: string, data: object = {}): { code: string; data: object } => ({ code, data });
