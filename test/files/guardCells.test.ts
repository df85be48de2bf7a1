/** CSV for spreadsheets: what one would run as a formula is written as a text, and only where that was asked for. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { DeltaPage } from '../../src/data/change.ts';
import type { LocalStore } from '../../src/data/store.ts';
import { live } from '../../src/data/version.ts';
import { exportDelta } from '../../src/files/exportDelta.ts';
import { exportTable } from '../../src/files/exportTable.ts';
import { useFolder } from './support/folder.ts';

const folder = useFolder();
const table = { database: 'd', table: 't' };

async function filled(): Promise<LocalStore> {
  const store = folder.store();
  const columns = [
    { name: 'id', type: 'BIGINT', nullable: false },
    { name: '=name', type: 'TEXT', nullable: true },
  ];
  async function* batches() {
    yield {
      rows: [
        [-1, '=cmd|calc!A1'],
        [2, '-5'],
        [3, 'a,=b'],
        [4, '+x,y'],
        [5, null],
      ],
      lines: null,
    };
  }
  await store.load({ table, columns, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null }, batches());
  return store;
}

it.each(['csv', 'tsv'])(
  'a table as .%s has its formulas behind an apostrophe where asked, and as they are else',
  async (extension) => {
    const store = await filled();
    const [file, guarded] = [folder.at(`a.${extension}`), folder.at(`b.${extension}`)];
    await exportTable(store, { table, at: live, file });
    await exportTable(store, { table, at: live, file: guarded, guardCells: true });
    const cells = (path: string): string =>
      readFileSync(path, 'utf8').replaceAll(/\t|"/g, (c) => (c === '\t' ? ',' : ''));
    expect(cells(file)).toBe('id,=name\n-1,=cmd|calc!A1\n2,-5\n3,a,=b\n4,+x,y\n5,\n');
    expect(cells(guarded)).toBe("id,'=name\n-1,'=cmd|calc!A1\n2,-5\n3,a,=b\n4,'+x,y\n5,\n");
  },
);

it('a delta as .csv too, before and after', async () => {
  const store = await filled();
  await store.createSnapshot('s', { level: 'table', table });
  const sql = "UPDATE d.t SET `=name` = '@SUM(1)' WHERE id = -1";
  for await (const page of store.query({ sql })) expect(page.rows).toBe(0);
  const pages: AsyncIterable<DeltaPage> = store.readDelta({ table, from: { kind: 'snapshot', name: 's' }, to: live });
  const columns = (await store.table(table, live)).columns.map(({ name, type }) => ({ name, type }));
  const file = folder.at('delta.csv');
  await exportDelta({ file, guardCells: true }, table, columns, 1, pages);
  expect(readFileSync(file, 'utf8')).toBe(
    'flag,id,before.=name,after.=name\nupdated,-1,"\'=cmd|calc!A1","\'@SUM(1)"\n',
  );
});
