/** A store that was frozen into one file: its tables and snapshots as JSON, made of any store by its port. */
import { writeFileSync } from 'node:fs';
import { rowAt } from '../../../src/data/page.ts';
import type { Store } from '../../../src/data/store.ts';
import { type TableInfo, type TableName, tableText } from '../../../src/data/table.ts';
import { hexOf, type Value } from '../../../src/data/value.ts';
import { atSnapshot, live, type Snapshot, type Version } from '../../../src/data/version.ts';

/** A table as it was at a version. */
export interface FrozenTable {
  readonly info: TableInfo;
  readonly rows: readonly (readonly Value[])[];
}

/** What the file holds: for each version, by the name of its snapshot or '' for the last state, its tables by `db.t`. */
export interface Frozen {
  readonly snapshots: readonly Snapshot[];
  readonly versions: Readonly<Record<string, Readonly<Record<string, FrozenTable>>>>;
}

/** JSON has neither whole numbers beyond a double nor bytes. */
const toJson = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { n: String(value) } : value instanceof Uint8Array ? { x: hexOf(value) } : value;

function fromJson(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('n' in value) return BigInt(String(value.n));
  return 'x' in value ? Uint8Array.from(Buffer.from(String(value.x), 'hex')) : value;
}

/** Throws what JSON does of a text that is none. */
export const thaw = (text: string): Frozen => JSON.parse(text, fromJson) as Frozen;

async function tableAt(store: Store, name: TableName, at: Version): Promise<FrozenTable> {
  const info = await store.table(name, at);
  const columns = info.columns.map((column) => column.name);
  const rows: Value[][] = [];
  for await (const page of store.readRows({ table: name, at, columns, order: 'key' }))
    for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return { info, rows };
}

/** Writes a store as it is into a file. */
export async function freeze(store: Store, file: string): Promise<void> {
  const snapshots = await store.snapshots();
  const versions: Record<string, Record<string, FrozenTable>> = { '': {} };
  for (const database of await store.databases())
    for (const { name } of await store.tables(database))
      (versions[''] ??= {})[tableText(name)] = await tableAt(store, name, live);
  for (const { name, tables } of snapshots)
    for (const table of tables ?? [])
      (versions[name] ??= {})[tableText(table)] = await tableAt(store, table, atSnapshot(name));
  writeFileSync(file, JSON.stringify({ snapshots, versions } satisfies Frozen, toJson));
}
