// Tables that a MatrixOne server's own comparison, or a training, does not take as they are: partitioned ones, views, vectors.
import { expect, test, vi } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import { createSnapshot } from '../../../src/app/versions/snapshotNames.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import type { Store } from '../../../src/data/store.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { rowsOf } from '../../stores/reading.ts';
import { withServer } from '../../stores/matrixone/replay/withServer.ts';
import { FakeTrainer } from '../support/fakeTrainer.ts';
import { forever, inAccount, serverTime, workbenchOf } from './support/account.ts';

// Copies of versions are named by chance and time; what is replayed by its text has the same names each time.
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: (size: number) => Buffer.alloc(size, 7),
}));

const trainOn = async (store: Store, table: string, mode: 'full' | 'delta'): Promise<RunOutcome> => {
  const text = `{
  "connections": { "local": { "kind": "embedded", "path": "store.db" } },
  "trainings": { "odd": { "connection": "local", "table": "shop.${table}", "label": "label" } }
}`;
  const training = await resolveTraining(readConfig(text, 'deltatrain.json'), 'odd', store);
  return runTraining({ training, mode }, workbenchOf(store, undefined, new FakeTrainer()), forever, () => {});
};

const columns = 'id INT PRIMARY KEY, x DOUBLE, label VARCHAR(10)';
const rows = (table: string, from: number, to: number): string =>
  `INSERT INTO shop.${table} VALUES ${Array.from({ length: to - from }, (_, i) => `(${from + i}, ${(from + i) / 4}, '${(from + i) % 3 === 0 ? 'a' : 'b'}')`).join(', ')}`;

test.each([
  ['range', 'PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (50), PARTITION high VALUES LESS THAN (1000))'],
  ['hash', 'PARTITION BY HASH (id) PARTITIONS 3'],
])(
  'a table with partitions (%s) is compared, taken back and trained on',
  async (kind, partitions) => {
    await withServer(`partitions-${kind}`, async (url) => {
      await inAccount(url, `dt_parts_${kind}`, async (store) => {
        const table = { database: 'shop', table: 'parts' };
        for (const sql of ['CREATE DATABASE shop', `CREATE TABLE shop.parts (${columns}) ${partitions}`])
          await queryRows(store, sql);
        await queryRows(store, rows('parts', 0, 100));
        const { model: first } = await trainOn(store, 'parts', 'full');
        expect(first?.rows).toBe(100);
        await queryRows(store, rows('parts', 100, 120));
        await queryRows(store, `UPDATE shop.parts SET label = 'b' WHERE id IN (3, 60)`);
        await queryRows(store, 'DELETE FROM shop.parts WHERE id IN (4, 70)');
        const to = first?.snapshot.name ?? '';
        const from = atSnapshot(to);
        const changed = { inserted: 20, updated: 2, deleted: 2 };
        expect(await store.countDelta({ table, from, to: live })).toEqual(changed);
        const { model: second } = await trainOn(store, 'parts', 'delta');
        expect(second).toMatchObject({ number: 2, kind: 'delta', delta: changed });
        const done = await restoreTable({ store, table, to, environment: 'development' }, async () => true, forever);
        expect(done).toMatchObject({ rowsChanged: 24, verified: true });
        expect(await rowsOf(store, table, live, ['id'])).toHaveLength(100);
      });
    });
  },
  serverTime,
);

test(
  'a view is pinned, trained on and compared by nothing, and what to do is said',
  async () => {
    await withServer('views', async (url) => {
      await inAccount(url, 'dt_views', async (store) => {
        const table = { database: 'shop', table: 'seen' };
        for (const sql of [
          'CREATE DATABASE shop',
          `CREATE TABLE shop.parts (${columns})`,
          rows('parts', 0, 10),
          'CREATE VIEW shop.seen AS SELECT * FROM shop.parts WHERE x > 1',
        ])
          await queryRows(store, sql);
        const isView = { code: 'table.view' };
        await expect(createSnapshot(store, { level: 'table', table }, 'seen_v1')).rejects.toMatchObject(isView);
        await expect(trainOn(store, 'seen', 'full')).rejects.toMatchObject(isView);
        await expect(store.table(table)).rejects.toThrow(/CREATE TABLE .* AS SELECT/);
        expect(await store.snapshots()).toEqual([]);
        expect((await store.tables('shop')).map(({ name }) => name.table)).toEqual(['parts']);
      });
    });
  },
  serverTime,
);

test(
  'a column of vectors is said, and the others are trained on',
  async () => {
    await withServer('vectors', async (url) => {
      await inAccount(url, 'dt_vectors', async (store) => {
        for (const sql of [
          'CREATE DATABASE shop',
          `CREATE TABLE shop.parts (${columns}, v VECF32(3))`,
          `INSERT INTO shop.parts VALUES ${Array.from({ length: 60 }, (_, i) => `(${i}, ${i / 4}, '${i % 3 === 0 ? 'a' : 'b'}', '[1, ${i}, 0.5]')`).join(', ')}`,
        ])
          await queryRows(store, sql);
        const { model, notes } = await trainOn(store, 'parts', 'full');
        expect(model?.plan.features.map(({ name }) => name)).toEqual(['x']);
        expect(notes.join(' ')).toContain('Not trained on: "v" (VECF32(3)).');
      });
    });
  },
  serverTime,
);
