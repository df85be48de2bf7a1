/** Large deltas on a live MatrixOne server: they stream, they can be stopped on the server, and leave nothing behind. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DeltaPage } from '../../../../src/data/change.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { countDelta, deltaWay, readDelta } from '../../../../src/stores/matrixone/delta/delta.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { describeLive, liveOptions } from '../liveServer.ts';

const database = 'dt_streams_live';
const table = { database, table: 'big' };
const rows = 200_000;
const [v1, v2] = [atSnapshot('dt_streams_1'), atSnapshot('dt_streams_2')];

describeLive('large deltas', () => {
  let server: Server;
  let watcher: Server;

  async function clean(): Promise<void> {
    for (const sql of [
      `DROP DATABASE IF EXISTS ${database}`,
      'DROP SNAPSHOT IF EXISTS dt_streams_1',
      'DROP SNAPSHOT IF EXISTS dt_streams_2',
    ])
      await server.run(sql);
  }

  beforeAll(async () => {
    server = await openServer(liveOptions());
    watcher = await openServer(liveOptions());
    await clean();
    for (const sql of [
      `CREATE DATABASE ${database}`,
      `CREATE TABLE ${database}.big (id BIGINT PRIMARY KEY, n INT, t VARCHAR(300))`,
      `INSERT INTO ${database}.big SELECT result, result % 10, REPEAT('x', 200) FROM generate_series(1, ${rows}) g`,
      `CREATE SNAPSHOT dt_streams_1 FOR TABLE ${database} big`,
      `UPDATE ${database}.big SET n = n + 1`,
      `CREATE SNAPSHOT dt_streams_2 FOR TABLE ${database} big`,
    ])
      await server.run(sql);
  }, 300_000);
  afterAll(async () => {
    await clean();
    await server.close();
    await watcher.close();
  }, 60_000);

  /**
   * Statements that send rows of our delta. A connection that is idle still shows its last statement, so others do not count; that of
   * a stream which was stopped is gone with its connection.
   */
  async function running(): Promise<number> {
    const { columns, rows: sessions } = await watcher.run('SHOW PROCESSLIST');
    const info = columns.findIndex(({ name }) => name.toLowerCase() === 'info');
    const isStream = (sql: string): boolean =>
      sql.includes(database) && /^(?:SELECT CASE|DATA BRANCH DIFF(?!.*SUMMARY))/s.test(sql);
    return sessions.filter((session) => isStream(session[info]?.toString('utf8') ?? '')).length;
  }

  async function scratches(): Promise<number> {
    const { rows: found } = await watcher.run(
      "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'deltatrain_scratch_%'",
    );
    return found.length;
  }

  const ends = (): Promise<void> =>
    vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 60_000, interval: 100 });

  test('are counted, and then compared because so much changed', { timeout: 120_000 }, async () => {
    const request = { table, from: v1, to: live };
    expect(await deltaWay(server, request)).toEqual({ way: 'diff', why: null });
    expect(await countDelta(server, request)).toEqual({ inserted: 0, updated: rows, deleted: 0 });
    const { way, why } = await deltaWay(server, request);
    expect(way).toBe('compare');
    expect(why).toContain('More than 3 % of the rows changed');
  });

  test.each([
    ['now', live],
    ['another snapshot', v2],
  ])(
    'to %s: the first rows come while the server still sends, and a cancel stops it there',
    { timeout: 120_000 },
    async (_, to) => {
      const before = await scratches();
      await countDelta(server, { table, from: v1, to });
      await ends();
      const controller = new AbortController();
      const pages = readDelta(server, { table, from: v1, to, pageRows: 500 }, controller.signal);
      const first = (await pages.next()).value as DeltaPage;
      expect(first.rows).toBe(500);
      // Nobody asks for more, so it waits: far more than the sockets hold is still to come.
      expect(await running()).toBe(1);
      controller.abort();
      await expect(pages.next()).rejects.toMatchObject({ code: 'cancelled' });
      await ends();
      await vi.waitFor(async () => expect(await scratches()).toBe(before), { timeout: 30_000, interval: 100 });
    },
  );

  test('that are left early end on the server, too', { timeout: 120_000 }, async () => {
    for await (const page of readDelta(server, { table, from: v2, to: v1, pageRows: 100 })) {
      expect(page.rows).toBe(100);
      break;
    }
    await ends();
  });

  test('are read whole, in the order of the hash', { timeout: 240_000 }, async () => {
    let read = 0;
    let last = '';
    for await (const page of readDelta(server, {
      table,
      from: v1,
      to: live,
      order: 'hash',
      salt: 's',
      withHash: true,
    })) {
      for (const hash of page.hashes ?? []) {
        if (hash < last) throw new Error(`${hash} comes after ${last}`);
        last = hash;
      }
      read += page.rows;
    }
    expect(read).toBe(rows);
  });
});
