// Two trainings of the same table, key, label and features: each has a lineage of its own, and no number is given twice.
import { expect, test } from 'vitest';
import { readAdvice } from '../../../src/app/training/readAdvice.ts';
import { readConfig } from '../../../src/app/config/config.ts';
import { parentNames } from '../../../src/app/registry/documents.ts';
import { evaluateMatrix } from '../../../src/app/models/evaluateMatrix.ts';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import type { Model } from '../../../src/data/model.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import type { Training } from '../../../src/data/training.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';

const forever = new AbortController().signal;

const config = readConfig(
  `{
    "connections": { "local": { "kind": "embedded", "path": "store.db" } },
    "trainings": {
      "good": { "connection": "local", "table": "shop.samples", "label": "label", "learner": "mlp" },
      "good2": { "connection": "local", "table": "shop.samples", "label": "label", "learner": "mlp", "seed": 2 }
    }
  }`,
  'deltatrain.json',
);

interface Twins {
  readonly bench: Bench;
  training(name: string): Promise<Training>;
  run(name: string, mode?: 'delta' | 'full'): Promise<RunOutcome>;
}

async function openTwins(): Promise<Twins> {
  const bench = await openBench(200);
  const training = (name: string): Promise<Training> => resolveTraining(config, name, bench.store);
  return {
    bench,
    training,
    run: async (name, mode = 'delta') =>
      runTraining({ training: await training(name), mode }, bench.workbench, forever, () => {}),
  };
}

const nameOf = ({ model }: RunOutcome): string => `${model?.training}/m${model?.number}`;

/** good/m1, good2/m2, then both updated: good/m3, good2/m4. */
async function trainBoth(twins: Twins): Promise<RunOutcome[]> {
  const outcomes = [await twins.run('good', 'full'), await twins.run('good2', 'full')];
  await insertSamples(twins.bench.store, 200, 230);
  outcomes.push(await twins.run('good'), await twins.run('good2'));
  return outcomes;
}

test('a twin is compared with no model of the other, and its first run says how the numbers go', async () => {
  const twins = await openTwins();
  expect((await twins.run('good', 'full')).notes).toEqual([]);
  const first = await twins.run('good2');
  expect(first.model).toMatchObject({
    training: 'good2',
    number: 2,
    parent: null,
    seed: 2,
    guard: { verdict: 'none' },
  });
  expect(first.sentence).toBe('There is no earlier model to compare with.');
  expect(first.notes).toEqual([
    'There is no model of "good2" yet, so this is a full fit.',
    '"good2" has the same table, key, label and features as "good": it starts a lineage of its own, and their models are numbered together.',
  ]);
  expect(await twins.run('good2', 'full')).toMatchObject({ reason: 'model.same', model: { number: 2 }, notes: [] });
});

test('what changed is counted from the training’s own newest model, and the parent is of its lineage', async () => {
  const twins = await openTwins();
  const { store, registry } = twins.bench;
  await twins.run('good', 'full');
  await insertSamples(store, 200, 210);
  await twins.run('good2', 'full');
  const changed = await readAdvice(await twins.training('good'), twins.bench.workbench);
  expect([changed.parent?.number, changed.facts?.counts.inserted]).toEqual([1, 10]);
  const updated = await twins.run('good');
  expect(updated.model).toMatchObject({ number: 3, parent: 1, base: { name: 'samples_v1' }, delta: { inserted: 10 } });
  const nothing = await twins.run('good2');
  expect(nothing.sentence).toBe('Nothing changed in shop.samples since samples_v2, so there is nothing to train on.');
  for (const name of ['good', 'good2'])
    expect((await registry.modelsOf(await twins.training(name))).every((one) => one.training === name)).toBe(true);
});

test('evaluate, reproduce and promote stay within the training', async () => {
  const twins = await openTwins();
  const { bench } = twins;
  expect((await trainBoth(twins)).map(nameOf)).toEqual(['good/m1', 'good2/m2', 'good/m3', 'good2/m4']);
  const matrix = await evaluateMatrix({ training: await twins.training('good2') }, bench.workbench, forever);
  expect(matrix.models).toEqual(['good2/m2', 'good2/m4']);
  const steps: string[] = [];
  const again = await reproduceModel('good/m3', { fromRoot: true }, bench.workbench, forever, (event) => {
    if (event.kind === 'step') steps.push(event.model);
  });
  expect([again.identical, steps]).toEqual([true, ['good/m1', 'good/m3']]);
  await bench.registry.promote(await bench.registry.model('good/m1'));
  await bench.registry.promote(await bench.registry.model('good2/m2'));
  const promoted = (await bench.registry.models()).filter((one) => one.status === 'promoted');
  expect(promoted.map((one) => one.number)).toEqual([2, 1]);
  const of = await bench.registry.model('good/m3');
  expect(await bench.registry.training(of)).toMatchObject({ name: 'good', id: of.trainingId });
});

test('a parent of another training, as older programs wrote it, is printed by its own name and reproduced from', async () => {
  const twins = await openTwins();
  const { store, registry, workbench } = twins.bench;
  await trainBoth(twins);
  await sql(store, `UPDATE deltatrain.models SET training_name = 'good' WHERE number = 4`);
  const model: Model = await registry.model('good/m4');
  const names = await parentNames(registry, [model]);
  expect(names(model)).toBe('good2/m2');
  const steps: string[] = [];
  await reproduceModel('good/m4', { fromRoot: true }, workbench, forever, (event) => {
    if (event.kind === 'step') steps.push(event.model);
  });
  expect(steps).toEqual(['good2/m2', 'good/m4']);
});
