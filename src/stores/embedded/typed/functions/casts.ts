/** CAST and CONVERT. */
import { say } from '../../../../base/say.ts';
import type { CastType } from '../../../../git4data/query/tree.ts';
import { asBits, asDecimal, asInteger, asReal, asText, converted, type Operand, operand } from '../operand.ts';
import { unsupported } from '../sqlText.ts';
import {
  bytes,
  date,
  datetime,
  dec,
  int,
  isExact,
  isMoment,
  isNumber,
  isOpen,
  json,
  real,
  text,
  typeText,
  unsigned64,
} from '../types.ts';

type Cast = (one: Operand, sizes: readonly number[], where: string) => Operand;

function refuse(one: Operand, to: string, where: string): never {
  throw unsupported(say('CAST of {0} to {1} ({2})', typeText(one.type), to, where));
}

const toText: Cast = (one, [size], where) =>
  operand(size === undefined ? asText(one, where) : `substr(${asText(one, where)}, 1, ${size})`, text);

function wholeOf(one: Operand, to: string, where: string): string {
  if (one.type.kind === 'text') return `dt_whole_prefix(${one.sql})`;
  if (isNumber(one.type) || isOpen(one.type))
    return one.type.kind === 'any' ? `dt_integer(${one.sql})` : asInteger(one, where);
  return refuse(one, to, where);
}

/** From 2^63 on it would be one below 0, which is refused when it is met. */
const toSigned: Cast = (one, _, where) =>
  operand(wholeOf(one, 'SIGNED', where), int(one.type.kind === 'int' ? Math.min(one.type.digits, 19) : 19));
/** A negative number would be one above 2^63, which is refused when it is met. */
const toUnsigned: Cast = (one, _, where) => {
  if (one.type.kind === 'text') return operand(`dt_bits(dt_digits_prefix(${one.sql}), 0)`, unsigned64);
  if (isOpen(one.type)) return operand(`dt_bits_of_value(${one.sql})`, unsigned64);
  return isNumber(one.type) ? operand(asBits(one, where), unsigned64) : refuse(one, 'UNSIGNED', where);
};

const toDecimal: Cast = (one, [digits = 10, scale = 0], where) => {
  if (digits > 38 || scale > 30 || scale > digits)
    throw unsupported(say('DECIMAL({0},{1}) ({2})', digits, scale, where));
  const to = dec(digits, scale);
  if (!isExact(one.type) && !isNumber(one.type) && !isOpen(one.type) && one.type.kind !== 'text')
    refuse(one, typeText(to), where);
  return operand(`dt_dec_fit(${asDecimal(one, to, where)}, ${digits}, ${scale})`, to);
};

const toReal: Cast = (one, _, where) => operand(asReal({ ...one, strict: false }, where), real);

/** A FLOAT is the nearest single. */
const toFloat: Cast = (one, _, where) =>
  operand(`dt_single(${asReal({ ...one, strict: false }, where)})`, { kind: 'real', single: true });

const toDate: Cast = (one, _, where) => {
  if (isMoment(one.type)) return operand(one.type.kind === 'date' ? one.sql : `substr(${one.sql}, 1, 10)`, date);
  return one.type.kind === 'text' || isOpen(one.type)
    ? operand(`dt_cast_date(${one.sql})`, date)
    : refuse(one, 'DATE', where);
};

const toDatetime: Cast = (one, [digits = 0], where) => {
  if (digits > 6) return refuse(one, `DATETIME(${digits})`, where);
  if (isMoment(one.type)) return operand(converted(one, datetime(digits), where), datetime(digits));
  return one.type.kind === 'text' || isOpen(one.type)
    ? operand(`dt_cast_datetime(${one.sql}, ${digits})`, datetime(digits))
    : refuse(one, 'DATETIME', where);
};

const toBytes: Cast = (one, [size], where) => {
  if (size !== undefined) return refuse(one, `BINARY(${size})`, where);
  return one.type.kind === 'bytes' ? one : operand(`CAST(${asText(one, where)} AS BLOB)`, bytes);
};

const toJson: Cast = (one, _, where) =>
  one.type.kind === 'json'
    ? one
    : one.type.kind === 'text' || isOpen(one.type)
      ? operand(`dt_json_read(${one.sql})`, json)
      : refuse(one, 'JSON', where);

const casts: Readonly<Record<string, Cast>> = {
  CHAR: toText,
  NCHAR: toText,
  VARCHAR: toText,
  TEXT: toText,
  SIGNED: toSigned,
  INT: toSigned,
  INTEGER: toSigned,
  BIGINT: toSigned,
  UNSIGNED: toUnsigned,
  DECIMAL: toDecimal,
  DEC: toDecimal,
  NUMERIC: toDecimal,
  DOUBLE: toReal,
  REAL: toReal,
  FLOAT: toFloat,
  DATE: toDate,
  DATETIME: toDatetime,
  TIMESTAMP: toDatetime,
  BINARY: toBytes,
  JSON: toJson,
};

/** CAST(one AS type). */
export function castTo(one: Operand, { base, sizes }: CastType, where: string): Operand {
  const cast = Object.hasOwn(casts, base) ? casts[base] : undefined;
  if (!cast) throw unsupported(say('CAST to {0}', base));
  return cast(one, sizes, where);
}
