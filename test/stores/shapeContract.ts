/** What every store must do when shape changes, without a key, and when it restores. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TableName } from '../../src/data/table.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live } from '../../src/data/version.ts';
import type { Backend, Opened } from './backend.ts';
import { columns, first, names, table } from './contractItems.ts';
import { deltaOf, failure, loadRows, rowsOf } from './reading.ts';

export function shapeContract(backend: Backend): void {
  describe(`${backend.name}: changes of shape`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await backend.open();
      await loadRows(opened.store, table, columns, ['id'], first);
      await opened.store.createSnapshot('v1', { level: 'table', table });
    });
    afterEach(() => opened.close());

    test('an added column is not in older snapshots', async () => {
      await opened.change.addColumn(table, { name: 'stock', type: 'INT', nullable: true });
      await opened.change.update(table, { stock: 5 }, { id: 1 });
      await opened.store.createSnapshot('v2', { level: 'table', table });
      await opened.change.update(table, { stock: 6, price: '2.25' }, { id: 2 });
      expect((await opened.store.table(table, atSnapshot('v1'))).columns.map(({ name }) => name)).toEqual(names);
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names)).toEqual(first);
      expect(await rowsOf(opened.store, table, atSnapshot('v2'), ['id', 'stock'])).toEqual([
        [1, 5],
        [2, null],
        [3, null],
        [4, null],
      ]);
      expect(await deltaOf(opened.store, { table, from: atSnapshot('v1'), to: live, columns: ['price'] })).toEqual([
        { flag: 'updated', before: [2, '2.00'], after: [2, '2.25'] },
      ]);
      expect(await deltaOf(opened.store, { table, from: atSnapshot('v2'), to: live, columns: ['stock'] })).toEqual([
        { flag: 'updated', before: [2, null], after: [2, 6] },
      ]);
      await expect(rowsOf(opened.store, table, atSnapshot('v1'), ['stock'])).rejects.toMatchObject(
        failure('column.unknown', { column: 'stock' }),
      );
    });

    test('dropped and renamed columns stay in older snapshots', async () => {
      await opened.change.dropColumn(table, 'name');
      await opened.change.renameColumn(table, 'price', 'cost');
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names)).toEqual(first);
      expect(await rowsOf(opened.store, table, live, ['id', 'cost'])).toEqual(
        first.map(([id, , price]) => [id, price]),
      );
      await opened.change.remove(table, { id: 1 });
      expect(await deltaOf(opened.store, { table, from: atSnapshot('v1'), to: live })).toEqual([
        { flag: 'deleted', before: [1], after: null },
      ]);
    });

    test('a truncated table can still be read, compared and restored', async () => {
      await opened.change.truncate(table);
      await opened.change.insert(table, names, [
        [2, 'pear', '2.00'],
        [3, 'plum', '1.00'],
      ]);
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names)).toEqual(first);
      expect(await opened.store.countDelta({ table, from: atSnapshot('v1'), to: live })).toEqual({
        inserted: 0,
        updated: 1,
        deleted: 2,
      });
      const preview = await opened.store.previewRestore({ level: 'table', table }, 'v1');
      expect(preview.tables).toEqual([{ table, counts: { inserted: 2, updated: 1, deleted: 0 } }]);
      expect(await opened.store.restore(preview, 'safe')).toEqual({
        rowsChanged: 3,
        safetySnapshot: 'safe',
        verified: true,
      });
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first);
      expect(await rowsOf(opened.store, table, atSnapshot('safe'), names)).toEqual([
        [2, 'pear', '2.00'],
        [3, 'plum', '1.00'],
      ]);
    });

    test('a table dropped and made again is another table, and its old snapshot stays readable', async () => {
      const id = (await opened.store.table(table)).id;
      await opened.change.dropTable(table);
      await expect(opened.store.table(table)).rejects.toMatchObject(failure('table.unknown'));
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names)).toEqual(first);
      await opened.change.createTable(table, columns, ['id']);
      await opened.change.insert(table, names, [
        [1, 'apple', '1.50'],
        [9, 'fig', '1.00'],
      ]);
      expect((await opened.store.table(table)).id).not.toBe(id);
      expect((await opened.store.table(table, atSnapshot('v1'))).id).toBe(id);
      expect(await opened.store.countDelta({ table, from: atSnapshot('v1'), to: live })).toEqual({
        inserted: 1,
        updated: 0,
        deleted: 3,
      });
    });

    test('a key that changed between two versions is said', async () => {
      await opened.change.dropTable(table);
      await opened.change.createTable(table, columns, []);
      await expect(opened.store.countDelta({ table, from: atSnapshot('v1'), to: live })).rejects.toMatchObject(
        failure('delta.schemaChanged', { table: 'shop.items' }),
      );
    });
  });

  describe(`${backend.name}: tables without a key`, () => {
    const events: TableName = { database: 'shop', table: 'events' };
    const shape = [
      { name: 'kind', type: 'TEXT', nullable: true },
      { name: 'n', type: 'INT', nullable: true },
    ];
    const order = (rows: Value[][]): string[] => rows.map((row) => JSON.stringify(row)).sort();
    let opened: Opened;
    beforeEach(async () => {
      opened = await backend.open();
      await opened.change.createTable(events, shape, []);
      await opened.change.insert(
        events,
        ['kind', 'n'],
        [
          ['a', 1],
          ['a', 1],
          ['b', null],
          [null, null],
        ],
      );
      await opened.store.createSnapshot('v1', { level: 'table', table: events });
    });
    afterEach(() => opened.close());

    test('are multisets: equal rows cancel', async () => {
      await opened.change.remove(events, { kind: 'b', n: null });
      await opened.change.insert(
        events,
        ['kind', 'n'],
        [
          ['b', null],
          ['a', 1],
          ['c', 2],
          ['c', 2],
        ],
      );
      const request = { table: events, from: atSnapshot('v1'), to: live };
      expect(await opened.store.countDelta(request)).toEqual({ inserted: 3, updated: 0, deleted: 0 });
      const changes = await deltaOf(opened.store, request);
      expect(order(changes.map(({ after }) => [...(after ?? [])]))).toEqual(
        order([
          ['a', 1],
          ['c', 2],
          ['c', 2],
        ]),
      );
      expect(await deltaOf(opened.store, { ...request, limit: 2 })).toHaveLength(2);
      expect(order(await rowsOf(opened.store, events, atSnapshot('v1'), ['kind', 'n']))).toEqual(
        order([
          ['a', 1],
          ['a', 1],
          ['b', null],
          [null, null],
        ]),
      );
    });

    test('can be restored, and undone', async () => {
      await opened.change.update(events, { n: 7 }, { kind: 'a' });
      await opened.change.remove(events, { kind: null });
      const target = { level: 'table', table: events } as const;
      const preview = await opened.store.previewRestore(target, 'v1');
      expect(preview.tables[0]?.counts).toEqual({ inserted: 3, updated: 0, deleted: 2 });
      await opened.store.restore(preview, 'safe');
      expect(await opened.store.countDelta({ table: events, from: atSnapshot('v1'), to: live })).toEqual({
        inserted: 0,
        updated: 0,
        deleted: 0,
      });
      await opened.store.restore(await opened.store.previewRestore(target, 'safe'), 'safe_2');
      expect(order(await rowsOf(opened.store, events, live, ['kind', 'n']))).toEqual(
        order([
          ['a', 7],
          ['a', 7],
          ['b', null],
        ]),
      );
    });

    test('need a named key for hash order', async () => {
      await expect(rowsOf(opened.store, events, live, ['n'], { order: 'hash', salt: 's' })).rejects.toMatchObject(
        failure('table.noKey'),
      );
    });
  });

  describe(`${backend.name}: restore`, () => {
    let opened: Opened;
    const target = { level: 'table', table } as const;
    beforeEach(async () => {
      opened = await backend.open();
      await loadRows(opened.store, table, columns, ['id'], first);
      await opened.store.createSnapshot('v1', { level: 'database', database: 'shop' });
      await opened.change.update(table, { price: '7.00' }, { id: 2 });
      await opened.change.remove(table, { id: 3 });
      await opened.change.insert(table, names, [[5, 'new', null]]);
    });
    afterEach(() => opened.close());

    test('puts back what the preview showed, and can be undone', async () => {
      const changed = await rowsOf(opened.store, table, live, names);
      const preview = await opened.store.previewRestore(target, 'v1');
      expect(preview).toMatchObject({
        target,
        to: 'v1',
        tables: [{ table, counts: { inserted: 1, updated: 1, deleted: 1 } }],
        dropped: [],
        revived: [],
      });
      expect(await opened.store.restore(preview, 'safe')).toEqual({
        rowsChanged: 3,
        safetySnapshot: 'safe',
        verified: true,
      });
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first);
      expect(await rowsOf(opened.store, table, atSnapshot('safe'), names)).toEqual(changed);
      await opened.store.restore(await opened.store.previewRestore(target, 'safe'), 'undo');
      expect(await rowsOf(opened.store, table, live, names)).toEqual(changed);
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names)).toEqual(first);
    });

    test('refuses when the table moved since the preview', async () => {
      const preview = await opened.store.previewRestore(target, 'v1');
      await opened.change.update(table, { price: '7.50' }, { id: 2 });
      await expect(opened.store.restore(preview, 'safe')).rejects.toMatchObject(
        failure('restore.moved', { inserted: 1, updated: 1, deleted: 1 }),
      );
      expect((await opened.store.snapshots()).map(({ name }) => name)).toEqual(['v1']);
      expect(await opened.store.countRows(table)).toBe(4);
    });

    test('refuses when only a column moved that the snapshot does not have', async () => {
      await opened.change.addColumn(table, { name: 'stock', type: 'INT', nullable: true });
      const preview = await opened.store.previewRestore(target, 'v1');
      await opened.change.update(table, { stock: 9 }, { id: 1 });
      await expect(opened.store.restore(preview, 'safe')).rejects.toMatchObject(failure('restore.moved'));
      expect(await rowsOf(opened.store, table, live, ['id', 'stock'])).toContainEqual([1, 9]);
    });

    test('refuses a safety snapshot whose name is taken', async () => {
      const preview = await opened.store.previewRestore(target, 'v1');
      await expect(opened.store.restore(preview, 'v1')).rejects.toMatchObject(failure('version.exists'));
      expect(await opened.store.countDelta({ table, from: atSnapshot('v1'), to: live })).toEqual({
        inserted: 1,
        updated: 1,
        deleted: 1,
      });
    });

    test('brings back dropped tables and drops newer ones, for a database', async () => {
      const newer: TableName = { database: 'shop', table: 'newer' };
      const database = { level: 'database', database: 'shop' } as const;
      await opened.change.dropTable(table);
      await opened.change.createTable(newer, columns, ['id']);
      const preview = await opened.store.previewRestore(database, 'v1');
      expect(preview).toMatchObject({ dropped: [newer], revived: [table] });
      await opened.store.restore(preview, 'safe');
      expect((await opened.store.tables('shop')).map(({ name }) => name)).toEqual([table]);
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first);
      await opened.store.restore(await opened.store.previewRestore(database, 'safe'), 'undo');
      expect((await opened.store.tables('shop')).map(({ name }) => name)).toEqual([newer]);
    });

    test('puts columns back although no row of the others changed', async () => {
      await opened.store.restore(await opened.store.previewRestore(target, 'v1'), 'safe');
      expect(await opened.store.previewRestore(target, 'v1')).toMatchObject({ reshaped: [] });
      await opened.change.addColumn(table, { name: 'stock', type: 'INT', nullable: true });
      const preview = await opened.store.previewRestore(target, 'v1');
      expect(preview).toMatchObject({
        reshaped: [table],
        revived: [],
        tables: [{ counts: { inserted: 0, updated: 0, deleted: 0 } }],
      });
      expect(await opened.store.restore(preview, 'wider')).toMatchObject({ verified: true });
      expect((await opened.store.table(table)).columns.map(({ name }) => name)).toEqual(names);
      expect(await opened.store.previewRestore(target, 'wider')).toMatchObject({ reshaped: [table] });
    });

    test('brings back one dropped table', async () => {
      await opened.change.dropTable(table);
      const preview = await opened.store.previewRestore(target, 'v1');
      expect(preview).toMatchObject({
        revived: [table],
        tables: [{ counts: { inserted: 4, updated: 0, deleted: 0 } }],
      });
      await opened.store.restore(preview, 'safe');
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first);
    });

    test('of a snapshot that does not hold it is refused', async () => {
      await expect(opened.store.previewRestore(target, 'nope')).rejects.toMatchObject(
        failure('version.unknown', { snapshot: 'nope' }),
      );
      await opened.store.createSnapshot('only', { level: 'table', table });
      await expect(opened.store.previewRestore({ level: 'database', database: 'shop' }, 'only')).rejects.toMatchObject(
        failure('version.unknown', { snapshot: 'only' }),
      );
    });
  });
}
