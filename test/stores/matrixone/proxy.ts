/** A line between a client and a server that goes bad at a statement: what was said is held back, cut off, or never handed on. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { commands, PacketReader } from './replay/packets.ts';

export interface ProxyFault {
  /** The first statement that it matches. */
  readonly sql: RegExp;
  /** `hold`: handed on, and its answer kept back. `cut`: handed on, then the connection ends. `stall`: not even handed on. */
  readonly kind: 'hold' | 'cut' | 'stall';
}

export interface Proxy {
  readonly port: number;
  /** True once the statement came. */
  readonly isHit: boolean;
  close(): Promise<void>;
}

/** Goes bad once: whoever connects afterwards gets through. */
export async function openProxy(to: { host: string; port: number }, fault: ProxyFault): Promise<Proxy> {
  let isHit = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to);
    const reader = new PacketReader();
    let isBad = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        // One that is held back stays, as on a line that is only slow.
        if (!isBad || socket === client) for (const other of [client, upstream]) other.destroy();
      });
    }
    client.on('data', (piece: Buffer) => {
      const hits = reader
        .push(piece)
        .some(({ body }) => body[0] === commands.query && fault.sql.test(body.toString('utf8', 1)));
      if (hits && !isHit) {
        isHit = true;
        isBad = true;
        if (fault.kind === 'stall') return;
        upstream.write(piece, () => fault.kind === 'cut' && setImmediate(() => client.destroy()));
      } else if (!isBad) upstream.write(piece);
    });
    upstream.on('data', (piece: Buffer) => {
      if (!isBad) client.write(piece);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    port: address.port,
    get isHit() {
      return isHit;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
