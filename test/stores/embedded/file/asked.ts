/** Everything that a store answers of a database's rows: each table at each version with row hashes, and the deltas between neighbours. */
import { Failure } from '../../../../src/base/failure.ts';
import { changeAt } from '../../../../src/data/change.ts';
import { rowAt } from '../../../../src/data/page.ts';
import type { Store } from '../../../../src/data/store.ts';
import type { TableInfo } from '../../../../src/data/table.ts';
import type { Value } from '../../../../src/data/value.ts';
import { atSnapshot, live, type Version, versionText } from '../../../../src/data/version.ts';

/** As a file of JSON can hold it. */
const plain = (value: Value): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Uint8Array ? [...value] : value;
};

async function rowsAsked(store: Store, info: TableInfo, at: Version): Promise<unknown[][]> {
  const isHashed = info.key.length > 0;
  const columns = info.columns.map(({ name }) => name);
  const rows: unknown[][] = [];
  const more = isHashed ? { salt: 's', withHash: true } : {};
  for await (const page of store.readRows({ table: info.name, at, columns, order: 'key', pageRows: 3, ...more }))
    for (let i = 0; i < page.rows; i++) rows.push([...rowAt(page, i).map(plain), page.hashes?.[i] ?? null]);
  return rows;
}

async function deltaAsked(store: Store, info: TableInfo, from: Version, to: Version): Promise<unknown> {
  const request = { table: info.name, from, to };
  try {
    const changes: unknown[] = [];
    const counts = await store.countDelta(request);
    for await (const page of store.readDelta(request))
      for (let i = 0; i < page.rows; i++) {
        const { before, after } = changeAt(page, i);
        changes.push([page.flags[i], before?.map(plain) ?? null, after?.map(plain) ?? null]);
      }
    return { counts, changes };
  } catch (error) {
    if (error instanceof Failure) return { code: String(error.code) };
    throw error;
  }
}

export async function asked(store: Store, database: string): Promise<Record<string, unknown>> {
  const said: Record<string, unknown> = {};
  const snapshots = (await store.snapshots()).toReversed();
  const names = new Set((await store.tables(database)).map(({ name }) => name.table));
  for (const { tables } of snapshots) for (const one of tables ?? []) names.add(one.table);
  for (const table of [...names].sort()) {
    let before: Version | undefined;
    for (const at of [...snapshots.map(({ name }) => atSnapshot(name)), live]) {
      const info = await store.table({ database, table }, at).catch(() => undefined);
      if (!info) continue;
      const key = `${table} at ${versionText(at)}`;
      said[key] = { columns: info.columns, key: info.key, rows: await rowsAsked(store, info, at) };
      if (before) said[`${key} since ${versionText(before)}`] = await deltaAsked(store, info, before, at);
      before = at;
    }
  }
  return said;
}
