/** Reads a file as pages of rows, typed by what is in it. */
import type { Reading } from '../data/loading/reading.ts';
import { packRows, type RowPage } from '../data/page.ts';
import { typedFile } from './typedFile.ts';

/** A file to be read. `texts`: columns whose cells stay as they are written, where the format is text and has them. */
export interface FileRows {
  readonly file: string;
  readonly reading?: Reading;
  readonly texts?: readonly string[];
}

/** The pages of the file, and at their end the sentences about what was found in it. Failures are those of a file that is imported. */
export async function* readPages(
  { file, reading = {}, texts = [] }: FileRows,
  signal?: AbortSignal,
): AsyncGenerator<RowPage, { notes: readonly string[] }> {
  const found = await typedFile(file, { reading }, signal);
  const names = new Set(found.columns.map(({ name }) => name));
  const kept = found.format === 'csv' ? texts.filter((name) => names.has(name) && !reading.types?.[name]) : [];
  const types = { ...reading.types, ...Object.fromEntries(kept.map((name) => [name, 'TEXT'])) };
  const typed = kept.length === 0 ? found : await typedFile(file, { reading: { ...reading, types } }, signal);
  const columns = typed.columns.map(({ name, type }) => ({ name, type }));
  for await (const { rows } of typed.rows()) yield packRows(columns, rows);
  return { notes: typed.notes };
}
