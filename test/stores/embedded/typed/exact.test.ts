// Exact numbers through every operation: DECIMALs of up to 38 digits and whole numbers of 64 bits without a sign.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rowAt } from '../../../../src/data/page.ts';
import type { Value } from '../../../../src/data/value.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { deltaOf, hashesOf, loadRows, rowsOf } from '../../reading.ts';

let folder: ReturnType<typeof scratchFolder>;
let store: EmbeddedStore;
beforeEach(async () => {
  folder = scratchFolder();
  store = EmbeddedStore.open({ path: join(folder.path, 'store.db'), readOnly: false, create: true });
  await run('CREATE DATABASE d');
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

async function run(sql: string, values: readonly Value[] = []): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of store.query({ sql, database: 'd', values }))
    for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return rows;
}
const all = async (sql: string): Promise<Value[]> => (await run(sql)).flat();
const t = { database: 'd', table: 't' };
/** What SQLite does for a statement of its own over the file. */
const planOf = (sql: string): string => {
  const db = new DatabaseSync(join(folder.path, 'store.db'), { readOnly: true });
  try {
    return JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  } finally {
    db.close();
  }
};

const huge = '12345678901234567890123456789012.345678';

describe('a DECIMAL of more than 18 digits', () => {
  beforeEach(async () => {
    await run('CREATE TABLE t (id INT PRIMARY KEY, w DECIMAL(38,6), n DECIMAL(18,2), m DECIMAL(38,6))');
    await run(
      `INSERT INTO t VALUES (1, ${huge}, 9999999999999999.99, 1), (2, -${huge}, -9999999999999999.99, -2), (3, 0, 0.01, 0), (4, NULL, NULL, NULL), (5, 10, 2.50, 10), (6, -10.5, 2.50, 3)`,
    );
  });

  test.each<[string, Value[]]>([
    ['SELECT w FROM t WHERE id < 3', [huge, `-${huge}`]],
    ['SELECT id FROM t WHERE w IS NOT NULL ORDER BY w', [2, 6, 3, 5, 1]],
    ['SELECT id FROM t WHERE w IS NOT NULL ORDER BY w DESC LIMIT 1', [1]],
    ['SELECT id FROM t WHERE w > -10.6 ORDER BY id', [1, 3, 5, 6]],
    ['SELECT id FROM t WHERE w = 10', [5]],
    [`SELECT id FROM t WHERE w = ${huge}`, [1]],
    ["SELECT id FROM t WHERE w = '10.000000'", [5]],
    ['SELECT id FROM t WHERE w <> 10 ORDER BY id', [1, 2, 3, 6]],
    ['SELECT id FROM t WHERE w BETWEEN -11 AND 10 ORDER BY id', [3, 5, 6]],
    ['SELECT id FROM t WHERE w IN (10, 0, 7.5) ORDER BY id', [3, 5]],
    ['SELECT id FROM t WHERE w IN (SELECT m FROM t) ORDER BY id', [3, 5]],
    ['SELECT id FROM t WHERE w = m ORDER BY id', [3, 5]],
    ['SELECT id FROM t WHERE w < n ORDER BY id', [2, 3, 6]],
    ['SELECT id FROM t WHERE w > 5e0 ORDER BY id', [1, 5]],
    ['SELECT id FROM t WHERE w > 0.1234567 ORDER BY id', [1, 5]],
    ['SELECT MIN(w), MAX(w), COUNT(DISTINCT w) FROM t', [`-${huge}`, huge, 5]],
    ['SELECT SUM(w), AVG(m) FROM t', ['-0.500000', '2.400000000000']],
    ['SELECT SUM(w) FROM t WHERE id = 1', [huge]],
    ['SELECT SUM(w) FROM t WHERE id > 99', [null]],
    [
      'SELECT SUM(w) OVER (ORDER BY id) FROM t WHERE id IN (3, 5, 6) ORDER BY id',
      ['0.000000', '10.000000', '-0.500000'],
    ],
    ['SELECT w + 0.000001 FROM t WHERE id = 1', ['12345678901234567890123456789012.345679']],
    ['SELECT -w FROM t WHERE id = 1', [`-${huge}`]],
    ['SELECT ABS(w), ROUND(w, 1), TRUNCATE(w, 0) FROM t WHERE id = 6', ['10.500000', '-10.5', '-10']],
    ["SELECT CONCAT(w, '') FROM t WHERE id = 5", ['10.000000']],
    ['SELECT COALESCE(w, 1) FROM t WHERE id IN (4, 5) ORDER BY id', ['1.000000', '10.000000']],
    ['SELECT w FROM t WHERE id = 5 UNION SELECT m FROM t WHERE id = 5', ['10.000000']],
    ['SELECT w FROM t WHERE id = 3 UNION ALL SELECT n FROM t WHERE id = 3', ['0.000000', '0.010000']],
    ['SELECT LAG(w, 1, 7) OVER (ORDER BY id) FROM t WHERE id IN (3, 5)', ['7.000000', '0.000000']],
    ['SELECT w, COUNT(*) FROM t WHERE id IN (3, 5) GROUP BY w ORDER BY w', ['0.000000', 1, '10.000000', 1]],
    ['SELECT (SELECT MAX(w) FROM t) FROM t WHERE id = 1', [huge]],
    ['SELECT n + n FROM t WHERE id = 1', ['19999999999999999.98']],
    ['SELECT SUM(n) FROM t', ['5.01']],
    ['SELECT CAST(w AS CHAR), CAST(w AS SIGNED), CAST(w AS DOUBLE) FROM t WHERE id = 6', ['-10.500000', -11, -10.5]],
    ['SELECT NULLIF(w, 10) FROM t WHERE id IN (5, 6) ORDER BY id', [null, '-10.500000']],
    ['SELECT IF(w > 0, w, m) FROM t WHERE id = 6', ['3.000000']],
  ])('%s', async (sql, expected) => {
    expect(await all(sql)).toEqual(expected);
  });

  test.each<[string, string]>([
    ['UPDATE t SET w = w * 10 WHERE id = 1', 'out of range'],
    ['UPDATE t SET w = w * w', 'out of range'],
    ['SELECT w * w FROM t', 'out of range'],
    ['INSERT INTO t (id, n) VALUES (9, 123456789012345678901)', 'out of range for DECIMAL(18,2)'],
    ['INSERT INTO t (id, n) VALUES (9, 99999999999999999)', 'out of range for DECIMAL(18,2)'],
    ["INSERT INTO t (id, w) VALUES (9, 'abc')", 'is no number'],
    ['UPDATE t SET n = 100 * n', 'out of range for DECIMAL(18,2)'],
    ['INSERT INTO t (id, w) VALUES (9, 123456789012345678901234567890123)', 'out of range for DECIMAL(38,6)'],
    ['SELECT CAST(100 AS DECIMAL(4,2))', 'out of range for DECIMAL(4,2)'],
    ['SELECT SUM(x) FROM (SELECT 99999999999999999999999999999999999999 x UNION ALL SELECT 1) q', 'out of range'],
  ])('%s is refused in the right words', async (sql, words) => {
    await expect(run(sql)).rejects.toThrow(words);
    expect(await store.countRows(t)).toBe(6);
  });

  test('is rounded to its scale, and bound as text, as a number and as a bigint', async () => {
    await run('UPDATE t SET w = 1.23456750, n = 2.345 WHERE id = 3');
    expect(await all('SELECT w, n FROM t WHERE id = 3')).toEqual(['1.234568', '2.35']);
    for (const value of ['12345678901234567890.5', 12.5, 12345678901234567890n])
      await run('UPDATE t SET w = ? WHERE id = 3', [value]);
    expect(await all('SELECT w FROM t WHERE id = 3')).toEqual(['12345678901234567890.000000']);
  });

  test('is found by an index, as a DECIMAL of fewer digits is', async () => {
    await run('CREATE INDEX by_w ON t (w)');
    await run('CREATE INDEX by_n ON t (n)');
    const rows = store.query({ sql: 'SELECT id FROM t WHERE w > 9 AND w < 11', database: 'd' });
    expect((await rows.next()).value).toMatchObject({ rows: 1 });
    await rows.return({ columns: [], rows: 0, affected: 0 });
    expect(planOf(`SELECT id FROM "d.t" WHERE w > '1${'9'.padStart(38, '0')}'`)).toContain('d.t.by_w');
    expect(planOf('SELECT id FROM "d.t" WHERE n > 250')).toContain('d.t.by_n');
  });

  test('is versioned, compared, restored and hashed by its digits', async () => {
    await store.createSnapshot('v1', { level: 'table', table: t });
    await run('UPDATE t SET w = w + 1 WHERE id = 5');
    const changes = await deltaOf(store, { table: t, from: atSnapshot('v1'), to: live, columns: ['id', 'w'] });
    expect(changes).toEqual([{ flag: 'updated', before: [5, '10.000000'], after: [5, '11.000000'] }]);
    const preview = await store.previewRestore({ level: 'table', table: t }, 'v1');
    await store.restore(preview, 'before');
    expect(await all('SELECT w FROM t WHERE id = 5')).toEqual(['10.000000']);
    const request = { table: t, at: live, columns: ['w'], order: 'key', key: ['w'], salt: 's' } as const;
    await run('DELETE FROM t WHERE id = 4');
    const [hash] = await hashesOf(store, { ...request, columns: ['w'] });
    const { createHash } = await import('node:crypto');
    expect(hash).toBe(createHash('md5').update(`s:${huge}`).digest('hex'));
  });

  test('is made a column of its own by CREATE TABLE AS', async () => {
    await run('CREATE TABLE u AS SELECT w, n * n AS squared, w + 1 AS more FROM t WHERE id = 5');
    expect(await all('SELECT w, squared, more FROM u')).toEqual(['10.000000', '6.2500', '11.000000']);
  });
});

test('a DECIMAL is compared with its old self when its table was made anew with another scale', async () => {
  await run('CREATE TABLE t (id INT PRIMARY KEY, d DECIMAL(10,2), u BIGINT UNSIGNED, x DECIMAL(8,1))');
  await run('INSERT INTO t VALUES (1, 1.50, 7, 2.5), (2, 150.00, 18446744073709551615, 3.0)');
  await store.createSnapshot('v1', { level: 'database', database: 'd' });
  await run('DROP TABLE t');
  await run('CREATE TABLE t (id INT PRIMARY KEY, d DECIMAL(30,4), u DECIMAL(20,0), x DOUBLE)');
  await run('INSERT INTO t VALUES (1, 1.5, 7, 2.5), (2, 1.5, 18446744073709551615, 3.5)');
  expect(await deltaOf(store, { table: t, from: atSnapshot('v1'), to: live })).toEqual([
    {
      flag: 'updated',
      before: [2, '150.00', 18446744073709551615n, '3.0'],
      after: [2, '1.5000', '18446744073709551615', 3.5],
    },
  ]);
});

const high = 18446744073709551615n;
const middle = 9223372036854775808n;

describe('a whole number of 64 bits without a sign', () => {
  beforeEach(async () => {
    await run('CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, v BIGINT UNSIGNED, s BIGINT, d DECIMAL(22,1))');
    await run(
      `INSERT INTO t VALUES (0, ${high}, -1, ${high}.5), (7, ${middle}, 7, 7), (${middle}, 3, ${middle - 1n}, 3), (${high}, NULL, NULL, NULL)`,
    );
  });

  test.each<[string, Value[]]>([
    ['SELECT id FROM t', [0, 7, middle, high]],
    ['SELECT id FROM t ORDER BY id DESC', [high, middle, 7, 0]],
    ['SELECT v FROM t ORDER BY v', [null, 3, middle, high]],
    [`SELECT id FROM t WHERE id = ${high}`, [high]],
    ['SELECT id FROM t WHERE id > 6', [7, middle, high]],
    [`SELECT id FROM t WHERE id >= ${middle}`, [middle, high]],
    [`SELECT id FROM t WHERE id < ${high} ORDER BY id`, [0, 7, middle]],
    ['SELECT id FROM t WHERE id > -5 ORDER BY id', [0, 7, middle, high]],
    ['SELECT id FROM t WHERE id < -5', []],
    ['SELECT id FROM t WHERE id = -1', []],
    ['SELECT id FROM t WHERE id <> -1 ORDER BY id', [0, 7, middle, high]],
    ['SELECT id FROM t WHERE id = s', [7]],
    ['SELECT id FROM t WHERE id > s ORDER BY id', [0, middle]],
    ['SELECT id FROM t WHERE v = d ORDER BY id', [middle]],
    ['SELECT id FROM t WHERE v < d ORDER BY id', [0]],
    [`SELECT id FROM t WHERE id IN (7, ${high}, -1, 99)`, [7, high]],
    [`SELECT id FROM t WHERE id BETWEEN 7 AND ${middle} ORDER BY id`, [7, middle]],
    ["SELECT id FROM t WHERE id = '18446744073709551615'", [high]],
    ['SELECT id FROM t WHERE id > 7.5 ORDER BY id', [middle, high]],
    ['SELECT MIN(v), MAX(v), MIN(id), MAX(id) FROM t', [3, high, 0, high]],
    ['SELECT SUM(v), AVG(v) FROM t', ['27670116110564327426', 9223372036854775808]],
    ['SELECT SUM(v) OVER (ORDER BY id) FROM t WHERE id < 8 ORDER BY id', [String(high), '27670116110564327423']],
    ['SELECT v + 1 FROM t WHERE id = 0', ['18446744073709551616']],
    ['SELECT v - 1, v DIV 2, v % 10 FROM t WHERE id = 0', ['18446744073709551614', '9223372036854775807', '5']],
    ['SELECT v * 2 FROM t WHERE id = 0', ['36893488147419103230']],
    [
      "SELECT CONCAT(v, ''), HEX(v), BIN(v) FROM t WHERE id = 7",
      [String(middle), '8000000000000000', `1${'0'.repeat(63)}`],
    ],
    ['SELECT CAST(v AS DOUBLE), CAST(v AS DECIMAL(20,0)) FROM t WHERE id = 0', [18446744073709552000, String(high)]],
    [`SELECT CAST('${high}' AS UNSIGNED), CAST(7.6 AS UNSIGNED)`, [high, 8]],
    ['SELECT COALESCE(v, 1) FROM t WHERE v IS NULL', ['1']],
    ['SELECT GREATEST(s, 3) FROM t WHERE id = 7', [7]],
    ['SELECT v FROM t WHERE id = 0 UNION SELECT id FROM t WHERE id = 7 ORDER BY 1', [7, high]],
    ['SELECT COUNT(DISTINCT v), COUNT(v) FROM t', [3, 3]],
    ['SELECT v, COUNT(*) FROM t WHERE v > 3 GROUP BY v ORDER BY v', [middle, 1, high, 1]],
    ['SELECT id FROM t WHERE v', [0, 7, middle]],
    ['SELECT JSON_ARRAY(v) FROM t WHERE id = 0', [`[${high}]`]],
  ])('%s', async (sql, expected) => {
    const found = await all(sql);
    expect(sql.includes('ORDER') ? found : found.toSorted(byText)).toEqual(
      sql.includes('ORDER') ? expected : expected.toSorted(byText),
    );
  });

  test.each<[string, string]>([
    [`INSERT INTO t (id) VALUES (${high + 1n})`, 'out of range'],
    ['INSERT INTO t (id) VALUES (-1)', 'out of range'],
    ['UPDATE t SET v = v + 1', 'out of range'],
    ['UPDATE t SET v = s WHERE id = 0', 'out of range'],
    ['SELECT id - 8 FROM t WHERE id = 7', 'out of range'],
    ['SELECT CAST(v AS SIGNED) FROM t WHERE id = 0', 'out of range'],
    ['UPDATE t SET s = v WHERE id = 0', 'out of range'],
    ['SELECT CAST(-1 AS UNSIGNED)', 'out of range'],
  ])('%s is an error', async (sql, words) => {
    await expect(run(sql)).rejects.toThrow(words);
  });

  test('is a key in its own order, in pages, live and at a snapshot, by hash and in a delta', async () => {
    const ids = [0, 7, middle, high];
    await store.createSnapshot('v1', { level: 'table', table: t });
    for (const at of [live, atSnapshot('v1')])
      expect((await rowsOf(store, t, at, ['id'], { pageRows: 1 })).flat()).toEqual(ids);
    await run('UPDATE t SET s = 1');
    await run('DELETE FROM t WHERE id = 7');
    expect((await rowsOf(store, t, atSnapshot('v1'), ['id'], { pageRows: 3 })).flat()).toEqual(ids);
    const changes = await deltaOf(store, { table: t, from: atSnapshot('v1'), to: live, columns: ['id'] });
    expect(changes.map(({ before }) => before?.[0])).toEqual([7]);
    const touched = await deltaOf(store, { table: t, from: atSnapshot('v1'), to: live });
    expect(touched.map(({ before }) => before?.[0])).toEqual(ids);
    const hashes = await hashesOf(store, { table: t, at: live, columns: ['id'], order: 'key', salt: 's' });
    const { createHash } = await import('node:crypto');
    expect(hashes).toEqual([0n, middle, high].map((id) => createHash('md5').update(`s:${id}`).digest('hex')));
  });

  test('is counted on by AUTO_INCREMENT, loaded, bound, and put back by its key', async () => {
    await run('CREATE TABLE a (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, v BIGINT UNSIGNED)');
    await run('INSERT INTO a (v) VALUES (?), (?)', [high, 5]);
    expect(await run('SELECT id, v FROM a')).toEqual([
      [1, high],
      [2, 5],
    ]);
    const columns = [
      { name: 'id', type: 'BIGINT UNSIGNED', nullable: false },
      { name: 'v', type: 'BIGINT UNSIGNED', nullable: true },
    ];
    const a = { database: 'd', table: 'a' };
    expect(
      await loadRows(
        store,
        a,
        columns,
        ['id'],
        [
          [high, middle],
          [1, high],
        ],
      ),
    ).toMatchObject({ inserted: 1, unchanged: 1 });
    expect(await run('SELECT id, v FROM a ORDER BY id DESC LIMIT 1')).toEqual([[high, middle]]);
    expect(await run('SELECT v FROM a WHERE id = ?', [high])).toEqual([[middle]]);
    await store.editRows({
      table: a,
      columns: ['id', 'v'],
      edits: [{ now: [high, middle], wanted: [high, high] }],
      safetySnapshot: 'before',
    } as never);
    expect(await run('SELECT v FROM a WHERE id = ?', [high])).toEqual([[high]]);
  });
});

const byText = (a: Value, b: Value): number => (String(a) < String(b) ? -1 : 1);

test('a file that is loaded again changes no row of a FLOAT that it was written from, and no document', async () => {
  const columns = [
    { name: 'id', type: 'INT', nullable: false },
    { name: 'f', type: 'FLOAT', nullable: true },
    { name: 'j', type: 'JSON', nullable: true },
  ];
  const rows = [[1, 0.123456789, '{"b":1,"a":[1.50]}']] as const;
  await loadRows(store, t, columns, ['id'], rows);
  expect(await loadRows(store, t, columns, ['id'], rows)).toMatchObject({ unchanged: 1 });
  expect(await loadRows(store, t, columns, ['id'], [[1, 0.12345679, '{"a": [1.5], "b": 1}']])).toMatchObject({
    unchanged: 1,
  });
});
