/** A proxy in front of a live server that ends one connection, once: before a statement reaches the server, or before its answer reaches us. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { commands, PacketReader } from '../../../stores/matrixone/replay/packets.ts';

/** `before`: the server never hears the statement. `after`: it runs, and nobody hears how it ended. */
export interface Cut {
  readonly when: 'before' | 'after';
  /** Told every statement, in the order in which they were sent, until it says that this is the one. */
  readonly isIt: (sql: string) => boolean;
}

export interface CutProxy {
  readonly url: string;
  readonly isDone: () => boolean;
  close(): Promise<void>;
}

export async function cutProxy(live: string, { when, isIt }: Cut): Promise<CutProxy> {
  const { hostname, port } = new URL(live);
  const sockets = new Set<Socket>();
  let isDone = false;
  const server = createServer((client) => {
    const behind = connect(Number(port || 6001), hostname);
    const both = [client, behind];
    const end = (): void => {
      for (const socket of both) socket.destroy();
    };
    let isMute = false;
    const packets = new PacketReader();
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (piece: Buffer) => {
      for (const { body, number } of packets.push(piece)) {
        const isStatement = number === 0 && body[0] === commands.query;
        if (isDone || !isStatement || !isIt(body.toString('utf8', 1))) continue;
        isDone = true;
        if (when === 'before') return end();
        isMute = true;
      }
      behind.write(piece);
    });
    behind.on('data', (piece: Buffer) => (isMute ? end() : client.write(piece)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const through = new URL(live);
  through.hostname = '127.0.0.1';
  through.port = String(address.port);
  return {
    url: through.href,
    isDone: () => isDone,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
