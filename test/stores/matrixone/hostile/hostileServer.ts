/** A server that wants the password, or the client's memory and time: what it says is a test's, and it looks for secrets in all it hears. */
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { ServerOptions } from '../../../../src/stores/matrixone/login/serverOptions.ts';
import { greetingBody, type Packet, PacketReader, packetOf } from '../replay/packets.ts';

/** Its own key: what is encrypted with it, it can read. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ownKey = Buffer.from(pair.publicKey.export({ type: 'spki', format: 'pem' }));

/** What `greetingBody` challenges with. */
const scramble = Buffer.from('s'.repeat(20));

/** What stands in bytes that were encrypted with our key, as the MySQL methods do it; null for other bytes. */
function decrypted(bytes: Buffer): string | null {
  try {
    const mixed = privateDecrypt(
      { key: pair.privateKey, oaepHash: 'sha1', padding: constants.RSA_PKCS1_OAEP_PADDING },
      bytes,
    );
    return Buffer.from(mixed.map((byte, i) => byte ^ (scramble[i % scramble.length] ?? 0))).toString();
  } catch {
    return null;
  }
}

/** One client that came. */
export class Victim {
  readonly socket: Socket;
  #number = 1;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** The next packet has this number. */
  from(number: number): this {
    this.#number = number;
    return this;
  }

  say(...bodies: readonly Buffer[]): void {
    for (const body of bodies) this.raw(packetOf(body, this.#number++));
  }

  raw(bytes: Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  pour(next: () => Buffer): void {
    void pourInto(this.socket, next);
  }
}

/** Says it over and over until the client is gone, no faster than it reads. */
export async function pourInto(socket: Socket, next: () => Buffer): Promise<void> {
  const pulse = { wake: (): void => undefined };
  for (const event of ['drain', 'close']) socket.on(event, () => pulse.wake());
  while (!socket.destroyed)
    await new Promise<void>((turn) => {
      pulse.wake = turn;
      if (socket.write(next())) setImmediate(turn);
    });
}

export interface Script {
  /** Instead of the greeting. */
  readonly greet?: (victim: Victim) => void;
  /** The way of logging in that the greeting names. */
  readonly method?: string;
  /** A packet of the client's; `nth` counts them from 0, which is the login. */
  readonly hear?: (victim: Victim, packet: Packet, nth: number) => void;
}

export interface Hostile {
  readonly options: ServerOptions;
  /** True when what was heard gives the secret away. */
  knows(secret: string): boolean;
  /** What was heard, packet by packet. */
  readonly heard: readonly Buffer[];
  /** Bytes that clients took, or that wait in the system for them. */
  readonly poured: number;
  /** Clients that are still there. */
  readonly open: number;
  close(): Promise<void>;
}

const flags = 0x0008a209 | 0x80 | 0x0002;

export const greetingOf = (method: string): Buffer => {
  const body = greetingBody({
    serverVersion: '8.0.30-MatrixOne-v4.1.4',
    threadId: 7,
    capabilityFlags: flags,
    characterSet: 46,
    statusFlags: 2,
  });
  const own = Buffer.from('mysql_native_password\0');
  return Buffer.concat([body.subarray(0, body.length - own.length), Buffer.from(`${method}\0`)]);
};

/** An address of this machine that is not called loopback: how a client tells is by what it was given. */
export const elsewhere = '0.0.0.0';

export const secret = 's3cret-of-ours';

export async function openHostile({ greet, method = 'mysql_native_password', hear }: Script): Promise<Hostile> {
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  let poured = 0;
  let raw = Buffer.alloc(0);
  const server = createServer((socket) => {
    const victim = new Victim(socket);
    const reader = new PacketReader();
    let nth = 0;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      poured += socket.bytesWritten;
      sockets.delete(socket);
    });
    socket.on('data', (piece: Buffer) => {
      raw = Buffer.concat([raw, piece]);
      for (const packet of reader.push(piece)) {
        heard.push(packet.body);
        hear?.(victim.from(packet.number + 1), packet, nth++);
      }
    });
    if (greet) greet(victim);
    else socket.write(packetOf(greetingOf(method), 0));
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The hostile server has no port.');
  return {
    heard,
    get poured() {
      return [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, poured);
    },
    get open() {
      return sockets.size;
    },
    knows: (text) => raw.includes(text) || heard.some((body) => decrypted(body)?.includes(text)),
    options: {
      host: elsewhere,
      port: address.port,
      user: 'ml',
      password: secret,
      database: null,
      tls: 'preferred',
      ca: null,
      statementTimeoutSeconds: 5,
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
