/** Cells as plain numbers, one a row, by the kind of their feature: the step between a page and its encoding. */
import type { Cells } from '../../data/page.ts';
import { cellAt } from '../../data/page.ts';
import type { FeatureKind } from '../../data/training.ts';
import { textOf, type Value } from '../../data/value.ts';
import { daysOf } from './days.ts';
import { fromBase } from './wide.ts';

/** The number of a category's text. */
export type CategoryNumber = (text: string) => number;

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

function numberOf(value: Value): number {
  if (typeof value === 'number') return finite(value);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && value.trim() !== '') return finite(Number(value));
  return Number.NaN;
}

const truths: Readonly<Record<string, number>> = { true: 1, t: 1, yes: 1, y: 1, false: 0, f: 0, no: 0, n: 0 };

function booleanOf(value: Value): number {
  if (typeof value === 'string') {
    const word = truths[value.toLowerCase()];
    if (word !== undefined) return word;
  }
  const number = numberOf(value);
  return Number.isNaN(number) ? number : number === 0 ? 0 : 1;
}

/** Below this an epoch is in seconds, from it on in milliseconds. */
const epochMilliseconds = 1e11;
/** Days around 1970 that a date can lie in, as in JavaScript's own; a number beyond is no date, and counts as missing. */
const mostDays = 1e8;

function dateOf(value: Value): number {
  if (typeof value === 'string') return daysOf(value);
  const epoch = numberOf(value);
  const days = epoch / (Math.abs(epoch) < epochMilliseconds ? 86_400 : 86_400_000);
  return Math.abs(days) <= mostDays ? days : Number.NaN;
}

/** The cells of a column: numbers as they are, or how far they are from `base`, dates as days since 1970, booleans as 0 or 1, categories by `numberOfCategory`; missing is NaN. */
export function rawColumn(
  kind: FeatureKind,
  cells: Cells,
  rows: number,
  numberOfCategory: CategoryNumber,
  base?: string,
): Float64Array {
  const from = base === undefined ? null : BigInt(base);
  if (kind === 'number' && from === null && cells.kind === 'number') {
    const raw = Float64Array.from(cells.values, finite);
    cells.nulls?.forEach((isNull, i) => {
      if (isNull) raw[i] = Number.NaN;
    });
    return raw;
  }
  const convert: (value: Value) => number =
    kind === 'number'
      ? from === null
        ? numberOf
        : (value) => (value === null ? Number.NaN : fromBase(value, from, numberOf))
      : kind === 'boolean'
        ? booleanOf
        : kind === 'date'
          ? dateOf
          : (value) => (value === null ? Number.NaN : numberOfCategory(textOf(value)));
  const raw = new Float64Array(rows);
  for (let i = 0; i < rows; i++) raw[i] = convert(cellAt(cells, i));
  return raw;
}
