/** A file with the types of its columns, found in all of its rows, before it is known what becomes of it. */
import type { Reading } from '../data/loading/reading.ts';
import type { LoadBatch } from '../data/store.ts';
import { ColumnTypes, type Holds, look } from './columnTypes.ts';
import { openFile } from './openFile.ts';
import { planNew } from './planColumns.ts';
import { RowReader } from './rowReader.ts';
import type { Dialect, RawTable } from './types/rawTable.ts';

/** How it is read, as far as that was chosen, and what the store can hold, where there is one. */
export interface TypedOptions {
  readonly reading?: Reading;
  readonly holds?: Holds;
}

export interface TypedFile {
  readonly format: RawTable['format'];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  /** Sentences. */
  readonly notes: readonly string[];
  readonly dialect: Dialect | null;
  /** Reads the file from its beginning. */
  readonly rows: () => AsyncGenerator<LoadBatch, void>;
}

/** Types that every store has: without one, it is not known what else it holds. */
const isUsual: Holds = (type) => !/^DECIMAL\((?:39|[4-9]\d|\d{3})/i.test(type);

/** Failures are those of a file that is imported into a new table. */
export async function typedFile(
  file: string,
  { reading = {}, holds = isUsual }: TypedOptions = {},
  signal?: AbortSignal,
): Promise<TypedFile> {
  const raw = await openFile(file, reading, signal);
  const plan = planNew(file, raw, reading);
  const types = new ColumnTypes(raw, plan.columns, [], reading, holds);
  if (!types.areKnown) await look(raw, types, signal);
  const nullable = plan.columns.map(
    ({ index }, c) => types.guesses[c]?.nullable ?? raw.columns[index]?.nullable ?? true,
  );
  const columns = types.columns();
  return {
    format: raw.format,
    columns: columns.map(({ name, type }, c) => ({ name, type, nullable: nullable[c] ?? true })),
    notes: [...raw.notes, ...types.notes(types.guesses.map((guess) => guess?.marked ?? []))],
    dialect: raw.dialect,
    rows: () => new RowReader(file, raw, columns, () => true).batches(() => {}, signal),
  };
}
