/** What every store must do: tables and snapshots. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SnapshotTarget } from '../../src/data/store.ts';
import type { TableName } from '../../src/data/table.ts';
import { atSnapshot, live, tableIn } from '../../src/data/version.ts';
import type { Backend, Opened } from './backend.ts';
import { columns, first, names, table } from './contractItems.ts';
import { batchesOf, failure, loadRows, rowsOf } from './reading.ts';

export function tablesContract(backend: Backend): void {
  describe(`${backend.name}: tables and snapshots`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await backend.open();
    });
    afterEach(() => opened.close());
    const loadFirst = () => loadRows(opened.store, table, columns, ['id'], first);
    const pin = (name: string) => opened.store.createSnapshot(name, { level: 'table', table });

    test('a load makes the table and says what it did', async () => {
      const result = await loadFirst();
      expect(result).toMatchObject({ rows: 4, inserted: 4, updated: 0, deleted: 0, unchanged: 0, created: true });
      expect(await opened.store.databases()).toEqual(['shop']);
      const [info] = await opened.store.tables('shop');
      expect(info).toMatchObject({ name: table, key: ['id'] });
      expect(info?.columns).toEqual([
        { name: 'id', type: 'BIGINT', family: 'integer', nullable: false },
        { name: 'name', type: 'VARCHAR(40)', family: 'text', nullable: true },
        { name: 'price', type: 'DECIMAL(10,2)', family: 'decimal', nullable: true },
      ]);
      expect(await opened.store.table(table)).toEqual(info);
      expect(await opened.store.countRows(table)).toBe(4);
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first);
    });

    test('a second load updates by key and leaves equal rows alone', async () => {
      await loadFirst();
      const rows = [
        [2, 'pear', '2.50'],
        [4, '', '0.00'],
        [9, 'fig', '3.00'],
      ];
      const result = await loadRows(opened.store, table, columns, ['id'], rows);
      expect(result).toMatchObject({ rows: 3, inserted: 1, updated: 1, deleted: 0, unchanged: 1, created: false });
      expect(await opened.store.countRows(table)).toBe(5);
    });

    test('a sync deletes what is not in the file, after its safety snapshot', async () => {
      await loadFirst();
      const result = await loadRows(opened.store, table, columns, ['id'], first.slice(0, 3), {
        mode: 'sync',
        safetySnapshot: 'safe',
      });
      expect(result).toMatchObject({ inserted: 0, updated: 0, deleted: 1, unchanged: 3, safetySnapshot: 'safe' });
      expect(await rowsOf(opened.store, table, atSnapshot('safe'), names)).toEqual(first);
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first.slice(0, 3));
    });

    test('a sync with too many deletes changes nothing', async () => {
      await loadFirst();
      const sync = loadRows(opened.store, table, columns, ['id'], first.slice(0, 1), {
        mode: 'sync',
        safetySnapshot: 'safe',
        maxDeletes: 0.5,
      });
      await expect(sync).rejects.toMatchObject(failure('load.tooManyDeletes', { deleted: 3, rows: 4 }));
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first);
      expect(await opened.store.snapshots()).toEqual([]);
    });

    test('a key that stands twice in the file is named with its line, and nothing is loaded', async () => {
      const rows = [...first, [2, 'again', '1.00'], [1, 'again', '1.00']];
      await expect(loadRows(opened.store, table, columns, ['id'], rows)).rejects.toMatchObject(
        failure('table.duplicateKey', { key: 'id', value: '2', line: 6 }),
      );
      await expect(opened.store.table(table)).rejects.toMatchObject(failure('table.unknown'));
    });

    test('a cancelled load changes nothing', async () => {
      await loadFirst();
      const controller = new AbortController();
      async function* rows() {
        yield* batchesOf([[7, 'x', '1.00']]);
        controller.abort();
        yield* batchesOf([[8, 'y', '1.00']]);
      }
      const request = {
        table,
        columns,
        key: ['id'],
        mode: 'upsert',
        safetySnapshot: 'safe',
        maxDeletes: null,
      } as const;
      await expect(opened.store.load(request, rows(), controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
      expect(await rowsOf(opened.store, table, live, names)).toEqual(first);
      expect(await opened.store.snapshots()).toEqual([]);
    });

    test('what it says of itself is so: it pins the levels that it names, and no other', async () => {
      await loadFirst();
      const { store } = opened;
      const { kind, label, engine, readOnly, snapshotLevels, dialect } = await store.facts();
      expect([kind, label, engine].every((name) => name !== '')).toBe(true);
      expect(readOnly).toBe(false);
      const targets: readonly SnapshotTarget[] = [
        { level: 'table', table },
        { level: 'database', database: table.database },
        { level: 'account', account: null },
        { level: 'cluster' },
      ];
      const pinned: string[] = [];
      for (const target of targets) {
        const made = await store.createSnapshot(`of_${target.level}`, target).catch(() => null);
        if (made) pinned.push(made.level);
        if (made) await store.dropSnapshot(made.name);
      }
      expect(pinned).toEqual(snapshotLevels);
      const asked = (async () => {
        for await (const page of store.query({ sql: 'SELECT 1' })) expect(page.rows).toBe(1);
      })();
      if (dialect === 'none') await expect(asked).rejects.toMatchObject({ code: 'sql.unsupported' });
      else await asked;
    });

    test('snapshots are listed newest first, with rows and identities', async () => {
      await loadFirst();
      const one = await pin('items_v1');
      await opened.change.insert(table, names, [[5, 'kiwi', '4.00']]);
      const two = await opened.store.createSnapshot('shop_v1', { level: 'database', database: 'shop' });
      expect(one).toMatchObject({
        name: 'items_v1',
        level: 'table',
        database: 'shop',
        table: 'items',
        tables: [{ ...table, rows: 4 }],
        unsure: null,
      });
      expect(two).toMatchObject({ level: 'database', table: null, tables: [{ ...table, rows: 5 }] });
      expect(tableIn(two, table)?.id).toBe(tableIn(one, table)?.id);
      expect(tableIn(one, table)?.id).toBe((await opened.store.table(table)).id);
      expect(await opened.store.snapshots()).toEqual([two, one]);
    });

    test('createdAt never repeats, not even for a name made again', async () => {
      await loadFirst();
      const times: bigint[] = [];
      for (let i = 0; i < 5; i++) {
        times.push(BigInt((await pin('again')).createdAt));
        await opened.store.dropSnapshot('again');
      }
      expect(times.every((time, i) => i === 0 || time > (times[i - 1] as bigint))).toBe(true);
    });

    test.each([
      ['a name that is taken', 'items_v1', 'version.exists'],
      ['upper case', 'Items', 'version.badName'],
      ['a leading digit', '1st', 'version.badName'],
      ['nothing', '', 'version.badName'],
      ['what means the table now', 'live', 'version.badName'],
    ])('a snapshot named by %s is refused', async (_, name, code) => {
      await loadFirst();
      await pin('items_v1');
      await expect(pin(name)).rejects.toMatchObject(failure(code, { snapshot: name }));
      expect(await opened.store.snapshots()).toHaveLength(1);
    });

    test('what does not exist is named', async () => {
      await loadFirst();
      await pin('items_v1');
      const other: TableName = { database: 'shop', table: 'nothing' };
      await expect(opened.store.table(other)).rejects.toMatchObject(
        failure('table.unknown', { table: 'shop.nothing' }),
      );
      await expect(opened.store.tables('nowhere')).rejects.toMatchObject(
        failure('database.unknown', { database: 'nowhere' }),
      );
      await expect(opened.store.createSnapshot('x', { level: 'table', table: other })).rejects.toMatchObject(
        failure('table.unknown'),
      );
      await expect(opened.store.createSnapshot('x', { level: 'database', database: 'nowhere' })).rejects.toMatchObject(
        failure('database.unknown'),
      );
      await expect(opened.store.dropSnapshot('nope')).rejects.toMatchObject(
        failure('version.unknown', { snapshot: 'nope' }),
      );
      await expect(rowsOf(opened.store, table, atSnapshot('nope'), names)).rejects.toMatchObject(
        failure('version.unknown', { snapshot: 'nope' }),
      );
      await expect(rowsOf(opened.store, table, live, ['id', 'colour'])).rejects.toMatchObject(
        failure('column.unknown', { column: 'colour' }),
      );
    });

    test('a dropped snapshot takes nothing from the others', async () => {
      await loadFirst();
      await pin('one');
      await opened.change.update(table, { price: '9.00' }, { id: 1 });
      await pin('two');
      await opened.change.remove(table, { id: 2 });
      await pin('three');
      await opened.change.insert(table, names, [[2, 'plum', '5.00']]);
      const two = await rowsOf(opened.store, table, atSnapshot('two'), names);
      await opened.store.dropSnapshot('two');
      expect(await rowsOf(opened.store, table, atSnapshot('one'), names)).toEqual(first);
      expect(await rowsOf(opened.store, table, atSnapshot('three'), names)).toEqual(two.filter(([id]) => id !== 2));
      expect(await opened.store.countDelta({ table, from: atSnapshot('one'), to: live })).toEqual({
        inserted: 0,
        updated: 2,
        deleted: 0,
      });
      await expect(rowsOf(opened.store, table, atSnapshot('two'), names)).rejects.toMatchObject(
        failure('version.unknown'),
      );
    });

    test('what is changed after the older of two snapshots was dropped is still told from the newer', async () => {
      await loadFirst();
      await pin('one');
      await opened.change.update(table, { price: '9.00' }, { id: 1 });
      await opened.change.remove(table, { id: 2 });
      await pin('two');
      const two = await rowsOf(opened.store, table, live, names);
      await opened.store.dropSnapshot('one');
      await opened.change.update(table, { price: '8.00' }, { id: 1 });
      await opened.change.insert(table, names, [[2, 'plum', '5.00']]);
      expect(await rowsOf(opened.store, table, atSnapshot('two'), names)).toEqual(two);
      const request = { table, from: atSnapshot('two'), to: live };
      expect(await opened.store.countDelta(request)).toEqual({ inserted: 1, updated: 1, deleted: 0 });
    });

    test('changeCount grows with every change', async () => {
      const counts = [await opened.store.changeCount()];
      await loadFirst();
      counts.push(await opened.store.changeCount());
      await pin('one');
      counts.push(await opened.store.changeCount());
      await opened.change.remove(table, { id: 1 });
      counts.push(await opened.store.changeCount());
      expect(counts.every((count, i) => i === 0 || count > (counts[i - 1] as number))).toBe(true);
    });
  });
}
