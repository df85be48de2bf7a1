// What of a row lies in a registry: the rows of artifacts that keep them, facts that models were judged by, and decisions on rows.
import { expect, test } from 'vitest';
import { keepsRows, learnerNames } from '../../../src/app/config/learners.ts';
import { exclude, lift, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { decisionsOn, type KeyedRow, modelKeeps } from '../../../src/app/versions/registryHolders.ts';
import { partialRestore, rememberRestore } from '../../../src/app/versions/rememberRestore.ts';
import { restoreRows } from '../../../src/app/versions/partial/restoreRows.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import { openBench, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };
const row = (id: number): KeyedRow => ({ table, key: ['id'], values: [id], hash: (salt) => rowHash(salt, [id]) });
const of = (learner: string) => ({
  learner,
  snapshot: { name: 'v2', createdAt: '2', tableId: '1' },
  base: { name: 'v1', createdAt: '1', tableId: '1' },
});

test('an artifact of trees has the rows it was grown on; the others have none', () => {
  expect(learnerNames.filter((name) => name !== 'auto' && keepsRows(name))).toEqual(['forest']);
  const held = new Set(['v1', 'v2']);
  expect(modelKeeps(of('forest'), 'train', held, false)).toEqual(['rows']);
  expect(modelKeeps(of('forest'), 'test', held, false)).toEqual([]);
  expect(modelKeeps(of('linear'), 'train', held, false)).toEqual([]);
  // Of a learner of another release nobody knows.
  expect(modelKeeps(of('another'), 'seen', held, false)).toEqual(['rows']);
});

test('facts have every labelled row of the snapshot, and a hash of those that the last delta took away', () => {
  expect(modelKeeps(of('mlp'), 'test', new Set(['v2']), true)).toEqual(['facts']);
  expect(modelKeeps(of('mlp'), null, new Set(['v1']), true)).toEqual(['facts']);
  expect(modelKeeps(of('mlp'), null, new Set(['v0']), true)).toEqual([]);
  expect(modelKeeps(of('mlp'), 'train', new Set(['v2']), false)).toEqual([]);
});

test('the registry says beside which models facts are kept', async () => {
  const bench = await openBench(60);
  const { model } = await bench.run('full');
  const kept = `${model?.trainingId}/1`;
  await sql(bench.store, 'UPDATE deltatrain.judgements SET facts = NULL');
  expect([...(await bench.registry.judged.withFacts())]).toEqual([]);
  await sql(bench.store, `UPDATE deltatrain.judgements SET facts = X'01'`);
  expect([...(await bench.registry.judged.withFacts())]).toEqual([kept]);
});

test('an exclusion has its rows, lifted or not, and no other', async () => {
  const bench = await openBench(200);
  const training = await bench.training();
  await bench.run('full');
  await exclude({ training, without: withoutOf('id < 3'), snapshot: null, note: 'bad' }, bench.workbench);
  await sql(bench.store, 'DELETE FROM shop.samples WHERE id = 2');
  expect(await decisionsOn(bench.registry, row(2))).toEqual([{ kind: 'exclusion', id: 'x1', of: 'samples' }]);
  expect(await decisionsOn(bench.registry, row(3))).toEqual([]);
  await lift(bench.registry, training, 'x1');
  expect(await decisionsOn(bench.registry, row(2))).toHaveLength(1);
});

test('a restore of some rows has theirs', async () => {
  const bench = await openBench(60);
  await bench.store.createSnapshot('v1', { level: 'table', table });
  await sql(bench.store, 'UPDATE shop.samples SET x = -1 WHERE id < 5');
  const done = await restoreRows(
    { store: bench.store, table, environment: 'development' },
    { to: 'v1', where: 'id < 3', columns: null },
    () => Promise.resolve(true),
    new AbortController().signal,
  );
  if (!done) throw new Error('nothing was restored');
  await rememberRestore(bench.registry, bench.store, partialRestore(table, done, { where: 'id < 3' }));
  expect(await decisionsOn(bench.registry, row(2))).toMatchObject([{ kind: 'restore', of: 'shop.samples' }]);
  expect(await decisionsOn(bench.registry, row(4))).toEqual([]);
});
