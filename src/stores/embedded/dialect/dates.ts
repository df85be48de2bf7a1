/** MySQL's arithmetic with dates and times, over their canonical texts. */
import { daysInMonth, daysSince1970, isDay, twoDigits } from '../../../base/calendar.ts';
import { weekOf } from './weeks.ts';

interface Moment {
  /** Microseconds since 1970, as if the text were UTC. */
  readonly micros: bigint;
  readonly hasTime: boolean;
  /** Digits of the fraction as written. */
  readonly digits: number;
}

const form = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d*)?)?)?\s*$/;

/** Null for text that is no date. */
export function readMoment(text: string): Moment | null {
  const parts = form.exec(text);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  const fraction = parts[7] ?? '';
  return {
    micros: BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0')),
    hasTime: parts[4] !== undefined,
    digits: fraction.length,
  };
}

export const dateOf = (micros: bigint): Date =>
  new Date(Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n));
const fractionOf = (micros: bigint): bigint => ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;

/** `yyyy-mm-dd`, with the time and `digits` digits of a second where `hasTime`. */
function momentText({ micros, hasTime, digits }: Moment): string {
  const iso = dateOf(micros).toISOString();
  if (!hasTime) return iso.slice(0, 10);
  const fraction = fractionOf(micros).toString().padStart(6, '0').slice(0, digits);
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${digits > 0 ? `.${fraction}` : ''}`;
}

const microsIn: Readonly<Record<string, bigint>> = {
  MICROSECOND: 1n,
  SECOND: 1_000_000n,
  MINUTE: 60_000_000n,
  HOUR: 3_600_000_000n,
  DAY: 86_400_000_000n,
  WEEK: 604_800_000_000n,
};
const monthsIn: Readonly<Record<string, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

function addMonths(micros: bigint, months: number): bigint {
  const date = dateOf(micros);
  const rest = micros - BigInt(date.getTime()) * 1000n;
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  date.setUTCDate(Math.min(day, daysInMonth(date.getUTCFullYear(), date.getUTCMonth() + 1)));
  return BigInt(date.getTime()) * 1000n + rest;
}

/** Whole days from the date of `b` to that of `a`. */
export function daysBetween(a: string, b: string): number | null {
  const [to, from] = [readMoment(a), readMoment(b)];
  if (!to || !from) return null;
  const day = (moment: Moment): number => Math.floor(dateOf(moment.micros).getTime() / 86_400_000);
  return day(to) - day(from);
}

/** Null where the text is no date or the result has no four-digit year. */
export function addInterval(text: string, amount: number, unit: string): string | null {
  const moment = readMoment(text);
  if (!moment || !Number.isFinite(amount)) return null;
  const step = microsIn[unit];
  let micros: bigint;
  if (step === undefined) micros = addMonths(moment.micros, Math.round(amount) * (monthsIn[unit] ?? 0));
  else if (unit === 'SECOND') micros = moment.micros + BigInt(Math.round(amount * 1e6));
  else micros = moment.micros + BigInt(Math.round(amount)) * step;
  const keepsDate = step === undefined || step >= 86_400_000_000n;
  const fraction = fractionOf(micros) !== 0n;
  const digits = fraction ? 6 : moment.digits;
  const year = dateOf(micros).getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return null;
  return momentText({ micros, hasTime: moment.hasTime || !keepsDate, digits });
}

/** Whole units from `a` to `b`, as TIMESTAMPDIFF counts them. */
export function unitsBetween(unit: string, a: string, b: string): number | null {
  const from = readMoment(a);
  const to = readMoment(b);
  if (!from || !to) return null;
  const step = microsIn[unit];
  if (step !== undefined) return Number((to.micros - from.micros) / step);
  const isBack = from.micros > to.micros;
  const months = isBack ? -monthsBetween(to.micros, from.micros) : monthsBetween(from.micros, to.micros);
  return Math.trunc(months / (monthsIn[unit] ?? 1)) + 0;
}

/** Whole months from the earlier to the later: one less where the day and time of the later have not come yet. */
function monthsBetween(from: bigint, to: bigint): number {
  const [x, y] = [dateOf(from), dateOf(to)];
  const months = (y.getUTCFullYear() - x.getUTCFullYear()) * 12 + y.getUTCMonth() - x.getUTCMonth();
  const intoMonth = (micros: bigint, d: Date): bigint => micros - BigInt(startOfMonth(d)) * 1000n;
  return intoMonth(to, y) < intoMonth(from, x) ? months - 1 : months;
}

function startOfMonth(d: Date): number {
  const start = new Date(d.getTime());
  start.setUTCDate(1);
  start.setUTCHours(0, 0, 0, 0);
  return start.getTime();
}

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const dayOfYear = (d: Date): number =>
  Math.floor(d.getTime() / 86_400_000) - daysSince1970(d.getUTCFullYear(), 1, 1) + 1;
const twelve = (d: Date): number => d.getUTCHours() % 12 || 12;

function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}

const formats: Readonly<Record<string, (d: Date, micros: bigint) => string>> = {
  Y: (d) => String(d.getUTCFullYear()).padStart(4, '0'),
  y: (d) => twoDigits(d.getUTCFullYear() % 100),
  m: (d) => twoDigits(d.getUTCMonth() + 1),
  c: (d) => String(d.getUTCMonth() + 1),
  M: (d) => monthNames[d.getUTCMonth()] ?? '',
  b: (d) => (monthNames[d.getUTCMonth()] ?? '').slice(0, 3),
  d: (d) => twoDigits(d.getUTCDate()),
  e: (d) => String(d.getUTCDate()),
  D: (d) => ordinal(d.getUTCDate()),
  H: (d) => twoDigits(d.getUTCHours()),
  k: (d) => String(d.getUTCHours()),
  h: (d) => twoDigits(twelve(d)),
  I: (d) => twoDigits(twelve(d)),
  l: (d) => String(twelve(d)),
  i: (d) => twoDigits(d.getUTCMinutes()),
  s: (d) => twoDigits(d.getUTCSeconds()),
  S: (d) => twoDigits(d.getUTCSeconds()),
  f: (_, micros) => fractionOf(micros).toString().padStart(6, '0'),
  p: (d) => (d.getUTCHours() < 12 ? 'AM' : 'PM'),
  r: (d) =>
    `${twoDigits(twelve(d))}:${twoDigits(d.getUTCMinutes())}:${twoDigits(d.getUTCSeconds())} ${d.getUTCHours() < 12 ? 'AM' : 'PM'}`,
  T: (d) => d.toISOString().slice(11, 19),
  W: (d) => dayNames[d.getUTCDay()] ?? '',
  a: (d) => (dayNames[d.getUTCDay()] ?? '').slice(0, 3),
  w: (d) => String(d.getUTCDay()),
  j: (d) => String(dayOfYear(d)).padStart(3, '0'),
  U: (d) => twoDigits(weekOf(d, { mondayFirst: false, ofYears: false }).week),
  u: (d) => twoDigits(weekOf(d, { mondayFirst: true, ofYears: false }).week),
  V: (d) => twoDigits(weekOf(d, { mondayFirst: false, ofYears: true }).week),
  v: (d) => twoDigits(weekOf(d, { mondayFirst: true, ofYears: true }).week),
  X: (d) => String(weekOf(d, { mondayFirst: false, ofYears: true }).year).padStart(4, '0'),
  x: (d) => String(weekOf(d, { mondayFirst: true, ofYears: true }).year).padStart(4, '0'),
  '%': () => '%',
};

/** DATE_FORMAT; a letter without a meaning stands for itself. */
export function formatMoment(text: string, pattern: string): string | null {
  const moment = readMoment(text);
  if (!moment) return null;
  const date = dateOf(moment.micros);
  return pattern.replace(/%([\s\S])/g, (_, letter: string) => formats[letter]?.(date, moment.micros) ?? letter);
}

/** One number of a date: YEAR(d), DAYOFWEEK(d) … */
export const dateParts: Readonly<Record<string, (d: Date, micros: bigint) => number | string>> = {
  year: (d) => d.getUTCFullYear(),
  quarter: (d) => Math.floor(d.getUTCMonth() / 3) + 1,
  month: (d) => d.getUTCMonth() + 1,
  day: (d) => d.getUTCDate(),
  hour: (d) => d.getUTCHours(),
  minute: (d) => d.getUTCMinutes(),
  second: (d) => d.getUTCSeconds(),
  microsecond: (_, micros) => Number(fractionOf(micros)),
  dayofweek: (d) => d.getUTCDay() + 1,
  weekday: (d) => (d.getUTCDay() + 6) % 7,
  dayofyear: dayOfYear,
  to_days: (d) => Math.floor(d.getTime() / 86_400_000) + 719_528,
  monthname: (d) => monthNames[d.getUTCMonth()] ?? '',
  dayname: (d) => dayNames[d.getUTCDay()] ?? '',
};
