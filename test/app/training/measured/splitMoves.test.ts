/** Rows that come to another side of a split: which of them a model was trained on, and that this is not forgotten. */
import { expect, test } from 'vitest';
import { sql } from '../../support/bench.ts';
import { modelOf, openShop } from '../../support/splitShop.ts';

const time = { time: 'day', validation: '2026-10-01', test: '2026-11-01' };

test('a row that had no label was in no model, and may come to any side', async () => {
  const shop = await openShop();
  await sql(shop.store, 'UPDATE shop.v SET bought = NULL WHERE id IN (10, 11, 12)');
  await shop.run('full', time);
  await shop.insert(2_000, 2_100);
  await sql(shop.store, `UPDATE shop.v SET day = '2026-12-24', bought = 'no' WHERE id IN (10, 11, 12, 13)`);
  const outcome = await shop.run('delta', time);
  expect(outcome.notes.join(' ')).toContain('1 rows came over an edge of the split since v/m1');
  expect(modelOf(outcome).plan.moved).toHaveLength(1);
});

test('only train rows were trained on: a validation row that becomes a test row is one', async () => {
  const shop = await openShop();
  await shop.run('full', time);
  await shop.insert(2_000, 2_100);
  await sql(shop.store, `UPDATE shop.v SET day = '2026-12-24' WHERE id IN (280, 281, 13)`);
  const outcome = await shop.run('delta', time);
  expect(outcome.notes.join(' ')).toContain(
    '3 rows came over an edge of the split since v/m1 (by day: validation from 2026-10-01, test from 2026-11-01); 1 of them',
  );
  expect(modelOf(outcome).plan.moved).toHaveLength(1);
});

test('the group of a row without a label may change', async () => {
  const shop = await openShop();
  const split = { group: ['customer'] };
  await sql(shop.store, 'UPDATE shop.v SET bought = NULL WHERE id < 100');
  await shop.run('full', split);
  await shop.insert(2_000, 2_100);
  await sql(shop.store, 'UPDATE shop.v SET customer = 199 - customer WHERE id < 100');
  expect(modelOf(await shop.run('delta', split)).number).toBe(2);
});

test('what moved is not forgotten where the snapshot of the parent is gone', async () => {
  const shop = await openShop();
  await shop.run('full', time);
  await shop.insert(2_000, 2_100);
  await sql(shop.store, `UPDATE shop.v SET day = '2026-12-24' WHERE id IN (10, 11)`);
  const second = modelOf(await shop.run('delta', time));
  expect(second.plan.moved).toHaveLength(2);
  await shop.store.dropSnapshot(second.snapshot.name);
  await shop.insert(2_100, 2_200);
  const third = await shop.run('full', time);
  expect(third.notes.join(' ')).toContain('Not compared with v/m2');
  expect(modelOf(third).plan.moved).toEqual(second.plan.moved);
});
