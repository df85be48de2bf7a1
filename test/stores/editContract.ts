/** What every store must do when rows are put to other values by their key. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rowsToRestore } from '../../src/app/versions/partial/rowsToRestore.ts';
import type { RowEdit, RowEdits } from '../../src/data/store.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live } from '../../src/data/version.ts';
import type { Backend, Opened } from './backend.ts';
import { columns, first, names, table } from './contractItems.ts';
import { deltaOf, failure, loadRows, rowsOf } from './reading.ts';

const manyTypes = [
  { name: 'region', type: 'VARCHAR(20)', nullable: false },
  { name: 'day', type: 'DATE', nullable: false },
  { name: 'whole', type: 'BIGINT', nullable: true },
  { name: 'exact', type: 'DECIMAL(12,3)', nullable: true },
  { name: 'score', type: 'DOUBLE', nullable: true },
  { name: 'yes', type: 'BOOL', nullable: true },
  { name: 'at', type: 'DATETIME(3)', nullable: true },
  { name: 'raw', type: 'VARBINARY(20)', nullable: true },
];
const manyNames = manyTypes.map(({ name }) => name);

export function editContract(backend: Backend): void {
  describe(`${backend.name}: rows put back by their key`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await backend.open();
      await loadRows(opened.store, table, columns, ['id'], first);
    });
    afterEach(() => opened.close());

    const edit = (edits: readonly RowEdit[], more: Partial<RowEdits> = {}) =>
      opened.store.editRows({ table, columns: names, edits, safetySnapshot: 'safe', ...more });
    const rows = () => rowsOf(opened.store, table, live, names);

    test('rows are changed, deleted and brought back in one go, behind a snapshot', async () => {
      const done = await edit([
        { now: [1, 'apple', '1.50'], wanted: [1, 'APPLE', null] },
        { now: [3, null, null], wanted: null },
        { now: null, wanted: [9, 'fig', '0.25'] },
      ]);
      expect(done).toEqual({ rowsChanged: 3, safetySnapshot: 'safe', verified: true });
      expect(await rows()).toEqual([
        [1, 'APPLE', null],
        [2, 'pear', '2.00'],
        [4, '', '0.00'],
        [9, 'fig', '0.25'],
      ]);
      expect(await rowsOf(opened.store, table, atSnapshot('safe'), names)).toEqual(first);
      expect(await deltaOf(opened.store, { table, from: atSnapshot('safe'), to: live })).toEqual([
        { flag: 'updated', before: [1, 'apple', '1.50'], after: [1, 'APPLE', null] },
        { flag: 'deleted', before: [3, null, null], after: null },
        { flag: 'inserted', before: null, after: [9, 'fig', '0.25'] },
      ]);
    });

    test.each<[string, RowEdit, string]>([
      ['was changed', { now: [2, 'pear', '2.01'], wanted: [2, 'pear', '9.00'] }, '2'],
      ['is gone', { now: [7, 'plum', '1.00'], wanted: null }, '7'],
      ['came', { now: null, wanted: [4, 'kiwi', '4.00'] }, '4'],
    ])('a row that %s meanwhile stops all of it, and is named', async (_, wrong, key) => {
      const right = { now: [1, 'apple', '1.50'], wanted: null } as const;
      await expect(edit([right, wrong])).rejects.toMatchObject(
        failure('row.conflict', {
          table: 'shop.items',
          detail: `the row with the key ${key} was written to meanwhile, so nothing was changed`,
        }),
      );
      expect(await rows()).toEqual(first);
      expect(await opened.store.snapshots()).toEqual([]);
    });

    test('a name that is taken, other columns, a table without a key and a cancel are refused', async () => {
      const edits = [{ now: [1, 'apple', '1.50'], wanted: null }];
      await opened.store.createSnapshot('taken', { level: 'table', table });
      await expect(edit(edits, { safetySnapshot: 'taken' })).rejects.toMatchObject(failure('version.exists'));
      await expect(edit(edits, { columns: ['id', 'name'] })).rejects.toMatchObject(failure('delta.schemaChanged'));
      const keyless = { database: 'shop', table: 'notes' };
      await opened.change.createTable(keyless, [{ name: 'note', type: 'INT', nullable: true }], []);
      await expect(edit([], { table: keyless, columns: ['note'] })).rejects.toMatchObject(failure('table.noKey'));
      const request = { table, columns: names, edits, safetySnapshot: 'safe' };
      await expect(opened.store.editRows(request, AbortSignal.abort())).rejects.toMatchObject(failure('cancelled'));
      expect(await rows()).toEqual(first);
    });

    test('every type comes back as it was, by a key of two columns, and more rows than one statement holds', async () => {
      const all = { database: 'shop', table: 'all_types' };
      await opened.change.createTable(all, manyTypes, ['region', 'day']);
      const filled: Value[][] = Array.from({ length: 450 }, (_, i) => [
        `r'${i}`,
        '2024-02-29',
        9007199254740993n + BigInt(i),
        '-0.125',
        0.1,
        i % 2,
        '2024-01-31 10:00:00.500',
        Uint8Array.of(0, 255, i % 256),
      ]);
      const empty: Value[][] = filled.map(([region, day]) => [
        region ?? null,
        day ?? null,
        null,
        null,
        null,
        null,
        null,
        null,
      ]);
      await opened.change.insert(all, manyNames, filled);
      const byKey = async () => {
        const found = await rowsOf(opened.store, all, live, manyNames);
        const number = (row: readonly Value[]): number => Number(String(row[0]).slice(2));
        return found.sort((a, b) => number(a) - number(b));
      };
      const request = { table: all, columns: manyNames };
      const there = filled.map((now, i) => ({ now, wanted: empty[i] ?? null }));
      await opened.store.editRows({ ...request, edits: there, safetySnapshot: 'one' });
      expect(await byKey()).toEqual(empty);
      const back = empty.map((now, i) => ({ now, wanted: filled[i] ?? null }));
      await opened.store.editRows({ ...request, edits: back, safetySnapshot: 'two' });
      expect(await byKey()).toEqual(filled);
      expect(await deltaOf(opened.store, { table: all, from: atSnapshot('one'), to: live })).toEqual([]);
    });

    test.each<[string, string, readonly string[] | null, readonly number[]]>([
      ['as it is now', "name = 'APPLE'", null, [1]],
      ['as it was', "name = 'apple'", null, [1]],
      ['in either', "price < 2 OR name = 'fig'", null, [1, 4, 9]],
      ['where a NULL leaves it open', "NOT name = 'pear'", null, [1, 4, 9]],
      ['of NULL', 'price IS NULL', null, [1, 2, 3]],
      ['exactly, of DECIMAL', 'price = 2.0', null, [2]],
      ['by text as the store compares', "name < 'a'", null, [1, 4]],
      ['of some columns: none that came or went', 'id > 0', ['name'], [1]],
    ])('a condition means the changed rows of which it holds %s', async (_, where, chosen, ids) => {
      await opened.store.createSnapshot('v1', { level: 'table', table });
      await opened.change.update(table, { name: 'APPLE', price: null }, { id: 1 });
      await opened.change.update(table, { price: null }, { id: 2 });
      await opened.change.remove(table, { id: 3 });
      await opened.change.remove(table, { id: 4 });
      await opened.change.insert(table, names, [[9, 'fig', '0.25']]);
      const plan = await rowsToRestore(opened.store, { table, to: 'v1', where, columns: chosen });
      const found = plan.edits.map(({ now, wanted }) => (now ?? wanted ?? [])[0]);
      expect(found).toEqual(ids);
      await edit(plan.edits);
      const left = await rowsToRestore(opened.store, { table, to: 'v1', where, columns: chosen });
      expect(left.edits).toEqual([]);
    });
  });
}
