// Tables that cannot be trained on, with the real trainer: a sentence, no model, no snapshot, no lease.
import { expect, test } from 'vitest';
import { queryRows } from '../../src/app/registry/queryRows.ts';
import { runTraining } from '../../src/app/training/runTraining.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { type Bench, insertSamples, openBench, sql } from './support/bench.ts';

const cases: readonly (readonly [
  what: string,
  rows: number,
  prepare: (bench: Bench) => Promise<unknown>,
  more: string,
  message: string,
])[] = [
  [
    'a label with one class',
    400,
    (bench) => sql(bench.store, `UPDATE shop.samples SET label = 'a'`),
    '',
    'Every row has the same label (label = a), so there is nothing to learn.',
  ],
  ['an empty table', 0, async () => {}, '', 'Only 0 train rows'],
  ['too few train rows', 30, async () => {}, '', 'train rows: at least 50 are needed'],
  ['too few test rows', 120, async () => {}, ', "test": 0.05', 'test rows: at least 20 are needed'],
  [
    'no row with a label',
    200,
    (bench) => sql(bench.store, 'UPDATE shop.samples SET label = NULL'),
    '',
    'No row of shop.samples has a label: "label" is empty (NULL) in every row.',
  ],
  [
    'a key that is not unique',
    200,
    async () => {},
    ', "key": ["colour"], "features": ["x"]',
    'The key (colour) of shop.samples is not unique',
  ],
];

test.each(cases)('%s', async (_what, rows, prepare, more, message) => {
  const bench = await openBench(rows);
  await prepare(bench);
  const workbench = { ...bench.workbench, trainer: createTrainer() };
  const request = { training: await bench.training(more), mode: 'full' } as const;
  await expect(runTraining(request, workbench, new AbortController().signal, () => {})).rejects.toThrow(message);
  expect(await bench.snapshotNames()).toEqual([]);
  expect(await bench.registry.models()).toEqual([]);
  expect(await queryRows(bench.store, 'SELECT * FROM deltatrain.leases')).toEqual([]);
});

test('a key that became not unique is told by the next delta run', async () => {
  const bench = await openBench(300);
  const more = ', "key": ["x"], "features": ["colour"]';
  await bench.run('full', { more });
  await insertSamples(bench.store, 300, 330);
  await sql(bench.store, 'UPDATE shop.samples SET x = 1 WHERE id = 7');
  await expect(bench.run('delta', { more })).rejects.toThrow('The key (x) of shop.samples is not unique');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
});
