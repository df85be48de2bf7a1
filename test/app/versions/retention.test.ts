// A clean-up takes what nobody needs, and never what a promoted model needs.
import { expect, test } from 'vitest';
import {
  cleanUp,
  type CleanUpFacts,
  keptText,
  planCleanUp,
  snapshotsOfDecisions,
} from '../../../src/app/versions/retention.ts';
import { exclude, lift, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { rememberRestore, wholeRestore } from '../../../src/app/versions/rememberRestore.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { ModelHead } from '../../../src/data/model.ts';
import { type Bench, openBench, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };
const day = 24 * 60 * 60 * 1000;

/** Five models, a delta each, and their snapshots; the second is promoted. */
async function fiveModels(): Promise<Bench> {
  const bench = await openBench();
  for (const number of [1, 2, 3, 4, 5]) {
    const outcome = await bench.run(number === 1 ? 'full' : 'delta');
    if (number === 2 && outcome.model) await bench.registry.promote(outcome.model);
    await sql(bench.store, `UPDATE shop.samples SET x = x + ${number} WHERE id % 7 = ${number}`);
  }
  return bench;
}

async function factsOf(bench: Bench, more: Partial<CleanUpFacts> = {}): Promise<CleanUpFacts> {
  const [snapshots, models] = await Promise.all([bench.store.snapshots(), bench.registry.models()]);
  return { snapshots, models, ofRuns: [], ofDecisions: [], now: Date.now() + 100 * day, ...more };
}

const names = (snapshots: readonly { name: string }[]): string[] => snapshots.map(({ name }) => name).toSorted();

test('what the promoted model and those it was trained from need stays, whatever is asked', async () => {
  const bench = await fiveModels();
  const plan = planCleanUp(await factsOf(bench), { last: 1, ageMs: 0 });
  // v1 and v2 are the promoted model's and its parent's, v5 the newest.
  expect(names(plan.remove)).toEqual(['samples_v3']);
  expect(names(plan.keep.map(({ snapshot }) => snapshot))).toEqual([
    'samples_v1',
    'samples_v2',
    'samples_v4',
    'samples_v5',
  ]);
  expect(new Set(plan.losing.map(({ number }) => number))).toEqual(new Set([3, 4]));
  const reasons = Object.fromEntries(plan.keep.map((one) => [one.snapshot.name, keptText(one)]));
  expect(reasons).toEqual({
    samples_v1: 'the promoted model samples/m2 needs it',
    samples_v2: 'the promoted model samples/m2 needs it',
    samples_v4: 'samples/m5 needs it, which the next run starts from or is measured against',
    samples_v5: 'samples/m5 needs it, which the next run starts from or is measured against',
  });
  const { removed, failure } = await cleanUp(bench.store, plan, () => {});
  expect([removed, failure]).toEqual([['samples_v3'], null]);
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2', 'samples_v4', 'samples_v5']);
});

test('the newest models keep what they need, and young snapshots stay', async () => {
  const bench = await fiveModels();
  expect(planCleanUp(await factsOf(bench), { last: 3, ageMs: 0 }).remove).toEqual([]);
  expect(planCleanUp(await factsOf(bench, { now: Date.now() }), { last: 1, ageMs: day }).remove).toEqual([]);
});

test('an archived model needs nothing; a run that has not ended keeps its snapshot', async () => {
  const bench = await fiveModels();
  const facts = await factsOf(bench);
  const models = facts.models.map((model): ModelHead => ({ ...model, status: 'archived' }));
  const plan = planCleanUp({ ...facts, models }, { last: 1, ageMs: 0 });
  expect(names(plan.remove)).toEqual(['samples_v1', 'samples_v2', 'samples_v3', 'samples_v4']);
  expect(plan.losing).toEqual([]);
  const ofRuns = facts.snapshots.filter(({ name }) => name === 'samples_v2');
  expect(names(planCleanUp({ ...facts, models, ofRuns }, { last: 1, ageMs: 0 }).remove)).not.toContain('samples_v2');
});

test('a name that was dropped and made again is not what the model needs', async () => {
  const bench = await openBench();
  await bench.run('full');
  await bench.store.dropSnapshot('samples_v1');
  await bench.store.createSnapshot('samples_v1', { level: 'table', table });
  await bench.store.createSnapshot('later', { level: 'table', table });
  expect(names(planCleanUp(await factsOf(bench), { last: 1, ageMs: 0 }).remove)).toEqual(['samples_v1']);
});

test('safety snapshots go by their age alone', async () => {
  const bench = await openBench(10);
  await bench.store.createSnapshot('samples_before_restore_1', { level: 'table', table });
  expect(planCleanUp(await factsOf(bench, { now: Date.now() }), { last: 1, ageMs: day }).remove).toEqual([]);
  expect(names(planCleanUp(await factsOf(bench), { last: 9, ageMs: day }).remove)).toEqual([
    'samples_before_restore_1',
  ]);
});

test('what failed is told with what was removed before; what is gone already counts as removed', async () => {
  const bench = await openBench(10);
  for (const name of ['a', 'b', 'c']) await bench.store.createSnapshot(name, { level: 'table', table });
  const plan = { remove: (await bench.store.snapshots()).toReversed() };
  await bench.store.dropSnapshot('a');
  const full = new Failure('store.full', { store: 'store.db' });
  const failing = {
    dropSnapshot: (name: string) => (name === 'c' ? Promise.reject(full) : bench.store.dropSnapshot(name)),
  };
  expect(await cleanUp(failing, plan, () => {})).toEqual({ removed: ['a', 'b'], failure: full });
  expect(await bench.snapshotNames()).toEqual(['c']);
});

test('what an exclusion was made from and what a restore can be undone by stay, as long as they stand', async () => {
  const bench = await openBench(200);
  const { store, registry } = bench;
  const training = await bench.training();
  await bench.run('full');
  await store.createSnapshot('found', { level: 'table', table });
  await exclude({ training, without: withoutOf('id < 3'), snapshot: 'found', note: 'bad' }, bench.workbench);
  const target = { level: 'table', table } as const;
  const back = async (to: string) => {
    await sql(store, `UPDATE shop.samples SET x = x + 1 WHERE id < 9`);
    const done = await restoreTable(
      { store, table, to, environment: 'development' },
      () => Promise.resolve(true),
      new AbortController().signal,
    );
    if (!done) throw new Error('nothing was restored');
    await rememberRestore(registry, store, wholeRestore(target, done));
    return done.safetySnapshot;
  };
  const [older, newer] = [await back('samples_v1'), await back('samples_v1')];
  await store.createSnapshot('last', { level: 'table', table });
  const plan = async () =>
    planCleanUp(await factsOf(bench, { ofDecisions: await snapshotsOfDecisions([registry]) }), { last: 1, ageMs: 0 });
  const kept = (await plan()).keep.map((one) => [one.snapshot.name, one.because]);
  expect(kept).toContainEqual(['found', 'exclusion']);
  expect(kept).toContainEqual([newer, 'undo']);
  // One that a later restore has taken over is nobody's way back any more.
  expect(names((await plan()).remove)).toEqual([older]);
  await lift(registry, training, 'x1');
  expect(names((await plan()).remove)).toEqual(['found', older].toSorted());
});
