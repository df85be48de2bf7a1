// A key must be unique and nowhere NULL: the server is asked where the table does not say so itself.
import { expect, test } from 'vitest';
import { checkUnique } from '../../../src/stores/matrixone/tables/hashOrder.ts';
import type { ServerSession } from '../../../src/stores/matrixone/wire/server.ts';
import { infoOf, itemColumns, table } from './plans.ts';

const columns = itemColumns.map((column) => ({ ...column, nullable: column.name === 'name' }));
const info = infoOf(columns);

/** A server that finds the row with the key (3, NULL). */
const found: ServerSession = {
  run: () => Promise.resolve({ columns: [], rows: [[Buffer.from('3'), null]], affected: 0 }),
  stream: () => {
    throw new Error('nothing is streamed');
  },
};

const check = (names: readonly string[]): Promise<void> =>
  checkUnique(
    found,
    info,
    `${table.database}.${table.table}`,
    columns.filter(({ name }) => names.includes(name)),
    undefined,
  );

test.each([[['id']], [['id', 'price']]])('of %j the table says it', async (names) => {
  expect(await check(names)).toBe(undefined);
});

test('of a column that may be NULL it does not, also beside the primary key', async () => {
  await expect(check(['id', 'name'])).rejects.toMatchObject({ code: 'value.refused', data: { column: 'id, name' } });
});
