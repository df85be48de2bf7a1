// What to do now, without pinning anything.
import { expect, test } from 'vitest';
import { readAdvice } from '../../../src/app/training/readAdvice.ts';
import { insertSamples, openBench, sql } from '../support/bench.ts';

test('no model, nothing changed, something changed, and a base that is gone', async () => {
  const bench = await openBench(200);
  const training = await bench.training();
  const advise = async () => (await readAdvice(training, bench.workbench)).advice;
  expect(await advise()).toEqual({
    kind: 'full',
    reasons: ['There is no model to update yet.'],
    detectable: null,
    seconds: { delta: null, full: null },
  });

  await bench.run('full');
  expect(await advise()).toMatchObject({ kind: 'none', reasons: ['Nothing changed since samples_v1.'] });

  await insertSamples(bench.store, 200, 220);
  await sql(bench.store, `UPDATE shop.samples SET label = NULL WHERE id = 201`);
  const changed = await readAdvice(training, bench.workbench);
  expect(changed.parent?.number).toBe(1);
  expect(changed.facts).toMatchObject({ counts: { inserted: 20, updated: 0, deleted: 0 }, unlabelled: 1 });
  expect(changed.advice.kind).toBe('delta');
  expect(changed.advice.reasons).toEqual([
    `+20 ~0 −0 since samples_v1: 10 % of the rows, ${changed.facts?.train} of them to train on.`,
  ]);
  expect(changed.advice.detectable?.rows).toBe(changed.parent?.metrics.n);
  // 0.2 s for 200 rows; a full fit of a tenth more.
  expect(changed.advice.seconds).toEqual({ delta: null, full: expect.closeTo(0.22) as number });
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);

  await bench.store.dropSnapshot('samples_v1');
  expect(await advise()).toMatchObject({
    kind: 'full',
    reasons: ['There is no snapshot "samples_v1" of shop.samples.'],
  });
});

test('the advice counts by the shares of the run that would follow on it: those of the parent, whatever is configured now', async () => {
  const bench = await openBench(200);
  await bench.run('full', { more: ', "test": 0.1' });
  await insertSamples(bench.store, 200, 300);
  const other = ', "test": 0.3';
  const { facts } = await readAdvice(await bench.training(other), bench.workbench);
  await bench.run('delta', { more: other });
  const { counts } = bench.trainer.jobs.at(-1)?.plan ?? {};
  expect(facts?.train).toBe(counts?.delta);
});
