// The main use case over the real store: what is pinned, what the trainer is given, what is registered, and what a run leaves behind.
import { expect, test } from 'vitest';
import { discardInterrupted } from '../../../src/app/training/lease/keptSnapshot.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Model } from '../../../src/data/model.ts';
import type { RunEvent, RunOutcome } from '../../../src/data/run.ts';
import { insertSamples, keptSnapshot, openBench, openStore, sql } from '../support/bench.ts';
import type { Moment } from '../support/fakeTrainer.ts';

function modelOf(outcome: RunOutcome): Model {
  expect(outcome.reason).toBe(null);
  return outcome.model as Model;
}

test('a full fit pins the table, registers the first model as a candidate, and says that there is nothing to compare with', async () => {
  const bench = await openBench();
  const events: RunEvent[] = [];
  const outcome = await bench.run('full', { on: (event) => events.push(event) });
  const model = modelOf(outcome);
  expect(model).toMatchObject({
    training: 'samples',
    number: 1,
    parent: null,
    kind: 'full',
    status: 'candidate',
    base: null,
    delta: null,
    rows: 400,
    table: 'shop.samples',
    madeBy: 'ann@laptop',
    madeAt: '2026-01-01T00:00:00.000Z',
  });
  expect(model.snapshot.name).toBe('samples_v1');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
  expect(outcome.sentence).toBe('There is no earlier model to compare with.');
  expect(events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []))).toEqual([
    'pin',
    'diff',
    'read',
    'train',
    'test',
    'register',
  ]);
  const sets = bench.trainer.sets;
  expect((sets.train?.length ?? 0) + (sets.validation?.length ?? 0) + (sets.test?.length ?? 0)).toBe(400);
  expect(model.cost.rows.train).toBe(sets.train?.length);
  expect(await bench.registry.modelsOf({ id: model.trainingId, name: model.training })).toEqual([model]);
});

test('a delta run trains on the changed train rows as they are now, replays only unchanged ones, and tests at the new snapshot', async () => {
  const bench = await openBench(300);
  const first = modelOf(await bench.run('full'));
  const before = bench.trainer.sets;
  await insertSamples(bench.store, 300, 340);
  await sql(bench.store, `UPDATE shop.samples SET label = 'b' WHERE id < 30`);
  await sql(bench.store, `UPDATE shop.samples SET label = NULL WHERE id BETWEEN 50 AND 59`);
  await sql(bench.store, 'DELETE FROM shop.samples WHERE id BETWEEN 70 AND 74');
  const outcome = await bench.run('delta');
  const model = modelOf(outcome);
  expect(model).toMatchObject({ number: 2, parent: 1, kind: 'delta', status: 'candidate', rows: 335 });
  expect(model.base?.name).toBe('samples_v1');
  expect(model.snapshot.name).toBe('samples_v2');
  // Of the first 30 rows every fifth was "b" already.
  expect(model.delta).toEqual({ inserted: 40, updated: 24 + 10, deleted: 5 });

  const { delta = [], replay = [], test: now = [], validation = [] } = bench.trainer.sets;
  const atParent = before.test ?? [];
  const changed = new Set(delta);
  expect(delta.length).toBe(model.plan.counts.delta);
  expect(replay.filter((row) => changed.has(row))).toEqual([]);
  // Every row is on the side it was on, whatever changed in it.
  const all = [...delta, ...replay, ...validation, ...now];
  const left = await queryRows(bench.store, 'SELECT COUNT(*) FROM shop.samples WHERE label IS NOT NULL');
  expect(all.length).toBe(Number(left[0]?.[0]));
  expect(model.plan.counts.train).toBe(delta.length + replay.length);
  const labels = new Map(atParent.map((row) => [row.slice(0, -2), row.slice(-1)]));
  const relabelled = now.filter((row) => (labels.get(row.slice(0, -2)) ?? row.slice(-1)) !== row.slice(-1));
  expect(relabelled.length).toBeGreaterThan(0);
  expect(model.relabelled).toBe(relabelled.length);

  const [job] = bench.trainer.jobs.slice(-1);
  expect(job?.parent).toEqual(await bench.registry.artifact(first));
  expect(job?.baseline).toBe(null);
});

test('changes in columns that are not trained on are no delta', async () => {
  const bench = await openBench(200);
  await bench.run('full', { more: ', "features": ["x"]' });
  await sql(bench.store, `UPDATE shop.samples SET colour = 'green' WHERE id < 100`);
  const outcome = await bench.run('delta', { more: ', "features": ["x"]' });
  expect(outcome).toMatchObject({ model: null, reason: 'delta.empty' });
  expect(outcome.sentence).toBe('Nothing changed in shop.samples since samples_v1, so there is nothing to train on.');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});

test('a delta without a train row that has a label trains nothing and says what it holds', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await sql(bench.store, 'DELETE FROM shop.samples WHERE id < 10');
  const outcome = await bench.run('delta');
  expect(outcome).toMatchObject({ model: null, reason: 'delta.untrainable' });
  expect(outcome.sentence).toContain('10 deleted');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});

test('a model that is worse is kept as rejected, is no base for the next run, and cannot be promoted', async () => {
  const bench = await openBench(200);
  const first = modelOf(await bench.run('full'));
  await insertSamples(bench.store, 200, 260);
  bench.trainer.verdict = 'worse';
  const second = modelOf(await bench.run('delta'));
  expect(second.status).toBe('rejected');
  bench.trainer.verdict = 'same';
  const third = modelOf(await bench.run('delta'));
  expect(third).toMatchObject({ number: 3, parent: 1, status: 'candidate' });
  expect(third.base?.name).toBe(first.snapshot.name);
  await expect(bench.registry.promote(second)).rejects.toThrow('the quality gate said that it is worse');
});

test('the baseline is the promoted model; a full fit in between is told as the parent', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 210);
  const second = modelOf(await bench.run('delta'));
  await insertSamples(bench.store, 210, 220);
  const third = modelOf(await bench.run('delta'));
  // m1 is the last full fit and not the parent.
  expect(bench.trainer.jobs.at(-1)?.baseline).not.toBe(null);
  await bench.registry.promote(third);
  await insertSamples(bench.store, 220, 230);
  await bench.run('delta');
  expect(bench.trainer.jobs.at(-1)?.baseline).toBe(null);
  expect((await bench.registry.model(`samples/m${second.number}`)).status).toBe('candidate');
});

test('a baseline with other shares is asked about the rows that both plans keep out of training: its own plan says which', async () => {
  const bench = await openBench(400);
  const first = modelOf(await bench.run('full', { more: ', "test": 0.1' }));
  await bench.registry.promote(first);
  await bench.run('full', { more: ', "test": 0.3' });
  await insertSamples(bench.store, 400, 440);
  const outcome = await bench.run('delta', { more: ', "test": 0.1' });
  const job = bench.trainer.jobs.at(-1);
  // The run keeps the shares of its parent m2; m1 was trained on most of those test rows, and the trainer leaves them out.
  expect(job?.plan.test).toBe(0.3);
  expect(job?.baseline).toEqual(await bench.registry.artifact(first));
  expect(outcome.notes.join(' ')).not.toContain('Not compared with the baseline');
});

test('the baseline is tested when it kept the same rows out as the plan of this run, whatever is configured now', async () => {
  const bench = await openBench(400);
  const first = modelOf(await bench.run('full', { more: ', "test": 0.1' }));
  await bench.registry.promote(first);
  await insertSamples(bench.store, 400, 440);
  await bench.run('delta', { more: ', "test": 0.1' });
  await insertSamples(bench.store, 440, 480);
  const outcome = await bench.run('delta', { more: ', "test": 0.3' });
  expect(bench.trainer.jobs.at(-1)?.plan.test).toBe(0.1);
  expect(bench.trainer.jobs.at(-1)?.baseline).toEqual(await bench.registry.artifact(first));
  expect(outcome.notes.join(' ')).not.toContain('Not compared');
});

test('an existing snapshot can be trained on, also one of the whole database, and it stays when the run fails', async () => {
  const bench = await openBench(200);
  await bench.store.createSnapshot('shop_monday', { level: 'database', database: 'shop' });
  await insertSamples(bench.store, 200, 240);
  const model = modelOf(await bench.run('full', { snapshot: { name: 'shop_monday', own: false } }));
  expect(model.rows).toBe(200);
  expect(model.snapshot.name).toBe('shop_monday');
  bench.trainer.at = () => {
    throw new Failure('run.diverged', { epoch: 3 });
  };
  const other = { snapshot: { name: 'shop_monday', own: false }, more: ', "seed": 2' } as const;
  await expect(bench.run('full', other)).rejects.toThrow('diverged in epoch 3');
  expect(await bench.snapshotNames()).toEqual(['shop_monday']);
});

const unusable: readonly (readonly [
  what: string,
  prepare: (bench: Awaited<ReturnType<typeof openBench>>) => Promise<unknown>,
  message: string,
])[] = [
  [
    'a snapshot that was dropped',
    (bench) => bench.store.dropSnapshot('samples_v1'),
    'There is no snapshot "samples_v1" of shop.samples.',
  ],
  [
    'a snapshot that was dropped and made again',
    async (bench) => {
      await bench.store.dropSnapshot('samples_v1');
      await bench.store.createSnapshot('samples_v1', { level: 'table', table: { database: 'shop', table: 'samples' } });
    },
    '"samples_v1" was dropped and made again since samples/m1 was trained',
  ],
  [
    'a column of another type',
    async (bench) => {
      await sql(bench.store, 'ALTER TABLE shop.samples DROP COLUMN colour');
      await sql(bench.store, 'ALTER TABLE shop.samples ADD COLUMN colour INT');
    },
    'The columns of shop.samples differ between the two versions: "colour" was VARCHAR(10) and is INT.',
  ],
];

test.each(unusable)(
  '%s is no base: a delta run is refused and pins nothing, a full fit stands alone',
  async (_what, prepare, message) => {
    const bench = await openBench(200);
    await bench.run('full');
    await insertSamples(bench.store, 200, 220);
    await prepare(bench);
    const before = await bench.snapshotNames();
    await expect(bench.run('delta')).rejects.toThrow(message);
    expect(await bench.snapshotNames()).toEqual(before);
    const outcome = await bench.run('full');
    expect(modelOf(outcome)).toMatchObject({ number: 2, parent: 1, delta: null, guard: { verdict: 'none' } });
    expect(outcome.notes.join(' ')).toContain('Not compared with samples/m1');
  },
);

test('another set of features is another lineage, and the run says so', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  const outcome = await bench.run('delta', { more: ', "features": ["x"]' });
  expect(modelOf(outcome)).toMatchObject({ number: 2, parent: null, kind: 'full' });
  expect(outcome.notes.join(' ')).toContain('There is no model of "samples" yet, so this is a full fit.');
  expect(outcome.notes.join(' ')).toContain('the first model of a new lineage');
});

test('other shares of test rows: a delta run keeps its parent’s, a full fit has its own and is compared all the same', async () => {
  const bench = await openBench(300);
  await bench.run('full');
  await insertSamples(bench.store, 300, 330);
  const outcome = await bench.run('delta', { more: ', "test": 0.3' });
  expect(modelOf(outcome).plan.test).toBe(0.1);
  expect(outcome.notes.join(' ')).toContain('The shares of test and validation rows stay as in m1');
  const full = await bench.run('full', { more: ', "test": 0.3' });
  expect(modelOf(full)).toMatchObject({ plan: { test: 0.3 }, guard: { verdict: 'better' } });
});

const moments: readonly Moment[] = ['delta', 'replay', 'validation', 'test', 'epoch', 'testing'];

test.each(['pin', 'diff', 'read', 'register', ...moments] as const)(
  'cancelled at %s, a run leaves neither a model nor a snapshot nor a lease',
  async (moment) => {
    const bench = await openBench(200);
    await bench.run('full');
    await insertSamples(bench.store, 200, 260);
    const cancel = new AbortController();
    bench.trainer.at = (now) => {
      if (now === moment) cancel.abort();
    };
    const run = bench.run('delta', {
      signal: cancel.signal,
      on: (event) => {
        if (event.kind === 'phase' && event.phase === moment) cancel.abort();
      },
    });
    await expect(run).rejects.toThrow('Cancelled.');
    expect(await bench.snapshotNames()).toEqual(['samples_v1']);
    expect(await bench.registry.models()).toHaveLength(1);
    expect(await queryRows(bench.store, 'SELECT * FROM deltatrain.leases')).toEqual([]);
    bench.trainer.at = () => {};
    expect(modelOf(await bench.run('delta')).number).toBe(2);
  },
);

test('a run that fails removes its snapshot; one whose trainer is lost keeps it, and can be run again or discarded', async () => {
  const bench = await openBench(200);
  bench.trainer.at = () => {
    throw new Failure('run.diverged', { epoch: 1 });
  };
  await expect(bench.run('full')).rejects.toThrow('Training diverged');
  expect(await bench.snapshotNames()).toEqual([]);
  const lose = (): void => {
    bench.trainer.at = () => {
      throw new Failure('run.interrupted', { training: 'samples', snapshot: null });
    };
  };
  lose();
  await expect(bench.run('full')).rejects.toThrow('its snapshot "samples_v1" is kept');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);

  await insertSamples(bench.store, 200, 210);
  bench.trainer.at = () => {};
  const kept = await keptSnapshot(bench.store, 'samples_v1');
  const model = modelOf(await bench.run('full', { snapshot: kept }));
  expect(model.rows).toBe(200);
  const table = { database: 'shop', table: 'samples' };
  await expect(discardInterrupted(bench.workbench, table, kept)).rejects.toThrow('is needed by samples/m1');

  lose();
  await expect(bench.run('full')).rejects.toThrow('samples_v2');
  expect(await discardInterrupted(bench.workbench, table, await keptSnapshot(bench.store, 'samples_v2'))).toBe(true);
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});

test('a snapshot that somebody made under the name of the one an interrupted run kept is neither dropped nor trained on', async () => {
  const bench = await openBench(200);
  const table = { database: 'shop', table: 'samples' };
  await bench.store.createSnapshot('samples_v1', { level: 'table', table });
  const kept = await keptSnapshot(bench.store, 'samples_v1');
  await bench.store.dropSnapshot('samples_v1');
  expect(await discardInterrupted(bench.workbench, table, kept)).toBe(false);
  await bench.store.createSnapshot('samples_v1', { level: 'table', table });
  const theirs = await keptSnapshot(bench.store, 'samples_v1');
  expect(theirs.createdAt).not.toBe(kept.createdAt);

  expect(await discardInterrupted(bench.workbench, table, kept)).toBe(false);
  bench.trainer.at = () => {
    throw new Failure('run.diverged', { epoch: 1 });
  };
  await expect(bench.run('full', { snapshot: kept })).rejects.toThrow('Training diverged');
  expect(await bench.store.snapshots()).toMatchObject([{ name: 'samples_v1', createdAt: theirs.createdAt }]);

  bench.trainer.at = () => {};
  const outcome = await bench.run('full', { snapshot: kept });
  expect(outcome.model?.snapshot.name).toBe('samples_v2');
  expect(outcome.notes[0]).toBe(
    'The snapshot "samples_v1" that the interrupted run kept is gone, so the table was pinned anew.',
  );
});

test('advice: deletes, many updates and a large share ask for a full fit, and a delta run repeats it', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await sql(bench.store, 'DELETE FROM shop.samples WHERE id < 5');
  await insertSamples(bench.store, 200, 220);
  const deleted = await bench.run('delta');
  expect(deleted.advice.kind).toBe('full');
  expect(deleted.advice.reasons[0]).toContain('5 rows (2.5 %) were deleted.');
  expect(deleted.notes.join(' ')).toContain('A full fit is advised.');
  await insertSamples(bench.store, 220, 420);
  const grown = await bench.run('delta');
  expect(grown.advice.reasons.join(' ')).toContain('of the rows changed since the last full fit');
  await insertSamples(bench.store, 420, 470);
  const many = await bench.run('delta', { more: ', "guard": { "fullAfterUpdates": 2, "fullAfterShare": 10 }' });
  expect(many.advice.reasons.join(' ')).toContain('There were 2 updates since the last full fit');
});

test('the registry may lie in another store: the table’s own then holds nothing of ours but snapshots', async () => {
  const bench = await openBench(200);
  const elsewhere = openStore();
  const workbench = { ...bench.workbench, registry: new Registry(elsewhere) };
  const request = { training: await bench.training(), mode: 'full' } as const;
  const outcome = await runTraining(request, workbench, new AbortController().signal, () => {});
  expect(await workbench.registry.models()).toEqual([outcome.model]);
  expect(await bench.registry.models()).toEqual([]);
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});
