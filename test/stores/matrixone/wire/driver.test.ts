// The driver on the wire, against a peer that is told what to say: rows, pace, cancel, deadline, and connections that break.
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { Reading, Server } from '../../../../src/stores/matrixone/wire/server.ts';
import type { ServerOptions } from '../../../../src/stores/matrixone/login/serverOptions.ts';
import { type Line, openPeer, type Peer, type PeerOptions } from '../peer.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Talk = Readonly<Record<string, (line: Line) => void>>;

async function talking(talk: Talk, options: Partial<PeerOptions> = {}): Promise<Peer> {
  const peer = await openPeer({
    answer: (sql, line) => {
      const say = talk[sql];
      if (!say) return false;
      say(line);
      return true;
    },
    ...options,
  });
  closing.push(() => peer.close());
  return peer;
}

async function serverOf(peer: Peer, options: Partial<ServerOptions> = {}): Promise<Server> {
  const server = await openServer({ ...peer.options, ...options });
  closing.push(() => server.close());
  return server;
}

/** The failure of a promise, which must be one. */
async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

const texts: Reading<(string | null)[]> = () => (row) => row.map((cell) => cell?.toString('utf8') ?? null);

const until = async (condition: () => boolean): Promise<void> => {
  await expect.poll(condition, { timeout: 10_000, interval: 5 }).toBe(true);
};

test('rows come as bytes, NULL as null, and four-byte characters whole', async () => {
  const peer = await talking({
    'SELECT t': (line) =>
      line.table(
        ['a', 'b'],
        [
          ['A🎉日', null],
          ['', '2'],
        ],
      ),
  });
  const server = await serverOf(peer);
  const answer = await server.run('SELECT t');
  expect(answer.rows.map(texts([]))).toEqual([
    ['A🎉日', null],
    ['', '2'],
  ]);
  expect(answer.columns.map(({ name, code, charset }) => ({ name, code, charset }))).toEqual([
    { name: 'a', code: 253, charset: 33 },
    { name: 'b', code: 253, charset: 33 },
  ]);
  expect(server).toMatchObject({ label: `127.0.0.1:${peer.port}`, release: [4, 1, 4], isEncrypted: false });
});

test('an error of the server is a failure, and the connection goes on', async () => {
  const peer = await talking({
    'SELECT nope': (line) => line.error(1064, 'SQL parser error: table "nope" does not exist'),
    'SELECT 1': (line) => line.table(['1'], [['1']]),
  });
  const server = await serverOf(peer);
  expect(await failureOf(server.run('SELECT nope'))).toMatchObject({ code: 'table.unknown', data: { table: 'nope' } });
  expect((await server.run('SELECT 1')).rows.map(texts([]))).toEqual([['1']]);
  expect(peer.lines.size).toBe(1);
});

test('a stream gives pages of the wanted size, one empty page for no rows, and the columns with each', async () => {
  const rows = Array.from({ length: 7 }, (_, i) => [String(i)]);
  const peer = await talking({
    seven: (line) => line.table(['n'], rows),
    six: (line) => line.table(['n'], rows.slice(0, 6)),
    none: (line) => line.table(['n'], []),
  });
  const server = await serverOf(peer);
  const sizes = async (sql: string): Promise<number[]> => {
    const found: number[] = [];
    for await (const page of server.stream(sql, 3, texts)) {
      expect(page.columns.map(({ name }) => name)).toEqual(['n']);
      found.push(page.rows.length);
    }
    return found;
  };
  expect([await sizes('seven'), await sizes('six'), await sizes('none')]).toEqual([[3, 3, 1], [3, 3], [0]]);
  expect(peer.lines.size).toBe(1);
});

test('a slow reader holds the server back, and the first rows are there before the last are sent', async () => {
  const total = 400_000;
  let sent = 0;
  const peer = await talking({
    many: (line) => {
      line.columns('n');
      const more = (): void => {
        while (sent < total) {
          sent++;
          if (line.row('x'.repeat(100))) continue;
          line.socket.once('drain', more);
          return;
        }
        line.end();
      };
      more();
    },
  });
  const server = await serverOf(peer);
  let rows = 0;
  let sentAtFirst = 0;
  for await (const page of server.stream('many', 1000, texts)) {
    if (rows === 0) {
      // The peer goes on until the pipe is full; then nothing moves however long the reader takes.
      let before = -1;
      await until(() => {
        const isStill = before === sent;
        before = sent;
        return isStill;
      });
      sentAtFirst = sent;
    }
    rows += page.rows.length;
  }
  expect(rows).toBe(total);
  expect(sentAtFirst).toBeLessThan(total / 2);
});

/** A peer that answers `endless` with two rows and then waits for KILL QUERY, as a real one does. */
async function endless(options: Partial<PeerOptions> & { readonly deaf?: boolean } = {}) {
  const held = new Map<number, Line>();
  const peer = await openPeer({
    answer: (sql, line) => {
      const id = /^KILL QUERY (\d+)$/.exec(sql)?.[1];
      if (id !== undefined) {
        line.ok();
        if (!options.deaf) held.get(Number(id))?.error(1105, 'context canceled');
        held.delete(Number(id));
        return true;
      }
      if (!sql.startsWith('endless')) return false;
      held.set(line.id, line);
      if (sql !== 'endless silence') {
        line.columns('n');
        line.row('1');
        line.row('2');
      }
      return true;
    },
    ...options,
  });
  closing.push(() => peer.close());
  return { peer, server: await serverOf(peer), held };
}

test('cancel kills the query from another connection, and its own connection is given up', async () => {
  const { peer, server } = await endless();
  const abort = new AbortController();
  const running = failureOf(server.run('endless silence', { signal: abort.signal }));
  await until(() => peer.seen.includes('endless silence'));
  const [victim] = [...peer.lines].map((line) => line.id);
  abort.abort();
  expect((await running).code).toBe('cancelled');
  expect(peer.seen).toContain(`KILL QUERY ${victim}`);
  await until(() => peer.lines.size === 0);
});

test('close ends on the server what can be cancelled, and leaves the rest to its end', async () => {
  const { peer, server } = await endless();
  const cancellable = failureOf(server.run('endless silence'));
  await until(() => peer.seen.includes('endless silence'));
  const [first] = [...peer.lines].map((line) => line.id);
  const restoring = failureOf(server.run('endless restore', { deadlineMs: null }));
  await until(() => peer.seen.includes('endless restore'));
  await server.close();
  expect([(await cancellable).code, (await restoring).code]).toEqual(['store.disconnected', 'store.disconnected']);
  expect(peer.seen.filter((sql) => sql.startsWith('KILL'))).toEqual([`KILL QUERY ${first}`]);
  await until(() => peer.lines.size === 0);
});

test('leaving a stream early kills the query', async () => {
  const { peer, server, held } = await endless();
  for await (const page of server.stream('endless', 1, texts)) {
    expect(page.rows).toEqual([['1']]);
    break;
  }
  expect(peer.seen.filter((sql) => sql.startsWith('KILL QUERY'))).toHaveLength(1);
  expect(held.size).toBe(0);
  await until(() => peer.lines.size === 0);
});

test('a row that cannot be read ends the stream and kills the query', async () => {
  const { peer, server } = await endless();
  const unreadable: Reading<never> = () => () => {
    throw new Error('no such value');
  };
  const reading = async (): Promise<void> => {
    for await (const page of server.stream('endless', 1, unreadable)) expect(page.rows).toEqual([]);
  };
  await expect(reading()).rejects.toThrow('no such value');
  expect(peer.seen.filter((sql) => sql.startsWith('KILL QUERY'))).toHaveLength(1);
  await until(() => peer.lines.size === 0);
});

test('silence past the deadline kills the query, before the first row and between rows', async () => {
  const { peer, server } = await endless();
  expect(await failureOf(server.run('endless silence', { deadlineMs: 50 }))).toMatchObject({
    code: 'store.timeout',
    data: { seconds: 0.05 },
  });
  const pages: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const page of server.stream('endless', 2, texts, { deadlineMs: 50 })) pages.push(page.rows.length);
  };
  expect((await failureOf(reading())).code).toBe('store.timeout');
  expect(pages).toEqual([2]);
  expect(peer.seen.filter((sql) => sql.startsWith('KILL QUERY'))).toHaveLength(2);
});

test('a statement that cannot be killed is left to the server after a while', async () => {
  const { peer, server } = await endless({ deaf: true });
  expect((await failureOf(server.run('endless silence', { deadlineMs: 50, writes: false }))).code).toBe(
    'store.timeout',
  );
  await until(() => peer.lines.size === 0);
});

test('a statement that was lost on the way is never sent again, and the next one finds a new connection', async () => {
  const peer = await talking({
    'INSERT lost': (line) => void line.socket.destroy(),
    'SELECT half': (line) => {
      line.columns('n');
      line.row('1');
      line.socket.end();
    },
    'SELECT 1': (line) => line.table(['1'], [['1']]),
  });
  const server = await serverOf(peer);
  const lost = await failureOf(server.run('INSERT lost'));
  expect(lost).toMatchObject({ code: 'store.disconnected', data: { mayHaveRun: true } });
  expect(lost.message).toContain('may have run');
  expect((await failureOf(server.run('SELECT half'))).code).toBe('store.disconnected');
  expect((await server.run('SELECT 1')).rows.map(texts([]))).toEqual([['1']]);
  expect(peer.seen.filter((sql) => sql === 'INSERT lost')).toHaveLength(1);
});

test('packets out of order end the connection, and the statement is not believed', async () => {
  const peer = await talking({
    'SELECT odd': (line) => {
      line.columns('n');
      line.from(77).row('1');
      line.end();
    },
  });
  const server = await serverOf(peer);
  expect((await failureOf(server.run('SELECT odd'))).code).toBe('store.disconnected');
});

test('the database of a statement is set where it differs, and a connection without one is kept for those that name none', async () => {
  const peer = await talking({ a: (line) => line.ok(), b: (line) => line.ok() });
  const server = await serverOf(peer);
  await server.run('a', { database: 'one`two' });
  await server.run('b', { database: 'one`two' });
  await server.run('a');
  expect(peer.seen.filter((sql) => sql === 'a' || sql === 'b' || sql.startsWith('USE'))).toEqual([
    'USE `one``two`',
    'a',
    'b',
    'a',
  ]);
  expect(peer.lines.size).toBe(2);
});

test('a connection that a statement left in another state is not used again', async () => {
  const talk: Talk = {
    'SET a = 1': (l) => l.ok(),
    BEGIN: (l) => l.ok(),
    COMMIT: (l) => l.ok(),
    'SELECT 1': (l) => l.ok(),
  };
  const peer = await talking(talk);
  const server = await serverOf(peer);
  await server.run('SET a = 1');
  await until(() => peer.lines.size === 0);
  await server.session(async (session) => {
    await session.run('BEGIN');
    await session.run('COMMIT');
  });
  expect(peer.lines.size).toBe(1);
  await server.session((session) => session.run('/* a */ begin'.toUpperCase().replace('/* A */ ', '')));
  await until(() => peer.lines.size === 0);
  await failureOf(server.session(() => Promise.reject(new Failure('cancelled'))));
  await until(() => peer.lines.size === 0);
});

test('four statements run at one time, the fifth waits for its turn', async () => {
  const waiting: Line[] = [];
  const peer = await talking({ slow: (line) => void waiting.push(line) });
  const server = await serverOf(peer);
  const all = Array.from({ length: 6 }, () => server.run('slow'));
  await until(() => waiting.length === 4);
  const abort = new AbortController();
  const seventh = failureOf(server.run('slow', { signal: abort.signal }));
  abort.abort();
  expect((await seventh).code).toBe('cancelled');
  waiting[0]?.ok();
  await until(() => waiting.length === 5);
  waiting[1]?.ok();
  await until(() => waiting.length === 6);
  for (const line of waiting.slice(2)) line.ok();
  await Promise.all(all);
  expect(peer.lines.size).toBe(4);
});

test('several statements in one are a bug, and are not hidden', async () => {
  const peer = await talking({
    'a; b': (line) => {
      line.send(Buffer.from([0, 0, 0, 0x0a, 0, 0, 0]));
      line.ok();
    },
  });
  const server = await serverOf(peer);
  await expect(server.run('a; b')).rejects.toThrow();
});
