/** Imports of small texts into `d.t`, and what became of them. */
import { Failure } from '../../../src/base/failure.ts';
import { rowAt } from '../../../src/data/page.ts';
import type { Reading } from '../../../src/data/loading/reading.ts';
import type { LocalStore } from '../../../src/data/store.ts';
import type { Value } from '../../../src/data/value.ts';
import { live } from '../../../src/data/version.ts';
import { type FileImport, type FileImported, importFile } from '../../../src/files/importFile.ts';
import type { Folder } from './folder.ts';

export const table = { database: 'd', table: 't' };

export const request = (file: string, more: Partial<FileImport> = {}): FileImport => ({
  file,
  table,
  key: ['id'],
  mode: 'upsert',
  safetySnapshot: null,
  maxDeletes: null,
  ...more,
});

/** `order`: the table whose columns say their order. */
export async function rowsOf(store: LocalStore, from = table, order = from): Promise<Value[][]> {
  const { columns } = await store.table(order);
  const rows: Value[][] = [];
  const names = columns.map((column) => column.name);
  for await (const page of store.readRows({ table: from, at: live, columns: names, order: 'key' }))
    for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return rows;
}

export async function typesIn(store: LocalStore, from = table): Promise<Record<string, string>> {
  return Object.fromEntries((await store.table(from)).columns.map(({ name, type }) => [name, type]));
}

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('It did not fail');
}

export interface Imports {
  readonly store: LocalStore;
  /** Writes a file of that name and imports it, with `id` as the key. */
  readonly take: (name: string, contents: string | Uint8Array, reading?: Reading) => Promise<FileImported>;
}

export function imports(folder: Folder, store: LocalStore = folder.store()): Imports {
  return {
    store,
    take: (name, contents, reading = {}) => importFile(store, request(folder.write(name, contents), { reading })),
  };
}
