// A program of another under the contract of learners: what our own hold, it holds where it learns as the protocol asks.
import { describe, expect, test } from 'vitest';
import type { Learner } from '../../src/data/learner.ts';
import type { Task } from '../../src/data/training.ts';
import { clauses } from '../train/learnerContract.ts';
import { openBench } from './support.ts';

/** The counting trainer for one task; its own options stand in the defaults, from which a clause takes them. */
function counting(task: Task, own: Record<string, unknown> = {}): Learner {
  const bench = openBench(null, 'countingTrainer.mjs');
  const { options, ...learner } = bench.learner;
  return { ...learner, options: { ...options, defaults: bench.options(own) }, fits: [task] } as Learner;
}

/** What the folder of another program holds is not known: `holds` takes it to have its rows. */
const ofOurs = 'says whether its state has the rows that it was trained on';
const asked = clauses.filter(({ name }) => name !== ofOurs);

describe('a program that counts, for classification', () => {
  const learner = counting('classification');
  test.each(asked.map((clause) => [clause.name, clause] as const))(
    '%s',
    (_name, clause) => clause.holds(learner),
    120_000,
  );
});

test('only one promise is not asked of it', () => {
  expect(asked).toHaveLength(clauses.length - 1);
});

test('the same of a regression: it learns, and an update holds against a full fit', async () => {
  const learner = counting('regression');
  const wanted = ['learns what it is shown', 'an update holds against a full fit'];
  const some = clauses.filter(({ name }) => wanted.includes(name));
  expect(some).toHaveLength(2);
  for (const clause of some) await clause.holds(learner);
}, 120_000);

test('one that leaves what no seed gives is found out', async () => {
  const clause = clauses.find(({ name }) => name.startsWith('gives the same bits for the same seed'));
  await expect(clause?.holds(counting('classification', { lucky: true }))).rejects.toThrow(
    'different models of one seed',
  );
}, 120_000);
