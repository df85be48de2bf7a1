/**
 * The bits of every learner for every task it does, of a full fit and of an update, by the newest rule of draws. Once a version with
 * them is released, no later one may change a hash: it could not make that version's models again.
 */
import { expect, test } from 'vitest';
import type { LearnerOptions, Task } from '../../src/data/training.ts';
import { learners } from '../../src/train/models/table.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { caseOf, options, type Table } from './support/cases.ts';
import { changedTable, shop, shopRows } from './support/shop.ts';

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

const kept: Readonly<Record<string, readonly string[]>> = {
  'mlp classification': [
    'ad411bc2f75f571c010be473abc24e466c072d86d3ce2544913c088a97985ce8',
    'a28e4aa19307e9c23570d06f315c628c66bee5c38b415bf600237ccca14ae481',
  ],
  'linear classification': [
    '8469339b4adac8fe36634b748bb2c2fea0b05945d3d3965c7b5052e9a9e2b22a',
    '2a844d692b0e5802ebd10a9ab87069c0e142da471a47e07f9fb5ca92ef95ad78',
  ],
  'linear regression': [
    '459b5bea0df2e02ec8733246592a5ace3a37c0fc3c6b6e11bcc6e58c51b314f9',
    '5061c4b2df55e10b691fef9a2db0369bd88000af8be79f8b290833eeeda820dd',
  ],
  'forest classification': [
    'eb4233aaac6a7e1d6fc2b51b7fa4d22a0309de903e90101ae2a491545b0faa09',
    '27521b933e18316b2e729e58fd3355a32a73e159901254bea8a7e70df02f720d',
  ],
  'forest regression': [
    'af7afe90c7838c18bed390ba4e13ebfa88375ee4048f9d4ed128098150585135',
    '1695c3f9a1c38cfa2a6a22142776cdfe8d0cd252c3aafdab17ce382c53b78972',
  ],
};

const all = Object.entries(learners).flatMap(([name, { fits }]) => fits.map((task) => [name, task] as const));

test.each(all)('of %s for %s', async (name, task) => {
  expect(await bitsOf(name, task)).toEqual(kept[`${name} ${task}`]);
});
