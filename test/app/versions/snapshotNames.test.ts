// Names for snapshots: proposed, valid, free; and safety names that say what they are for.
import { expect, test } from 'vitest';
import {
  createSnapshot,
  isSafetyName,
  pinVersion,
  proposeName,
  safetyName,
  stemOf,
} from '../../../src/app/versions/snapshotNames.ts';
import type { SnapshotTarget } from '../../../src/data/store.ts';
import { isSnapshotName } from '../../../src/data/version.ts';
import { openStore, sql } from '../support/bench.ts';

const table = (database: string, name: string): SnapshotTarget => ({
  level: 'table',
  table: { database, table: name },
});

test.each([
  ['weather', 'weather'],
  ['Daily Weather', 'daily_weather'],
  ['2012', 't_2012'],
  ['Größe', 'gr_e'],
  ['***', 'table'],
  ['x'.repeat(100), 'x'.repeat(40)],
])('the stem of %s is %s', (text, stem) => {
  expect(stemOf(text)).toBe(stem);
  expect(isSnapshotName(`${stemOf(text)}_before_restore_123456`)).toBe(true);
});

async function storeWithTables() {
  const store = openStore();
  for (const name of ['a', 'b']) {
    await sql(store, `CREATE DATABASE ${name}`);
    await sql(store, `CREATE TABLE ${name}.t (id INT PRIMARY KEY)`);
  }
  return store;
}

test('the next version is one above the highest, whatever was dropped', async () => {
  const store = await storeWithTables();
  expect(await proposeName(store, table('a', 't'))).toBe('t_v1');
  for (const expected of ['t_v1', 't_v2', 't_v3'])
    expect((await pinVersion(store, table('a', 't'))).name).toBe(expected);
  await store.dropSnapshot('t_v1');
  expect(await proposeName(store, table('a', 't'))).toBe('t_v4');
});

test('the database stands before the name when another table has such names', async () => {
  const store = await storeWithTables();
  await pinVersion(store, table('a', 't'));
  expect((await pinVersion(store, table('b', 't'))).name).toBe('b_t_v1');
  expect((await pinVersion(store, table('b', 't'))).name).toBe('b_t_v2');
  expect(await proposeName(store, { level: 'database', database: 'a' })).toBe('a_v1');
});

test('when a colleague is faster, the next name is taken', async () => {
  const store = await storeWithTables();
  const faster = new Proxy(store, {
    get(target, property) {
      if (property === 'createSnapshot')
        return async (name: string, of: SnapshotTarget) => {
          if (name === 't_v1') await target.createSnapshot('t_v1', of);
          return target.createSnapshot(name, of);
        };
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  expect((await pinVersion(faster, table('a', 't'))).name).toBe('t_v2');
});

test('safety names are counted by occasion and known as such', async () => {
  const store = await storeWithTables();
  const name = await safetyName(store, table('a', 't'));
  expect(name).toBe('t_before_restore_1');
  expect(isSafetyName(name)).toBe(true);
  expect(isSafetyName('t_v1')).toBe(false);
  await store.createSnapshot(name, table('a', 't'));
  expect(await safetyName(store, table('a', 't'))).toBe('t_before_restore_2');
  expect(await safetyName(store, table('a', 't'), 'import')).toBe('t_before_import_1');
  expect(await proposeName(store, table('a', 't'))).toBe('t_v1');
});

test.each(['live', 'LIVE', 'Live'])('"%s" is the table now, and names no snapshot', async (name) => {
  const store = await storeWithTables();
  await expect(createSnapshot(store, table('a', 't'), name)).rejects.toThrow(
    `"${name}" cannot name a snapshot: it means the table as it is now. Choose another name.`,
  );
});

test.each(['Weather', '1st', 'a b', '', 'x'.repeat(65)])('"%s" cannot name a snapshot', async (name) => {
  const store = await storeWithTables();
  await expect(createSnapshot(store, table('a', 't'), name)).rejects.toThrow('cannot name a snapshot');
});
