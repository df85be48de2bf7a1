/** MySQL's functions of numbers. */
import { say } from '../../../../base/say.ts';
import { arithmetic } from '../arithmetic.ts';
import { arg, type Called, type FunctionTable, takes } from './functionTable.ts';
import { asReal, asScaled, asWide, exactDigits, type Operand, operand } from '../operand.ts';
import { unsupported } from '../sqlText.ts';
import {
  dec,
  int,
  isBits,
  isOpen,
  isWide,
  maxDigits,
  nativeDigits,
  real,
  type SqlType,
  text,
  typeText,
  wholeDigits,
} from '../types.ts';

function refuse(called: Called, one: Operand): never {
  throw unsupported(say('{0} of {1} ({2})', called.name, typeText(one.type), called.where));
}

const realOf = (name: string) => (called: Called) =>
  operand(`${name}(${called.args.map((one) => asReal(one, called.where)).join(', ')})`, real);

/** A power that is no number is an error, as in MySQL; SQLite would give NULL. */
function power(called: Called): Operand {
  const [base, exponent] = [0, 1].map((i) => asReal(arg(called, i), called.where)) as [string, string];
  const isNone = `${base} < 0 AND ${exponent} <> trunc(${exponent})`;
  return operand(`iif(${isNone}, dt_beyond('POWER'), power(${base}, ${exponent}))`, real);
}

/** LN and its like of what is not above 0 are NULL, as SQLite has them too. */
const realNames = [
  'ACOS',
  'ASIN',
  'ATAN',
  'COS',
  'DEGREES',
  'EXP',
  'LN',
  'LOG10',
  'LOG2',
  'RADIANS',
  'SIN',
  'SQRT',
  'TAN',
];

function abs(called: Called): Operand {
  const one = arg(called, 0);
  const { type } = one;
  if (type.kind === 'real') return operand(`abs(${asReal(one, called.where)})`, real);
  if (type.kind === 'text') return operand(`abs(${asReal(one, called.where)})`, real);
  if (isOpen(type)) return operand(`abs(${one.sql})`, type);
  if (isBits(type)) return one;
  if (isWide(type)) return operand(`ltrim(${asWide(one)}, '-')`, type);
  if (type.kind === 'dec') return operand(`abs(${asScaled(one, type.scale)})`, type);
  // abs of −2^63 is SQLite's own error.
  return type.kind === 'int' || type.kind === 'bool'
    ? operand(`abs(${one.sql})`, type.kind === 'int' ? type : int(1))
    : refuse(called, one);
}

const sign = (called: Called): Operand =>
  operand(`CAST(sign(${asReal(arg(called, 0), called.where)}) AS INTEGER)`, int(1));

const toWhole =
  (name: 'floor' | 'ceil') =>
  (called: Called): Operand => {
    const one = arg(called, 0);
    const { type } = one;
    if (type.kind === 'int') return operand(one.sql, type);
    if (type.kind === 'bool' || isOpen(type)) return operand(one.sql, int(wholeDigits(type)));
    if (type.kind === 'real' || type.kind === 'text') return operand(`${name}(${asReal(one, called.where)})`, real);
    if (type.kind !== 'dec' || isWide(type)) return refuse(called, one);
    return operand(
      `dt_dec_${name}(${asScaled(one, type.scale)}, ${type.scale})`,
      dec(Math.min(wholeDigits(type) + 1, nativeDigits), 0),
    );
  };

/** The digits of ROUND and TRUNCATE are a literal: they decide the type. */
function placesOf(called: Called): number {
  const places = called.args[1];
  if (!places) return 0;
  const digits = exactDigits(places);
  if (digits === undefined || !/^[+-]?\d{1,2}$/.test(digits))
    throw unsupported(say('{0} to a number of digits that is no literal ({1})', called.name, called.where));
  return Number(digits);
}

/** ROUND and TRUNCATE. */
const rounded = (called: Called): Operand => {
  const one = arg(called, 0);
  const { type } = one;
  const isCut = called.name === 'TRUNCATE';
  const places = placesOf(called);
  const [double, exact] = isCut ? ['dt_truncate', 'dt_dec_cut'] : ['dt_round', 'dt_dec_round'];
  if (isOpen(type)) return operand(`${double}(${one.sql}, ${places})`, type);
  if (isBits(type) && places < 0) return refuse(called, one);
  if (type.kind === 'int')
    return places >= 0 ? operand(one.sql, type) : operand(`${exact}(${one.sql}, 0, ${places})`, int());
  if (type.kind === 'real' || type.kind === 'text')
    return operand(`${double}(${asReal(one, called.where)}, ${places})`, real);
  if (type.kind !== 'dec') return refuse(called, one);
  return places >= type.scale ? one : roundedDecimal(called, one, type, { places, isCut });
};

interface Rounding {
  readonly places: number;
  readonly isCut: boolean;
}

function roundedDecimal(
  called: Called,
  one: Operand,
  type: SqlType & { kind: 'dec' },
  { places, isCut }: Rounding,
): Operand {
  if (isWide(type)) {
    if (places < 0) return refuse(called, one);
    return operand(`dt_wide(${asWide(one)}, ${places}, ${isCut ? 1 : 0})`, dec(maxDigits, places));
  }
  const scale = Math.max(places, 0);
  const sql = `dt_dec_${isCut ? 'cut' : 'round'}(${asScaled(one, type.scale)}, ${type.scale}, ${places})`;
  return operand(sql, dec(Math.min(wholeDigits(type) + 1 + scale, nativeDigits), scale));
}

export const numberCalls: FunctionTable = {
  ...Object.fromEntries(realNames.map((name) => [name, takes(1, 1, realOf(name.toLowerCase()))])),
  ATAN2: takes(2, 2, realOf('atan2')),
  POWER: takes(2, 2, power),
  PI: takes(0, 0, () => operand('pi()', real)),
  LOG: takes(1, 2, (called) => realOf(called.args.length === 1 ? 'ln' : 'log')(called)),
  ABS: takes(1, 1, abs),
  SIGN: takes(1, 1, sign),
  FLOOR: takes(1, 1, toWhole('floor')),
  CEIL: takes(1, 1, toWhole('ceil')),
  ROUND: takes(1, 2, rounded),
  TRUNCATE: takes(2, 2, rounded),
  MOD: takes(2, 2, (called) => arithmetic('%', arg(called, 0), arg(called, 1), called.where)),
  UUID: takes(0, 0, () => operand('dt_uuid()', text)),
  RAND: takes(0, 1, (called) => {
    if (called.args.length > 0)
      throw unsupported('RAND(seed)', say('No other server gives the same numbers for a seed.'));
    return operand('dt_rand()', real);
  }),
};
