/** Writes a delta to a file: as rows with before and after (CSV, JSON Lines), or as the SQL that makes the older version the newer. */
import { say } from '../base/say.ts';
import path from 'node:path';
import { Failure, throwIfCancelled } from '../base/failure.ts';
import { type Change, changeAt, type DeltaPage } from '../data/change.ts';
import type { PageColumn } from '../data/page.ts';
import type { TableName, TypeFamily } from '../data/table.ts';
import { sameValue, type Value } from '../data/value.ts';
import { writeAtomically, type WrittenFile } from './bytes/atomicFile.ts';
import { familyOf } from './types/cellValue.ts';
import { csvCell, jsonObject, sqlLiteral, sqlName } from './formats/rowText.ts';

export type DeltaFormat = 'csv' | 'jsonl' | 'sql';

/** The format that a file's extension asks for; `usage.wrong` for one that a delta cannot be written in. */
export function deltaFormat(file: string): DeltaFormat {
  const extension = path.extname(file).toLowerCase();
  if (extension === '.csv' || extension === '.jsonl' || extension === '.sql') return extension.slice(1) as DeltaFormat;
  throw new Failure('usage.wrong', { message: say('{0}: a delta is written to a .csv, .jsonl or .sql file.', file) });
}

interface Shape {
  readonly columns: readonly PageColumn[];
  readonly families: readonly TypeFamily[];
  readonly keyColumns: number;
  readonly guardCells: boolean;
}

const imageOf = (change: Change): readonly Value[] => change.after ?? change.before ?? [];

function csvHead({ columns, keyColumns, guardCells }: Shape): string {
  const rest = columns.slice(keyColumns).flatMap(({ name }) => [`before.${name}`, `after.${name}`]);
  const names = ['flag', ...columns.slice(0, keyColumns).map(({ name }) => name), ...rest];
  return `${names.map((name) => csvCell(name, 'text', guardCells)).join(',')}\n`;
}

function csvRow(change: Change, { columns, families, keyColumns, guardCells }: Shape): string {
  const cell = (values: readonly Value[] | null, c: number): string =>
    values === null ? '' : csvCell(values[c] ?? null, families[c] ?? 'text', guardCells);
  const cells: string[] = [change.flag];
  for (let c = 0; c < columns.length; c++) {
    if (c < keyColumns) cells.push(cell(imageOf(change), c));
    else cells.push(cell(change.before, c), cell(change.after, c));
  }
  return `${cells.join(',')}\n`;
}

function jsonRow(change: Change, { columns, families, keyColumns }: Shape): string {
  const names = columns.map(({ name }) => name);
  const part = (values: readonly Value[] | null, from: number, to: number): string =>
    values === null ? 'null' : jsonObject(names.slice(from, to), values.slice(from, to), families.slice(from, to));
  const key = part(imageOf(change), 0, keyColumns);
  const before = part(change.before, keyColumns, names.length);
  const after = part(change.after, keyColumns, names.length);
  return `{"flag":"${change.flag}","key":${key},"before":${before},"after":${after}}\n`;
}

/** With its database, so that the script needs none to be chosen; a text is a table whose database is not known. */
const targetName = (table: TableName | string): string =>
  typeof table === 'string' ? sqlName(table) : `${sqlName(table.database)}.${sqlName(table.table)}`;

function sqlRow(change: Change, into: string, { columns, families, keyColumns }: Shape): string {
  const name = (c: number): string => sqlName(columns[c]?.name ?? '');
  const literal = (values: readonly Value[], c: number): string => sqlLiteral(values[c] ?? null, families[c] ?? 'text');
  const all = columns.map((_, c) => c);
  // A table without a key has rows that only their whole contents tell apart, NULLs included.
  const where = (values: readonly Value[]): string =>
    keyColumns > 0
      ? all
          .slice(0, keyColumns)
          .map((c) => `${name(c)} = ${literal(values, c)}`)
          .join(' AND ')
      : `${all.map((c) => `${name(c)} <=> ${literal(values, c)}`).join(' AND ')} LIMIT 1`;
  const { before, after } = change;
  if (after === null) return `DELETE FROM ${into} WHERE ${where(before ?? [])};\n`;
  if (before === null)
    return `INSERT INTO ${into} (${all.map(name).join(', ')}) VALUES (${all.map((c) => literal(after, c)).join(', ')});\n`;
  const changed = all.filter((c) => c >= keyColumns && !sameValue(before[c] ?? null, after[c] ?? null));
  return `UPDATE ${into} SET ${changed.map((c) => `${name(c)} = ${literal(after, c)}`).join(', ')} WHERE ${where(before)};\n`;
}

/** Writes the pages of one delta in turn. `shape` stands for an empty delta, whose pages say no columns. */
export function deltaWriter(
  to: WrittenFile,
  format: DeltaFormat,
  table: TableName | string,
  columns: readonly PageColumn[],
  keyColumns: number,
  guardCells = false,
): { write(page: DeltaPage): Promise<void>; end(): Promise<void> } {
  const shape: Shape = { columns, keyColumns, guardCells, families: columns.map(({ type }) => familyOf(type)) };
  const into = targetName(table);
  const head = format === 'csv' ? csvHead(shape) : '';
  let started = false;
  const start = async (): Promise<void> => {
    if (!started && head !== '') await to.write(head);
    started = true;
  };
  const line = (change: Change): string => {
    if (format === 'csv') return csvRow(change, shape);
    return format === 'jsonl' ? jsonRow(change, shape) : sqlRow(change, into, shape);
  };
  return {
    async write(page) {
      await start();
      let text = '';
      for (let i = 0; i < page.rows; i++) text += line(changeAt(page, i));
      if (text !== '') await to.write(text);
    },
    end: start,
  };
}

/** Where a delta is written to. */
export interface DeltaFile {
  readonly file: string;
  /** Of CSV: what a spreadsheet would take for a formula is written as a text. */
  readonly guardCells?: boolean;
}

/** The rows written in all. `table` names the target of an SQL script. */
export function exportDelta(
  { file, guardCells = false }: DeltaFile,
  table: TableName | string,
  columns: readonly PageColumn[],
  keyColumns: number,
  pages: AsyncIterable<DeltaPage>,
  signal?: AbortSignal,
): Promise<{ rows: number }> {
  const format = deltaFormat(file);
  return writeAtomically(file, async (to) => {
    const writer = deltaWriter(to, format, table, columns, keyColumns, guardCells);
    let rows = 0;
    for await (const page of pages) {
      throwIfCancelled(signal);
      await writer.write(page);
      rows += page.rows;
    }
    await writer.end();
    return { rows };
  });
}
