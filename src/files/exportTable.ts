/** Exports a table, live or at a snapshot, to a file: whole or not at all. */
import type { Store } from '../data/store.ts';
import type { TableName } from '../data/table.ts';
import type { Version } from '../data/version.ts';
import { fileFormat } from './formats/fileFormat.ts';
import { writePages } from './writePages.ts';

export interface TableExport {
  readonly table: TableName;
  readonly at: Version;
  /** Its name says the format: .csv, .tsv, .jsonl, .ndjson or .parquet. */
  readonly file: string;
  /** Of CSV: what a spreadsheet would take for a formula is written as a text. */
  readonly guardCells?: boolean;
}

/** `onRows` hears the rows written so far; the rows written in all. */
export async function exportTable(
  store: Store,
  { table, at, file, guardCells = false }: TableExport,
  onRows: (rows: number) => void = () => {},
  signal?: AbortSignal,
): Promise<{ rows: number }> {
  // A name that says no format is refused before the store is asked.
  fileFormat(file);
  const { columns } = await store.table(table, at);
  const request = { table, at, columns: columns.map((column) => column.name), order: 'key' as const };
  return writePages({ file, columns, guardCells }, store.readRows(request, signal), onRows, signal);
}
