// What a training that has models keeps, whatever the defaults of now are.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import type { Training } from '../../../src/data/training.ts';
import { live } from '../../../src/data/version.ts';
import { type Bench, configText, openBench, sql } from '../support/bench.ts';

describe('a training that has models', () => {
  /** Registers a model of the training as it is resolved now. */
  async function withModel(more = ''): Promise<Bench> {
    const bench = await openBench();
    const training = await bench.training(more);
    await runTraining({ training, mode: 'full' }, bench.workbench, new AbortController().signal, () => {});
    return bench;
  }
  const resolved = async ({ store, registry }: Bench, more = ''): Promise<Training> => {
    const latest = await registry.latestTraining('samples');
    return resolveTraining(readConfig(configText(more), 'deltatrain.json'), 'samples', store, live, latest);
  };

  test('keeps task, features, learner and id whatever new columns and defaults come; they are offered, not taken', async () => {
    const bench = await withModel();
    const { id, features, task } = await bench.training();
    await sql(bench.store, 'ALTER TABLE shop.samples ADD COLUMN size INT');
    expect((await bench.training()).id).not.toBe(id);
    expect(await resolved(bench)).toMatchObject({ id, features, task, offered: ['size'] });
    expect((await resolved(bench)).learner.name).toBe('mlp');
  });

  test('says in its runs what is offered, and goes on in its lineage', async () => {
    const bench = await withModel();
    await sql(bench.store, 'ALTER TABLE shop.samples ADD COLUMN size INT');
    const training = await resolved(bench);
    await sql(bench.store, 'UPDATE shop.samples SET x = x + 0.5 WHERE id < 9');
    const run = { training, mode: 'full' as const };
    const { model, notes } = await runTraining(run, bench.workbench, new AbortController().signal, () => {});
    expect(model).toMatchObject({ number: 2, trainingId: training.id });
    expect(notes.join(' ')).toContain('Not trained on: "size". The training keeps the features of its models');
    expect(await bench.registry.latestTraining('samples')).not.toHaveProperty('offered');
  });

  test('takes what is written, and starts a new lineage with it', async () => {
    const bench = await withModel();
    await sql(bench.store, 'ALTER TABLE shop.samples ADD COLUMN size INT');
    const { id } = await bench.training();
    expect(await resolved(bench, ', "features": ["x", "colour", "size"]')).toMatchObject({
      id,
      features: ['x', 'colour', 'size'],
    });
    expect((await resolved(bench, ', "exclude": ["x"]')).features).toEqual(['colour', 'size']);
  });

  test('with a feature that its table has no more has the defaults of now', async () => {
    const bench = await withModel();
    await sql(bench.store, 'ALTER TABLE shop.samples DROP COLUMN colour');
    const { learner } = await resolved(bench);
    expect(learner.name).toBe('mlp');
    expect(await resolved(bench)).toEqual({ ...(await bench.training()), learner });
  });

  test('over another label is another training', async () => {
    const bench = await withModel();
    await sql(bench.store, 'ALTER TABLE shop.samples ADD COLUMN size INT');
    const config = readConfig(configText().replace('"label": "label"', '"label": "colour"'), 'deltatrain.json');
    const latest = await bench.registry.latestTraining('samples');
    const other = await resolveTraining(config, 'samples', bench.store, live, latest);
    expect(other.features).toEqual(['x', 'label', 'size']);
    expect(other).not.toHaveProperty('offered');
  });
});
