/** The measure that a training goes by, from its configuration through trainer and registry to lists and matrix. */
import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { evaluateAt, evaluateMatrix } from '../../../../src/app/models/evaluateMatrix.ts';
import { cellsOf, noneSentence } from '../../../../src/app/registry/cellMetrics.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import { at } from '../../../../src/base/assert.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import type { Model } from '../../../../src/data/model.ts';
import type { ClassMetrics } from '../../../../src/data/trainer.ts';
import type { Training } from '../../../../src/data/training.ts';
import { createTrainer } from '../../../../src/train/trainer.ts';
import { measureBy, qualityText } from '../../../../src/words/measures.ts';
import { openStore, sql, workbenchOf } from '../../support/bench.ts';

const forever = new AbortController().signal;

/** Customers of whom one in ten churns; the number tells half of them apart. */
const customer = (id: number): string => {
  const churned = id % 10 === 0;
  return `(${id}, ${(id * 37) % 50}, ${churned && id % 20 === 0 ? 300 : (id * 13) % 60}, '${churned ? 'yes' : 'no'}')`;
};

/** Customers of whom one in ten churns, and nothing tells which: whoever answers for the best never says so. */
const unforeseen = (id: number): string => {
  const random = seededRandom(`customer ${id}`);
  return `(${id}, ${Math.floor(random.fraction() * 50)}, ${Math.floor(random.fraction() * 60)}, '${id % 10 === 0 ? 'yes' : 'no'}')`;
};

async function openShop(row = customer) {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(store, 'CREATE TABLE shop.c (id INT PRIMARY KEY, age INT, calls INT, churned VARCHAR(10))');
  const insert = (from: number, to: number) =>
    sql(store, `INSERT INTO shop.c VALUES ${Array.from({ length: to - from }, (_, i) => row(from + i)).join(', ')}`);
  await insert(0, 2_000);
  const workbench = workbenchOf(store);
  const { registry } = workbench;
  const training = (metric?: string): Promise<Training> => {
    const of = { connection: 'local', table: 'shop.c', label: 'churned', learner: 'linear', ...(metric && { metric }) };
    return resolveTraining(readConfig(JSON.stringify({ trainings: { churn: of } }), 'deltatrain.json'), 'churn', store);
  };
  const run = async (mode: 'full' | 'delta', metric?: string): Promise<Model> => {
    const { model, sentence } = await runTraining(
      { training: await training(metric), mode },
      workbench,
      forever,
      () => {},
    );
    if (!model) throw new Error(sentence);
    return model;
  };
  return { store, registry, workbench, training, run, insert };
}

function ofClasses({ metrics }: Model): ClassMetrics {
  if (metrics.task === 'regression') throw new Error('this is a classification');
  return metrics;
}

test('a rare class is measured beside the majority, and lists and matrix go by what was chosen', async () => {
  const shop = await openShop();
  const first = await shop.run('full', 'recall:yes');
  const metrics = ofClasses(first);
  expect(metrics.by).toBe('recall:yes');
  expect(metrics).toMatchObject({ beside: { baseline: { label: 'no' } } });
  const recall = measureBy(metrics, 'recall:yes')?.value ?? -1;
  expect(recall).toBeGreaterThan(0);
  expect(qualityText(metrics)).toBe(`recall of yes ${recall.toFixed(3).slice(1)}`);
  await shop.insert(2_000, 2_200);
  const second = await shop.run('delta', 'recall:yes');
  const now = measureBy(second.metrics, 'recall:yes')?.value;
  expect(second.guard).toMatchObject({
    measures: expect.arrayContaining([expect.objectContaining({ metric: 'recall:yes', child: now })]) as unknown,
  });
  // What decides is accuracy, whatever is chosen.
  expect(second.guard.metric).toBe('accuracy');
  const training = await shop.training('recall:yes');
  const matrix = await evaluateMatrix({ training }, shop.workbench, forever);
  const before = expect.any(Number) as unknown;
  expect(matrix).toMatchObject({
    metric: 'accuracy',
    accuracy: [
      [metrics.accuracy, before],
      [before, ofClasses(second).accuracy],
    ],
    by: 'recall:yes',
    values: [
      [recall, before],
      [before, now],
    ],
  });
  // Nothing is measured twice.
  const { trainer: _, ...rest } = shop.workbench;
  const refuse = { ...createTrainer(), evaluate: () => Promise.reject(new Error('measured again')) };
  expect(await evaluateMatrix({ training }, { ...rest, trainer: refuse }, forever)).toEqual(matrix);
  const cell = await evaluateAt(first, second.snapshot.name, training, { ...rest, trainer: refuse }, forever);
  expect(cell.metrics.accuracy).toBe(at(at(matrix.values ?? [], 0), 1));
});

test('without a measure all stays by accuracy, and another one is measured when it is asked for', async () => {
  const shop = await openShop();
  const first = await shop.run('full');
  expect(first.metrics.by).toBe(undefined);
  expect(qualityText(first.metrics)).toMatch(/^\.\d{3}$/);
  const plain = await evaluateMatrix({ training: await shop.training() }, shop.workbench, forever);
  expect(plain.by).toBe(undefined);
  const matrix = await evaluateMatrix({ training: await shop.training('auc') }, shop.workbench, forever);
  expect(matrix.values?.[0]?.[0]).toBe(measureBy(first.metrics, 'auc')?.value);
});

test('a measure that has no value says why, and is not measured again', async () => {
  const shop = await openShop(unforeseen);
  const first = await shop.run('full', 'precision:yes');
  expect(measureBy(first.metrics, 'precision:yes')).toBe(null);
  await shop.insert(2_000, 2_200);
  const second = await shop.run('delta', 'precision:yes');
  // At a version without any churned customer there is none to recall either.
  await sql(shop.store, `UPDATE shop.c SET churned = 'no'`);
  await shop.store.createSnapshot('loyal', { level: 'table', table: { database: 'shop', table: 'c' } });
  let asked = 0;
  const trainer = createTrainer();
  const counted: typeof trainer = {
    ...trainer,
    evaluate: (...of) => {
      asked += 1;
      return trainer.evaluate(...of);
    },
  };
  const parts = { ...shop.workbench, trainer: counted };
  const precise = await shop.training('precision:yes');
  const never = 'The model answers yes for no test row.';
  const matrix = await evaluateMatrix({ training: precise }, parts, forever);
  expect(matrix).toMatchObject({
    values: [
      [null, null],
      [null, null],
    ],
    missing: [
      [never, never],
      [never, never],
    ],
  });
  expect(matrix.accuracy.flat()).not.toContain(null);
  expect(asked).toBeGreaterThan(0);
  asked = 0;
  expect(await evaluateMatrix({ training: precise }, parts, forever)).toEqual(matrix);
  await expect(evaluateAt(first, second.snapshot.name, precise, parts, forever)).rejects.toThrow(never);
  expect(asked).toBe(0);
  const recalled = await shop.training('recall:yes');
  for (let again = 0; again < 2; again++)
    await expect(evaluateAt(first, 'loyal', recalled, parts, forever)).rejects.toThrow(
      'No test row there has the class yes.',
    );
  const ranked = await shop.training('auc');
  await expect(evaluateAt(first, 'loyal', ranked, parts, forever)).rejects.toThrow('on test rows of both');
  expect(asked).toBe(2);
});

test('a class that is not among those that are listed is not said to have no rows', () => {
  const classes = Array.from({ length: 100 }, (_, i) => ({
    ...{ label: `c${i}`, rows: 2, answered: 2, right: 1, recall: 0.5, precision: 0.5, f1: 0.5 },
  }));
  const beside = {
    ...{ baseline: { label: 'c0', accuracy: 0.01, logLoss: 4.6 }, balancedAccuracy: 0.5, auc: null, classes },
    ...{ confusion: { pairs: [], left: 0 }, calibration: { error: 0, raw: 0, temperature: 1, bins: [] } },
  };
  const metrics: ClassMetrics = { accuracy: 0.5, low: 0.4, high: 0.6, logLoss: 1, n: 202, beside };
  expect(cellsOf(metrics, { metric: 'recall:rare', task: 'classification' }).map(({ slice }) => slice)).toEqual(['']);
  expect(cellsOf(metrics, { metric: 'recall:c7', task: 'classification' }).map(({ slice }) => slice)).toEqual([
    '',
    '@recall:c7',
  ]);
  expect(noneSentence('recall:rare', false)).toBe(
    'Only the 100 most frequent classes are measured, and rare is none of them.',
  );
});

test.each([
  ['rmse', '"metric": "rmse" is no measure of a classification'],
  ['f1', '"metric": "f1" is no measure of a classification'],
])('"%s" is refused before anything is read', async (metric, sentence) => {
  const shop = await openShop();
  await expect(shop.training(metric)).rejects.toThrow(sentence);
});

test('a class that nobody has is refused before training, and nothing is kept', async () => {
  const shop = await openShop();
  await expect(shop.run('full', 'recall:maybe')).rejects.toThrow(
    '"metric": "recall:maybe" names a class that no train row has. The values of "churned" are no, yes.',
  );
  expect(await shop.registry.summaries()).toEqual([]);
  await sql(shop.store, `UPDATE shop.c SET churned = 'perhaps' WHERE id % 7 = 0`);
  await expect(shop.run('full', 'auc')).rejects.toThrow('"metric": "auc" is for two classes, and "churned" has 3.');
});
