/** Leaks in a part of the rows: every side is in it, and what was counted in it is never said of all of them. */
import { expect, test } from 'vitest';
import { findLeaks } from '../../../../src/app/training/leaks/findLeaks.ts';
import { ruleOf } from '../../../../src/data/splitting/sides.ts';
import { splitSalt } from '../../../../src/data/training.ts';
import { live } from '../../../../src/data/version.ts';
import { sql } from '../../support/bench.ts';
import { openShop } from '../../support/splitShop.ts';

const forever = new AbortController().signal;

async function found(atMost: number, split?: object) {
  const shop = await openShop();
  await sql(shop.store, 'ALTER TABLE shop.v ADD COLUMN known DATE');
  await sql(shop.store, `UPDATE shop.v SET known = '2027-01-01'`);
  const training = await shop.training(split, {
    leaks: { group: ['customer'], copies: ['part'], time: 'day', labelTime: 'known', asOf: '2026-12-31' },
  });
  const rule = ruleOf({ ...training, splitSalt: splitSalt(training) });
  return (await findLeaks({ store: shop.store, training, rule, at: live, atMost }, forever)).leaks;
}

test.each<[string, object | undefined, string[]]>([
  [
    'where rows are split by their own hash, of which test and validation rows have the first',
    undefined,
    ['group', 'time', 'copies', 'late'],
  ],
  ['where they are split by a group', { group: ['age'] }, ['time', 'copies', 'late']],
])('at least so many, %s', async (_, split, kinds) => {
  const [part, whole] = [await found(400, split), await found(2_000, split)];
  expect(part.map(({ kind }) => kind)).toEqual(kinds);
  expect(whole.map(({ kind }) => kind)).toEqual(kinds);
  expect(part.map((leak) => 'counted' in leak && leak.counted)).toEqual(kinds.map(() => 'atLeast'));
  expect(whole.map((leak) => 'counted' in leak && leak.counted)).toEqual(kinds.map(() => 'exact'));
  const late = (leaks: typeof whole) => leaks.flatMap((leak) => (leak.kind === 'late' ? [leak.rows] : []));
  expect(late(whole)).toEqual([2_000]);
  expect(late(part)[0]).toBeGreaterThan(300);
  expect(late(part)[0]).toBeLessThan(500);
});

test('the same part each time', async () => {
  expect(await found(400)).toEqual(await found(400));
});
