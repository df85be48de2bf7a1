import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Learner } from '../../src/data/learner.ts';
import { startTfjs } from '../../src/train/kernel/fused.ts';
import { learners } from '../../src/train/models/table.ts';
import { clauses } from './learnerContract.ts';
import { counts, groups, means, type Sums } from './support/exactLearners.ts';

const everyClause = clauses.map((clause) => [clause.name, clause] as const);

const tasks = Object.entries(learners).flatMap(([name, learner]) =>
  learner.fits.map((task): [string, string, Learner] => [name, task, { ...learner, fits: [task] }]),
);

describe.each(tasks)('the learner "%s" for %s', (_name, _task, learner) => {
  test.each(everyClause)('%s', (_name, clause) => clause.holds(learner));
});

describe.each([
  ['naive Bayes on bins', counts],
  ['the nearest mean on encoded rows', means],
  ['group means of a regression on raw cells', groups],
] as [string, Learner][])('the port serves other families: %s', (_, learner) => {
  test.each(everyClause)('%s', (_name, clause) => clause.holds(learner));
});

/** A learner that holds everything but what `change` breaks. */
const broken = (change: Partial<Learner<Sums, 'encoded'>>): Learner => ({ ...means, ...change });

const noise = (): bigint => BigInt(Math.floor(Math.random() * 1_000));

const planted: readonly (readonly [what: string, learner: Learner, fails: readonly string[]])[] = [
  [
    'throws',
    broken({
      absorb: async () => {
        throw new Error('broken on purpose');
      },
    }),
    clauses.slice(1).map(({ name }) => name),
  ],
  [
    'has a default outside its own schema',
    broken({ options: { properties: { depth: { type: 'integer', minimum: 1 } }, defaults: { depth: 0 } } }),
    ['its options are its own, and their defaults fit its schema'],
  ],
  [
    'answers the same whatever the row',
    broken({
      predict: async ({ classes }, rows) => ({
        kind: 'scores',
        classes,
        values: new Float32Array((rows.rows ?? 0) * classes).map((_, i) => (i % classes === 0 ? 20 : 0)),
      }),
    }),
    ['learns what it is shown'],
  ],
  [
    'draws numbers without the seed',
    broken({
      async absorb(job, hooks) {
        const { model, ...rest } = await absorbed(job, hooks);
        return { ...rest, model: { ...model, sums: model.sums.map((sum, i) => (i === 0 ? sum + noise() : sum)) } };
      },
    }),
    [
      'gives the same bits for the same seed, however the rows were cut',
      'an update holds against a full fit',
      'without some rows is what it would be had they never come',
    ],
  ],
  [
    'leaves part of its state out when it is saved',
    broken({
      state: {
        ...means.state,
        read: (saved) => {
          const whole = means.state.read(saved);
          return { ...whole, sums: whole.sums.map((sum, i) => (i % 2 === 0 ? sum : 0n)) };
        },
      },
    }),
    ['is saved and loaded without loss'],
  ],
  [
    'keeps rows and does not say so',
    broken({
      state: {
        ...means.state,
        write(model) {
          const { arrays, ...rest } = means.state.write(model);
          return { ...rest, arrays: [...arrays, { name: 'seen', shape: [2_000], values: new Uint32Array(2_000) }] };
        },
      },
    }),
    ['says whether its state has the rows that it was trained on'],
  ],
  [
    'gives a new class the rows of others',
    broken({
      async grow(model, newClasses) {
        const grown = await means.grow(model, newClasses);
        return { ...grown, counts: grown.counts.map((count) => (count === 0n ? 1n : count)) };
      },
    }),
    ['grows by a class without changing a prediction', 'an update holds against a full fit'],
  ],
  [
    'never takes back what was deleted',
    broken({
      absorb: (job, hooks) => absorbed({ ...job, before: { ...job.before, read: async function* () {} } }, hooks),
    }),
    ['an update holds against a full fit', 'without some rows is what it would be had they never come'],
  ],
  [
    'updates its parent in place',
    broken({
      async absorb(job, hooks) {
        const learnt = await absorbed(job, hooks);
        if (job.parent) {
          job.parent.counts.set(learnt.model.counts);
          job.parent.sums.set(learnt.model.sums);
        }
        return learnt;
      },
      grow: async (model, newClasses) => (newClasses === 0 ? model : means.grow(model, newClasses)),
    }),
    ['leaves its parent as it was'],
  ],
  [
    'leaves a tensor behind',
    broken({
      async absorb(job, hooks) {
        await startTfjs();
        tf.tensor1d([1, 2, 3]);
        return absorbed(job, hooks);
      },
    }),
    ['leaves no tensor behind, however it ends'],
  ],
  [
    'goes on when it is cancelled',
    broken({ absorb: (job) => absorbed(job, { signal: new AbortController().signal, epoch: () => {} }) }),
    ['is cancelled, before it begins and while it reads'],
  ],
];

const absorbed: NonNullable<typeof means.absorb> = (job, hooks) => {
  if (!means.absorb) throw new Error('the nearest mean absorbs');
  return means.absorb(job, hooks);
};

test.each(planted)('a learner that %s is found out by name', async (_, learner, fails) => {
  const failed: string[] = [];
  for (const clause of clauses)
    await clause.holds(learner).catch(() => {
      failed.push(clause.name);
    });
  expect(failed).toEqual(fails);
});

test('every clause but none too many is broken by some planted learner', () => {
  const found = new Set(planted.flatMap(([what, , fails]) => (what === 'throws' ? [] : fails)));
  expect(clauses.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
});
