/** Exports a table, live or at a snapshot, to a file: whole or not at all. */
import { throwIfCancelled } from '../base/failure.ts';
import type { Store } from '../data/store.ts';
import type { TableName } from '../data/table.ts';
import type { Version } from '../data/version.ts';
import { writeAtomically, type WrittenFile } from './bytes/atomicFile.ts';
import { type FileFormat, fileFormat } from './formats/fileFormat.ts';
import { type RowWriter, rowWriter, type WrittenColumn } from './formats/rowWriter.ts';

export interface TableExport {
  readonly table: TableName;
  readonly at: Version;
  /** Its name says the format: .csv, .tsv, .jsonl, .ndjson or .parquet. */
  readonly file: string;
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

/** `onRows` hears the rows written so far; the rows written in all. */
export async function exportTable(
  store: Store,
  { table, at, file, guardCells = false }: TableExport,
  onRows: (rows: number) => void = () => {},
  signal?: AbortSignal,
): Promise<{ rows: number }> {
  const format = fileFormat(file);
  const { columns } = await store.table(table, at);
  return writeAtomically(file, async (to) => {
    const writer = await writerFor(format, to, columns, guardCells);
    let rows = 0;
    const request = { table, at, columns: columns.map((column) => column.name), order: 'key' as const };
    for await (const page of store.readRows(request, signal)) {
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
