// What is left behind and what is tried otherwise where a server breaks down, or is cut off, in a comparison.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { dropLeft, scratchOf } from '../../../../src/stores/matrixone/delta/scratch.ts';
import { MatrixoneStore } from '../../../../src/stores/matrixone/store.ts';
import { readTable } from '../../../../src/stores/matrixone/tables/catalog.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { openPeer, type Peer } from '../peer.ts';
import { errorBody, packetOf } from '../replay/packets.ts';
import { load } from '../replay/recording.ts';
import { serve } from '../replay/serve.ts';

const closing: (() => unknown)[] = [];
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).reverse()) await close();
});

const table = { database: 'shop', table: 'samples' };
const isDrop = (sql: string): boolean => sql.startsWith('DROP DATABASE IF EXISTS');

/** A server whose DROP is cut off so many times. */
async function cutting(times: number): Promise<Peer> {
  let left = times;
  const peer = await openPeer({
    answer: (sql, line) => {
      if (isDrop(sql) && left-- > 0) line.socket.destroy();
      else if (/^(?:CREATE|DROP) /.test(sql)) line.ok();
      else if (sql.includes('information_schema.schemata')) line.table(['schema_name'], []);
      else return false;
      return true;
    },
  });
  closing.push(() => peer.close());
  return peer;
}

test.each([
  [1, 2, 0],
  [3, 4, 0],
  [9, 4, 1],
])(
  'a scratch database whose DROP is cut off %i times is dropped by %i tries, and %i stay',
  async (cuts, tries, stay) => {
    const peer = await cutting(cuts);
    const server = await openServer(peer.options);
    closing.push(() => server.close());
    const scratch = await scratchOf(server, table, '`shop`.`samples`', 'v1', undefined);
    await scratch?.drop();
    const names = await dropLeft(server);
    expect(peer.seen.filter(isDrop)).toHaveLength(tries);
    expect(names).toHaveLength(stay);
    for (const name of names) expect(peer.seen.filter(isDrop)[0]).toContain(name);
  },
);

test('a scratch database that was made before the connection was cut is used, and dropped', async () => {
  let made = 0;
  const peer = await openPeer({
    answer: (sql, line) => {
      if (/^CREATE DATABASE/.test(sql) && made++ === 0) line.socket.destroy();
      else if (/^CREATE DATABASE (.*)/.test(sql)) line.error(1007, 'database scratch already exists');
      else if (/^(?:CREATE TABLE|DROP) /.test(sql)) line.ok();
      else if (sql.includes('information_schema.schemata')) line.table(['schema_name'], []);
      else return false;
      return true;
    },
  });
  closing.push(() => peer.close());
  const server = await openServer(peer.options);
  closing.push(() => server.close());
  const scratch = await scratchOf(server, table, '`shop`.`samples`', 'v1', undefined);
  expect(scratch?.source).toContain('samples');
  await scratch?.drop();
  expect(peer.seen.filter(isDrop)).toHaveLength(1);
});

test('a panic of DIFF, as on a partitioned table, is no end: the two versions are compared', async () => {
  const recording = load('own/faults-restore');
  const message = 'internal error: panic not implemented: ';
  const panic = packetOf(errorBody({ errno: 1105, sqlState: 'HY000', message }), 1);
  const fault = { kind: 'garbage', sql: /^DATA BRANCH DIFF/, packets: 0, bytes: panic } as const;
  const replay = await serve(recording, { faults: [fault] });
  closing.push(() => replay.close());
  const store = await MatrixoneStore.open({
    host: '127.0.0.1',
    port: replay.port,
    user: 'root',
    password: '111',
    database: null,
    tls: 'off',
    ca: null,
    statementTimeoutSeconds: 30,
    readOnly: false,
  });
  closing.push(() => store.close());
  const delta = { table, from: atSnapshot('faults_v1'), to: live };
  // The comparison was recorded after the restore: nothing differs.
  expect(await store.countDelta(delta)).toEqual({ inserted: 0, updated: 0, deleted: 0 });
  expect(replay.seen.at(-2)).toMatch(/^DATA BRANCH DIFF/);
  expect(replay.seen.at(-1)).toContain('FULL JOIN');
  expect(await store.deltaWay(delta)).toMatchObject({ way: 'compare' });
});

test.each([
  [['v'], 'table.view', 'CREATE TABLE … AS SELECT * FROM shop.samples'],
  [[], 'table.unknown', 'There is no table "shop.samples".'],
])('a name that is no table, of which the catalog says %j: %s', async (others, code, words) => {
  const peer = await openPeer({
    answer: (sql, line) => {
      if (/table_type <> 'BASE TABLE'/.test(sql))
        line.table(
          ['table_name'],
          others.map((name) => [name]),
        );
      else if (/^SELECT table_schema, table_name FROM/.test(sql)) line.table(['table_schema', 'table_name'], []);
      else if (/^SELECT table_name FROM/.test(sql)) line.table(['table_name'], []);
      else return false;
      return true;
    },
  });
  closing.push(() => peer.close());
  const server = await openServer(peer.options);
  closing.push(() => server.close());
  const error = await readTable(server, table, live).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ code });
  expect(String(error)).toContain(words);
});
