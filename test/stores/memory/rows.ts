/** Rows in memory: their order, and what changed between two sets of them. */
import type { Change } from '../../../src/data/change.ts';
import { hexOf, sameValue, type Value } from '../../../src/data/value.ts';
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
