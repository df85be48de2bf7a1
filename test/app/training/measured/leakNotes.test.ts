/** Leaks said before anything is trained: in the events and notes of a run, in what a check of changes says, and by what is written. */
import { expect, test } from 'vitest';
import { checkDelta } from '../../../../src/app/models/checkDelta.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import type { RunEvent } from '../../../../src/data/run.ts';
import { live } from '../../../../src/data/version.ts';
import { sql } from '../../support/bench.ts';
import { openShop } from '../../support/splitShop.ts';

const forever = new AbortController().signal;

const customers =
  /^A leak: \d+ values of "customer" have train and test rows: what was learnt of one of them is tested on it\. Split by the group "customer", or by time\.$/;

test('a run says them before its plan, and in its notes; so does a check of changes', async () => {
  const shop = await openShop();
  const training = await shop.training(undefined);
  const events: RunEvent[] = [];
  const outcome = await runTraining({ training, mode: 'full' }, shop.workbench, forever, (event) => events.push(event));
  expect(outcome.notes).toContainEqual(expect.stringMatching(customers));
  const told = events.findIndex(
    (event) => event.kind === 'diffed' && event.advice.leaks?.some((leak) => customers.test(leak)),
  );
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(events.findIndex(({ kind }) => kind === 'planned'));
  await shop.insert(2_000, 2_100);
  const checked = await checkDelta({ training, from: null, to: live }, shop.workbench, forever);
  expect(checked.leaks).toEqual([expect.stringMatching(customers)]);
  expect((await shop.run('delta', undefined)).notes).toContainEqual(expect.stringMatching(customers));
});

test.each<[string, object | undefined, object]>([
  ['by a split by the group', { group: ['customer'] }, {}],
  ['by a split by time', { time: 'day', test: '2026-11-01' }, {}],
  ['by a word that it is known', undefined, { leaks: { ignore: ['group'] } }],
])('a leak is gone %s', async (_, split, more) => {
  const shop = await openShop();
  expect((await shop.run('full', split, more)).notes.filter((note) => note.includes('A leak'))).toEqual([]);
});

test('what is written is looked for', async () => {
  const shop = await openShop();
  await sql(shop.store, 'ALTER TABLE shop.v ADD COLUMN known DATE');
  await sql(shop.store, `UPDATE shop.v SET known = CASE WHEN id < 10 THEN '2027-01-01' ELSE '2026-12-31' END`);
  const leaks = { group: ['part'], time: 'day', labelTime: 'known', asOf: '2026-12-31' };
  const { notes } = await shop.run('full', undefined, { leaks });
  const said = notes.filter((note) => note.startsWith('A leak')).join(' ');
  expect(said).toContain('5 values of "part" have train and test rows');
  expect(said).toMatch(/train rows are later, by "day", than the first test row \(2026-01-\d\d 00:00:00\)/);
  expect(said).toContain('10 labels were known, by "known", only after 2026-12-31.');
  expect(said).not.toContain('customer');
});

test.each<[string, object, string]>([
  ['a column that is not there', { group: ['custmer'] }, '"custmer"'],
  ['a moment that is none', { asOf: 'soon' }, '"asOf" of "leaks" is "soon", which is neither a date nor a number'],
])('is refused by name: %s', async (_, leaks, sentence) => {
  const shop = await openShop();
  await expect(shop.run('full', undefined, { leaks })).rejects.toThrow(sentence);
});

test('a time that is none is counted, and stops nothing', async () => {
  const shop = await openShop();
  await sql(shop.store, 'ALTER TABLE shop.v ADD COLUMN known VARCHAR(12)');
  await sql(shop.store, `UPDATE shop.v SET known = CASE WHEN id < 3 THEN 'pending' WHEN id < 13 THEN '2027-01-01' END`);
  const leaks = { labelTime: 'known', asOf: '2026-12-31' };
  const { model, notes } = await shop.run('full', undefined, { leaks });
  expect(model).not.toBe(null);
  expect(notes.join(' ')).toContain(
    '3 rows have no date and no number in "known", like "pending": by it nothing is told of them.',
  );
  expect(notes.join(' ')).toContain('10 labels were known, by "known", only after 2026-12-31.');
});
