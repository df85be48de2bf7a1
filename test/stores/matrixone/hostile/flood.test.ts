// A server that wants the client's memory, files or time: nothing hangs, nothing grows, nothing of ours is sent.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { mostBytes } from '../../../../src/stores/matrixone/login/flood.ts';
import type { ServerOptions } from '../../../../src/stores/matrixone/login/serverOptions.ts';
import { type Line, openPeer, type Peer } from '../peer.ts';
import { okBody, packetOf } from '../replay/packets.ts';
import { greetingOf, type Hostile, openHostile, pourInto, type Script, secret, type Victim } from './hostileServer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw error;
  return error;
}

async function opening(script: Script, options: Partial<ServerOptions> = {}): Promise<[Failure, Hostile]> {
  const server = await openHostile(script);
  closing.push(() => server.close());
  const failure = await failureOf(openServer({ ...server.options, ...options }));
  expect(server.knows(secret)).toBe(false);
  await expect.poll(() => server.open).toBe(0);
  return [failure, server];
}

const refused = /^store[.](?:notMatrixone|unreachable|flooded|openLine|denied|askedForFile|disconnected)$/;
const filling = Buffer.alloc(64 * 1024, 0xff);
const switchTo = (method: string): Buffer =>
  Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${method}\0${'s'.repeat(20)}\0`)]);
const packet = (length: number, number: number, ...body: readonly number[]): Buffer =>
  Buffer.from([length & 255, (length >> 8) & 255, length >> 16, number, ...body]);

describe('a login that never ends', () => {
  test.each<[string, Script]>([
    ['a greeting that is one long packet', { greet: (to) => to.pour(() => filling) }],
    [
      'a greeting of the longest length, whose parts go on and on',
      {
        greet: (to) => {
          to.raw(packet(0xffffff, 0, 10));
          to.pour(() => filling);
        },
      },
    ],
    [
      'one switch after the other',
      { hear: (to, _, nth) => to.say(switchTo(nth % 2 === 0 ? 'mysql_native_password' : 'caching_sha2_password')) },
    ],
    ['words beside the login', { hear: (to) => to.pour(() => packetOf(Buffer.from([1, 3]), 2)) }],
    ['errors without an end', { hear: (to) => to.pour(() => Buffer.concat([packet(0xfffff0, 2, 0xff), filling])) }],
  ])('%s', async (_, script) => {
    const [failure, server] = await opening(script);
    expect(failure.code).toMatch(refused);
    // What the system holds for a reader is the system's.
    expect(server.poured).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('a byte now and then, so that it is never silent', () => {
  /** Says the bytes one by one, over and over; `said` counts them. */
  function trickle(to: Victim, bytes: Buffer, said: { bytes: number }): void {
    const turn = setInterval(() => {
      if (to.socket.destroyed) clearInterval(turn);
      else to.raw(bytes.subarray(said.bytes % bytes.length, (said.bytes++ % bytes.length) + 1));
    }, 1);
  }

  test.each<[string, (said: { bytes: number }) => Script]>([
    ['of the greeting', (said) => ({ greet: (to) => trickle(to, packet(60_000, 0, 10, 0x61), said) })],
    ['of what it says to the login', (said) => ({ hear: (to) => trickle(to, packet(60_000, 2, 0xff, 0x61), said) })],
    [
      'of the answer to the first statement',
      (said) => ({
        hear: (to, _, nth) => {
          if (nth === 0) to.say(okBody);
          else trickle(to, packet(60_000, 1, 0xff, 0x61), said);
        },
      }),
    ],
  ])('%s', async (_, scriptOf) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const said = { bytes: 0 };
    const server = await openHostile(scriptOf(said));
    closing.push(() => server.close());
    const failing = failureOf(openServer(server.options));
    for (let step = 0; step < 6; step++) {
      const before = said.bytes;
      await vi.waitUntil(() => said.bytes > before + 3 || server.open === 0, { timeout: 5000 });
      vi.advanceTimersByTime(9_000);
    }
    expect((await failing).code).toMatch(refused);
    vi.useRealTimers();
    await expect.poll(() => server.open).toBe(0);
  });
});

describe('packets that are none', () => {
  const greeting = packetOf(greetingOf('mysql_native_password'), 0);
  test.each<[string, (to: Victim) => void]>([
    ['no length at all', (to) => to.raw(packet(0, 0))],
    ['a length of one', (to) => to.raw(packet(1, 0, 10))],
    ['a greeting that ends in its version', (to) => to.raw(packetOf(greetingOf('x').subarray(0, 9), 0))],
    ['a greeting without a challenge', (to) => to.raw(packetOf(greetingOf('x').subarray(0, 40), 0))],
    [
      'a greeting without a name for its way of logging in',
      (to) => to.raw(packetOf(greetingOf('x').subarray(0, -2), 0)),
    ],
    ['two greetings', (to) => to.raw(Buffer.concat([greeting, greeting]))],
    ['another protocol', (to) => to.raw(packetOf(Buffer.concat([Buffer.from([9]), greeting.subarray(5)]), 0))],
  ])('%s', async (_, greet) => {
    const [failure] = await opening({
      greet: (to) => {
        greet(to);
        to.socket.end();
      },
    });
    expect(failure.code).toMatch(refused);
  });

  test.each<[string, Buffer]>([
    ['a switch to nothing', Buffer.from([0xfe])],
    ['a switch without a challenge', Buffer.concat([Buffer.from([0xfe]), Buffer.from('mysql_native_password\0')])],
    ['a switch to a name of the language', switchTo('__proto__')],
    ['a switch to another', switchTo('toString')],
    ['a second factor', Buffer.concat([Buffer.from([2]), Buffer.from('mysql_clear_password\0'), Buffer.from('x\0')])],
    ['a request for a file', Buffer.from([0xfb, ...Buffer.from('/etc/passwd')])],
    ['no byte', Buffer.alloc(0)],
    ['a piece of a login that is not under way', Buffer.from([1, 4])],
  ])('as the answer to a login: %s', async (_, body) => {
    const [failure, server] = await opening({
      hear: (to, _packet, nth) => {
        if (nth > 0) return;
        to.say(body);
        to.socket.end();
      },
    });
    expect(failure.code).toMatch(refused);
    expect(Buffer.concat(server.heard).includes('root:')).toBe(false);
  });

  test('a file is asked for as the answer to the first statement', async () => {
    const [failure, server] = await opening({
      hear: (to, _, nth) => to.say(nth === 0 ? okBody : Buffer.from([0xfb, ...Buffer.from('/etc/passwd')])),
    });
    expect(failure.code).toBe('store.askedForFile');
    expect(Buffer.concat(server.heard).includes('root:')).toBe(false);
  });
});

describe('an answer that never ends', () => {
  async function asked(answer: (line: Line) => void, sql: string): Promise<[() => Promise<Failure>, Peer]> {
    const peer = await openPeer({
      answer: (text, line) => {
        if (text !== sql) return false;
        answer(line);
        return true;
      },
    });
    closing.push(() => peer.close());
    const server = await openServer(peer.options);
    closing.push(() => server.close());
    return [() => failureOf(server.run(sql)), peer];
  }

  const columns = Array.from({ length: 64 }, (_, i) => {
    const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
    const fixed = Buffer.from([0x0c, 33, 0, 255, 255, 255, 255, 253, 0, 0, 0, 0, 0]);
    return Buffer.concat([...['def', '', '', '', `c${i}`, ''].map(text), fixed]);
  });

  test('more columns than any table has', async () => {
    const [run] = await asked((line) => {
      line.send(Buffer.from([0xfd, 0xff, 0xff, 0xff]));
      let number = 2;
      void pourInto(line.socket, () => Buffer.concat(columns.map((body) => packetOf(body, number++ & 255))));
    }, 'SELECT columns');
    const failure = await run();
    expect(failure).toMatchObject({ code: 'store.flooded', data: { what: 'columns' } });
  });

  test('a row that goes on and on', async () => {
    // The longest packet there is, so that it goes on in the next one.
    const part = Buffer.alloc(0xffffff, 0x61);
    const sent = { bytes: 0 };
    let number = 4;
    const [run] = await asked((line) => {
      line.columns('a');
      void pourInto(line.socket, () => {
        sent.bytes += part.length;
        return packetOf(part, number++);
      });
    }, 'SELECT row');
    const failure = await run();
    expect(failure).toMatchObject({ code: 'store.flooded', data: { what: 'row', most: '256 MB' } });
    expect(sent.bytes).toBeLessThan(mostBytes.row + (64 << 20));
  });

  test('rows are taken at the pace of who reads them, however many there are', async () => {
    const sent = { bytes: 0 };
    const row = Buffer.concat([Buffer.from([0xfc, 0, 0x40]), Buffer.alloc(0x4000, 0x61)]);
    let number = 4;
    const peer = await openPeer({
      answer: (text, line) => {
        if (text !== 'SELECT rows') return false;
        line.columns('a');
        void pourInto(line.socket, () => {
          sent.bytes += row.length;
          return packetOf(row, number++);
        });
        return true;
      },
    });
    closing.push(() => peer.close());
    const server = await openServer(peer.options);
    closing.push(() => server.close());
    const pages = server.stream('SELECT rows', 10, () => (cells) => cells.length);
    for (let i = 0; i < 3; i++) expect((await pages.next()).done).toBe(false);
    expect(sent.bytes).toBeLessThan(64 << 20);
    await pages.return({ columns: [], affected: 0 });
  });

  test('words that nobody asked for end the connection', async () => {
    const [run, peer] = await asked((line) => {
      line.ok();
      for (let i = 0; i < 1000; i++) line.send(okBody);
    }, 'SET x = 1');
    await run().catch(() => undefined);
    await expect.poll(() => peer.lines.size).toBe(0);
  });
});
