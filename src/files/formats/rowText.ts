/** Rows as lines of CSV, JSON Lines and SQL: one cell at a time, the same for tables, results and deltas. */
import { type Cells, cellAt, type RowPage } from '../../data/page.ts';
import type { TypeFamily } from '../../data/table.ts';
import { hexOf, jsonOf, type Value } from '../../data/value.ts';

/** Whatever stands between cells in some file, or around them, or begins or ends a line. */
const needsQuotes = /^$|["\r\n\ufeff,;|\t]|^[\s']|\s$/;
/** A text that reads as a number, a day, a truth value or a missing cell, where it does not stand in quotes. */
const readsAsOther = /^(?:[-+.\d?#<]|(?:true|false|na|nan|null|none|nil|n\/a)$)/i;

/** What a spreadsheet takes for a formula, behind blanks too, in either width of the letters; a plain number is none. */
const formula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A text that a spreadsheet shows and does not run: with an apostrophe before it, which is then part of the value. */
export const guardedText = (text: string): string =>
  formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;

/** NULL is an empty cell, the empty text a quoted one; bytes are 0x…, booleans true and false. */
export function csvCell(value: Value, family: TypeFamily, guardCells = false): string {
  if (value === null) return '';
  if (typeof value === 'number' && family !== 'boolean') return String(value);
  if (value instanceof Uint8Array) return `0x${hexOf(value)}`;
  if (family === 'boolean' && (value === 0 || value === 1)) return value === 1 ? 'true' : 'false';
  const text = guardCells ? guardedText(String(value)) : String(value);
  const isQuoted = needsQuotes.test(text) || (family === 'text' && readsAsOther.test(text));
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The cells of one column of a page, by row. */
function csvColumn(cells: Cells, family: TypeFamily, guardCells: boolean): (row: number) => string {
  if (cells.kind !== 'number' || family === 'boolean') return (row) => csvCell(cellAt(cells, row), family, guardCells);
  // A number needs neither quotes nor a look at what it is.
  const { values, nulls } = cells;
  return (row) => (nulls !== null && nulls[row] === 1 ? '' : String(values[row]));
}

/** The rows of a page as lines. */
export function csvPage(
  page: RowPage,
  families: readonly TypeFamily[],
  delimiter: ',' | '\t',
  guardCells: boolean,
): string {
  const columns = page.cells.map((cells, c) => csvColumn(cells, families[c] ?? 'text', guardCells));
  let text = '';
  for (let row = 0; row < page.rows; row++) {
    for (let c = 0; c < columns.length; c++) {
      if (c > 0) text += delimiter;
      text += (columns[c] as (row: number) => string)(row);
    }
    text += '\n';
  }
  return text;
}

/** JSON text on one line, as it is: reading and writing it again could change its numbers. */
const inline = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');

/** JSON columns and vectors are nested values; DECIMAL and whole numbers beyond ±2^53 are text; bytes are `{"base64": …}`. */
function jsonCell(value: Value, family: TypeFamily): string {
  if (value === null) return 'null';
  if ((family === 'json' || family === 'vector') && typeof value === 'string') return inline(value);
  if (family === 'boolean' && (value === 0 || value === 1)) return value === 1 ? 'true' : 'false';
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return value.toString();
  return JSON.stringify(jsonOf(value));
}

/** A row as one line of JSON Lines, without the line's end; NULL is null. */
export const jsonObject = (
  names: readonly string[],
  values: readonly Value[],
  families: readonly TypeFamily[],
): string =>
  `{${names.map((name, c) => `${JSON.stringify(name)}:${jsonCell(values[c] ?? null, families[c] ?? 'text')}`).join(',')}}`;

/** A name in backticks, for a file of SQL that MySQL, MatrixOne and the embedded store all read. */
export const sqlName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** A literal in MySQL's words; backslashes count there. */
export function sqlLiteral(value: Value, family: TypeFamily): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `x'${hexOf(value)}'`;
  if (typeof value !== 'string' || family === 'decimal') return String(value);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
