// Taking a table back: asked with what would change, asked again when that moved, undone by its safety snapshot.
import { expect, test, vi } from 'vitest';
import { type RestoreQuestion, restoreTable } from '../../../src/app/versions/restoreTable.ts';
import type { Environment } from '../../../src/app/config/config.ts';
import { Failure } from '../../../src/base/failure.ts';
import { createSamples, insertSamples, openStore, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };
const forever = new AbortController().signal;

async function changedTable() {
  const store = openStore();
  await createSamples(store, 100);
  await store.createSnapshot('samples_v1', { level: 'table', table });
  await sql(store, 'DELETE FROM shop.samples WHERE id < 10');
  await sql(store, `UPDATE shop.samples SET label = 'c' WHERE id >= 90`);
  await insertSamples(store, 100, 105);
  const asked: RestoreQuestion[] = [];
  const restore = (
    answer: (question: RestoreQuestion) => boolean | Promise<boolean>,
    to = 'samples_v1',
    environment: Environment = 'development',
  ) =>
    restoreTable(
      { store, table, to, environment },
      async (question) => {
        asked.push(question);
        return answer(question);
      },
      forever,
    );
  return { store, asked, restore };
}

test('a yes restores, verified, and the safety snapshot takes it back again', async () => {
  const { store, asked, restore } = await changedTable();
  const done = await restore(() => true);
  expect(done).toEqual({
    table: 'shop.samples',
    to: 'samples_v1',
    rowsChanged: 25,
    safetySnapshot: 'samples_before_restore_1',
    verified: true,
    lostGrants: [],
    undo: 'restoreTable',
  });
  expect(asked[0]?.sentence).toBe(
    'Restoring shop.samples to samples_v1 changes 25 rows (+10 ~10 −5). A safety snapshot is made first, so this can be undone.',
  );
  expect(await store.countRows(table)).toBe(100);
  const undone = await restore(() => true, done?.safetySnapshot);
  expect(undone).toMatchObject({ rowsChanged: 25, verified: true, safetySnapshot: 'samples_before_restore_2' });
  expect(await store.countRows(table)).toBe(95);
});

test('a no changes nothing and makes no snapshot', async () => {
  const { store, restore } = await changedTable();
  expect(await restore(() => false)).toBe(null);
  expect(await store.countRows(table)).toBe(95);
  expect(await store.snapshots()).toHaveLength(1);
});

test('what is written while the question is open is asked about', async () => {
  const { store, asked, restore } = await changedTable();
  const done = await restore(async ({ moved }) => {
    if (!moved) await insertSamples(store, 105, 110);
    return true;
  });
  expect(asked.map(({ moved }) => moved)).toEqual([false, true]);
  expect(asked.map(({ counts }) => counts.deleted)).toEqual([5, 10]);
  expect(done).toMatchObject({ rowsChanged: 30, verified: true });
});

test('a column that was added is a difference, and a restore takes it away', async () => {
  const { store, asked, restore } = await changedTable();
  await restore(() => true);
  await sql(store, 'ALTER TABLE shop.samples ADD COLUMN size INT DEFAULT 1');
  expect(await restore(() => true)).toMatchObject({ rowsChanged: 0, verified: true });
  await restore(() => false);
  expect(asked.map(({ isAsItWas }) => isAsItWas)).toEqual([false, false, true]);
  expect(asked.slice(1).map(({ sentence }) => sentence)).toEqual([
    'Restoring shop.samples to samples_v1 changes 0 rows (+0 ~0 −0) and takes its columns back to what they were. Columns that go: size INT. A safety snapshot is made first, so this can be undone.',
    'shop.samples is already as it was at samples_v1.',
  ]);
  expect((await store.table(table)).columns.map(({ name }) => name)).toEqual(['id', 'x', 'colour', 'label']);
});

test('a table that was dropped while it was empty comes back', async () => {
  const store = openStore();
  await createSamples(store, 0);
  await store.createSnapshot('samples_v1', { level: 'table', table });
  await sql(store, 'DROP TABLE shop.samples');
  const done = await restoreTable(
    { store, table, to: 'samples_v1', environment: 'development' },
    async ({ isAsItWas }) => !isAsItWas,
    forever,
  );
  // It cannot be pinned where it is not there, so its database is.
  expect(done).toMatchObject({ rowsChanged: 0, verified: true, undo: 'restoreDatabase' });
  expect(await store.countRows(table)).toBe(0);
});

test('on production the name is typed', async () => {
  const { asked, restore } = await changedTable();
  await restore(() => false, 'samples_v1', 'production');
  await restore(() => false, 'samples_v1', 'staging');
  expect(asked.map(({ mustTypeName }) => mustTypeName)).toEqual([true, false]);
});

test('an unknown snapshot names the nearest', async () => {
  const { restore } = await changedTable();
  await expect(restore(() => true, 'sample_v1')).rejects.toThrow(
    'There is no snapshot "sample_v1" of shop.samples. Did you mean "samples_v1"?',
  );
});

test('cancelled at any moment, nothing was changed', async () => {
  const { store } = await changedTable();
  const before = await store.countRows(table);
  const question = { store, table, to: 'samples_v1', environment: 'development' } as const;
  let times = 0;
  for (let restored = false; !restored; times++) {
    const { signal } = new AbortController();
    let looks = 0;
    // Fired when it is looked at for the n-th time, wherever in the restore that is.
    vi.spyOn(signal, 'aborted', 'get').mockImplementation(() => ++looks > times);
    try {
      await restoreTable(question, async () => true, signal);
      restored = true;
    } catch (error) {
      expect(Failure.is(error, 'cancelled')).toBe(true);
      expect(await store.countRows(table)).toBe(before);
      expect(await store.snapshots()).toHaveLength(1);
    }
  }
  expect(times).toBeGreaterThan(3);
});
