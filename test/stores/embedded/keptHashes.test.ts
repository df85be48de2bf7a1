// Row hashes are kept between reads: what is read by them is what hashing every row anew would give.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TableName } from '../../../src/data/table.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import { scratchFolder, sqlChanger } from '../embeddedBackend.ts';
import { loadRows, rowsOf } from '../reading.ts';

const table: TableName = { database: 'd', table: 't' };
const columns = [
  { name: 'id', type: 'BIGINT', nullable: false },
  { name: 'v', type: 'INT', nullable: true },
];

let folder: ReturnType<typeof scratchFolder>;
let store: EmbeddedStore;
beforeEach(async () => {
  folder = scratchFolder();
  store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
  await loadRows(
    store,
    table,
    columns,
    ['id'],
    [1, 2, 3, 4, 5].map((id) => [id, id]),
  );
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const pin = (name: string) => store.createSnapshot(name, { level: 'table', table });
const idsAt = async (name: string): Promise<unknown[]> =>
  (await rowsOf(store, table, atSnapshot(name), ['id'], { order: 'hash', salt: 's' })).map(([id]) => id);
const inOrder = (...ids: number[]): number[] => ids.sort((a, b) => (rowHash('s', [a]) < rowHash('s', [b]) ? -1 : 1));

test('the next snapshot has the rows that came and not those that went', async () => {
  const change = sqlChanger(store);
  await pin('one');
  expect(await idsAt('one')).toEqual(inOrder(1, 2, 3, 4, 5));
  await change.remove(table, { id: 2 });
  await change.update(table, { id: 30 }, { id: 3 });
  await change.insert(table, ['id', 'v'], [[6, 6]]);
  await pin('two');
  await change.remove(table, { id: 6 });
  expect(await idsAt('two')).toEqual(inOrder(1, 4, 5, 6, 30));
  expect(await idsAt('one')).toEqual(inOrder(1, 2, 3, 4, 5));
});

test('a snapshot that was dropped in between takes no row along', async () => {
  const change = sqlChanger(store);
  await pin('one');
  expect(await idsAt('one')).toEqual(inOrder(1, 2, 3, 4, 5));
  await change.update(table, { v: 0 }, { id: 1 });
  await pin('between');
  await change.update(table, { v: 1 }, { id: 1 });
  await store.dropSnapshot('between');
  await pin('two');
  expect(await idsAt('two')).toEqual(inOrder(1, 2, 3, 4, 5));
});

test('a name that was made again is another snapshot', async () => {
  await pin('one');
  expect(await idsAt('one')).toEqual(inOrder(1, 2, 3, 4, 5));
  await store.dropSnapshot('one');
  await sqlChanger(store).remove(table, { id: 5 });
  await pin('one');
  expect(await idsAt('one')).toEqual(inOrder(1, 2, 3, 4));
});
