// What a model can say of a delta before anything is trained on it: the same as the run that follows says, and nothing is written.
import { describe, expect, test } from 'vitest';
import { checkDelta } from '../../../src/app/models/checkDelta.ts';
import { readConfig } from '../../../src/app/config/config.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { seededRandom } from '../../../src/base/random.ts';
import type { RowsRequest, Store } from '../../../src/data/store.ts';
import type { Training } from '../../../src/data/training.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { learners } from '../../../src/train/models/table.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { benchOf, openStore, sql } from '../support/bench.ts';

const forever = new AbortController().signal;
const config = `{
  "connections": { "local": { "kind": "embedded", "path": "store.db" } },
  "trainings": { "churn": { "connection": "local", "table": "shop.churn", "label": "churned", "learner": "linear", "slices": ["region"] } }
}`;

/** Who calls often leaves, but for one in ten. */
const customers = (from: number, to: number): string => {
  const rows = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const random = seededRandom(`churn:${id}`);
    const calls = random.below(10);
    const leaves = calls >= 5 !== random.fraction() < 0.1;
    return `(${id}, '${['West', 'East', 'North', 'South'][id % 4]}', ${calls}, '${leaves ? 'yes' : 'no'}')`;
  });
  return `INSERT INTO shop.churn VALUES ${rows.join(', ')}`;
};

async function shop(learner = 'linear') {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(store, 'CREATE TABLE shop.churn (id INT PRIMARY KEY, region VARCHAR(10), calls INT, churned VARCHAR(3))');
  await sql(store, customers(0, 4_000));
  const workbench = { ...benchOf(store).workbench, trainer: createTrainer(learners) };
  const training: Training = await resolveTraining(
    readConfig(config.replace('linear', learner), 'deltatrain.json'),
    'churn',
    store,
  );
  return {
    store,
    training,
    workbench,
    run: (mode: 'delta' | 'full') => runTraining({ training, mode }, workbench, forever, () => {}),
    check: (from: string | null = null, to = live) => checkDelta({ training, from, to }, workbench, forever),
  };
}

describe('a delta that is checked', () => {
  test('before training gets the verdict, the reasons and the hash that the run then holds it for', async () => {
    const { store, workbench, run, check } = await shop();
    expect((await run('full')).model?.status).toBe('candidate');
    expect((await check()).result.data).toMatchObject({ verdict: 'none', reasons: [] });
    await sql(store, customers(4_000, 4_100));
    expect((await check()).result.data).toMatchObject({ verdict: 'consistent', kinds: { inserted: 100 } });
    await sql(store, `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`);
    const snapshots = (await store.snapshots()).length;
    const { model, from, result } = await check();
    expect([model.number, from.name]).toEqual([1, 'churn_v1']);
    expect(result.data).toMatchObject({ verdict: 'suspect' });
    expect(result.data.reasons[0]).toMatchObject({ kind: 'features', column: 'calls' });
    expect(result.suspects.groups[0]).toMatchObject({ change: 'features', column: 'calls' });
    expect((await store.snapshots()).length).toBe(snapshots);
    expect(await workbench.registry.heads()).toHaveLength(1);
    const held = (await run('delta')).model;
    expect(held?.status).toBe('held');
    expect(held?.judgement?.data.hash).toBe(result.data.hash);
  });

  test('asks about rows of the parent’s snapshot alone, which are kept in the order of their hashes: the table as it is is read for leaks alone, where it is small', async () => {
    const { store, workbench, training, run } = await shop();
    await run('full');
    await sql(store, customers(4_000, 4_100));
    const read: string[] = [];
    const watched = new Proxy<Store>(store, {
      get(target, name: keyof Store) {
        const value = target[name] as (...all: unknown[]) => unknown;
        if (name !== 'readRows') return value.bind(target);
        return (request: RowsRequest, signal?: AbortSignal) => {
          read.push(request.at?.kind === 'snapshot' ? request.at.name : `live, at most ${request.limit ?? 'all'}`);
          return target.readRows(request, signal);
        };
      },
    });
    const request = { training, from: null, to: live };
    const { result } = await checkDelta(request, { ...workbench, store: watched }, forever);
    expect(result.data).toMatchObject({ verdict: 'consistent', kinds: { inserted: 100 } });
    expect(new Set(read)).toEqual(new Set(['churn_v1', 'live, at most 20000']));
    read.length = 0;
    await sql(store, customers(4_100, 21_000));
    await checkDelta(request, { ...workbench, store: watched }, forever);
    expect(new Set(read)).toEqual(new Set(['churn_v1']));
  });

  test('from a snapshot is judged by the newest model that has not learnt the changes, with facts made anew where it is of older data', async () => {
    const { store, run, check } = await shop();
    await run('full');
    await sql(store, customers(4_000, 4_100));
    await store.createSnapshot('between', { level: 'table', table: { database: 'shop', table: 'churn' } });
    await sql(store, customers(4_100, 4_200));
    expect((await run('delta')).model).toMatchObject({ number: 2, status: 'candidate' });
    await sql(store, `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`);
    const own = await check('churn_v1', atSnapshot('churn_v2'));
    expect([own.model.number, own.result.data.verdict, own.result.data.kinds.inserted]).toEqual([1, 'consistent', 200]);
    expect(own.result.data.notes).not.toContainEqual(expect.objectContaining({ kind: 'factsMade' }));
    const between = await check('between');
    expect([between.model.number, between.from.name, between.result.data.verdict]).toEqual([1, 'between', 'suspect']);
    expect(between.result.data.notes).toContainEqual(expect.objectContaining({ kind: 'factsMade', rows: 4_100 }));
    expect((await check()).model.number).toBe(2);
  });

  test('is refused where nobody can be asked', async () => {
    const { store, run, check } = await shop();
    await expect(check()).rejects.toThrow('there is no model yet that could be asked. Train one first.');
    await store.createSnapshot('old', { level: 'table', table: { database: 'shop', table: 'churn' } });
    await sql(store, customers(4_000, 4_100));
    await run('full');
    await expect(check('old')).rejects.toThrow(
      'its models were trained on newer data than old. Say --from churn_v1, on which m1 was trained.',
    );
    await expect(check('older')).rejects.toMatchObject({ code: 'version.unknown' });
    await sql(store, 'ALTER TABLE shop.churn DROP COLUMN calls');
    await expect(check()).rejects.toMatchObject({ code: 'delta.schemaChanged' });
  });
});

test('rows that went are judged also where the learner has nothing to train on', async () => {
  const { store, run } = await shop('mlp');
  await run('full');
  await sql(store, `DELETE FROM shop.churn WHERE churned = 'yes' AND region = 'West'`);
  const outcome = await run('delta');
  expect(outcome).toMatchObject({
    model: null,
    reason: 'delta.untrainable',
    judged: { parent: 1, judgement: { data: { verdict: 'suspect' } } },
  });
  expect(outcome.sentence).toMatch(/deleted\. These changes are suspect\. /);
  await sql(store, customers(4_000, 4_100));
  expect((await run('delta')).model?.status).toBe('held');
});

test('a few rows that went are no reason to look', async () => {
  const { store, run } = await shop('mlp');
  await run('full');
  await sql(store, 'DELETE FROM shop.churn WHERE id % 100 = 7');
  expect(await run('delta')).toMatchObject({
    model: null,
    reason: 'delta.untrainable',
    judged: { judgement: { data: { verdict: 'consistent' } } },
  });
});
