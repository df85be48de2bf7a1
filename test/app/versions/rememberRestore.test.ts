// What a restore does to models: those of data that were taken back are archived, and back when the data are.
import { expect, test } from 'vitest';
import { Registry } from '../../../src/app/registry/registry.ts';
import { verifyRecord } from '../../../src/app/registry/record/verifyRecord.ts';
import { partialRestore, rememberRestore, wholeRestore } from '../../../src/app/versions/rememberRestore.ts';
import { restoreRows } from '../../../src/app/versions/partial/restoreRows.ts';
import { undoable, undoRows } from '../../../src/app/versions/partial/undoRows.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import { Failure } from '../../../src/base/failure.ts';
import { storeWith } from '../support/storeWith.ts';
import { type Bench, insertSamples, openBench, openStore, createSamples, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };
const forever = new AbortController().signal;
const place = { table, environment: 'development' } as const;

/** Three models: m1 of all rows, m2 of new ones, m3 of rows that were changed. */
async function threeModels() {
  const bench = await openBench();
  const { store, registry } = bench;
  await bench.run('full');
  await insertSamples(store, 400, 450);
  await bench.run('delta');
  await sql(store, `UPDATE shop.samples SET x = -5 WHERE id < 40`);
  await bench.run('delta');
  return { bench, store, registry, ...acts(bench) };
}

function acts({ store, registry }: Bench) {
  const training = 'samples';
  return {
    whole: async (to: string) => {
      const done = await restoreTable({ store, ...place, to }, () => Promise.resolve(true), forever);
      if (!done) throw new Error('nothing was restored');
      return { ...done, ...(await rememberRestore(registry, store, wholeRestore({ level: 'table', table }, done))) };
    },
    partial: async (to: string, where: string, columns: readonly string[] | null = null) => {
      const done = await restoreRows({ store, ...place }, { to, where, columns }, () => Promise.resolve(true), forever);
      if (!done) throw new Error('nothing was restored');
      return { ...done, ...(await rememberRestore(registry, store, partialRestore(table, done, { where }))) };
    },
    undo: async (safety: string) => {
      const kept = undoable(table, await registry.judged.restores(table), safety);
      const done = await undoRows({ store, ...place }, kept, () => Promise.resolve(true), forever);
      if (!done) throw new Error('nothing was undone');
      return { ...done, ...(await rememberRestore(registry, store, partialRestore(table, done, {}, kept))) };
    },
    statuses: async () =>
      Object.fromEntries((await registry.models(training)).map(({ number, status }) => [`m${number}`, status])),
    snapshotOf: async (number: number) =>
      (await registry.models(training)).find((model) => model.number === number)?.snapshot.name ?? '',
  };
}

test('a whole restore archives the models between its target and now, and says so; its undo brings them back', async () => {
  const { whole, statuses, snapshotOf, registry } = await threeModels();
  const was = await statuses();
  const done = await whole(await snapshotOf(1));
  expect(done).toMatchObject({ archived: ['samples/m3', 'samples/m2'], returned: [], kept: true, failed: null });
  expect(await statuses()).toEqual({ m1: was['m1'], m2: 'archived', m3: 'archived' });
  const [kept] = await registry.judged.restores(table);
  expect(kept).toMatchObject({ kind: 'whole', rows: 90, undone: null, safety: { name: done.safetySnapshot } });
  const undone = await whole(done.safetySnapshot);
  expect(undone).toMatchObject({ archived: [], returned: ['samples/m3', 'samples/m2'] });
  expect(await statuses()).toEqual(was);
  expect((await registry.judged.restores(table)).map((one) => one.undone !== null)).toEqual([true, false]);
});

test('the record tells of both, and what it says of the models is what they are', async () => {
  const { whole, snapshotOf, registry } = await threeModels();
  const done = await whole(await snapshotOf(1));
  await whole(done.safetySnapshot);
  const events = await registry.record.events();
  expect(
    events.slice(-6).map(({ what, subject, details }) => [what, subject, details['status'] ?? details['reason']]),
  ).toEqual([
    ['data.restored', 'shop.samples', undefined],
    ['model.archived', 'samples/m3', 'reverted'],
    ['model.archived', 'samples/m2', 'reverted'],
    ['data.restored', 'shop.samples', undefined],
    ['model.returned', 'samples/m3', 'candidate'],
    ['model.returned', 'samples/m2', 'candidate'],
  ]);
  expect((await verifyRecord(registry)).models).toEqual([]);
});

test('a restore to a version behind another restore takes that one back as well', async () => {
  const { whole, statuses, snapshotOf } = await threeModels();
  await whole(await snapshotOf(1));
  expect(await whole(await snapshotOf(2))).toMatchObject({ archived: [], returned: ['samples/m2'] });
  expect(await statuses()).toMatchObject({ m2: 'candidate', m3: 'archived' });
});

test('a partial restore archives the model whose own delta holds one of its rows, and no other', async () => {
  const { partial, undo, statuses, snapshotOf } = await threeModels();
  const done = await partial(await snapshotOf(1), 'id = 7');
  expect(done).toMatchObject({ rowsChanged: 1, archived: ['samples/m3'] });
  expect(await undo(done.safetySnapshot)).toMatchObject({ returned: ['samples/m3'], archived: [] });
  expect(await statuses()).toMatchObject({ m2: 'candidate', m3: 'candidate' });
  const inserted = await partial(await snapshotOf(1), 'id = 420');
  expect(inserted).toMatchObject({ archived: ['samples/m2'] });
});

test('an undo of one of two restores of the same row leaves the model archived for the other', async () => {
  const { partial, undo, snapshotOf, statuses, store } = await threeModels();
  const first = await partial(await snapshotOf(1), 'id = 7');
  await sql(store, 'UPDATE shop.samples SET x = -5 WHERE id = 8');
  const second = await partial(await snapshotOf(1), 'id = 8 OR id = 9');
  expect(second.archived).toEqual([]);
  expect(await undo(first.safetySnapshot)).toMatchObject({ returned: [] });
  expect(await statuses()).toMatchObject({ m3: 'archived' });
});

test('a column that no model learns from is nothing to a model', async () => {
  const bench = await openBench();
  const { store } = bench;
  const { partial, snapshotOf } = acts(bench);
  await sql(store, 'ALTER TABLE shop.samples ADD COLUMN remark VARCHAR(10)');
  const more = ', "features": ["x", "colour"]';
  await bench.run('full', { more });
  await sql(store, `UPDATE shop.samples SET remark = 'a' WHERE id < 50`);
  await sql(store, `UPDATE shop.samples SET x = -1 WHERE id BETWEEN 20 AND 60`);
  await bench.run('delta', { more });
  expect((await partial(await snapshotOf(1), 'id < 10')).archived).toEqual([]);
  expect((await partial(await snapshotOf(1), 'id = 55')).archived).toEqual(['samples/m2']);
});

test('a model whose data are those of the target is not archived, whichever of the two was pinned first', async () => {
  const bench = await openBench();
  const { store } = bench;
  const { whole, statuses } = acts(bench);
  const more = ', "features": ["x", "colour"]';
  await sql(store, 'ALTER TABLE shop.samples ADD COLUMN remark VARCHAR(10)');
  await store.createSnapshot('before', { level: 'table', table });
  await sql(store, `UPDATE shop.samples SET remark = 'a' WHERE id < 50`);
  await bench.run('full', { more });
  await sql(store, `UPDATE shop.samples SET x = -5 WHERE id < 40`);
  await bench.run('delta', { more });
  expect(await whole('before')).toMatchObject({ archived: ['samples/m2'], returned: [] });
  expect(await statuses()).toMatchObject({ m1: 'candidate', m2: 'archived' });
  // The next run asks again what was restored.
  await sql(store, `UPDATE shop.samples SET x = -6 WHERE id < 60`);
  expect((await bench.run('delta', { more })).model?.parent).toBe(1);
});

test('a promoted model is archived with its data, and promoted again with them', async () => {
  const { whole, statuses, snapshotOf, registry } = await threeModels();
  await registry.promote(await registry.model('samples/m3'));
  const done = await whole(await snapshotOf(1));
  expect(await statuses()).toMatchObject({ m3: 'archived' });
  await whole(done.safetySnapshot);
  expect(await statuses()).toMatchObject({ m3: 'promoted' });
});

test('a promoted model whose place was taken meanwhile comes back as a candidate', async () => {
  const { whole, statuses, snapshotOf, registry } = await threeModels();
  await registry.promote(await registry.model('samples/m3'));
  const done = await whole(await snapshotOf(1));
  await registry.promote(await registry.model('samples/m1'));
  await whole(done.safetySnapshot);
  expect(await statuses()).toEqual({ m1: 'promoted', m2: 'candidate', m3: 'candidate' });
});

test('what a person archived stays archived', async () => {
  const { whole, statuses, snapshotOf, registry } = await threeModels();
  await registry.archive(await registry.model('samples/m2'));
  const done = await whole(await snapshotOf(1));
  expect(done.archived).toEqual(['samples/m3']);
  await whole(done.safetySnapshot);
  expect(await statuses()).toMatchObject({ m2: 'archived', m3: 'candidate' });
});

test('a store without a registry gets one from a partial restore alone, whose undo needs it', async () => {
  const store = openStore();
  await createSamples(store, 10);
  await store.createSnapshot('v1', { level: 'table', table });
  await sql(store, 'UPDATE shop.samples SET x = 9 WHERE id < 5');
  const registry = new Registry(store);
  const whole = { to: 'v1', safetySnapshot: 'v1', rowsChanged: 0 };
  expect(await rememberRestore(registry, store, wholeRestore({ level: 'table', table }, whole))).toMatchObject({
    kept: false,
    failed: null,
  });
  const ask = () => Promise.resolve(true);
  const done = await restoreRows({ store, ...place }, { to: 'v1', where: 'id = 1', columns: null }, ask, forever);
  if (!done) throw new Error('nothing was restored');
  expect(await rememberRestore(registry, store, partialRestore(table, done, {}))).toMatchObject({ kept: true });
  expect(await registry.judged.restores(table)).toHaveLength(1);
});

test('a model that somebody else settles at the same moment is looked at again, and both acts stand', async () => {
  const { store, registry, snapshotOf, statuses } = await threeModels();
  const done = await restoreTable({ store, ...place, to: await snapshotOf(1) }, () => Promise.resolve(true), forever);
  if (!done) throw new Error('nothing was restored');
  const other = new Registry(store);
  let isFirst = true;
  const raced = storeWith(store, {
    write: async (statements) => {
      if (isFirst && statements.some(({ sql }) => sql.includes('deltatrain.restores'))) {
        isFirst = false;
        await other.archive(await other.model('samples/m2'), 'not needed');
      }
      return store.write(statements);
    },
  });
  const remembered = await rememberRestore(new Registry(raced), raced, wholeRestore({ level: 'table', table }, done));
  expect(remembered).toMatchObject({ archived: ['samples/m3'], kept: true, failed: null });
  expect(await statuses()).toMatchObject({ m2: 'archived', m3: 'archived' });
  expect(await registry.judged.restores(table)).toHaveLength(1);
});

test('a registry that cannot be written is told as what it is, and the restore stands', async () => {
  const { store, snapshotOf } = await threeModels();
  const done = await restoreTable({ store, ...place, to: await snapshotOf(1) }, () => Promise.resolve(true), forever);
  if (!done) throw new Error('nothing was restored');
  const full = storeWith(store, { write: () => Promise.reject(new Failure('store.full', { store: 'store.db' })) });
  const remembered = await rememberRestore(new Registry(full), full, wholeRestore({ level: 'table', table }, done));
  expect(remembered).toMatchObject({ archived: [], kept: false, failed: { code: 'store.full' } });
});
