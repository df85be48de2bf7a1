/** Rows that come to another side of a split: which of them a model was trained on, and that this is not forgotten. */
import { expect, test } from 'vitest';
import { sql } from '../../support/bench.ts';
import { modelOf, openShop } from '../../support/splitShop.ts';

const time = { time: 'day', validation: '2026-10-01', test: '2026-11-01' };

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
