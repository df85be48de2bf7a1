/**
 * The bits of every learner for every task it does, of a full fit and of an update, by the newest rule of draws. Once a version with
 * them is released, no later one may change a hash: it could not make that version's models again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LearnerOptions, Task } from '../../../src/data/training.ts';
import { learners } from '../../../src/train/models/table.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { caseOf, options, type Table } from '../support/cases.ts';
import { changedTable, shop, shopRows } from '../support/shop.ts';

const first = shop(0, 600);
const second = changedTable(first, [
  ...shopRows(600, 660),
  ...shopRows(0, 40, 'corrected'),
  ...Array.from({ length: 30 }, (_, i): [number, null] => [100 + i, null]),
]);

/** The weight is what is to be met; what was the label is a feature. */
const asRegression = ({ columns, rows }: Table): Table => {
  const moved = <T>(all: readonly T[]): T[] => [...all.toSpliced(1, 1), ...all.slice(1, 2)];
  return { columns: moved(columns), rows: new Map([...rows].map(([key, values]) => [key, moved(values)])) };
};

const optionsOf = (name: string): LearnerOptions =>
  name === 'mlp' ? options : { ...learners[name]?.options.defaults, ...learners[name]?.trial };

async function bitsOf(name: string, task: Task): Promise<string[]> {
  const [before, now] = task === 'regression' ? [asRegression(first), asRegression(second)] : [first, second];
  const shared = { learner: name, options: optionsOf(name), task, format: 3 as const };
  const trainer = createTrainer();
  const found: string[] = [];
  let parent: Uint8Array | null = null;
  for (const one of [caseOf(before, { ...shared, depth: 0 }), caseOf(now, { ...shared, before, depth: 1 })]) {
    const job = { plan: one.plan, parent, baseline: null };
    const result = await trainer.run(job, one.rows, new AbortController().signal, () => {});
    parent = result.artifact;
    found.push(result.weightsSha256);
  }
  return found;
}

const file = new URL('../../fixtures/learnerBits.json', import.meta.url);
const kept = (): Readonly<Record<string, readonly string[]>> =>
  JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, readonly string[]>>;

const all = Object.entries(learners).flatMap(([name, { fits }]) => fits.map((task) => [name, task] as const));

test.each(all)('of %s for %s', async (name, task) => {
  const bits = await bitsOf(name, task);
  const of = `${name} ${task}`;
  // A learner that is new gets its hashes; those that are there are never written again.
  if (process.env['UPDATE'] && !(of in kept()))
    writeFileSync(file, `${JSON.stringify({ ...kept(), [of]: bits }, null, 2)}\n`);
  expect(bits).toEqual(kept()[of]);
});
