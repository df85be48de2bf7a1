/** Parts of a table in words: by a value of a column, or by a range of a number or a date. */
import type { Slice } from '../data/judgement.ts';
import { say } from '../base/say.ts';
import { percentText } from './numbers.ts';

const day = 86_400_000;

/** Columns whose numbers are days since 1970. */
export type DateColumns = ReadonlySet<string>;

/** A number as it is, without digits that say nothing; a day of a date column as `2026-01-31`. */
export function valueText(column: string, value: number, dates: DateColumns): string {
  if (!dates.has(column)) return String(Number(value.toPrecision(6)));
  const at = new Date(value * day);
  return Number.isNaN(at.getTime()) ? String(value) : at.toISOString().slice(0, 10);
}

const isWord = (value: string): boolean => value !== '' && Number.isNaN(Number(value)) && value !== 'NULL';

/** `region = West`, `tenure from 3 to 8` */
export function sliceText(slice: Slice, dates: DateColumns): string {
  const { column } = slice;
  if ('value' in slice) return say('{0} = {1}', column, slice.value === '' ? 'NULL' : slice.value);
  return say('{0} from {1} to {2}', column, valueText(column, slice.from, dates), valueText(column, slice.to, dates));
}

/** Behind a number of rows: `4,165 rows, all in West`; where a few lie elsewhere, `4,165 rows, 97 % of them in West`. */
export function rowsWithin(rows: string, where: Slice | null, dates: DateColumns): string {
  if (where === null) return rows;
  const { share } = where;
  if (share !== undefined) {
    const text = percentText(Math.min(share, 0.99));
    return 'value' in where && isWord(where.value)
      ? say('{0}, {1} of them in {2}', rows, text, where.value)
      : say('{0}, {1} of them with {2}', rows, text, sliceText(where, dates));
  }
  if ('value' in where && isWord(where.value)) return say('{0}, all in {1}', rows, where.value);
  return say('{0}, all with {1}', rows, sliceText(where, dates));
}
