/** Branches on a live MatrixOne server, as the account that may see which table was branched from which. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mergeRows } from '../../../../src/app/versions/partial/mergeRows.ts';
import { type Random, seededRandom } from '../../../../src/base/random.ts';
import type { SidesRow } from '../../../../src/data/store.ts';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import { readSides } from '../../../../src/stores/matrixone/delta/sides.ts';
import { MatrixoneStore } from '../../../../src/stores/matrixone/store.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { rowsOf } from '../../reading.ts';
import { describeLive, liveOptions } from '../liveServer.ts';

const database = 'dt_sides_live';
const named = (table: string) => ({ database, table });
/** Histories that are held against whole copies; `DELTATRAIN_LIVE_HISTORIES=300` for a long run. */
const histories = Number(process.env['DELTATRAIN_LIVE_HISTORIES'] ?? 10);

describeLive('what two tables became', () => {
  let server: Server;
  let store: MatrixoneStore;
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
    store = await MatrixoneStore.open({ ...liveOptions(), readOnly: false });
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
    await store.close();
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

  test('a branch of a snapshot parted there, whatever the table became since', async () => {
    await run(
      `CREATE SNAPSHOT dt_sides_s FOR TABLE ${database} t`,
      `UPDATE ${database}.t SET v = 'x' WHERE id = 1`,
      `DELETE FROM ${database}.t WHERE id = 2`,
      `DATA BRANCH CREATE TABLE ${database}.old FROM ${database}.t{SNAPSHOT = 'dt_sides_s'}`,
    );
    expect(await sides('old', 't')).toEqual([]);
    await run(`UPDATE ${database}.old SET v = 'o' WHERE id IN (1, 3)`);
    const changed = [
      { base: [1, 'a', '1.50'], theirs: [1, 'o', '1.50'], ours: [1, 'x', '1.50'] },
      { base: [3, 'c', null], theirs: [3, 'o', null], ours: [3, 'c', null] },
    ];
    expect(await sides('old', 't')).toEqual(changed);
    expect(await sides('t', 'old')).toEqual([
      { base: [1, 'a', '1.50'], theirs: [1, 'x', '1.50'], ours: [1, 'o', '1.50'] },
      { base: [2, 'b', '2.00'], theirs: null, ours: [2, 'b', '2.00'] },
    ]);
  });

  test('where both sides took another column type, the version that has the old one is named', async () => {
    await run(
      `ALTER TABLE ${database}.t MODIFY COLUMN v VARCHAR(12)`,
      `ALTER TABLE ${database}.b MODIFY COLUMN v VARCHAR(12)`,
    );
    await expect(sides('b', 't')).rejects.toMatchObject({
      code: 'delta.schemaChanged',
      message: expect.stringContaining(`${database}.b and ${database}.t where the two parted`) as string,
    });
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

  /** Rows of the table and its branch, and where they parted. */
  interface Copies {
    readonly base: Map<number, string>;
    readonly t: Map<number, string>;
    readonly b: Map<number, string>;
  }
  type Say = (sql: string) => Promise<void>;

  async function changeOne(random: Random, copies: Copies, say: Say): Promise<void> {
    const side = random.below(2) === 0 ? 't' : 'b';
    const [key, value] = [1 + random.below(8), 'abc'[random.below(3)] ?? 'a'];
    const there = copies[side];
    if (there.has(key) && random.below(2) === 0) {
      await say(`DELETE FROM ${database}.${side} WHERE id = ${key}`);
      there.delete(key);
      return;
    }
    if (there.has(key)) await say(`UPDATE ${database}.${side} SET v = '${value}' WHERE id = ${key}`);
    else await say(`INSERT INTO ${database}.${side} VALUES (${key}, '${value}')`);
    there.set(key, value);
  }

  async function play(random: Random, say: Say): Promise<Copies> {
    await run(`DROP TABLE IF EXISTS ${database}.b`, `DROP TABLE IF EXISTS ${database}.t`);
    await say(`CREATE TABLE ${database}.t (id INT PRIMARY KEY, v VARCHAR(5))`);
    const base = new Map([1, 2, 3, 4, 5, 6].map((key) => [key, 'abc'[random.below(3)] ?? 'a']));
    await say(`INSERT INTO ${database}.t VALUES ${[...base].map(([key, v]) => `(${key}, '${v}')`).join(', ')}`);
    await say(`DATA BRANCH CREATE TABLE ${database}.b FROM ${database}.t`);
    const copies = { base, t: new Map(base), b: new Map(base) };
    for (let step = 0; step < 8; step++) await changeOne(random, copies, say);
    return copies;
  }

  function expectedOf({ base, t, b }: Copies): SidesRow[] {
    const row = (of: Map<number, string>, key: number) => (of.has(key) ? [key, of.get(key) ?? ''] : null);
    return [1, 2, 3, 4, 5, 6, 7, 8]
      .filter((key) => b.get(key) !== base.get(key) && b.get(key) !== t.get(key))
      .map((key) => ({ base: row(base, key), theirs: row(b, key), ours: row(t, key) }));
  }

  /** Merged as it was reckoned, row by row; MERGE of 4.1.4 calls a row that both deleted a conflict. */
  async function merged(): Promise<{ readonly rows: unknown; readonly verified: boolean }> {
    const wanted = { source: named('b'), rule: 'accept', choices: new Map() } as const;
    const place = { store, table: named('t'), environment: 'development' } as const;
    const yes = ({ isAsItWas }: { readonly isAsItWas: boolean }) => Promise.resolve(!isAsItWas);
    const done = await mergeRows(place, wanted, yes, new AbortController().signal);
    if (done) await store.dropSnapshot(done.safetySnapshot);
    return { rows: await rowsOf(store, named('t'), live, ['id', 'v']), verified: done?.verified !== false };
  }

  test(`random histories come to what whole copies come to, and are merged so (${histories})`, async () => {
    const wrong: string[] = [];
    for (let i = 0; i < histories; i++) {
      const said: string[] = [];
      const copies = await play(seededRandom(`live sides ${i}`), async (sql) => {
        said.push(sql);
        await run(sql);
      });
      const expected = expectedOf(copies);
      const found = await sides('b', 't');
      for (const { base, theirs } of expected) {
        const key = Number((theirs ?? base ?? [])[0]);
        if (theirs === null) copies.t.delete(key);
        else copies.t.set(key, String(theirs[1]));
      }
      const whole = { rows: [...copies.t].toSorted(([a], [b]) => a - b), verified: true };
      const [is, has] = [JSON.stringify([found, await merged()]), JSON.stringify([expected, whole])];
      if (is !== has) wrong.push(`${is} for ${has} after ${said.join('; ')}`);
    }
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
