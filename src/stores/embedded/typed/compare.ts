/** Comparisons: two values are brought to a form in which SQLite's own comparison is MySQL's, or the comparison is refused. */
import { say } from '../../../base/say.ts';
import { canonicalDate, canonicalTime } from '../../canonical.ts';
import {
  asMoment,
  asReal,
  asScaled,
  asWide,
  bitsOfLiteral,
  bitsOrder,
  dateLiteral,
  exactDigits,
  isPacked,
  type Operand,
  ordered,
  packedLiteral,
} from './operand.ts';
import { sqlText, unsupported } from './sqlText.ts';
import {
  isExact,
  isMoment,
  isNumber,
  isOpen,
  isBits,
  isNative,
  isText,
  maxDigits,
  nativeDigits,
  scaleOf,
  type SqlType,
  typeText,
  wholeDigits,
} from './types.ts';

export type Comparison = '=' | '<=>' | '<>' | '<' | '<=' | '>' | '>=';

/** The two sides as they are compared. */
export interface Aligned {
  readonly left: string;
  readonly right: string;
}

function refuse(left: SqlType, right: SqlType, where: string, hint?: string): never {
  throw unsupported(
    say('{0} beside {1} ({2})', typeText(left), typeText(right), where),
    hint ?? say('Write CAST(… AS type) around one of them.'),
  );
}

/** `sized`: by less or greater, where the two are not only told apart. */
export function aligned(a: Operand, b: Operand, where: string, sized: boolean): Aligned {
  const types = [a.type, b.type];
  if (types.some(isOpen)) return openAligned(a, b, where, sized);
  if (types.some(isMoment)) return moments(a, b, where);
  if (types.some(({ kind }) => kind === 'time')) return times(a, b, where, sized);
  if (types.every(({ kind }) => kind === 'bytes')) return { left: a.sql, right: b.sql };
  if (types.every(isText)) return texts(a, b, where, sized);
  if (types.every(isNumber)) return numbers(a, b, where, sized);
  return textAndNumber(a, b, where, sized);
}

/** NULL with anything is NULL; a parameter takes the meaning of its neighbour. */
function openAligned(a: Operand, b: Operand, where: string, sized: boolean): Aligned {
  const side = (one: Operand): string => (sized && !isOpen(one.type) ? ordered(one, where) : one.sql);
  return { left: side(a), right: side(b) };
}

function texts(a: Operand, b: Operand, where: string, sized: boolean): Aligned {
  const special = [a, b].find(({ type }) => type.kind !== 'text');
  if (special && sized) refuse(a.type, b.type, where, say('Compare an ENUM or SET by = only.'));
  return { left: a.sql, right: b.sql };
}

/** Dates and times among themselves, and beside a text that is one. */
function moments(a: Operand, b: Operand, where: string): Aligned {
  if (a.type.kind === 'date' && b.type.kind === 'date') return { left: a.sql, right: b.sql };
  if (isMoment(a.type) && isMoment(b.type)) {
    const isSame =
      a.type.kind === b.type.kind &&
      a.type.kind === 'datetime' &&
      b.type.kind === 'datetime' &&
      a.type.digits === b.type.digits;
    return isSame ? { left: a.sql, right: b.sql } : { left: asMoment(a), right: asMoment(b) };
  }
  if (isMoment(a.type)) return besideMoment(a, b, where);
  const turned = besideMoment(b, a, where);
  return { left: turned.right, right: turned.left };
}

/** `moment` beside something that is none. */
function besideMoment(moment: Operand, other: Operand, where: string): Aligned {
  if (other.type.kind !== 'text')
    return refuse(moment.type, other.type, where, say("Write the date as text: '2024-01-31'."));
  if (other.isDateText) return { left: asMoment(moment), right: `dt_datetime(${other.sql}, 6)` };
  const found = other.literal ?? other.known;
  if (found === undefined) return refuse(moment.type, other.type, where, say('Write CAST(… AS DATE) around the text.'));
  const full = dateLiteral(found);
  if (full === undefined)
    throw unsupported(
      say('{0} beside the text {1} ({2})', typeText(moment.type), `'${found}'`, where),
      say("A date is written '2024-01-31', a time '2024-01-31 10:00:00'."),
    );
  const { type } = moment;
  const digits = type.kind === 'datetime' ? type.digits : 0;
  const own = canonicalDate(full, type.kind === 'date' ? 'date' : 'datetime', digits);
  const isBound = other.literal === undefined;
  // The column stays as it is where the literal has its form, so that an index is of use.
  if (own === undefined)
    return { left: asMoment(moment), right: isBound ? `dt_datetime(${other.sql}, 6)` : sqlText(full) };
  if (!isBound) return { left: moment.sql, right: sqlText(own) };
  return {
    left: moment.sql,
    right: type.kind === 'date' ? `dt_date(${other.sql})` : `dt_datetime(${other.sql}, ${digits})`,
  };
}

function times(a: Operand, b: Operand, where: string, sized: boolean): Aligned {
  const side = (one: Operand, other: Operand): string => {
    if (one.type.kind === 'time') return `dt_time_order(${one.sql})`;
    const found = one.type.kind === 'text' && one.literal !== undefined ? canonicalTime(one.literal, 6) : undefined;
    return found === undefined ? refuse(other.type, one.type, where) : `dt_time_order(${sqlText(found)})`;
  };
  const isSame = a.type.kind === 'time' && b.type.kind === 'time' && a.type.digits === b.type.digits;
  return isSame && !sized ? { left: a.sql, right: b.sql } : { left: side(a, b), right: side(b, a) };
}

function numbers(a: Operand, b: Operand, where: string, sized: boolean): Aligned {
  if (!isExact(a.type) || !isExact(b.type)) return { left: asReal(a, where), right: asReal(b, where) };
  const unsigned = unsignedSides(a, b, sized);
  if (unsigned) return unsigned;
  const packedSides = inOneForm(a, b);
  if (packedSides) return packedSides;
  const scale = Math.max(scaleOf(a.type), scaleOf(b.type));
  const fits = Math.max(wholeDigits(a.type), wholeDigits(b.type)) + scale <= nativeDigits;
  if (isNative(a.type) && isNative(b.type) && (fits || scale === 0))
    return { left: asScaled(a, scale), right: asScaled(b, scale) };
  return { left: `dt_compare(${asWide(a)}, ${asWide(b)})`, right: '0' };
}

/** Two DECIMALs as their columns keep them, or one beside a literal that such a column could hold. */
function inOneForm(a: Operand, b: Operand): Aligned | undefined {
  if (isPacked(a) && isPacked(b) && a.type.kind === 'dec' && b.type.kind === 'dec')
    return a.type.digits === b.type.digits && a.type.scale === b.type.scale ? { left: a.sql, right: b.sql } : undefined;
  if (isPacked(a) && a.type.kind === 'dec') {
    const right = packedLiteral(b, a.type);
    return right === undefined ? undefined : { left: a.sql, right };
  }
  if (!isPacked(b)) return undefined;
  const turned = inOneForm(b, a);
  return turned && { left: turned.right, right: turned.left };
}

/** Numbers of 64 bits without a sign beside whole numbers, as SQLite's own integers; undefined where they are none. */
function unsignedSides(a: Operand, b: Operand, sized: boolean): Aligned | undefined {
  if (!isBits(a.type) && !isBits(b.type)) return undefined;
  const [left, right] = [bitsSide(a, sized), bitsSide(b, sized)];
  return left === undefined || right === undefined ? undefined : { left, right };
}

function bitsSide(one: Operand, sized: boolean): string | undefined {
  if (isBits(one.type)) return sized ? bitsOrder(one.sql) : one.sql;
  const literal = bitsOfLiteral(one);
  if (literal !== undefined) return sized ? bitsOrder(literal) : literal;
  if (one.type.kind !== 'int' || exactDigits(one) !== undefined) return undefined;
  if (one.type.unsigned) return sized ? bitsOrder(one.sql) : one.sql;
  // What is below 0 is none of the numbers without a sign, and less than all of them.
  return sized ? `iif(${one.sql} < 0, -1e19, ${bitsOrder(one.sql)})` : `iif(${one.sql} < 0, 0.5, ${one.sql})`;
}

function textAndNumber(a: Operand, b: Operand, where: string, sized: boolean): Aligned {
  const [other] = isText(a.type) ? [b] : [a];
  const [found] = isText(a.type) ? [a] : [b];
  if (!other || !found || !isText(found.type) || !isNumber(other.type) || found.type.kind !== 'text')
    return refuse(a.type, b.type, where);
  if (found.known !== undefined && /^-?\d{1,18}$/.test(found.known) && isExact(other.type)) {
    const whole: Operand = { sql: `CAST(${found.sql} AS INTEGER)`, type: { kind: 'int', digits: 18, unsigned: false } };
    return found === a ? numbers(whole, b, where, sized) : numbers(a, whole, where, sized);
  }
  const digits = exactDigits(found);
  if (digits !== undefined && isExact(other.type)) {
    const literal = exactLiteral(digits);
    return found === a ? numbers(literal, b, where, sized) : numbers(a, literal, where, sized);
  }
  return { left: asReal(a, where), right: asReal(b, where) };
}

interface Digits {
  readonly sign: '' | '-';
  readonly whole: string;
  readonly fraction: string;
  /** All of them without zeros at the start. */
  readonly plain: string;
}

function digitsOf(written: string): Digits {
  const [first = '', fraction = ''] = written.replace(/^[+-]/, '').split('.');
  const whole = first.replace(/^0+(?=\d)/, '') || '0';
  const plain = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  return { sign: written.startsWith('-') && /[1-9]/.test(plain) ? '-' : '', whole, fraction, plain };
}

/** More than any server takes. */
const mostDigits = 65;

/** A literal number in digits, with or without a point: exact. */
export function exactLiteral(written: string): Operand {
  const { sign, whole, fraction, plain } = digitsOf(written);
  const literal = `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  if (fraction === '') return wholeLiteral(literal, plain.length);
  const digits = Math.max(plain.length, fraction.length + 1);
  if (digits <= nativeDigits)
    return { sql: `${sign}${plain}`, type: { kind: 'dec', digits, scale: fraction.length }, literal };
  return wideLiteral(literal, plain.length, fraction.length);
}

function wholeLiteral(literal: string, digits: number): Operand {
  if (digits <= nativeDigits) return { sql: literal, type: { kind: 'int', digits, unsigned: false }, literal };
  if (digits > mostDigits) return wideLiteral(literal, digits, 0);
  const value = BigInt(literal);
  if (value < -(2n ** 63n) || value >= 2n ** 63n) return wideLiteral(literal, digits, 0);
  // SQLite reads the sign apart from the digits, which are one too many.
  const sql = value === -(2n ** 63n) ? '(-9223372036854775807 - 1)' : literal;
  return { sql, type: { kind: 'int', digits, unsigned: false }, literal };
}

function wideLiteral(literal: string, digits: number, scale: number): Operand {
  if (digits > mostDigits) throw unsupported(say('A number of {0} digits', digits));
  return { sql: sqlText(literal), type: { kind: 'dec', digits: maxDigits, scale }, literal };
}

/** `a op b`. */
export function compared(operator: Comparison, a: Operand, b: Operand, where: string): string {
  const sized = operator !== '=' && operator !== '<>' && operator !== '<=>';
  const { left, right } = aligned(a, b, where, sized);
  if (operator !== '<=>') return `(${left} ${operator} ${right})`;
  // A comparison of wide numbers is a number itself, and NULL with NULL has none.
  if (right !== '0' || !left.startsWith('dt_compare(')) return `(${left} IS ${right})`;
  return `((${a.sql} IS NULL AND ${b.sql} IS NULL) OR (${a.sql} IS NOT NULL AND ${b.sql} IS NOT NULL AND ${left} = 0))`;
}
