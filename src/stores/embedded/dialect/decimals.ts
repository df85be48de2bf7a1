/**
 * Exact numbers for SQLite: a DECIMAL travels as an INTEGER scaled by 10^s, or as TEXT with exactly s digits behind the point; beyond
 * what a type holds is an error, as on a server.
 */
import { say } from '../../../base/say.ts';
import { singleText } from '../../canonical.ts';
import {
  bitsOf,
  decimalOf,
  mostDigits,
  packed,
  rescale,
  scaledDigits,
  ten,
  unpacked,
  unsignedOf,
} from '../../exact.ts';
import { failed, type FunctionValue, type Given, type SqlAggregate, strict, textOf } from './sqlFunction.ts';

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

const outOfRange = (what: string): Error => failed(say('{0} is out of range.', what));

interface Decimal {
  /** Without the point. */
  readonly value: bigint;
  readonly scale: number;
}

function read(text: Given): Decimal {
  if (typeof text === 'bigint') return { value: text, scale: 0 };
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(textOf(text));
  if (!parts) throw failed(say('{0} is no decimal number.', JSON.stringify(textOf(text))));
  const value = BigInt(`${parts[2] ?? ''}${parts[3] ?? ''}` || '0');
  return { value: parts[1] === '-' ? -value : value, scale: parts[3]?.length ?? 0 };
}

function narrow(value: bigint): bigint {
  if (value >= int64.min && value <= int64.max) return value;
  throw outOfRange(String(value));
}

function wide(value: bigint, scale: number): string {
  if (value < ten(mostDigits) && -value < ten(mostDigits)) return decimalOf(value, scale);
  throw outOfRange(decimalOf(value, scale));
}

/** The exact decimal that a double's shortest digits mean. */
function ofDouble(value: number, scale: number): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!parts) throw outOfRange(String(value));
  const digits = BigInt(`${parts[2] ?? ''}${parts[3] ?? ''}`);
  const places = (parts[3]?.length ?? 0) - Number(parts[4] ?? 0);
  const whole = places < 0 ? digits * ten(-places) : digits;
  return rescale(parts[1] === '-' ? -whole : whole, Math.max(places, 0), scale);
}

const numberAtStart = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;

/** The number that a text begins with, 0 for none. */
function ofText(text: string, scale: number): bigint {
  const found = numberAtStart.exec(text)?.[0].trim();
  if (found === undefined) return 0n;
  if (/[eE]/.test(found)) return ofDouble(Number(found), scale);
  const { value, scale: own } = read(found);
  return rescale(value, own, scale);
}

/** A text in a change that must be a number; an error is what the servers give. */
function numberIn(text: string): number {
  const found = numberAtStart.exec(text)?.[0];
  if (found === undefined || text.slice(found.length).trim() !== '')
    throw failed(
      say('The text {0} is no number, and a change that needs one is not made.', JSON.stringify(text.slice(0, 60))),
    );
  return Number(found);
}

/** All digits of a text that is a number; an error for another one. */
function digitsIn(text: string, scale: number): string {
  const value = numberIn(text);
  const plain = text.trim();
  return /e/i.test(plain) ? wide(ofDouble(value, scale), scale) : widened(read(plain.replace(/^\+/, '')), scale);
}

const widened = ({ value, scale: own }: Decimal, scale: number): string => wide(rescale(value, own, scale), scale);

/** What is bound, as digits. */
function digitsOf(value: Given, scale: number): string {
  if (typeof value === 'number') return wide(ofDouble(value, scale), scale);
  return typeof value === 'bigint' ? decimalOf(value, 0) : digitsIn(textOf(value), scale);
}

/** A number as a column of DECIMAL(`digits`, `scale`) keeps it. */
function storedForm(value: Given, digits: number, scale: number): FunctionValue {
  const { value: units, scale: own } = read(value);
  const rounded = rescale(units, own, scale);
  if (rounded >= ten(digits) || -rounded >= ten(digits))
    throw failed(say('{0} is out of range for DECIMAL({1},{2}).', decimalOf(units, own), digits, scale));
  return digits <= scaledDigits ? rounded : (packed(rounded, digits) ?? null);
}

/** Units of a number without a sign as its 64 bits. */
function unsignedBits(units: bigint, scale: number): bigint {
  const value = rescale(units, scale, 0);
  if (value >= 0n && value < 2n ** 64n) return bitsOf(value);
  throw outOfRange(say('{0} as a number without a sign', String(value)));
}

/** The units of a packed text, of which a file may hold another one. */
function unpackedUnits(text: string): bigint {
  const units = unpacked(text);
  if (units !== undefined) return units;
  throw failed(say('{0} is no decimal number.', JSON.stringify(text)));
}

/** The sum of so many packed numbers, by the sums of their digits in pieces of nine, the last ones first. */
function packedTotal(digits: number, negative: bigint, pieces: readonly bigint[]): bigint {
  const sum = pieces.reduce((total, piece, i) => total + piece * ten(9 * i), 0n);
  return sum - negative * (ten(digits) - 1n);
}

/** A sum of units, over its rows where it is an average. */
const shared = (sum: bigint, rows: bigint, from: number, to: number): string =>
  wide(rescale((sum * ten(to - from + 1)) / rows, to + 1, to), to);

function wholeOf(text: string): bigint {
  const value = numberIn(text);
  const plain = /^\s*([+-]?\d+)\s*$/.exec(text)?.[1];
  return narrow(plain === undefined ? ofDouble(value, 0) : BigInt(plain));
}

/** The whole number that a text begins with, as CAST has it. */
const wholePrefix = (text: string): bigint => narrow(BigInt(/^\s*([+-]?\d+)/.exec(text)?.[1]?.replace('+', '') ?? '0'));

const floorOf = (value: bigint, scale: number): bigint => {
  const unit = ten(scale);
  return value / unit - (value < 0n && value % unit !== 0n ? 1n : 0n);
};

type Operator = (a: Decimal, b: Decimal, scale: number) => bigint;

const operators: Readonly<Record<string, Operator>> = {
  '+': (a, b, scale) => rescale(a.value, a.scale, scale) + rescale(b.value, b.scale, scale),
  '-': (a, b, scale) => rescale(a.value, a.scale, scale) - rescale(b.value, b.scale, scale),
  '*': (a, b, scale) => rescale(a.value * b.value, a.scale + b.scale, scale),
};

function operate(operator: string, a: Given, b: Given, scale: number, isUnsigned: boolean): string {
  const value = (operators[operator] as Operator)(read(a), read(b), scale);
  if (isUnsigned && value < 0n) throw outOfRange(decimalOf(value, scale));
  return wide(value, scale);
}

function divide(a: Given, b: Given, scale: number): string | null {
  const [x, y] = [read(a), read(b)];
  if (y.value === 0n) return null;
  // One digit more is cut, then rounded.
  const quotient = (x.value * ten(scale + 1 + y.scale)) / (y.value * ten(x.scale));
  return wide(rescale(quotient, scale + 1, scale), scale);
}

function divideWhole(a: Given, b: Given): bigint | null {
  const [x, y] = [read(a), read(b)];
  const scale = Math.max(x.scale, y.scale);
  return y.value === 0n ? null : narrow(rescale(x.value, x.scale, scale) / rescale(y.value, y.scale, scale));
}

/** DIV with a side without a sign. */
function divideUnsigned(a: Given, b: Given): string | null {
  const [x, y] = [read(a), read(b)];
  const scale = Math.max(x.scale, y.scale);
  if (y.value === 0n) return null;
  const value = rescale(x.value, x.scale, scale) / rescale(y.value, y.scale, scale);
  if (value < 0n) throw outOfRange(say('{0} as a number without a sign', String(value)));
  return wide(value, 0);
}

function remainder(a: Given, b: Given, scale: number): string | null {
  const [x, y] = [read(a), read(b)];
  return y.value === 0n ? null : wide(rescale(x.value, x.scale, scale) % rescale(y.value, y.scale, scale), scale);
}

function compare(a: Given, b: Given): bigint {
  const [x, y] = [read(a), read(b)];
  const scale = Math.max(x.scale, y.scale);
  const [left, right] = [rescale(x.value, x.scale, scale), rescale(y.value, y.scale, scale)];
  return left < right ? -1n : left > right ? 1n : 0n;
}

/** A text that orders as the number does: the sign, then the digits at their places; those of a negative number turned round. */
function orderKey(text: string): string {
  const isNegative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const digits = `${whole.padStart(40, '0')}${fraction}`;
  return isNegative ? `0${digits.replace(/\d/g, (digit) => String(9 - Number(digit)))}` : `1${digits}`;
}

/** Digits of a FLOAT that every server writes. */
const shownDigits = 6;

/** To the nearest whole number, to the even one of two: as servers round doubles. */
export function roundEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const real = (value: Given): number => (typeof value === 'number' ? value : Number(value));
const places = (value: Given | undefined): number => Number(value ?? 0);

const asBig = (value: Given): bigint => (typeof value === 'bigint' ? value : read(value).value);

/** Functions of exact numbers by their names without `dt_`. */
export const decimalFunctions: Readonly<Record<string, (...args: FunctionValue[]) => FunctionValue>> = {
  single: strict((value) => Math.fround(real(value as Given))),
  single_text: strict((value) => {
    const text = singleText(real(value as Given));
    // MySQL writes six digits, MatrixOne all.
    if (text.replace(/^-?0*\.?0*|\D|e.*$/g, '').replace(/0+$/, '').length <= shownDigits) return text;
    throw failed(say('The FLOAT {0} as text, which servers write with other digits: write CAST(… AS DOUBLE).', text));
  }),
  single_shown: strict((value) => Number(singleText(real(value as Given)))),
  number: strict((value) => numberIn(textOf(value as Given))),
  whole_of_text: strict((value) => wholeOf(textOf(value as Given))),
  whole_prefix: strict((value) => wholePrefix(textOf(value as Given))),
  /** SQLite makes a double of a sum beyond 64 bits. */
  whole: strict((value) => {
    if (typeof value === 'bigint') return value;
    throw outOfRange(say('A whole number (about {0})', textOf(value as Given)));
  }),
  unsigned: strict((value) => {
    if (typeof value === 'bigint' && value >= 0n) return value;
    throw outOfRange(say('{0} as a number without a sign', textOf(value as Given)));
  }),
  round_real: strict((value) => {
    return narrow(ofDouble(roundEven(real(value as Given)), 0));
  }),
  dec_text: strict((value, scale) => decimalOf(value as bigint, places(scale))),
  dec_round: strict((value, from, to) => {
    const [own, wanted] = [places(from), places(to)];
    const rounded = rescale(asBig(value as Given), own, wanted);
    return narrow(wanted < 0 ? rounded * ten(-wanted) : rounded);
  }),
  dec_cut: strict((value, from, to) => {
    const [own, wanted] = [places(from), places(to)];
    const cut = rescale(asBig(value as Given), own, wanted, true);
    return narrow(wanted < 0 ? cut * ten(-wanted) : cut);
  }),
  dec_floor: strict((value, scale) => floorOf(value as bigint, places(scale))),
  dec_ceil: strict((value, scale) => -floorOf(-(value as bigint), places(scale))),
  dec_of_real: strict((value, scale, isWide) =>
    formed(ofDouble(real(value as Given), places(scale)), places(scale), isWide),
  ),
  dec_of_text: strict((value, scale, isWide) =>
    formed(ofText(textOf(value as Given), places(scale)), places(scale), isWide),
  ),
  dec_fit: strict((value, digits, scale) => {
    const number = asBig(value as Given);
    if (number < ten(places(digits)) && -number < ten(places(digits))) return value as Given;
    throw failed(
      say('{0} is out of range for DECIMAL({1},{2}).', decimalOf(number, places(scale)), places(digits), places(scale)),
    );
  }),
  dec_op: strict((operator, a, b, scale, isUnsigned) =>
    operate(textOf(operator as Given), a as Given, b as Given, places(scale), places(isUnsigned) === 1),
  ),
  dec_divide: strict((a, b, scale) => divide(a as Given, b as Given, places(scale))),
  dec_div: strict((a, b) => divideWhole(a as Given, b as Given)),
  dec_mod: strict((a, b, scale) => remainder(a as Given, b as Given, places(scale))),
  /** Two native sums, of the digits above and below 10^9, as one; divided by the rows of an average. */
  dec_join: strict((high, low, rows, from, to) => {
    const [own, wanted] = [places(from), places(to)];
    const sum = BigInt(high as bigint) * 1_000_000_000n + BigInt(low as bigint);
    return shared(sum, BigInt(rows as bigint), own, wanted);
  }),
  /** The same of numbers without a sign, of their bits above and below 2^32. */
  unsigned_join: strict((high, low, rows, to) =>
    shared(BigInt(high as bigint) * 2n ** 32n + BigInt(low as bigint), BigInt(rows as bigint), 0, places(to)),
  ),
  packed_join: strict((digits, scale, to, rows, negative, ...pieces) =>
    shared(
      packedTotal(places(digits), negative as bigint, pieces as bigint[]),
      BigInt(rows as bigint),
      places(scale),
      places(to),
    ),
  ),
  unpacked: strict((value, scale) => decimalOf(unpackedUnits(textOf(value as Given)), places(scale))),
  /** Digits without zeros at the end: equal numbers are equal texts. */
  dec_plain: strict((value) =>
    textOf(value as Given)
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, ''),
  ),
  dec_stored: strict((value, digits, scale) => storedForm(value as Given, places(digits), places(scale))),
  dec_strict: strict((value, scale) => digitsIn(textOf(value as Given), places(scale))),
  decimal: strict((value, scale) => digitsOf(value as Given, places(scale))),
  unsigned_text: strict((value) => String(unsignedOf(value as bigint))),
  unsigned_real: strict((value) => Number(unsignedOf(value as bigint))),
  unsigned_div: strict((a, b) => divideUnsigned(a as Given, b as Given)),
  /** 64 bits without a sign as a number that has one. */
  signed: strict((value) => {
    if ((value as bigint) >= 0n) return value as bigint;
    throw outOfRange(String(unsignedOf(value as bigint)));
  }),
  bits: strict((value, scale) => {
    const { value: units, scale: own } = read(value as Given);
    return unsignedBits(units, typeof value === 'bigint' ? places(scale) : own);
  }),
  bits_of_real: strict((value) => unsignedBits(ofDouble(roundEven(real(value as Given)), 0), 0)),
  bits_of_value: strict((value) => {
    const { value: units, scale } = read(digitsOf(value as Given, 0));
    return unsignedBits(units, scale);
  }),
  digits_prefix: strict((value) => /^\s*([+-]?\d+)/.exec(textOf(value as Given))?.[1] ?? '0'),
  wide: strict((value, scale, isCut) => {
    const { value: number, scale: own } = read(value as Given);
    return wide(rescale(number, own, places(scale), places(isCut) === 1), places(scale));
  }),
  compare: strict((a, b) => compare(a as Given, b as Given)),
  order: strict((value) => orderKey(textOf(value as Given))),
};

const formed = (value: bigint, scale: number, isWide: Given | undefined): FunctionValue =>
  places(isWide) === 1 ? wide(value, scale) : narrow(value);

interface Sum {
  readonly sum: bigint;
  readonly rows: bigint;
  readonly scale: number;
}

const noSum: Sum = { sum: 0n, rows: 0n, scale: 0 };

const stepped =
  (sign: bigint) =>
  (state: unknown, value: FunctionValue = null, scale: FunctionValue = null): Sum => {
    const before = state as Sum;
    if (value === null) return before;
    const { value: number, scale: own } = read(value);
    const wanted = Number(scale ?? 0);
    // An average has more digits than what it is of.
    return { sum: before.sum + sign * rescale(number, own, wanted), rows: before.rows + sign, scale: wanted };
  };

const summed = (name: string, finish: (sum: Sum) => string): SqlAggregate => ({
  name,
  start: () => noSum,
  step: stepped(1n),
  inverse: stepped(-1n),
  result: (state) => ((state as Sum).rows === 0n ? null : finish(state as Sum)),
});

/** SUM and AVG of decimals that travel as text. */
export const decimalAggregates: readonly SqlAggregate[] = [
  summed('dt_sum', ({ sum, scale }) => wide(sum, scale)),
  summed('dt_avg', ({ sum, rows, scale }) => wide(rescale((sum * 10n) / rows, 1, 0), scale)),
];
