/**
 * The store on recorded answers of a live server: what it makes of them, and the exact statements that it sends for them.
 * How to record anew: see `replay/withServer.ts`.
 */
import { expect, test } from 'vitest';
import { rowAt } from '../../../src/data/page.ts';
import type { QueryEnd } from '../../../src/data/store.ts';
import type { Value } from '../../../src/data/value.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { MatrixoneStore, type StoreOptions } from '../../../src/stores/matrixone/store.ts';
import { failure, loadRows, rowsOf } from '../reading.ts';
import { optionsAt } from './liveServer.ts';
import { load } from './replay/recording.ts';
import { withServer } from './replay/withServer.ts';

const account = 'deltatrain_sql';
const table = { database: 'shop', table: 'items' };
const columns = [
  { name: 'id', type: 'BIGINT', nullable: false },
  { name: 'kind', type: "ENUM('a','b')", nullable: true },
  { name: 'price', type: 'DECIMAL(10,2)', nullable: true },
];

async function asked(store: MatrixoneStore, sql: string): Promise<{ rows: Value[][]; end: QueryEnd }> {
  const rows: Value[][] = [];
  const pages = store.query({ sql, database: 'shop' });
  for (;;) {
    const next = await pages.next();
    if (next.done) return { rows, end: next.value };
    for (let i = 0; i < next.value.rows; i++) rows.push(rowAt(next.value, i));
  }
}

/** An account of its own, so that its listings are the same wherever they are recorded. */
async function inAccount(
  name: string,
  scenario: (open: (user: string, more?: Partial<StoreOptions>) => Promise<MatrixoneStore>) => Promise<void>,
) {
  await withServer(name, async (url) => {
    const open = (user: string, more: Partial<StoreOptions> = {}): Promise<MatrixoneStore> =>
      MatrixoneStore.open({ ...optionsAt(url), user, password: '111', readOnly: false, ...more });
    const root = await open('root');
    await root.write([{ sql: `DROP ACCOUNT IF EXISTS ${account}`, values: [] }]);
    await root.write([{ sql: `CREATE ACCOUNT ${account} ADMIN_NAME 'admin' IDENTIFIED BY '111'`, values: [] }]);
    try {
      await scenario((user, more) => open(`${account}:${user}`, more));
    } finally {
      await root.write([{ sql: `DROP ACCOUNT ${account}`, values: [] }]);
      await root.close();
    }
  });
}

test('a load, its rows by hash, a second load, a snapshot and a transaction', async () => {
  await inAccount('store', async (open) => {
    const store = await open('admin');
    const rows: Value[][] = [
      [1, 'a', '1.50'],
      [2, null, null],
    ];
    expect(await loadRows(store, table, columns, ['id'], rows)).toMatchObject({ inserted: 2, created: true });
    const pinned = await store.createSnapshot('items_v1', { level: 'table', table });
    expect(await store.snapshots()).toEqual([pinned]);
    const next = [
      [2, 'b', '2.00'],
      [3, 'a', '3.00'],
    ];
    expect(
      await loadRows(store, table, columns, [], next, { mode: 'sync', safetySnapshot: 'items_safe', maxDeletes: null }),
    ).toMatchObject({ inserted: 1, updated: 1, deleted: 1, unchanged: 0 });
    const order = { order: 'hash', salt: 's', sample: { salt: 'x', share: 0.5 } } as const;
    expect((await rowsOf(store, table, atSnapshot('items_v1'), ['id'], order)).length).toBeLessThanOrEqual(2);
    expect(await rowsOf(store, table, atSnapshot('items_v1'), ['id', 'price'])).toEqual([
      [1, '1.50'],
      [2, null],
    ]);
    const failing = store.write([
      { sql: 'UPDATE shop.items SET price = ? WHERE id = ?', values: ['9.00', 2], expect: 1 },
      { sql: 'DELETE FROM shop.items WHERE id = ?', values: [99], expect: 1 },
    ]);
    await expect(failing).rejects.toMatchObject(failure('row.conflict'));
    expect(await rowsOf(store, table, live, ['id', 'price'])).toEqual([
      [2, '2.00'],
      [3, '3.00'],
    ]);
    await store.dropSnapshot('items_v1');
    await expect(store.dropSnapshot('items_saf')).rejects.toMatchObject(
      failure('version.unknown', { snapshot: 'items_saf', near: 'items_safe' }),
    );
    await store.close();
  });
  const sent = load('own/store').exchanges.map(({ sql }) => sql.replace(/\/\*\d{19}\*\//g, '/*time*/'));
  expect(sent).toEqual(expect.arrayContaining(goldens));
});

const goldens = [
  'CREATE DATABASE `shop`',
  'CREATE TEMPORARY TABLE `shop`.`__dt_load` (n BIGINT, line BIGINT, c0 BIGINT, c1 TEXT, c2 DECIMAL(10,2))',
  String.raw`LOAD DATA LOCAL INFILE 'deltatrain' INTO TABLE ${'`shop`.`__dt_load`'} FIELDS TERMINATED BY ',' ENCLOSED BY '"' ESCAPED BY '\\' LINES TERMINATED BY '\n'`,
  'SELECT 1 FROM `shop`.`__dt_load` GROUP BY c0 HAVING COUNT(*) > 1 LIMIT 1',
  'BEGIN',
  "CREATE TABLE `shop`.`items` (`id` BIGINT NOT NULL, `kind` ENUM('a','b'), `price` DECIMAL(10,2), PRIMARY KEY (`id`))",
  'INSERT INTO `shop`.`items` (`id`, `kind`, `price`) SELECT s.c0, s.c1, s.c2 FROM `shop`.`__dt_load` s',
  'COMMIT',
  'CREATE SNAPSHOT items_v1 FOR TABLE `shop` `items`',
  "SELECT sname, ts, level, account_name, database_name, table_name, obj_id FROM mo_catalog.mo_snapshots WHERE sname = 'items_v1' ORDER BY ts DESC",
  "SELECT COUNT(*) FROM `shop`.`items`{SNAPSHOT='items_v1'}/*time*/",
  'DELETE x FROM `shop`.`items` x LEFT JOIN `shop`.`__dt_load` s ON x.`id` = s.c0 WHERE s.n IS NULL',
  'INSERT INTO `shop`.`items` (`id`, `kind`, `price`) SELECT s.c0, s.c1, s.c2 FROM `shop`.`__dt_load` s JOIN `shop`.`items` x ON x.`id` = s.c0 WHERE NOT (CAST(x.`kind` AS CHAR) <=> s.c1 AND x.`price` <=> s.c2) ON DUPLICATE KEY UPDATE `kind` = VALUES(`kind`), `price` = VALUES(`price`)',
  'INSERT INTO `shop`.`items` (`id`, `kind`, `price`) SELECT s.c0, s.c1, s.c2 FROM `shop`.`__dt_load` s LEFT JOIN `shop`.`items` x ON x.`id` = s.c0 WHERE x.`id` IS NULL',
  "SELECT `id` FROM `shop`.`items`{SNAPSHOT='items_v1'}/*time*/ WHERE MD5(CONCAT('x:', CAST(`id` AS CHAR))) < '80000000000000000000000000000000' ORDER BY MD5(CONCAT('s:', CAST(`id` AS CHAR))), `id`",
  "SELECT `id`, `price` FROM `shop`.`items`{SNAPSHOT='items_v1'}/*time*/ ORDER BY `id`",
  "UPDATE shop.items SET price = '9.00' WHERE id = 2",
  'ROLLBACK',
  'DROP SNAPSHOT `items_v1`',
];

test('statements of a user, one at a time, on a connection that keeps his transaction', async () => {
  await inAccount('query', async (open) => {
    const store = await open('admin');
    await asked(store, 'CREATE DATABASE shop');
    await asked(store, 'CREATE TABLE parents (id INT PRIMARY KEY, made DATETIME(3), raw BLOB)');
    await asked(store, 'CREATE TABLE children (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parents(id))');
    const inserted = await asked(store, "INSERT INTO parents VALUES (1, '2020-01-02', X'00FF'), (2, NULL, NULL)");
    expect(inserted.end).toEqual({ columns: [], rows: 0, affected: 2 });
    const before = await store.changeCount();
    for (const sql of ['BEGIN', 'DELETE FROM parents WHERE id = 2', 'ROLLBACK']) await asked(store, sql);
    expect(await store.changeCount()).toBe(before + 1);
    const { rows, end } = await asked(store, 'SELECT id, made, raw, id / 2 AS half FROM parents ORDER BY id');
    expect(rows).toEqual([
      [1, '2020-01-02 00:00:00.000', new Uint8Array([0, 255]), 0.5],
      [2, null, null, 1],
    ]);
    expect(end.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id INT',
      'made DATETIME(3)',
      'raw BLOB',
      'half DOUBLE',
    ]);
    expect((await store.tables('shop')).map(({ name, referencedBy }) => [name.table, referencedBy])).toEqual([
      ['children', undefined],
      ['parents', ['shop.children']],
    ]);
    await asked(store, 'CREATE SNAPSHOT shop_v1 FOR DATABASE shop');
    await expect(asked(store, "RESTORE TABLE shop.parents {SNAPSHOT = 'shop_v1'}")).rejects.toMatchObject(
      failure('restore.referenced', { table: 'shop.parents', by: 'shop.children' }),
    );
    await asked(store, 'CREATE TABLE kinds (id INT PRIMARY KEY, kind YEAR)');
    for (const sql of [
      "DATA BRANCH DIFF kinds AGAINST kinds{SNAPSHOT='shop_v1'} OUTPUT SUMMARY",
      'DATA BRANCH MERGE kinds INTO shop.parents',
      'DATA BRANCH PICK parents INTO kinds KEYS (1)',
    ])
      await expect(asked(store, sql)).rejects.toMatchObject(failure('delta.impossible', { table: 'shop.kinds' }));
    await expect(asked(store, 'SELECT * FROM parent')).rejects.toMatchObject(failure('table.unknown'));
    await store.close();
  });
});

test('a role that may only read one table can name a snapshot, and reads at it', async () => {
  await inAccount('reader', async (open) => {
    const admin = await open('admin');
    await loadRows(admin, table, columns, ['price', 'id'], [[1, 'a', '1.50']]);
    await admin.createSnapshot('items_v1', { level: 'table', table });
    for (const sql of [
      'ALTER TABLE shop.items ADD COLUMN late INT',
      'CREATE ROLE reader',
      "CREATE USER low IDENTIFIED BY '111' DEFAULT ROLE reader",
      'GRANT SELECT ON TABLE shop.items TO reader',
      'GRANT CONNECT ON ACCOUNT * TO reader',
      'GRANT reader TO low',
    ])
      await admin.write([{ sql, values: [] }]);
    const store = await open('low');
    await expect(store.snapshots()).rejects.toMatchObject(failure('version.unlistable'));
    expect(await store.findSnapshot('items_v1', table)).toEqual({
      name: 'items_v1',
      level: 'table',
      ...table,
      createdAt: '',
      tables: null,
      unsure: null,
    });
    expect(await store.findSnapshot('items_v2', table)).toBeNull();
    const then = await store.table(table, atSnapshot('items_v1'));
    expect(then).toMatchObject({ id: '', key: ['price', 'id'] });
    expect(then.columns.map(({ name }) => name)).toEqual(['id', 'kind', 'price']);
    expect(await rowsOf(store, table, atSnapshot('items_v1'), ['id'])).toEqual([[1]]);
    await expect(store.table(table, atSnapshot('items_v2'))).rejects.toMatchObject(
      failure('version.unknown', { snapshot: 'items_v2' }),
    );
    expect([await store.recoveryWindows(), await store.branches()]).toEqual([[], []]);
    await expect(store.createSnapshot('mine', { level: 'table', table })).rejects.toMatchObject(
      failure('permission.missing'),
    );
    await store.close();
    await admin.close();
  });
});

test('levels, recovery windows and names that only a database can pin', async () => {
  await inAccount('levels', async (open) => {
    const store = await open('admin');
    const odd = { database: 'shop', table: 'two words' };
    await loadRows(store, odd, columns.slice(0, 1), ['id'], [[1]]);
    await expect(store.createSnapshot('odd_v1', { level: 'table', table: odd })).rejects.toMatchObject(
      failure('store.unsupported', { hint: 'Pin the whole database: CREATE SNAPSHOT odd_v1 FOR DATABASE shop.' }),
    );
    const ofDatabase = await store.createSnapshot('shop_v1', { level: 'database', database: 'shop' });
    expect(ofDatabase.tables).toMatchObject([{ ...odd, rows: 1 }]);
    const ofAccount = await store.createSnapshot('all_v1', { level: 'account', account: null });
    expect(ofAccount).toMatchObject({ level: 'account', database: null, table: null, tables: [{ ...odd, rows: 1 }] });
    await expect(store.createSnapshot('every_v1', { level: 'cluster' })).rejects.toMatchObject(
      failure('version.otherAccount'),
    );
    expect(await store.snapshots()).toEqual([ofAccount, ofDatabase]);
    expect(await store.findSnapshot('all_v1', odd)).toEqual(ofAccount);
    expect(await store.findSnapshot('all_v1', table)).toBeNull();
    expect(await rowsOf(store, odd, atSnapshot('all_v1'), ['id'])).toEqual([[1]]);
    await store.write([{ sql: "CREATE PITR daily FOR DATABASE shop RANGE 2 'd'", values: [] }]);
    expect(await store.recoveryWindows()).toMatchObject([
      { name: 'daily', level: 'database', database: 'shop', table: null, length: '2 d' },
    ]);
    await store.write([{ sql: 'DROP PITR daily', values: [] }]);
    for (const name of ['shop_v1', 'all_v1']) await store.dropSnapshot(name);
    await expect(store.compact()).rejects.toMatchObject(failure('store.unsupported'));
    await store.close();
  });
});

test('a read-only connection sends nothing that could change anything, and says what it is', async () => {
  await inAccount('readonly', async (open) => {
    const admin = await open('admin');
    await loadRows(admin, table, columns, ['id'], [[1, 'a', '1.50']]);
    await admin.close();
    const store = await open('admin', { readOnly: true, tls: 'preferred' });
    const refusals: (() => Promise<unknown>)[] = [
      () => store.write([{ sql: 'DELETE FROM shop.items', values: [] }]),
      () => store.createSnapshot('items_v1', { level: 'table', table }),
      () => store.dropSnapshot('items_v1'),
      () => loadRows(store, table, columns, ['id'], [[2, 'a', '1.50']]),
      ...[
        'DELETE FROM items WHERE id = 1',
        'CREATE SNAPSHOT items_v1 FOR TABLE shop items',
        'DROP TABLE items',
        'SET GLOBAL autocommit = 0',
        "SELECT * FROM items INTO OUTFILE 'x'",
        'CALL something()',
      ].map((sql) => () => asked(store, sql)),
    ];
    for (const refused of refusals) await expect(refused()).rejects.toMatchObject(failure('store.readOnly'));
    expect((await asked(store, 'SELECT id FROM items')).rows).toEqual([[1]]);
    expect(await store.changeCount()).toBe(0);
    const facts = await store.facts();
    expect(facts.limits).toEqual(['DATA BRANCH DIFF has no OUTPUT AS.']);
    expect(facts).toMatchObject({
      kind: 'matrixone',
      engine: 'MatrixOne 4.1.4',
      release: '4.1.4',
      readOnly: true,
      seesOthers: false,
    });
    await store.close();
  });
});
