/** How many rows a run looks at: a window of unchanged rows, so many rows of each side at most; and that older lineages keep their way. */
import { describe, expect, test } from 'vitest';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { exclude, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { deltaDraft, fullDraft } from '../../../src/app/training/planRun.ts';
import { storeRows } from '../../../src/app/training/rows/rowSets.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { hashBound, splitRanges } from '../../../src/data/rowHash.ts';
import type { Model } from '../../../src/data/model.ts';
import type { RowSet } from '../../../src/data/trainer.ts';
import type { LearnerOptions, Plan } from '../../../src/data/training.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { readFacts } from '../../../src/judge/facts/factsBytes.ts';
import { learners } from '../../../src/train/models/table.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { insertSamples, openBench, sql } from '../support/bench.ts';

const trainer = createTrainer(learners);
const forever = new AbortController().signal;
const few = ', "learner": "linear", "test": 0.2, "validation": 0.2, "testRows": 40, "validationRows": 30';

async function bounded(more = few) {
  const bench = await openBench(600);
  const training = await bench.training(more);
  const workbench = { ...bench.workbench, trainer };
  return {
    ...bench,
    training,
    workbench,
    async fit(mode: 'delta' | 'full'): Promise<Model> {
      const { model, sentence } = await runTraining({ training, mode }, workbench, forever, () => {});
      if (!model) throw new Error(sentence);
      return model;
    },
  };
}

async function hashesIn(plan: Plan, places: Parameters<typeof storeRows>[0], set: RowSet): Promise<string[]> {
  const hashes: string[] = [];
  for await (const page of storeRows(places, plan).read(set, forever, { hashes: true }))
    hashes.push(...(page.hashes ?? []));
  return hashes;
}

describe('rows of a side', () => {
  test('are the first in hash order, and no more than the training says; facts count all rows', async () => {
    const bench = await bounded();
    const first = await bench.fit('full');
    expect(first.plan).toMatchObject({ format: 3, atMost: { test: 40, validation: 30 } });
    expect(first.metrics.n).toBe(40);
    const facts = readFacts([(await bench.registry.judged.facts(first)) ?? new Uint8Array()]);
    expect(facts?.rows).toBe(600);
    await insertSamples(bench.store, 600, 640);
    await sql(bench.store, 'DELETE FROM shop.samples WHERE id < 90');
    const second = await bench.fit('delta');
    expect(second.metrics.n).toBe(40);
    const kept = await bench.registry.judged.facts(second);
    const chain = [await bench.registry.judged.facts(first), kept].flatMap((one) => one ?? []);
    expect(readFacts(chain)?.rows).toBe(550);
    const places = {
      store: bench.store,
      table: bench.training.table,
      key: ['id'],
      at: atSnapshot('samples_v2'),
      base: null,
    };
    const { atMost: _all, ...unbounded } = second.plan;
    for (const [set, most] of [
      ['test', 40],
      ['validation', 30],
    ] as const) {
      const all = await hashesIn(unbounded, places, set);
      expect(all.length).toBeGreaterThan(most);
      expect(await hashesIn(second.plan, places, set)).toEqual(all.slice(0, most));
    }
  });

  test('of which some went: those that were not among the first are not counted against the model', async () => {
    const bench = await bounded();
    await bench.fit('full');
    const range = splitRanges({ test: 0.2, validation: 0.2 }).test;
    const ids = new Map<string, number>();
    const request = { table: bench.training.table, at: { kind: 'live' }, columns: ['id'], order: 'hash' } as const;
    const salt = `split:${bench.training.id}`;
    for await (const page of bench.store.readRows({ ...request, salt, range, withHash: true }))
      page.hashes?.forEach((hash, i) => ids.set(hash, Number(page.cells[0]?.values[i])));
    const last = [...ids.values()].slice(-50);
    await sql(bench.store, `DELETE FROM shop.samples WHERE id IN (${last.join(', ')})`);
    await insertSamples(bench.store, 600, 700);
    const { guard } = await bench.fit('delta');
    expect(guard.now?.n).toBe(40);
  });

  test('are the same when a model is made again, with rows that are left out and without', async () => {
    const bench = await bounded();
    await bench.fit('full');
    await insertSamples(bench.store, 600, 660);
    await bench.fit('delta');
    const out = { training: bench.training, without: withoutOf('id BETWEEN 0 AND 20'), snapshot: null, note: '' };
    await exclude(out, bench.workbench);
    const third = await bench.fit('delta');
    const full = await bench.fit('full');
    expect([third.metrics.n, full.metrics.n]).toEqual([40, 40]);
    for (const ref of ['samples/m1', 'samples/m2', 'samples/m3', 'samples/m4'])
      expect(await reproduceModel(ref, { fromRoot: false }, bench.workbench, forever, () => {})).toMatchObject({
        identical: true,
      });
  });

  test('are 20,000 where nothing is said', async () => {
    const bench = await openBench(100);
    const info = await bench.store.table({ database: 'shop', table: 'samples' });
    const facts = { training: await bench.training(), info, version: 1, depth: 0, train: 80 };
    expect(fullDraft(facts)).toMatchObject({ format: 3, atMost: { test: 20_000, validation: 20_000 } });
    const more = { ...facts, training: await bench.training(', "testRows": 50000') };
    expect(fullDraft(more).atMost).toEqual({ test: 50_000, validation: 20_000 });
  });

  test.each([{ testRows: 19 }, { validationRows: 0 }, { testRows: 1.5 }])('%j is refused', async (wrong) => {
    const bench = await openBench(100);
    const more = `, ${JSON.stringify(wrong).slice(1, -1)}`;
    await expect(async () => bench.training(more)).rejects.toMatchObject({ code: 'config.unreadable' });
  });
});

const delta = {
  counts: { inserted: 3_000, updated: 0, deleted: 0 },
  train: 2_400,
  validation: 300,
  test: 300,
  unlabelled: 0,
  relabelled: 0,
};

/** The plan of an update of a large table, over a parent of this plan. */
async function planOver(parent: Partial<Plan>, options: LearnerOptions, depth = 1): Promise<Plan> {
  const bench = await openBench(100);
  const training = { ...(await bench.training()), learner: { name: 'mlp', options } };
  const info = await bench.store.table(training.table);
  const facts = { training, info, version: 2, depth, train: 400_000 };
  const full = await trainer.plan(fullDraft(facts), null);
  if (!full) throw new Error('no plan');
  const before = { ...full, ...parent };
  const draft = deltaDraft(facts, { plan: before } as Model, delta, 0);
  const plan = await trainer.plan(draft, before);
  if (!plan) throw new Error('no plan');
  return plan;
}

const shareOf = ({ replay }: Plan): number | null => (replay && 'share' in replay ? replay.share : null);

const defaults = learners['mlp']?.options.defaults ?? {};

describe('a replay', () => {
  test('of a large table is a window of 40,000 rows, and the next goes on where it ended', async () => {
    const plan = await planOver({}, defaults);
    expect(plan.format).toBe(3);
    expect(plan.counts.replay).toBe(40_000);
    const next = await planOver({ ...plan }, defaults, 2);
    const [one, two] = [plan.replay, next.replay].map((replay) => (replay && 'from' in replay ? replay : null));
    expect(one?.from).toMatch(/^[0-9a-f]{32}$/);
    expect(two?.from).toBe(one?.below);
  });

  test('of a lineage that began before stays a share, and its sides stay whole, until the next full fit', async () => {
    const older = {
      format: 2,
      learner: { name: 'mlp', options: { ...defaults, replayShare: 0.2, replayRows: 10_000 } },
    } as const;
    const plan = await planOver(older, defaults);
    expect(plan.format).toBe(2);
    expect(plan.atMost).toBe(undefined);
    expect(shareOf(plan)).toBeCloseTo(0.2, 2);
    expect(plan.learner.options).toEqual(older.learner.options);
  });

  test('that a file says is as it says', async () => {
    const plan = await planOver({}, { ...defaults, replayShare: 0.05 });
    expect(shareOf(plan)).toBeGreaterThan(0);
    expect(plan.counts.replay).toBe(20_000);
  });

  test('as a window is read around the end of the order, in its order, without the changed rows', async () => {
    const bench = await openBench(1_000);
    const level = { level: 'table', table: { database: 'shop', table: 'samples' } } as const;
    await bench.store.createSnapshot('then', level);
    await sql(bench.store, `UPDATE shop.samples SET label = 'c' WHERE id < 200`);
    await bench.store.createSnapshot('now', level);
    const { plan } = await planBase(bench);
    const places = { store: bench.store, table: level.table, key: ['id'], at: atSnapshot('now'), base: 'then' };
    const all = await hashesIn({ ...plan, replay: { salt: 's', share: 1 } }, places, 'replay');
    const [from, below] = [hashBound(0.8) ?? '', hashBound(0.4) ?? ''];
    const wrapped = await hashesIn({ ...plan, replay: { from, below } }, places, 'replay');
    expect(wrapped).toEqual(all.filter((hash) => hash >= from || hash < below));
    expect(wrapped.length).toBeGreaterThan(200);
    expect(await hashesIn({ ...plan, replay: { from: below, below: from } }, places, 'replay')).toEqual(
      all.filter((hash) => hash >= below && hash < from),
    );
  });
});

async function planBase(bench: Awaited<ReturnType<typeof openBench>>): Promise<{ plan: Plan }> {
  const training = { ...(await bench.training()), learner: { name: 'mlp', options: defaults } };
  const info = await bench.store.table(training.table);
  const plan = await trainer.plan(fullDraft({ training, info, version: 1, depth: 0, train: 800 }), null);
  if (!plan) throw new Error('no plan');
  return { plan };
}
