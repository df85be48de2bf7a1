/** A value as a column takes it: rounded, converted and brought to the column's form as MySQL does, or refused. */
import { say } from '../../../base/say.ts';
import { canonicalDate, canonicalTime } from '../../canonical.ts';
import {
  asBits,
  asInteger,
  asReal,
  asScaled,
  asText,
  asWide,
  exactDigits,
  isPacked,
  type Operand,
  packedLiteral,
} from './operand.ts';
import { exactLiteral } from './compare.ts';
import { sqlText, unsupported } from './sqlText.ts';
import {
  isBits,
  isExact,
  isMoment,
  isNative,
  isNumber,
  isOpen,
  isWide,
  nativeDigits,
  scaleOf,
  type SqlType,
  typeText,
  wholeDigits,
} from './types.ts';

function refuse(from: SqlType, to: SqlType, where: string): never {
  throw unsupported(
    say('{0} into {1} ({2})', typeText(from), typeText(to), where),
    say('Write CAST(… AS type) around the value.'),
  );
}

/** A parameter is brought to the column's form when it is bound. */
function open(one: Operand, to: SqlType): string {
  switch (to.kind) {
    case 'date':
      return `dt_date(${one.sql})`;
    case 'datetime':
      return `dt_datetime(${one.sql}, ${to.digits})`;
    case 'dec':
      return stored(`dt_decimal(${one.sql}, ${to.scale})`, to);
    case 'int':
      return isBits(to) ? `dt_bits_of_value(${one.sql})` : one.sql;
    case 'json':
      return `dt_json_keep(${one.sql})`;
    default:
      return one.sql;
  }
}

/** The literal text as the number that it is; undefined for another one. */
function numberLiteral(one: Operand): Operand | undefined {
  if (one.type.kind !== 'text' || one.literal === undefined) return undefined;
  const digits = exactDigits(one);
  return digits === undefined ? undefined : exactLiteral(digits);
}

function whole(one: Operand, to: SqlType, where: string): string {
  if (one.type.kind === 'text') {
    const literal = numberLiteral(one);
    if (literal) return isBits(to) ? asBits(literal, where) : asInteger(literal, where);
    if (isBits(to)) return `dt_bits(dt_dec_strict(${one.sql}, 0), 0)`;
    // What is no number the column itself refuses.
    return one.literal === undefined ? `dt_whole_of_text(${one.sql})` : one.sql;
  }
  if (isNumber(one.type)) return isBits(to) ? asBits(one, where) : asInteger(one, where);
  return one.type.kind === 'bytes' ? one.sql : refuse(one.type, to, where);
}

/** BOOL: MySQL would keep any small number, MatrixOne the truth of it. */
function truthValue(one: Operand, to: SqlType, where: string): string {
  if (one.type.kind === 'bool') return one.sql;
  const found = one.literal?.trim().toLowerCase();
  if (found === '0' || found === '1') return found;
  if (one.type.kind === 'text' && (found === 'true' || found === 'false')) return found === 'true' ? '1' : '0';
  return refuse(one.type, to, where);
}

/** Digits as text in the form in which the column keeps them. */
const stored = (sql: string, { digits, scale }: SqlType & { kind: 'dec' }): string =>
  `dt_dec_stored(${sql}, ${digits}, ${scale})`;

function decimal(one: Operand, to: SqlType & { kind: 'dec' }, where: string): string {
  const value = numberLiteral(one) ?? one;
  const { type } = value;
  if (type.kind === 'text') return stored(`dt_dec_strict(${value.sql}, ${to.scale})`, to);
  if (!isNumber(type)) return refuse(one.type, to, where);
  const literal = packedLiteral(value, to);
  if (literal !== undefined) return literal;
  if (isPacked(value) && type.kind === 'dec' && type.digits === to.digits && type.scale === to.scale) return value.sql;
  if (type.kind === 'real') return stored(`dt_dec_of_real(${asReal(value, where)}, ${to.scale}, 1)`, to);
  // The column's own check refuses what has more digits before the point.
  if (!isWide(to) && isNative(type) && scaleOf(type) <= to.scale && wholeDigits(type) + to.scale <= nativeDigits)
    return asScaled(value, to.scale);
  return stored(asWide(value), to);
}

function float(one: Operand, to: SqlType & { kind: 'real' }, where: string): string {
  const value = numberLiteral(one) ?? one;
  if (value.type.kind === 'text')
    return value.literal !== undefined && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value.literal)
      ? asReal({ ...value, strict: false }, where)
      : `dt_number(${value.sql})`;
  if (!isNumber(value.type)) return refuse(one.type, to, where);
  const sql = asReal(value, where);
  const isShort = (exactDigits(value)?.replace(/\D/g, '').length ?? 99) <= 6;
  return to.single && !isShort ? `dt_single_shown(${sql})` : sql;
}

function moment(one: Operand, to: SqlType & { kind: 'date' | 'datetime' }, where: string): string {
  const digits = to.kind === 'datetime' ? to.digits : 0;
  if (one.type.kind === 'text' && one.literal !== undefined) {
    const form = canonicalDate(one.literal, to.kind, digits);
    if (form !== undefined) return sqlText(form);
  }
  if (one.type.kind !== 'text' && !isMoment(one.type)) return refuse(one.type, to, where);
  if (to.kind === 'date')
    return one.type.kind === 'date'
      ? one.sql
      : one.type.kind === 'datetime'
        ? `substr(${one.sql}, 1, 10)`
        : `dt_date(${one.sql})`;
  return one.type.kind === 'datetime' && one.type.digits === digits ? one.sql : `dt_datetime(${one.sql}, ${digits})`;
}

function time(one: Operand, to: SqlType & { kind: 'time' }, where: string): string {
  if (one.type.kind !== 'text' && one.type.kind !== 'time') return refuse(one.type, to, where);
  const form = one.literal === undefined ? undefined : canonicalTime(one.literal, to.digits);
  return form === undefined ? one.sql : sqlText(form);
}

const json: Into<'json'> = (one, to, where) => {
  if (one.type.kind === 'json') return one.sql;
  return one.type.kind === 'text' ? `dt_json_keep(${one.sql})` : refuse(one.type, to, where);
};

/** A text or a member; a number would be the member's place. */
const member = (one: Operand, to: SqlType, where: string): string =>
  isExact(one.type) ? refuse(one.type, to, where) : asText(one, where);

const asItIs = (one: Operand, to: SqlType, where: string): string =>
  one.type.kind === 'text' || one.type.kind === to.kind ? one.sql : refuse(one.type, to, where);

type Into<K extends SqlType['kind']> = (one: Operand, to: Extract<SqlType, { kind: K }>, where: string) => string;

const forms: { readonly [K in SqlType['kind']]: Into<K> } = {
  int: whole,
  bool: truthValue,
  dec: decimal,
  real: float,
  date: moment,
  datetime: moment,
  time,
  json,
  bytes: (one, _, where) => (one.type.kind === 'bytes' ? one.sql : `CAST(${asText(one, where)} AS BLOB)`),
  text: (one, _, where) => (one.type.kind === 'bytes' ? one.sql : asText(one, where)),
  enum: member,
  set: member,
  vector: asItIs,
  null: asItIs,
  any: asItIs,
};

/** The value in the form that a column of this type keeps. */
export function assigned<K extends SqlType['kind']>(
  one: Operand,
  to: Extract<SqlType, { kind: K }>,
  where: string,
): string {
  if (one.type.kind === 'null') return one.sql;
  if (isOpen(one.type) || one.known !== undefined) return open(one, to);
  return (forms[to.kind as K] as Into<K>)(one, to, where);
}
