/** A typed value as SQLite text, and its conversions, each of which is written out. */
import { say } from '../../../base/say.ts';
import { canonicalDate, decimalText } from '../../canonical.ts';
import { bitsOf, packed } from '../../exact.ts';
import { sqlText, ten, unsupported } from './sqlText.ts';
import {
  int,
  isBits,
  isExact,
  isNumber,
  isOpen,
  isText,
  isUnsigned,
  isWide,
  nativeDigits,
  scaleOf,
  type SqlType,
  typeText,
  unsigned64,
  wholeDigits,
} from './types.ts';

/** An expression as SQLite text with its type, and what is known of it besides. */
export interface Operand {
  readonly sql: string;
  readonly type: SqlType;
  /** Of a DECIMAL as it lies in a column; one of more than 18 digits is there a text of its own that orders as the numbers do. */
  readonly isKept?: boolean;
  /** A literal as written: the text of a text, the digits of a number. */
  readonly literal?: string;
  /** Of a `?`: what it is bound to, as text. */
  readonly known?: string;
  /** A text that was made of a date and has its form. */
  readonly isDateText?: boolean;
  /** Within a change, where a text that is no number is an error. */
  readonly strict?: boolean;
  /** Of a plain column: its declared type. */
  readonly declared?: string;
}

/** A DECIMAL in the text of its column. */
export const isPacked = ({ isKept, type }: Operand): boolean => isKept === true && isWide(type);

/** An operand of which nothing but its type is known. */
export const operand = (sql: string, type: SqlType): Operand => ({ sql, type });
export const nullOperand: Operand = operand('NULL', { kind: 'null' });

const refuse = (from: SqlType, to: string, where: string): never => {
  throw unsupported(
    say('{0} as {1} ({2})', typeText(from), to, where),
    say('Write the value in the form of the other one, or CAST it.'),
  );
};

const isNumberText = (found: string): boolean => /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(found);

/** The digits of a literal that is an exact number: `9`, `2.50`, `'9'`; undefined for anything else. */
export function exactDigits({ literal, type }: Operand): string | undefined {
  if (literal === undefined || !(isExact(type) || isText(type))) return undefined;
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$/.test(literal) ? literal.trim() : undefined;
}

/** A literal number as a double is: SQLite needs the point. */
const realLiteral = (digits: string): string => {
  const plain = digits.replace(/^\+/, '');
  return /[.eE]/.test(plain) ? plain.replace(/^(-?)\./, '$10.').replace(/\.$/, '.0') : `${plain}.0`;
};

/** Digits that a double tells apart from all others of so many digits. */
const doubleDigits = 15;

/** As a double. */
export function asReal(one: Operand, where: string): string {
  const { sql, type, literal } = one;
  switch (type.kind) {
    case 'real':
      return sql;
    case 'dec':
      if (literal !== undefined) return realLiteral(literal);
      // Of two numbers that are exact the quotient is the nearest double.
      if (!isWide(type) && type.digits <= doubleDigits) return `(CAST(${sql} AS REAL) / ${ten(type.scale)}.0)`;
      return `CAST(${asWide(one)} AS REAL)`;
    case 'text':
    case 'enum':
    case 'set':
      return textAsReal(one, where);
    case 'int':
    case 'bool':
    case 'null':
    case 'any':
      if (literal !== undefined) return realLiteral(literal);
      return isBits(type) ? `dt_unsigned_real(${sql})` : `CAST(${sql} AS REAL)`;
    default:
      return refuse(type, 'DOUBLE', where);
  }
}

function textAsReal(one: Operand, where: string): string {
  if (one.type.kind !== 'text') return refuse(one.type, 'DOUBLE', where);
  if (one.literal !== undefined && isNumberText(one.literal)) return realLiteral(one.literal.trim());
  return one.strict ? `dt_number(${one.sql})` : `CAST(${one.sql} AS REAL)`;
}

/** An exact number as an integer times 10^scale; only where the digits allow it. */
export function asScaled(one: Operand, scale: number): string {
  const own = scaleOf(one.type);
  if (scale === own) return one.sql;
  // A literal stays one, by which SQLite can look something up.
  return /^-?\d+$/.test(one.sql)
    ? String(BigInt(one.sql) * 10n ** BigInt(scale - own))
    : `(${one.sql} * ${ten(scale - own)})`;
}

/** An exact number as text with its digits behind the point. */
export function asWide(one: Operand): string {
  if (isPacked(one)) return `dt_unpacked(${one.sql}, ${scaleOf(one.type)})`;
  if (isWide(one.type) || isOpen(one.type)) return one.sql;
  if (isBits(one.type)) return `dt_unsigned_text(${one.sql})`;
  return `dt_dec_text(${asScaled(one, scaleOf(one.type))}, ${scaleOf(one.type)})`;
}

/** A document in its normal form; one that a column holds may have come from elsewhere. */
export const jsonSql = ({ sql, declared }: Operand): string => (declared === undefined ? sql : `dt_json(${sql})`);

/** As text, in MySQL's digits. */
export function asText(one: Operand, where: string): string {
  const { sql, type } = one;
  switch (type.kind) {
    case 'int':
    case 'bool':
      return isBits(type) ? asWide(one) : `CAST(${sql} AS TEXT)`;
    case 'dec':
      return asWide(one);
    case 'real':
      return type.single ? `dt_single_text(${sql})` : `dt_text(${sql})`;
    case 'json':
      return jsonSql(one);
    case 'bytes':
      return refuse(type, 'TEXT', where);
    case 'any':
      return `dt_text(${sql})`;
    default:
      return sql;
  }
}

/** As a truth value: 1, 0 or NULL to SQLite. */
export function asTruth(one: Operand, where: string): string {
  const { sql, type } = one;
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'null':
    case 'any':
      return sql;
    case 'dec':
      return isWide(type) ? `(CAST(${asWide(one)} AS REAL) <> 0)` : `(${sql} <> 0)`;
    case 'real':
    case 'text':
      return `(${asReal(one, where)} <> 0)`;
    default:
      return refuse(type, 'BOOL', where);
  }
}

/** A date or time as text with six digits of a second, in which all of them order as moments. */
export function asMoment({ sql, type }: Operand): string {
  if (type.kind === 'datetime')
    return type.digits === 6
      ? sql
      : type.digits === 0
        ? `(${sql} || '.000000')`
        : `(${sql} || '${'0'.repeat(6 - type.digits)}')`;
  return `(${sql} || ' 00:00:00.000000')`;
}

/** A date literal in canonical form; undefined when it is no date. */
export const dateLiteral = (found: string): string | undefined => canonicalDate(found, 'datetime', 6);

/** As a whole number: rounded half away from zero, and an error beyond 64 bits. */
export function asInteger(one: Operand, where: string): string {
  const { sql, type } = one;
  if (isBits(type)) return `dt_signed(${sql})`;
  if (type.kind === 'int' || type.kind === 'bool' || isOpen(type)) return sql;
  if (type.kind === 'dec') return `dt_dec_round(${asWideOrScaled(one)}, ${type.scale}, 0)`;
  if (type.kind === 'real') return `dt_round_real(${asReal(one, where)})`;
  return refuse(type, typeText(int()), where);
}

/** As 64 bits without a sign; what is below 0 or beyond them is an error. */
export function asBits(one: Operand, where: string): string {
  const { sql, type, literal } = one;
  if (isBits(type) || isOpen(type) || isUnsigned(type) || type.kind === 'bool') return sql;
  if (type.kind === 'int') return literal !== undefined && !literal.startsWith('-') ? sql : `dt_unsigned(${sql})`;
  if (type.kind === 'dec') return bitsOfLiteral(one) ?? `dt_bits(${asWideOrScaled(one)}, ${type.scale})`;
  if (type.kind === 'real') return `dt_bits_of_real(${asReal(one, where)})`;
  return refuse(type, typeText(unsigned64), where);
}

/** A whole literal of 64 bits as SQLite writes them; undefined for another one. */
export function bitsOfLiteral(one: Operand): string | undefined {
  const digits = exactDigits(one);
  if (digits === undefined || !/^\+?\d+$/.test(digits)) return undefined;
  const value = BigInt(digits.replace('+', ''));
  return value < 2n ** 64n ? bitsText(bitsOf(value)) : undefined;
}

/** SQLite reads the sign apart from the digits, which are one too many for the least number. */
const bitsText = (bits: bigint): string => (bits === -(2n ** 63n) ? '(-9223372036854775807 - 1)' : String(bits));

/** An exact number in the form in which a column of this type keeps it, where it is known; undefined where it is not, or does not fit. */
export function packedLiteral(one: Operand, to: SqlType & { kind: 'dec' }): string | undefined {
  const digits = exactDigits(one);
  const form = digits === undefined ? undefined : decimalText(digits, to.digits, to.scale);
  if (form === undefined) return undefined;
  const units = BigInt(form.replace('.', ''));
  return to.digits > nativeDigits ? sqlText(packed(units, to.digits) ?? '') : String(units);
}

const asWideOrScaled = (one: Operand): string => (isWide(one.type) ? asWide(one) : asScaled(one, scaleOf(one.type)));

/** As a DECIMAL of this type, in the form that its digits call for. */
export function asDecimal(one: Operand, to: SqlType & { kind: 'dec' }, where: string): string {
  const { type } = one;
  if (isOpen(type)) return one.sql;
  if (type.kind === 'real')
    return `dt_dec_of_real(${asReal(one, where)}, ${to.scale}, ${to.digits > nativeDigits ? 1 : 0})`;
  if (type.kind === 'text') return `dt_dec_of_text(${one.sql}, ${to.scale}, ${to.digits > nativeDigits ? 1 : 0})`;
  if (!isExact(type)) return refuse(type, typeText(to), where);
  if (isWide(to)) return `dt_wide(${asWide(one)}, ${to.scale})`;
  if (isBits(type)) return `dt_dec_round(${asWide(one)}, 0, ${to.scale})`;
  if (!isWide(type) && scaleOf(type) <= to.scale && wholeDigits(type) + to.scale <= nativeDigits)
    return asScaled(one, to.scale);
  return `dt_dec_round(${asWideOrScaled(one)}, ${scaleOf(type)}, ${to.scale})`;
}

/** The 64 bits with the first one turned over: SQLite's order of them is that of the numbers without a sign. */
export const bitsOrder = (sql: string): string => `((${sql} | ${signBit}) - (${sql} & ${signBit}))`;
const signBit = '(-9223372036854775807 - 1)';

/** A value in the form of another type: for CASE, UNION, COALESCE, where `common` found the type. */
export function converted(one: Operand, to: SqlType, where: string): string {
  if (one.type.kind === 'null') return 'NULL';
  switch (to.kind) {
    case 'real':
      if (one.type.kind === 'real' && one.type.single === to.single) return one.sql;
      return isNumber(one.type) || isOpen(one.type) ? asReal(one, where) : refuse(one.type, typeText(to), where);
    case 'text':
      return asText(one, where);
    case 'bool':
    case 'int':
      return isBits(to) ? asBits(one, where) : asInteger(one, where);
    case 'dec':
      return asDecimal(one, to, where);
    case 'datetime':
      return one.type.kind === 'datetime' && one.type.digits === to.digits
        ? one.sql
        : `dt_datetime(${one.sql}, ${to.digits})`;
    default:
      return one.sql;
  }
}

/** What is sorted, grouped or compared by size in place of the value. */
export function ordered(one: Operand, where: string): string {
  const { sql, type } = one;
  if (isPacked(one)) return sql;
  if (isWide(type)) return `dt_order(${sql})`;
  if (isBits(type)) return bitsOrder(sql);
  if (type.kind === 'enum')
    return `CASE ${sql} ${type.members.map((member, i) => `WHEN ${sqlText(member)} THEN ${i + 1}`).join(' ')} END`;
  if (type.kind === 'time') return `dt_time_order(${sql})`;
  if (type.kind === 'set' || type.kind === 'json' || type.kind === 'vector')
    throw unsupported(say('The order of {0} ({1})', typeText(type), where), say('Order by an expression over it.'));
  return sql;
}
