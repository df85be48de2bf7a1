/** An exact learner from a real store through row sets, trainer and registry: what changed is taken in, and what is gone is taken back. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { storeRows } from '../../../src/app/training/rows/rowSets.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import type { TrainRequest } from '../../../src/app/training/runStart.ts';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import type { Model } from '../../../src/data/model.ts';
import { hashInput, inRange, splitRanges } from '../../../src/data/rowHash.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import type { Training } from '../../../src/data/training.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { learners } from '../../../src/train/models/table.ts';
import { counts, means } from '../../train/support/exactLearners.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';
import { type ChangedSet, changedTrainRows } from '../support/changedTrainRows.ts';

const trainer = createTrainer({ counts, means, ...learners });
const forever = new AbortController().signal;

/** A bench of 600 rows whose training names an exact learner. */
async function exactBench(learner: string): Promise<{
  bench: Bench;
  training: Training;
  run: (mode: TrainRequest['mode']) => Promise<RunOutcome>;
}> {
  const bench = await openBench(600);
  const options = learners[learner]?.options.defaults ?? {};
  const training = { ...(await bench.training()), learner: { name: learner, options } };
  const workbench = { ...bench.workbench, trainer };
  return {
    bench,
    training,
    run: (mode) => runTraining({ training, mode }, workbench, forever, () => {}),
  };
}

function modelOf(outcome: RunOutcome): Model {
  if (!outcome.model) throw new Error(outcome.sentence);
  return outcome.model;
}

/** A fit on every train row at the model's snapshot, with the model's own encoder and classes. */
async function inFull({ bench, training }: { bench: Bench; training: Training }, model: Model): Promise<string> {
  const frozen = await bench.registry.artifact(model);
  const plan = { ...model.plan, kind: 'full' as const, replay: null };
  const places = { store: bench.store, table: training.table, key: training.key };
  const rows = storeRows({ ...places, at: atSnapshot(model.snapshot.name), base: null }, plan);
  const job = { plan, parent: null, baseline: null, frozen };
  return (await trainer.run(job, rows, forever, () => {})).weightsSha256;
}

/** Inserts, corrections of a label and of a feature, a label taken away and one given, and deletes. */
async function change({ store }: Bench, round: number): Promise<void> {
  const from = 100 * round;
  await insertSamples(store, 600 + from, 640 + from);
  await sql(store, `UPDATE shop.samples SET label = 'c' WHERE id BETWEEN ${from} AND ${from + 9}`);
  await sql(store, `UPDATE shop.samples SET x = -1, colour = 'green' WHERE id BETWEEN ${from + 10} AND ${from + 19}`);
  await sql(store, `UPDATE shop.samples SET label = NULL WHERE id BETWEEN ${from + 20} AND ${from + 24}`);
  await sql(store, `UPDATE shop.samples SET label = 'a' WHERE id BETWEEN ${from - 80} AND ${from - 77}`);
  await sql(store, `DELETE FROM shop.samples WHERE id BETWEEN ${from + 30} AND ${from + 59}`);
}

test.each(['counts', 'means', 'linear', 'forest'])(
  'the update of "%s" has the bits of a full fit with its encoder, round after round',
  async (name) => {
    const exact = await exactBench(name);
    const root = modelOf(await exact.run('full'));
    expect(await inFull(exact, root)).toBe(root.weightsSha256);
    const { bench } = exact;
    for (const round of [1, 2, 3]) {
      await change(exact.bench, round);
      const child = modelOf(await exact.run('delta'));
      expect(child.weightsSha256).not.toBe(root.weightsSha256);
      expect(await inFull(exact, child)).toBe(child.weightsSha256);
      expect(child.classes).toEqual(['a', 'b', 'c']);
      const { rows } = child.cost;
      // Labels and features that change like this are asked about, whatever the learner.
      if (child.status === 'held') await bench.registry.approve(child, child.judgement?.data.hash ?? '');
      // Only what changed was read to train on: a sample of the others is nothing to an exact learner.
      expect(rows.replayed).toBe(0);
      expect(rows.delta).toBeLessThan(rows.train / 4);
    }
  },
);

test('rows that were deleted leave no trace, although nothing came that could be trained on', async () => {
  const exact = await exactBench('counts');
  const root = modelOf(await exact.run('full'));
  await insertSamples(exact.bench.store, 600, 700);
  modelOf(await exact.run('delta'));
  await sql(exact.bench.store, 'DELETE FROM shop.samples WHERE id >= 600');
  const child = modelOf(await exact.run('delta'));
  expect(child.cost.rows.delta).toBe(0);
  expect(child.weightsSha256).toBe(root.weightsSha256);
  const { identical } = await reproduceModel(
    'm3',
    { fromRoot: true },
    { ...exact.bench.workbench, trainer },
    forever,
    () => {},
  );
  expect(identical).toBe(true);
});

test('nor is a full fit advised for the sake of deletes, as nothing that was learnt from them stays', async () => {
  const { bench, run } = await exactBench('linear');
  modelOf(await run('full'));
  await sql(bench.store, 'DELETE FROM shop.samples WHERE id < 60');
  const { advice, notes } = await run('delta');
  expect(advice).toMatchObject({ kind: 'delta' });
  expect(notes.join(' ')).not.toContain('full fit');
});

test('the changed rows of a run are told apart: as they are, as they were, and those that are gone', async () => {
  const { bench, training, run } = await exactBench('means');
  modelOf(await run('full'));
  await change(bench, 1);
  const { plan, snapshot, base } = modelOf(await run('delta'));
  const rows = storeRows(
    {
      store: bench.store,
      table: training.table,
      key: training.key,
      at: atSnapshot(snapshot.name),
      base: base?.name ?? null,
    },
    plan,
  );
  const count = async (set: ChangedSet): Promise<number> => {
    let found = 0;
    for await (const page of changedTrainRows(rows, plan, set)) found += page.rows;
    return found;
  };
  const { train } = splitRanges(plan);
  const onTrain = (from: number, to: number): number =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((id) =>
      inRange(
        createHash('md5')
          .update(hashInput(plan.splitSalt, [id]))
          .digest('hex'),
        train,
      ),
    ).length;
  // Of the rows 20 to 23 that were to become "a" only the first was not; those from 120 on lost their label.
  expect({ delta: await count('delta'), before: await count('before'), removed: await count('removed') }).toEqual({
    delta: onTrain(700, 739) + onTrain(100, 119) + onTrain(20, 20),
    before: onTrain(100, 124) + onTrain(20, 20),
    removed: onTrain(130, 159),
  });
});

test('that an update is what a full fit would be is said of it, and can be tried', async () => {
  const exact = await exactBench('linear');
  const parts = { ...exact.bench.workbench, trainer };
  const again = (ref: string) => reproduceModel(ref, { fromRoot: false, inFull: true }, parts, forever, () => {});
  const first = await exact.run('full');
  expect(first.model && first.exact).toBeNull();
  for (const round of [1, 2]) {
    await change(exact.bench, round);
    const outcome = await exact.run('delta');
    expect(outcome.model && outcome.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
  }
  expect(await again('m1')).toMatchObject({ identical: true, inFull: true, steps: 1 });
  expect(await again('m3')).toMatchObject({ identical: true, inFull: true });
  await sql(exact.bench.store, `UPDATE deltatrain.models SET weights_sha256 = '${'0'.repeat(64)}' WHERE number = 3`);
  expect(await again('m3')).toMatchObject({ identical: false, expected: '0'.repeat(64) });
});

test('a full fit is not held against a learner that only comes near it', async () => {
  const exact = await exactBench('mlp');
  const parts = { ...exact.bench.workbench, trainer };
  await exact.run('full');
  await insertSamples(exact.bench.store, 600, 640);
  const outcome = await exact.run('delta');
  expect(outcome.model && outcome.exact).toBeNull();
  await expect(reproduceModel('m2', { fromRoot: false, inFull: true }, parts, forever, () => {})).rejects.toThrow(
    'm2 was made by the learner "mlp", whose updates come near a full fit and are not the same.',
  );
});
