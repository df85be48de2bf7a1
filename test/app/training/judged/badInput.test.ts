// Deltas that a judge can say little of: each ends in a verdict or in one sentence, never in a bug, and nothing is left half-written.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { checkDelta } from '../../../../src/app/models/checkDelta.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import { Failure } from '../../../../src/base/failure.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { live } from '../../../../src/data/version.ts';
import { learners } from '../../../../src/train/models/table.ts';
import { createTrainer } from '../../../../src/train/trainer.ts';
import { benchOf, openStore, sql } from '../../support/bench.ts';

const forever = new AbortController().signal;

/** Who calls often leaves, but for one in ten. */
const customers = (from: number, to: number, label: (leaves: boolean, id: number) => string | null): string => {
  const rows = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const random = seededRandom(`churn:${id}`);
    const calls = random.below(10);
    const own = label(calls >= 5 !== random.fraction() < 0.1, id);
    return `(${id}, '${['West', 'East'][id % 2]}', ${calls}, ${own === null ? 'NULL' : `'${own}'`})`;
  });
  return `INSERT INTO shop.churn VALUES ${rows.join(', ')}`;
};
const honest = (leaves: boolean): string => (leaves ? 'yes' : 'no');

async function shop(learner: string, label: Parameters<typeof customers>[2] = honest) {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(store, 'CREATE TABLE shop.churn (id INT PRIMARY KEY, region VARCHAR(10), calls INT, churned VARCHAR(5))');
  await sql(store, customers(0, 1_000, label));
  const workbench = { ...benchOf(store).workbench, trainer: createTrainer(learners) };
  const resolved = (slices: readonly string[], features: readonly string[]) => {
    const training = { connection: 'local', table: 'shop.churn', label: 'churned', learner, slices, features };
    const config = { connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings: { churn: training } };
    return resolveTraining(readConfig(JSON.stringify(config), 'deltatrain.json'), 'churn', store);
  };
  const run = async (mode: 'delta' | 'full', slices: readonly string[] = [], features: readonly string[] = ['calls']) =>
    runTraining({ training: await resolved(slices, features), mode }, workbench, forever, () => {});
  const check = async (features: readonly string[]) =>
    checkDelta({ training: await resolved([], features), from: null, to: live }, workbench, forever);
  return { store, run, check, sql: (text: string) => sql(store, text) };
}

describe.each(['linear', 'mlp'])('by %s', (learner) => {
  test('a column to slice by that the parent’s facts do not know is left out of what is judged', async () => {
    const { run, sql: write } = await shop(learner);
    await run('full');
    await write(customers(1_000, 1_100, honest));
    const { model } = await run('delta', ['region']);
    expect(model).toMatchObject({ status: 'candidate', judgement: { data: { verdict: 'consistent' } } });
    expect(model?.slices.map(({ value }) => value)).toEqual(['East', 'West']);
  });

  test('a feature that the parent’s encoder does not know begins a lineage, which is said, and leaves the other as it was', async () => {
    const { run, check, sql: write } = await shop(learner);
    await run('full');
    await write('ALTER TABLE shop.churn ADD COLUMN minutes DOUBLE');
    await write(customers(1_000, 1_100, honest).replace('shop.churn', 'shop.churn (id, region, calls, churned)'));
    await write('UPDATE shop.churn SET minutes = id % 60');
    const more = ['calls', 'minutes'];
    await expect(check(more)).rejects.toThrow('its models are of another table, key, label or features');
    const { model, notes } = await run('delta', [], more);
    expect(notes.join(' ')).toContain('this is the first model of a new lineage');
    expect(model).toMatchObject({ number: 2, plan: { kind: 'full' }, judgement: { data: { verdict: 'none' } } });
    // The parent's own features go on from it, and what came beside them is a note.
    expect((await check(['calls'])).model.number).toBe(1);
    expect((await run('delta')).model).toMatchObject({ number: 3, plan: { kind: 'delta' }, status: 'candidate' });
    await write('ALTER TABLE shop.churn DROP COLUMN calls');
    await expect(check(['calls'])).rejects.toThrow('"calls"');
    await expect(run('delta')).rejects.toThrow('"calls"');
  });

  test('a delta without a test row, of one train row', async () => {
    const { run, sql: write } = await shop(learner);
    const { model: first } = await run('full');
    for (let id = 1_000; ; id++) {
      await write(customers(id, id + 1, honest));
      const { model, judged } = { judged: null, ...(await run('delta')) };
      if (model === null) {
        expect(judged).toMatchObject({ judgement: { data: { verdict: 'consistent' } } });
        continue;
      }
      expect(model).toMatchObject({ number: 2, status: 'candidate', judgement: { data: { verdict: 'consistent' } } });
      expect(model.metrics.n).toBeGreaterThanOrEqual(first?.metrics.n ?? 0);
      return;
    }
  });

  test('a class with one row, and so one class in the test rows', async () => {
    const { run, sql: write } = await shop(learner, (_, id) => (id === 17 ? 'rare' : 'no'));
    expect((await run('full')).model?.status).toBe('candidate');
    await write(customers(1_000, 1_100, () => 'no'));
    expect((await run('delta')).model).toMatchObject({ status: 'candidate' });
    await write(`UPDATE shop.churn SET churned = 'no' WHERE id = 17`);
    expect((await run('delta')).model?.status ?? 'untrainable').not.toBe('rejected');
  });

  test('new rows that are all without a label', async () => {
    const { run, sql: write } = await shop(learner);
    await run('full');
    await write(customers(1_000, 1_100, () => null));
    const outcome = await run('delta');
    expect(outcome).toMatchObject({ model: null, reason: 'delta.untrainable' });
    expect(outcome.sentence).toContain('100 without a label');
  });

  test('every label taken away, and every row', async () => {
    for (const text of ['UPDATE shop.churn SET churned = NULL', 'DELETE FROM shop.churn']) {
      const { store, run, sql: write } = await shop(learner);
      await run('full');
      await write(text);
      const ended = await run('delta').catch((error: unknown) => error);
      if (ended instanceof Failure) expect(ended.code).toMatch(/^(plan|run)\./);
      else
        expect(ended).toMatchObject({
          model: null,
          reason: 'delta.untrainable',
          judged: { judgement: { data: { verdict: 'suspect' } } },
        });
      expect((await store.snapshots()).length).toBe(1);
    }
  });
});
