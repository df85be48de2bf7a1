/** A typed value as SQLite text, and its conversions, each of which is written out. */
import { say } from '../../../base/say.ts';
import { canonicalDate } from '../../canonical.ts';
import { sqlText, ten, unsupported } from './sqlText.ts';
import {
  int,
  isExact,
  isNumber,
  isOpen,
  isText,
  isWide,
  nativeDigits,
  scaleOf,
  type SqlType,
  typeText,
  wholeDigits,
} from './types.ts';

/** An expression as SQLite text with its type, and what is known of it besides. */
export interface Operand {
  readonly sql: string;
  readonly type: SqlType;
  /** Of a DECIMAL as it lies in a column: the nearest double, which orders as the decimal does. */
  readonly isDouble?: boolean;
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

/** As a double. */
export function asReal(one: Operand, where: string): string {
  const { sql, type, literal } = one;
  switch (type.kind) {
    case 'real':
      return sql;
    case 'dec':
      if (one.isDouble) return sql;
      if (literal !== undefined) return realLiteral(literal);
      return isWide(type) ? `CAST(${sql} AS REAL)` : `(CAST(${sql} AS REAL) / ${ten(type.scale)}.0)`;
    case 'text':
    case 'enum':
    case 'set':
      return textAsReal(one, where);
    case 'int':
    case 'bool':
    case 'null':
    case 'any':
      return literal !== undefined ? realLiteral(literal) : `CAST(${sql} AS REAL)`;
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
  // Of 15 digits at most, so that the product is exact once it is rounded.
  const sql = one.isDouble ? `CAST(round(${one.sql} * ${ten(own)}.0) AS INTEGER)` : one.sql;
  return scale === own ? sql : `(${sql} * ${ten(scale - own)})`;
}

/** An exact number as text with its digits behind the point. */
export function asWide(one: Operand): string {
  if (isWide(one.type) || isOpen(one.type)) return one.sql;
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
      return `CAST(${sql} AS TEXT)`;
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
      return isWide(type) ? `(CAST(${sql} AS REAL) <> 0)` : `(${sql} <> 0)`;
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
  if (type.kind === 'int' || type.kind === 'bool' || isOpen(type)) return sql;
  if (type.kind === 'dec') return `dt_dec_round(${asWideOrScaled(one)}, ${type.scale}, 0)`;
  if (type.kind === 'real') return `dt_round_real(${asReal(one, where)})`;
  return refuse(type, typeText(int()), where);
}

const asWideOrScaled = (one: Operand): string => (isWide(one.type) ? one.sql : asScaled(one, scaleOf(one.type)));

/** As a DECIMAL of this type, in the form that its digits call for. */
export function asDecimal(one: Operand, to: SqlType & { kind: 'dec' }, where: string): string {
  const { type } = one;
  if (isOpen(type)) return one.sql;
  if (type.kind === 'real')
    return `dt_dec_of_real(${asReal(one, where)}, ${to.scale}, ${to.digits > nativeDigits ? 1 : 0})`;
  if (type.kind === 'text') return `dt_dec_of_text(${one.sql}, ${to.scale}, ${to.digits > nativeDigits ? 1 : 0})`;
  if (!isExact(type)) return refuse(type, typeText(to), where);
  if (isWide(to)) return `dt_wide(${asWide(one)}, ${to.scale})`;
  if (!isWide(type) && scaleOf(type) <= to.scale && wholeDigits(type) + to.scale <= nativeDigits)
    return asScaled(one, to.scale);
  return `dt_dec_round(${asWideOrScaled(one)}, ${scaleOf(type)}, ${to.scale})`;
}

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
      return asInteger(one, where);
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
  if (isWide(type)) return `dt_order(${sql})`;
  if (type.kind === 'enum')
    return `CASE ${sql} ${type.members.map((member, i) => `WHEN ${sqlText(member)} THEN ${i + 1}`).join(' ')} END`;
  if (type.kind === 'time') return `dt_time_order(${sql})`;
  if (type.kind === 'set' || type.kind === 'json' || type.kind === 'vector')
    throw unsupported(say('The order of {0} ({1})', typeText(type), where), say('Order by an expression over it.'));
  return sql;
}
