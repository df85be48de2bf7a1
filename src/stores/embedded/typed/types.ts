/** The types that expressions have: MySQL's, with what is needed to compute and compare as it does. */
import { say } from '../../../base/say.ts';
import type { TypeFamily } from '../../../data/table.ts';
import { mostDigits, scaledDigits } from '../../exact.ts';
import { typeBase, typeFamily } from '../../typeFamilies.ts';
import { unsupported } from './sqlText.ts';

/** The type of an expression. */
export type SqlType =
  /**
   * `digits`: as many as a value may have; with 18 or fewer nothing overflows 64 bits. One without a sign of 20 digits is SQLite's
   * integer of the same 64 bits, which is negative from 2^63 on.
   */
  | { readonly kind: 'int'; readonly digits: number; readonly unsigned: boolean }
  | { readonly kind: 'bool' }
  /** Up to 18 digits an INTEGER scaled by 10^scale, above a TEXT with exactly `scale` digits behind the point. */
  | { readonly kind: 'dec'; readonly digits: number; readonly scale: number }
  | { readonly kind: 'real'; readonly single: boolean }
  | { readonly kind: 'text' }
  | { readonly kind: 'enum'; readonly members: readonly string[] }
  | { readonly kind: 'set' }
  | { readonly kind: 'date' }
  /** `digits` of a second. */
  | { readonly kind: 'datetime'; readonly digits: number }
  | { readonly kind: 'time'; readonly digits: number }
  | { readonly kind: 'json' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'vector' }
  | { readonly kind: 'null' }
  /** A `?` whose value is not known yet. */
  | { readonly kind: 'any' };

/** Digits of a DECIMAL at most. */
export const maxDigits = mostDigits;
/** What fits a 64-bit integer whatever its digits are. */
export const nativeDigits = scaledDigits;
/** Of a whole number of 64 bits without a sign. */
const unsignedDigits = 20;
/** BIGINT UNSIGNED. */
export const unsigned64: SqlType = { kind: 'int', digits: unsignedDigits, unsigned: true };

/** A whole number of so many digits. */
export const int = (digits = 19, unsigned = false): SqlType => ({ kind: 'int', digits, unsigned });
/** A DECIMAL of so many digits, of which so many stand behind the point. */
export const dec = (digits: number, scale: number): SqlType & { kind: 'dec' } => ({
  kind: 'dec',
  digits: Math.min(digits, maxDigits),
  scale,
});
/** DOUBLE. */
export const real: SqlType = { kind: 'real', single: false };
/** Any text, whatever its length. */
export const text: SqlType = { kind: 'text' };
/** TRUE and FALSE, 1 and 0 to SQLite. */
export const bool: SqlType = { kind: 'bool' };
/** DATE, as `yyyy-mm-dd`. */
export const date: SqlType = { kind: 'date' };
/** DATETIME with so many digits of a second, as `yyyy-mm-dd hh:mm:ss`. */
export const datetime = (digits: number): SqlType => ({ kind: 'datetime', digits });
/** A JSON document as text. */
export const json: SqlType = { kind: 'json' };
/** BLOB and its like. */
export const bytes: SqlType = { kind: 'bytes' };
const nothing: SqlType = { kind: 'null' };

/** A whole number or a DECIMAL. */
export const isExact = ({ kind }: SqlType): boolean => kind === 'int' || kind === 'dec' || kind === 'bool';
/** Any number. */
export const isNumber = (type: SqlType): boolean => isExact(type) || type.kind === 'real';
/** A date, with or without a time of day. */
export const isMoment = ({ kind }: SqlType): boolean => kind === 'date' || kind === 'datetime';
/** A text, or a member of an ENUM or SET. */
export const isText = ({ kind }: SqlType): boolean => kind === 'text' || kind === 'enum' || kind === 'set';
/** NULL, or a parameter that nobody has given a value yet. */
export const isOpen = ({ kind }: SqlType): boolean => kind === 'null' || kind === 'any';
/** A DECIMAL that travels as text. */
export const isWide = (type: SqlType): boolean => type.kind === 'dec' && type.digits > nativeDigits;
export const isUnsigned = (type: SqlType): boolean => type.kind === 'int' && type.unsigned;
/** A whole number whose 64 bits SQLite takes for another one from 2^63 on. */
export const isBits = (type: SqlType): boolean => type.kind === 'int' && type.digits >= unsignedDigits;
/** A number that SQLite itself can compute with. */
export const isNative = (type: SqlType): boolean => !isWide(type) && !isBits(type);

/** Digits behind the point. */
export const scaleOf = (type: SqlType): number => (type.kind === 'dec' ? type.scale : 0);

/** Digits before the point. */
export function wholeDigits(type: SqlType): number {
  if (type.kind === 'dec') return type.digits - type.scale;
  return type.kind === 'int' ? type.digits : 1;
}

const integerDigits: Readonly<Record<string, number>> = {
  TINYINT: 3,
  SMALLINT: 5,
  MEDIUMINT: 8,
  INT: 10,
  INTEGER: 10,
  BIGINT: 19,
  YEAR: 4,
  BIT: 19,
};

const sizesOf = (declared: string): number[] =>
  (/\(([\d\s,]+)\)/.exec(declared)?.[1] ?? '')
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);

const membersOf = (declared: string): string[] =>
  [...declared.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] ?? '').replaceAll("''", "'"));

/** The types of the families that have one each. */
const families: Readonly<Record<TypeFamily, (sizes: readonly number[], base: string) => SqlType>> = {
  integer: (_, base) => int(integerDigits[base] ?? 19),
  boolean: () => bool,
  float: (_, base) => ({ kind: 'real', single: base === 'FLOAT' }),
  decimal: ([digits = 10, scale = 0]) => dec(digits, scale),
  text: () => text,
  json: () => json,
  bytes: () => bytes,
  date: () => date,
  datetime: ([digits = 0]) => datetime(digits),
  time: ([digits = 0]) => ({ kind: 'time', digits }),
  vector: () => ({ kind: 'vector' }),
};

/** The type of a column by what it was declared as. */
export function declaredType(declared: string): SqlType {
  const base = typeBase(declared);
  const family = typeFamily(base);
  if (family === 'integer') {
    const isUnsignedInt = /unsigned/i.test(declared);
    return base === 'BIGINT' && isUnsignedInt ? unsigned64 : int(integerDigits[base] ?? 19, isUnsignedInt);
  }
  if (base === 'ENUM') return { kind: 'enum', members: membersOf(declared) };
  if (base === 'SET') return { kind: 'set' };
  return family ? families[family](sizesOf(declared), base) : text;
}

/** The type as MySQL writes it, for sentences and for columns that are made of expressions. */
export function typeText(type: SqlType): string {
  switch (type.kind) {
    case 'int':
      return type.unsigned ? 'BIGINT UNSIGNED' : 'BIGINT';
    case 'dec':
      return `DECIMAL(${type.digits},${type.scale})`;
    case 'real':
      return type.single ? 'FLOAT' : 'DOUBLE';
    case 'enum':
      return `ENUM(${type.members.map((member) => `'${member.replaceAll("'", "''")}'`).join(',')})`;
    case 'datetime':
      return type.digits > 0 ? `DATETIME(${type.digits})` : 'DATETIME';
    case 'time':
      return type.digits > 0 ? `TIME(${type.digits})` : 'TIME';
    case 'bytes':
      return 'BLOB';
    case 'vector':
      return 'VECF64';
    case 'any':
    case 'null':
      return 'NULL';
    default:
      return type.kind.toUpperCase();
  }
}

/** The type that all can be brought to, as MySQL finds it for CASE, COALESCE, UNION; refused where the servers go apart. */
export function common(types: readonly SqlType[], where: string): SqlType {
  const known = types.filter((type) => !isOpen(type));
  const [first] = known;
  if (!first) return nothing;
  if (known.every(isNumber)) return commonNumber(known);
  if (known.every(({ kind }) => kind === 'datetime'))
    return datetime(Math.max(...known.map((type) => (type.kind === 'datetime' ? type.digits : 0))));
  if (known.every(({ kind }) => kind === first.kind && kind !== 'enum')) return first;
  if (known.every((type) => isText(type) || isNumber(type) || isMoment(type)) && known.some(isText)) return text;
  const other = known.find(({ kind }) => kind !== first.kind) ?? first;
  throw unsupported(
    say('{0} together with {1} ({2})', typeText(first), typeText(other), where),
    say('Write CAST(… AS type) around one of them.'),
  );
}

function commonNumber(types: readonly SqlType[]): SqlType {
  if (types.some(({ kind }) => kind === 'real'))
    return types.every((type) => type.kind === 'real' && type.single) ? { kind: 'real', single: true } : real;
  if (types.every(({ kind }) => kind === 'bool')) return bool;
  const whole = Math.max(...types.map(wholeDigits));
  if (types.every(({ kind }) => kind !== 'dec')) {
    const isMixed = types.some((type) => type.kind === 'int' && !type.unsigned);
    // Neither holds the numbers of the other.
    if (isMixed && types.some(isBits)) return dec(unsignedDigits, 0);
    return int(whole, types.some(isUnsigned) && !isMixed);
  }
  const scale = Math.max(...types.map(scaleOf));
  return dec(whole + scale, scale);
}
