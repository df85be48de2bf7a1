/** Constraints that keep other writers, and our own SQL, to what a type can hold. Built-in SQL only, as in the triggers. */
import type { TypeFamily } from '../../../data/table.ts';
import { decimalOf } from '../../exact.ts';
import { kept, keptText } from '../sqlite/keptText.ts';
import { quoteName, quoteText } from '../sqlite/quote.ts';
import { type ColumnType, int64 } from './types.ts';

/** What must hold, and the reason that a person reads when it does not: a text that is kept. */
interface Check {
  readonly reason: string;
  readonly condition: string;
}

function integerCheck({ text, form, min, max }: ColumnType, c: string): Check | null {
  // Every 64 bits are one of its numbers.
  if (form === 'unsigned' || max === int64.max) return null;
  return { reason: keptText(kept.range, text, min, max), condition: `${c} BETWEEN ${min} AND ${max}` };
}

function decimalCheck({ text, form, precision, scale, min, max }: ColumnType, c: string): Check {
  const reason = keptText(kept.range, text, decimalOf(min, scale), decimalOf(max, scale));
  if (form === 'scaled') return { reason, condition: `${c} BETWEEN ${min} AND ${max}` };
  const sign = min === 0n ? '1' : '[01]';
  return {
    reason,
    condition: `${c} IS NULL OR (length(${c}) = ${precision + 1} AND ${c} GLOB '${sign}*' AND NOT ${c} GLOB '*[^0-9]*')`,
  };
}

/** SQLite counts up to a NUL, and so never too much. */
const lengthCheck =
  (counted: 'length' | 'octet_length') =>
  ({ text, length }: ColumnType, c: string): Check | null =>
    length === null ? null : { reason: keptText(kept.long, text), condition: `${counted}(${c}) <= ${length}` };

function memberCheck(type: ColumnType, c: string): Check | null {
  const { text, members } = type;
  if (!members || !text.startsWith('ENUM')) return lengthCheck('length')(type, c);
  return { reason: keptText(kept.member, text), condition: `${c} IN (${members.map(quoteText).join(', ')})` };
}

const checks: Readonly<Record<TypeFamily, (type: ColumnType, c: string) => Check | null>> = {
  integer: integerCheck,
  boolean: integerCheck,
  float: (_, c) => ({
    reason: kept.finite,
    condition: `${c} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308`,
  }),
  decimal: decimalCheck,
  date: (_, c) => ({
    reason: kept.date,
    condition: `${c} IS NULL OR (length(${c}) = 10 AND date(${c}) IS ${c})`,
  }),
  datetime: ({ scale }, c) => ({
    reason: keptText(kept.datetime, fraction(scale)),
    condition: datetimeCondition(c, scale),
  }),
  time: ({ scale }, c) => ({
    reason: keptText(kept.time, fraction(scale)),
    condition: timeCondition(c, scale),
  }),
  json: (_, c) => ({ reason: kept.json, condition: `${c} IS NULL OR json_valid(${c})` }),
  vector: (_, c) => ({
    reason: kept.vector,
    condition: `${c} IS NULL OR (json_valid(${c}) AND json_type(${c}) = 'array')`,
  }),
  text: memberCheck,
  bytes: lengthCheck('octet_length'),
};

const fraction = (digits: number): string => (digits === 0 ? '' : `.${'f'.repeat(digits)}`);
const digitsGlob = (digits: number): string => (digits === 0 ? '' : `.${'[0-9]'.repeat(digits)}`);

const datetimeCondition = (c: string, digits: number): string =>
  `${c} IS NULL OR (${c} GLOB '????-??-?? [0-9][0-9]:[0-9][0-9]:[0-9][0-9]${digitsGlob(digits)}' AND datetime(substr(${c}, 1, 19)) IS substr(${c}, 1, 19))`;

const timeCondition = (c: string, digits: number): string =>
  `${c} IS NULL OR (ltrim(${c}, '-') GLOB '*[0-9][0-9]:[0-5][0-9]:[0-5][0-9]${digitsGlob(digits)}')`;

/** The constraints of a column, each named `column: reason`, which is how a violation is told. */
export function typeChecks(name: string, type: ColumnType): string[] {
  const check = checks[type.family](type, quoteName(name));
  return check ? [`CONSTRAINT ${quoteName(`${name}: ${check.reason}`)} CHECK (${check.condition})`] : [];
}
