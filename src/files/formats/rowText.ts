/** Rows as lines of CSV, JSON Lines and SQL: one cell at a time, the same for tables, results and deltas. */
import type { TypeFamily } from '../../data/table.ts';
import { hexOf, jsonOf, type Value } from '../../data/value.ts';

const needsQuotes = (delimiter: string): RegExp => new RegExp(`^$|["\\r\\n\\ufeff${delimiter}]|^\\s|\\s$`);
const quoted: Readonly<Record<string, RegExp>> = { ',': needsQuotes(','), '\t': needsQuotes('\t') };

/** What a spreadsheet takes for a formula, behind blanks too, in either width of the letters; a plain number is none. */
const formula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A text that a spreadsheet shows and does not run: with an apostrophe before it, which is then part of the value. */
export const guardedText = (text: string): string =>
  formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;

/** NULL is an empty cell, the empty text a quoted one; bytes are 0x…, booleans true and false. */
export function csvCell(value: Value, family: TypeFamily, delimiter: ',' | '\t', guardCells = false): string {
  if (value === null) return '';
  if (value instanceof Uint8Array) return `0x${hexOf(value)}`;
  if (family === 'boolean' && (value === 0 || value === 1)) return value === 1 ? 'true' : 'false';
  const text = guardCells ? guardedText(String(value)) : String(value);
  return quoted[delimiter]?.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvLine = (
  values: readonly Value[],
  families: readonly TypeFamily[],
  delimiter: ',' | '\t',
  guardCells = false,
): string =>
  `${values.map((value, c) => csvCell(value, families[c] ?? 'text', delimiter, guardCells)).join(delimiter)}\n`;

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
