/** A bad import where rows are split by a group, a time, a column or a table: held, left out, in quarantine, to the bit. */
import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { reproduceModel } from '../../../../src/app/models/reproduce.ts';
import { withoutGroup } from '../../../../src/app/models/withoutGroup.ts';
import { exclude, withoutOf } from '../../../../src/app/training/exclusions/exclude.ts';
import type { TrainRequest } from '../../../../src/app/training/runStart.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import type { RunOutcome } from '../../../../src/data/run.ts';
import { learners } from '../../../../src/train/models/table.ts';
import { createTrainer } from '../../../../src/train/trainer.ts';
import { benchOf, openStore, sql } from '../../support/bench.ts';

const forever = new AbortController().signal;

/** 4,000 customers, one in twenty-five of them in West; who calls often leaves, but for one in ten. */
function customers(): string {
  const rows = Array.from({ length: 4_000 }, (_, id) => {
    const random = seededRandom(`churn:${id}`);
    const calls = random.below(10);
    const leaves = calls >= 5 !== random.fraction() < 0.1;
    const day = new Date(Date.UTC(2026, 0, 1 + random.below(365))).toISOString().slice(0, 10);
    const part = ['test', 'valid'][random.below(10)] ?? 'train';
    const region = id % 25 === 0 ? 'West' : ['East', 'North', 'South'][id % 3];
    return `(${id}, '${region}', ${calls}, ${random.below(1_500)}, '${day}', '${part}', '${leaves ? 'yes' : 'no'}')`;
  });
  return `INSERT INTO shop.churn VALUES ${rows.join(', ')}`;
}

async function openChurn(split: object) {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(
    store,
    'CREATE TABLE shop.churn (id INT PRIMARY KEY, region VARCHAR(10), calls INT, household INT, day DATE, part VARCHAR(5), churned VARCHAR(3))',
  );
  await sql(store, customers());
  await sql(store, 'CREATE TABLE shop.sides (id INT PRIMARY KEY, part VARCHAR(5))');
  await sql(store, 'INSERT INTO shop.sides SELECT id, part FROM shop.churn');
  const of = { connection: 'local', table: 'shop.churn', label: 'churned', learner: 'linear' };
  const config = JSON.stringify({ trainings: { churn: { ...of, features: ['region', 'calls'], split } } });
  const training = await resolveTraining(readConfig(config, 'deltatrain.json'), 'churn', store);
  const workbench = { ...benchOf(store).workbench, trainer: createTrainer(learners) };
  const run = (mode: 'delta' | 'full', how: Pick<TrainRequest, 'onSuspect'> = {}): Promise<RunOutcome> =>
    runTraining({ training, mode, ...how }, workbench, forever, () => {});
  expect((await run('full')).model?.status).toBe('candidate');
  return { store, training, workbench, run };
}

const spoil = `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`;

const splits = {
  group: { group: ['household'] },
  time: { time: 'day', validation: '2026-10-15', test: '2026-11-15' },
  column: { column: 'part', test: 'test', validation: 'valid' },
  table: { table: 'shop.sides', column: 'part', test: 'test', validation: 'valid' },
};

test.each(Object.entries(splits))(
  'by %s: a column that is wrong in one region is held; without its suspects the next run is a candidate',
  async (_, split) => {
    const { store, training, workbench, run } = await openChurn(split);
    await sql(store, spoil);
    const held = await run('delta');
    expect(held.model?.status).toBe('held');
    if (!held.model) throw new Error(held.sentence);
    const compared = await withoutGroup(held.model, 1, workbench, forever, () => {});
    expect(compared.rows).toBe(160);
    const exclusion = await exclude({ training, without: withoutOf('1'), snapshot: null, note: '' }, workbench);
    expect(exclusion.rows).toHaveLength(160);
    const next = await run('delta');
    expect(next.model).toMatchObject({ status: 'candidate', parent: 1, number: 3 });
    const how = { fromRoot: false, inFull: true };
    expect((await reproduceModel('churn/m3', how, workbench, forever, () => {})).identical).toBe(true);
    await sql(store, spoil);
    expect((await run('delta')).model).toMatchObject({ status: 'candidate', delta: { inserted: 160 } });
  },
);

test.each(Object.entries(splits))('by %s: quarantine leaves the same rows out', async (_, split) => {
  const { store, run } = await openChurn(split);
  await sql(store, spoil);
  const outcome = await run('delta', { onSuspect: 'quarantine' });
  expect(outcome.quarantined?.rows).toBe(160);
});
