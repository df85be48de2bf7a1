/** The texts that a MatrixOne server sends, as values of the product: by the column's type in its table, or by its packet. */
import { type Buffer, isUtf8 } from 'node:buffer';
import { at } from '../../../base/assert.ts';
import { packCells, type PageColumn, type RowPage } from '../../../data/page.ts';
import type { TypeFamily } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { typeBase, typeFamily } from '../../typeFamilies.ts';
import type { RawRow, Reading, ServerColumn } from '../wire/server.ts';

/** One cell that is not NULL. */
export type Decode = (cell: Buffer) => Value;

const text: Decode = (cell) => cell.toString('utf8');

/** A copy: the cell is a piece of a larger packet. */
const bytes: Decode = (cell) => new Uint8Array(cell);

const safeDigits = 15;

function integer(cell: Buffer): Value {
  const { length } = cell;
  if (length > safeDigits) {
    const whole = BigInt(text(cell) as string);
    const near = Number(whole);
    return Number.isSafeInteger(near) ? near : whole;
  }
  const negative = cell[0] === 45;
  let value = 0;
  for (let i = negative ? 1 : 0; i < length; i++) {
    const digit = (cell[i] as number) - 48;
    // Not a plain integer after all, such as `true`.
    if (digit < 0 || digit > 9) return oddNumber(cell);
    value = value * 10 + digit;
  }
  return negative && value !== 0 ? -value : value;
}

const oddNumbers: Readonly<Record<string, number>> = {
  true: 1,
  false: 0,
  nan: Number.NaN,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '+infinity': Infinity,
  '-infinity': -Infinity,
};

/** Words for numbers; the text itself where it is none. */
function oddNumber(cell: Buffer): Value {
  const written = cell.toString('latin1');
  const number = written.trim() === '' ? Number.NaN : Number(written);
  return Number.isNaN(number) ? (oddNumbers[written.toLowerCase()] ?? written) : number;
}

/** −0 reads as 0, as on every engine. */
function float(cell: Buffer): Value {
  const number = Number(cell.toString('latin1'));
  return Number.isNaN(number) || cell.length === 0 ? oddNumber(cell) : number + 0;
}

/** Exactly `scale` digits after the point; null: as sent. */
function decimal(scale: number | null): Decode {
  return (cell) => {
    const written = cell.toString('latin1');
    const point = written.indexOf('.');
    const digits = point < 0 ? 0 : written.length - point - 1;
    const wanted = scale ?? digits;
    let padded = written;
    if (digits < wanted) padded = `${written}${point < 0 ? '.' : ''}${'0'.repeat(wanted - digits)}`;
    return padded.startsWith('-') && !/[1-9]/.test(padded) ? padded.slice(1) : padded;
  };
}

/** A time with exactly `digits` digits of a second: SELECT leaves out a fraction of zero, DIFF prints it. Null: as sent. */
function timed(digits: number | null): Decode {
  if (digits === null) return text;
  return (cell) => {
    const written = cell.toString('latin1');
    const point = written.indexOf('.');
    const whole = point < 0 ? written : written.slice(0, point);
    if (digits === 0) return whole;
    if (point >= 0 && written.length - point - 1 === digits) return written;
    return `${whole}.${(point < 0 ? '' : written.slice(point + 1)).slice(0, digits).padEnd(digits, '0')}`;
  };
}

/** The bytes of a BIT, the highest first. */
function bits(cell: Buffer): Value {
  let whole = 0n;
  for (const byte of cell) whole = (whole << 8n) | BigInt(byte);
  const near = Number(whole);
  return Number.isSafeInteger(near) ? near : whole;
}

/** `[1, 2, 3]`, one blank after each comma. */
function vector(cell: Buffer): Value {
  const written = cell.toString('latin1');
  return /,\S/.test(written) || /\s[,\]]|\[\s/.test(written)
    ? `[${written.replace(/[[\]\s]/g, '').replaceAll(',', ', ')}]`
    : written;
}

const byFamily: Readonly<Record<TypeFamily, (size: number, scale: number) => Decode>> = {
  integer: () => integer,
  boolean: () => integer,
  float: () => float,
  decimal: (_, scale) => decimal(scale),
  text: () => text,
  json: () => text,
  bytes: () => bytes,
  date: () => text,
  datetime: (size) => timed(size),
  time: (size) => timed(size),
  vector: () => vector,
};

const decoders = new Map<string, Decode>();

/** How a column of a declared type is read: `DECIMAL(10,2)`, `BIGINT UNSIGNED`, `DATETIME(6)`. Unknown types are text. */
export function decoderOf(type: string): Decode {
  const kept = decoders.get(type);
  if (kept) return kept;
  const base = typeBase(type);
  const family = typeFamily(base);
  const listed = base === 'ENUM' || base === 'SET';
  const sizes = listed ? [] : (/\(([\d\s,]*)\)/.exec(type)?.[1] ?? '').split(',').map(Number);
  let decode = text;
  if (base === 'BIT') decode = bits;
  else if (family) decode = byFamily[family](sizes[0] ?? 0, sizes[1] ?? 0);
  decoders.set(type, decode);
  return decode;
}

const charsets = { none: 0, binary: 63 };
/** The protocol's codes, and MatrixOne's own for TEXT in an answer of DIFF (241). */
const codes = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  varchar: 15,
  bit: 16,
  moText: 241,
  json: 245,
  newDecimal: 246,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
};

/** Without a charset (DIFF) nobody says whether a cell is text or bytes. */
const textOrBytes: Decode = (cell) => (isUtf8(cell) ? text(cell) : bytes(cell));

const integerNames: Readonly<Record<number, string>> = {
  [codes.tiny]: 'TINYINT',
  [codes.short]: 'SMALLINT',
  [codes.int24]: 'MEDIUMINT',
  [codes.long]: 'INT',
  [codes.longlong]: 'BIGINT',
};
const timeNames: Readonly<Record<number, string>> = {
  [codes.time]: 'TIME',
  [codes.datetime]: 'DATETIME',
  [codes.timestamp]: 'TIMESTAMP',
};
const otherNames: Readonly<Record<number, string>> = {
  [codes.float]: 'FLOAT',
  [codes.double]: 'DOUBLE',
  [codes.date]: 'DATE',
  [codes.year]: 'YEAR',
  [codes.json]: 'JSON',
  [codes.geometry]: 'GEOMETRY',
  [codes.moText]: 'TEXT',
};

function characterType(column: ServerColumn): string {
  const binary = column.charset === charsets.binary;
  if (column.code === codes.blob) return binary ? 'BLOB' : 'TEXT';
  if (column.code === codes.string) return binary ? 'BINARY' : 'CHAR';
  return binary ? 'VARBINARY' : 'VARCHAR';
}

/** The type of a column of an answer in MySQL words, as far as its packet tells; '' where it does not. */
export function typeOfColumn(column: ServerColumn): string {
  const { code, decimals } = column;
  const whole = integerNames[code];
  if (whole !== undefined) return column.unsigned ? `${whole} UNSIGNED` : whole;
  const time = timeNames[code];
  if (time !== undefined) return decimals === 0 ? time : `${time}(${decimals})`;
  if (code === codes.decimal || code === codes.newDecimal)
    return column.charset === charsets.none ? 'DECIMAL' : `DECIMAL(38,${decimals})`;
  if (code === codes.bit) return column.charset === charsets.none ? '' : 'BIT(64)';
  return otherNames[code] ?? (column.charset === charsets.none ? '' : characterType(column));
}

/** How a column of any answer is read, by its packet alone. */
export function decoderOfColumn(column: ServerColumn): Decode {
  const { code, decimals } = column;
  if (timeNames[code] !== undefined) return timed(decimals === 0 ? null : decimals);
  if (code === codes.decimal || code === codes.newDecimal) return decimal(decimals === 0 ? null : decimals);
  const type = typeOfColumn(column);
  return type === '' ? textOrBytes : decoderOf(type);
}

/** The columns of an answer as its packets name them. */
export const columnsOf = (columns: readonly ServerColumn[]): PageColumn[] =>
  columns.map((column) => ({ name: column.name, type: typeOfColumn(column) }));

/** The cells from `start` on, as many as there are decoders. */
export function decodeCells(row: RawRow, start: number, decoders: readonly Decode[]): Value[] {
  const values = new Array<Value>(decoders.length);
  for (let i = 0; i < decoders.length; i++) {
    const cell = at(row, start + i);
    values[i] = cell === null ? null : at(decoders, i)(cell);
  }
  return values;
}

/**
 * Rows as values: `declared` says what each column of the answer is in its table, and where it says nothing (''), or is left
 * out, the packet decides.
 */
export function valuesReading(declared: readonly PageColumn[] | null = null): Reading<readonly Value[]> {
  return (columns) => {
    const decoders = columns.map((column, c) => {
      const type = declared?.[c]?.type ?? '';
      return type === '' ? decoderOfColumn(column) : decoderOf(type);
    });
    return (row) => decodeCells(row, 0, decoders);
  };
}

/** Rows, each with its values in column order, as a page. */
export const pageOf = (columns: readonly PageColumn[], rows: readonly (readonly Value[])[]): RowPage => ({
  rows: rows.length,
  columns,
  cells: columns.map((_, c) => packCells(rows.map((row) => at(row, c)))),
});
