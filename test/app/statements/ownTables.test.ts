// Our own tables can be read by a statement, and written by none.
import { expect, test } from 'vitest';
import { runStatement } from '../../../src/app/statements/runStatement.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { isOwnDatabase } from '../../../src/data/table.ts';
import { openBench } from '../support/bench.ts';

const run = async (store: Parameters<typeof runStatement>[0], sql: string, database: string | null = null) => {
  const rows: number[] = [];
  for await (const page of runStatement(store, { sql, database }, () => Promise.resolve(true))) rows.push(page.rows);
  return rows.reduce((sum, one) => sum + one, 0);
};

const writes: readonly [sql: string, database?: string][] = [
  [`UPDATE deltatrain.models SET status = 'candidate' WHERE number = 1`],
  ['DELETE FROM `DeltaTrain`.`models`'],
  [`DELETE FROM models WHERE number = 1`, 'deltatrain'],
  [`INSERT INTO deltatrain.meta VALUES ('schemaVersion', '99')`],
  [`REPLACE INTO deltatrain.meta VALUES ('schemaVersion', '99')`],
  ['INSERT INTO deltatrain.models SELECT * FROM deltatrain.models'],
  ['DROP TABLE deltatrain.models'],
  ['DROP TABLE shop.samples, deltatrain.models'],
  ['TRUNCATE TABLE deltatrain.models'],
  ['ALTER TABLE deltatrain.models ADD COLUMN x INT'],
  ['CREATE TABLE deltatrain.mine (id INT PRIMARY KEY)'],
  ['DROP DATABASE deltatrain'],
  ['DROP DATABASE IF EXISTS `deltatrain`'],
  [`RESTORE TABLE deltatrain.models {SNAPSHOT = 'samples_v1'}`],
  [`RESTORE DATABASE deltatrain {SNAPSHOT = 'samples_v1'}`],
  [`PREPARE s FROM 'DELETE FROM deltatrain.models'`],
  ['CALL clean(deltatrain)'],
  ['/*! DELETE FROM deltatrain.models */'],
  ['EXPLAIN ANALYZE DELETE FROM deltatrain.models'],
  ['WITH old AS (SELECT 1) DELETE FROM deltatrain.models'],
];

test.each(writes)('%s is refused by name', async (sql, database) => {
  const bench = await openBench(40);
  await bench.run('full');
  const before = await queryRows(bench.store, 'SELECT status, note FROM deltatrain.models');
  await expect(run(bench.store, sql, database ?? null)).rejects.toMatchObject({ code: 'registry.readOnly' });
  expect(await queryRows(bench.store, 'SELECT status, note FROM deltatrain.models')).toEqual(before);
});

test('reading them, and writing what is the user’s own from them, goes on as before', async () => {
  const bench = await openBench(40);
  await bench.run('full');
  expect(await run(bench.store, 'SELECT number FROM deltatrain.models')).toBe(1);
  expect(await run(bench.store, 'SELECT number FROM models', 'deltatrain')).toBe(1);
  await run(bench.store, 'CREATE TABLE shop.numbers (id INT PRIMARY KEY)');
  await run(bench.store, 'INSERT INTO shop.numbers SELECT number FROM deltatrain.models');
  expect(await run(bench.store, 'SELECT * FROM shop.numbers')).toBe(1);
  // A table of the user's may be called like our database.
  await run(bench.store, 'CREATE TABLE shop.deltatrain (id INT PRIMARY KEY)');
  await run(bench.store, 'DROP TABLE shop.deltatrain');
});

test('a restore of one of them is refused before anything is compared', async () => {
  const bench = await openBench(40);
  await bench.run('full');
  const table = { database: 'deltatrain', table: 'models' };
  const restoring = restoreTable(
    { store: bench.store, table, to: 'samples_v1', environment: 'development' },
    () => Promise.resolve(true),
    new AbortController().signal,
  );
  await expect(restoring).rejects.toMatchObject({ code: 'registry.readOnly' });
  expect(isOwnDatabase('DELTATRAIN')).toBe(true);
});
