/**
 * Numbers that a double cannot tell from their neighbours: whole numbers beyond ±2^53, decimals of more than 15 digits. A column of such is
 * told from a number of its own, its base, exactly: what a model learns from is how far apart they are.
 */
import type { Value } from '../../data/value.ts';

/** A number as whole units of its last digit. */
interface Digits {
  readonly units: bigint;
  /** Digits after the point. */
  readonly scale: number;
}

const plain = /^\s*([+-]?)(\d{1,100})(?:\.(\d{0,100}))?\s*$/;
/** Digits that every double holds. */
const sureDigits = 15;

/** Null for what is no number in plain digits. */
function digitsOf(value: Value): Digits | null {
  if (typeof value === 'bigint') return { units: value, scale: 0 };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { units: BigInt(value), scale: 0 } : digitsOf(String(value));
  const [, sign, whole = '', spelled = ''] = (typeof value === 'string' && plain.exec(value)) || [];
  if (sign === undefined) return null;
  const behind = spelled.replace(/0+$/, '');
  return { units: BigInt((sign === '-' ? '-' : '') + whole + behind), scale: behind.length };
}

const isWide = (value: Value): boolean => {
  if (typeof value === 'number') return false;
  const digits = digitsOf(value);
  return (
    digits !== null &&
    String(digits.units).replace(/^-?0*/, '').length > sureDigits &&
    !Number.isSafeInteger(Number(digits.units))
  );
};

/** The base of a column with these among its values: the first that is too wide for a double, without what stands behind its point. */
export function baseOf(values: readonly Value[]): string | null {
  const wide = values.find(isWide);
  const digits = wide === undefined ? null : digitsOf(wide);
  if (!digits) return null;
  const whole = digits.units / 10n ** BigInt(digits.scale);
  return whole === 0n ? null : String(whole);
}

/** The nearest double to `value` − `base`; NaN where there is no number. */
export function fromBase(value: Value, base: bigint, otherwise: (value: Value) => number): number {
  const digits = digitsOf(value);
  if (!digits) return otherwise(value) - Number(base);
  const { units, scale } = digits;
  return Number(`${units - base * 10n ** BigInt(scale)}e-${scale}`);
}
