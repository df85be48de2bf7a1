/** What every store must do: rows. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live } from '../../src/data/version.ts';
import { rowHash } from '../../src/stores/hashRows.ts';
import type { Backend, Opened } from './backend.ts';
import { columns, names, table } from './contractItems.ts';
import { failure, hashesOf, loadRows, rowsOf } from './reading.ts';

export function rowsContract(backend: Backend): void {
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
}
