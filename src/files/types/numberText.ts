/** Numbers as they are spelled, and whether a double still means what was written. */

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

const numberForm = /^(-?)(0|[1-9]\d*)?(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

export interface NumberText {
  /** Digits without zeros at either end; '' for zero. */
  readonly digits: string;
  /** The value is 0.digits × 10^exponent. */
  readonly exponent: number;
  readonly negative: boolean;
  /** Digits after the point, as they are written; −1 where there is no point. */
  readonly fraction: number;
  /** The exponent as it is written; undefined where there is none. */
  readonly power: string | undefined;
}

/** A number in any spelling that a column of numbers may have; undefined for any other text, and for one beyond a double's range. */
export function numberText(text: string): NumberText | undefined {
  const parts = numberForm.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = '', fraction, power] = parts;
  if (whole === '' && (fraction ?? '') === '') return undefined;
  const all = `${whole}${fraction ?? ''}`;
  const stripped = all.replace(/^0+/, '');
  const digits = stripped.replace(/0+$/, '');
  const exponent = digits === '' ? 0 : whole.length - (all.length - stripped.length) + Number(power ?? 0);
  const value = Number(text);
  if (!Number.isFinite(value) || (value === 0 && digits !== '')) return undefined;
  return { digits, exponent, negative: sign === '-', fraction: fraction?.length ?? -1, power };
}

/** Whether a double, written with as many digits, gives the digits back: then it is the number that was written. */
export function isExact(text: string, { digits }: NumberText): boolean {
  if (digits.length <= 15) return true;
  if (digits.length > 100) return false;
  const value = Math.abs(Number(text));
  const shortest = /^(\d)(?:\.(\d+))?e/.exec(value.toExponential());
  if (`${shortest?.[1] ?? ''}${shortest?.[2] ?? ''}` === digits) return true;
  // A double written out further than it needs, as by "%.18e": all of its digits are its own.
  const long = /^(\d)\.(\d+)e/.exec(value.toExponential(digits.length - 1));
  return `${long?.[1] ?? ''}${long?.[2] ?? ''}` === digits;
}
