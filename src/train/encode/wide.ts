/**
 * Numbers that a double cannot tell from their neighbours: whole numbers beyond ±2^53, decimals of more than 15 digits. A column of such,
 * as its first rows show it, is told from a number of its own, its base: what a model learns from is how far apart they are.
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

/** Whether numbers told from the base are told apart wherever doubles are, and further ones besides. */
function tellsMore(values: readonly Value[], base: bigint): boolean {
  const plainly = new Set<number>();
  const fromThere = new Set<number>();
  const both = new Set<string>();
  for (const value of values) {
    const digits = digitsOf(value);
    if (!digits) continue;
    const [own, far] = [Number(value), fromBase(value, base, Number)];
    plainly.add(own);
    fromThere.add(far);
    both.add(`${own} ${far}`);
  }
  return fromThere.size > plainly.size && both.size === fromThere.size;
}

/**
 * The base of a column with these among its values: the middle one of those that are too wide for a double, without what stands behind its
 * point. Null where it would not tell more of them apart, or some less: of small numbers beside one that stands for "none", say.
 */
export function baseOf(values: readonly Value[]): string | null {
  const wide = values.filter(isWide).flatMap((value) => {
    const { units, scale } = digitsOf(value) ?? { units: 0n, scale: 0 };
    const whole = units / 10n ** BigInt(scale);
    return whole === 0n ? [] : [whole];
  });
  const base = wide.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[wide.length >> 1];
  return base !== undefined && tellsMore(values, base) ? String(base) : null;
}

/** The nearest double to `value` − `base`; NaN where there is no number. */
export function fromBase(value: Value, base: bigint, otherwise: (value: Value) => number): number {
  const digits = digitsOf(value);
  if (!digits) return otherwise(value) - Number(base);
  const { units, scale } = digits;
  return Number(`${units - base * 10n ** BigInt(scale)}e-${scale}`);
}
