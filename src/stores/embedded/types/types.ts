/** How each MySQL type is kept in SQLite. What the engine cannot hold is refused by name, never silently changed. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import type { TypeFamily } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { decimalOf, mostDigits, mostScale, scaledDigits, ten, unpacked, unsignedOf } from '../../exact.ts';
import { typeBase, typeFamily } from '../../typeFamilies.ts';
import type { SqlValue } from '../sqlite/driver.ts';

/** The four storage classes of a STRICT table. */
export type Storage = 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB';

/**
 * How a cell is to be read. `scaled`: a DECIMAL of up to 18 digits, as units of its last one. `packed`: one of more, as a text in its
 * order. `unsigned`: 64 bits without a sign. `plain`: as it stands.
 */
export type Form = 'plain' | 'scaled' | 'packed' | 'unsigned';

/** A declared type: what is stored of it, and what is checked before. */
export interface ColumnType {
  /** In MySQL words, upper case but for the members of an ENUM or SET. */
  readonly text: string;
  readonly family: TypeFamily;
  readonly storage: Storage;
  readonly form: Form;
  /** Inclusive bounds of an integer, and of a scaled DECIMAL in units of its last digit. */
  readonly min: bigint;
  readonly max: bigint;
  /** DECIMAL: digits in all; 0 elsewhere. */
  readonly precision: number;
  /** DECIMAL: digits after the point. Times: digits of the fraction. */
  readonly scale: number;
  /** ENUM and SET. */
  readonly members: readonly string[] | null;
  /** Characters of a VARCHAR or CHAR, bytes of a VARBINARY or BINARY; null for any number. */
  readonly length: number | null;
}

export const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
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
  decimal: 'INTEGER',
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
  const max = unsigned ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n;
  const form = unsigned && bits === 64n ? 'unsigned' : 'plain';
  return {
    text,
    family: 'integer',
    storage: 'INTEGER',
    form,
    min,
    max,
    precision: 0,
    scale: 0,
    members: null,
    length: null,
  };
}

function boundsOf(base: string, size: number): { min: bigint; max: bigint } {
  if (base === 'BOOL' || base === 'BOOLEAN') return { min: -128n, max: 127n };
  if (base === 'YEAR') return { min: 0n, max: 2155n };
  if (base === 'BIT') return { min: 0n, max: 2n ** BigInt(Math.min(size, 64)) - 1n };
  return int64;
}

const refused = (text: string, hint: string): Failure =>
  new Failure('store.unsupported', { what: say('The embedded store cannot hold a column of type {0}.', text), hint });

const types = new Map<string, ColumnType>();

/** Whether a key of this one column is SQLite's own row number, by which a row is found without an index. */
export const isRowNumber = ({ family, storage }: ColumnType): boolean => storage === 'INTEGER' && family !== 'decimal';

/** Reads a declared type; `store.unsupported` for one that the engine cannot hold. */
export function columnType(declared: string): ColumnType {
  const kept = types.get(declared);
  if (kept) return kept;
  const type = readType(declared);
  types.set(declared, type);
  return type;
}

interface Declared {
  readonly base: string;
  /** What stood in parentheses. */
  readonly inside: string | undefined;
  readonly unsigned: boolean;
  readonly listed: boolean;
  readonly text: string;
  readonly sizes: readonly number[];
}

function parseDeclared(declared: string): Declared {
  const parts = /^\s*[a-z][a-z0-9]*(?:\s+precision)?\s*(?:\((.*)\))?\s*((?:unsigned|signed|zerofill|\s)*)$/is.exec(
    declared,
  );
  const base = parts ? typeBase(declared) : '';
  const listed = base === 'ENUM' || base === 'SET';
  const written = parts?.[1]?.trim();
  const inside = listed ? written : written?.replace(/\s+/g, '');
  const unsigned = /unsigned/i.test(parts?.[2] ?? '');
  const text = `${base}${inside === undefined ? '' : `(${inside})`}${unsigned ? ' UNSIGNED' : ''}`;
  const sizes = listed || inside === undefined ? [] : inside.split(',').map(Number);
  return { base, inside, unsigned, listed, text, sizes };
}

function readType(declared: string): ColumnType {
  const { base, inside, unsigned, listed, text, sizes } = parseDeclared(declared);
  if (Object.hasOwn(integerBits, base)) return integerType(base, unsigned, text);
  const family = typeFamily(base);
  if (!family)
    throw refused(declared.trim() || say('(none)'), say('Use a MySQL type such as INT, DOUBLE, VARCHAR(50) or DATE.'));
  if (sizes.some((size) => !Number.isInteger(size) || size < 0)) throw refused(text, say('A size is a whole number.'));
  const { precision, scale } = digitsOf(base, family, sizes, text);
  if (family === 'decimal') return decimalType(text, precision, scale, unsigned);
  const bounds = boundsOf(base, sizes[0] ? sizes[0] : 1);
  if (base === 'BIT' && bounds.max > int64.max) throw refused(text, say('BIT can have 63 bits at most.'));
  const members = listed ? membersOf(inside ?? '') : null;
  return {
    text,
    family,
    storage: storages[family],
    form: 'plain',
    ...bounds,
    precision,
    scale,
    members,
    length: lengthOf(base, sizes),
  };
}

/** A CHAR and a BINARY without a size have one. */
function lengthOf(base: string, [size]: readonly number[]): number | null {
  if (!/^(?:VAR)?(?:CHAR|BINARY)$/.test(base)) return null;
  return size ?? (base.startsWith('VAR') ? null : 1);
}

function decimalType(text: string, precision: number, scale: number, unsigned: boolean): ColumnType {
  const max = ten(precision) - 1n;
  const min = unsigned ? 0n : -max;
  const digits = { text, family: 'decimal', min, max, precision, scale, members: null, length: null } as const;
  return precision <= scaledDigits
    ? { ...digits, storage: 'INTEGER', form: 'scaled' }
    : { ...digits, storage: 'TEXT', form: 'packed' };
}

function digitsOf(base: string, family: TypeFamily, sizes: readonly number[], text: string) {
  if (family === 'decimal') {
    const precision = sizes[0] ? sizes[0] : 10;
    const scale = sizes[1] ?? 0;
    if (precision > mostDigits)
      throw refused(text, say('DECIMAL can have {0} digits at most; use VARCHAR for more.', mostDigits));
    if (scale > mostScale) throw refused(text, say('DECIMAL can have {0} digits behind the point at most.', mostScale));
    if (scale > precision) throw refused(text, say('The scale must not be larger than the digits in all.'));
    return { precision, scale };
  }
  const timed = base === 'DATETIME' || base === 'TIMESTAMP' || base === 'TIME';
  const scale = timed && sizes[0] ? sizes[0] : 0;
  if (scale > 6) throw refused(text, say('A time can have 6 digits of a second at most.'));
  return { precision: 0, scale };
}

const wide = (type: ColumnType): boolean =>
  type.storage === 'INTEGER' && (type.max > 2n ** 53n || type.min < -(2n ** 53n));

/** How a column is selected so that the driver's numbers lose nothing: integers beyond ±2^53 travel as text. */
export function selectCell(type: ColumnType, cell: string): string {
  if (!wide(type)) return cell;
  const [low, text] =
    type.form === 'unsigned' ? ['0', unsignedText(cell)] : ['-9007199254740991', `CAST(${cell} AS TEXT)`];
  return `CASE WHEN ${cell} BETWEEN ${low} AND 9007199254740991 THEN ${cell} WHEN ${cell} IS NOT NULL THEN ${text} END`;
}

/** What cells of a type are sorted by: the half of the numbers without a sign that SQLite takes for negative comes last. */
export const orderTerms = ({ form }: ColumnType, cell: string): string[] =>
  form === 'unsigned' ? [`${cell} < 0`, cell] : [cell];

/** The digits of 64 bits without a sign, which are not NULL. */
export const unsignedText = (cell: string): string => `printf('%u', ${cell})`;

/** Another program's table may hold what its columns do not say, and so may a file that was tampered with. */
const wrongCell = (type: ColumnType, cell: SqlValue): Failure =>
  new Failure('store.unsupported', {
    what: say(
      'A column of type {0} holds {1} in the file.',
      type.text.slice(0, 100),
      cell instanceof Uint8Array ? say('bytes') : `"${String(cell).slice(0, 100)}"`,
    ),
    hint: say('Another program wrote it there. Put it right, or delete the row.'),
  });

/** A whole number that was selected. */
function integerOf(type: ColumnType, cell: SqlValue): number | bigint {
  if (typeof cell === 'bigint') return type.form === 'unsigned' ? unsignedOf(cell) : cell;
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'string' && /^-?\d{1,20}$/.test(cell)) return BigInt(cell);
  throw wrongCell(type, cell);
}

/** A selected cell (see `selectCell`) as a value of the product. */
export function valueOf(type: ColumnType, cell: SqlValue): Value {
  if (cell === null) return null;
  switch (type.storage) {
    case 'INTEGER': {
      const value = integerOf(type, cell);
      return type.form === 'scaled' ? decimalOf(value, type.scale) : value;
    }
    case 'REAL':
      if (typeof cell !== 'number') throw wrongCell(type, cell);
      // −0 reads as 0.
      return cell + 0;
    case 'TEXT':
      if (cell instanceof Uint8Array) throw wrongCell(type, cell);
      return type.form === 'packed' ? unpackedOf(type, String(cell)) : String(cell);
    case 'BLOB':
      if (cell instanceof Uint8Array) return cell;
      throw wrongCell(type, cell);
  }
}

function unpackedOf(type: ColumnType, text: string): string {
  const units = text.length === type.precision + 1 ? unpacked(text) : undefined;
  if (units === undefined) throw wrongCell(type, text);
  return decimalOf(units, type.scale);
}
