/** The one written form of decimals, dates and times, so that equal values are equal text and text sorts as they do. */

/** A decimal number with exactly `scale` digits after the point; undefined when it is none or does not fit. */
export function decimalText(value: string | number | bigint, precision: number, scale: number): string | undefined {
  const text = typeof value === 'number' ? plainNumber(value) : String(value).trim();
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!parts) return undefined;
  const whole = (parts[2] ?? '').replace(/^0+(?=\d)/, '') || '0';
  const digits = (parts[3] ?? '').replace(/0+$/, '');
  if ((parts[2] ?? '') === '' && (parts[3] ?? '') === '') return undefined;
  if (digits.length > scale || (whole === '0' ? 0 : whole.length) > precision - scale) return undefined;
  const body = scale === 0 ? whole : `${whole}.${digits.padEnd(scale, '0')}`;
  return parts[1] === '-' && /[1-9]/.test(body) ? `-${body}` : body;
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

const daysIn = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31;

/** The fraction of a second with exactly `digits` digits, point included; undefined when more would be needed. */
function fractionText(found: string | undefined, digits: number): string | undefined {
  const kept = (found ?? '').replace(/0+$/, '');
  if (kept.length > digits) return undefined;
  return digits === 0 ? '' : `.${kept.padEnd(digits, '0')}`;
}

/** `yyyy-mm-dd`, or `yyyy-mm-dd hh:mm:ss` with `digits` digits of a second; undefined when it is no such date. */
export function canonicalDate(text: string, family: 'date' | 'datetime', digits: number): string | undefined {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?Z?)?$/.exec(
    text.trim(),
  );
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
  const two = (part: number | undefined): string => String(part ?? 0).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  const fraction = fractionText(parts[7], digits);
  if (fraction === undefined) return undefined;
  if (family === 'datetime') return `${date} ${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
  return hour || minute || second || fraction ? undefined : date;
}

/** `hh:mm:ss` with `digits` digits of a second, hours to 838 and a sign as in MySQL; undefined when it is no such time. */
export function canonicalTime(text: string, digits: number): string | undefined {
  const parts = /^(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/.exec(text.trim());
  if (!parts) return undefined;
  const [hour, minute, second] = parts.slice(2, 5).map((part) => Number(part ?? 0));
  if ((hour ?? 0) > 838 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
  const fraction = fractionText(parts[5], digits);
  if (fraction === undefined) return undefined;
  const body = [hour, minute, second].map((part) => String(part ?? 0).padStart(2, '0')).join(':');
  return `${parts[1] ?? ''}${body}${fraction}`;
}
