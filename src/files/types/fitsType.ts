/** Whether a value is one of a declared type, for columns of a file whose own type a store cannot have. */
import type { Value } from '../../data/value.ts';
import { familyOf } from './cellValue.ts';

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** Integers by their 64 bits, decimals by their digits; what is of another kind fits. */
export function fitsType(type: string, value: Value): boolean {
  if (value === null) return true;
  const family = familyOf(type);
  if (family === 'integer') return isWhole(value, /unsigned/i.test(type));
  return family !== 'decimal' || hasDigits(type, String(value));
}

function isWhole(value: Exclude<Value, null>, unsigned: boolean): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && (value >= 0 || !unsigned);
  if (typeof value !== 'bigint') return false;
  return unsigned ? value >= 0n && value < 2n ** 64n : value >= int64.min && value <= int64.max;
}

function hasDigits(type: string, value: string): boolean {
  const [, precision = '10', scale = '0'] = /\((\d+)(?:\s*,\s*(\d+))?\)/.exec(type) ?? [];
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d*?)0*)?$/.exec(value) ?? [];
  return whole.length <= Number(precision) - Number(scale) && fraction.length <= Number(scale);
}
