/** A regression through the trainer: labels as values, measures, pairs and the guard. */
import { describe, expect, test } from 'vitest';
import type { TrainResult } from '../../src/data/trainer.ts';
import { pairedErrors } from '../../src/judge/statistics/paired.ts';
import { regressionMetrics } from '../../src/train/measure/regression.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { type Case, caseOf, type Table } from './support/cases.ts';
import { brief } from './support/runCase.ts';
import { groups } from './support/exactLearners.ts';
import { changedTable } from './support/shop.ts';

describe('the measures of a regression', () => {
  test('are those of the book, on a case by hand', () => {
    // Answers 2, 4, 9 for labels 1, 4, 7: squared errors 1, 0, 4 around labels of variance 6.
    const metrics = regressionMetrics(Float64Array.of(1, 0, 2), Float64Array.of(1, 4, 7));
    expect(metrics).toMatchObject({ task: 'regression', mae: 1, n: 3 });
    expect(metrics.rmse).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(metrics.r2).toBeCloseTo(1 - 5 / 3 / 6, 12);
    // The mean squared error 5/3 ± 1.96 · sqrt(13/3 / 3).
    expect(metrics.low).toBe(0);
    expect(metrics.high).toBeCloseTo(Math.sqrt(5 / 3 + 1.959963984540054 * Math.sqrt(13 / 9)), 9);
  });
  test('labels that do not vary explain nothing', () => {
    expect(regressionMetrics(Float64Array.of(1, -1), Float64Array.of(3, 3)).r2).toBe(0);
    const pair = pairedErrors(Float64Array.of(0, 0), Float64Array.of(1, 1), Float64Array.of(3, 3));
    // Not that the two are alike: everything is possible.
    expect(pair).toMatchObject({ difference: 0, p: 1, low: -1, high: 1 });
  });
  test('a pair is better by what it explains more, whatever the unit', () => {
    const labels = Float64Array.from({ length: 400 }, (_, i) => i % 20);
    const child = labels.map((_, i) => (i % 2 === 0 ? 1 : -1));
    const parent = labels.map((_, i) => (i % 2 === 0 ? 2 : -1));
    const pair = pairedErrors(child, parent, labels);
    expect(pair.difference).toBeCloseTo(pair.child - pair.parent, 12);
    expect(pair.low).toBeGreaterThan(0);
    expect(pair.p).toBeLessThan(1e-9);
    const inCents = (values: Float64Array) => values.map((value) => value * 100);
    const cents = pairedErrors(inCents(child), inCents(parent), inCents(labels));
    expect(cents.difference).toBeCloseTo(pair.difference, 12);
    expect(pairedErrors(child, child, labels)).toMatchObject({ difference: 0, low: 0, high: 0, p: 1 });
    // Worse by the same on every row: as sure as that many coins that fell one way, and no surer.
    const twenty = labels.slice(0, 20);
    const even = pairedErrors(new Float64Array(20).fill(2), new Float64Array(20).fill(1), twenty);
    expect(even.difference).toBeLessThan(0);
    expect(even.p).toBeCloseTo(2 ** -19, 12);
    expect(pairedErrors(Float64Array.of(2, 2), Float64Array.of(1, 1), Float64Array.of(3, 4)).p).toBe(0.5);
  });
});

/** Rents by quarter: what a learner can find out, and a rest that it cannot. */
const rents = (to: number, shift = 0): Table => ({
  columns: [
    { name: 'quarter', type: 'VARCHAR(10)' },
    { name: 'rent', type: 'DECIMAL(8,2)' },
  ],
  rows: new Map(
    Array.from({ length: to }, (_, key) => {
      const quarter = key % 5;
      return [key, [`q${quarter}`, (400 + 100 * quarter + shift + ((key * 7) % 30)).toFixed(2)]];
    }),
  ),
});

const trainer = createTrainer({ groups });
const run = (one: Case, parent: Uint8Array | null = null): Promise<TrainResult> =>
  trainer.run(
    { plan: one.plan, parent, baseline: null, judge: brief },
    one.rows,
    new AbortController().signal,
    () => {},
  );
const of = { learner: 'groups', options: {}, task: 'regression' as const };

test('a regression is trained, updated, held against its parent, and evaluated', async () => {
  const first = rents(800);
  const parent = await run(caseOf(first, of));
  expect(parent.classes).toEqual([]);
  expect(parent.metrics).toMatchObject({ task: 'regression', n: caseOf(first, of).sets.test.length });
  expect(parent.metrics.task === 'regression' && parent.metrics.r2).toBeGreaterThan(0.95);
  const dearer = changedTable(
    first,
    [...rents(800, 200).rows].map(([key, row]) => [Number(key), [...row]]),
  );
  const one = caseOf(dearer, { ...of, before: first });
  const child = await run(one, parent.artifact);
  // Every rent rose, so none is left on which the child could have lost anything.
  expect(child.guard).toMatchObject({ verdict: 'none', metric: 'rmse', unchanged: null, now: { verdict: 'better' } });
  const [measured] = await trainer.evaluate(
    { plan: one.plan, artifacts: [child.artifact] },
    one.rows,
    new AbortController().signal,
  );
  expect(measured).toEqual(child.metrics);
});

test('a label that is no number is refused with what it holds', async () => {
  const odd = changedTable(rents(400), [[3, ['q3', 'much']]]);
  await expect(run(caseOf(odd, of))).rejects.toThrow('"rent" holds "much", which is no number');
});

test('a learner is not trained for a task that it does not fit', async () => {
  const one = caseOf(rents(400), { task: 'regression' });
  const own = createTrainer();
  const job = { plan: one.plan, parent: null, baseline: null };
  await expect(own.run(job, one.rows, new AbortController().signal, () => {})).rejects.toThrow(
    'The learner "mlp" cannot be trained for regression.',
  );
});
