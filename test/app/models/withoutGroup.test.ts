// A held model as it would be without its first suspects: trained and tested, and nothing is registered.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { suspectsOf } from '../../../src/app/models/suspects.ts';
import { withoutGroup } from '../../../src/app/models/withoutGroup.ts';
import { exclude, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { learners } from '../../../src/train/models/table.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { benchOf, openStore, sql } from '../support/bench.ts';

const forever = new AbortController().signal;

const customers = (from: number, to: number): string => {
  const rows = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const random = seededRandom(`churn:${id}`);
    const calls = random.below(10);
    const leaves = calls >= 5 !== random.fraction() < 0.1;
    return `(${id}, '${id % 25 === 0 ? 'West' : ['East', 'North', 'South'][id % 3]}', ${calls}, '${leaves ? 'yes' : 'no'}')`;
  });
  return `INSERT INTO shop.churn VALUES ${rows.join(', ')}`;
};

async function shop(learner: string) {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(store, 'CREATE TABLE shop.churn (id INT PRIMARY KEY, region VARCHAR(10), calls INT, churned VARCHAR(3))');
  await sql(store, customers(0, 4_000));
  const config = {
    connections: { local: { kind: 'embedded', path: 'store.db' } },
    trainings: { churn: { connection: 'local', table: 'shop.churn', label: 'churned', learner } },
  };
  const training = await resolveTraining(readConfig(JSON.stringify(config), 'deltatrain.json'), 'churn', store);
  const workbench = { ...benchOf(store).workbench, trainer: createTrainer(learners) };
  const run = async (mode: 'delta' | 'full') => {
    const { model } = await runTraining({ training, mode }, workbench, forever, () => {});
    if (!model) throw new Error('no model');
    return model;
  };
  return { store, training, workbench, run };
}

describe.each(['linear', 'mlp'])('by %s', (learner) => {
  test('is what training without them comes to, to the bit', async () => {
    const { store, training, workbench, run } = await shop(learner);
    await run('full');
    await sql(store, `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`);
    await sql(store, customers(4_000, 4_200));
    const held = await run('delta');
    expect(held.status).toBe('held');
    const heads = await workbench.registry.heads();
    const found = await withoutGroup(held, 1, workbench, forever, () => {});
    expect(found.rows).toBe(held.judgement?.groups[0]?.rows);
    expect(found.data?.verdict).toBe('consistent');
    expect(found.metrics.without.n).toBe(found.metrics.model.n);
    expect(found.metrics.without.n).toBeLessThan(held.metrics.n);
    expect(await workbench.registry.heads()).toEqual(heads);
    expect(await workbench.registry.judged.exclusions(training)).toEqual([]);
    await exclude({ training, without: withoutOf('1'), snapshot: null, note: '' }, workbench);
    const next = await run('delta');
    expect(next).toMatchObject({ status: 'candidate', parent: 1 });
    expect(next.weightsSha256).toBe(found.weightsSha256);
    expect(next.metrics).toEqual(found.metrics.without);
  });
});

test('a group has the number by which it was kept, in whatever order the groups are found again', async () => {
  const { store, training, workbench, run } = await shop('linear');
  await run('full');
  await sql(store, `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`);
  await sql(
    store,
    `UPDATE shop.churn SET churned = 'no' WHERE region = 'East' AND churned = 'yes' AND calls > 6 AND id < 600`,
  );
  const held = await run('delta');
  const kept = held.judgement?.groups ?? [];
  expect(new Set(kept.map(({ change }) => change))).toEqual(new Set(['features', 'labels']));
  const { trainer } = workbench;
  const check: typeof trainer.check = async (...all) => {
    const found = await trainer.check(...all);
    const groups = [...found.suspects.groups].reverse();
    return { ...found, suspects: { ...found.suspects, groups: groups.slice(1) } };
  };
  const parts = { ...workbench, trainer: { ...trainer, check } };
  const { data, suspects } = await suspectsOf(held, parts, forever);
  expect(data.hash).toBe(held.judgement?.data.hash);
  expect(suspects.groups.map(({ hashes: _hashes, ...group }) => group)).toEqual(kept);
  for (const group of kept.map((_, i) => i + 1)) {
    const found = await withoutGroup(held, group, parts, forever, () => {});
    expect(found.rows).toBe(kept[group - 1]?.rows);
  }
  const { rows } = await exclude({ training, without: withoutOf('2'), snapshot: null, note: '' }, workbench);
  expect(rows).toHaveLength(kept[1]?.rows ?? 0);
  expect(rows.map(({ hash }) => hash).sort()).toEqual([...(suspects.groups[1]?.hashes ?? [])].sort());
});

test('a group that is not there, and one that leaves nothing to train on, are refused', async () => {
  const { store, workbench, run } = await shop('mlp');
  await run('full');
  await sql(store, `UPDATE shop.churn SET calls = 9 - calls WHERE region = 'West'`);
  const held = await run('delta');
  const without = (group: number) => withoutGroup(held, group, workbench, forever, () => {});
  await expect(without(9)).rejects.toThrow(/it has the groups 1 to \d\./);
  await expect(without(1)).rejects.toThrow('nothing is left to train on: it would be churn/m1 as it is.');
});
