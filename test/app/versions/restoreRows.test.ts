// Taking some rows back: those that a condition means, asked with what would change, undone by their keys.
import { expect, test } from 'vitest';
import { Registry } from '../../../src/app/registry/registry.ts';
import { partialRestore, rememberRestore } from '../../../src/app/versions/rememberRestore.ts';
import { type RowsQuestion, restoreRows } from '../../../src/app/versions/partial/restoreRows.ts';
import { undoable, undoRows } from '../../../src/app/versions/partial/undoRows.ts';
import type { Store } from '../../../src/data/store.ts';
import { createSamples, insertSamples, openStore, sql } from '../support/bench.ts';
import { storeWith } from '../support/storeWith.ts';

const table = { database: 'shop', table: 'samples' };
const forever = new AbortController().signal;
const writer = { who: 'ann@laptop', tool: 'test', now: () => Date.UTC(2026, 0, 2) };

async function changedTable() {
  const store = openStore();
  await createSamples(store, 20);
  await store.createSnapshot('samples_v1', { level: 'table', table });
  await sql(store, 'DELETE FROM shop.samples WHERE id < 3');
  await sql(store, `UPDATE shop.samples SET label = 'c', x = -1 WHERE id >= 15`);
  await insertSamples(store, 20, 25);
  const registry = new Registry(store, undefined, writer);
  const asked: RowsQuestion[] = [];
  const restore = async (
    where: string,
    columns: readonly string[] | null = null,
    answer: (question: RowsQuestion) => boolean | Promise<boolean> = () => true,
    using: Store = store,
  ) => {
    const done = await restoreRows(
      { store: using, table, environment: 'development' },
      { to: 'samples_v1', where, columns },
      async (question) => {
        asked.push(question);
        return answer(question);
      },
      forever,
    );
    if (done) await rememberRestore(registry, store, partialRestore(table, done, { where }));
    return done;
  };
  const undo = async (safety: string) => {
    const kept = undoable(table, await registry.judged.restores(table), safety);
    const done = await undoRows(
      { store, table, environment: 'development' },
      kept,
      async (question) => {
        asked.push(question);
        return question.plan.edits.length > 0;
      },
      forever,
    );
    if (done) await rememberRestore(registry, store, partialRestore(table, done, {}, kept));
    return done;
  };
  const rows = (where = '1 = 1') => sql(store, `SELECT id, x, label FROM shop.samples WHERE ${where} ORDER BY id`);
  return { store, asked, restore, undo, rows, registry };
}

test('a yes puts the rows that are meant back, and no others', async () => {
  const { restore, rows, asked } = await changedTable();
  const done = await restore("label = 'c' AND id < 18 OR id IN (0, 21)");
  expect(done).toMatchObject({
    table: 'shop.samples',
    to: 'samples_v1',
    rowsChanged: 5,
    safetySnapshot: 'samples_before_restore_1',
    verified: true,
  });
  expect(asked[0]).toMatchObject({ isAsItWas: false, moved: false, mustTypeName: false });
  expect(asked[0]?.sentence).toBe(
    "Restoring the rows of shop.samples where label = 'c' AND id < 18 OR id IN (0, 21) to samples_v1 changes 5 rows (+1 ~3 −1). The other rows stay. A safety snapshot is made first, so this can be undone.",
  );
  expect(await rows('id < 5')).toEqual([
    [0, 0, 'b'],
    [3, 0.3, 'a'],
    [4, 0.4, 'a'],
  ]);
  expect(await rows('id > 13')).toEqual([
    [14, 1.4, 'a'],
    [15, 1.5, 'b'],
    [16, 1.6, 'a'],
    [17, 1.7, 'a'],
    [18, -1, 'c'],
    [19, -1, 'c'],
    [20, 2, 'b'],
    [22, 2.2, 'a'],
    [23, 2.3, 'a'],
    [24, 2.4, 'a'],
  ]);
});

test('some columns alone: rows that came or went stay, and so do the other columns', async () => {
  const { restore, rows, asked } = await changedTable();
  expect(await restore('id >= 0', ['label'])).toMatchObject({ rowsChanged: 5 });
  expect(await rows('id IN (0, 15, 21)')).toEqual([
    [15, -1, 'b'],
    [21, 2.1, 'a'],
  ]);
  // The rows that came are other rows, and that is said.
  await restore('id >= 20', ['label']);
  expect(asked.at(-1)).toMatchObject({
    isAsItWas: true,
    sentence:
      'No row of shop.samples where id >= 20 that is at both has another label than at samples_v1; rows that came or went since stay.',
  });
});

test('a no changes nothing, and a row that is written to while it is asked is asked about anew', async () => {
  const { store, restore, rows, asked } = await changedTable();
  expect(await restore("label = 'c'", null, () => false)).toBe(null);
  expect(await store.snapshots()).toHaveLength(1);
  const done = await restore("label = 'c'", null, async ({ moved }) => {
    if (!moved) await sql(store, 'UPDATE shop.samples SET x = 7 WHERE id = 15');
    return true;
  });
  expect(asked.map(({ moved }) => moved)).toEqual([false, false, true]);
  expect(done).toMatchObject({ rowsChanged: 5 });
  expect(await rows('id = 15')).toEqual([[15, 1.5, 'b']]);
});

test('rows of others that are written meanwhile are no reason to ask, and stay', async () => {
  const { store, restore, rows, asked } = await changedTable();
  await restore("label = 'c'", null, async () => {
    await sql(store, 'UPDATE shop.samples SET x = 7 WHERE id = 5');
    return true;
  });
  expect(asked).toHaveLength(1);
  expect(await rows('id = 5')).toEqual([[5, 7, 'b']]);
});

test('a conflict that no other plan comes of is told, and not asked again for ever', async () => {
  const { store, restore, asked } = await changedTable();
  await sql(store, 'CREATE UNIQUE INDEX one ON shop.samples (x, label)').catch(() => undefined);
  const conflict = { code: 'row.conflict' };
  await sql(store, 'DELETE FROM shop.samples WHERE id > 15 AND id < 20');
  await sql(store, 'CREATE UNIQUE INDEX only ON shop.samples (x)');
  await sql(store, 'INSERT INTO shop.samples VALUES (99, 1.5, NULL, NULL)');
  await expect(restore('id = 15')).rejects.toMatchObject(conflict);
  expect(asked).toHaveLength(1);
});

test('an undo takes the same rows back; what others wrote to since stays', async () => {
  const { store, restore, undo, rows, asked } = await changedTable();
  const before = await rows();
  const done = await restore("label = 'c' OR id IN (0, 21)");
  await sql(store, `UPDATE shop.samples SET x = 7 WHERE id = 16`);
  await sql(store, `UPDATE shop.samples SET x = 8 WHERE id = 5`);
  const undone = await undo(done?.safetySnapshot ?? '');
  expect(undone).toMatchObject({ rowsChanged: 6, left: 1, safetySnapshot: 'samples_before_restore_2' });
  expect(asked.at(-1)?.sentence).toBe(
    'Undoing the restore of shop.samples behind samples_before_restore_1 changes 6 rows (+1 ~4 −1). Left as they are, because others wrote to them since: 1 row. A safety snapshot is made first, so this can be undone.',
  );
  const now = await rows();
  expect(now.filter(([id]) => id !== 16 && id !== 5)).toEqual(before.filter(([id]) => id !== 16 && id !== 5));
  expect(now.filter(([id]) => id === 16 || id === 5)).toEqual([
    [5, 8, 'b'],
    [16, 7, 'a'],
  ]);
});

test('an undo is undone in the same way, and neither twice', async () => {
  const { restore, undo, rows } = await changedTable();
  const first = await restore("label = 'c'");
  const restored = await rows();
  const second = await undo(first?.safetySnapshot ?? '');
  await expect(undo(first?.safetySnapshot ?? '')).rejects.toThrow(
    'Undoing the restore of shop.samples was refused: it was undone already.',
  );
  await undo(second?.safetySnapshot ?? '');
  expect(await rows()).toEqual(restored);
});

test('an undo needs its safety snapshot, and the columns that the table had', async () => {
  const { store, restore, undo } = await changedTable();
  await expect(undo('samples_v1')).rejects.toThrow(
    'the registry knows of none behind the safety snapshot "samples_v1"',
  );
  const done = await restore("label = 'c'");
  const safety = done?.safetySnapshot ?? '';
  await sql(store, 'ALTER TABLE shop.samples ADD COLUMN more INT');
  await expect(undo(safety)).rejects.toThrow('its columns or its key are others now');
  await sql(store, 'ALTER TABLE shop.samples DROP COLUMN more');
  await store.dropSnapshot(safety);
  await expect(undo(safety)).rejects.toThrow('its safety snapshot is not there any more');
});

test.each([
  ['a condition that cannot be read', "region = 'West'", null, 'shop.samples has no column "region"'],
  ['a column that is none', 'id = 1', ['labels'], 'Did you mean "label"?'],
  ['a column of the key', 'id = 1', ['id'], '"id" is of the key, by which the rows are found.'],
])('%s is refused, and nothing was changed', async (_, where, columns, message) => {
  const { store, restore } = await changedTable();
  await expect(restore(where, columns)).rejects.toThrow(message);
  expect(await store.snapshots()).toHaveLength(1);
});

test('a table of another shape, without a key, or one of ours is refused by name', async () => {
  const { store, restore } = await changedTable();
  const place = { store, environment: 'development' } as const;
  const ask = () => Promise.resolve(true);
  await sql(store, 'ALTER TABLE shop.samples ADD COLUMN more INT');
  await expect(restore('id = 1')).rejects.toThrow('its columns or its key were others at the snapshot');
  await sql(store, 'CREATE TABLE shop.notes (note INT)');
  await store.createSnapshot('notes_v1', { level: 'table', table: { database: 'shop', table: 'notes' } });
  const notes = { ...place, table: { database: 'shop', table: 'notes' } };
  await expect(restoreRows(notes, { to: 'notes_v1', where: 'note = 1', columns: null }, ask, forever)).rejects.toThrow(
    'it has no primary key to find them by. Restore the whole table.',
  );
  const own = { ...place, table: { database: 'deltatrain', table: 'models' } };
  await expect(restoreRows(own, { to: 'x', where: 'a = 1', columns: null }, ask, forever)).rejects.toMatchObject({
    code: 'registry.readOnly',
  });
});

test('rows that rows of other tables refer to are changed, and never deleted', async () => {
  const { store, restore } = await changedTable();
  const referenced = storeWith(store, {
    table: async (name, at) => ({ ...(await store.table(name, at)), referencedBy: ['shop.orders'] }),
  });
  await expect(restore('id = 21', null, () => true, referenced)).rejects.toMatchObject({ code: 'restore.referenced' });
  expect(await restore("label = 'c'", null, () => true, referenced)).toMatchObject({ rowsChanged: 5 });
});
