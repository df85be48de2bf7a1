/** Rows in memory: their order, and what changed between two sets of them. */
import { Failure, throwIfCancelled } from '../../../src/base/failure.ts';
import { type Change, type DeltaPage, flagNames } from '../../../src/data/change.ts';
import { type Cells, packCells, type PageColumn } from '../../../src/data/page.ts';
import type { DeltaRequest } from '../../../src/data/store.ts';
import { hexOf, sameValue, type Value } from '../../../src/data/value.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import { type MemoryTable, pick } from './table.ts';

/** A text that two lists of values share exactly when they are equal. */
export const keyText = (values: readonly Value[]): string =>
  JSON.stringify(
    values.map((value) =>
      value instanceof Uint8Array
        ? `x${hexOf(value)}`
        : typeof value === 'bigint' || typeof value === 'number'
          ? `n${value}`
          : value === null
            ? null
            : `t${value}`,
    ),
  );

/** NULL first, numbers by size, text by code point, bytes by value. */
function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareKeys(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareValues(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** Net changes over `names` (the key columns first); without a key, rows are a multiset. */
export function changesBetween(
  from: MemoryTable,
  to: MemoryTable,
  key: readonly string[],
  names: readonly string[],
): Change[] {
  return key.length > 0 ? byKey(from, to, key, names) : asMultiset(from, to, names);
}

/** Rows of two keys cannot be matched: all of them go, and all of the others come. */
export const allChanged = (from: MemoryTable, to: MemoryTable): Change[] => [
  ...from.rows.map((before): Change => ({ flag: 'deleted', before, after: null })),
  ...to.rows.map((after): Change => ({ flag: 'inserted', before: null, after })),
];

function byKey(from: MemoryTable, to: MemoryTable, key: readonly string[], names: readonly string[]): Change[] {
  const index = (table: MemoryTable): Map<string, Value[]> =>
    new Map(table.rows.map((row) => [keyText(pick(table, row, key)), pick(table, row, names)]));
  const before = index(from);
  const after = index(to);
  const changes: Change[] = [];
  for (const [id, row] of before) {
    const now = after.get(id);
    if (!now) changes.push({ flag: 'deleted', before: row, after: null });
    else if (row.some((value, i) => !sameValue(value, now[i] ?? null)))
      changes.push({ flag: 'updated', before: row, after: now });
  }
  for (const [id, row] of after) if (!before.has(id)) changes.push({ flag: 'inserted', before: null, after: row });
  return changes;
}

function asMultiset(from: MemoryTable, to: MemoryTable, names: readonly string[]): Change[] {
  const left = new Map<string, { row: Value[]; copies: number }>();
  const add = (table: MemoryTable, step: number): void => {
    for (const row of table.rows) {
      const shown = pick(table, row, names);
      const id = keyText(shown);
      const entry = left.get(id) ?? { row: shown, copies: 0 };
      entry.copies += step;
      left.set(id, entry);
    }
  };
  add(from, -1);
  add(to, 1);
  return [...left.values()].flatMap(({ row, copies }) =>
    Array.from(
      { length: Math.abs(copies) },
      (): Change =>
        copies < 0 ? { flag: 'deleted', before: row, after: null } : { flag: 'inserted', before: null, after: row },
    ),
  );
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A delta in pages, in the order of the request; key columns are the first. `usage.wrong` where a salt is needed and missing. */
export function* changedPages(
  changes: readonly Change[],
  { columns, keyColumns }: { readonly columns: readonly PageColumn[]; readonly keyColumns: number },
  request: DeltaRequest,
  signal: AbortSignal | undefined,
): Generator<DeltaPage, void> {
  const isByHash = request.order === 'hash';
  if ((isByHash || request.withHash) && request.salt === undefined)
    throw new Failure('usage.wrong', { message: 'A delta by hash needs a salt.' });
  const keyOf = ({ after, before }: Change): readonly Value[] => (after ?? before ?? []).slice(0, keyColumns);
  const hashOf = (change: Change): string => rowHash(request.salt ?? '', keyOf(change));
  const sorted =
    keyColumns === 0
      ? changes
      : changes.toSorted((a, b) => (isByHash ? byText(hashOf(a), hashOf(b)) : compareKeys(keyOf(a), keyOf(b))));
  const wanted = sorted.slice(0, request.limit);
  const size = request.pageRows ?? 8192;
  for (let from = 0; from < wanted.length; from += size) {
    throwIfCancelled(signal);
    const page = wanted.slice(from, from + size);
    const cells = (side: 'before' | 'after'): Cells[] =>
      columns.map((_, c) => packCells(page.map((change) => change[side]?.[c] ?? null)));
    yield {
      rows: page.length,
      keyColumns,
      columns,
      flags: Uint8Array.from(page, ({ flag }) => flagNames.indexOf(flag)),
      before: cells('before'),
      after: cells('after'),
      ...(request.withHash && { hashes: page.map(hashOf) }),
    };
  }
}
