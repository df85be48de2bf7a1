/** What stands on a side of a comparison: a column or a literal, of which family, and what two of them may be compared by. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { type ColumnInfo, isSingle, type TypeFamily } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';
import {
  type Compare,
  compareBytes,
  compareDoubles,
  compareExact,
  compareMoments,
  compareText,
  compareTimes,
} from './comparing.ts';
import { momentIn } from './literals.ts';

/** A row in the order of the columns that the condition was read for. */
export type ConditionRow = readonly Value[];

/** Values that have one rule by which they compare. `null` is the literal, which goes with all of them. */
export type Family = 'number' | 'text' | 'date' | 'datetime' | 'time' | 'bytes' | 'json' | 'vector' | 'null';

/** A column or a literal. */
export interface Operand {
  readonly kind: 'operand';
  readonly family: Family;
  /** Of numbers: held as a double, so that what it is compared with becomes one, too. */
  readonly isDouble: boolean;
  /** BOOL, TRUE and FALSE: it can stand where a condition stands. */
  readonly isBoolean: boolean;
  /** ENUM and SET, whose order is that of their list. */
  readonly isListed: boolean;
  readonly isColumn: boolean;
  /** As it was written, for sentences. */
  readonly written: string;
  readonly start: number;
  readonly read: (row: ConditionRow) => Value;
}

/** Refuses a condition, or a part of it, at a place (0 is the first character). */
export const refuse = (start: number, what: string, hint?: string): Failure =>
  new Failure('condition.refused', { at: start + 1, what, ...(hint !== undefined && { hint }) });

const families: Readonly<Record<TypeFamily, Family>> = {
  integer: 'number',
  boolean: 'number',
  float: 'number',
  decimal: 'number',
  text: 'text',
  bytes: 'bytes',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
  json: 'json',
  vector: 'vector',
};

const plain = { isDouble: false, isBoolean: false, isListed: false, isColumn: false };

/** What a FLOAT is compared as: the single, as a double, and not the shortest digits that a row shows of it. */
const single = (value: Value): Value => (value === null ? null : Math.fround(Number(value)));

/** The column at `index` of the rows. */
export const columnOperand = (column: ColumnInfo, index: number, start: number): Operand => ({
  ...plain,
  kind: 'operand',
  family: families[column.family],
  isDouble: column.family === 'float',
  isBoolean: column.family === 'boolean',
  isListed: /^(?:ENUM|SET)\b/.test(column.type),
  isColumn: true,
  written: column.name,
  start,
  read: isSingle(column.type) ? (row) => single(row[index] ?? null) : (row) => row[index] ?? null,
});

/** A literal of a family. */
export const literalOperand = (
  family: Family,
  value: Value,
  written: string,
  start: number,
  more: Partial<Pick<Operand, 'isDouble' | 'isBoolean'>> = {},
): Operand => ({ ...plain, ...more, kind: 'operand', family, written, start, read: () => value });

const compares: Readonly<Partial<Record<Family, Compare>>> = {
  text: compareText,
  date: compareMoments,
  datetime: compareMoments,
  time: compareTimes,
  bytes: compareBytes,
};

/** Families as sentences call them. */
const familyName = (family: Family): string =>
  ({
    number: say('a number'),
    text: say('a text'),
    date: say('a date'),
    datetime: say('a date with a time'),
    time: say('a time'),
    bytes: say('bytes'),
    json: 'JSON',
    vector: say('a vector'),
    null: 'NULL',
  })[family];

const isMoment = (family: Family): family is 'date' | 'datetime' | 'time' =>
  family === 'date' || family === 'datetime' || family === 'time';

/** A text literal beside a date is that date; any other operand is what it is. */
function asBeside(operand: Operand, other: Operand): Operand {
  if (operand.isColumn || operand.family !== 'text' || !isMoment(other.family)) return operand;
  const text = momentIn(String(operand.read([])), other.family);
  if (text === undefined)
    throw refuse(
      operand.start,
      say('{0} is not {1}, as {2} is', operand.written, familyName(other.family), other.written),
    );
  return literalOperand(other.family, text, operand.written, operand.start);
}

const hintFor = (column: Operand, other: Operand): string | undefined => {
  if (column.family === 'text' && other.family === 'number') return say("Write it as a text: '{0}'.", other.written);
  if (column.family === 'number' && other.family === 'text') return say('Write it as a number, without quotes.');
  return undefined;
};

/** Two operands brought to one family, and by what they compare there. */
export interface Pair {
  readonly left: Operand;
  readonly right: Operand;
  readonly compare: Compare;
}

function checkComparable({ family, start, written, isListed }: Operand, isOrdered: boolean): void {
  if (family === 'json' || family === 'vector')
    throw refuse(start, say('{0} is {1}, which has no comparison here', written, familyName(family)));
  if (isListed && isOrdered) throw refuse(start, say('{0} is an ENUM or a SET, which has no order here', written));
}

/** By what two operands of these families compare; undefined where there is nothing. NULL compares with all, and nothing is true of it. */
function compareOf(left: Operand, right: Operand): Compare | undefined {
  if (left.family === 'null' || right.family === 'null') return compareText;
  if (left.family !== right.family) return undefined;
  if (left.family === 'number') return left.isDouble || right.isDouble ? compareDoubles : compareExact;
  return compares[left.family];
}

/** The pair that is compared; refused where the two have no rule in common, and where there is no column in it. */
export function pairOf(a: Operand, b: Operand, isOrdered: boolean): Pair {
  if (!a.isColumn && !b.isColumn)
    throw refuse(
      a.start,
      say('{0} is compared with {1}, and neither is a column', a.written, b.written),
      say('A name stands bare or in backticks; what stands in quotes is a text.'),
    );
  const left = asBeside(a, b);
  const right = asBeside(b, a);
  checkComparable(left, isOrdered);
  checkComparable(right, isOrdered);
  const compare = compareOf(left, right);
  if (compare) return { left, right, compare };
  throw refuse(
    right.start,
    say('{0} is {1} and {2} is {3}', left.written, familyName(left.family), right.written, familyName(right.family)),
    left.isColumn ? hintFor(left, right) : hintFor(right, left),
  );
}
