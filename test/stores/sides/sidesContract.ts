/** What every store must do when a table is to be merged into the one that it parted from: the rows that it changed, in three versions each. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SidesRow } from '../../../src/data/store.ts';
import { live } from '../../../src/data/version.ts';
import type { Backend, Opened } from '../backend.ts';
import { columns, first, names, table } from '../contractItems.ts';
import { failure, loadRows } from '../reading.ts';

const branch = { database: table.database, table: 'leaf' };

export function sidesContract(backend: Backend): void {
  describe(`${backend.name}: what two tables became`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await backend.open();
      await loadRows(opened.store, table, columns, ['id'], first);
    });
    afterEach(() => opened.close());

    const sides = async (source = branch, into = table) => {
      const rows: SidesRow[] = [];
      for await (const page of opened.store.readSides({ source, at: live, into, pageRows: 2 })) {
        expect(page.columns.map(({ name }) => name)).toEqual(names);
        expect(page.key).toEqual(['id']);
        rows.push(...page.rows);
      }
      return rows;
    };
    /** True where the connection may see what was branched from what: on a server only the account sys does, and others are told so. */
    const isTold = async (): Promise<boolean> => {
      if ((await opened.store.branches()).length > 0) return true;
      await expect(sides()).rejects.toMatchObject(failure('branch.unrelated'));
      return false;
    };
    const run = async (sql: string): Promise<void> => {
      for await (const page of opened.store.query({ sql, database: table.database })) void page;
    };

    test('tables that never were one are refused, and so is one that is not there', async () => {
      await loadRows(opened.store, branch, columns, ['id'], first);
      await expect(sides()).rejects.toMatchObject(failure('branch.unrelated'));
      await expect(sides({ database: table.database, table: 'nothing' })).rejects.toMatchObject(
        failure('table.unknown'),
      );
    });

    test('each row that the branch changed: as it was, as it is there, as it is here; not those that are alike', async () => {
      if ((await opened.store.facts()).dialect === 'none') return;
      await run(`DATA BRANCH CREATE TABLE leaf FROM ${table.table}`);
      if (!(await isTold())) return;
      await opened.change.update(branch, { name: 'theirs' }, { id: 1 });
      await opened.change.update(table, { name: 'ours' }, { id: 1 });
      await opened.change.update(branch, { name: 'alike' }, { id: 2 });
      await opened.change.update(table, { name: 'alike' }, { id: 2 });
      await opened.change.remove(branch, { id: 3 });
      await opened.change.update(table, { price: '9.00' }, { id: 4 });
      await opened.change.insert(branch, names, [
        [7, 'new', '1.00'],
        [8, 'p', '1.00'],
      ]);
      await opened.change.insert(table, names, [[8, 'q', '2.00']]);
      expect(await sides()).toEqual([
        { base: [1, 'apple', '1.50'], theirs: [1, 'theirs', '1.50'], ours: [1, 'ours', '1.50'] },
        { base: [3, null, null], theirs: null, ours: [3, null, null] },
        { base: null, theirs: [7, 'new', '1.00'], ours: null },
        { base: null, theirs: [8, 'p', '1.00'], ours: [8, 'q', '2.00'] },
      ]);
      // The other way: what the table changed since.
      expect(await sides(table, branch)).toEqual([
        { base: [1, 'apple', '1.50'], theirs: [1, 'ours', '1.50'], ours: [1, 'theirs', '1.50'] },
        { base: [4, '', '0.00'], theirs: [4, '', '9.00'], ours: [4, '', '0.00'] },
        { base: null, theirs: [8, 'q', '2.00'], ours: [8, 'p', '1.00'] },
      ]);
      await run(`DATA BRANCH CREATE TABLE twin FROM ${table.table}`);
      const twin = { database: table.database, table: 'twin' };
      await opened.change.remove(twin, { id: 2 });
      const found = await sides(twin, branch);
      expect(found.map(({ theirs }) => theirs?.[0] ?? null)).toContain(null);
      expect(found).toContainEqual({ base: [2, 'pear', '2.00'], theirs: null, ours: [2, 'alike', '2.00'] });
      await run('DATA BRANCH DELETE TABLE twin');
      await run('DATA BRANCH DELETE TABLE leaf');
    });

    test('a branch of other columns is refused', async () => {
      if ((await opened.store.facts()).dialect === 'none') return;
      await run(`DATA BRANCH CREATE TABLE leaf FROM ${table.table}`);
      if (!(await isTold())) return;
      expect(await sides()).toEqual([]);
      await run('ALTER TABLE leaf ADD COLUMN more INT');
      await expect(sides()).rejects.toMatchObject(failure('delta.schemaChanged'));
    });
  });
}
