// The matrix model × version: what is known is not measured again, and what cannot be measured says why.
import { qualityOf } from '../../../src/words/measures.ts';
import { expect, test } from 'vitest';
import { evaluateAt, evaluateMatrix } from '../../../src/app/models/evaluateMatrix.ts';
import { Failure } from '../../../src/base/failure.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';

const forever = new AbortController().signal;

async function benchWithThree(): Promise<Bench> {
  const bench = await openBench(300);
  for (const [mode, from] of [
    ['full', 300],
    ['delta', 330],
    ['delta', 360],
  ] as const) {
    await bench.run(mode);
    await insertSamples(bench.store, from, from + 30);
  }
  return bench;
}

test('a version that is gone leaves cells that say so, beside those that were measured before', async () => {
  const bench = await benchWithThree();
  const training = await bench.training();
  await bench.store.dropSnapshot('samples_v1');
  const matrix = await evaluateMatrix({ training }, bench.workbench, forever);
  expect(matrix.versions).toEqual(['samples_v1', 'samples_v2', 'samples_v3']);
  // m1 was tested on v1 when it was made; its child m2 was asked about rows that did not change alone.
  expect(matrix.accuracy.map((row) => row[0] !== null)).toEqual([true, false, false]);
  const gone = 'The snapshot samples_v1 is gone.';
  expect(matrix.missing.map((row) => row[0])).toEqual([null, gone, gone]);
  expect(matrix.accuracy.map((row) => row.slice(1)).flat()).not.toContain(null);
});

test('so does a version whose rows a model cannot read', async () => {
  const bench = await benchWithThree();
  bench.store.readRows = () => {
    throw new Failure('value.refused', { column: 'id, colour', value: '1, NULL', reason: 'a key cannot be NULL' });
  };
  const { accuracy, missing } = await evaluateMatrix({ training: await bench.training() }, bench.workbench, forever);
  const why: unknown = expect.stringContaining('a key cannot be NULL');
  expect(missing.map((row) => row[0])).toEqual([null, why, why]);
  expect(accuracy.map((row) => row[0] !== null)).toEqual([true, false, false]);
});

test('one cell is measured once, and kept', async () => {
  const bench = await openBench(300);
  await bench.run('full');
  await sql(bench.store, `UPDATE shop.samples SET label = 'b' WHERE id < 100`);
  await bench.store.createSnapshot('other', { level: 'table', table: { database: 'shop', table: 'samples' } });
  const training = await bench.training();
  const model = await bench.registry.model('m1');
  const measured = await evaluateAt(model, 'other', training, bench.workbench, forever);
  expect(measured.metrics.n).toBe(model.metrics.n);
  expect(measured.metrics.accuracy).toBeLessThan(qualityOf(model.metrics));
  const no = () => Promise.reject(new Error('no'));
  const silent = (): never => {
    throw new Error('no');
  };
  const trainer = { plan: no, choose: no, run: no, check: no, evaluate: no, predict: silent };
  expect(await evaluateAt(model, 'other', training, { ...bench.workbench, trainer }, forever)).toEqual(measured);
  await expect(evaluateAt(model, 'othr', training, bench.workbench, forever)).rejects.toThrow('Did you mean "other"?');
});
