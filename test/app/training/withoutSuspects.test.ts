// Train Without Them, from end to end: a column wrong in one region is held, and without its rows the next run goes on.
import { expect, test } from 'vitest';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { readConfig } from '../../../src/app/config/config.ts';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { exclude, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { seededRandom } from '../../../src/base/random.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { learners } from '../../../src/train/models/table.ts';
import { benchOf, openStore, sql } from '../support/bench.ts';

const forever = new AbortController().signal;
const config = `{
  "connections": { "local": { "kind": "embedded", "path": "store.db" } },
  "trainings": { "churn": { "connection": "local", "table": "shop.churn", "label": "churned", "learner": "linear" } }
}`;

/** 4,000 customers, one in twenty-five of them in West; who calls often leaves, but for one in ten. */
function customers(): string {
  const rows = Array.from({ length: 4_000 }, (_, id) => {
    const random = seededRandom(`churn:${id}`);
    const calls = random.below(10);
    const leaves = calls >= 5 !== random.fraction() < 0.1;
    return `(${id}, '${id % 25 === 0 ? 'West' : ['East', 'North', 'South'][id % 3]}', ${calls}, '${leaves ? 'yes' : 'no'}')`;
  });
  return `INSERT INTO shop.churn VALUES ${rows.join(', ')}`;
}

async function openChurn() {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(store, 'CREATE TABLE shop.churn (id INT PRIMARY KEY, region VARCHAR(10), calls INT, churned VARCHAR(3))');
  await sql(store, customers());
  const training = await resolveTraining(readConfig(config, 'deltatrain.json'), 'churn', store);
  const workbench = { ...benchOf(store).workbench, trainer: createTrainer(learners) };
  const run = (mode: 'delta' | 'full'): Promise<RunOutcome> =>
    runTraining({ training, mode }, workbench, forever, () => {});
  expect((await run('full')).model?.status).toBe('candidate');
  return { store, training, workbench, run };
}

test('a column that is wrong in one region is held; without its suspects the next run is a candidate, to the bit', async () => {
  const { store, training, workbench, run } = await openChurn();
  const { registry } = workbench;
  await sql(store, `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`);
  const held = await run('delta');
  expect(held.model?.status).toBe('held');
  const exclusion = await exclude({ training, without: withoutOf('1'), snapshot: null, note: '' }, workbench);
  expect(exclusion.rows).toHaveLength(160);
  expect((await registry.model('churn/m2')).status).toBe('archived');
  const next = await run('delta');
  expect(next.model).toMatchObject({ status: 'candidate', parent: 1, number: 3 });
  expect(next.model?.judgement?.data.kinds).toMatchObject({ features: 0, removed: 0 });
  const how = { fromRoot: false, inFull: true };
  expect((await reproduceModel('churn/m3', how, workbench, forever, () => {})).identical).toBe(true);
  expect(await run('delta')).toMatchObject({ model: null, reason: 'delta.empty' });
  // Repaired, they come in again: they are what an older version had, but in the parent's eyes they are new.
  await sql(store, `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`);
  const repaired = await run('delta');
  expect(repaired.model).toMatchObject({ status: 'candidate', parent: 3, delta: { inserted: 160 } });
  expect(repaired.model?.judgement?.data.reasons).toEqual([]);
});

test('rows that a stale copy takes back to an older version are held', async () => {
  const { store, run } = await openChurn();
  const moved = 'id % 20 = 1 AND id % 3 = 1 AND id % 25 <> 0';
  await sql(store, `UPDATE shop.churn SET region = 'South' WHERE ${moved}`);
  expect((await run('delta')).model?.status).toBe('candidate');
  await sql(store, `UPDATE shop.churn SET region = 'North' WHERE ${moved}`);
  const stale = await run('delta');
  expect(stale.model?.status).toBe('held');
  expect(stale.model?.judgement?.data.reasons).toMatchObject([{ kind: 'rowsReturned', rows: 67 }]);
});
