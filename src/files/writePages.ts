/** Writes pages of rows to a file, whole or not at all, in the format that its name says. */
import { throwIfCancelled } from '../base/failure.ts';
import type { RowPage } from '../data/page.ts';
import { writeAtomically, type WrittenFile } from './bytes/atomicFile.ts';
import { type FileFormat, fileFormat } from './formats/fileFormat.ts';
import { type RowWriter, rowWriter, type WrittenColumn } from './formats/rowWriter.ts';

/** A file to be: its name says the format, .csv, .tsv, .jsonl, .ndjson or .parquet. */
export interface NewFile {
  readonly file: string;
  readonly columns: readonly WrittenColumn[];
  /** Of CSV: what a spreadsheet would take for a formula is written as a text. */
  readonly guardCells?: boolean;
}

async function writerFor(
  format: FileFormat,
  to: WrittenFile,
  columns: readonly WrittenColumn[],
  guardCells: boolean,
): Promise<RowWriter> {
  if (format.kind !== 'parquet') return rowWriter(to, format, columns, guardCells);
  const { parquetWriter } = await import('./parquet/parquetWriter.ts');
  return parquetWriter(to, columns);
}

/** `onRows` hears the rows written so far; the rows written in all. `file.unknownFormat`, `file.unwritable`, and what the pages throw. */
export function writePages(
  { file, columns, guardCells = false }: NewFile,
  pages: AsyncIterable<RowPage>,
  onRows: (rows: number) => void = () => {},
  signal?: AbortSignal,
): Promise<{ rows: number }> {
  const format = fileFormat(file);
  return writeAtomically(file, async (to) => {
    const writer = await writerFor(format, to, columns, guardCells);
    let rows = 0;
    for await (const page of pages) {
      throwIfCancelled(signal);
      await writer.write(page);
      rows += page.rows;
      onRows(rows);
    }
    await writer.end();
    throwIfCancelled(signal);
    return { rows };
  });
}
