/**
 * Rows as a bag: each different row once, with how often it is there, in the order of its bytes. So equal rows are the same
 * rows in whatever order they came, and taking a row away leaves nothing of it.
 */
import { at } from '../../../base/assert.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { RowStream } from '../../../data/trainPage.ts';
import { pauser } from '../../rows/pause.ts';
import { type LabelScale, stepsOf } from '../labelScale.ts';

/** `bins` has `features` bytes a row; a label is the number of a class or, of a regression, whole steps. */
export interface RowBag {
  readonly features: number;
  readonly bins: Uint8Array;
  readonly labels: Int32Array;
  /** Above 0; of changed rows also below: so often it is taken away. */
  readonly times: Int32Array;
}

/** Different rows. */
export const sizeOf = ({ labels }: RowBag): number => labels.length;

/** Rows in all. */
export const rowsOf = ({ times }: RowBag): number => times.reduce((sum, count) => sum + count, 0);

export const emptyBag = (features: number): RowBag => ({
  features,
  bins: new Uint8Array(0),
  labels: new Int32Array(0),
  times: new Int32Array(0),
});

/** By bins, then by label. */
function compare(one: RowBag, i: number, other: RowBag, j: number): number {
  const { features } = one;
  for (let f = 0; f < features; f++) {
    const difference = at(one.bins, i * features + f) - at(other.bins, j * features + f);
    if (difference !== 0) return difference;
  }
  return at(one.labels, i) - at(other.labels, j);
}

/** One pass of a sort by bytes: stable, from the least important byte on. */
function byByte(order: Uint32Array, next: Uint32Array, byteOf: (row: number) => number): void {
  const starts = new Uint32Array(257);
  for (const row of order) starts[byteOf(row) + 1] = at(starts, byteOf(row) + 1) + 1;
  for (let b = 0; b < 256; b++) starts[b + 1] = at(starts, b + 1) + at(starts, b);
  for (const row of order) {
    const place = at(starts, byteOf(row));
    next[place] = row;
    starts[byteOf(row)] = place + 1;
  }
  order.set(next);
}

function sortedOrder({ features, bins, labels }: RowBag): Uint32Array {
  const order = Uint32Array.from(labels, (_, i) => i);
  const next = new Uint32Array(order.length);
  // Labels have a sign: turned so that the least comes first.
  for (let shift = 0; shift < 32; shift += 8)
    byByte(order, next, (row) => ((at(labels, row) ^ -2147483648) >>> shift) & 255);
  for (let f = features - 1; f >= 0; f--) byByte(order, next, (row) => at(bins, row * features + f));
  return order;
}

/** Sorted, equal rows as one, and rows that came as often as they went left out. */
function bagOf(rows: RowBag): RowBag {
  const { features } = rows;
  const order = sortedOrder(rows);
  const heads: number[] = [];
  const times: number[] = [];
  let head = -1;
  for (const row of order) {
    if (head < 0 || compare(rows, head, rows, row) !== 0) {
      head = row;
      heads.push(row);
      times.push(0);
    }
    times[times.length - 1] = at(times, times.length - 1) + at(rows.times, row);
  }
  const kept = heads.flatMap((row, i) => (at(times, i) === 0 ? [] : [{ row, times: at(times, i) }]));
  const bins = new Uint8Array(kept.length * features);
  kept.forEach(({ row }, i) => bins.set(rows.bins.subarray(row * features, (row + 1) * features), i * features));
  return {
    features,
    bins,
    labels: Int32Array.from(kept, ({ row }) => at(rows.labels, row)),
    times: Int32Array.from(kept, (one) => one.times),
  };
}

/** Rows of streams, each with how often a row of it counts: 1, or -1 to take it away. */
export async function gatherBag(
  parts: readonly { readonly rows: RowStream<'bins'>; readonly times: 1 | -1 }[],
  features: number,
  scale: LabelScale | null,
  signal: AbortSignal,
): Promise<RowBag> {
  const pause = pauser(signal);
  const bins: Uint8Array[] = [];
  const labels: number[] = [];
  const times: number[] = [];
  for (const part of parts)
    for await (const page of part.rows.read(signal)) {
      throwIfCancelled(signal);
      bins.push(page.bins);
      for (let i = 0; i < page.rows; i++) {
        const label = at(page.labels.values, i);
        labels.push(scale ? stepsOf(scale, label) : label);
        times.push(part.times);
      }
      await pause();
    }
  throwIfCancelled(signal);
  const all = new Uint8Array(labels.length * features);
  let place = 0;
  for (const piece of bins) {
    all.set(piece, place);
    place += piece.length;
  }
  return bagOf({ features, bins: all, labels: Int32Array.from(labels), times: Int32Array.from(times) });
}

/** The first row of a sorted bag that does not come before row `j` of another. */
function placeIn(bag: RowBag, other: RowBag, j: number): number {
  let low = 0;
  let high = sizeOf(bag);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(bag, middle, other, j) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A bag after changes; `model.incompatible` where a row is to be taken away that is not there. */
export function changedBag(bag: RowBag, changes: RowBag): RowBag {
  const { features } = bag;
  const bins = new Uint8Array(bag.bins.length + changes.bins.length);
  const labels = new Int32Array(sizeOf(bag) + sizeOf(changes));
  const times = new Int32Array(labels.length);
  let size = 0;
  const put = (from: RowBag, start: number, end: number): void => {
    bins.set(from.bins.subarray(start * features, end * features), size * features);
    labels.set(from.labels.subarray(start, end), size);
    times.set(from.times.subarray(start, end), size);
    size += end - start;
  };
  let next = 0;
  for (let j = 0; j < sizeOf(changes); j++) {
    const place = placeIn(bag, changes, j);
    put(bag, next, place);
    next = place;
    const isThere = place < sizeOf(bag) && compare(bag, place, changes, j) === 0;
    const count = (isThere ? at(bag.times, place) : 0) + at(changes.times, j);
    if (isThere) next += 1;
    if (count < 0)
      throw new Failure('model.incompatible', {
        model: say('The parent'),
        reason: say('it never learnt a row that is to be taken back. Train fully.'),
      });
    if (count === 0) continue;
    put(changes, j, j + 1);
    times[size - 1] = count;
  }
  put(bag, next, sizeOf(bag));
  return {
    features,
    bins: bins.slice(0, size * features),
    labels: labels.slice(0, size),
    times: times.slice(0, size),
  };
}

/** Some rows of a bag, by their places. */
export function pickRows(bag: RowBag, places: readonly number[]): RowBag {
  const { features } = bag;
  const bins = new Uint8Array(places.length * features);
  places.forEach((row, i) => bins.set(bag.bins.subarray(row * features, (row + 1) * features), i * features));
  return {
    features,
    bins,
    labels: Int32Array.from(places, (row) => at(bag.labels, row)),
    times: Int32Array.from(places, (row) => at(bag.times, row)),
  };
}
