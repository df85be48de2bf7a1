/** A file's cell as a value for a column of a known type; what does not fit is left for the store to refuse by name and line. */
import type { TypeFamily } from '../../data/table.ts';
import { base64Of, type Value } from '../../data/value.ts';
import type { RawCell, RawTable } from './rawTable.ts';

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

/** In JSON Lines a text is a JSON text value; CSV and Parquet hold JSON spelled out. */
function jsonText(cell: Exclude<RawCell, null>, format: RawTable['format']): Value {
  if (typeof cell === 'string') return format === 'jsonl' ? JSON.stringify(cell) : cell;
  if (cell instanceof Uint8Array) return JSON.stringify({ base64: base64Of(cell) });
  return typeof cell === 'object' ? cell.json : String(cell);
}

function textValue(cell: Exclude<RawCell, null>): Value {
  if (typeof cell === 'string' || cell instanceof Uint8Array) return cell;
  return typeof cell === 'object' ? cell.json : String(cell);
}

/** A whole number that a double holds is given as one; every other spelling is left to the store. */
const integerValue = (text: string): Value => (/^-?\d{1,15}$/.test(text) ? Number(text) + 0 : text);
const floatValue = (text: string): Value =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text;

function spelledValue(text: string, family: TypeFamily): Value {
  if (family === 'text') return text;
  const trimmed = text.trim();
  // Only a text column tells an empty cell from NULL.
  if (trimmed === '') return null;
  if (family === 'integer') return integerValue(trimmed);
  if (family === 'float') return floatValue(trimmed);
  if (family === 'boolean') return /^true$/i.test(trimmed) ? 1 : /^false$/i.test(trimmed) ? 0 : integerValue(trimmed);
  if (family === 'bytes') return hexForm.test(trimmed) ? bytesOfHex(trimmed) : text;
  return trimmed;
}

/**
 * The value of a cell for a column of this family. What does not fit comes out as it is, for the store to refuse with
 * the row.
 */
export function cellValue(cell: RawCell, family: TypeFamily, format: RawTable['format']): Value {
  if (cell === null) return null;
  if (family === 'json') return cell === '' && format === 'csv' ? null : jsonText(cell, format);
  if (typeof cell === 'string') return spelledValue(cell, family);
  if (typeof cell === 'boolean') return family === 'text' ? String(cell) : cell ? 1 : 0;
  if (family === 'text' || typeof cell === 'object') return textValue(cell);
  return cell;
}
