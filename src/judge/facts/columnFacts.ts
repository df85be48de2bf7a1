/** What is known of one column of all labelled rows: how its values lie, counted exactly in places that were chosen once. */
import { at } from '../../base/assert.ts';
import type { JudgedColumn, JudgedValue } from '../rows/columns.ts';

/**
 * How values lie. `values`: the rows of each value, `others` those of values that have no place of their own. `bins`: the rows of
 * each bin, `edges[i] < value <= edges[i + 1]`, the outer ones open, without the rows of values that are so frequent that they
 * are counted by themselves.
 */
export type Distribution =
  | {
      readonly kind: 'values';
      readonly values: readonly JudgedValue[];
      readonly counts: Float64Array;
      readonly others: number;
    }
  | {
      readonly kind: 'bins';
      readonly edges: Float64Array;
      readonly counts: Float64Array;
      readonly values: Float64Array;
      readonly valueCounts: Float64Array;
    };

/** One column of all labelled rows of a snapshot. */
export interface ColumnFacts {
  readonly name: string;
  readonly kind: JudgedColumn['kind'];
  readonly role: JudgedColumn['role'];
  readonly rows: number;
  readonly missing: number;
  /** Rows more than 8 sd from the mean of `clip`; null of categories and truths. */
  readonly beyond: number;
  readonly clip: { readonly mean: number; readonly sd: number } | null;
  /** Sums of the values' distances from `clip.mean` and of their squares. */
  readonly sum: number;
  readonly squares: number;
  readonly distribution: Distribution;
}

/** Values further from the mean than so many sd are clipped by the encoder. */
const clipAt = 8;
/** Values of a column that have a place of their own. */
export const mostValues = 256;

/** Whether an encoder with this clip cuts a number off. Dates are not cut: new rows of a time series lie beyond by their nature. */
export const isBeyond = ({ kind, clip }: Pick<ColumnFacts, 'kind' | 'clip'>, value: number): boolean =>
  kind === 'number' && clip !== null && clip.sd > 0 && Math.abs((value - clip.mean) / clip.sd) > clipAt;

/** The bin of a value: the last edge below it. */
function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(edges, middle) < value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Facts that are being counted, up or down. */
export class ColumnTally {
  readonly #of: ColumnFacts;
  #rows: number;
  #missing: number;
  #beyond: number;
  #sum: number;
  #squares: number;
  #others = 0;
  readonly #places = new Map<JudgedValue, number>();
  readonly #values: JudgedValue[];
  readonly #counts: number[];
  readonly #bins: Float64Array;
  readonly #edges: Float64Array;

  constructor(of: ColumnFacts) {
    this.#of = of;
    this.#rows = of.rows;
    this.#missing = of.missing;
    this.#beyond = of.beyond;
    this.#sum = of.sum;
    this.#squares = of.squares;
    const { distribution } = of;
    this.#values = [...distribution.values];
    this.#values.forEach((value, i) => this.#places.set(value, i));
    const counts = distribution.kind === 'values' ? distribution.counts : distribution.valueCounts;
    this.#counts = [...counts];
    if (distribution.kind === 'values') this.#others = distribution.others;
    this.#bins = distribution.kind === 'bins' ? distribution.counts.slice() : new Float64Array(0);
    this.#edges = distribution.kind === 'bins' ? distribution.edges.slice() : new Float64Array(0);
  }

  /** `times`: 1 where a row came, -1 where one went. `value` null: missing. */
  count(value: JudgedValue | null, times: number): void {
    this.#rows += times;
    if (value === null) {
      this.#missing += times;
      return;
    }
    const { clip } = this.#of;
    if (typeof value === 'number' && clip) {
      this.#sum += times * (value - clip.mean);
      this.#squares += times * (value - clip.mean) ** 2;
      if (isBeyond(this.#of, value)) this.#beyond += times;
    }
    this.#place(value, times);
  }

  #place(value: JudgedValue, times: number): void {
    const place = this.#places.get(value);
    if (place !== undefined) this.#counts[place] = at(this.#counts, place) + times;
    else if (this.#edges.length > 0) {
      const number = Number(value);
      const bin = binOf(this.#edges, number);
      this.#bins[bin] = at(this.#bins, bin) + times;
      if (number < at(this.#edges, 0)) this.#edges[0] = number;
      const last = this.#edges.length - 1;
      if (number > at(this.#edges, last)) this.#edges[last] = number;
    } else if (times > 0 && this.#others === 0 && this.#values.length < mostValues) {
      this.#places.set(value, this.#values.length);
      this.#values.push(value);
      this.#counts.push(times);
    } else this.#others += times;
  }

  done(): ColumnFacts {
    const counted = Float64Array.from(this.#counts);
    const distribution: Distribution =
      this.#of.distribution.kind === 'values'
        ? { kind: 'values', values: this.#values, counts: counted, others: this.#others }
        : {
            kind: 'bins',
            edges: this.#edges,
            counts: this.#bins,
            values: Float64Array.from(this.#values, Number),
            valueCounts: counted,
          };
    return {
      ...this.#of,
      rows: this.#rows,
      missing: this.#missing,
      beyond: this.#beyond,
      sum: this.#sum,
      squares: this.#squares,
      distribution,
    };
  }
}

const greatest = (counts: Float64Array): number => counts.reduce((most, count) => Math.max(most, count), 0);

/** The share of all rows that show the most frequent value. */
export function topShare({ rows, missing, distribution }: ColumnFacts): number {
  if (rows - missing <= 0) return 1;
  const top = greatest(distribution.kind === 'values' ? distribution.counts : distribution.valueCounts);
  return top / rows;
}

/** How many values there are, as far as they were told apart. */
export const distinctValues = ({ distribution }: ColumnFacts): number =>
  distribution.kind === 'bins'
    ? mostValues + 1
    : distribution.counts.filter((count) => count > 0).length + (distribution.others > 0 ? 1 : 0);

/** Standard deviation of the values; 0 of categories. */
export function deviationOf({ rows, missing, sum, squares }: ColumnFacts): number {
  const n = rows - missing;
  return n <= 0 ? 0 : Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
}

/** The rows that show a value; 0 where it has no place of its own. */
export function rowsWith({ distribution }: ColumnFacts, value: JudgedValue): number {
  if (distribution.kind === 'values') {
    const place = distribution.values.indexOf(value);
    return place < 0 ? 0 : at(distribution.counts, place);
  }
  const place = distribution.values.indexOf(Number(value));
  return place < 0 ? 0 : at(distribution.valueCounts, place);
}

/** How many numbers lie at or below a value: exact at the places that were chosen, in proportion within a bin. */
export class Cumulative {
  readonly #edges: Float64Array;
  /** Rows in the bins before each edge. */
  readonly #below: Float64Array;
  readonly #values: Float64Array;
  /** Rows of the values before each place. */
  readonly #before: Float64Array;

  constructor({ distribution }: ColumnFacts) {
    const own = distribution.kind === 'values' ? distribution.counts : distribution.valueCounts;
    const order = Array.from(own.keys()).sort(
      (a, b) => Number(distribution.values[a]) - Number(distribution.values[b]),
    );
    this.#values = Float64Array.from(order, (i) => Number(distribution.values[i]));
    this.#before = sums(Float64Array.from(order, (i) => at(own, i)));
    this.#edges = distribution.kind === 'bins' ? distribution.edges : new Float64Array(0);
    this.#below = distribution.kind === 'bins' ? sums(distribution.counts) : new Float64Array(1);
  }

  #inBins(value: number): number {
    const edges = this.#edges;
    const last = edges.length - 1;
    if (last < 1 || value <= at(edges, 0)) return 0;
    if (value >= at(edges, last)) return at(this.#below, last);
    const bin = binOf(edges, value);
    const low = at(edges, bin);
    const part = (value - low) / (at(edges, bin + 1) - low);
    return at(this.#below, bin) + part * (at(this.#below, bin + 1) - at(this.#below, bin));
  }

  /** Rows with a value below this one. */
  below(value: number): number {
    return this.#inBins(value) + at(this.#before, firstFrom(this.#values, value, false));
  }

  /** Rows with this value or one below it. */
  upTo(value: number): number {
    return this.#inBins(value) + at(this.#before, firstFrom(this.#values, value, true));
  }
}

/** Sums of the first 0, 1, 2 … counts. */
function sums(counts: Float64Array): Float64Array {
  const all = new Float64Array(counts.length + 1);
  counts.forEach((count, i) => {
    all[i + 1] = at(all, i) + count;
  });
  return all;
}

/** The first place whose value is not below the one given, or, `beyond`, is above it. */
function firstFrom(values: Float64Array, value: number, beyond: boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const own = at(values, middle);
    if (own < value || (beyond && own === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
