/** The literals of a condition, and the one written form of dates and times in them. */
import { isDay, twoDigits } from '../../base/calendar.ts';

const datePattern = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?)?$/;
const timePattern = /^(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?$/;

const isClock = (hours: number, minutes: number, seconds: number, most: number): boolean =>
  hours <= most && minutes <= 59 && seconds <= 59;

const clock = (hours: number, minutes: number, seconds: number, fraction: string | undefined): string =>
  `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}${fraction === undefined ? '' : `.${fraction}`}`;

/** `yyyy-mm-dd`, or that with `hh:mm:ss` and the digits of a second that were written; undefined when it is no such date. */
function dateText(text: string, family: 'date' | 'datetime'): string | undefined {
  const parts = datePattern.exec(text);
  if (!parts) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [hour, minute, second] = [parts[4], parts[5], parts[6]].map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ];
  if (!isDay(year, month, day) || !isClock(hour, minute, second, 23)) return undefined;
  const date = `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
  if (family === 'datetime') return `${date} ${clock(hour, minute, second, parts[7])}`;
  // A day is a day: one with a time of day is another family.
  return parts[4] === undefined ? date : undefined;
}

/** `hh:mm:ss`, hours to 838 and a sign as in MySQL; undefined when it is no such time. */
function timeText(text: string): string | undefined {
  const parts = timePattern.exec(text);
  if (!parts) return undefined;
  const [hours, minutes, seconds] = [Number(parts[2]), Number(parts[3]), Number(parts[4] ?? 0)];
  return isClock(hours, minutes, seconds, 838) ? `${parts[1]}${clock(hours, minutes, seconds, parts[5])}` : undefined;
}

/** A text of a person as a date, a moment or a time; undefined when it is none. */
export const momentIn = (text: string, family: 'date' | 'datetime' | 'time'): string | undefined =>
  family === 'time' ? timeText(text.trim()) : dateText(text.trim(), family);

/** `x'1F'` and `0x1F`; undefined for what is no whole number of bytes, and for bits. */
export function bytesOf(text: string): Uint8Array | undefined {
  const digits = /^(?:0x([0-9a-f]*)|x'([0-9a-f]*)')$/i.exec(text);
  const hex = digits?.[1] ?? digits?.[2];
  if (hex === undefined || hex.length % 2 !== 0) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
