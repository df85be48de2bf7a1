/** Branches on a live MatrixOne server, as the account that may see which table was branched from which. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/base/random.ts';
import type { SidesRow } from '../../../../src/data/store.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { readSides } from '../../../../src/stores/matrixone/delta/sides.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { describeLive, liveOptions } from '../liveServer.ts';

const database = 'dt_sides_live';
const named = (table: string) => ({ database, table });
/** Histories that are held against whole copies; `DELTATRAIN_LIVE_HISTORIES=300` for a long run. */
const histories = Number(process.env['DELTATRAIN_LIVE_HISTORIES'] ?? 10);

describeLive('what two tables became', () => {
  let server: Server;
  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const sql of statements) await server.run(sql);
  };
  const sides = async (source: string, into: string): Promise<SidesRow[]> => {
    const rows: SidesRow[] = [];
    const request = { source: named(source), at: live, into: named(into) };
    for await (const page of readSides(server, request, undefined)) rows.push(...page.rows);
    return rows;
  };
  const clean = () => run(`DROP DATABASE IF EXISTS ${database}`, 'DROP SNAPSHOT IF EXISTS dt_sides_s');

  beforeAll(async () => {
    server = await openServer(liveOptions());
  });
  beforeEach(async () => {
    await clean();
    await run(
      `CREATE DATABASE ${database}`,
      `CREATE TABLE ${database}.t (id INT PRIMARY KEY, v VARCHAR(9), n DECIMAL(9,2))`,
      `INSERT INTO ${database}.t VALUES (1, 'a', 1.50), (2, 'b', 2), (3, 'c', NULL), (4, 'd', 4)`,
      `DATA BRANCH CREATE TABLE ${database}.b FROM ${database}.t`,
    );
  });
  afterAll(async () => {
    await clean();
    await server.close();
  });

  test('each row that the branch changed, in three versions; what both did alike is none', async () => {
    await run(
      `UPDATE ${database}.b SET v = 'x' WHERE id = 1`,
      `UPDATE ${database}.t SET v = 'y' WHERE id = 1`,
      `DELETE FROM ${database}.b WHERE id IN (2, 3)`,
      `DELETE FROM ${database}.t WHERE id = 2`,
      `UPDATE ${database}.b SET v = 'd' WHERE id = 4`,
      `INSERT INTO ${database}.b VALUES (9, 'n', 9)`,
    );
    expect(await sides('b', 't')).toEqual([
      { base: [1, 'a', '1.50'], theirs: [1, 'x', '1.50'], ours: [1, 'y', '1.50'] },
      { base: [3, 'c', null], theirs: null, ours: [3, 'c', null] },
      { base: null, theirs: [9, 'n', '9.00'], ours: null },
    ]);
  });

  test('a column that DATA BRANCH gets wrong is right here', async () => {
    await run(
      `CREATE TABLE ${database}.e (id INT PRIMARY KEY, k ENUM('p', 'q'))`,
      `INSERT INTO ${database}.e VALUES (1, 'p'), (2, 'q')`,
      `DATA BRANCH CREATE TABLE ${database}.e2 FROM ${database}.e`,
      `INSERT INTO ${database}.e2 VALUES (3, 'q')`,
      `UPDATE ${database}.e2 SET k = 'q' WHERE id = 1`,
    );
    expect(await sides('e2', 'e')).toEqual([
      { base: [1, 'p'], theirs: [1, 'q'], ours: [1, 'p'] },
      { base: null, theirs: [3, 'q'], ours: null },
    ]);
  });

  test('a table that was restored has no past in common any more, which is said', async () => {
    await run(
      `CREATE SNAPSHOT dt_sides_s FOR TABLE ${database} t`,
      `DELETE FROM ${database}.b WHERE id = 1`,
      `RESTORE TABLE ${database}.t {SNAPSHOT = 'dt_sides_s'}`,
    );
    await expect(sides('b', 't')).rejects.toMatchObject({ code: 'branch.unrelated' });
    const request = { source: named('b'), at: atSnapshot('dt_sides_s'), into: named('t') };
    await expect(readSides(server, request, undefined).next()).rejects.toMatchObject({ code: 'store.unsupported' });
  });

  test(`random histories come to what whole copies come to (${histories})`, async () => {
    const wrong: string[] = [];
    for (let i = 0; i < histories; i++) {
      const random = seededRandom(`live sides ${i}`);
      const said: string[] = [];
      const rows = { base: new Map<number, string>(), t: new Map<number, string>(), b: new Map<number, string>() };
      const say = async (sql: string): Promise<void> => {
        said.push(sql);
        await run(sql);
      };
      await run(`DROP TABLE IF EXISTS ${database}.b`, `DROP TABLE IF EXISTS ${database}.t`);
      await say(`CREATE TABLE ${database}.t (id INT PRIMARY KEY, v VARCHAR(5))`);
      for (let key = 1; key <= 6; key++) rows.base.set(key, 'abc'[random.below(3)] ?? 'a');
      await say(`INSERT INTO ${database}.t VALUES ${[...rows.base].map(([key, v]) => `(${key}, '${v}')`).join(', ')}`);
      await say(`DATA BRANCH CREATE TABLE ${database}.b FROM ${database}.t`);
      rows.t = new Map(rows.base);
      rows.b = new Map(rows.base);
      for (let step = 0; step < 8; step++) {
        const side = random.below(2) === 0 ? 't' : 'b';
        const key = 1 + random.below(8);
        const value = 'abc'[random.below(3)] ?? 'a';
        const there = rows[side];
        if (!there.has(key)) await say(`INSERT INTO ${database}.${side} VALUES (${key}, '${value}')`);
        else if (random.below(2) === 0) await say(`UPDATE ${database}.${side} SET v = '${value}' WHERE id = ${key}`);
        else {
          await say(`DELETE FROM ${database}.${side} WHERE id = ${key}`);
          there.delete(key);
          continue;
        }
        there.set(key, value);
      }
      const expected: SidesRow[] = [];
      const row = (of: Map<number, string>, key: number) => (of.has(key) ? [key, of.get(key) ?? ''] : null);
      for (let key = 1; key <= 8; key++)
        if (rows.b.get(key) !== rows.base.get(key) && rows.b.get(key) !== rows.t.get(key))
          expected.push({ base: row(rows.base, key), theirs: row(rows.b, key), ours: row(rows.t, key) });
      const found = await sides('b', 't');
      if (JSON.stringify(found) !== JSON.stringify(expected))
        wrong.push(`${JSON.stringify(found)} for ${JSON.stringify(expected)} after ${said.join('; ')}`);
    }
    expect(wrong).toEqual([]);
  }, 600_000);
});
