/** Values of a column as numbers that can be near each other, by the kind of the feature: decimals, dates and 64-bit numbers are none by themselves. */
import { timeOf } from '../../data/splitting/sides.ts';
import type { FeatureKind } from '../../data/training.ts';
import type { Value } from '../../data/value.ts';

/** Whether two values are one number, or one moment, however they are written. */
export function isSameNumber(one: Value, other: Value): boolean {
  const number = timeOf(one);
  return number !== null && number === timeOf(other);
}

/**
 * Numbers as they are, or how far they are from the first one that is too wide for a double; moments in milliseconds since 1970. What is
 * neither, and all of a category, stays as it is.
 */
export function asNumbers(kind: FeatureKind, values: readonly Value[]): readonly Value[] {
  if (kind !== 'number' && kind !== 'date') return values;
  const told = values.map(timeOf);
  const base = told.find((one) => typeof one === 'bigint') ?? null;
  return told.map((one, i) => {
    const number = typeof one === 'string' ? Date.parse(`${one.replace(' ', 'T')}Z`) : fromBase(one, base);
    return number === null || !Number.isFinite(number) ? (values[i] ?? null) : number;
  });
}

function fromBase(one: number | bigint | null, base: bigint | null): number | null {
  if (one === null || base === null) return one === null ? null : Number(one);
  return typeof one === 'bigint' || Number.isInteger(one) ? Number(BigInt(one) - base) : one - Number(base);
}
