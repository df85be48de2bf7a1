/** Plain numbers, as nearly every one of a file is: what a double holds for certain, told by its letters. */

const zero = 48;
const nine = 57;
const minus = 45;
const point = 46;

/** A whole number of at most 15 digits in its one spelling: what a double holds for certain. */
export function isShortWhole(text: string): boolean {
  const from = text.charCodeAt(0) === minus ? 1 : 0;
  const digits = text.length - from;
  if (digits === 0 || digits > 15) return false;
  if (text.charCodeAt(from) === zero && text.length > 1) return false;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < zero || code > nine) return false;
  }
  return true;
}

/**
 * Digits after the point of a plain number of at most 15 digits (`-12.5`: 1, `12`: 0), without an exponent, a plus, or a zero before
 * other digits; −1 for any other text. Nearly every number of a file is one.
 */
export function plainFraction(text: string): number {
  const from = text.charCodeAt(0) === minus ? 1 : 0;
  const { length } = text;
  if (length - from > 16) return -1;
  let at = length;
  for (let i = from; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= zero && code <= nine) continue;
    if (code !== point || at < length) return -1;
    at = i;
  }
  if (!isPlainWhole(text, from, at)) return -1;
  return at === length ? 0 : length - at - 1;
}

/** Whether what stands before the point is written in its one way, and is not all that 16 digits are. */
function isPlainWhole(text: string, from: number, to: number): boolean {
  const digits = to - from;
  if (digits === 0 || digits > 15) return false;
  if (text.charCodeAt(from) !== zero) return true;
  return digits === 1 && (from === 0 || to < text.length);
}

/**
 * Whether a text is a plain number that needs no other spelling: of a column of whole numbers, or of doubles. "-0" is not, as it would
 * come back as a zero of its own.
 */
export const isPlainNumber = (text: string, isWhole: boolean): boolean =>
  (isWhole ? isShortWhole(text) : plainFraction(text) >= 0) && (text.charCodeAt(0) !== minus || Number(text) !== 0);
