/** How each MySQL type is kept in SQLite. What the engine cannot hold is refused by name, never silently changed. */
import { Failure } from '../../base/failure.ts';
import type { TypeFamily } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';
import { typeBase, typeFamily } from '../typeFamilies.ts';
import { canonicalDate, canonicalTime, decimalText } from './canonical.ts';
import type { SqlValue } from './driver.ts';
import { quoteName, quoteText } from './quote.ts';

/** The four storage classes of a STRICT table. */
export type Storage = 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB';

export interface ColumnType {
  /** In MySQL words, upper case but for the members of an ENUM or SET. */
  readonly text: string;
  readonly family: TypeFamily;
  readonly storage: Storage;
  /** Inclusive bounds of an integer. */
  readonly min: bigint;
  readonly max: bigint;
  /** DECIMAL: digits in all; 0 elsewhere. */
  readonly precision: number;
  /** DECIMAL: digits after the point. Times: digits of the fraction. */
  readonly scale: number;
  /** ENUM and SET. */
  readonly members: readonly string[] | null;
}

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const integerBits: Readonly<Record<string, number>> = {
  TINYINT: 8,
  SMALLINT: 16,
  MEDIUMINT: 24,
  INT: 32,
  INTEGER: 32,
  BIGINT: 64,
};
const storages: Readonly<Record<TypeFamily, Storage>> = {
  integer: 'INTEGER',
  boolean: 'INTEGER',
  float: 'REAL',
  decimal: 'REAL',
  text: 'TEXT',
  json: 'TEXT',
  bytes: 'BLOB',
  date: 'TEXT',
  datetime: 'TEXT',
  time: 'TEXT',
  vector: 'TEXT',
};

const membersOf = (text: string): string[] =>
  [...text.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] ?? '').replaceAll("''", "'"));

function integerType(base: string, unsigned: boolean, text: string): ColumnType {
  const bits = BigInt(integerBits[base] ?? 64);
  const min = unsigned ? 0n : -(2n ** (bits - 1n));
  // BIGINT UNSIGNED: SQLite's integers end at 2^63 − 1.
  const max = unsigned && bits < 64n ? 2n ** bits - 1n : 2n ** ((unsigned ? 64n : bits) - 1n) - 1n;
  return { text, family: 'integer', storage: 'INTEGER', min, max, precision: 0, scale: 0, members: null };
}

function boundsOf(base: string, size: number): { min: bigint; max: bigint } {
  if (base === 'BOOL' || base === 'BOOLEAN') return { min: -128n, max: 127n };
  if (base === 'YEAR') return { min: 0n, max: 2155n };
  if (base === 'BIT') return { min: 0n, max: 2n ** BigInt(size) - 1n };
  return int64;
}

const refused = (text: string, hint: string): Failure =>
  new Failure('store.unsupported', { what: `The embedded store cannot hold a column of type ${text}.`, hint });

const types = new Map<string, ColumnType>();

/** Reads a declared type; `store.unsupported` for one that the engine cannot hold. */
export function columnType(declared: string): ColumnType {
  const kept = types.get(declared);
  if (kept) return kept;
  const type = readType(declared);
  types.set(declared, type);
  return type;
}

function readType(declared: string): ColumnType {
  const parts = /^\s*([a-z][a-z0-9]*(?:\s+precision)?)\s*(?:\((.*)\))?\s*((?:unsigned|signed|zerofill|\s)*)$/is.exec(
    declared,
  );
  const base = parts ? typeBase(declared) : '';
  const inside = parts?.[2]?.trim();
  const listed = base === 'ENUM' || base === 'SET';
  const size = listed || inside === undefined ? undefined : inside.replace(/\s+/g, '');
  const unsigned = /unsigned/i.test(parts?.[3] ?? '');
  const text = `${base}${inside === undefined ? '' : `(${size ?? inside})`}${unsigned ? ' UNSIGNED' : ''}`;
  if (Object.hasOwn(integerBits, base)) return integerType(base, unsigned, text);
  const family = typeFamily(base);
  if (!family) throw refused(declared.trim() || '(none)', 'Use a MySQL type such as INT, DOUBLE, VARCHAR(50) or DATE.');
  const sizes = (size ?? '').split(',').map(Number);
  const { precision, scale } = digitsOf(base, family, sizes, text);
  const bounds = boundsOf(base, Number.isFinite(sizes[0]) && sizes[0] ? sizes[0] : 1);
  if (base === 'BIT' && bounds.max > int64.max) throw refused(text, 'BIT can have 63 bits at most.');
  const members = listed ? membersOf(inside ?? '') : null;
  return { text, family, storage: storages[family], ...bounds, precision, scale, members };
}

function digitsOf(base: string, family: TypeFamily, sizes: readonly number[], text: string) {
  if (family === 'decimal') {
    const precision = sizes[0] ? sizes[0] : 10;
    const scale = sizes[1] ?? 0;
    if (precision > 15) throw refused(text, 'DECIMAL can have 15 digits at most; use DOUBLE or VARCHAR.');
    if (scale > precision) throw refused(text, 'The scale must not be larger than the digits in all.');
    return { precision, scale };
  }
  const timed = base === 'DATETIME' || base === 'TIMESTAMP' || base === 'TIME';
  const scale = timed && sizes[0] ? sizes[0] : 0;
  if (scale > 6) throw refused(text, 'A time can have 6 digits of a second at most.');
  return { precision: 0, scale };
}

/** Constraints that keep other writers, and our own SQL, to what the type can hold; named `column: reason`. */
export function typeChecks(name: string, type: ColumnType): string[] {
  const c = quoteName(name);
  const check = (reason: string, condition: string): string =>
    `CONSTRAINT ${quoteName(`${name}: ${reason}`)} CHECK (${condition})`;
  switch (type.family) {
    case 'integer':
    case 'boolean':
      if (type.min === int64.min && type.max === int64.max) return [];
      if (type.max === int64.max) return [check(`${type.text} cannot be negative`, `${c} >= 0`)];
      return [check(`${type.text} holds ${type.min} to ${type.max}`, `${c} BETWEEN ${type.min} AND ${type.max}`)];
    case 'float':
      return [check('it must be a finite number', `${c} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308`)];
    case 'decimal': {
      const limit = `1e${type.precision - type.scale}`;
      const reason = `${type.text} needs at most ${type.scale} digits after the point; use ROUND(…, ${type.scale})`;
      return [check(reason, `${c} = round(${c}, ${type.scale}) AND ${c} > -${limit} AND ${c} < ${limit}`)];
    }
    case 'date':
      return [check('a date is written yyyy-mm-dd', `${c} IS NULL OR (length(${c}) = 10 AND date(${c}) IS ${c})`)];
    case 'datetime':
      return [check(`a time is written yyyy-mm-dd hh:mm:ss${fraction(type.scale)}`, datetimeCondition(c, type.scale))];
    case 'time':
      return [check(`a time is written hh:mm:ss${fraction(type.scale)}`, timeCondition(c, type.scale))];
    case 'json':
      return [check('it must be valid JSON', `${c} IS NULL OR json_valid(${c})`)];
    case 'vector':
      return [
        check('a vector is written [1, 2, 3]', `${c} IS NULL OR (json_valid(${c}) AND json_type(${c}) = 'array')`),
      ];
    case 'text':
      if (type.members && type.text.startsWith('ENUM'))
        return [check(`it must be one of ${type.text}`, `${c} IN (${type.members.map(quoteText).join(', ')})`)];
      return [];
    case 'bytes':
      return [];
  }
}

const fraction = (digits: number): string => (digits === 0 ? '' : `.${'f'.repeat(digits)}`);
const digitsGlob = (digits: number): string => (digits === 0 ? '' : `.${'[0-9]'.repeat(digits)}`);

const datetimeCondition = (c: string, digits: number): string =>
  `${c} IS NULL OR (${c} GLOB '????-??-?? [0-9][0-9]:[0-9][0-9]:[0-9][0-9]${digitsGlob(digits)}' AND datetime(substr(${c}, 1, 19)) IS substr(${c}, 1, 19))`;

const timeCondition = (c: string, digits: number): string =>
  `${c} IS NULL OR (ltrim(${c}, '-') GLOB '*[0-9][0-9]:[0-5][0-9]:[0-5][0-9]${digitsGlob(digits)}')`;

const wide = (type: ColumnType): boolean =>
  type.storage === 'INTEGER' && (type.max > 2n ** 53n || type.min < -(2n ** 53n));

/** How a column is selected so that the driver's numbers lose nothing: integers beyond ±2^53 travel as text. */
export const selectCell = (type: ColumnType, cell: string): string =>
  wide(type)
    ? `CASE WHEN ${cell} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${cell} ELSE CAST(${cell} AS TEXT) END`
    : cell;

/** A selected cell (see `selectCell`) as a value of the product. */
export function valueOf(type: ColumnType, cell: SqlValue): Value {
  if (cell === null) return null;
  switch (type.storage) {
    case 'INTEGER':
      return typeof cell === 'string' ? BigInt(cell) : cell;
    case 'REAL':
      if (typeof cell !== 'number') return cell;
      // −0 reads as 0.
      return type.family === 'decimal' ? (cell + 0).toFixed(type.scale) : cell + 0;
    case 'TEXT':
    case 'BLOB':
      return cell;
  }
}

/** The reason why a value does not fit, or the value as it is stored. */
type Fitted = { readonly stored: SqlValue } | { readonly reason: string };

/** A value on its way in, in the form in which it is stored; `value.refused` says why it cannot be. */
export function storedOf(
  column: { readonly name: string; readonly type: ColumnType },
  value: Value,
  line: number | null,
): SqlValue {
  if (value === null) return null;
  const fitted = fit(column.type, value);
  if ('stored' in fitted) return fitted.stored;
  const shown = value instanceof Uint8Array ? `(${value.length} bytes)` : String(value);
  const cut = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  throw new Failure('value.refused', { column: column.name, value: JSON.stringify(cut), reason: fitted.reason, line });
}

function fit(type: ColumnType, value: Exclude<Value, null>): Fitted {
  switch (type.family) {
    case 'integer':
    case 'boolean':
      return fitInteger(type, value);
    case 'float':
      return fitFloat(value);
    case 'decimal': {
      const text = value instanceof Uint8Array ? undefined : decimalText(value, type.precision, type.scale);
      return text === undefined ? { reason: `it is not a ${type.text}` } : { stored: Number(text) + 0 };
    }
    case 'date':
    case 'datetime': {
      const text = typeof value === 'string' ? canonicalDate(value, type.family, type.scale) : undefined;
      return text === undefined ? { reason: `it is not a ${type.text}` } : { stored: text };
    }
    case 'time': {
      const text = typeof value === 'string' ? canonicalTime(value, type.scale) : undefined;
      return text === undefined ? { reason: `it is not a ${type.text}` } : { stored: text };
    }
    case 'text':
      return fitText(type, value);
    case 'json':
      return fitJson(value);
    case 'vector':
      return fitVector(value);
    case 'bytes':
      return value instanceof Uint8Array ? { stored: value } : { reason: 'the column holds bytes' };
  }
}

function fitInteger(type: ColumnType, value: Exclude<Value, null>): Fitted {
  let whole: bigint | undefined;
  if (typeof value === 'bigint') whole = value;
  else if (typeof value === 'number' && Number.isInteger(value)) whole = BigInt(value);
  else if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) whole = BigInt(value.replace('+', ''));
  else if (type.family === 'boolean' && typeof value === 'string' && /^(true|false)$/i.test(value))
    whole = value.toLowerCase() === 'true' ? 1n : 0n;
  if (whole === undefined) return { reason: `it is not a whole number (${type.text})` };
  if (whole < type.min || whole > type.max) return { reason: `${type.text} holds ${type.min} to ${type.max}` };
  return { stored: Number.isSafeInteger(Number(whole)) ? Number(whole) : whole };
}

function fitFloat(value: Exclude<Value, null>): Fitted {
  let number = Number.NaN;
  if (typeof value === 'number') number = value;
  else if (typeof value === 'bigint') number = Number(value);
  else if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) number = Number(value);
  if (!Number.isFinite(number)) return { reason: 'it is not a finite number' };
  return { stored: number + 0 };
}

function fitText(type: ColumnType, value: Exclude<Value, null>): Fitted {
  if (value instanceof Uint8Array) return { reason: 'the column holds text, not bytes' };
  const text = String(value);
  // SQLite keeps UTF-8; a lone surrogate would come back as another character.
  if (/\p{Surrogate}/u.test(text)) return { reason: 'it is not valid Unicode (a lone surrogate)' };
  if (type.members && type.text.startsWith('ENUM') && !type.members.includes(text))
    return { reason: `it must be one of ${type.text}` };
  return { stored: text };
}

function fitJson(value: Exclude<Value, null>): Fitted {
  const fitted = value instanceof Uint8Array ? undefined : String(value);
  if (fitted === undefined || /\p{Surrogate}/u.test(fitted)) return { reason: 'it must be valid JSON' };
  try {
    JSON.parse(fitted);
    return { stored: fitted };
  } catch {
    return { reason: 'it must be valid JSON' };
  }
}

function fitVector(value: Exclude<Value, null>): Fitted {
  const reason = 'a vector is written [1, 2, 3]';
  if (typeof value !== 'string') return { reason };
  const numbers = /^\s*\[(.*)\]\s*$/s.exec(value)?.[1];
  if (numbers === undefined) return { reason };
  const parts = numbers.trim() === '' ? [] : numbers.split(',').map((part) => part.trim());
  if (!parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return { reason };
  return { stored: `[${parts.join(', ')}]` };
}
