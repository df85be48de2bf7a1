/** What every store must do: a delta. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live } from '../../src/data/version.ts';
import { rowHash } from '../../src/stores/hashRows.ts';
import type { Backend, Opened } from './backend.ts';
import { columns, first, names, table } from './contractItems.ts';
import { deltaOf, failure, loadRows } from './reading.ts';

export function deltaContract(backend: Backend): void {
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
