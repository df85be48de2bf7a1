/** Pages of rows, column by column, in forms that cross every process border (structured clone and webview messages). */
import { at } from '../base/assert.ts';
import type { Value } from './value.ts';

/**
 * One column of a page. `number` and `integer` keep NULL apart (`nulls[i] === 1`; null means "no NULL here"), because a
 * typed array cannot hold it. `mixed` holds no bigint (webview messages are JSON).
 */
export type Cells =
  | { readonly kind: 'number'; readonly values: Float64Array; readonly nulls: Uint8Array | null }
  | { readonly kind: 'integer'; readonly values: BigInt64Array | BigUint64Array; readonly nulls: Uint8Array | null }
  | { readonly kind: 'text'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'bytes'; readonly values: readonly (Uint8Array | null)[] }
  | { readonly kind: 'mixed'; readonly values: readonly (string | number | Uint8Array | null)[] };

/** A column of a page; pages carry them so that each can be read alone. */
export interface PageColumn {
  readonly name: string;
  /** As `ColumnInfo.type`; '' for an expression whose type is unknown. */
  readonly type: string;
}

/**
 * `cells[c]` has `rows` entries for `columns[c]`. `hashes` (row hashes, lower-case hex) when they were asked for. `seen`: of test and
 * validation rows whose rivals have another split, who may have trained on a row: 1 the parent, 2 the baseline, 3 both.
 */
export interface RowPage {
  readonly rows: number;
  readonly columns: readonly PageColumn[];
  readonly cells: readonly Cells[];
  readonly hashes?: readonly string[];
  readonly seen?: Uint8Array;
}

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;

/** The value at row `i`; integers beyond ±2^53 come back as bigint. */
export function cellAt(cells: Cells, i: number): Value {
  if (cells.kind === 'number') return cells.nulls?.[i] ? null : at(cells.values, i);
  if (cells.kind === 'integer') {
    if (cells.nulls?.[i]) return null;
    const value = at(cells.values, i);
    const near = Number(value);
    return Number.isSafeInteger(near) ? near : value;
  }
  return at(cells.values, i);
}

function nullsOf(values: readonly Value[]): Uint8Array | null {
  let nulls: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null) continue;
    nulls ??= new Uint8Array(values.length);
    nulls[i] = 1;
  }
  return nulls;
}

/** Integers, also unsigned ones beyond 2^63; null where they are others, or of both kinds. */
function wholeOf(values: readonly Value[]): BigInt64Array | BigUint64Array | null {
  const within = (min: bigint, max: bigint): boolean =>
    values.every(
      (v) =>
        v === null ||
        ((typeof v === 'bigint' || Number.isSafeInteger(v)) && (v as bigint) >= min && (v as bigint) <= max),
    );
  const whole = (v: Value): bigint => BigInt((v ?? 0) as number | bigint);
  if (within(int64Min, int64Max)) return BigInt64Array.from(values, whole);
  return within(0n, uint64Max) ? BigUint64Array.from(values, whole) : null;
}

/** Packs values into the narrowest form that holds them all without loss. */
export function packCells(values: readonly Value[]): Cells {
  const kinds = new Set<string>();
  for (const value of values) if (value !== null) kinds.add(value instanceof Uint8Array ? 'bytes' : typeof value);
  if (kinds.size === 0) return { kind: 'text', values: values.map(() => null) };
  if (kinds.size === 1 && kinds.has('number'))
    return { kind: 'number', values: Float64Array.from(values as number[]), nulls: nullsOf(values) };
  if (kinds.size === 1 && kinds.has('string')) return { kind: 'text', values: values as (string | null)[] };
  if (kinds.size === 1 && kinds.has('bytes')) return { kind: 'bytes', values: values as (Uint8Array | null)[] };
  const whole = wholeOf(values);
  if (whole) return { kind: 'integer', values: whole, nulls: nullsOf(values) };
  return { kind: 'mixed', values: values.map((v) => (typeof v === 'bigint' ? v.toString() : v)) };
}

/** Packs rows (each an array of `columns.length` values) into a page. */
export function packRows(
  columns: readonly PageColumn[],
  rows: readonly (readonly Value[])[],
  hashes?: readonly string[],
): RowPage {
  const cells = columns.map((_, c) => packCells(rows.map((row) => at(row, c))));
  return { rows: rows.length, columns, cells, ...(hashes && { hashes }) };
}

/** Row `i` of a page as values, in column order. */
export const rowAt = (page: { readonly cells: readonly Cells[] }, i: number): Value[] =>
  page.cells.map((cells) => cellAt(cells, i));

/** The entries of a column at `rows`, in that order. */
export function pickCells(cells: Cells, rows: readonly number[]): Cells {
  switch (cells.kind) {
    case 'number':
      return {
        kind: 'number',
        values: Float64Array.from(rows, (i) => at(cells.values, i)),
        nulls: pickNulls(cells.nulls, rows),
      };
    case 'integer':
      return {
        kind: 'integer',
        values: pickIntegers(cells.values, rows),
        nulls: pickNulls(cells.nulls, rows),
      };
    case 'text':
      return { kind: 'text', values: rows.map((i) => at(cells.values, i)) };
    case 'bytes':
      return { kind: 'bytes', values: rows.map((i) => at(cells.values, i)) };
    case 'mixed':
      return { kind: 'mixed', values: rows.map((i) => at(cells.values, i)) };
  }
}

const pickIntegers = <T extends BigInt64Array | BigUint64Array>(values: T, rows: readonly number[]): T =>
  (values instanceof BigInt64Array
    ? BigInt64Array.from(rows, (i) => at(values, i))
    : BigUint64Array.from(rows, (i) => at(values, i))) as T;

const pickNulls = (nulls: Uint8Array | null, rows: readonly number[]): Uint8Array | null =>
  nulls === null ? null : Uint8Array.from(rows, (i) => at(nulls, i));
