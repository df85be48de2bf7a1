/** A file's cell as a value for a column of a known type: the value that was written, or none. */
import type { TypeFamily } from '../../data/table.ts';
import { base64Of, type Value } from '../../data/value.ts';
import { dayForm } from './calendarForm.ts';
import { isShortWhole, plainFraction } from '../../data/loading/plainNumber.ts';
import { isExact, numberText } from './numberText.ts';
import type { RawCell } from './rawCell.ts';
import type { RawTable } from './rawTable.ts';

/** The family of a declared type, in MySQL words; anything unknown is text, for the store to judge. */
export function familyOf(type: string): TypeFamily {
  const word = /^[A-Z0-9]+/i.exec(type.trim())?.[0].toUpperCase() ?? '';
  return families[word] ?? 'text';
}

const families: Readonly<Record<string, TypeFamily>> = {
  TINYINT: 'integer',
  SMALLINT: 'integer',
  MEDIUMINT: 'integer',
  INT: 'integer',
  INTEGER: 'integer',
  BIGINT: 'integer',
  YEAR: 'integer',
  BIT: 'integer',
  BOOL: 'boolean',
  BOOLEAN: 'boolean',
  FLOAT: 'float',
  DOUBLE: 'float',
  REAL: 'float',
  DECIMAL: 'decimal',
  NUMERIC: 'decimal',
  DEC: 'decimal',
  DATE: 'date',
  DATETIME: 'datetime',
  TIMESTAMP: 'datetime',
  TIME: 'time',
  JSON: 'json',
  BINARY: 'bytes',
  VARBINARY: 'bytes',
  TINYBLOB: 'bytes',
  BLOB: 'bytes',
  MEDIUMBLOB: 'bytes',
  LONGBLOB: 'bytes',
  VECF32: 'vector',
  VECF64: 'vector',
};

const hexForm = /^0x(?:[0-9a-f]{2})*$/i;
const bytesOfHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), 'hex'));

const wholeForm = /^(-?(?:0|[1-9]\d*))(?:\.0+)?$/;
const decimalForm = /^-?(?:0|[1-9]\d*)?(?:\.\d*)?$/;
const timeForm = /^-?\d{2,3}:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?$/;

/** A whole number as it is written, `.0` behind it allowed, as data frames write one beside a missing cell. */
function wholeValue(text: string): Value | undefined {
  if (isShortWhole(text)) return Number(text);
  const whole = text.length < 20_000 ? wholeForm.exec(text)?.[1] : undefined;
  if (whole === undefined || whole === '-0') return undefined;
  const near = Number(whole);
  return Number.isSafeInteger(near) ? near : BigInt(whole);
}

/** A number that a double is, not one that it only comes near to. */
function floatValue(text: string): Value | undefined {
  if (plainFraction(text) >= 0) return Number(text);
  const parts = text.length < 20_000 ? numberText(text) : undefined;
  return parts && isExact(text, parts) ? Number(text) + 0 : undefined;
}

function truthValue(text: string): Value | undefined {
  if (/^true$/i.test(text)) return 1;
  if (/^false$/i.test(text)) return 0;
  const whole = wholeValue(text);
  return whole === 0 || whole === 1 ? whole : undefined;
}

const ifForm = (form: RegExp, text: string): string | undefined => (form.test(text) ? text : undefined);

/** A text as a value of this family; undefined where it would not come back as it was written. */
function spelledValue(text: string, family: TypeFamily): Value | undefined {
  if (family === 'text') return text;
  const trimmed = text.trim();
  // Only a text column tells an empty cell from NULL.
  if (trimmed === '') return null;
  switch (family) {
    case 'integer':
      return wholeValue(trimmed);
    case 'float':
      return floatValue(trimmed);
    case 'boolean':
      return truthValue(trimmed);
    case 'decimal':
      return /\d/.test(trimmed) ? ifForm(decimalForm, trimmed) : undefined;
    case 'date':
    case 'datetime':
      return dayForm(trimmed) === undefined ? undefined : trimmed;
    case 'time':
      return ifForm(timeForm, trimmed);
    case 'bytes':
      return hexForm.test(trimmed) ? bytesOfHex(trimmed) : undefined;
    default:
      return trimmed;
  }
}

/** In JSON Lines a text is a JSON text value; CSV and Parquet hold JSON spelled out. */
function jsonText(cell: Exclude<RawCell, null>, format: RawTable['format']): Value {
  if (typeof cell === 'string') return format === 'jsonl' ? JSON.stringify(cell) : cell;
  if (cell instanceof Uint8Array) return JSON.stringify({ base64: base64Of(cell) });
  return textOfCell(cell);
}

function textOfCell(cell: Exclude<RawCell, null | string | Uint8Array>): string {
  if (typeof cell !== 'object') return String(cell);
  return 'json' in cell ? cell.json : cell.number;
}

/** A number or a truth value of a file that has such: what a double of it would change is none. */
function typedValue(
  cell: number | bigint | boolean | { readonly number: string },
  family: TypeFamily,
): Value | undefined {
  if (typeof cell === 'boolean') return family === 'boolean' ? Number(cell) : undefined;
  if (typeof cell === 'object') return spelledValue(cell.number, family);
  if (family === 'float') return typeof cell === 'number' ? cell : floatValue(String(cell));
  if (family === 'integer' || family === 'decimal') return cell;
  if (family === 'boolean') return Number(cell) === 0 || Number(cell) === 1 ? Number(cell) : undefined;
  return undefined;
}

/** The value of a cell for a column of this family; undefined where the column does not hold what was written. */
export function cellValue(cell: RawCell, family: TypeFamily, format: RawTable['format']): Value | undefined {
  if (cell === null) return null;
  if (family === 'json') return cell === '' && format === 'csv' ? null : jsonText(cell, format);
  if (typeof cell === 'string') return spelledValue(cell, family);
  if (cell instanceof Uint8Array) return family === 'bytes' || family === 'text' ? cell : undefined;
  if (family === 'text') return textOfCell(cell);
  if (typeof cell === 'object' && 'json' in cell) return family === 'vector' ? cell.json : undefined;
  return typedValue(cell, family);
}
