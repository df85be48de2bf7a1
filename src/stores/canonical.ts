/** The one written form of decimals, dates and times, so that equal values are equal text and text sorts as they do. */
import { isDay, isDayText, twoDigits } from '../base/calendar.ts';

/** A decimal number with exactly `scale` digits after the point; undefined when it is none or does not fit. */
export function decimalText(value: string | number | bigint, precision: number, scale: number): string | undefined {
  const text = typeof value === 'number' ? plainNumber(value) : String(value).trim();
  const parts = /^([+-]?)(?=\.?\d)0*(\d*?)(?:\.(\d*?)0*)?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = '', digits = ''] = parts;
  if (digits.length > scale || whole.length > precision - scale) return undefined;
  const body = `${whole || '0'}${scale === 0 ? '' : `.${digits.padEnd(scale, '0')}`}`;
  return sign === '-' && /[1-9]/.test(body) ? `-${body}` : body;
}

/** A double in the shortest decimal digits that mean it, without an exponent. */
function plainNumber(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const digits = `${parts[2] ?? ''}${parts[3] ?? ''}`;
  const point = 1 + Number(parts[4]);
  if (point <= 0) return `${parts[1] ?? ''}0.${'0'.repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, '0');
  const rest = padded.slice(point);
  return `${parts[1] ?? ''}${padded.slice(0, point)}${rest === '' ? '' : `.${rest}`}`;
}

/** The fraction of a second with exactly `digits` digits, point included; undefined when more would be needed. */
function fractionText(found: string | undefined, digits: number): string | undefined {
  const kept = (found ?? '').replace(/0+$/, '');
  if (kept.length > digits) return undefined;
  return digits === 0 ? '' : `.${kept.padEnd(digits, '0')}`;
}

const datePattern = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?Z?)?$/;

/** `yyyy-mm-dd`, or `yyyy-mm-dd hh:mm:ss` with `digits` digits of a second; undefined when it is no such date. */
export function canonicalDate(text: string, family: 'date' | 'datetime', digits: number): string | undefined {
  if (family === 'date' && isDayText(text)) return text;
  const parts = datePattern.exec(text.trim());
  if (!parts) return undefined;
  const number = (i: number): number => Number(parts[i] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const [hour, minute, second] = [number(4), number(5), number(6)];
  const fraction = fractionText(parts[7], digits);
  if (!isDay(year, month, day) || !isTime(hour, minute, second, 23) || fraction === undefined) return undefined;
  const date = `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
  const time = `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${fraction}`;
  if (family === 'datetime') return `${date} ${time}`;
  return time === '00:00:00' ? date : undefined;
}

const isTime = (hour: number, minute: number, second: number, hours: number): boolean =>
  hour <= hours && minute <= 59 && second <= 59;

/** `hh:mm:ss` with `digits` digits of a second, hours to 838 and a sign as in MySQL; undefined when it is no such time. */
export function canonicalTime(text: string, digits: number): string | undefined {
  const parts = /^(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/.exec(text.trim());
  if (!parts) return undefined;
  const [hour = 0, minute = 0, second = 0] = parts.slice(2, 5).map((part) => Number(part ?? 0));
  const fraction = fractionText(parts[5], digits);
  if (!isTime(hour, minute, second, 838) || fraction === undefined) return undefined;
  return `${parts[1] ?? ''}${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${fraction}`;
}

/** The shortest digits that mean this single: what a FLOAT shows. */
export function singleText(value: number): string {
  const single = Math.fround(value);
  for (let digits = 6; digits <= 9; digits++) {
    const text = single.toPrecision(digits);
    if (Math.fround(Number(text)) === single) return String(Number(text));
  }
  return String(single);
}
