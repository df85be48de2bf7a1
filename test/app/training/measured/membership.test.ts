/** Rows whose side stands in a table of its own, under snapshots of the database that hold both. */
import { expect, test } from 'vitest';
import { reproduceModel } from '../../../../src/app/models/reproduce.ts';
import { readAdvice } from '../../../../src/app/training/readAdvice.ts';
import { sql } from '../../support/bench.ts';
import { modelOf, openShop, type Shop, sidesOf } from '../../support/splitShop.ts';

const forever = new AbortController().signal;

const split = { table: 'shop.m', column: 'side', test: 'test', validation: 'valid' };

const sides = (from: number, to: number) =>
  `INSERT INTO shop.m SELECT id, CASE WHEN id % 10 < 8 THEN 'train' WHEN id % 10 = 8 THEN 'valid' ELSE 'test' END FROM shop.v WHERE bought IS NOT NULL AND id >= ${from} AND id < ${to}`;

async function openSided(key = 'PRIMARY KEY'): Promise<Shop> {
  const shop = await openShop();
  await sql(shop.store, `CREATE TABLE shop.m (id INT ${key}, side VARCHAR(10))`);
  await sql(shop.store, sides(0, 2_000));
  return shop;
}

const isMade = async (shop: Shop, ref: string, how: { fromRoot: boolean; inFull: boolean }) =>
  (await reproduceModel(ref, how, shop.workbench, forever, () => {})).identical;

test('full fit, update and reproduction, each row on the side that the table says', async () => {
  const shop = await openSided();
  const first = modelOf(await shop.run('full', split));
  expect(first.plan).toMatchObject({ format: 4, split: { by: 'table', column: 'side' } });
  expect((await shop.store.findSnapshot(first.snapshot.name, { database: 'shop', table: 'm' }))?.level).toBe(
    'database',
  );
  await shop.insert(2_000, 2_300);
  await sql(shop.store, sides(2_000, 2_300));
  await sql(shop.store, 'UPDATE shop.v SET age = age + 1 WHERE id BETWEEN 100 AND 140');
  await sql(shop.store, 'DELETE FROM shop.v WHERE id < 30');
  expect((await readAdvice(await shop.training(split), shop.workbench, forever)).facts).toMatchObject({
    counts: { inserted: 300, updated: 41, deleted: 30 },
    test: 30 + 4,
    validation: 30 + 4,
  });
  const outcome = await shop.run('delta', split);
  expect(outcome.model && outcome.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
  for (const how of [
    { fromRoot: false, inFull: true },
    { fromRoot: true, inFull: false },
  ])
    expect(await isMade(shop, 'm2', how)).toBe(true);
  const found = await sidesOf(shop, modelOf(outcome), 'id');
  expect([found.rows, found.different]).toEqual([2_270, 2_270]);
  expect([...found.test].every((id) => Number(id) % 10 === 9)).toBe(true);
  expect([...found.validation].every((id) => Number(id) % 10 === 8)).toBe(true);
  expect(found.test.size).toBe(227);
});

test('rows that the table moves go to their new side, and are left out of what a model is tested on that knows them', async () => {
  const shop = await openSided();
  modelOf(await shop.run('full', split));
  await shop.insert(2_000, 2_100);
  await sql(shop.store, sides(2_000, 2_100));
  // 50 to the test rows, of which one is changed besides; 20 of them to the train rows.
  await sql(shop.store, `UPDATE shop.m SET side = 'test' WHERE id % 10 = 0 AND id < 500`);
  await sql(shop.store, `UPDATE shop.m SET side = 'train' WHERE id % 10 = 9 AND id < 200`);
  await sql(shop.store, 'UPDATE shop.v SET age = age + 2 WHERE id = 10');
  const outcome = await shop.run('delta', split);
  const second = modelOf(outcome);
  expect(outcome.notes.join(' ')).toContain('70 rows came over an edge of the split since v/m1');
  expect(second.plan.moved).toHaveLength(50);
  expect(outcome.model && outcome.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
  expect(await isMade(shop, 'm2', { fromRoot: false, inFull: true })).toBe(true);
  const found = await sidesOf(shop, second, 'id');
  for (const id of [0, 10, 490]) expect([found.test.has(id), found.train.has(id)]).toEqual([false, false]);
  for (const id of [9, 199]) expect([found.test.has(id), found.train.has(id)]).toEqual([false, true]);
});

test('rows without a label need no side', async () => {
  const shop = await openSided();
  await sql(shop.store, 'UPDATE shop.v SET bought = NULL WHERE id < 50');
  await sql(shop.store, 'DELETE FROM shop.m WHERE id < 50');
  const model = modelOf(await shop.run('full', split));
  expect(model.metrics.n).toBe(195);
});

test.each<[string, string, object, string]>([
  [
    'a labelled row without a side',
    'DELETE FROM shop.m WHERE id = 7',
    split,
    'The row 7 of shop.v has a label and no side in shop.m.',
  ],
  [
    'a side that is NULL',
    'UPDATE shop.m SET side = NULL WHERE id = 8',
    split,
    'The row 8 of shop.v has a label and no side in shop.m.',
  ],
  ['a row with two sides', `INSERT INTO shop.m VALUES (9, 'train')`, split, '9'],
  ['a table without the key', 'ALTER TABLE shop.m RENAME COLUMN id TO visit', split, '"id"'],
  ['a column that it does not have', 'DELETE FROM shop.m WHERE id < 0', { ...split, column: 'part' }, '"part"'],
  [
    'a table of another database',
    'CREATE DATABASE other',
    { ...split, table: 'other.m' },
    'lies in another database than shop.v',
  ],
  [
    'no column',
    'CREATE DATABASE other',
    { table: 'shop.m', group: ['customer'] },
    'names the table shop.m and no "column" of it',
  ],
  ['the table itself', 'CREATE DATABASE other', { ...split, table: 'shop.v' }, 'is "shop.v", which is no other table'],
])('is refused by name: %s', async (_, change, written, sentence) => {
  const shop = await openSided('');
  await sql(shop.store, change);
  await expect(shop.run('full', written)).rejects.toThrow(sentence);
  expect(await shop.registry.summaries()).toEqual([]);
});

test('a snapshot that does not hold the table is refused', async () => {
  const shop = await openSided();
  await shop.store.createSnapshot('alone', { level: 'table', table: { database: 'shop', table: 'v' } });
  await expect(shop.run('full', split, {}, { snapshot: { name: 'alone', own: false } })).rejects.toThrow(
    'The snapshot alone does not hold shop.m, by which rows are split.',
  );
});
