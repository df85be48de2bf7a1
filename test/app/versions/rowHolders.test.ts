// Who still has a row: versions by looking, models by the side of the split it fell on, and by whom they were trained from.
import { expect, test } from 'vitest';
import { rowHolders } from '../../../src/app/versions/rowHolders.ts';
import { inRange, splitRanges } from '../../../src/data/rowHash.ts';
import { splitSalt } from '../../../src/data/training.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import { type Bench, openBench, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };

async function holders(bench: Bench, id: number) {
  const key = ['id'];
  const models = (await bench.registry.models()).map((model) => ({ model, key }));
  const found = await rowHolders(bench.store, models, { table, key, hash: (salt) => rowHash(salt, [id]) }, () => {});
  return {
    live: found.live,
    snapshots: found.snapshots.map(({ name }) => name),
    models: Object.fromEntries(found.models.map(({ model, holds }) => [`m${model.number}`, holds])),
    unread: found.unread.map(({ snapshot }) => snapshot.name),
  };
}

/** The first rows on each side of the training's split. */
async function sides(bench: Bench): Promise<Record<'train' | 'validation' | 'test', number>> {
  const training = await bench.training();
  const ranges = splitRanges(training);
  const first = (side: 'train' | 'validation' | 'test'): number =>
    Array.from({ length: 400 }, (_, id) => id).find((id) =>
      inRange(rowHash(splitSalt(training), [id]), ranges[side]),
    ) ?? -1;
  return { train: first('train'), validation: first('validation'), test: first('test') };
}

test('a row is found in the table, in its snapshots, and on its side of each model', async () => {
  const bench = await openBench();
  await bench.run('full');
  const { train, validation, test: testRow } = await sides(bench);
  const everywhere = { live: true, snapshots: ['samples_v1'], unread: [] };
  expect(await holders(bench, train)).toEqual({ ...everywhere, models: { m1: 'train' } });
  expect(await holders(bench, validation)).toEqual({ ...everywhere, models: { m1: 'validation' } });
  expect(await holders(bench, testRow)).toEqual({ ...everywhere, models: { m1: 'test' } });
  expect(await holders(bench, 4000)).toEqual({ live: false, snapshots: [], unread: [], models: {} });
});

test('a row that was deleted stays in older versions, and in the models that were trained from one that learnt it', async () => {
  const bench = await openBench();
  await bench.run('full');
  const { train, test: testRow } = await sides(bench);
  await sql(bench.store, `DELETE FROM shop.samples WHERE id IN (${train}, ${testRow})`);
  await sql(bench.store, `UPDATE shop.samples SET x = x + 1 WHERE id > 390`);
  await bench.run('delta');
  expect(await holders(bench, train)).toEqual({
    live: false,
    snapshots: ['samples_v1'],
    unread: [],
    models: { m1: 'train', m2: 'inherited' },
  });
  // A test row teaches nothing, so nothing of it is handed on.
  expect(await holders(bench, testRow)).toMatchObject({ models: { m1: 'test' } });
});

test('of a model whose snapshot is gone nobody can say', async () => {
  const bench = await openBench();
  await bench.run('full');
  await bench.store.dropSnapshot('samples_v1');
  expect(await holders(bench, 5)).toEqual({ live: true, snapshots: [], unread: [], models: { m1: 'unknown' } });
});

test('a version in which the key is not there is told, and the others are looked into all the same', async () => {
  const bench = await openBench(20);
  await bench.store.createSnapshot('old', { level: 'table', table });
  await sql(bench.store, 'ALTER TABLE shop.samples ADD COLUMN code INT');
  await sql(bench.store, 'UPDATE shop.samples SET code = id + 100');
  await bench.store.createSnapshot('young', { level: 'table', table });
  const row = { table, key: ['code'], hash: (salt: string) => rowHash(salt, [105]) };
  const found = await rowHolders(bench.store, [], row, () => {});
  expect(found.live).toBe(true);
  expect(found.snapshots.map(({ name }) => name)).toEqual(['young']);
  expect(found.unread.map(({ snapshot }) => snapshot.name)).toEqual(['old']);
});
