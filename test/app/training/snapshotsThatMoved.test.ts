// A snapshot is who it was: one that went, or whose name another one took, is no base, and no model is registered on it.
import { expect, test } from 'vitest';
import { insertSamples, openBench } from '../support/bench.ts';

const target = { level: 'table', table: { database: 'shop', table: 'samples' } } as const;

test('a snapshot that has its name from one that is gone is no base of an update', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await bench.store.dropSnapshot('samples_v1');
  await insertSamples(bench.store, 200, 230);
  await bench.store.createSnapshot('samples_v1', target);
  await insertSamples(bench.store, 230, 240);
  await expect(bench.run('delta')).rejects.toMatchObject({ code: 'version.replaced' });
  expect((await bench.registry.models()).map(({ number }) => number)).toEqual([1]);
});

test.each([
  ['went', false],
  ['was made anew', true],
])('a model is not registered when the snapshot it was trained on %s meanwhile', async (_, isMadeAnew) => {
  const bench = await openBench(200);
  let moved: Promise<unknown> = Promise.resolve();
  bench.trainer.at = (moment) => {
    if (moment !== 'testing') return;
    moved = bench.store
      .dropSnapshot('samples_v1')
      .then(() => (isMadeAnew ? bench.store.createSnapshot('samples_v1', target) : undefined));
  };
  await expect(bench.run('full')).rejects.toMatchObject({ code: 'run.refused' });
  await moved;
  expect(await bench.registry.models()).toEqual([]);
});

test('an update is not registered when its base went meanwhile', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 230);
  let moved: Promise<unknown> = Promise.resolve();
  bench.trainer.at = (moment) => {
    if (moment === 'testing') moved = bench.store.dropSnapshot('samples_v1');
  };
  await expect(bench.run('delta')).rejects.toMatchObject({ code: 'run.refused' });
  await moved;
  expect((await bench.registry.models()).map(({ number }) => number)).toEqual([1]);
});
