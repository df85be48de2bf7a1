/** Values of Parquet as they are stored, as cells: exact, at the top of a row and within lists, maps and structs alike. */
import type { SchemaElement } from 'hyparquet';
import { isUtf8 } from 'node:buffer';
import { twoDigits } from '../../base/calendar.ts';
import { base64Of, hexOf } from '../../data/value.ts';
import type { RawCell } from '../types/rawCell.ts';

/** How the stored values of an element become cells; NULL never reaches it. */
export type CellOf = (stored: unknown) => RawCell;

/** A type in MySQL words, with others that hold more, and its cells. */
export interface Read {
  readonly type: string;
  readonly instead?: readonly string[];
  readonly cell: CellOf;
}

/** Of a DECIMAL that every store has. */
const mostDigits = 38;
const mostScale = 30;

const dayMs = 86_400_000;
const firstDay = Date.UTC(0, 0, 1) - 1899 * 365.2425 * dayMs;
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59);
const isShown = (ms: number): boolean => ms >= firstDay && ms <= lastMs;

/** A day that no calendar of ours has stays the number that it is, which no column of days takes. */
const dateText = (days: number): string =>
  isShown(days * dayMs) ? new Date(days * dayMs).toISOString().slice(0, 10) : String(days);

/** `yyyy-mm-dd hh:mm:ss` and `digits` digits of a second from a count of units of 10^-digits s since 1970. */
function datetimeText(count: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const fraction = ((count % unit) + unit) % unit;
  const seconds = Number((count - fraction) / unit);
  if (!isShown(seconds * 1000)) return String(count);
  const text = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return digits === 0 ? text : `${text}.${fraction.toString().padStart(digits, '0')}`;
}

function timeText(count: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const seconds = Number(count / unit);
  const clock = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  return `${clock}.${(count % unit).toString().padStart(digits, '0')}`;
}

function bigintOf(stored: unknown): bigint {
  if (typeof stored === 'bigint') return stored;
  if (typeof stored === 'number') return BigInt(stored);
  let value = 0n;
  const bytes = stored as Uint8Array;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const digitsOfUnit: Readonly<Record<string, number>> = { MILLIS: 3, MICROS: 6, NANOS: 9 };

function unitOf(element: SchemaElement, kind: 'TIMESTAMP' | 'TIME'): number | undefined {
  const logical = element.logical_type;
  if (logical?.type === kind) return digitsOfUnit[logical.unit];
  if (element.converted_type === `${kind}_MILLIS`) return 3;
  if (element.converted_type === `${kind}_MICROS`) return 6;
  return undefined;
}

/** Nine digits of a second are six where the last three say nothing; else no DATETIME keeps them, and a text does. */
const withUnit =
  (unit: number, text: (count: bigint, digits: number) => string): CellOf =>
  (stored) => {
    const count = bigintOf(stored);
    return unit === 9 && count % 1000n === 0n ? text(count / 1000n, 6) : text(count, unit);
  };

const timed = (type: string, unit: number, text: (count: bigint, digits: number) => string): Read => ({
  type: `${type}(${Math.min(unit, 6)})`,
  ...(unit === 9 && { instead: ['TEXT'] }),
  cell: withUnit(unit, text),
});

function readTimes(element: SchemaElement): Read | undefined {
  if (element.converted_type === 'DATE' || element.logical_type?.type === 'DATE')
    return { type: 'DATE', cell: (stored) => dateText(Number(stored)) };
  const timestamp = unitOf(element, 'TIMESTAMP');
  if (timestamp !== undefined) return timed('DATETIME', timestamp, datetimeText);
  const time = unitOf(element, 'TIME');
  if (time !== undefined) return timed('TIME', time, timeText);
  // hyparquet's own parser gives nanoseconds since 1970 to the parser of the reader.
  return element.type === 'INT96' ? timed('DATETIME', 9, datetimeText) : undefined;
}

function readDecimal(element: SchemaElement): Read {
  const scale = element.scale ?? 0;
  const precision = element.precision ?? 15;
  return {
    type: `DECIMAL(${precision},${scale})`,
    // A column that says more digits than any store has seldom uses them.
    instead: [...(precision > mostDigits && scale <= mostScale ? [`DECIMAL(${mostDigits},${scale})`] : []), 'TEXT'],
    cell: (stored) => decimalText(bigintOf(stored), scale),
  };
}

const as = (type: string, cell: CellOf = (stored) => stored as RawCell): Read => ({ type, cell });

const numberCell: CellOf = (stored) =>
  // Data frames write NaN for a missing number.
  typeof stored === 'number' && Number.isNaN(stored) ? null : (stored as RawCell);

const isUnsigned64 = ({ converted_type: converted, logical_type: logical }: SchemaElement): boolean =>
  converted === 'UINT_64' || (logical?.type === 'INTEGER' && logical.bitWidth === 64 && !logical.isSigned);

/** Text that is no UTF-8 stays bytes, for the column to refuse. */
const textCell: CellOf = (stored) => {
  if (!(stored instanceof Uint8Array)) return stored as RawCell;
  return isUtf8(stored) ? Buffer.from(stored).toString('utf8') : stored;
};

const uuidCell: CellOf = (stored) => {
  if (!(stored instanceof Uint8Array)) return stored as RawCell;
  const hex = hexOf(stored);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

function readBytes(element: SchemaElement): Read {
  const logical = element.logical_type?.type;
  const converted = element.converted_type;
  if (converted === 'JSON' || logical === 'JSON')
    return as('JSON', (stored) => {
      const text = textCell(stored);
      return typeof text === 'string' ? { json: text } : text;
    });
  if (converted === 'UTF8' || converted === 'ENUM' || logical === 'STRING' || logical === 'ENUM')
    return as('TEXT', textCell);
  if (logical === 'UUID') return as('VARCHAR(36)', uuidCell);
  if (logical === 'FLOAT16') return as('DOUBLE', numberCell);
  return as('BLOB');
}

/** An element that has no children. */
export function readLeaf(element: SchemaElement): Read {
  if (element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL') return readDecimal(element);
  const times = readTimes(element);
  if (times) return times;
  if (isUnsigned64(element))
    return {
      type: 'BIGINT UNSIGNED',
      instead: ['BIGINT', 'DECIMAL(20,0)', 'TEXT'],
      cell: (stored) => BigInt.asUintN(64, bigintOf(stored)),
    };
  switch (element.type) {
    case 'BOOLEAN':
      return as('BOOLEAN');
    case 'INT32':
    case 'INT64':
      return as('BIGINT');
    case 'FLOAT':
    case 'DOUBLE':
      return as('DOUBLE', numberCell);
    default:
      return readBytes(element);
  }
}

/** A cell as JSON writes it: numbers with all of their digits, times as text, bytes as `{"base64": …}`. */
export function jsonOfCell(cell: RawCell, isDecimal: boolean): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return 'null';
  if (typeof cell === 'bigint' || (isDecimal && typeof cell === 'string')) return String(cell);
  if (cell instanceof Uint8Array) return JSON.stringify({ base64: base64Of(cell) });
  if (typeof cell === 'object') return 'json' in cell ? cell.json : cell.number;
  return JSON.stringify(cell);
}
