// A database of many tables: pinned and restored in a time that grows as the tables do, with the same log as a table by itself.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../embeddedBackend.ts';
import { rowsOf } from '../reading.ts';

const database = { level: 'database', database: 'many' } as const;

/** Processor milliseconds: what other programs do meanwhile does not count. */
async function spent(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('a database of many tables', () => {
  let folder: ReturnType<typeof scratchFolder>;
  const stores: EmbeddedStore[] = [];

  beforeEach(() => {
    folder = scratchFolder();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    folder.remove();
  });

  const open = (name: string): EmbeddedStore => {
    const store = EmbeddedStore.open({ path: join(folder.path, name), readOnly: false, create: true });
    stores.push(store);
    return store;
  };

  async function filled(name: string, tables: number): Promise<EmbeddedStore> {
    const store = open(name);
    await store.write([
      { sql: 'CREATE DATABASE many', values: [] },
      ...Array.from({ length: tables }, (_, i) => [
        { sql: `CREATE TABLE many.t${i} (id BIGINT PRIMARY KEY, x DOUBLE, y VARCHAR(20))`, values: [] },
        { sql: `INSERT INTO many.t${i} VALUES (1, 1.5, 'a'), (2, 2.5, 'b')`, values: [] },
      ]).flat(),
    ]);
    return store;
  }

  const change = (store: EmbeddedStore, tables: number): Promise<unknown> =>
    store.write(
      Array.from({ length: tables }, (_, i) => ({ sql: `UPDATE many.t${i} SET x = x + 1 WHERE id = 1`, values: [] })),
    );

  const restore = async (store: EmbeddedStore, to: string, safety: string): Promise<unknown> =>
    store.restore(await store.previewRestore(database, to), safety);

  /** What its first snapshot takes, a restore of all of it, and one of tables that were dropped. */
  async function measure(name: string, tables: number): Promise<{ pin: number; restore: number; dropped: number }> {
    const store = await filled(name, tables);
    const pin = await spent(() => store.createSnapshot('v1', database));
    await change(store, tables);
    const changed = await spent(() => restore(store, 'v1', 'safe'));
    const drops = Array.from({ length: tables / 10 }, (_, i) => ({ sql: `DROP TABLE many.t${i}`, values: [] }));
    await store.write(drops);
    return { pin, restore: changed, dropped: await spent(() => restore(store, 'v1', 'safe2')) };
  }

  test('is pinned and restored in a time that grows as the tables do, and not as their square', async () => {
    await measure('warm.db', 30);
    // In turns, as a machine that is busy for a while is busy for both; and the calmest turn counts.
    const turns: { pin: number; restore: number; dropped: number }[] = [];
    for (const turn of ['a', 'b', 'c']) {
      const few = await measure(`100${turn}.db`, 100);
      const many = await measure(`400${turn}.db`, 400);
      const { pin, restore: changed, dropped } = few;
      turns.push({ pin: many.pin / pin, restore: many.restore / changed, dropped: many.dropped / dropped });
    }
    // Four times the tables: some four times as long. It was nine times and more for the first snapshot.
    expect(Math.min(...turns.map((turn) => turn.pin))).toBeLessThan(7);
    expect(Math.min(...turns.map((turn) => turn.restore))).toBeLessThan(7);
    expect(Math.min(...turns.map((turn) => turn.dropped))).toBeLessThan(7);
  });

  test('has the log and the triggers that a table has that is pinned alone', async () => {
    const tables = 12;
    const texts = async (name: string, pin: (store: EmbeddedStore) => Promise<void>): Promise<unknown[]> => {
      const store = await filled(name, tables);
      await pin(store);
      const bare = new DatabaseSync(join(folder.path, name), { readOnly: true });
      const found = bare.prepare(
        `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name GLOB '_dt_*_[0-9]*' ORDER BY name`,
      );
      const rows = found.all();
      bare.close();
      return rows;
    };
    const together = await texts('together.db', async (store) => {
      await store.createSnapshot('v1', database);
    });
    const alone = await texts('alone.db', async (store) => {
      for (let i = 0; i < tables; i++)
        await store.createSnapshot(`v${i}`, { level: 'table', table: { database: 'many', table: `t${i}` } });
    });
    expect(together.length).toBeGreaterThan(tables * 7);
    expect(together).toEqual(alone);
  });

  test('is followed by every window and by every other program from then on', async () => {
    const store = await filled('shared.db', 12);
    const other = open('shared.db');
    await other.countRows({ database: 'many', table: 't3' });
    await store.createSnapshot('v1', database);
    await other.write([{ sql: 'UPDATE many.t3 SET x = 9 WHERE id = 2', values: [] }]);
    const bare = new DatabaseSync(join(folder.path, 'shared.db'));
    bare.exec(`DELETE FROM "many.t4" WHERE id = 1`);
    bare.close();
    expect(await rowsOf(store, { database: 'many', table: 't3' }, atSnapshot('v1'), ['id', 'x'])).toEqual([
      [1, 1.5],
      [2, 2.5],
    ]);
    await restore(store, 'v1', 'safe');
    expect(await rowsOf(other, { database: 'many', table: 't4' }, live, ['id'])).toEqual([[1], [2]]);
  });

  test('keeps the rows, the row numbers and the index of a table that is dropped, and gives them back', async () => {
    const store = await filled('dropped.db', 90);
    await store.write([
      { sql: 'CREATE TABLE many.keyless (a BIGINT, b TEXT)', values: [] },
      { sql: `INSERT INTO many.keyless VALUES (1, 'x'), (2, 'y'), (3, 'z'), (3, 'z')`, values: [] },
      { sql: 'DELETE FROM many.keyless WHERE a = 1', values: [] },
      { sql: 'CREATE INDEX ix ON many.t5 (y)', values: [] },
    ]);
    await store.createSnapshot('v1', database);
    await store.write([{ sql: `UPDATE many.keyless SET b = 'new' WHERE a = 2`, values: [] }]);
    await store.write(['keyless', 't5', 't6'].map((name) => ({ sql: `DROP TABLE many.${name}`, values: [] })));
    await store.compact();
    const keyless = { database: 'many', table: 'keyless' };
    expect(await rowsOf(store, keyless, atSnapshot('v1'), ['a', 'b'])).toEqual([
      [2, 'y'],
      [3, 'z'],
      [3, 'z'],
    ]);
    await restore(store, 'v1', 'safe');
    expect(await rowsOf(store, keyless, live, ['a', 'b'])).toHaveLength(3);
    const bare = new DatabaseSync(join(folder.path, 'dropped.db'), { readOnly: true });
    expect(bare.prepare(`SELECT name FROM sqlite_schema WHERE tbl_name = 'many.t5' AND type = 'index'`).all()).toEqual([
      { name: 'many.t5.ix' },
    ]);
    expect(bare.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name GLOB '_dt_old_*'`).get()).toEqual({ n: 3 });
    bare.close();
  });

  test('puts a table aside whose rows do not fit its own definition, as another program can have left it', async () => {
    const store = await filled('odd.db', 90);
    await store.createSnapshot('v1', database);
    const bare = new DatabaseSync(join(folder.path, 'odd.db'));
    bare.exec('PRAGMA ignore_check_constraints = ON');
    bare.exec(`UPDATE "many.t7" SET y = 'longer than twenty letters are' WHERE id = 1`);
    bare.close();
    await store.write([{ sql: 'DROP TABLE many.t7', values: [] }]);
    await restore(store, 'v1', 'safe');
    expect(await rowsOf(store, { database: 'many', table: 't7' }, live, ['id', 'y'])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });
});
