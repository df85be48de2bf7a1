/** Writes pages of rows to an open file as CSV, JSON Lines or SQL. */
import { type PageColumn, type RowPage, rowAt } from '../../data/page.ts';
import type { WrittenFile } from '../bytes/atomicFile.ts';
import { familyOf } from '../types/cellValue.ts';
import type { FileFormat } from './fileFormat.ts';
import { csvCell, csvPage, jsonObject, sqlLiteral, sqlName } from './rowText.ts';

/** Takes the pages of one table in turn, all of the same columns. */
export interface RowWriter {
  write(page: RowPage): Promise<void>;
  /** Writes what is still held back; a file without it is not complete. */
  end(): Promise<void>;
}

/** A column of what is written; one that is not `nullable` is required where the format can say so. */
export type WrittenColumn = PageColumn & { readonly nullable: boolean };

function lineWriter(to: WrittenFile, head: string, line: (page: RowPage, i: number) => string): RowWriter {
  return pageWriter(to, head, (page) => {
    let text = '';
    for (let i = 0; i < page.rows; i++) text += line(page, i);
    return text;
  });
}

function pageWriter(to: WrittenFile, head: string, lines: (page: RowPage) => string): RowWriter {
  let started = false;
  const start = async (): Promise<void> => {
    if (!started && head !== '') await to.write(head);
    started = true;
  };
  return {
    async write(page) {
      await start();
      const text = lines(page);
      if (text !== '') await to.write(text);
    },
    end: start,
  };
}

/** `table` is what an SQL script inserts into; Parquet, which is no text, has a writer of its own. */
export type RowFormat = Exclude<FileFormat, { kind: 'parquet' }> | { readonly kind: 'sql'; readonly table: string };

/** Writes pages to an open file in a format; the file is whole only after `end`. `guardCells`: of CSV, cells that a spreadsheet would run are texts. */
export function rowWriter(
  to: WrittenFile,
  format: RowFormat,
  columns: readonly WrittenColumn[],
  guardCells = false,
): RowWriter {
  const families = columns.map((column) => familyOf(column.type));
  const names = columns.map((column) => column.name);
  switch (format.kind) {
    case 'csv': {
      const { delimiter } = format;
      const head = names.map((name) => csvCell(name, 'text', guardCells)).join(delimiter);
      return pageWriter(to, `${head}\n`, (page) => csvPage(page, families, delimiter, guardCells));
    }
    case 'jsonl':
      return lineWriter(to, '', (page, i) => `${jsonObject(names, rowAt(page, i), families)}\n`);
    case 'sql': {
      const into = `INSERT INTO ${sqlName(format.table)} (${names.map(sqlName).join(', ')}) VALUES `;
      return lineWriter(to, '', (page, i) => {
        const row = rowAt(page, i);
        return `${into}(${row.map((value, c) => sqlLiteral(value, families[c] ?? 'text')).join(', ')});\n`;
      });
    }
  }
}
