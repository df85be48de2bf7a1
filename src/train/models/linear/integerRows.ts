/**
 * Encoded rows as whole numbers: every input is rounded to a 4,096th, so that products and their sums are exact. Only inputs
 * that are not 0 are listed, because of a category all slots but one are.
 */
import { at } from '../../../base/assert.ts';
import type { EncodedLayout } from '../../../data/trainPage.ts';

/** What 1 is. */
export const unit = 4_096;
/** The encoder clips at 8 deviations: no entry is beyond. */
export const mostEntry = 8 * unit;

/** The entries of one row: `entries[i]` stands at input `inputs[i]`, for `i` below `length`; the last one is the bias. */
export interface SparseRow {
  readonly inputs: Int32Array;
  readonly entries: Float64Array;
  length: number;
}

/** Inputs with the bias, which is the last. */
export const widthOf = ({ inputs }: EncodedLayout): number => inputs + 1;

/** Room for any row of a layout. */
export const emptyRow = (layout: EncodedLayout): SparseRow => ({
  inputs: new Int32Array(widthOf(layout)),
  entries: new Float64Array(widthOf(layout)),
  length: 0,
});

const rounded = (value: number): number => Math.min(mostEntry, Math.max(-mostEntry, Math.round(value * unit)));

/** Writes the row that starts at `base` of `values` into `row`. */
export function readRow(layout: EncodedLayout, values: Float32Array, base: number, row: SparseRow): void {
  let length = 0;
  const put = (input: number, entry: number): void => {
    if (entry === 0) return;
    row.inputs[length] = input;
    row.entries[length] = entry;
    length += 1;
  };
  for (const { way, from, to, count } of layout.spreads) {
    const first = at(values, base + from);
    if (way === 'oneHot') put(to + first, unit);
    else if (way === 'flagged' && Number.isNaN(first)) put(to + count, unit);
    else for (let i = 0; i < count; i++) put(to + i, rounded(at(values, base + from + i)));
  }
  put(layout.inputs, unit);
  row.length = length;
}
