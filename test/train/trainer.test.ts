import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { Failure, type FailureCode } from '../../src/base/failure.ts';
import type { RowSet, TrainEvent, TrainRows } from '../../src/data/trainer.ts';
import type { Value } from '../../src/data/value.ts';
import { readArtifact } from '../../src/train/artifact.ts';
import { lookRule } from '../../src/judge/rule.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { changedTable, shop, shopRows } from './support/shop.ts';
import { runCase } from './support/runCase.ts';
import { type Case, caseOf, options, type Table } from './support/cases.ts';

const first = shop(0, 3_000);
const second = changedTable(first, shopRows(3_000, 3_600));
const full = await runCase(caseOf(first));

/** Rows with another label by the rule of `change`. */
const relabelled = (table: Table, change: (label: Value, row: readonly Value[], key: number) => Value): Table => ({
  columns: table.columns,
  rows: new Map(
    [...table.rows].map(([key, row]) => [key, [...row.slice(0, -1), change(row.at(-1) ?? null, row, Number(key))]]),
  ),
});

async function failureOf(one: Case, parent: Uint8Array | null = null): Promise<Failure> {
  const { signal } = new AbortController();
  try {
    await createTrainer().run({ plan: one.plan, parent, baseline: null }, one.rows, signal, () => {});
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('The run did not fail');
}

describe('a full fit and a run on the delta', () => {
  test('a full fit learns, and has nobody to be compared with', () => {
    expect(full.metrics.accuracy).toBeGreaterThan(0.85);
    expect(full.guard).toEqual({ verdict: 'none', onParent: null, onSnapshot: null, onBaseline: null });
    expect(full.attempts).toEqual([]);
    const train = caseOf(first).sets.train.length;
    expect(full.cost).toMatchObject({ rows: { delta: 0, replayed: 0, train }, seen: train * full.epochs.length });
  });

  test('a delta run is held against its parent on rows that did not change and on all as they are now, and against the baseline', async () => {
    const one = caseOf(second, { before: first });
    const child = await runCase(one, { parent: full.artifact, baseline: full.artifact });
    expect(child.metrics.accuracy).toBeGreaterThan(0.87);
    const { unchanged, now, baseline, look } = child.guard;
    // Test and validation rows that are as they were, and of those that are gone the test rows as they were.
    const same = (set: 'test' | 'validation'): number => {
      const old = new Set(caseOf(first).sets[set].map((row) => row.join('|')));
      return one.sets[set].filter((row) => old.has(row.join('|'))).length;
    };
    expect(unchanged?.n).toBe(same('test') + same('validation'));
    expect(now?.n).toBeGreaterThanOrEqual(one.sets.test.length);
    expect(baseline).toMatchObject({ n: unchanged?.n, child: unchanged?.child, parent: unchanged?.parent });
    expect(look).toEqual({ number: 1, of: lookRule.looks, alpha: lookRule.budget / lookRule.looks / 2 });
    expect(child.guard).toMatchObject({ onParent: null, onSnapshot: null, onBaseline: null });
    expect(child.guard.verdict).not.toBe('worse');
    expect(child.rivals.parent).toMatchObject({ n: one.sets.test.length });
    const { delta, replay, train } = one.sets;
    expect(child.cost.rows).toEqual({ delta: delta.length, replayed: replay.length, train: train.length });
    expect(child.cost.seen).toBeLessThan(child.cost.fullSeen);
    expect(readArtifact(child.artifact, 'child').manifest.parentSha256).toBe(full.artifactSha256);
  });

  test('a full fit with a parent is compared with it as well', async () => {
    const one = caseOf(second, { before: first, kind: 'full' });
    const child = await runCase(one, { parent: full.artifact });
    expect(child.guard.now?.n).toBeGreaterThanOrEqual(one.sets.test.length);
    expect(readArtifact(child.artifact, 'child').manifest.parentSha256).toBeNull();
  });

  test('of a parent with another encoder and other classes the rows are read for each', async () => {
    const other = relabelled(first, (label) => (label === 'middle' ? 'medium' : label));
    const parent = await runCase(caseOf(other));
    const child = await runCase(caseOf(first, { kind: 'full', before: other }), { parent: parent.artifact });
    // What the parent calls "medium" is never right on the new labels.
    expect(child.guard.now?.parent).toBeLessThan(0.7);
    expect(child.judgement?.data.verdict).toBe('suspect');
  });

  test.each([[[]], [[3]], [[17, 9, 5]]])('with hidden layers %j', async (hidden: number[]) => {
    const shape = { ...options, hidden, batch: 100 };
    const parent = await runCase(caseOf(first, { options: shape }));
    expect(parent.metrics.accuracy).toBeGreaterThan(0.7);
    const child = await runCase(caseOf(second, { before: first, options: shape }), { parent: parent.artifact });
    expect(child.metrics.accuracy).toBeGreaterThan(0.7);
  });

  test('no tensors are left behind', async () => {
    const before = tf.memory().numTensors;
    await runCase(caseOf(first));
    await runCase(caseOf(second, { before: first }), { parent: full.artifact });
    await failureOf(caseOf(first, { options: { ...options, learningRate: 1e30 } }));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('growth', () => {
  test('a new class is learnt from the delta, and a new category without an error', async () => {
    const news = [...shopRows(3_000, 3_500)].map(([key, row]): [number, Value[]] => {
      const [size, weight, , day, open] = row;
      return [key, [size ?? null, weight ?? null, 'Basel', day ?? null, open ?? null, 'huge']];
    });
    const now = changedTable(first, news);
    const one = caseOf(now, { before: first, slices: ['place'] });
    const child = await runCase(one, { parent: full.artifact });
    expect(child.classes).toEqual(['large', 'middle', 'small', 'huge']);
    const basel = child.slices.find(({ value }) => value === 'Basel');
    expect(basel?.accuracy).toBeGreaterThan(0.9);
    expect(basel?.onSnapshot?.parent).toBe(0);
    expect(basel?.onParent).toBeNull();
    expect(child.guard.unchanged?.child).toBeGreaterThan(0.85);
  });
});

describe('labels', () => {
  test('rows without one are left out and counted', async () => {
    const some = relabelled(first, (label, _, key) => (key % 10 === 0 ? null : label));
    const one = caseOf(some);
    const result = await runCase(one);
    const without = (set: RowSet) => one.sets[set].filter((row) => row.at(-1) === null).length;
    expect(result.unlabelled).toBe(without('train') + without('validation'));
    expect(result.metrics.n).toBe(one.sets.test.length - without('test'));
    expect(result.cost.rows.train).toBe(one.sets.train.length - without('train'));
  });

  test('numbers are classes in the order of their size', async () => {
    const numbers: Readonly<Record<string, number>> = { small: -1, middle: 2, large: 10 };
    const result = await runCase(caseOf(relabelled(first, (label) => numbers[String(label)] ?? null)));
    expect(result.classes).toEqual(['-1', '2', '10']);
    expect(result.metrics.accuracy).toBeGreaterThan(0.85);
  });

  test('a bad import is told by what the parent knew, and named; the model is better on the new labels, and accused of nothing', async () => {
    const swap: Readonly<Record<string, string>> = { small: 'large', large: 'small' };
    const bad = relabelled(first, (label, row) => (row[2] === 'Bern' ? (swap[String(label)] ?? label) : label));
    const one = caseOf(bad, { before: first, slices: ['place'] });
    const child = await runCase(one, { parent: full.artifact });
    const { data, groups } = child.judgement ?? {};
    expect(data).toMatchObject({ verdict: 'suspect', hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(data?.reasons.map(({ kind }) => kind)).toContain('labels');
    expect(groups?.[0]).toMatchObject({ change: 'labels', where: { column: 'place', value: 'Bern' } });
    expect(child.guard).toMatchObject({ verdict: 'better', now: { verdict: 'better' } });
    const bern = child.slices.find(({ value }) => value === 'Bern');
    expect(bern?.onSnapshot?.difference).toBeGreaterThan(0.2);
    expect(bern?.judged).toBe(true);
  });
});

describe('attempts', () => {
  test('while the child is worse on the validation rows, others follow, and the first that is not is kept', async () => {
    // Without replay and with a harmful rate the recipe loses what the parent knew.
    const harsh = { ...options, replayShare: 0, replayRows: 0, learningRate: 3 };
    const one = caseOf(second, { before: first, options: harsh });
    const child = await runCase(one, { parent: full.artifact });
    expect(child.attempts.map(({ way }) => way)).toEqual(['recipe', 'slower', 'all', 'full']);
    expect(child.attempts[0]?.validation?.verdict).toBe('worse');
    expect(child.cost.seen).toBe(child.attempts.reduce((sum, { seen }) => sum + seen, 0));

    const mild = { ...options, replayShare: 0, replayRows: 0, learningRate: 0.3 };
    const better = await runCase(caseOf(second, { before: first, options: mild }), { parent: full.artifact });
    const verdicts = better.attempts.map(({ validation }) => validation?.verdict);
    expect(better.kept).toBe(verdicts.findIndex((verdict) => verdict !== 'worse'));
    expect(better.kept).toBeGreaterThan(0);
    expect(better.kept).toBe(better.attempts.length - 1);
  });

  test('without validation rows there is one attempt, no early stop and no temperature', async () => {
    const none = (one: Case): Case => ({
      ...one,
      rows: { ...one.rows, read: (set, ...how) => (set === 'validation' ? nothing() : one.rows.read(set, ...how)) },
    });
    const parent = await runCase(none(caseOf(first)));
    expect(parent.epochs.every(({ validationAccuracy }) => validationAccuracy === null)).toBe(true);
    expect(readArtifact(parent.artifact, 'parent').manifest.temperature).toBe(1);
    const child = await runCase(none(caseOf(second, { before: first })), { parent: parent.artifact });
    expect(child.attempts).toMatchObject([{ way: 'recipe', validation: null }]);
  });
});

async function* nothing(): AsyncGenerator<never, void> {}

describe('what a run tells', () => {
  test('reading, epochs and testing, in order, and not too often', async () => {
    const events: { at: number; event: TrainEvent }[] = [];
    const one = caseOf(first, { pageRows: 1 });
    const { signal } = new AbortController();
    const result = await createTrainer().run(
      { plan: one.plan, parent: null, baseline: null },
      one.rows,
      signal,
      (event) => events.push({ at: performance.now(), event }),
    );
    const kinds = events.map(({ event }) => event.kind);
    expect([...new Set(kinds)]).toEqual(['reading', 'epoch', 'testing']);
    const fractions = events.flatMap(({ event }) => (event.kind === 'reading' ? [] : [event.fraction]));
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    const last = events.findLast(({ event }) => event.kind === 'epoch')?.event;
    expect(last).toMatchObject(result.epochs.at(-1) ?? {});
    const readings = events.flatMap(({ event }) => (event.kind === 'reading' && event.set === 'train' ? [event] : []));
    expect(readings.at(-1)).toMatchObject({ rows: one.sets.train.length, expected: one.sets.train.length });
    // At most one every 100 ms of each kind, but for the last of a set or of the training.
    const epochs = events.filter(({ event }) => event.kind === 'epoch').slice(0, -1);
    for (const [i, { at }] of epochs.entries()) if (i > 0) expect(at - (epochs[i - 1]?.at ?? 0)).toBeGreaterThan(90);
  });

  test.each<TrainEvent['kind']>(['reading', 'epoch', 'testing'])(
    'a cancel while it tells "%s" ends it',
    async (kind) => {
      const controller = new AbortController();
      const one = caseOf(first);
      const after: TrainEvent[] = [];
      const run = createTrainer().run(
        { plan: one.plan, parent: null, baseline: null },
        one.rows,
        controller.signal,
        (event) => {
          if (controller.signal.aborted) after.push(event);
          if (event.kind === kind) controller.abort();
        },
      );
      await expect(run).rejects.toSatisfy((error) => Failure.is(error, 'cancelled'));
      expect(after.length).toBeLessThanOrEqual(1);
    },
  );

  test('rows that cannot be read end it with that failure', async () => {
    const rows: TrainRows = {
      async *read() {
        yield* nothing();
        throw new Failure('store.lost', { store: 'local' });
      },
      changes: () => nothing(),
    };
    expect((await failureOf({ ...caseOf(first), rows })).code).toBe('store.lost');
  });
});

describe('what cannot be trained', () => {
  const cases: Record<string, { one: Case; parent?: Uint8Array; code: FailureCode; says: RegExp }> = {
    'one class': { one: caseOf(relabelled(first, () => 'middle')), code: 'plan.oneClass', says: /kind = middle/ },
    'too few train rows': { one: caseOf(shop(0, 60)), code: 'plan.fewRows', says: /train rows: at least 50/ },
    'too few test rows': { one: caseOf(shop(0, 80)), code: 'plan.fewRows', says: /test rows: at least 20/ },
    'no label at all': { one: caseOf(relabelled(first, () => null)), code: 'plan.fewRows', says: /Only 0 train rows/ },
    'a name as the label': {
      one: caseOf(relabelled(first, (_label, _row, key) => `row ${key}`)),
      code: 'plan.unsupported',
      says: /at most 1000 classes/,
    },
    'an unknown feature': {
      one: caseOf(first, { features: [{ name: 'colour', type: '', kind: null }] }),
      code: 'column.unknown',
      says: /no column "colour"/,
    },
    'an unknown label': { one: caseOf(first, { label: 'colour' }), code: 'column.unknown', says: /no column "colour"/ },
    'a rate that diverges': {
      one: caseOf(first, { options: { ...options, learningRate: 1e30 } }),
      code: 'run.diverged',
      says: /diverged in epoch 1/,
    },
    'a delta without a parent': {
      one: caseOf(second, { before: first }),
      code: 'plan.unsupported',
      says: /no parent/,
    },
    'a delta over other features than the parent': {
      one: caseOf(second, { before: first, features: [{ name: 'size', type: 'DOUBLE', kind: null }] }),
      parent: full.artifact,
      code: 'model.incompatible',
      says: /other features/,
    },
    'a delta of no rows': {
      one: caseOf(first, { before: first }),
      parent: full.artifact,
      code: 'plan.fewRows',
      says: /Only 0 train rows/,
    },
  };
  test.each(Object.entries(cases))('%s', async (_, { one, parent, code, says }) => {
    const failure = await failureOf(one, parent ?? null);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(says);
  });

  test('an evaluation without a test row', async () => {
    const rows: TrainRows = { read: () => nothing(), changes: () => nothing() };
    const job = { plan: caseOf(first).plan, artifacts: [full.artifact] };
    await expect(createTrainer().evaluate(job, rows, new AbortController().signal)).rejects.toSatisfy((error) =>
      Failure.is(error, 'plan.fewRows'),
    );
  });
});
