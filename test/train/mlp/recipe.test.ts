/** What the recipe of the multilayer classifier promises: early stop, decay, and which of four bad attempts is kept. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import type { LearnerHooks } from '../../../src/data/learner.ts';
import { bestClass } from '../../../src/train/kernel/bestClass.ts';
import { fitRows, scoreRows, updateRows } from '../../../src/train/models/mlp/fits.ts';
import type { MlpModel } from '../../../src/train/models/mlp/layers.ts';
import { mlpOptions, mlpRules } from '../../../src/train/models/mlp/options.ts';
import { EncodedRows } from '../../../src/train/rows/encodedRows.ts';
import { caseOf, options } from '../support/cases.ts';
import { runCase } from '../support/runCase.ts';
import { changedTable, shop, shopRows } from '../support/shop.ts';

const { signal } = new AbortController();
const hooks: LearnerHooks = { signal, epoch: () => {} };
const defaults = mlpOptions(mlpRules.defaults);

const layoutOf = (inputs: number) => ({
  stored: inputs,
  inputs,
  silent: [],
  spreads: [{ way: 'copy' as const, from: 0, to: 0, count: inputs }],
});

/** Rows whose label follows the first of eight numbers four times in five: enough noise to be learnt by heart. */
function noisy(count: number, seed: string): EncodedRows {
  const random = seededRandom(seed);
  const rows = new EncodedRows(layoutOf(8));
  for (let i = 0; i < count; i++) {
    const values = Array.from({ length: 8 }, () => random.fraction() * 2 - 1);
    const label = (values[0] ?? 0) > 0 ? 1 : 0;
    rows.push(values, 0, random.below(5) === 0 ? 1 - label : label);
  }
  return rows;
}

async function accuracyOn(rows: EncodedRows, model: MlpModel): Promise<number> {
  const { classes, values } = await scoreRows(model, rows, signal);
  let right = 0;
  for (let i = 0; i < rows.length; i++) if (bestClass(values, i, classes) === rows.label(i)) right += 1;
  return right / rows.length;
}

test('a fit that stops early keeps the weights of its best epoch, not of its last', async () => {
  const validation = noisy(400, 'validation');
  const job = { rows: noisy(300, 'train'), validation, classes: 2, options: defaults, epochs: 300, seed: 'early' };
  const { model, epochs } = await fitRows(job, hooks);
  expect(epochs.length).toBeLessThan(300);
  const [best, last] = [epochs.at(-7), epochs.at(-1)];
  expect(last?.validationAccuracy).not.toBe(best?.validationAccuracy);
  expect(await accuracyOn(validation, model)).toBe(best?.validationAccuracy);
});

test('the learning rate falls in a line to a fiftieth', async () => {
  // One input that is always 1 and one label: the gradient hardly changes, so each step of Adam is the rate itself.
  const rows = new EncodedRows(layoutOf(1));
  for (let i = 0; i < 100; i++) rows.push([1], 0, 0);
  const parent: MlpModel = {
    structure: null,
    weights: [
      { name: 'dense1/kernel', shape: [1, 2], values: Float32Array.of(0, 0) },
      { name: 'dense1/bias', shape: [2], values: Float32Array.of(0, 0) },
    ],
  };
  const empty = new EncodedRows(layoutOf(1));
  const own = { ...defaults, batch: 100, learningRate: 1e-4 };
  const job = {
    parent,
    delta: rows,
    replay: empty,
    validation: empty,
    options: own,
    epochs: 50,
    rate: 1,
    seed: 'decay',
  };
  const { model } = await updateRows(job, hooks);
  const steps = Array.from({ length: 50 }, (_, step) => 1e-4 * (1 - 0.98 * (step / 50)));
  const moved = steps.reduce((sum, step) => sum + step, 0);
  expect((model.weights[0]?.values[0] ?? 0) / moved).toBeCloseTo(1, 2);
});

test('of four attempts that are all worse than the parent the best on the validation rows is kept', async () => {
  const first = shop(0, 3_000);
  const parent = await runCase(caseOf(first));
  const harsh = { ...options, replayShare: 0, replayRows: 0, learningRate: 3 };
  const now = changedTable(first, shopRows(3_000, 3_600));
  const child = await runCase(caseOf(now, { before: first, options: harsh }), { parent: parent.artifact });
  expect(child.attempts.map(({ validation }) => validation?.verdict)).toEqual(['worse', 'worse', 'worse', 'worse']);
  const right = child.attempts.map(({ validation }) => validation?.child ?? 0);
  expect(right[child.kept]).toBe(Math.max(...right));
  expect(Math.max(...right)).toBeGreaterThan(Math.min(...right));
});

test('replayed rows are held to what the parent said, by the share that the options say, and changed rows are not', async () => {
  const rows = new EncodedRows(layoutOf(1));
  for (let i = 0; i < 100; i++) rows.push([1], 0, 1);
  const none = new EncodedRows(layoutOf(1));
  // It says the first class with seven to one, and every row is of the second one.
  const parent: MlpModel = {
    structure: null,
    weights: [
      { name: 'dense1/kernel', shape: [1, 2], values: Float32Array.of(0, 0) },
      { name: 'dense1/bias', shape: [2], values: Float32Array.of(2, 0) },
    ],
  };
  const leaning = async (distillation: number, delta: EncodedRows, replay: EncodedRows): Promise<number> => {
    const own = { ...defaults, batch: 100, learningRate: 0.02, distillation };
    const job = { parent, delta, replay, validation: none, options: own, epochs: 200, rate: 1, seed: 'held' };
    const { model } = await updateRows(job, hooks);
    const [first = 0, second = 0] = (await scoreRows(model, rows, signal)).values;
    return first - second;
  };
  const [free, half, held] = [
    await leaning(0, none, rows),
    await leaning(0.5, none, rows),
    await leaning(0.95, none, rows),
  ];
  expect(free).toBeLessThan(0);
  expect(half).toBeGreaterThan(free + 0.5);
  expect(held).toBeGreaterThan(half + 0.5);
  expect(await leaning(0.95, rows, none)).toBe(await leaning(0, rows, none));
});
