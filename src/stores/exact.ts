/**
 * Exact numbers in the forms in which they are kept: a DECIMAL of up to 18 digits as a whole number of units of its last digit, one of
 * more as a text that orders as the number does; a whole number without a sign as the 64 bits that it has.
 */

/** Digits of a DECIMAL at most, before and behind the point together. */
export const mostDigits = 38;
/** Digits behind the point at most. */
export const mostScale = 30;
/** Digits of which every number fits 64 bits. */
export const scaledDigits = 18;

const powers = Array.from({ length: 80 }, (_, n) => 10n ** BigInt(n));
/** 10 to the power of `n`. */
export const ten = (n: number): bigint => powers[n] ?? 10n ** BigInt(n);

/** A number of units of 10^-`scale` as text with exactly `scale` digits behind the point: 1250 and 2 are `12.50`. */
export function decimalOf(units: bigint | number, scale: number): string {
  const isNegative = units < 0;
  const digits = String(units).slice(isNegative ? 1 : 0);
  const sign = isNegative ? '-' : '';
  if (scale === 0) return `${sign}${digits}`;
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** Units of 10^-`from` as units of 10^-`to`: half away from zero where digits go, or cut. */
export function rescale(units: bigint, from: number, to: number, isCut = false): bigint {
  if (to >= from) return units * ten(to - from);
  const unit = ten(from - to);
  const size = units < 0n ? -units : units;
  const rounded = isCut ? size / unit : (size + unit / 2n) / unit;
  return units < 0n ? -rounded : rounded;
}

/** The digits of a negative number turned round, so that the smaller comes first. */
const turned = (digits: string): string => {
  let text = '';
  for (let i = 0; i < digits.length; i++) text += String.fromCharCode(105 - digits.charCodeAt(i));
  return text;
};

/** Units as a text of `digits` + 1 characters that orders, byte by byte, as the numbers do; undefined for more digits. */
export function packed(units: bigint, digits: number): string | undefined {
  const written = String(units < 0n ? -units : units);
  if (written.length > digits) return undefined;
  const padded = written.padStart(digits, '0');
  return units < 0n ? `0${turned(padded)}` : `1${padded}`;
}

/** The units that `packed` made a text of; undefined for a text that it did not make. */
export function unpacked(text: string): bigint | undefined {
  if (!/^[01]\d+$/.test(text)) return undefined;
  const digits = text.slice(1);
  return text.startsWith('1') ? BigInt(digits) : -BigInt(turned(digits));
}

/** A whole number from 0 to 2^64 − 1 as the 64 bits that SQLite keeps, of which the first is a sign to it. */
export const bitsOf = (value: bigint): bigint => BigInt.asIntN(64, value);

/** The whole number without a sign that 64 bits mean. */
export const unsignedOf = (bits: bigint): bigint => BigInt.asUintN(64, bits);
