// The scratch table of a load whose connection is gone: dropped by another one, by the name that the server gave it, and no other is.
import { afterEach, expect, test } from 'vitest';
import { dropLeftStages, leaveStage } from '../../../../src/stores/matrixone/load/leftStages.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { openPeer } from '../peer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const mine = { database: 'shop', table: '__dt_load', isTemporary: true, connection: 11 } as const;
const id = (n: number): string => `01a22cde-0882-75c6-89f6-e40c4ee1610${n}`;
const named = (n: number, table = 'shop___dt_load'): string => `__mo_tmp_${id(n).replaceAll('-', '')}_${table}`;

/** A server that has these tables and these sessions; what is dropped is gone. */
async function serverWith(tables: string[], sessions: [string, number][]) {
  const dropped: string[] = [];
  const peer = await openPeer({
    answer: (sql, line) => {
      const drop = /^DROP TABLE (?:IF EXISTS )?(.*)$/.exec(sql)?.[1];
      if (drop !== undefined) {
        dropped.push(drop);
        line.ok();
      } else if (sql.includes('information_schema.tables')) {
        const left = tables.filter((name) => !dropped.some((one) => one.includes(`\`${name}\``)));
        line.table(
          ['table_name'],
          left.map((name) => [name]),
        );
      } else if (sql.includes('processlist'))
        line.table(
          ['session_id', 'conn_id'],
          sessions.map(([one, of]) => [one, String(of)]),
        );
      else return false;
      return true;
    },
  });
  closing.push(() => peer.close());
  const server = await openServer(peer.options);
  closing.push(() => server.close());
  return { server, dropped, sessions };
}

test('those whose sessions are gone are dropped, and no table of anything else', async () => {
  const others = ['samples', named(3, 'shop_mine'), named(4, 'shop2___dt_load'), 'x___dt_load'];
  const { server, dropped } = await serverWith([named(1), named(2), ...others], [[id(2), 12]]);
  await leaveStage(server, mine);
  expect(dropped).toEqual([`\`shop\`.\`${named(1)}\``]);
});

test('one whose session is not gone yet is tried again when the store is closed, and named where it stays', async () => {
  const { server, dropped, sessions } = await serverWith([named(1)], [[id(1), 11]]);
  await leaveStage(server, mine);
  expect(dropped).toEqual([]);
  expect(await dropLeftStages(server)).toEqual([`shop.${named(1)}`]);
  sessions.splice(0);
  expect(await dropLeftStages(server)).toEqual([]);
  expect(dropped).toHaveLength(1);
});

test('an ordinary one has a name of its own', async () => {
  const { server, dropped } = await serverWith([], []);
  await leaveStage(server, { ...mine, table: '__dt_load_7', isTemporary: false });
  expect(dropped).toEqual(['`shop`.`__dt_load_7`']);
  expect(await dropLeftStages(server)).toEqual([]);
});
