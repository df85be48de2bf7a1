// Restores that meet what happened to the shape of a table meanwhile: right, or refused in our words.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../embeddedBackend.ts';
import { rowsOf } from '../reading.ts';

const table = { database: 'q', table: 't' };

describe('a restore', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let store: EmbeddedStore;
  const run = async (...statements: string[]): Promise<void> => {
    for (const sql of statements) await store.write([{ sql, values: [] }]);
  };
  const restore = async (name: string, to: string, safety = 'safe'): Promise<unknown> => {
    const target = { level: 'table', table: { database: 'q', table: name } } as const;
    return store.restore(await store.previewRestore(target, to), safety);
  };
  const shown = async (): Promise<string> => {
    for await (const page of store.query({ sql: 'SHOW CREATE TABLE q.t' })) {
      const text = page.cells[1];
      if (text?.kind === 'text') return text.values[0] ?? '';
    }
    return '';
  };

  beforeEach(() => {
    folder = scratchFolder();
    store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  test('to before a column was added and indexed: the column is not there, nor its index; the others are', async () => {
    await run('CREATE DATABASE q', 'CREATE TABLE q.t (id INT PRIMARY KEY, v TEXT)', 'CREATE INDEX kept ON q.t (v)');
    await run(`INSERT INTO q.t VALUES (1, 'a')`);
    await store.createSnapshot('v1', { level: 'table', table });
    await run(
      'ALTER TABLE q.t ADD COLUMN x INT',
      'CREATE INDEX ix ON q.t (x)',
      'CREATE UNIQUE INDEX two ON q.t (v, x)',
    );
    await restore('t', 'v1');
    expect(await rowsOf(store, table, live, ['id', 'v'])).toEqual([[1, 'a']]);
    expect(await shown()).toBe(
      'CREATE TABLE `t` (\n  `id` INT NOT NULL,\n  `v` TEXT,\n  PRIMARY KEY (`id`),\n  KEY `kept` (`v`)\n)',
    );
    await restore('t', 'safe', 'safe2');
    expect(await shown()).toContain('UNIQUE KEY `two` (`v`, `x`)');
  });

  test('keeps the defaults, checks and unique constraints of a table that it makes again', async () => {
    await run('CREATE DATABASE q');
    await run(
      `CREATE TABLE q.t (id INT PRIMARY KEY, v VARCHAR(30) DEFAULT 'it''s; "so"', n INT NOT NULL DEFAULT 7 UNIQUE, d DECIMAL(9,2) DEFAULT 1.50, at DATETIME DEFAULT CURRENT_TIMESTAMP, b BLOB, CHECK (n > 0 AND length(v) < 20))`,
    );
    await run('INSERT INTO q.t (id) VALUES (1)');
    await store.createSnapshot('v1', { level: 'table', table });
    await run('DROP TABLE q.t');
    await restore('t', 'v1');
    await run('INSERT INTO q.t (id, n) VALUES (2, 8)');
    expect(await rowsOf(store, table, live, ['id', 'v', 'n', 'd'])).toEqual([
      [1, `it's; "so"`, 7, '1.50'],
      [2, `it's; "so"`, 8, '1.50'],
    ]);
    await expect(run('INSERT INTO q.t (id, n) VALUES (3, 8)')).rejects.toMatchObject({ code: 'row.conflict' });
    await expect(run('INSERT INTO q.t (id, n) VALUES (3, -1)')).rejects.toMatchObject({ code: 'row.conflict' });
  });

  test('of a table whose name is taken in other letters is refused, by both names', async () => {
    await run('CREATE DATABASE q', 'CREATE TABLE q.T (id INT PRIMARY KEY)', 'INSERT INTO q.T VALUES (1)');
    await store.createSnapshot('v1', { level: 'table', table: { database: 'q', table: 'T' } });
    await store.createSnapshot('all1', { level: 'database', database: 'q' });
    await run('DROP TABLE q.T', 'CREATE TABLE q.t (id INT PRIMARY KEY)');
    await expect(restore('T', 'v1')).rejects.toThrow(
      'The table "q.t" exists already. q.T would be the same name here, as capital letters make no difference. Rename or drop that one first.',
    );
    expect((await store.snapshots()).map(({ name }) => name)).toEqual(['all1', 'v1']);
    // The whole database has room for it: q.t was not in it.
    const target = { level: 'database', database: 'q' } as const;
    await store.restore(await store.previewRestore(target, 'all1'), 'safe');
    expect(await rowsOf(store, { database: 'q', table: 'T' }, live, ['id'])).toEqual([[1]]);
    expect(await rowsOf(store, table, atSnapshot('safe'), ['id'])).toEqual([]);
  });

  test('rows put back by their key: a value that does not fit, or that another row has, stops all of it', async () => {
    await run('CREATE DATABASE q', 'CREATE TABLE q.t (id INT PRIMARY KEY, v VARCHAR(5) NOT NULL, d DECIMAL(4,1))');
    await run('CREATE UNIQUE INDEX one ON q.t (v)', `INSERT INTO q.t VALUES (1, 'a', 1.5), (2, 'b', NULL)`);
    const edit = (second: readonly (string | number | null)[]) =>
      store.editRows({
        table,
        columns: ['id', 'v', 'd'],
        edits: [
          { now: [1, 'a', '1.5'], wanted: [1, 'b', '2.0'] },
          { now: [2, 'b', null], wanted: second },
        ],
        safetySnapshot: 'safe',
      });
    await expect(edit([2, 'a', 'two'])).rejects.toMatchObject({ code: 'value.refused' });
    await expect(edit([2, null, null])).rejects.toMatchObject({ code: 'value.refused' });
    await expect(edit([2, 'b', null])).rejects.toMatchObject({ code: 'row.conflict' });
    expect(await store.snapshots()).toEqual([]);
    expect(await rowsOf(store, table, live, ['id', 'v', 'd'])).toEqual([
      [1, 'a', '1.5'],
      [2, 'b', null],
    ]);
    await edit([2, 'a', null]);
    expect(await rowsOf(store, table, live, ['id', 'v', 'd'])).toEqual([
      [1, 'b', '2.0'],
      [2, 'a', null],
    ]);
  });
});
