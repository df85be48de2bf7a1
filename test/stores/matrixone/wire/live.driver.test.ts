// The driver on a live server: what only a real one can show.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/base/random.ts';
import type { Value } from '../../../../src/data/value.ts';
import { valuesReading } from '../../../../src/stores/matrixone/tables/decode.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { interpolate, quoteName } from '../../../../src/stores/matrixone/wire/quote.ts';
import type { Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { describeLive, liveOptions } from '../liveServer.ts';

describeLive('a live server', () => {
  let server: Server;
  const database = `driver_${process.pid}`;

  beforeAll(async () => {
    server = await openServer(liveOptions());
    await server.run(`CREATE DATABASE ${database}`);
  });

  afterAll(async () => {
    await server.run(`DROP DATABASE ${database}`);
    await server.close();
  });

  const valuesOf = async (sql: string): Promise<Value[][]> => {
    const { columns, rows } = await server.run(sql, { database });
    return rows.map(valuesReading()(columns)).map((row) => [...row]);
  };

  const runningNow = async (mark: string): Promise<number> => {
    const rows = await valuesOf('SHOW PROCESSLIST');
    return rows.filter((row) => row.some((cell) => String(cell).startsWith(`SELECT sleep(30), '${mark}'`))).length;
  };

  test('cancel and deadline end the query on the server', async () => {
    const abort = new AbortController();
    const cancelled = server.run("SELECT sleep(30), 'drv_cancel'", { signal: abort.signal });
    const verdict = expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => runningNow('drv_cancel'), { timeout: 10_000 }).toBe(1);
    abort.abort();
    await verdict;
    await expect(server.run("SELECT sleep(30), 'drv_late'", { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'store.timeout',
    });
    await expect.poll(() => runningNow('drv_cancel'), { timeout: 10_000 }).toBe(0);
    await expect.poll(() => runningNow('drv_late'), { timeout: 10_000 }).toBe(0);
  });

  test('the first rows of a million come early, and leaving the loop gives the server back', async () => {
    let rows = 0;
    for await (const page of server.stream('SELECT result FROM generate_series(1, 1000000) g', 5000, valuesReading()))
      rows += page.rows.length;
    expect(rows).toBe(1_000_000);
    for await (const page of server.stream('SELECT result FROM generate_series(1, 50000000) g', 100, valuesReading())) {
      expect(page.rows).toHaveLength(100);
      break;
    }
    expect(await valuesOf('SELECT 1')).toEqual([[1]]);
  });

  test('LOAD DATA LOCAL loads its stream, and a broken stream loads nothing', async () => {
    await server.run('CREATE TABLE loaded (id INT PRIMARY KEY, v VARCHAR(50))', { database });
    async function* lines(isBroken: boolean): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 20_000; i++) yield Buffer.from(`${i},A🎉日 ${i}\n`);
      await Promise.resolve();
      if (isBroken) throw new Error('the source broke');
    }
    const load = "LOAD DATA LOCAL INFILE 'x' INTO TABLE loaded FIELDS TERMINATED BY ',' LINES TERMINATED BY '\\n'";
    await expect(server.run(load, { database, infile: lines(true) })).rejects.toThrow('the source broke');
    expect(await valuesOf('SELECT COUNT(*) FROM loaded')).toEqual([[0]]);
    await server.run(load, { database, infile: lines(false) });
    expect(await valuesOf('SELECT COUNT(*), MAX(v) FROM loaded WHERE id = 777')).toEqual([[1, 'A🎉日 777']]);
  });

  test('any text and bytes make the round trip through literals', async () => {
    const random = seededRandom('live quote');
    const nasty = ["'", '"', '`', '\\', '\0', '\x1a', '\n', '\r', '%', '_', '🎉', '日', '--', '/*', ';', '?', 'a'];
    await server.run('CREATE TABLE quoted (id INT PRIMARY KEY, v TEXT, b BLOB)', { database });
    const rows: Value[][] = Array.from({ length: 300 }, (_, id) => [
      id,
      Array.from({ length: random.below(12) }, () => nasty[random.below(nasty.length)]).join(''),
      Uint8Array.from({ length: random.below(12) }, () => random.below(256)),
    ]);
    const places = rows.map(() => '(?, ?, ?)').join(', ');
    await server.run(interpolate(`INSERT INTO quoted VALUES ${places}`, rows.flat()), { database });
    expect(await valuesOf('SELECT id, v, b FROM quoted ORDER BY id')).toEqual(rows);
    for (const name of ['a`b', 'select', 'with blank', 'dot.ted', '日本', "q'q"]) {
      const rename = `SELECT 1 AS ${quoteName(name)}`;
      expect((await server.run(rename)).columns.map((column) => column.name)).toEqual([name]);
    }
  });

  test('a transaction in a session is seen by it alone until it commits', async () => {
    await server.run('CREATE TABLE moved (id INT PRIMARY KEY)', { database });
    await server.session(async (session) => {
      await session.run('BEGIN', { database });
      await session.run('INSERT INTO moved VALUES (1)', { database });
      expect(await valuesOf('SELECT COUNT(*) FROM moved')).toEqual([[0]]);
      await session.run('COMMIT', { database });
    });
    expect(await valuesOf('SELECT COUNT(*) FROM moved')).toEqual([[1]]);
    await expect(
      server.session(async (session) => {
        await session.run('BEGIN', { database });
        await session.run('INSERT INTO moved VALUES (2)', { database });
        throw new Error('given up');
      }),
    ).rejects.toThrow('given up');
    await expect.poll(() => valuesOf('SELECT COUNT(*) FROM moved')).toEqual([[1]]);
  });

  test('wrong passwords, unknown users and databases are told apart', async () => {
    const options = liveOptions();
    await expect(openServer({ ...options, password: 'wrong' })).rejects.toMatchObject({ code: 'store.wrongPassword' });
    await expect(openServer({ ...options, user: 'nobody_here' })).rejects.toMatchObject({ code: 'store.denied' });
    await expect(openServer({ ...options, user: 'noacc:root' })).rejects.toMatchObject({ code: 'store.denied' });
    await expect(openServer({ ...options, database: 'no_such_db' })).rejects.toMatchObject({
      code: 'database.unknown',
    });
    await expect(openServer({ ...options, tls: 'required' })).rejects.toMatchObject({ code: 'store.noTls' });
  });
});
