/**
 * Honest rounds of a table, as the study made them: 60 % at the start, then seven rounds of new rows; each round 1 to 3 % of the
 * rows are corrected (half of them labels, half one value: they were wrong from the start), 1 % get a small new value and .5 %
 * are deleted. 0.1's own rounds are these, with today's learner.
 */
import { at } from '../../src/base/assert.ts';
import { Draws } from './draws.ts';
import { numberColumns, type Table } from './tables.ts';

export const rounds = 7;
const mostRows = 20_000;

/** A version of a table: keys, one array a column, labels. */
export interface Snapshot {
  readonly ids: Float64Array;
  readonly x: readonly Float64Array[];
  readonly y: Int32Array;
}

/** A copy that may be changed. */
export const copyOf = ({ ids, x, y }: Snapshot): Snapshot => ({
  ids: ids.slice(),
  x: x.map((column) => column.slice()),
  y: y.slice(),
});

/** Some rows of a version. */
export const rowsAt = ({ ids, x, y }: Snapshot, rows: ArrayLike<number>): Snapshot => ({
  ids: Float64Array.from(rows, (i) => at(ids, i)),
  x: x.map((column) => Float64Array.from(rows, (i) => at(column, i))),
  y: Int32Array.from(rows, (i) => at(y, i)),
});

/** A version and some more rows. */
export const withRows = (a: Snapshot, b: Snapshot): Snapshot => ({
  ids: Float64Array.from([...a.ids, ...b.ids]),
  x: a.x.map((column, c) => Float64Array.from([...column, ...at(b.x, c)])),
  y: Int32Array.from([...a.y, ...b.y]),
});

/** Mean and standard deviation of a column. */
export function momentsOf(values: Float64Array): { readonly mean: number; readonly sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

const range = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

export class Stream {
  readonly table: Table;
  readonly #all: Snapshot;
  readonly #cuts: number[];
  /** The round in which a row is corrected and what was wrong with it; the round in which it is deleted. */
  readonly #fixed: Int32Array;
  readonly #wrong: Uint8Array;
  readonly #gone: Int32Array;
  readonly #nudges: {
    readonly round: number;
    readonly column: number;
    readonly rows: number[];
    readonly by: number;
  }[] = [];
  readonly #badLabel: Int32Array;
  readonly #badColumn: Int32Array;
  readonly #donor: Uint32Array;

  constructor(table: Table, seed: number) {
    const draws = new Draws(`stream:${table.name}:${seed}`);
    this.table = table;
    const rows = table.y.length;
    const n = Math.min(rows, mostRows);
    const first = draws.whole(0, rows - n + 1);
    const chosen = table.isTimed ? range(n).map((i) => i + first) : Uint32Array.from(draws.some(range(rows), n));
    const all = rowsAt({ ids: new Float64Array(rows), x: table.x, y: table.y }, chosen);
    this.#all = { ...all, ids: Float64Array.from(range(n)) };
    this.#cuts = Array.from({ length: rounds + 1 }, (_, k) => Math.floor(n * (0.6 + (0.4 * k) / rounds)));
    this.#fixed = new Int32Array(n).fill(-1);
    this.#wrong = new Uint8Array(n);
    this.#gone = new Int32Array(n).fill(99);
    const numbers = numberColumns(table);
    for (let round = 1; round <= rounds; round++) this.#drawRound(draws, round, numbers);
    const others = table.classes.map((_, own) => [...table.classes.keys()].filter((label) => label !== own));
    this.#badLabel = this.#all.y.map((label) => draws.of(at(others, label)));
    this.#badColumn = Int32Array.from(range(n), () => draws.whole(0, table.columns.length));
    this.#donor = Uint32Array.from(range(n), () => draws.whole(0, n));
  }

  #drawRound(draws: Draws, round: number, numbers: readonly number[]): void {
    const there = range(at(this.#cuts, round - 1));
    const correct = draws.some(
      there.filter((i) => at(this.#fixed, i) < 0),
      draws.between(0.01, 0.03) * there.length,
    );
    for (const i of correct) {
      this.#fixed[i] = round;
      this.#wrong[i] = draws.whole(1, 3);
    }
    const left = there.filter((i) => at(this.#gone, i) > round && at(this.#fixed, i) !== round);
    for (const i of draws.some(left, 0.005 * there.length)) this.#gone[i] = round;
    const column = draws.of(numbers);
    const by = 0.05 * momentsOf(at(this.#all.x, column).subarray(0, at(this.#cuts, 0))).sd;
    this.#nudges.push({ round, column, by, rows: draws.some(there, 0.01 * there.length) });
  }

  /** The table after some rounds. */
  snapshot(round: number): Snapshot {
    const n = at(this.#cuts, round);
    const { x, y } = this.#all;
    const now = { ids: Float64Array.from(range(n)), x: x.map((column) => column.slice(0, n)), y: y.slice(0, n) };
    for (const nudge of this.#nudges)
      if (nudge.round <= round)
        for (const i of nudge.rows) {
          const column = at(now.x, nudge.column);
          column[i] = at(column, i) + nudge.by;
        }
    for (let i = 0; i < n; i++) {
      if (at(this.#fixed, i) <= round) continue;
      const c = at(this.#badColumn, i);
      if (at(this.#wrong, i) === 1) now.y[i] = at(this.#badLabel, i);
      else at(now.x, c)[i] = at(at(x, c), at(this.#donor, i));
    }
    return rowsAt(
      now,
      range(n).filter((i) => at(this.#gone, i) > round),
    );
  }
}

/** Rows in the order of a column's values, as shares in [0, 1). */
export function quantiles(values: Float64Array): Float64Array {
  const order = range(values.length).sort((a, b) => at(values, a) - at(values, b) || a - b);
  const places = new Float64Array(values.length);
  order.forEach((row, i) => {
    places[row] = i / values.length;
  });
  return places;
}

const distinct = (values: Float64Array): number => new Set(values.subarray(0, 2_000)).size;

/** Columns that are numbers with more than a few values. */
export const richColumns = (table: Table, now: Snapshot): number[] =>
  numberColumns(table).filter((c) => distinct(at(now.x, c)) > 8);

/** Rows of a random tenth by one column. */
export function tenth(table: Table, now: Snapshot, draws: Draws, share = 0.1): Uint8Array {
  const places = quantiles(at(now.x, draws.of(richColumns(table, now))));
  const from = draws.between(0, 1 - share);
  return Uint8Array.from(places, (place) => (place >= from && place < from + share ? 1 : 0));
}

/** How often each class occurs in some rows. */
export function classCounts(table: Table, y: Int32Array, rows?: ArrayLike<number>): number[] {
  const counts = table.classes.map(() => 0);
  const count = (i: number): void => {
    const label = at(y, i);
    counts[label] = at(counts, label) + 1;
  };
  if (rows) for (let k = 0; k < rows.length; k++) count(at(rows, k));
  else for (let i = 0; i < y.length; i++) count(i);
  return counts;
}

/** Classes by how often they occur. */
export const byFrequency = (counts: readonly number[]): number[] =>
  [...counts.keys()].sort((a, b) => at(counts, b) - at(counts, a) || a - b);

/** The rows of a mask. */
export const rowsIn = (mask: Uint8Array): Uint32Array => Uint32Array.from(mask.keys()).filter((i) => at(mask, i) === 1);
