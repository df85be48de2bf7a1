/** How two values of one family compare: the same on every engine, because it is done here and by none of them. */
import type { Value } from '../../data/value.ts';

/** A cell or a literal that is not NULL. */
export type Given = Exclude<Value, null>;

/** Below 0, 0 or above 0; NaN, of which nothing is true, where one of two doubles is no number. */
export type Compare = (a: Given, b: Given) => number;

/** A decimal number as whole units of its last digit. */
interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

function exactOf(value: Given): Exact {
  const text = String(value);
  const point = text.indexOf('.');
  if (point < 0) return { units: BigInt(text), scale: 0 };
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

/** Integers and DECIMAL, to the last digit. */
export const compareExact: Compare = (a, b) => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = exactOf(a);
  const right = exactOf(b);
  const scale = Math.max(left.scale, right.scale);
  const difference = left.units * 10n ** BigInt(scale - left.scale) - right.units * 10n ** BigInt(scale - right.scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
};

/** Where one of the two is a double, both are, as in MySQL. */
export const compareDoubles: Compare = (a, b) => {
  const [left, right] = [Number(a), Number(b)];
  return left === right ? 0 : left - right;
};

/** By code point, as a binary collation of UTF-8 does: case, accents and blanks at the end count. */
export const compareText: Compare = (a, b) => {
  const [left, right] = [String(a), String(b)];
  if (left === right) return 0;
  let i = 0;
  while (i < left.length && left.charCodeAt(i) === right.charCodeAt(i)) i++;
  // The second half of a pair differs: the pairs began one unit before.
  if (i > 0 && isLowHalf(left.charCodeAt(i)) && isLowHalf(right.charCodeAt(i))) i--;
  return (left.codePointAt(i) ?? -1) - (right.codePointAt(i) ?? -1);
};

const isLowHalf = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Dates, and moments with any digits of a second: zeros behind the last digit mean nothing. */
export const compareMoments: Compare = (a, b) => {
  const [left, right] = [withoutZeros(String(a)), withoutZeros(String(b))];
  return left === right ? 0 : left < right ? -1 : 1;
};

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** Times have a sign and more than 24 hours, so they compare as what they last. */
export const compareTimes: Compare = (a, b) => microseconds(String(a)) - microseconds(String(b));

function microseconds(text: string): number {
  const isNegative = text.startsWith('-');
  const [hours = 0, minutes = 0, seconds = 0] = (isNegative ? text.slice(1) : text).split(':').map(Number);
  // 839 hours in microseconds are far below 2^53, and MySQL keeps six digits.
  const micro = (hours * 60 + minutes) * 60_000_000 + Math.round(seconds * 1_000_000);
  return isNegative ? -micro : micro;
}

/** Byte by byte; of two of which one begins with the other, the longer is larger. */
export const compareBytes: Compare = (a, b) => {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array)) return Number.NaN;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

/** A pattern of LIKE in pieces: characters that stand for themselves, `_` for any one, `%` for any many. */
export type Pattern = readonly (string | { readonly any: 'one' | 'many' })[];

/** `\` takes the meaning from the character behind it. */
export function patternOf(text: string): Pattern {
  const pieces: (string | { readonly any: 'one' | 'many' })[] = [];
  const characters = Array.from(text);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === '%') pieces.push({ any: 'many' });
    else if (character === '_') pieces.push({ any: 'one' });
    else if (character === '\\' && i + 1 < characters.length) pieces.push(characters[++i] as string);
    else pieces.push(character);
  }
  return pieces;
}

/** Whether a text is as the pattern says. At most one step back for each character, so no pattern makes it slow. */
export function isLike(text: string, pattern: Pattern): boolean {
  const characters = Array.from(text);
  let at = 0;
  let piece = 0;
  let retry: { at: number; piece: number } | null = null;
  while (at < characters.length) {
    const wanted = pattern[piece];
    if (typeof wanted === 'object' && wanted.any === 'many') {
      retry = { at, piece: ++piece };
    } else if (wanted !== undefined && (typeof wanted === 'object' || wanted === characters[at])) {
      at++;
      piece++;
    } else if (retry !== null) {
      retry = { at: retry.at + 1, piece: retry.piece };
      at = retry.at;
      piece = retry.piece;
    } else return false;
  }
  return pattern.slice(piece).every((left) => typeof left === 'object' && left.any === 'many');
}
