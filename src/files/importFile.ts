/** Imports a file into a table: finds what it holds, matches it to the table when there is one, and loads it all or nothing. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import { nearest } from '../base/nearest.ts';
import { type PageColumn, packRows, type RowPage } from '../data/page.ts';
import type { Reading } from '../data/loading/reading.ts';
import type { LoadRequest, LoadResult, LocalStore } from '../data/store.ts';
import { type TableInfo, type TableName, tableText, isOwnDatabase } from '../data/table.ts';
import { ColumnTypes, look, sampled } from './columnTypes.ts';
import { openFiles } from './openFile.ts';
import { type Plan, planExisting, planNew } from './planColumns.ts';
import { type ReadColumn, type ReadProgress, RowReader } from './rowReader.ts';
import { type TypedFile, typedFile, type TypedOptions } from './typedFile.ts';

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
  /** How the file is read, as far as it was chosen. */
  readonly reading?: Reading;
  /** Files that are read behind it, as one import. */
  readonly more?: readonly string[];
}

/** What was loaded, and what there is to say of the file. */
export interface FileImported extends LoadResult {
  /** Sentences. */
  readonly notes: readonly string[];
  /** The columns that were read, as the table has them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
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
function chooseKey(request: FileImport, plan: Plan, existing: TableInfo | null): readonly string[] {
  const key = request.key ?? existing?.key ?? [];
  if (key.length === 0 && existing === null) throw new Failure('table.noKey', { table: tableText(request.table) });
  const names = plan.columns.map((column) => column.name);
  for (const column of key)
    if (!names.includes(column))
      throw new Failure('column.unknown', { column, table: request.file, near: nearest(column, names) });
  return key;
}

/** What was chosen; types as a form says them are among it. */
const readingOf = ({ reading = {}, types = {} }: FileImport): Reading =>
  Object.keys(types).length === 0 ? reading : { ...reading, types: { ...types, ...reading.types } };

/** What the store says of a value, with the file that it stands in. */
function inFile(error: unknown, file: string): unknown {
  if (!Failure.is(error, 'value.refused') || error.data.file !== undefined) return error;
  return new Failure('value.refused', { ...error.data, file }, { cause: error });
}

/**
 * `onProgress` hears how far the file is read. Failures: those of the file, of `LocalStore.load`, `column.unknown`, `file.otherColumns`,
 * `file.sameName`; `registry.readOnly` for a table of ours.
 */
export async function importFile(
  store: LocalStore,
  request: FileImport,
  onProgress: (progress: ReadProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<FileImported> {
  const { file, table } = request;
  const reading = readingOf(request);
  if (isOwnDatabase(table.database)) throw new Failure('registry.readOnly', { what: say('This import') });
  const existing = await findTable(store, table);
  const raw = await openFiles([file, ...(request.more ?? [])], reading, signal);
  const plan = existing ? planExisting(file, raw, existing, reading) : planNew(file, raw, reading);
  const key = chooseKey(request, plan, existing);
  const types = new ColumnTypes(raw, plan.columns, key, reading, (type) => store.holds(type));
  // A column that is added to a table is made before the rows are read, so its type must be certain by then.
  if (!types.areKnown && existing !== null) await look(raw, types, signal);
  let columns = types.areKnown || existing !== null ? types.columns() : await sampled(raw, types, signal);
  for (;;) {
    const reader = new RowReader(file, raw, columns, types.areAs(columns), store.takesSpelled);
    try {
      const loaded = await store.load(
        loadRequest(request, plan, columns, key),
        reader.batches(onProgress, signal),
        signal,
      );
      const read = columns.map(({ name, type }) => ({ name, type }));
      return { ...loaded, columns: read, notes: [...raw.notes, ...plan.notes, ...types.notes(reader.nulled)] };
    } catch (error) {
      if (!reader.isMisfit) throw request.more?.length ? error : inFile(error, file);
      types.rule(reader.misfits);
      columns = types.columns();
    }
  }
}

function loadRequest(
  { table, mode, safetySnapshot, maxDeletes }: FileImport,
  plan: Plan,
  columns: readonly ReadColumn[],
  key: readonly string[],
): LoadRequest {
  const added = plan.columns.filter(({ isNew }) => isNew).map(({ name }) => name);
  return {
    table,
    // Later files may lack a value that this one has, so of a new table only the key is NOT NULL.
    columns: columns.map(({ name, type }, c) => ({
      name,
      type,
      nullable: !key.includes(name) && plan.columns[c]?.nullable !== false,
    })),
    key,
    mode,
    safetySnapshot,
    maxDeletes,
    added,
  };
}

const previewRows = 20;

/** What the file says about itself: columns and types over all of its rows, its first rows, and what there is to say of it. */
export async function previewFile(
  file: string,
  options: TypedOptions = {},
  signal?: AbortSignal,
): Promise<Pick<TypedFile, 'format' | 'columns' | 'notes' | 'dialect'> & { sample: RowPage }> {
  const { format, columns, notes, dialect, rows } = await typedFile(file, options, signal);
  const shown: PageColumn[] = columns.map(({ name, type }) => ({ name, type }));
  for await (const batch of rows())
    return { format, columns, notes, dialect, sample: packRows(shown, batch.rows.slice(0, previewRows)) };
  throw new Failure('file.empty', { file });
}
