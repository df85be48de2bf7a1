/** Imports a file into a table: finds what it holds, matches it to the table when there is one, and loads it all or nothing. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { nearest } from '../base/nearest.ts';
import { type PageColumn, packRows, type RowPage } from '../data/page.ts';
import type { LoadBatch, LoadResult, LocalStore } from '../data/store.ts';
import { type TableInfo, type TableName, tableText, isOwnDatabase } from '../data/table.ts';
import type { Value } from '../data/value.ts';
import { cellValue, familyOf } from './formats/cellValue.ts';
import { openCsv } from './formats/csvFile.ts';
import { fileFormat } from './formats/fileFormat.ts';
import { openJsonl } from './formats/jsonlFile.ts';
import type { Look, RawTable } from './formats/rawTable.ts';
import { keyType } from './formats/typeGuess.ts';

/** An import of one file into one table, new or not; `maxDeletes` is the share of the rows that a `sync` may delete, null for all. */
export interface FileImport {
  readonly file: string;
  readonly table: TableName;
  /** Null: the existing table's key. */
  readonly key: readonly string[] | null;
  readonly mode: 'upsert' | 'sync';
  readonly safetySnapshot: string | null;
  readonly maxDeletes: number | null;
  /** By column of a new table: where another type than the found one is wanted, in MySQL words. */
  readonly types?: Readonly<Record<string, string>>;
}

type LoadColumn = { readonly name: string; readonly type: string; readonly nullable: boolean };

/** A file as a table by its ending; `limit.reached` when it has too many columns. */
export async function openFile(file: string, look: Look, signal?: AbortSignal): Promise<RawTable> {
  const raw = await openFormat(file, look, signal);
  const found = raw.columns.length;
  if (found > limits.columns.most) throw new Failure('limit.reached', { limit: 'columns', where: file, found });
  return raw;
}

async function openFormat(file: string, look: Look, signal?: AbortSignal): Promise<RawTable> {
  const format = fileFormat(file);
  if (format.kind === 'csv') return openCsv(file, format.delimiter, look, signal);
  if (format.kind === 'jsonl') return openJsonl(file, signal);
  const { openParquet } = await import('./formats/parquetFile.ts');
  return openParquet(file);
}

async function findTable(store: LocalStore, name: TableName): Promise<TableInfo | null> {
  try {
    return await store.table(name);
  } catch (error) {
    if (Failure.is(error, 'table.unknown') || Failure.is(error, 'database.unknown')) return null;
    throw error;
  }
}

/** The key of the new or existing table; every key column must be in the file. */
function chooseKey(request: FileImport, raw: RawTable, existing: TableInfo | null): readonly string[] {
  const key = request.key ?? existing?.key ?? [];
  if (key.length === 0 && existing === null) throw new Failure('table.noKey', { table: tableText(request.table) });
  const names = raw.columns.map((column) => column.name);
  for (const column of key)
    if (!names.includes(column))
      throw new Failure('column.unknown', { column, table: request.file, near: nearest(column, names) });
  return key;
}

function newColumns(raw: RawTable, key: readonly string[], types: NonNullable<FileImport['types']>): LoadColumn[] {
  return raw.columns.map(({ name, type: found, longest }) => {
    const type = types[name] ?? found;
    const isKey = key.includes(name);
    // Later files may lack a value that this one has, so only the key is NOT NULL.
    return { name, type: isKey ? keyType(type, longest) : type, nullable: !isKey };
  });
}

function matchedColumns(raw: RawTable, table: TableInfo): LoadColumn[] {
  const known = table.columns.map((column) => column.name);
  return raw.columns.map(({ name }) => {
    const column = table.columns.find((one) => one.name === name);
    if (!column)
      throw new Failure('column.unknown', {
        column: name,
        table: tableText(table.name),
        near: nearest(name, known),
      });
    return { name, type: column.type, nullable: column.nullable };
  });
}

async function* toBatches(
  file: string,
  raw: RawTable,
  columns: readonly LoadColumn[],
  onRows: (rows: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<LoadBatch, void> {
  const families = columns.map((column) => familyOf(column.type));
  let rows = 0;
  for await (const batch of raw.read(signal)) {
    yield {
      rows: batch.rows.map((row) => families.map((family, c): Value => cellValue(row[c] ?? null, family, raw.format))),
      lines: batch.lines,
    };
    rows += batch.rows.length;
    onRows(rows);
  }
  if (rows === 0) throw new Failure('file.empty', { file });
}

/** `onRows` hears the rows read so far. Failures: those of the file, of `LocalStore.load`, and `column.unknown`; `registry.readOnly` for a table of ours. */
export async function importFile(
  store: LocalStore,
  request: FileImport,
  onRows: (rows: number) => void = () => {},
  signal?: AbortSignal,
): Promise<LoadResult> {
  const { file, table, mode, safetySnapshot, maxDeletes } = request;
  if (isOwnDatabase(table.database)) throw new Failure('registry.readOnly', { what: say('This import') });
  const existing = await findTable(store, table);
  const raw = await openFile(file, existing ? 'names' : 'types', signal);
  const key = chooseKey(request, raw, existing);
  const columns = existing ? matchedColumns(raw, existing) : newColumns(raw, key, request.types ?? {});
  const batches = toBatches(file, raw, columns, onRows, signal);
  return store.load({ table, columns, key, mode, safetySnapshot, maxDeletes }, batches, signal);
}

const previewRows = 20;

/** What the file says about itself: columns and types over all of its rows, and its first rows. */
export async function previewFile(
  file: string,
  signal?: AbortSignal,
): Promise<{ format: RawTable['format']; columns: LoadColumn[]; sample: RowPage }> {
  const raw = await openFile(file, 'types', signal);
  const columns = raw.columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  const shown: PageColumn[] = columns.map(({ name, type }) => ({ name, type }));
  for await (const batch of raw.read(signal)) {
    const rows = batch.rows
      .slice(0, previewRows)
      .map((row) => columns.map(({ type }, c) => cellValue(row[c] ?? null, familyOf(type), raw.format)));
    return { format: raw.format, columns, sample: packRows(shown, rows) };
  }
  throw new Failure('file.empty', { file });
}
