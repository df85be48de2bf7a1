/** What every store must do, over whatever backend it is given: tables, snapshots, rows, delta. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TableName } from '../../src/data/table.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live, tableIn } from '../../src/data/version.ts';
import { rowHash } from '../../src/stores/hashRows.ts';
import type { Backend, Opened } from './backend.ts';
import { batchesOf, deltaOf, failure, hashesOf, loadRows, rowsOf } from './reading.ts';

export const table: TableName = { database: 'shop', table: 'items' };
export const columns = [
  { name: 'id', type: 'BIGINT', nullable: false },
  { name: 'name', type: 'VARCHAR(40)', nullable: true },
  { name: 'price', type: 'DECIMAL(10,2)', nullable: true },
];
export const names = ['id', 'name', 'price'];
export const first: Value[][] = [
  [1, 'apple', '1.50'],
  [2, 'pear', '2.00'],
  [3, null, null],
  [4, '', '0.00'],
];

export function storeContract(backend: Backend): void {
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

  describe(`${backend.name}: rows`, () => {
    let opened: Opened;
    const many: Value[][] = Array.from({ length: 50 }, (_, i) => [i * 3 - 20, `name ${i % 7}`, `${i}.25`]);
    beforeEach(async () => {
      opened = await backend.open();
      await loadRows(opened.store, table, columns, ['id'], many);
      await opened.store.createSnapshot('v1', { level: 'table', table });
      await opened.change.update(table, { name: 'changed' }, { id: 1 });
      await opened.change.remove(table, { id: 4 });
      await opened.change.insert(table, names, [
        [-100, 'new', '0.01'],
        [1000, 'new', '0.01'],
      ]);
    });
    afterEach(() => opened.close());

    test.each([1, 7, 50, 1000])('a snapshot reads the same in pages of %i', async (pageRows) => {
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names, { pageRows })).toEqual(many);
      expect(await rowsOf(opened.store, table, live, ['id'], { pageRows })).toHaveLength(51);
    });

    test('columns come in the order asked for', async () => {
      const rows = await rowsOf(opened.store, table, atSnapshot('v1'), ['price', 'id']);
      expect(rows).toEqual(many.map(([id, , price]) => [price, id]));
    });

    test('hash order is the order of md5 over salt and key', async () => {
      const expected = many
        .map((row) => ({ row, hash: rowHash('s', [row[0] ?? null]) }))
        .sort((a, b) => (a.hash < b.hash ? -1 : 1));
      for (const pageRows of [9, 1000]) {
        const request = { table, at: atSnapshot('v1'), columns: names, order: 'hash', salt: 's', pageRows } as const;
        expect(await rowsOf(opened.store, table, request.at, names, request)).toEqual(expected.map(({ row }) => row));
        expect(await hashesOf(opened.store, request)).toEqual(expected.map(({ hash }) => hash));
      }
    });

    test('ranges and samples keep rows by their hash', async () => {
      const inside = (hash: string): boolean =>
        hash >= '40000000000000000000000000000000' && hash < 'c0000000000000000000000000000000';
      const range = { from: '40000000000000000000000000000000', below: 'c0000000000000000000000000000000' };
      const kept = many.filter(([id]) => inside(rowHash('s', [id ?? null])));
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names, { salt: 's', range })).toEqual(kept);
      const sampled = kept.filter(([id]) => rowHash('other', [id ?? null]) < '80000000000000000000000000000000');
      const sample = { salt: 'other', share: 0.5 };
      expect(await rowsOf(opened.store, table, atSnapshot('v1'), names, { salt: 's', range, sample })).toEqual(sampled);
      expect(sampled.length).toBeGreaterThan(0);
      expect(sampled.length).toBeLessThan(kept.length);
    });

    test.each([1, 7, 1000])('the first %i rows of an order are those of the whole read', async (limit) => {
      for (const at of [atSnapshot('v1'), live]) {
        const byKey = await rowsOf(opened.store, table, at, names);
        const range = { from: '40000000000000000000000000000000', below: null };
        const hashed = { order: 'hash', salt: 's', range, sample: { salt: 'other', share: 0.7 } } as const;
        const byHash = await rowsOf(opened.store, table, at, names, hashed);
        expect(byHash.length).toBeGreaterThan(7);
        for (const pageRows of [3, 7, 8192]) {
          expect(await rowsOf(opened.store, table, at, names, { limit, pageRows })).toEqual(byKey.slice(0, limit));
          const few = { ...hashed, limit, pageRows };
          expect(await rowsOf(opened.store, table, at, names, few)).toEqual(byHash.slice(0, limit));
          const request = { table, at, columns: names, ...few };
          expect((await hashesOf(opened.store, request)).length).toBe(Math.min(limit, byHash.length));
        }
      }
    });

    test('a hash without a salt, or over a key that is not unique, is refused', async () => {
      await expect(rowsOf(opened.store, table, live, names, { order: 'hash' })).rejects.toMatchObject(
        failure('usage.wrong'),
      );
      await expect(
        rowsOf(opened.store, table, atSnapshot('v1'), names, { order: 'hash', salt: 's', key: ['name'] }),
      ).rejects.toMatchObject(failure('table.duplicateKey', { key: 'name', value: 'name 0' }));
    });

    test('another unique key gives another hash', async () => {
      const request = {
        table,
        at: atSnapshot('v1'),
        columns: ['price'],
        order: 'hash',
        salt: 's',
        key: ['price'],
      } as const;
      expect(await hashesOf(opened.store, request)).toEqual(
        many.map(([, , price]) => rowHash('s', [price ?? null])).sort(),
      );
    });

    test('a read that is left early ends, and the store goes on', async () => {
      for (const at of [live, atSnapshot('v1')]) {
        for await (const page of opened.store.readRows({ table, at, columns: names, order: 'key', pageRows: 2 })) {
          expect(page.rows).toBe(2);
          break;
        }
      }
      await opened.change.remove(table, { id: -100 });
      expect(await opened.store.countRows(table)).toBe(50);
    });

    test('a cancelled read says so', async () => {
      const controller = new AbortController();
      const read = async (): Promise<number> => {
        let pages = 0;
        for await (const page of opened.store.readRows(
          { table, at: atSnapshot('v1'), columns: names, order: 'key', pageRows: 5 },
          controller.signal,
        )) {
          pages += page.rows > 0 ? 1 : 0;
          controller.abort();
        }
        return pages;
      };
      await expect(read()).rejects.toMatchObject({ code: 'cancelled' });
    });
  });

  describe(`${backend.name}: delta`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await backend.open();
      await loadRows(opened.store, table, columns, ['id'], first);
      await opened.store.createSnapshot('v1', { level: 'table', table });
      await opened.change.update(table, { name: 'green apple', price: '1.75' }, { id: 1 });
      await opened.change.update(table, { name: 'pear' }, { id: 2 });
      await opened.change.remove(table, { id: 3 });
      await opened.change.remove(table, { id: 4 });
      await opened.change.insert(table, names, [
        [4, '', '0.00'],
        [7, 'kiwi', '3.00'],
      ]);
      await opened.store.createSnapshot('v2', { level: 'table', table });
      await opened.change.update(table, { name: 'apple', price: '1.50' }, { id: 1 });
      await opened.change.update(table, { id: 8 }, { id: 7 });
    });
    afterEach(() => opened.close());

    const one = { flag: 'updated', before: [1, 'apple', '1.50'], after: [1, 'green apple', '1.75'] };
    const three = { flag: 'deleted', before: [3, null, null], after: null };
    const seven = { flag: 'inserted', before: null, after: [7, 'kiwi', '3.00'] };
    const flip = ({ flag, before, after }: { flag: string; before: Value[] | null; after: Value[] | null }) => ({
      flag: flag === 'inserted' ? 'deleted' : flag === 'deleted' ? 'inserted' : flag,
      before: after,
      after: before,
    });

    test('snapshot to snapshot, either way, net by value', async () => {
      const there = { table, from: atSnapshot('v1'), to: atSnapshot('v2') };
      expect(await deltaOf(opened.store, there)).toEqual([one, three, seven]);
      expect(await opened.store.countDelta(there)).toEqual({ inserted: 1, updated: 1, deleted: 1 });
      const back = { table, from: there.to, to: there.from };
      expect(await deltaOf(opened.store, back)).toEqual([one, three, seven].map(flip));
      expect(await opened.store.countDelta(back)).toEqual({ inserted: 1, updated: 1, deleted: 1 });
    });

    test('snapshot to live, either way; a changed key is a delete and an insert', async () => {
      const eight = { flag: 'inserted', before: null, after: [8, 'kiwi', '3.00'] };
      expect(await deltaOf(opened.store, { table, from: atSnapshot('v1'), to: live })).toEqual([three, eight]);
      expect(await deltaOf(opened.store, { table, from: live, to: atSnapshot('v2') })).toEqual([
        one,
        seven,
        flip(eight),
      ]);
      expect(await deltaOf(opened.store, { table, from: live, to: live })).toEqual([]);
      expect(await deltaOf(opened.store, { table, from: atSnapshot('v1'), to: atSnapshot('v1') })).toEqual([]);
    });

    test('over chosen columns only', async () => {
      const request = { table, from: atSnapshot('v1'), to: atSnapshot('v2'), columns: ['price'] };
      expect(await deltaOf(opened.store, request)).toEqual([
        { flag: 'updated', before: [1, '1.50'], after: [1, '1.75'] },
        { flag: 'deleted', before: [3, null], after: null },
        { flag: 'inserted', before: null, after: [7, '3.00'] },
      ]);
      await opened.change.update(table, { name: 'other' }, { id: 1 });
      expect(await opened.store.countDelta({ ...request, to: live })).toEqual({ inserted: 1, updated: 0, deleted: 1 });
      await expect(opened.store.countDelta({ ...request, columns: ['colour'] })).rejects.toMatchObject(
        failure('column.unknown', { column: 'colour' }),
      );
    });

    test('in hash order, in pages, with a limit', async () => {
      const request = {
        table,
        from: atSnapshot('v1'),
        to: atSnapshot('v2'),
        order: 'hash',
        salt: 's',
        withHash: true,
        pageRows: 2,
      } as const;
      const hashes: string[] = [];
      for await (const page of opened.store.readDelta(request)) hashes.push(...(page.hashes ?? []));
      expect(hashes).toEqual([1, 3, 7].map((id) => rowHash('s', [id])).sort());
      expect(await deltaOf(opened.store, { table, from: request.from, to: request.to, limit: 2 })).toEqual([
        one,
        three,
      ]);
    });

    test('paired by another key', async () => {
      const changes = await deltaOf(opened.store, { table, from: atSnapshot('v2'), to: live, key: ['price'] }).catch(
        (error: unknown) => error,
      );
      expect(changes).toEqual([
        { flag: 'inserted', before: null, after: ['1.50', 1, 'apple'] },
        { flag: 'deleted', before: ['1.75', 1, 'green apple'], after: null },
        { flag: 'updated', before: ['3.00', 7, 'kiwi'], after: ['3.00', 8, 'kiwi'] },
      ]);
      await opened.change.update(table, { price: '2.00' }, { id: 1 });
      await expect(
        opened.store.countDelta({ table, from: atSnapshot('v2'), to: live, key: ['price'] }),
      ).rejects.toMatchObject(failure('table.duplicateKey', { key: 'price', value: '2.00' }));
    });

    test.each([
      ['id', 'name'],
      ['name', 'id'],
    ])('a key (%s, %s) that is NULL somewhere is refused, although it holds the primary key', async (...key) => {
      await expect(
        opened.store.countDelta({ table, from: atSnapshot('v1'), to: live, key, columns: ['price'] }),
      ).rejects.toMatchObject(failure('value.refused', { column: key.join(', ') }));
    });
  });
}
