/** Numbers as they are spelled, and whether a double still means what was written. */

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
