// Connections that were dropped while nobody looked: noticed and replaced, without a statement that is sent twice.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openConnection } from '../../../../src/stores/matrixone/wire/open.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { Pool } from '../../../../src/stores/matrixone/wire/pool.ts';
import { openPeer, type Peer } from '../peer.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A way to the peer that can be cut, or swallow everything as a NAT does that forgot a connection. */
async function wayTo(target: Peer): Promise<{ port: number; cut: () => void; swallow: () => void }> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(target.port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) socket.on('error', () => undefined);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = (): void => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
    pairs.clear();
  };
  closing.push(() => {
    cut();
    server.close();
  });
  const swallow = (): void => {
    for (const [near, far] of pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.resume();
    }
  };
  return { port: address.port, cut, swallow };
}

const peerOf = async (): Promise<Peer> => {
  const peer = await openPeer({
    answer: (sql, line) => {
      if (!sql.startsWith('INSERT')) return false;
      line.ok();
      return true;
    },
  });
  closing.push(() => peer.close());
  return peer;
};

const inserts = (peer: Peer): number => peer.seen.filter((sql) => sql.startsWith('INSERT')).length;

test('an idle connection that was cut is replaced, and the statement runs once', async () => {
  const peer = await peerOf();
  const way = await wayTo(peer);
  const server = await openServer({ ...peer.options, port: way.port });
  closing.push(() => server.close());
  await server.run('INSERT 1');
  for (let i = 2; i <= 4; i++) {
    way.cut();
    await expect.poll(() => peer.lines.size).toBe(0);
    await server.run(`INSERT ${i}`);
    expect(inserts(peer)).toBe(i);
  }
});

test('an idle connection that lost its way without a word is asked first, and replaced', async () => {
  const peer = await peerOf();
  const way = await wayTo(peer);
  const options = { ...peer.options, port: way.port };
  const pool = new Pool({
    label: 'peer',
    size: 4,
    pingAfterMs: 0,
    open: async (signal) => (await openConnection(options, signal)).connection,
  });
  closing.push(() => pool.close());
  await pool.share({ database: null }, (connection) => connection.run('INSERT 1'));
  way.swallow();
  await pool.share({ database: null }, (connection) => connection.run('INSERT 2'));
  expect(inserts(peer)).toBe(2);
  expect(peer.seen.filter((sql) => sql === 'SET autocommit = 1')).toHaveLength(2);
});

test('after close nothing runs, and nothing stays open', async () => {
  const peer = await peerOf();
  const server = await openServer(peer.options);
  await server.run('INSERT 1');
  await server.close();
  await expect.poll(() => peer.lines.size).toBe(0);
  await expect(server.run('INSERT 2')).rejects.toMatchObject({ code: 'store.disconnected' });
  expect(inserts(peer)).toBe(1);
});
