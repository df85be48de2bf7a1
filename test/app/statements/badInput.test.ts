// What is no statement, or not all of one, is one clear error, and nothing was changed by it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStatement } from '../../../src/app/statements/runStatement.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Store } from '../../../src/data/store.ts';
import { splitStatements, statementsOf } from '../../../src/git4data/split.ts';
import { useFolder } from '../../files/support/folder.ts';

const folder = useFolder();
let store: Store;

/** How a statement ended: its failure, or null. Anything else that is thrown fails the test. */
async function failureOf(sql: string): Promise<Failure | null> {
  try {
    for await (const page of runStatement(store, { sql, database: 'd' }, () => Promise.resolve(true))) void page;
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw new Error(`${sql} broke`, { cause: error });
  }
}

const state = (): Promise<unknown[][]> => queryRows(store, 'SELECT * FROM d.t ORDER BY id');

beforeEach(async () => {
  store = folder.store();
  for (const sql of [
    'CREATE DATABASE d',
    'CREATE TABLE d.t (id BIGINT PRIMARY KEY, s VARCHAR(20), n DECIMAL(38,0), big BIGINT)',
    `INSERT INTO d.t VALUES (1, '12', 5, 9223372036854775807), (2, 'abc', ${'9'.repeat(38)}, 1)`,
  ])
    expect(await failureOf(sql)).toBeNull();
});
afterEach(() => store.close());

test.each([
  "INSERT INTO t (id, s, n) VALUES (3, 'x', 1), (4, 'y', 2) ON DUPLICATE KEY UPDATE s = 'z'",
  "UPDATE t SET s = CONCAT(s, 'x'), n = n - 1 WHERE id IN (SELECT id FROM t WHERE s LIKE 'a%') AND n > 0",
  'WITH a AS (SELECT id, COUNT(*) c FROM t GROUP BY id HAVING c > 0) SELECT a.id FROM a JOIN t ON a.id = t.id ORDER BY 1 LIMIT 3',
  "DATA BRANCH DIFF t{SNAPSHOT = 'v1'} AGAINST t COLUMNS (id, s) OUTPUT LIMIT 5",
  "RESTORE TABLE d.t {SNAPSHOT = 'v1'}",
  'CREATE TABLE u (id INT PRIMARY KEY, v DECIMAL(10,2) NOT NULL DEFAULT 0, CHECK (v > 0))',
])('half-typed, wherever it ends: %s', async (sql) => {
  for (let end = 1; end < sql.length; end++) {
    const before = await state();
    const failure = await failureOf(sql.slice(0, end));
    if (failure) expect(await state()).toEqual(before);
    else await failureOf('DROP TABLE u');
  }
});

test.each([
  "INSERT INTO t (id, s) VALUES (9, 'abc",
  "DELETE FROM t WHERE s = 'x; SELECT 1",
  'UPDATE t SET s = "never closed',
  'DELETE FROM `t',
  'DELETE FROM t /* WHERE id = 9',
  "CREATE SNAPSHOT v FOR TABLE d t; SELECT 'x",
])('unfinished at the end: %s', async (script) => {
  const before = await state();
  const pieces = splitStatements(script).map(({ start, end }) => script.slice(start, end));
  expect(await failureOf(pieces.at(-1) ?? '')).not.toBeNull();
  expect(await state()).toEqual(before);
});

test.each([1, 2, 3])('binary: what is no text is no statement either, seed %i', async (seed) => {
  const random = seededRandom(String(seed));
  const before = await state();
  for (let i = 0; i < 20; i++) {
    const bytes = Buffer.from(Array.from({ length: 400 }, () => random.below(256)));
    for (const text of [
      bytes.toString('utf8'),
      bytes.toString('latin1'),
      `DELETE FROM t WHERE ${bytes.toString('latin1')}`,
    ])
      for (const { start, end } of splitStatements(text)) await failureOf(text.slice(start, end));
  }
  expect(await state()).toEqual(before);
});

test.each([
  ['a text that is no number in the WHERE of a DELETE', 'DELETE FROM t WHERE s < 50', 'abc'],
  ['in that of an UPDATE', 'UPDATE t SET n = 1 WHERE s = 12 OR id = 5', 'abc'],
  ['and in the value of a change', 'UPDATE t SET n = s', 'abc'],
  ['39 digits as a value', `INSERT INTO t (id, n) VALUES (3, ${'9'.repeat(39)})`, 'out of range'],
  ['39 digits as a text', `INSERT INTO t (id, n) VALUES (3, '${'9'.repeat(39)}')`, 'out of range'],
  ['a column of 39 digits', 'CREATE TABLE u (d DECIMAL(39,0))', 'DECIMAL(39,0)'],
  ['a SUM beyond 38 digits', 'SELECT SUM(n) FROM t', 'out of range'],
  ['the sum of a change beyond its column', 'UPDATE t SET big = big + 1', 'out of range'],
])('%s is an error, and nothing is changed', async (_, sql, words) => {
  const before = await state();
  expect((await failureOf(sql))?.message).toContain(words);
  expect(await state()).toEqual(before);
});

test('a dump of 50 MB is split into its statements, the last of which is not finished', () => {
  const row = `(1,'it''s; a "text" -- with all of it','2024-01-01 00:00:00',1.50),`;
  const insert = `INSERT INTO \`t\` VALUES ${row.repeat(800)}(2,'x',NULL,0);\n`;
  const count = Math.ceil((50 * 2 ** 20) / insert.length);
  const dump = `/*!40101 SET NAMES utf8 */;\nLOCK TABLES \`t\` WRITE;\n${insert.repeat(count)}INSERT INTO \`t\` VALUES (3,'`;
  expect(dump.length).toBeGreaterThan(50 * 2 ** 20);
  let found = 0;
  let last = '';
  for (const { start, end } of statementsOf(dump)) {
    found++;
    last = dump.slice(start, Math.min(end, start + 40));
  }
  expect(found).toBe(count + 3);
  expect(last).toBe("INSERT INTO `t` VALUES (3,'");
});
