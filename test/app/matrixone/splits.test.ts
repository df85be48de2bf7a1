// Rows split by a group, a time and a table on a MatrixOne server, against the same runs on the embedded engine: the same bits.
import { expect, test, vi } from 'vitest';
import { Registry } from '../../../src/app/registry/registry.ts';
import type { Store } from '../../../src/data/store.ts';
import { withServer } from '../../stores/matrixone/replay/withServer.ts';
import { openStore, sql } from '../support/bench.ts';
import { modelOf, openShop } from '../support/splitShop.ts';
import { inAccount, serverTime, steady, workbenchOf } from './support/account.ts';

// Copies of versions are named by chance and time; what is replayed by its text has the same names each time.
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: (size: number) => Buffer.alloc(size, 7),
}));

/** Who writes into the record, at one moment: a recording holds the same texts each time. */
const writer = { who: 'ann@laptop', tool: 'deltatrain, test', now: () => Date.UTC(2026, 0, 1) };

const splits = [
  { group: ['customer'] },
  { time: 'day', validation: '2026-10-01', test: '2026-11-01' },
  { table: 'shop.m', column: 'side', test: 'test', validation: 'valid' },
];

const sides = (from: number) =>
  `INSERT INTO shop.m SELECT id, CASE WHEN id % 10 < 7 THEN 'train' WHEN id % 10 = 8 THEN 'valid' ELSE 'test' END FROM shop.v WHERE id >= ${from}`;

/** A full fit by each split, and after some changes an update: what was made, and what was said. */
async function runsOn(store: Store) {
  const shop = await openShop(store, workbenchOf(store, new Registry(store, undefined, writer)), 600);
  await sql(store, 'CREATE TABLE shop.m (id INT PRIMARY KEY, side VARCHAR(10))');
  await sql(store, sides(0));
  const models = [];
  for (const [i, split] of splits.entries()) {
    const full = modelOf(await shop.run('full', split));
    await shop.insert(600 + i * 60, 660 + i * 60);
    await sql(store, sides(600 + i * 60));
    if (i > 0) await sql(store, `UPDATE shop.v SET age = age + 1, day = '2026-12-01' WHERE id IN (3, 5)`);
    if (i > 1) await sql(store, `UPDATE shop.m SET side = 'test' WHERE id IN (10, 20)`);
    const update = await shop.run('delta', split);
    for (const model of [full, modelOf(update)])
      models.push([model.kind, model.plan.split, model.weightsSha256, model.metrics]);
    models.push([modelOf(update).plan.moved?.length ?? 0, update.notes.filter((note) => note.includes('edge of'))]);
  }
  return models;
}

test(
  'by group, by time and by a table: as on the embedded engine',
  async () => {
    const here = await steady(() => runsOn(openStore()));
    expect(here.map(([moved]) => moved).filter((moved) => typeof moved === 'number')).toEqual([0, 2, 4]);
    await withServer('splits', async (url) => {
      await inAccount(url, 'dt_splits', async (store) => {
        expect(await runsOn(store)).toEqual(here);
      });
    });
  },
  serverTime,
);
