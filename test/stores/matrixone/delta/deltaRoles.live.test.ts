/** Deltas for a role that may read one table and nothing else: no list of snapshots, no identities, nothing made on the server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeAt, type Change } from '../../../../src/data/change.ts';
import type { DeltaRequest } from '../../../../src/data/store.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { countDelta, deltaWay, readDelta } from '../../../../src/stores/matrixone/delta/delta.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { describeLive, liveOptions } from '../liveServer.ts';

const database = 'dt_roles_live';
const role = 'dt_roles_reader';
const person = 'dt_roles_person';
const table = { database, table: 't' };
const bag = { database, table: 'bag' };
const [v1, v2] = [atSnapshot('dt_roles_1'), atSnapshot('dt_roles_2')];

describeLive('deltas for a role that may only read', () => {
  let administrator: Server;
  let reader: Server;

  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await administrator.run(sql);
  };
  const clean = (): Promise<void> =>
    run(
      `DROP DATABASE IF EXISTS ${database}`,
      `DROP USER IF EXISTS ${person}`,
      `DROP ROLE IF EXISTS ${role}`,
      'DROP SNAPSHOT IF EXISTS dt_roles_1',
      'DROP SNAPSHOT IF EXISTS dt_roles_2',
    );

  beforeAll(async () => {
    administrator = await openServer(liveOptions());
    await clean();
    await run(
      `CREATE DATABASE ${database}`,
      `CREATE TABLE ${database}.t (id INT PRIMARY KEY, name VARCHAR(20), at DATETIME(3))`,
      `CREATE TABLE ${database}.bag (n INT, h VECF32(2))`,
      `INSERT INTO ${database}.t VALUES (-1, 'a', NULL), (2, 'b', '2026-01-01 00:00:00.500'), (3, NULL, NULL), (10, 'j', NULL)`,
      `INSERT INTO ${database}.bag VALUES (1, '[1, 2]'), (1, '[1, 2]'), (NULL, NULL)`,
      `CREATE SNAPSHOT dt_roles_1 FOR DATABASE ${database}`,
      `UPDATE ${database}.t SET name = 'B' WHERE id = 2`,
      `DELETE FROM ${database}.t WHERE id = 3`,
      `INSERT INTO ${database}.t VALUES (-7, 'new', NULL)`,
      `DELETE FROM ${database}.bag WHERE n = 1`,
      `INSERT INTO ${database}.bag VALUES (1, '[1, 2]'), (1, '[1, 3]'), (NULL, NULL)`,
      `CREATE SNAPSHOT dt_roles_2 FOR DATABASE ${database}`,
      `CREATE ROLE ${role}`,
      `CREATE USER ${person} IDENTIFIED BY '111' DEFAULT ROLE ${role}`,
      `GRANT CONNECT ON ACCOUNT * TO ${role}`,
      `GRANT SELECT ON TABLE ${database}.* TO ${role}`,
    );
    reader = await openServer({ ...liveOptions(), user: person, password: '111' });
  }, 120_000);
  afterAll(async () => {
    await reader.close();
    await clean();
    await administrator.close();
  }, 60_000);

  async function changes(server: Server, request: DeltaRequest, mayWrite = true): Promise<Change[]> {
    const all: Change[] = [];
    for await (const page of readDelta(server, request, undefined, mayWrite))
      for (let i = 0; i < page.rows; i++) all.push(changeAt(page, i));
    return all;
  }

  const expected = [
    { flag: 'inserted', before: null, after: [-7, 'new', null] },
    { flag: 'updated', before: [2, 'b', '2026-01-01 00:00:00.500'], after: [2, 'B', '2026-01-01 00:00:00.500'] },
    { flag: 'deleted', before: [3, null, null], after: null },
  ];

  test('are found by comparing, and say why', async () => {
    const { way, why } = await deltaWay(reader, { table, from: v1, to: live });
    expect(way).toBe('compare');
    expect(why).toContain('This role may not read');
    expect((await deltaWay(administrator, { table, from: v1, to: live })).way).toBe('diff');
  });

  test.each([
    ['now', live],
    ['another snapshot', v2],
  ])('to %s are the same as for everybody', async (_, to) => {
    const request = { table, from: v1, to };
    expect(await changes(administrator, request)).toEqual(expected);
    expect(await changes(reader, request)).toEqual(expected);
    expect(await changes(reader, request, false)).toEqual(expected);
    expect(await countDelta(reader, request)).toEqual({ inserted: 1, updated: 1, deleted: 1 });
    const hashed = { ...request, order: 'hash', salt: 's' } as const;
    expect(await changes(reader, hashed)).toEqual(await changes(administrator, hashed));
  });

  test('of rows without a key, too', async () => {
    const request = { table: bag, from: v1, to: v2 };
    const texts = (found: readonly Change[]): string[] => found.map((change) => JSON.stringify(change)).sort();
    const found = texts(await changes(reader, request));
    expect(found).toEqual(
      texts([
        { flag: 'deleted', before: [1, '[1, 2]'], after: null },
        { flag: 'inserted', before: null, after: [1, '[1, 3]'] },
        { flag: 'inserted', before: null, after: [null, null] },
      ]),
    );
    expect(texts(await changes(administrator, request))).toEqual(found);
    expect(await countDelta(reader, request)).toEqual({ inserted: 2, updated: 0, deleted: 1 });
  });
});
