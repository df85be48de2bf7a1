// What may have happened is said: a cancel, a time-out or a cut after a write was sent; a read never says it, and is asked once more.
import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { Snapshots } from '../../../../src/stores/matrixone/tables/snapshots.ts';
import { transaction, write } from '../../../../src/stores/matrixone/wire/write.ts';
import { type Line, openPeer, type Peer } from '../peer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Answers by the beginning of a statement; `cut` ends the connection, `hold` says nothing, `late` answers once a KILL has come. */
type Said = 'ok' | 'rows' | 'cut' | 'hold' | 'late' | 'killed';

async function talking(answers: (sql: string, nth: number) => Said): Promise<{ peer: Peer; server: Server }> {
  const asked = new Map<string, number>();
  const waiting: (() => void)[] = [];
  const peer = await openPeer({
    answer: (sql, line: Line) => {
      if (sql.startsWith('KILL')) for (const go of waiting.splice(0)) go();
      if (!/^(?:SELECT \d|UPDATE|INSERT|RESTORE|BEGIN|COMMIT|ROLLBACK|DATA|CREATE|SHOW)/.test(sql)) return false;
      const nth = asked.get(sql) ?? 0;
      asked.set(sql, nth + 1);
      switch (answers(sql, nth)) {
        case 'ok':
          line.ok();
          break;
        case 'rows':
          line.table(['1'], [['1']]);
          break;
        case 'cut':
          line.socket.destroy();
          break;
        case 'late':
          waiting.push(() => line.ok());
          break;
        case 'killed':
          waiting.push(() => line.error(1105, 'internal error: context canceled'));
          break;
        case 'hold':
          break;
      }
      return true;
    },
  });
  closing.push(() => peer.close());
  const server = await openServer(peer.options);
  closing.push(() => server.close());
  return { peer, server };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

/** Fires when the statement was sent. */
function cancelAt(peer: Peer, sql: string): AbortSignal {
  const abort = new AbortController();
  void expect
    .poll(() => peer.seen.includes(sql), { interval: 2 })
    .toBe(true)
    .then(() => abort.abort());
  return abort.signal;
}

const writes = [
  ["RESTORE TABLE `d`.`t` {SNAPSHOT='s'}", 'the RESTORE'],
  ['UPDATE t SET a = 1', 'the UPDATE'],
  ['CREATE SNAPSHOT s FOR TABLE d t', 'the CREATE SNAPSHOT'],
] as const;

describe.each(writes)('%s', (sql, what) => {
  test('cancelled while its answer is held back: it may have run', async () => {
    const { peer, server } = await talking(() => 'hold');
    const failure = await failureOf(server.run(sql, { signal: cancelAt(peer, sql) }));
    expect(failure.message).toBe(
      `Cancelled too late: ${what} was sent and may have run. Look before you run it again.`,
    );
  });

  test('no answer in time: it may have run', async () => {
    const { peer, server } = await talking(() => 'hold');
    const failure = await failureOf(server.run(sql, { deadlineMs: 50 }));
    expect(failure.message).toBe(
      `127.0.0.1:${peer.port} did not answer within 0.05 s: ${what} was sent and may have run. Look before you run it again.`,
    );
  });

  test('cancelled, and ended by the server: it changed nothing, and that is what is said', async () => {
    const { peer, server } = await talking(() => 'killed');
    expect((await failureOf(server.run(sql, { signal: cancelAt(peer, sql) }))).code).toBe('cancelled');
    expect((await failureOf(server.run(sql, { deadlineMs: 50 }))).code).toBe('store.timeout');
  });

  test('cancelled, and done all the same: it is answered as what it is', async () => {
    const { peer, server } = await talking(() => 'late');
    expect((await server.run(sql, { signal: cancelAt(peer, sql) })).rows).toEqual([]);
  });

  test('cut: it may have run, and is not sent again', async () => {
    const { peer, server } = await talking(() => 'cut');
    const failure = await failureOf(server.run(sql));
    expect(failure).toMatchObject({ code: 'store.disconnected', data: { mayHaveRun: true } });
    expect(peer.seen.filter((one) => one === sql)).toHaveLength(1);
  });
});

describe.each(['SELECT 1', 'SHOW SNAPSHOTS', "DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 's'} OUTPUT SUMMARY"])(
  '%s',
  (sql) => {
    test('cut once: asked again on a new connection', async () => {
      const { peer, server } = await talking((_, nth) => (nth === 0 ? 'cut' : 'rows'));
      expect((await server.run(sql)).rows).toHaveLength(1);
      const pages = server.stream(sql, 10, () => (row) => row);
      expect((await pages.next()).value).toMatchObject({ rows: [[Buffer.from('1')]] });
      await pages.return({ columns: [], affected: 0 });
      expect(peer.seen.filter((one) => one === sql)).toHaveLength(3);
    });

    test('as pages too', async () => {
      const { peer, server } = await talking((_, nth) => (nth === 0 ? 'cut' : 'rows'));
      const pages = server.stream(sql, 10, () => (row) => row);
      expect((await pages.next()).value).toMatchObject({ rows: [[Buffer.from('1')]] });
      await pages.return({ columns: [], affected: 0 });
      expect(peer.seen.filter((one) => one === sql)).toHaveLength(2);
    });

    test('cut twice: it changed nothing, and may be run again', async () => {
      const { peer, server } = await talking(() => 'cut');
      const failure = await failureOf(server.run(sql));
      expect(failure.message).toMatch(/was lost .* Nothing was changed: run it again\.$/);
      expect(peer.seen.filter((one) => one === sql)).toHaveLength(2);
    });

    test('cancelled or too late it is what it always was', async () => {
      const { peer, server } = await talking(() => 'hold');
      expect((await failureOf(server.run(sql, { deadlineMs: 50 }))).code).toBe('store.timeout');
      const again = { signal: cancelAt(peer, sql), deadlineMs: null };
      expect((await failureOf(server.run(sql, again))).code).toBe('cancelled');
    });
  },
);

describe('a transaction', () => {
  const two = [
    { sql: 'UPDATE a SET x = 1', values: [] },
    { sql: 'UPDATE b SET x = 1', values: [] },
  ];

  test.each(['BEGIN', 'UPDATE a SET x = 1', 'UPDATE b SET x = 1'])('cut at %s: nothing was changed', async (at) => {
    const { server } = await talking((sql) => (sql === at ? 'cut' : 'ok'));
    expect((await failureOf(write(server, two))).message).toMatch(/Nothing was changed: run it again\.$/);
  });

  test('cut at its COMMIT: it may have run', async () => {
    const { peer, server } = await talking((sql) => (sql === 'COMMIT' ? 'cut' : 'ok'));
    expect(await failureOf(write(server, two))).toMatchObject({
      code: 'store.disconnected',
      data: { mayHaveRun: true },
    });
    expect(peer.seen.filter((one) => one === 'BEGIN')).toHaveLength(1);
  });

  test('no answer to its COMMIT: it may have run, and it is not killed', async () => {
    const { peer, server } = await talking((sql) => (sql === 'COMMIT' ? 'hold' : 'ok'));
    const signal = cancelAt(peer, 'COMMIT');
    const failure = await failureOf(
      server.session((session) =>
        transaction(session, async () => void (await session.run('UPDATE a SET x = 1')), signal),
      ),
    );
    expect(failure.message).toContain('Cancelled too late: the COMMIT was sent and may have run.');
    expect(peer.seen.some((one) => one.startsWith('KILL'))).toBe(false);
  });

  test('cancelled before its COMMIT: rolled back', async () => {
    const { peer, server } = await talking(() => 'ok');
    const abort = new AbortController();
    const failure = await failureOf(
      server.session((session) =>
        transaction(
          session,
          async () => {
            await session.run('UPDATE a SET x = 1');
            abort.abort();
          },
          abort.signal,
        ),
      ),
    );
    expect(failure.code).toBe('cancelled');
    expect(peer.seen.at(-1)).toBe('ROLLBACK');
  });
});

describe('a snapshot of which nobody heard the end', () => {
  const now = Date.UTC(2026, 10, 30, 4, 0, 0);
  /** A server that cuts the statement off, and afterwards lists a snapshot of that name made at the time. */
  async function cutting(madeAt: number | null): Promise<Snapshots> {
    const peer = await openPeer({
      answer: (sql, line) => {
        if (/^(?:CREATE|DROP) SNAPSHOT/.test(sql)) line.socket.destroy();
        else if (sql === 'SELECT now(6)') line.table(['now(6)'], [['2026-11-30 04:00:00.000000']]);
        else if (sql.includes('mo_snapshots'))
          line.table(
            ['sname', 'ts', 'level', 'account_name', 'database_name', 'table_name', 'obj_id'],
            madeAt === null ? [] : [['s1', `${madeAt}000000`, 'table', 'sys', 'd', 't', '7']],
          );
        else if (sql.startsWith('SELECT COUNT(*)')) line.table(['COUNT(*)'], [['3']]);
        else return false;
        return true;
      },
    });
    closing.push(() => peer.close());
    const server = await openServer(peer.options);
    closing.push(() => server.close());
    return new Snapshots(server);
  }
  const create = (snapshots: Snapshots) =>
    snapshots.create('s1', { level: 'table', table: { database: 'd', table: 't' } });

  test('made meanwhile, by the server’s own clock: it is made', async () => {
    expect(await create(await cutting(now + 1))).toMatchObject({ name: 's1', database: 'd', table: 't' });
  });

  test('one of that name from before, or none: it may have run', async () => {
    for (const at of [now - 3_600_000, null])
      expect(await failureOf(create(await cutting(at)))).toMatchObject({
        code: 'store.disconnected',
        data: { mayHaveRun: true },
      });
  });

  test('dropped: it is gone, or it may have run', async () => {
    await (await cutting(null)).drop('s1');
    expect((await failureOf((await cutting(now)).drop('s1'))).code).toBe('store.disconnected');
  });
});
