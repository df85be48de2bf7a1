// What is said of a table that went back to where an earlier model was trained, or partly so.
import { expect, test } from 'vitest';
import { readAdvice } from '../../../src/app/training/readAdvice.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Bench } from '../support/bench.ts';
import { insertSamples, openBench, sql } from '../support/bench.ts';

const target = { level: 'table', table: { database: 'shop', table: 'samples' } } as const;

async function restore({ store }: Bench, to: string): Promise<void> {
  await store.restore(await store.previewRestore(target, to), `before_${to}`);
}

const advise = async (bench: Bench) => (await readAdvice(await bench.training(), bench.workbench)).advice;

/** m1 on v1, and m2 on v2: 100 more rows, and some relabelled. */
async function trainTwice(bench: Bench): Promise<void> {
  await bench.run('full');
  await insertSamples(bench.store, 200, 300);
  await sql(bench.store, `UPDATE shop.samples SET label = 'b' WHERE id < 60`);
  await bench.run('delta');
}

test('after an update was undone: as it was for m1, and a full fit is advised once, for what is true', async () => {
  const bench = await openBench(200);
  await trainTwice(bench);
  await restore(bench, 'samples_v1');
  const asItWas = 'The table is as it was at samples_v1: m1 was trained on it.';
  const deleted =
    '100 rows (33 %) were deleted. An update leaves them out from now on, but what was learnt from them stays until a full fit.';
  expect(await advise(bench)).toMatchObject({ kind: 'full', reasons: [asItWas, deleted] });
  const outcome = await bench.run('delta');
  expect(outcome.model).toMatchObject({ number: 3, parent: 2 });
  expect(outcome.notes).toEqual([asItWas, `A full fit is advised. ${deleted}`]);

  // Every row changed twice on the way, but since the last full fit only these are new.
  await insertSamples(bench.store, 200, 210);
  expect((await bench.run('delta')).advice).toMatchObject({
    kind: 'delta',
    reasons: [expect.stringContaining('+10 ~0 −0 since samples_v3')],
  });
});

test('several updates undone at once are seen too; a table that is only as long as it was is another', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  for (const from of [200, 210]) {
    await insertSamples(bench.store, from, from + 10);
    await bench.run('delta');
  }
  await sql(bench.store, 'DELETE FROM shop.samples WHERE id >= 200');
  expect((await advise(bench)).reasons[0]).toBe('The table is as it was at samples_v1: m1 was trained on it.');
  await sql(bench.store, `UPDATE shop.samples SET label = 'b' WHERE id = 1`);
  expect((await advise(bench)).reasons[0]).toContain('20 rows (9.1 %) were deleted.');
});

test('what growth alone says is not counted: at least so many; of new rows alone the sum is exact', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 400);
  await bench.run('delta');
  await insertSamples(bench.store, 400, 500);
  expect((await advise(bench)).reasons).toEqual([
    '60 % of the rows changed since the last full fit, so an update saves little.',
  ]);
  await sql(bench.store, `UPDATE shop.samples SET label = 'b' WHERE id < 100`);
  expect((await advise(bench)).reasons).toEqual([
    'At least 60 % of the rows changed since the last full fit, so an update saves little.',
  ]);
});

test('changed to and fro, and in part: what differs from the last full fit is counted', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await sql(bench.store, `UPDATE shop.samples SET x = -x WHERE id BETWEEN 1 AND 80`);
  await bench.run('delta');
  await sql(bench.store, `UPDATE shop.samples SET x = -x WHERE id BETWEEN 1 AND 60`);
  expect((await advise(bench)).kind).toBe('delta');
  await sql(bench.store, `UPDATE shop.samples SET x = -x WHERE id >= 100`);
  expect((await advise(bench)).reasons).toEqual([
    '60 % of the rows changed since the last full fit, so an update saves little.',
  ]);
});

test('where the snapshot of the last full fit is gone, the changes are told as at most so many', async () => {
  const bench = await openBench(200);
  await trainTwice(bench);
  await bench.store.dropSnapshot('samples_v1');
  await insertSamples(bench.store, 300, 320);
  const reasons = (await advise(bench)).reasons;
  expect(reasons).toEqual(['Up to 53 % of the rows changed since the last full fit, so an update saves little.']);
});

test('nor is a run stopped where rows of the last full fit have no key to count by', async () => {
  const bench = await openBench(200);
  await trainTwice(bench);
  bench.store.countDelta = () =>
    Promise.reject(
      new Failure('value.refused', { column: 'id, name', value: '1, NULL', reason: 'a key cannot be NULL' }),
    );
  await insertSamples(bench.store, 300, 320);
  expect((await advise(bench)).reasons).toEqual([expect.stringMatching(/^Up to 53 % /)]);
});
