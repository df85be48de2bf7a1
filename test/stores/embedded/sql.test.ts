/** Statements in MySQL's words on the embedded store: reads at a snapshot, writes as one transaction, changes of shape. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rowAt } from '../../../src/data/page.ts';
import type { QueryEnd, QueryRequest } from '../../../src/data/store.ts';
import type { TableName } from '../../../src/data/table.ts';
import type { Value } from '../../../src/data/value.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import type { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import type { Opened } from '../backend.ts';
import { embeddedBackend } from '../embeddedBackend.ts';
import { loadRows, rowsOf } from '../reading.ts';

const items: TableName = { database: 'shop', table: 'items' };

describe('SQL on the embedded store', () => {
  let opened: Opened;
  let store: EmbeddedStore;

  async function run(sql: string, more: Partial<QueryRequest> = {}): Promise<{ rows: Value[][]; end: QueryEnd }> {
    const rows: Value[][] = [];
    const pages = store.query({ sql, database: 'shop', ...more });
    for (;;) {
      const next = await pages.next();
      if (next.done) return { rows, end: next.value };
      for (let i = 0; i < next.value.rows; i++) rows.push(rowAt(next.value, i));
    }
  }
  const write = (...sql: string[]) => store.write(sql.map((text) => ({ sql: text, values: [] })));

  beforeEach(async () => {
    opened = await embeddedBackend.open();
    store = opened.store as EmbeddedStore;
    await run('CREATE DATABASE shop');
    await run(`CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'none', price DECIMAL(8,2),
      big BIGINT, made DATETIME, raw BLOB, UNIQUE (name))`);
    await run(
      `INSERT INTO items (name, price, big, made, raw) VALUES ('a', 1.50, 9007199254740993, '2026-01-05', x'00ff'), ('b', NULL, -5, NULL, x'')`,
    );
    await store.createSnapshot('v1', { level: 'table', table: items });
  });
  afterEach(() => opened.close());

  test('a SELECT gives values and declared types', async () => {
    const { rows, end } = await run(
      'SELECT id, name, price, big, made, raw, price * 2 AS twice FROM items ORDER BY id',
    );
    expect(rows).toEqual([
      [1, 'a', '1.50', 9007199254740993n, '2026-01-05 00:00:00', new Uint8Array([0, 255]), '3.00'],
      [2, 'b', null, -5, null, new Uint8Array([]), null],
    ]);
    expect(end).toMatchObject({ rows: 2, affected: 0 });
    expect(end.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id INT',
      'name VARCHAR(20)',
      'price DECIMAL(8,2)',
      'big BIGINT',
      'made DATETIME',
      'raw BLOB',
      'twice ',
    ]);
  });

  test('a hint reads at a snapshot, also beside the live table', async () => {
    await run(`UPDATE items SET price = 9.99 WHERE name = 'a'`);
    await run(`DELETE FROM items WHERE name = 'b'`);
    const { rows, end } = await run(
      `SELECT o.name, o.price, n.price FROM items {SNAPSHOT='v1'} o LEFT JOIN items n ON n.id = o.id ORDER BY o.id`,
    );
    expect(rows).toEqual([
      ['a', '1.50', '9.99'],
      ['b', null, null],
    ]);
    expect(end.columns[1]).toEqual({ name: 'price', type: 'DECIMAL(8,2)' });
    await expect(run(`SELECT * FROM items {SNAPSHOT='nope'}`)).rejects.toMatchObject({
      code: 'version.unknown',
      data: { snapshot: 'nope' },
    });
  });

  test('values are bound in order, bytes and large integers included', async () => {
    const values: Value[] = [2n ** 62n, new Uint8Array([1, 0, 2]), 'c'];
    const { end } = await run('INSERT INTO items (big, raw, name) VALUES (?, ?, ?)', { values });
    expect(end).toEqual({ columns: [], rows: 0, affected: 1 });
    expect((await run('SELECT big, raw, name FROM items WHERE name = ?', { values: ['c'] })).rows).toEqual([values]);
  });

  test('pages come as they are taken', async () => {
    await run('INSERT INTO items (name) SELECT CONCAT(?, result) FROM generate_series(1, 500) g', { values: ['n'] });
    const sizes: number[] = [];
    for await (const page of store.query({ sql: 'SELECT id FROM shop.items', pageRows: 200 })) sizes.push(page.rows);
    expect(sizes).toEqual([200, 200, 102]);
  });

  test('writes are one transaction, and expect guards it', async () => {
    expect(await write('UPDATE shop.items SET price = 2 WHERE id = 1', 'DELETE FROM shop.items WHERE id = 2')).toEqual([
      1, 1,
    ]);
    const guarded = [
      { sql: 'INSERT INTO shop.items (name) VALUES (?)', values: ['z'], expect: 1 },
      { sql: 'UPDATE shop.items SET price = 3 WHERE id = ? AND price = ?', values: [1, '7.00'], expect: 1 },
    ];
    await expect(store.write(guarded)).rejects.toMatchObject({ code: 'row.conflict' });
    expect(await store.countRows(items)).toBe(1);
    await expect(write(`INSERT INTO shop.items (name) VALUES ('q'), ('q')`)).rejects.toMatchObject({
      code: 'row.conflict',
      data: { table: 'shop.items' },
    });
    expect(await store.countRows(items)).toBe(1);
  });

  test.each<[string, string, object]>([
    ['SELECT * FROM nothing', 'table.unknown', { table: 'shop.nothing' }],
    ['SELECT colour FROM items', 'column.unknown', { column: 'colour' }],
    ['SELECT * FROM nowhere.items', 'database.unknown', { database: 'nowhere' }],
    ['SELEKT 1', 'sql.unsupported', {}],
    ['SELECT (1', 'sql.syntax', {}],
    ["INSERT INTO items (id, name) VALUES (1, 'x')", 'row.conflict', { table: 'shop.items' }],
    ["INSERT INTO items (name, price) VALUES ('x', 12345678)", 'value.refused', { column: 'price' }],
    ["INSERT INTO items (name, big) VALUES ('x', 'abc')", 'value.refused', { column: 'big' }],
    [`UPDATE items SET name = REPEAT('x', 300)`, 'value.refused', { column: 'name' }],
    ['INSERT INTO items (name) VALUES (NULL)', 'value.refused', { column: 'name', value: 'NULL' }],
    ['CREATE TABLE items (id INT)', 'table.exists', { table: 'shop.items' }],
    ['CREATE TABLE Items (id INT)', 'table.exists', { table: 'shop.items' }],
    ['CREATE TABLE t (d DECIMAL(39,10))', 'store.unsupported', {}],
    ['CREATE TABLE t (g GEOMETRY)', 'store.unsupported', {}],
    ['CREATE DATABASE shop', 'sql.failed', {}],
    ['USE nowhere', 'database.unknown', { database: 'nowhere' }],
    ['SELECT * FROM _dt_snapshots', 'table.unknown', {}],
    ['UPDATE _dt_meta SET value = 1', 'table.unknown', {}],
  ])('%s is refused', async (sql, code, data) => {
    await expect(run(sql)).rejects.toMatchObject({ code, data });
    expect(await store.countRows(items)).toBe(2);
  });

  test('SHOW and DESCRIBE answer as MySQL does', async () => {
    expect((await run('SHOW DATABASES')).rows).toEqual([['shop']]);
    expect((await run('SHOW TABLES')).rows).toEqual([['items']]);
    expect((await run('DESCRIBE items')).rows.slice(0, 2)).toEqual([
      ['id', 'INT', 'NO', 'PRI', null, ''],
      ['name', 'VARCHAR(20)', 'NO', 'UNI', 'none', ''],
    ]);
    expect((await run('SHOW CREATE TABLE items')).rows[0]?.[1]).toContain('`price` DECIMAL(8,2)');
  });

  test('SHOW and DESCRIBE list what a pattern or a column chooses, and refuse by name what they cannot', async () => {
    for (const sql of ['CREATE DATABASE other', 'CREATE TABLE items_old (id INT)', 'CREATE TABLE itemsXold (id INT)'])
      await run(sql);
    const named = async (sql: string): Promise<Value[]> => (await run(sql)).rows.map(([name = null]) => name);
    expect(await named("SHOW DATABASES LIKE 'sh%'")).toEqual(['shop']);
    expect((await run("SHOW TABLES LIKE 'items_old'")).end.columns[0]?.name).toBe('Tables_in_shop (items_old)');
    expect(await named("SHOW TABLES LIKE 'items_old'")).toEqual(['itemsXold', 'items_old']);
    expect(await named(String.raw`SHOW TABLES FROM shop LIKE 'items\_old'`)).toEqual(['items_old']);
    expect(await named("SHOW TABLES FROM shop LIKE 'none'")).toEqual([]);
    expect((await run("SHOW FULL TABLES LIKE 'items'")).rows).toEqual([['items', 'BASE TABLE']]);
    expect(await named("SHOW COLUMNS FROM items LIKE 'P%'")).toEqual(['price']);
    expect(await named("SHOW FIELDS IN items IN shop LIKE '%i%'")).toEqual(['id', 'price', 'big']);
    expect(await named('DESC items big')).toEqual(['big']);
    expect(await named("DESCRIBE shop.items '%a%'")).toEqual(['name', 'made', 'raw']);
    await run('ALTER TABLE items DROP COLUMN raw');
    expect(await named("DESC items {SNAPSHOT='v1'} raw")).toEqual(['raw']);
    const refused: readonly (readonly [string, string])[] = [
      ["SHOW TABLES WHERE Tables_in_shop = 'items'", 'SHOW TABLES … WHERE'],
      ["SHOW COLUMNS FROM items WHERE Field = 'id'", 'SHOW COLUMNS … WHERE'],
      ['SHOW FULL COLUMNS FROM items', 'SHOW FULL COLUMNS'],
    ];
    for (const [sql, what] of refused)
      await expect(run(sql), sql).rejects.toMatchObject({ code: 'sql.unsupported', data: { what } });
    await expect(run('SHOW TABLES FROM shop items')).rejects.toMatchObject({ code: 'sql.syntax' });
    await expect(run('DESC items id name')).rejects.toMatchObject({ code: 'sql.syntax' });
  });

  test('SHOW CREATE TABLE gives a statement that makes the same table, and DESCRIBE its defaults', async () => {
    const declared = [
      '  `id` INT NOT NULL',
      "  `v` VARCHAR(30) DEFAULT 'it''s; \"so\" \\\\'",
      '  `n` INT NOT NULL DEFAULT 7',
      '  `d` DECIMAL(9,2) DEFAULT 1.50',
      '  `w` DECIMAL(30,2) DEFAULT -12345678901234567890.50',
      '  `u` BIGINT UNSIGNED DEFAULT 18446744073709551615',
      '  `at` DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3)',
      '  `day` DATE DEFAULT CURRENT_DATE',
      '  `f` FLOAT DEFAULT 0.1',
      "  `b` BLOB DEFAULT x'00ff'",
      '  `e` DOUBLE DEFAULT 3',
      '  PRIMARY KEY (`id`)',
      '  UNIQUE KEY `n` (`n`)',
      '  UNIQUE KEY `d` (`d`, `v`)',
      '  KEY `i` (`f`)',
      '  CHECK (n > 0 AND length(v) < 20)',
      '  CONSTRAINT `cheap` CHECK (d < 100.25)',
    ].join(',\n');
    const given =
      "id INT PRIMARY KEY, v VARCHAR(30) DEFAULT 'it''s; \"so\" \\\\', n INT NOT NULL DEFAULT 7 UNIQUE, d DECIMAL(9,2) DEFAULT 1.50, w DECIMAL(30,2) DEFAULT -12345678901234567890.5, u BIGINT UNSIGNED DEFAULT 18446744073709551615, at DATETIME(3) DEFAULT NOW(), day DATE DEFAULT CURRENT_DATE, f FLOAT DEFAULT 0.1, b BLOB DEFAULT x'00ff', e DOUBLE DEFAULT (1 + 2) CHECK (n > 0 /* rows */ AND\n length(v) < 20), UNIQUE (d, v), KEY i (f), CONSTRAINT cheap CHECK (d < 100.25)";
    await run(`CREATE TABLE many (${given})`);
    const shown = async (table: string) => (await run(`SHOW CREATE TABLE ${table}`)).rows[0]?.[1];
    const text = String(await shown('many'));
    expect(text).toBe(`CREATE TABLE \`many\` (\n${declared}\n)`);
    await run(text.replace('`many`', '`again`'));
    expect(await shown('again')).toBe(text.replace('`many`', '`again`'));
    await run('CREATE TABLE alike LIKE many');
    expect(await shown('alike')).toBe(text.replace('`many`', '`alike`'));
    expect((await run('DESCRIBE many')).rows.map(([name, , , key, value]) => [name, key, value])).toEqual([
      ['id', 'PRI', null],
      ['v', '', 'it\'s; "so" \\'],
      ['n', 'UNI', '7'],
      ['d', 'MUL', '1.50'],
      ['w', '', '-12345678901234567890.50'],
      ['u', '', '18446744073709551615'],
      ['at', '', 'CURRENT_TIMESTAMP(3)'],
      ['day', '', 'CURRENT_DATE'],
      ['f', 'MUL', '0.1'],
      ['b', '', '0x00ff'],
      ['e', '', '3'],
    ]);
  });

  test.each([
    ['INSERT INTO c (p) VALUES (-1)', 'A row: it breaks the CHECK (p > 0)'],
    ['INSERT INTO c (d) VALUES (200.5)', 'A row: it breaks the CHECK cheap (d < 100.25)'],
    ["UPDATE c SET s = 'much too long'", 'A row: it breaks the CHECK (LENGTH(s) < 5)'],
    ['ALTER TABLE c DROP COLUMN d', 'The CHECK (d < 100.25) of shop.c needs "d".'],
    ['ALTER TABLE c RENAME COLUMN S TO t', 'The CHECK (LENGTH(s) < 5) of shop.c needs "S".'],
  ])('a CHECK is told as it was written: %s', async (sql, sentence) => {
    await run(
      'CREATE TABLE c (S TEXT, d DECIMAL(9,2) CONSTRAINT cheap CHECK (d < 100.25), p INT CHECK (p > 0), CHECK (LENGTH(s) < 5))',
    );
    await run("INSERT INTO c VALUES ('a', 1, 1)");
    await expect(run(sql)).rejects.toThrow(sentence);
  });

  test('a table made from a query has its columns and types', async () => {
    await run('CREATE TABLE copy AS SELECT name, price, price * 2 AS twice, 1 AS one FROM items');
    expect(
      (await store.table({ database: 'shop', table: 'copy' })).columns.map(({ name, type }) => `${name} ${type}`),
    ).toEqual(['name VARCHAR(20)', 'price DECIMAL(8,2)', 'twice DECIMAL(9,2)', 'one BIGINT']);
    expect((await run('SELECT * FROM copy ORDER BY name')).rows).toEqual([
      ['a', '1.50', '3.00', 1],
      ['b', null, null, 1],
    ]);
  });

  test.each<[string, string, number, Value[][]]>([
    ['LIKE takes the shape alone', 'CREATE TABLE copy LIKE items', 0, []],
    ['CLONE takes the rows as they are now', 'CREATE TABLE copy CLONE items', 1, [[1, 'a', '9.00']]],
    [
      'CLONE takes the rows of a snapshot',
      `CREATE TABLE copy CLONE items{SNAPSHOT = 'v1'}`,
      2,
      [
        [1, 'a', '1.50'],
        [2, 'b', null],
      ],
    ],
    ['CLONE leaves a table that is there', 'CREATE TABLE IF NOT EXISTS items CLONE items', 0, []],
  ])('%s', async (_, sql, affected, rows) => {
    await run('CREATE UNIQUE INDEX by_big ON items (big)');
    await run(`UPDATE items SET price = 9 WHERE name = 'a'`);
    await run(`DELETE FROM items WHERE name = 'b'`);
    await run('ALTER TABLE items ADD COLUMN late INT');
    expect((await run(sql)).end.affected).toBe(affected);
    if (sql.includes('IF NOT EXISTS')) return expect(await store.countRows(items)).toBe(1);
    const copy = await store.table({ database: 'shop', table: 'copy' });
    expect(copy.key).toEqual(['id']);
    expect(copy.columns.some(({ name }) => name === 'late')).toBe(!sql.includes('SNAPSHOT'));
    expect((await run('SELECT id, name, price FROM copy ORDER BY id')).rows).toEqual(rows);
    await run(`INSERT INTO copy (id, name) VALUES (7, 'new')`);
    await expect(run(`INSERT INTO copy (name) VALUES ('new')`)).rejects.toMatchObject({ code: 'row.conflict' });
    expect(await store.countRows(items)).toBe(1);
  });

  test('the widest table that is taken can be pinned, loaded again and compared', async () => {
    const wide: TableName = { database: 'shop', table: 'wide' };
    const columns = Array.from({ length: 990 }, (_, i) => ({ name: `c${i}`, type: 'INT', nullable: true }));
    const rowOf = (last: number): number[] => columns.map((_, i) => (i === 989 ? last : i));
    const load = (last: number, more: typeof columns = []) =>
      loadRows(store, wide, [...columns, ...more], ['c0'], [[...rowOf(last), ...more.map(() => 0)]]);
    await load(1);
    await store.createSnapshot('w1', { level: 'table', table: wide });
    expect(await load(2)).toMatchObject({ updated: 1 });
    expect(await store.countDelta({ table: wide, from: atSnapshot('w1'), to: live })).toMatchObject({ updated: 1 });
    const delta = store.readDelta({
      table: wide,
      from: atSnapshot('w1'),
      to: live,
      columns: columns.map(({ name }) => name),
    });
    expect((await delta.next()).value).toMatchObject({ rows: 1 });
    await run('DROP TABLE wide');
    const sentence = 'shop.wide would have 991 columns, and the embedded store compares versions of at most 990.';
    await expect(load(1, [{ name: 'more', type: 'INT', nullable: true }])).rejects.toThrow(sentence);
    await expect(
      run(`CREATE TABLE wide (${Array.from({ length: 991 }, (_, i) => `c${i} INT`).join(', ')})`),
    ).rejects.toThrow(sentence);
  });

  test('a table that was never there is at fault, not the snapshot', async () => {
    const nothing: TableName = { database: 'shop', table: 'item' };
    await expect(store.countDelta({ table: nothing, from: atSnapshot('v1'), to: live })).rejects.toMatchObject({
      code: 'table.unknown',
      data: { table: 'shop.item', near: 'shop.items' },
    });
  });

  test('CLONE reads a snapshot of a table that was dropped, emptied or changed in shape since', async () => {
    await run('CREATE INDEX by_big ON items (big)');
    const then = await rowsOf(store, items, atSnapshot('v1'), ['id', 'name', 'big', 'raw']);
    await expect(run('ALTER TABLE items DROP COLUMN big')).rejects.toMatchObject({
      code: 'store.unsupported',
      data: { what: 'The index "by_big" of shop.items needs "big".' },
    });
    await run('ALTER TABLE items DROP COLUMN raw');
    await run(`CREATE TABLE a CLONE items{SNAPSHOT = 'v1'}`);
    await run('TRUNCATE TABLE items');
    await run(`CREATE TABLE b CLONE items{SNAPSHOT = 'v1'}`);
    await run('DROP TABLE items');
    await run(`CREATE TABLE c CLONE items{SNAPSHOT = 'v1'}`);
    for (const table of ['a', 'b', 'c'])
      expect(await rowsOf(store, { database: 'shop', table }, live, ['id', 'name', 'big', 'raw'])).toEqual(then);
  });

  test('defaults, unique keys and indexes outlive TRUNCATE and RESTORE', async () => {
    await run('CREATE INDEX by_price ON items (price)');
    await run('TRUNCATE TABLE items');
    await run(`INSERT INTO items (price) VALUES (4)`);
    expect((await run('SELECT name FROM items')).rows).toEqual([['none']]);
    const target = { level: 'table', table: items } as const;
    await store.restore(await store.previewRestore(target, 'v1'), 'safe');
    await expect(run(`INSERT INTO items (name) VALUES ('a')`)).rejects.toMatchObject({ code: 'row.conflict' });
    await run(`INSERT INTO items (price) VALUES (4)`);
    expect((await run('SELECT id, name FROM items WHERE price = 4')).rows).toEqual([[3, 'none']]);
    await run('DROP INDEX by_price ON items');
    await run('DROP TABLE items');
    await store.restore(await store.previewRestore(target, 'v1'), 'safe_2');
    await expect(run(`INSERT INTO items (name) VALUES ('a')`)).rejects.toMatchObject({ code: 'row.conflict' });
    expect(await rowsOf(store, items, live, ['id', 'name', 'price', 'big', 'made', 'raw'])).toEqual(
      await rowsOf(store, items, atSnapshot('v1'), ['id', 'name', 'price', 'big', 'made', 'raw']),
    );
  });

  test('DELETE without a condition keeps every version and says how many rows went', async () => {
    expect(await write('DELETE FROM shop.items')).toEqual([2]);
    expect(await store.countDelta({ table: items, from: atSnapshot('v1'), to: live })).toEqual({
      inserted: 0,
      updated: 0,
      deleted: 2,
    });
    expect(await rowsOf(store, items, atSnapshot('v1'), ['id'])).toEqual([[1], [2]]);
  });

  test('REPLACE and ON DUPLICATE KEY UPDATE reach the log whole', async () => {
    await run(`REPLACE INTO items (id, name) VALUES (7, 'a')`);
    await run(`INSERT INTO items (id, name) VALUES (2, 'x') ON DUPLICATE KEY UPDATE name = 'c'`);
    expect(await rowsOf(store, items, atSnapshot('v1'), ['id', 'name'])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(await store.countDelta({ table: items, from: atSnapshot('v1'), to: live })).toEqual({
      inserted: 1,
      updated: 1,
      deleted: 1,
    });
  });

  test('the first column of a table without a key can go, and its rows keep their numbers', async () => {
    const bag: TableName = { database: 'shop', table: 'bag' };
    await write('CREATE TABLE shop.bag (a INT, b INT)', 'INSERT INTO shop.bag VALUES (1, 10), (2, 20)');
    await write('ALTER TABLE shop.bag DROP COLUMN a', 'DELETE FROM shop.bag WHERE b = 10');
    await store.createSnapshot('bag_v1', { level: 'table', table: bag });
    await store.compact();
    await write('INSERT INTO shop.bag VALUES (30)');
    expect(await store.countDelta({ table: bag, from: atSnapshot('bag_v1'), to: live })).toEqual({
      inserted: 1,
      updated: 0,
      deleted: 0,
    });
    expect((await store.snapshots()).map(({ unsure }) => unsure)).toEqual([null, null]);
  });

  test('a dropped database keeps its snapshots, and comes back', async () => {
    await store.createSnapshot('all', { level: 'database', database: 'shop' });
    await run('DROP DATABASE shop');
    expect(await store.databases()).toEqual([]);
    expect(await rowsOf(store, items, atSnapshot('v1'), ['name'])).toEqual([['a'], ['b']]);
    await store.restore(await store.previewRestore({ level: 'database', database: 'shop' }, 'all'), 'safe');
    expect(await rowsOf(store, items, live, ['name'])).toEqual([['a'], ['b']]);
  });
});
