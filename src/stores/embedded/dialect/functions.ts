/**
 * The SQL functions that translated statements call (`dt_…`, and `like` and `regexp` for the operators). The store registers
 * them on each connection that runs users' SQL; nothing that is kept in the file (triggers, constraints) may use them.
 */
import { createHash, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { limits } from '../../../base/limits.ts';
import { daysInMonth, twoDigits } from '../../../base/calendar.ts';
import { canonicalDate } from '../../canonical.ts';
import { decimalFunctions, roundEven } from './decimals.ts';
import { documentFunctions } from './documents.ts';
import { addInterval, dateOf, daysBetween, dateParts, formatMoment, readMoment, unitsBetween } from './dates.ts';
import { recursionFunctions } from './recursion.ts';
import { failed, type FunctionValue, type SqlFunction, strict, textOf } from './sqlFunction.ts';

const numberOf = (value: Exclude<FunctionValue, null>): number => {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const found = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(textOf(value));
  return found ? Number(found[0]) : 0;
};

const bytesOf = (value: Exclude<FunctionValue, null>): Uint8Array =>
  value instanceof Uint8Array ? value : new TextEncoder().encode(textOf(value));

/** A whole number goes back as an integer, so that it is written without a point. */
const whole = (value: number): FunctionValue => (Number.isSafeInteger(value) ? BigInt(value) : value);

/** The arguments as texts, then as numbers, for the many functions that take one or the other. */
const onText = (run: (text: string, ...rest: Exclude<FunctionValue, null>[]) => FunctionValue): SqlFunction['run'] =>
  strict((first, ...rest) => run(textOf(first ?? ''), ...rest));

const characters = (text: string): string[] => Array.from(text);

/** Half away from zero in decimal digits, as a DECIMAL column rounds what is bound: 2.675 is 2.68. */
function round(value: number, digits: number): number {
  if (!Number.isFinite(value)) return value;
  const shifted = Number(`${Math.abs(value)}e${digits}`);
  const rounded = Number(`${Math.round(Number.isNaN(shifted) ? Math.abs(value) * 10 ** digits : shifted)}e${-digits}`);
  return Math.sign(value) * (Number.isNaN(rounded) ? Math.abs(value) : rounded) + 0;
}

/** ROUND of a DOUBLE. */
function roundDouble(value: number, digits: number): number {
  const unit = 10 ** Math.abs(digits);
  const rounded = digits < 0 ? roundEven(value / unit) * unit : roundEven(value * unit) / unit;
  return Number.isFinite(rounded) ? rounded + 0 : value;
}

function roundValue(value: Exclude<FunctionValue, null>, digits: number): FunctionValue {
  if (typeof value === 'bigint' && digits >= 0) return value;
  return roundDouble(numberOf(value), digits);
}

function divide(a: Exclude<FunctionValue, null>, b: Exclude<FunctionValue, null>): FunctionValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? null : a / b;
  const divisor = numberOf(b);
  return divisor === 0 ? null : whole(Math.trunc(numberOf(a) / divisor) + 0);
}

function remainder(a: Exclude<FunctionValue, null>, b: Exclude<FunctionValue, null>): FunctionValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? null : a % b;
  const divisor = numberOf(b);
  return divisor === 0 ? null : (numberOf(a) % divisor) + 0;
}

/** How often, unless so many would be too long together. */
function made(name: string, times: number, length: number): number {
  const found = times * length;
  if (found > limits.madeValue.most) throw new Failure('limit.reached', { limit: 'madeValue', where: name, found });
  return times;
}

/** What an engine of JavaScript cannot make, it says as a RangeError. */
const bounded =
  (name: string, run: SqlFunction['run']): SqlFunction['run'] =>
  (...args) => {
    try {
      return run(...args);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Failure('limit.reached', { limit: 'madeValue', where: name.toUpperCase() }, { cause: error });
    }
  };

function pad(text: string, length: number, filling: string, atStart: boolean): FunctionValue {
  made(atStart ? 'LPAD' : 'RPAD', length, 1);
  const letters = characters(text);
  if (length < 0) return null;
  if (letters.length >= length) return letters.slice(0, length).join('');
  const fill = characters(filling);
  if (fill.length === 0) return null;
  const missing = Array.from({ length: length - letters.length }, (_, i) => fill[i % fill.length]).join('');
  return atStart ? missing + text : text + missing;
}

/** SUBSTR counts from 1, or from the end for a negative start; start 0 is empty. */
function substring(text: string, start: number, length?: number): string {
  const letters = characters(text);
  const from = start > 0 ? start - 1 : letters.length + start;
  if (start === 0 || from < 0) return '';
  return letters.slice(from, length === undefined ? undefined : from + Math.max(length, 0)).join('');
}

function locate(part: string, text: string, start: number): bigint {
  if (start < 1) return 0n;
  const before = characters(text)
    .slice(0, start - 1)
    .join('').length;
  const found = text.indexOf(part, before);
  return found < 0 ? 0n : BigInt(characters(text.slice(0, found)).length + 1);
}

function trim(text: string, what: string, side: string): string {
  let result = text;
  if (what === '') return result;
  while (side !== 'TRAILING' && result.startsWith(what)) result = result.slice(what.length);
  while (side !== 'LEADING' && result.endsWith(what)) result = result.slice(0, -what.length);
  return result;
}

function substringIndex(text: string, delimiter: string, count: number): string {
  if (delimiter === '' || count === 0) return '';
  const parts = text.split(delimiter);
  return (count > 0 ? parts.slice(0, count) : parts.slice(count)).join(delimiter);
}

/** CONV: digits up to the first that the base does not have; bases 2 to 36. */
function convert(text: string, from: number, to: number): FunctionValue {
  const base = Math.abs(from);
  const target = Math.abs(to);
  if (base < 2 || base > 36 || target < 2 || target > 36) return null;
  const negative = text.trim().startsWith('-');
  let value = 0n;
  for (const letter of text.trim().replace(/^[+-]/, '').toLowerCase()) {
    const digit = Number.parseInt(letter, 36);
    if (Number.isNaN(digit) || digit >= base) break;
    value = value * BigInt(base) + BigInt(digit);
  }
  if (negative) value = BigInt.asUintN(64, -value);
  return value.toString(target).toUpperCase();
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const patterns = new Map<string, RegExp>();

function kept(key: string, make: () => RegExp): RegExp {
  let pattern = patterns.get(key);
  if (!pattern) {
    if (patterns.size > 200) patterns.clear();
    pattern = make();
    patterns.set(key, pattern);
  }
  return pattern;
}

/** LIKE as MatrixOne has it: letters are compared as they are, and a backslash escapes unless ESCAPE says otherwise. */
export function like(pattern: string, text: string, escape = '\\'): bigint {
  const test = kept(`like ${escape} ${pattern}`, () => {
    let source = '';
    const letters = characters(pattern);
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i] as string;
      if (escape !== '' && letter === escape && i + 1 < letters.length) source += escapeRegExp(letters[++i] as string);
      else source += letter === '%' ? '[\\s\\S]*' : letter === '_' ? '[\\s\\S]' : escapeRegExp(letter);
    }
    return new RegExp(`^${source}$`, 'u');
  });
  return test.test(text) ? 1n : 0n;
}

const matches = (pattern: string, text: string): bigint =>
  kept(`re ${pattern}`, () => new RegExp(pattern, 'u')).test(text) ? 1n : 0n;

const digest = (algorithm: string, value: Exclude<FunctionValue, null>): string =>
  createHash(algorithm).update(bytesOf(value)).digest('hex');

function sha2(value: Exclude<FunctionValue, null>, bits: number): FunctionValue {
  const length = bits === 0 ? 256 : bits;
  return [224, 256, 384, 512].includes(length) ? digest(`sha${length}`, value) : null;
}

/** DATE and DATETIME columns: the canonical form, or the value as it is, which the column's own check then refuses. */
function dateForm(value: Exclude<FunctionValue, null>, family: 'date' | 'datetime', digits: number): FunctionValue {
  const text = textOf(value);
  const exact = canonicalDate(text, family, digits);
  if (exact !== undefined) return exact;
  const moment = readMoment(text);
  if (!moment) return value;
  // A longer fraction is rounded; a time of day is dropped from a DATE.
  const unit = 10n ** BigInt(6 - Math.min(digits, 6));
  const rounded = family === 'date' ? moment.micros : ((moment.micros + unit / 2n) / unit) * unit;
  const shown = dateOf(rounded).toISOString();
  if (family === 'date') return shown.slice(0, 10);
  const fraction = (((rounded % 1_000_000n) + 1_000_000n) % 1_000_000n).toString().padStart(6, '0').slice(0, digits);
  return `${shown.slice(0, 10)} ${shown.slice(11, 19)}${digits > 0 ? `.${fraction}` : ''}`;
}

function part(name: string): SqlFunction['run'] {
  const read = dateParts[name];
  return onText((text) => {
    // TIME alone has no date; its parts can be read all the same.
    const moment = readMoment(/^\d{1,2}:\d{2}/.test(text) ? `2000-01-01 ${text}` : text);
    if (!moment || !read) return null;
    const value = read(dateOf(moment.micros), moment.micros);
    return typeof value === 'number' ? BigInt(value) : value;
  });
}

/** Seconds since 1970 in the local zone, as NOW() is local. */
function localText(seconds: number): string {
  const d = new Date(seconds * 1000);
  return `${d.getFullYear()}-${twoDigits(d.getMonth() + 1)}-${twoDigits(d.getDate())} ${twoDigits(d.getHours())}:${twoDigits(d.getMinutes())}:${twoDigits(d.getSeconds())}`;
}

function unixSeconds(text: string): FunctionValue {
  const moment = readMoment(text);
  if (!moment) return null;
  const d = dateOf(moment.micros);
  const local = new Date(
    d.getUTCFullYear(),
    d.getUTCMonth(),
    d.getUTCDate(),
    d.getUTCHours(),
    d.getUTCMinutes(),
    d.getUTCSeconds(),
  );
  return BigInt(Math.floor(local.getTime() / 1000));
}

const count = (value: FunctionValue | undefined): number =>
  value === null || value === undefined ? 0 : numberOf(value);
const text = (value: FunctionValue | undefined): string => (value === null || value === undefined ? '' : textOf(value));

/** Microseconds of a time of day, by which times order. */
function timeOrder(value: string): FunctionValue {
  const parts = /^(-?)(\d+):(\d+):(\d+)(?:\.(\d+))?$/.exec(value);
  if (!parts) return null;
  const micros =
    ((Number(parts[2]) * 60 + Number(parts[3])) * 60 + Number(parts[4])) * 1e6 +
    Number((parts[5] ?? '').padEnd(6, '0').slice(0, 6));
  return BigInt(parts[1] === '-' ? -micros : micros);
}

const table: Readonly<Record<string, SqlFunction['run']>> = {
  ...decimalFunctions,
  ...documentFunctions,
  time_order: onText(timeOrder),
  /** The one value of a sub-query that stands for one. */
  only: (rows = null, value = null) => {
    if (Number(rows) > 1) throw failed(say('A sub-query that stands for one value gives more than one row.'));
    return value;
  },
  text: (value = null) => (value === null || value instanceof Uint8Array ? value : textOf(value)),
  integer: strict((value) => (typeof value === 'bigint' ? value : whole(round(numberOf(value as number), 0)))),
  date: strict((value) => dateForm(value as string, 'date', 0)),
  datetime: strict((value, digits) => dateForm(value as string, 'datetime', count(digits))),
  cast_date: strict((value) => (readMoment(textOf(value as string)) ? dateForm(value as string, 'date', 0) : null)),
  cast_datetime: strict((value, digits) =>
    readMoment(textOf(value as string)) ? dateForm(value as string, 'datetime', count(digits)) : null,
  ),
  time: onText((value) => /(\d{1,3}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*$/.exec(value)?.[1] ?? null),
  div: strict((a, b) => divide(a as number, b as number)),
  mod: strict((a, b) => remainder(a as number, b as number)),
  round: strict((value, digits) => roundValue(value as number, count(digits))),
  truncate: strict((value, digits) => {
    const scale = 10 ** count(digits);
    return typeof value === 'bigint' && scale >= 1 ? value : Math.trunc(numberOf(value as number) * scale) / scale;
  }),
  rand: () => Math.random(),
  uuid: () => randomUUID(),
  upper: onText((value) => value.toUpperCase()),
  lower: onText((value) => value.toLowerCase()),
  substr: onText((value, start, length) =>
    substring(value, count(start), length === undefined ? undefined : count(length)),
  ),
  left: onText((value, length) => (count(length) <= 0 ? '' : characters(value).slice(0, count(length)).join(''))),
  right: onText((value, length) => (count(length) <= 0 ? '' : characters(value).slice(-count(length)).join(''))),
  locate: onText((value, within, start) => locate(value, text(within), start === undefined ? 1 : count(start))),
  lpad: onText((value, length, fill) => pad(value, count(length), text(fill), true)),
  rpad: onText((value, length, fill) => pad(value, count(length), text(fill), false)),
  repeat: onText((value, times) => value.repeat(made('REPEAT', Math.max(0, count(times)), value.length))),
  reverse: onText((value) => characters(value).reverse().join('')),
  space: strict((times) => ' '.repeat(made('SPACE', Math.max(0, count(times)), 1))),
  trim: onText((value, what, side) => trim(value, text(what), text(side))),
  substring_index: onText((value, delimiter, times) => substringIndex(value, text(delimiter), count(times))),
  strcmp: onText((value, other) => (value === text(other) ? 0n : value < text(other) ? -1n : 1n)),
  field: (value = null, ...list) =>
    value === null ? 0n : BigInt(list.findIndex((item) => item !== null && textOf(item) === textOf(value)) + 1),
  find_in_set: onText((value, set) => BigInt(text(set) === '' ? 0 : text(set).split(',').indexOf(value) + 1)),
  elt: (index = null, ...list) => (index === null ? null : (list[count(index) - 1] ?? null)),
  ascii: strict((value) => BigInt(bytesOf(value as string)[0] ?? 0)),
  md5: strict((value) => digest('md5', value as string)),
  sha1: strict((value) => digest('sha1', value as string)),
  sha2: strict((value, bits) => sha2(value as string, count(bits))),
  crc32: strict((value) => BigInt(crc32(bytesOf(value as string)))),
  conv: onText((value, from, to) => convert(value, count(from), count(to))),
  bin: strict((value) => BigInt.asUintN(64, BigInt(Math.trunc(count(value)))).toString(2)),
  oct: strict((value) => BigInt.asUintN(64, BigInt(Math.trunc(count(value)))).toString(8)),
  hex: strict((value) =>
    typeof value === 'bigint' || typeof value === 'number'
      ? BigInt.asUintN(64, typeof value === 'bigint' ? value : BigInt(Math.round(value)))
          .toString(16)
          .toUpperCase()
      : Buffer.from(bytesOf(value as string))
          .toString('hex')
          .toUpperCase(),
  ),
  unhex: onText((value) => (/^(?:[0-9a-f]{2})*$/i.test(value) ? new Uint8Array(Buffer.from(value, 'hex')) : null)),
  to_base64: strict((value) => Buffer.from(bytesOf(value as string)).toString('base64')),
  from_base64: onText((value) => new Uint8Array(Buffer.from(value, 'base64'))),
  regexp_like: onText((value, pattern) => matches(text(pattern), value)),
  beyond: strict((what) => {
    throw failed(say('{0} is out of range.', text(what)));
  }),
  date_add: onText((value, amount, unit) => addInterval(value, count(amount), text(unit))),
  datediff: onText((value, other) => {
    const days = daysBetween(value, text(other));
    return days === null ? null : BigInt(days);
  }),
  timestampdiff: onText((unit, a, b) => {
    const units = unitsBetween(unit, text(a), text(b));
    return units === null ? null : BigInt(units);
  }),
  date_format: onText((value, pattern) => formatMoment(value, text(pattern))),
  last_day: onText((value) => {
    const moment = readMoment(value);
    if (!moment) return null;
    const d = dateOf(moment.micros);
    d.setUTCDate(daysInMonth(d.getUTCFullYear(), d.getUTCMonth() + 1));
    return d.toISOString().slice(0, 10);
  }),
  from_unixtime: strict((seconds, pattern) => {
    const shown = localText(count(seconds));
    return pattern === undefined ? shown : formatMoment(shown, text(pattern));
  }),
  unix_timestamp: onText(unixSeconds),
  ...Object.fromEntries(Object.keys(dateParts).map((name) => [name, part(name)])),
};

const random = new Set(['rand', 'uuid']);

/**
 * MySQL's functions that SQLite lacks or answers otherwise, registered on every connection of the store: under `dt_…`,
 * and what LIKE and REGEXP call under those names.
 */
export const sqlFunctions: readonly SqlFunction[] = [
  ...Object.entries(table).map(([name, run]) => ({
    name: `dt_${name}`,
    deterministic: !random.has(name),
    run: bounded(name, run),
  })),
  ...recursionFunctions,
  // The operators LIKE and REGEXP call these.
  {
    name: 'like',
    deterministic: true,
    run: strict((pattern, value, escape) =>
      like(text(pattern), text(value), escape === undefined ? '\\' : text(escape)),
    ),
  },
  { name: 'regexp', deterministic: true, run: strict((pattern, value) => matches(text(pattern), text(value))) },
];
