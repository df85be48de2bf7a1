/** Bad imports: the ten kinds that the rule was made with, four more, mapping bugs, and honest bulk changes beside them. */
import { at } from '../../src/base/assert.ts';
import { Draws } from './draws.ts';
import {
  byFrequency,
  classCounts,
  copyOf,
  momentsOf,
  rowsAt,
  rowsIn,
  type Snapshot,
  tenth,
  withRows,
} from './stream.ts';
import { categoryColumns, numberColumns, type Table } from './tables.ts';

export const knownKinds = [
  'labels',
  'units',
  'x100',
  'zero',
  'mirror',
  'doubled',
  'noise5',
  'noise20',
  'shuffled',
  'wiped',
] as const;
export const moreKinds = ['constant', 'wipedNew', 'unitsNew', 'zeroNew'] as const;
/** Honest, but many rows at once. */
export const bulkKinds = ['scale10', 'scale2', 'status', 'batch'] as const;
export type Kind = (typeof knownKinds)[number] | (typeof moreKinds)[number] | (typeof bulkKinds)[number];

/** What a spoiler works on: a copy of the new version, which it may change. */
interface Spoiling {
  readonly table: Table;
  readonly now: Snapshot;
  readonly draws: Draws;
  /** Rows of a random tenth, and rows that are new. */
  readonly slice: Uint8Array;
  readonly isNew: Uint8Array;
  readonly column: number;
}

type Spoiler = (of: Spoiling) => Snapshot;

/** Changes the values of one column in some rows. */
const inColumn =
  (rows: (of: Spoiling) => Uint8Array, change: (value: number, column: Float64Array) => number): Spoiler =>
  (of) => {
    const column = at(of.now.x, of.column);
    const old = column.slice();
    for (const i of rowsIn(rows(of))) column[i] = change(at(old, i), old);
    return of.now;
  };

const slice = ({ slice: mask }: Spoiling): Uint8Array => mask;
const fresh = ({ isNew }: Spoiling): Uint8Array => isNew;

const noise =
  (share: number): Spoiler =>
  ({ table, now, draws }) => {
    const present = byFrequency(classCounts(table, now.y)).filter((label) => at(classCounts(table, now.y), label) > 0);
    for (const i of draws.some(Uint32Array.from(now.y.keys()), share * now.y.length))
      now.y[i] = draws.of(present.filter((label) => label !== at(now.y, i)));
    return now;
  };

/** The rarest class of one in a hundred or more becomes the most frequent other one. */
function rarest(table: Table, y: Int32Array): { readonly from: number; readonly to: number } {
  const counts = classCounts(table, y);
  const ranked = byFrequency(counts);
  const from = ranked.filter((label) => at(counts, label) >= 0.01 * y.length).at(-1) ?? 0;
  return { from, to: ranked.find((label) => label !== from) ?? 0 };
}

const wipe =
  (half: boolean): Spoiler =>
  ({ table, now, draws, isNew }) => {
    const { from, to } = rarest(table, now.y);
    const own = Uint32Array.from(now.y.keys()).filter((i) => at(now.y, i) === from && (half || at(isNew, i) === 1));
    for (const i of half ? draws.some(own, own.length / 2) : own) now.y[i] = to;
    return now;
  };

const spread = (column: Float64Array): { low: number; high: number } => {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of column) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
};

const mostFrequent = (column: Float64Array): number[] => {
  const counts = new Map<number, number>();
  for (const value of column) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
};

const spoilers: Readonly<Record<Kind, Spoiler>> = {
  labels: ({ table, now, slice: mask }) => {
    const [a = 0, b = 0] = byFrequency(classCounts(table, now.y, rowsIn(mask)));
    for (const i of rowsIn(mask)) {
      const own = at(now.y, i);
      if (own === a) now.y[i] = b;
      else if (own === b) now.y[i] = a;
    }
    return now;
  },
  units: inColumn(slice, (value) => value * 1_000),
  x100: inColumn(slice, (value) => value * 100),
  zero: inColumn(slice, () => 0),
  mirror: (of) => {
    const { low, high } = spread(at(of.now.x, of.column));
    return inColumn(slice, (value) => low + high - value)(of);
  },
  doubled: ({ now, slice: mask }) => {
    const copied = rowsAt(now, rowsIn(mask));
    const as = (from: number): Snapshot => ({ ...copied, ids: copied.ids.map((_, i) => from + i) });
    return withRows(withRows(now, as(1e7)), as(2e7));
  },
  noise5: noise(0.05),
  noise20: noise(0.2),
  shuffled: ({ now, draws, isNew }) => {
    const rows = rowsIn(isNew);
    const labels = draws.shuffled(Array.from(rows, (i) => at(now.y, i)));
    rows.forEach((row, i) => {
      now.y[row] = at(labels, i);
    });
    return now;
  },
  wiped: wipe(true),
  wipedNew: wipe(false),
  constant: ({ table, now, draws }) => {
    const column = at(now.x, draws.whole(0, table.columns.length));
    column.fill(at(mostFrequent(column), 0));
    return now;
  },
  unitsNew: inColumn(fresh, (value) => value * 1_000),
  zeroNew: inColumn(fresh, () => 0),
  scale10: inColumn(slice, (value) => value * 1.1),
  scale2: (of) =>
    inColumn(
      () => new Uint8Array(of.now.y.length).fill(1),
      (value) => value * 1.02,
    )(of),
  status: ({ table, now, draws, column }) => {
    const own = at(now.x, categoryColumns(table).length > 0 ? draws.of(categoryColumns(table)) : column);
    const [from = 0, to = 0] = mostFrequent(own);
    const rows = Uint32Array.from(own.keys()).filter((i) => at(own, i) === from);
    for (const i of draws.some(rows, Math.min(rows.length, 0.03 * own.length))) own[i] = to;
    return now;
  },
  batch: ({ table, now, draws, isNew }) => {
    const kept = batchRows(table, now, draws, isNew);
    return rowsAt(
      now,
      Uint32Array.from(now.y.keys()).filter((i) => at(isNew, i) === 0 || kept.has(i)),
    );
  },
};

/** All new rows come from one category, or one fifth of a number. */
function batchRows(table: Table, now: Snapshot, draws: Draws, isNew: Uint8Array): ReadonlySet<number> {
  const rows = rowsIn(isNew);
  const categories = categoryColumns(table);
  if (categories.length > 0 && draws.fraction() < 0.7) {
    const column = at(now.x, draws.of(categories));
    const counts = new Map<number, number>();
    for (const i of rows) counts.set(at(column, i), (counts.get(at(column, i)) ?? 0) + 1);
    const enough = [...counts].filter(([, count]) => count >= 60).map(([value]) => value);
    if (enough.length === 0) return new Set(rows);
    const value = draws.of(enough);
    return new Set(rows.filter((i) => at(column, i) === value));
  }
  const mask = tenth(table, rowsAt(now, rows), draws, 0.2);
  return new Set(rows.filter((_, k) => at(mask, k) === 1));
}

/** Rows that differ between two versions of the same rows. */
function changedCount(a: Snapshot, b: Snapshot): number {
  if (a.ids.length !== b.ids.length) return Math.abs(a.ids.length - b.ids.length);
  let count = 0;
  for (let i = 0; i < a.y.length; i++)
    if (a.y[i] !== b.y[i] || a.x.some((column, c) => column[i] !== at(b.x, c)[i])) count += 1;
  return count;
}

const always: readonly Kind[] = ['wiped', 'wipedNew', ...bulkKinds];

/** A version with one bad import; null where the draw changed fewer than one row in a hundred. */
export function corrupted(kind: Kind, table: Table, now: Snapshot, old: Snapshot, seed: string): Snapshot | null {
  const draws = new Draws(`${seed}:${kind}`);
  const known = new Set(old.ids);
  const spoiled = spoilers[kind]({
    table,
    now: copyOf(now),
    draws,
    slice: tenth(table, now, draws),
    isNew: Uint8Array.from(now.ids, (id) => (known.has(id) ? 0 : 1)),
    column: draws.of(numberColumns(table)),
  });
  return always.includes(kind) || changedCount(now, spoiled) >= 0.01 * now.y.length ? spoiled : null;
}

/** A mapping bug: in a tenth by one column the most frequent label was recorded as the second one. */
export function withBug(table: Table, now: Snapshot, seed: string): Snapshot {
  const draws = new Draws(`${seed}:bug`);
  const mask = tenth(table, now, draws);
  const [a = 0, b = 0] = byFrequency(classCounts(table, now.y, rowsIn(mask)));
  const wrong = copyOf(now);
  for (const i of rowsIn(mask)) if (at(wrong.y, i) === a) wrong.y[i] = b;
  return wrong;
}

/** The spread of a column, for whoever plants a group in it. */
export const spreadOf = (column: Float64Array) => ({ ...spread(column), ...momentsOf(column) });
