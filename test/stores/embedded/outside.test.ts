/** Other programs that write to the file: what the log can follow is followed, what it cannot is said. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TableName } from '../../../src/data/table.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder, sqlChanger } from '../embeddedBackend.ts';
import { loadRows, rowsOf } from '../reading.ts';

const table: TableName = { database: 'd', table: 't' };
const bag: TableName = { database: 'd', table: 'bag' };
const columns = [
  { name: 'id', type: 'INT', nullable: false },
  { name: 'v', type: 'VARCHAR(20)', nullable: true },
];
const rows = [
  [1, 'a'],
  [2, 'b'],
  [3, 'c'],
];

describe('another program', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let store: EmbeddedStore;
  const path = () => join(folder.path, 'store.db');
  const open = () => EmbeddedStore.open({ path: path(), readOnly: false, create: true });
  /** As Python's sqlite3 or a database browser would: none of our settings, none of our functions. */
  const outside = (sql: string): void => {
    const db = new DatabaseSync(path(), { enableForeignKeyConstraints: false });
    db.exec('PRAGMA recursive_triggers = OFF');
    db.exec(sql);
    db.close();
  };
  const unsure = async (name = 'v1') =>
    (await store.snapshots()).find((snapshot) => snapshot.name === name)?.unsure ?? null;

  beforeEach(async () => {
    folder = scratchFolder();
    store = open();
    await loadRows(store, table, columns, ['id'], rows);
    await store.createSnapshot('v1', { level: 'table', table });
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  test('writes through the triggers, and every version stays right', async () => {
    outside(
      `INSERT INTO "d.t" VALUES (4, 'd'); UPDATE "d.t" SET v = 'B' WHERE id = 2; DELETE FROM "d.t" WHERE id = 3; INSERT OR REPLACE INTO "d.t" VALUES (1, 'A')`,
    );
    expect(await rowsOf(store, table, atSnapshot('v1'), ['id', 'v'])).toEqual(rows);
    expect(await store.countDelta({ table, from: atSnapshot('v1'), to: live })).toEqual({
      inserted: 1,
      updated: 2,
      deleted: 1,
    });
    expect(await unsure()).toBeNull();
  });

  test.each([
    ['drops a table', `DROP TABLE "d.t"`, 'another program dropped the table'],
    ['renames a column', `ALTER TABLE "d.t" RENAME COLUMN v TO w`, 'another program changed its columns'],
    [
      'removes a trigger and writes',
      `DROP TRIGGER _dt_bu_1; UPDATE "d.t" SET v = 'x'`,
      'another program removed its triggers, so changes may be missing',
    ],
  ])('that %s makes older snapshots unsure, with the reason', async (_, sql, reason) => {
    outside(sql);
    expect(await unsure()).toBe(reason);
    await expect(rowsOf(store, table, atSnapshot('v1'), ['id'])).rejects.toMatchObject({
      code: 'store.unsure',
      data: { snapshot: 'v1', reason },
    });
    await expect(store.countDelta({ table, from: atSnapshot('v1'), to: live })).rejects.toMatchObject({
      code: expect.stringMatching(/store\.unsure|table\.unknown/) as string,
    });
    await store.dropSnapshot('v1');
    expect(await store.snapshots()).toEqual([]);
  });

  test('replaces a row over a second unique key, which no trigger sees', async () => {
    await store.write([{ sql: 'CREATE UNIQUE INDEX uv ON d.t (v)', values: [] }]);
    outside(`INSERT OR REPLACE INTO "d.t" VALUES (9, 'a')`);
    expect(await unsure()).toBe('another program replaced rows without a trace');
    await store.createSnapshot('v2', { level: 'table', table });
    await sqlChanger(store).remove(table, { id: 9 });
    expect(await store.countDelta({ table, from: atSnapshot('v2'), to: live })).toEqual({
      inserted: 0,
      updated: 0,
      deleted: 1,
    });
    expect(await unsure('v2')).toBeNull();
  });

  test.each([
    [
      'moves a row onto another one',
      'UPDATE OR REPLACE "d.t" SET id = 1 WHERE id = 2',
      [
        [1, 'b'],
        [3, 'c'],
      ],
    ],
    [
      'replaces a row',
      `INSERT OR REPLACE INTO "d.t" VALUES (1, 'z')`,
      [
        [1, 'z'],
        [2, 'b'],
        [3, 'c'],
      ],
    ],
    [
      'moves several onto one',
      'UPDATE OR REPLACE "d.t" SET id = 7 WHERE id < 3',
      [
        [3, 'c'],
        [7, 'b'],
      ],
    ],
  ])('%s, and later snapshots count right and can be restored', async (_, sql, after) => {
    outside(sql);
    await store.createSnapshot('v2', { level: 'table', table });
    expect(await store.countRows(table, atSnapshot('v2'))).toBe(after.length);
    await sqlChanger(store).insert(table, ['id', 'v'], [[9, 'x']]);
    for (const [name, rowsThen] of [
      ['v2', after],
      ['v1', rows],
      ['v2', after],
    ] as const) {
      const preview = await store.previewRestore({ level: 'table', table }, name);
      expect(await store.restore(preview, `safe_${name}_${(await store.snapshots()).length}`)).toMatchObject({
        verified: true,
      });
      expect(await rowsOf(store, table, live, ['id', 'v'])).toEqual(rowsThen);
      expect(await store.countRows(table)).toBe(rowsThen.length);
    }
    expect(await unsure()).toBeNull();
  });

  test('left a count that is wrong, before anybody noticed: a restore counts again, and keeps what it found', async () => {
    outside(`UPDATE _dt_states SET rows = rows + 1; UPDATE "d.t" SET v = 'y' WHERE id = 1`);
    await store.restore(await store.previewRestore({ level: 'table', table }, 'v1'), 'safe');
    expect(await rowsOf(store, table, live, ['id', 'v'])).toEqual(rows);
    expect(await store.countRows(table, atSnapshot('v1'))).toBe(3);
  });

  test('a table that lost its triggers gets them back', async () => {
    outside('DROP TRIGGER _dt_ai_1; DROP TRIGGER _dt_bd_1');
    expect(await unsure()).not.toBeNull();
    await store.createSnapshot('v2', { level: 'table', table });
    outside(`INSERT INTO "d.t" VALUES (7, 'x'); DELETE FROM "d.t" WHERE id = 1`);
    expect(await store.countDelta({ table, from: atSnapshot('v2'), to: live })).toEqual({
      inserted: 1,
      updated: 0,
      deleted: 1,
    });
  });

  test('adds a column, which the table then has', async () => {
    outside(`ALTER TABLE "d.t" ADD COLUMN n INTEGER; UPDATE "d.t" SET n = 5 WHERE id = 1`);
    expect((await store.table(table)).columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id INT',
      'v VARCHAR(20)',
      'n BIGINT',
    ]);
    expect(await rowsOf(store, table, atSnapshot('v1'), ['id', 'v'])).toEqual(rows);
    await store.createSnapshot('v2', { level: 'table', table });
    outside(`UPDATE "d.t" SET n = 6 WHERE id = 1`);
    expect(await store.countDelta({ table, from: atSnapshot('v2'), to: live })).toEqual({
      inserted: 0,
      updated: 1,
      deleted: 0,
    });
    expect(await unsure()).toBeNull();
  });

  test('is noticed while the store was closed too', async () => {
    await store.close();
    outside(`DROP TABLE "d.t"; CREATE TABLE "d.t" (id INTEGER PRIMARY KEY, v TEXT)`);
    store = open();
    expect(await unsure()).not.toBeNull();
    expect(await store.countRows(table)).toBe(0);
  });

  test('spoils a restore with a trigger of its own: the restore says so, and nothing has changed', async () => {
    outside(`UPDATE "d.t" SET v = 'B' WHERE id = 2;
      CREATE TRIGGER stamp AFTER INSERT ON "d.t" BEGIN UPDATE "d.t" SET v = 'stamped' WHERE id = new.id; END`);
    const preview = await store.previewRestore({ level: 'table', table }, 'v1');
    await expect(store.restore(preview, 'safe')).rejects.toThrow('after the restore of d.t 1 rows differ');
    expect(await rowsOf(store, table, live, ['id', 'v'])).toEqual([
      [1, 'a'],
      [2, 'B'],
      [3, 'c'],
    ]);
    expect((await store.snapshots()).map(({ name }) => name)).toEqual(['v1']);
  });

  test('a view of its own is no table here, and cannot be pinned', async () => {
    outside('CREATE VIEW "d.seen" AS SELECT id FROM "d.t"');
    const seen = { level: 'table', table: { database: 'd', table: 'seen' } } as const;
    await expect(store.createSnapshot('v2', seen)).rejects.toMatchObject({ code: 'table.unknown' });
    expect((await store.snapshots()).map(({ name }) => name)).toEqual(['v1']);
  });

  test('a VACUUM keeps the rows of a table without a key apart', async () => {
    await sqlChanger(store).createTable(bag, columns, []);
    await sqlChanger(store).insert(
      bag,
      ['id', 'v'],
      [
        [1, 'x'],
        [1, 'x'],
        [2, 'y'],
        [3, null],
      ],
    );
    await sqlChanger(store).remove(bag, { id: 1 });
    await store.createSnapshot('bag_v1', { level: 'table', table: bag });
    await sqlChanger(store).update(bag, { v: 'z' }, { id: 3 });
    outside('VACUUM');
    expect(await unsure('bag_v1')).toBeNull();
    expect(await store.countDelta({ table: bag, from: atSnapshot('bag_v1'), to: live })).toEqual({
      inserted: 1,
      updated: 0,
      deleted: 1,
    });
    outside(`DROP INDEX _dt_keep_2; DELETE FROM "d.bag" WHERE id = 2; VACUUM`);
    expect(await unsure('bag_v1')).toBe('another program rebuilt the file and renumbered its rows');
  });
});
