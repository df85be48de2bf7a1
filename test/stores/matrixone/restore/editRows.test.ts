// Rows put back by their key: what a server is told, in which order, and what is left when a row is another one.
import { afterEach, expect, test } from 'vitest';
import type { RowEdit } from '../../../../src/data/store.ts';
import { editRows } from '../../../../src/stores/matrixone/restore/editRows.ts';
import { Snapshots } from '../../../../src/stores/matrixone/tables/snapshots.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { openPeer, type Peer } from '../peer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const table = { database: 'shop', table: 'items' };

/** A server with one table, whose rows are looked at twice: `now`, and after the change. */
async function serving(looks: readonly (readonly (string | null)[])[][]): Promise<Peer> {
  const left = [...looks];
  const peer = await openPeer({
    answer: (sql, line) => {
      if (sql.includes('information_schema.tables')) line.table(['table_name'], [['items']]);
      else if (sql.includes('information_schema.columns'))
        line.table(
          ['table_name', 'column_name', 'column_type', 'is_nullable'],
          [
            ['items', 'id', 'BIGINT', 'NO'],
            ['items', 'price', 'DECIMAL(10,2)', 'YES'],
          ],
        );
      else if (sql.includes('mo_foreign_keys')) line.table(['refer_table_name', 'db_name', 'table_name'], []);
      else if (sql.includes('information_schema.statistics'))
        line.table(['table_name', 'column_name'], [['items', 'id']]);
      else if (sql.includes('COUNT(*)')) line.table(['n'], [['2']]);
      else if (sql.startsWith('SELECT `id`')) line.table(['id', 'price'], left.shift() ?? []);
      else if (/^(?:BEGIN|COMMIT|ROLLBACK|INSERT|DELETE|CREATE SNAPSHOT|DROP SNAPSHOT)/.test(sql)) line.ok();
      else if (sql.includes('mo_snapshots'))
        line.table(
          ['sname', 'ts', 'level', 'account_name', 'database_name', 'table_name', 'obj_id'],
          [['safe', '1', 'table', 'sys', 'shop', 'items', '1']],
        );
      else if (sql.includes('rel_id') || sql.includes('reldatabase'))
        line.table(['relname', 'rel_id'], [['items', '7']]);
      else return false;
      return true;
    },
  });
  closing.push(() => peer.close());
  return peer;
}

const edits: readonly RowEdit[] = [
  { now: [1, '1.50'], wanted: [1, '2.50'] },
  { now: [2, null], wanted: null },
  { now: null, wanted: [3, '0.10'] },
];

async function run(peer: Peer): Promise<unknown> {
  const server = await openServer(peer.options);
  closing.push(() => server.close());
  return editRows(server, new Snapshots(server), { table, columns: ['id', 'price'], edits, safetySnapshot: 'safe' });
}

const told = (peer: Peer): string[] =>
  peer.seen.filter((sql) =>
    /^(?:BEGIN|COMMIT|ROLLBACK|INSERT|DELETE|CREATE SNAP|DROP SNAP)|FOR UPDATE|^SELECT `id`/.test(sql),
  );

test('rows are locked and looked at, changed in their place, looked at again, and committed', async () => {
  const peer = await serving([
    [
      ['2', null],
      ['1', '1.50'],
    ],
    [
      ['1', '2.50'],
      ['3', '0.10'],
    ],
  ]);
  expect(await run(peer)).toEqual({ rowsChanged: 3, safetySnapshot: 'safe', verified: true });
  expect(told(peer)).toEqual([
    'CREATE SNAPSHOT safe FOR TABLE `shop` `items`',
    'BEGIN',
    'SELECT `id`, `price` FROM `shop`.`items` WHERE `id` IN (1, 2, 3) FOR UPDATE',
    'DELETE FROM `shop`.`items` WHERE `id` IN (2)',
    "INSERT INTO `shop`.`items` (`id`, `price`) VALUES (1, '2.50') ON DUPLICATE KEY UPDATE `price` = VALUES(`price`)",
    "INSERT INTO `shop`.`items` (`id`, `price`) VALUES (3, '0.10')",
    'SELECT `id`, `price` FROM `shop`.`items` WHERE `id` IN (1, 2, 3)',
    'COMMIT',
  ]);
});

test.each<[string, readonly (readonly (string | null)[])[][], number]>([
  [
    'is another one now',
    [
      [
        ['1', '1.51'],
        ['2', null],
      ],
    ],
    0,
  ],
  [
    'was not kept as it was to be',
    [
      [
        ['1', '1.50'],
        ['2', null],
      ],
      [
        ['1', '2.49'],
        ['3', '0.10'],
      ],
    ],
    3,
  ],
])('a row that %s ends it: rolled back, and the safety snapshot is gone', async (_, looks, writes) => {
  const peer = await serving(looks);
  await expect(run(peer)).rejects.toMatchObject({ code: 'row.conflict' });
  const all = told(peer);
  expect(all.filter((sql) => /^(?:INSERT|DELETE)/.test(sql))).toHaveLength(writes);
  expect(all.slice(-2)).toEqual(['ROLLBACK', 'DROP SNAPSHOT `safe`']);
});
