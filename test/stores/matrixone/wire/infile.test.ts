// LOAD DATA LOCAL: only the stream of the statement in flight is sent, whole or not at all, and no server gets anything else.
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import type { Server } from '../../../../src/stores/matrixone/wire/server.ts';
import { type Line, openPeer, type Peer } from '../peer.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What the peer was sent as files, each whole or as far as it came. */
interface Uploads {
  readonly ended: Buffer[];
  readonly pieces: Buffer[];
}

const infileRequest = (file: string): Buffer => Buffer.concat([Buffer.from([0xfb]), Buffer.from(file)]);

function receive(line: Line, uploads: Uploads, then: (number: number) => void): void {
  line.onPiece = (piece, number) => {
    if (piece.length > 0) return void uploads.pieces.push(piece);
    line.onPiece = null;
    uploads.ended.push(Buffer.concat(uploads.pieces.splice(0)));
    then(number + 1);
  };
}

async function loading(
  answer: (sql: string, line: Line, uploads: Uploads) => boolean,
): Promise<{ peer: Peer; server: Server; uploads: Uploads }> {
  const uploads: Uploads = { ended: [], pieces: [] };
  const peer = await openPeer({ answer: (sql, line) => answer(sql, line, uploads) });
  closing.push(() => peer.close());
  const server = await openServer(peer.options);
  closing.push(() => server.close());
  return { peer, server, uploads };
}

const takes = (sql: string, line: Line, uploads: Uploads): boolean => {
  if (!sql.startsWith('LOAD')) return false;
  line.send(infileRequest('x'));
  receive(line, uploads, (number) => line.from(number).ok());
  return true;
};

async function* pieces(count: number, broken = false): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) {
    yield Buffer.alloc(0);
    yield new Uint8Array(Buffer.from(`${i},row ${i}\n`));
    await Promise.resolve();
  }
  if (broken) throw new Error('the source broke');
}

const wholeOf = (count: number): string => Array.from({ length: count }, (_, i) => `${i},row ${i}\n`).join('');

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
}

test('the stream arrives whole, small pieces together, and the connection goes on', async () => {
  const { peer, server, uploads } = await loading(takes);
  await server.run('LOAD a', { infile: pieces(50_000) });
  expect(uploads.ended.map(String)).toEqual([wholeOf(50_000)]);
  await server.run('LOAD b', { infile: pieces(0) });
  expect(uploads.ended.map(String)[1]).toBe('');
  expect(peer.lines.size).toBe(1);
});

test('a source that breaks never looks complete: the connection is cut', async () => {
  const { peer, server, uploads } = await loading(takes);
  const failure = await failureOf(server.run('LOAD a', { infile: pieces(50_000, true) }));
  expect(failure).toMatchObject({ message: 'the source broke' });
  await expect.poll(() => peer.lines.size).toBe(0);
  expect(uploads.ended).toEqual([]);
});

test('a cancelled upload never looks complete, and its source is closed', async () => {
  const { peer, server, uploads } = await loading(takes);
  let isClosed = false;
  const abort = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (let sent = 0; ; sent++) {
        yield Buffer.alloc(100_000, 'x');
        if (sent === 20) abort.abort();
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      isClosed = true;
    }
  }
  const failure = await failureOf(server.run('LOAD a', { infile: endless(), signal: abort.signal }));
  expect(Failure.is(failure, 'cancelled')).toBe(true);
  await expect.poll(() => peer.lines.size).toBe(0);
  await expect.poll(() => isClosed).toBe(true);
  expect(uploads.ended).toEqual([]);
});

test('a server that does not read holds the source back', async () => {
  let line: Line | null = null;
  const { server, uploads } = await loading((sql, from, to) => {
    if (!takes(sql, from, to)) return false;
    from.socket.pause();
    line = from;
    return true;
  });
  let given = 0;
  async function* large(): AsyncGenerator<Uint8Array> {
    for (; given < 400; given++) yield Buffer.alloc(1 << 18, 'x');
    await Promise.resolve();
  }
  const running = server.run('LOAD a', { infile: large() });
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = given > 0 && before === given;
        before = given;
        return isStill;
      },
      { interval: 50, timeout: 10_000 },
    )
    .toBe(true);
  expect(given).toBeLessThan(200);
  (line as Line | null)?.socket.resume();
  await running;
  expect(uploads.ended[0]?.length).toBe(400 << 18);
});

test('a server that asks for a file in answer to another statement gets nothing, and the connection is cut', async () => {
  const { peer, server, uploads } = await loading((sql, line, to) => {
    if (sql !== 'SELECT 1') return false;
    line.send(infileRequest('/etc/passwd'));
    receive(line, to, () => undefined);
    return true;
  });
  const failure = await failureOf(server.run('SELECT 1'));
  expect(failure).toMatchObject({ code: 'store.askedForFile', data: { file: '"/etc/passwd"' } });
  await expect.poll(() => peer.lines.size).toBe(0);
  expect(uploads).toEqual({ ended: [], pieces: [] });
});

test('a server that asks for a second file in one statement gets nothing more', async () => {
  const { peer, server, uploads } = await loading((sql, line, to) => {
    if (!sql.startsWith('LOAD')) return false;
    line.send(infileRequest('x'));
    receive(line, to, (number) => {
      // An OK that says more is to come.
      line.from(number).send(Buffer.from([0, 0, 0, 0x0a, 0, 0, 0]));
      line.send(infileRequest('/etc/passwd'));
      receive(line, to, () => undefined);
    });
    return true;
  });
  const failure = await failureOf(server.run('LOAD a', { infile: pieces(3) }));
  expect(failure).toMatchObject({ code: 'store.askedForFile' });
  await expect.poll(() => peer.lines.size).toBe(0);
  expect(uploads.ended.map(String)).toEqual([wholeOf(3)]);
  expect(uploads.pieces).toEqual([]);
});

test('an upload that the server refuses is a failure, and the rest of the file is not sent as statements', async () => {
  const { peer, server } = await loading((sql, line) => {
    if (!sql.startsWith('LOAD')) return sql === 'never';
    line.send(infileRequest('x'));
    let isFirst = true;
    line.onPiece = () => {
      if (isFirst) line.from(3).error(20203, 'invalid argument cast to int, bad value x');
      isFirst = false;
    };
    return true;
  });
  const failure = await failureOf(server.run('LOAD a', { infile: pieces(200_000) }));
  expect(failure).toMatchObject({ code: 'value.refused' });
  await expect.poll(() => peer.lines.size).toBe(0);
});
