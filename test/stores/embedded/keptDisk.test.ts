// How much disk snapshots keep, held against what SQLite itself says of the file.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../embeddedBackend.ts';

const table = { database: 'q', table: 't' };
const other = { database: 'q', table: 'u' };
let folder: ReturnType<typeof scratchFolder>;
let store: EmbeddedStore;
const run = async (...statements: string[]): Promise<void> => {
  for (const sql of statements) await store.write([{ sql, values: [] }]);
};

beforeEach(async () => {
  folder = scratchFolder();
  store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
  await run(
    'CREATE DATABASE q',
    'CREATE TABLE q.t (id BIGINT PRIMARY KEY, v TEXT)',
    'CREATE TABLE q.u (id BIGINT PRIMARY KEY)',
    `INSERT INTO q.t SELECT result, 'a text of some length' FROM generate_series(1, 20000) g`,
  );
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

/** The bytes of the tables and indexes whose names are like that. */
function sizeInFile(like: string): number {
  const bare = new DatabaseSync(join(folder.path, 'store.db'), { readOnly: true });
  const found = bare.prepare('SELECT sum(pgsize) AS bytes FROM dbstat WHERE name GLOB ?').get(like);
  bare.close();
  return Number(found?.['bytes']);
}

test('nothing before there is a snapshot, and then the images of the rows that change', async () => {
  expect(await store.keptDisk(null)).toEqual({ bytes: 0, isWhole: true, snapshots: [] });
  await store.createSnapshot('v1', { level: 'table', table });
  await run('UPDATE q.t SET v = upper(v) WHERE id <= 9000');
  await store.createSnapshot('v2', { level: 'table', table });
  await run('UPDATE q.t SET v = lower(v) WHERE id <= 3000');
  const kept = await store.keptDisk(null);
  const bytes = sizeInFile('_dt_log_*') + sizeInFile('_dt_key_*');
  expect(kept).toMatchObject({ bytes, isWhole: true });
  expect(bytes).toBeGreaterThan(12_000 * 30);
  const share = (name: string) => kept?.snapshots.find((one) => one.name === name)?.bytes ?? 0;
  // 9,000 images and 3,000.
  expect(share('v1') / bytes).toBeCloseTo(0.75, 2);
  expect(share('v2') / bytes).toBeCloseTo(0.25, 2);
  expect(await store.keptDisk(table)).toEqual(kept);
  expect(await store.keptDisk(other)).toEqual({ bytes: 0, isWhole: true, snapshots: [] });
});

test('a table that was dropped and one that was emptied, as long as a snapshot needs them', async () => {
  await store.createSnapshot('v1', { level: 'database', database: 'q' });
  await run('TRUNCATE TABLE q.t', `INSERT INTO q.t VALUES (1, 'x')`);
  const kept = await store.keptDisk(table);
  expect(kept?.bytes).toBeGreaterThan(20_000 * 20);
  expect(kept?.bytes).toBe(sizeInFile('_dt_old_*') + sizeInFile('_dt_log_2') + sizeInFile('_dt_key_2'));
  await store.dropSnapshot('v1');
  expect(await store.keptDisk(null)).toEqual({ bytes: 0, isWhole: true, snapshots: [] });
});
