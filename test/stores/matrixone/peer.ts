/** The other end of the wire for tests of the driver: it speaks the protocol and says what a test tells it to. It knows no SQL. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ServerOptions } from '../../../src/stores/matrixone/login/serverOptions.ts';
import { commands, errorBody, greetingBody, okBody, PacketReader, packetOf } from './replay/packets.ts';

type Cell = string | null;

/** An answer packet by packet; `await said()` before the next one lets a test pace the peer. */
export class Line {
  readonly socket: Socket;
  readonly id: number;
  readonly peer: Peer;
  /** What the client sends that is no command: the pieces of a file. */
  onPiece: ((piece: Buffer, number: number) => void) | null = null;
  #number = 0;

  constructor(peer: Peer, socket: Socket, id: number) {
    this.peer = peer;
    this.socket = socket;
    this.id = id;
  }

  /** The next packet has this number. */
  from(number: number): this {
    this.#number = number;
    return this;
  }

  /** False when the client does not read and the packet waits. */
  send(body: Buffer): boolean {
    return this.socket.write(packetOf(body, this.#number++));
  }

  ok(): void {
    this.send(okBody);
  }

  error(errno: number, message: string, sqlState = 'HY000'): void {
    this.send(errorBody({ errno, sqlState, message }));
  }

  columns(...names: readonly string[]): void {
    this.send(Buffer.from([names.length]));
    for (const name of names) this.send(columnBody(name));
    this.send(eof);
  }

  row(...cells: readonly Cell[]): boolean {
    return this.send(Buffer.concat(cells.map(cellBytes)));
  }

  end(): void {
    this.send(eof);
  }

  table(names: readonly string[], rows: readonly (readonly Cell[])[]): void {
    this.columns(...names);
    for (const row of rows) this.row(...row);
    this.end();
  }
}

const eof = Buffer.from([0xfe, 0, 0, 2, 0]);

function sized(bytes: Buffer): Buffer {
  if (bytes.length < 251) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const start = Buffer.from([0xfd, 0, 0, 0]);
  start.writeUIntLE(bytes.length, 1, 3);
  return Buffer.concat([start, bytes]);
}

const cellBytes = (cell: Cell): Buffer => (cell === null ? Buffer.from([0xfb]) : sized(Buffer.from(cell)));

function columnBody(name: string): Buffer {
  const fixed = Buffer.from([0x0c, 33, 0, 255, 255, 255, 255, 253, 0, 0, 0, 0, 0]);
  return Buffer.concat([...['def', '', '', '', name, ''].map((text) => sized(Buffer.from(text))), fixed]);
}

/** What the driver says when a connection opens; answered unless the test does. */
const greetings: Readonly<Record<string, (line: Line) => void>> = {
  'SELECT version(), @@sql_mode, connection_id()': (line) =>
    line.table(['version()', '@@sql_mode', 'connection_id()'], [[line.peer.version, '', String(line.id)]]),
  "SET time_zone = '+00:00'": (line) => line.ok(),
  'SET autocommit = 1': (line) => line.ok(),
  'SET save_query_result = off': (line) => line.ok(),
};

export interface PeerOptions {
  readonly version?: string;
  /** Answers a statement; false leaves it to the peer, which answers only what opens a connection, and KILL. */
  readonly answer: (sql: string, line: Line) => boolean | undefined | void;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What the client logs in with. */
  readonly onLogin?: (body: Buffer) => void;
  /** The answer to a login. */
  readonly login?: (line: Line) => void;
}

export interface Peer {
  readonly port: number;
  readonly version: string;
  readonly seen: readonly string[];
  /** Connections that are open now. */
  readonly lines: ReadonlySet<Line>;
  readonly options: ServerOptions;
  close(): Promise<void>;
}

/** The client's hello follows it at once. */
const tlsRequestBytes = 36;
const capabilities = 0x0008a209 | 0x80 | 0x0002;
const offersTls = 0x800;

export async function openPeer({
  version = '8.0.30-MatrixOne-v4.1.4',
  answer,
  tls,
  login,
  onLogin,
}: PeerOptions): Promise<Peer> {
  const seen: string[] = [];
  const lines = new Set<Line>();
  let ids = 100;

  function speak(line: Line): void {
    const reader = new PacketReader();
    let loggedIn = false;
    line.socket.on('data', (piece: Buffer) => {
      for (const { number, body } of reader.push(piece)) {
        if (!loggedIn) {
          loggedIn = true;
          onLogin?.(body);
          line.from(number + 1);
          if (login) login(line);
          else line.ok();
        } else if (line.onPiece) line.onPiece(body, number);
        else if (body[0] === commands.ping) line.from(number + 1).ok();
        else if (body[0] === commands.query) take(body.toString('utf8', 1), line.from(number + 1));
      }
    });
  }

  function take(sql: string, line: Line): void {
    seen.push(sql);
    if (answer(sql, line) !== false) return;
    const known = greetings[sql];
    if (known) known(line);
    else if (/^(?:KILL|USE) /.test(sql)) line.ok();
    else line.error(20101, `internal error: the peer has no answer to ${sql}`);
  }

  const server = createServer((plain) => {
    const id = ids++;
    plain.on('error', () => plain.destroy());
    const flags = capabilities | (tls ? offersTls : 0);
    const greeting = { serverVersion: version, threadId: id, capabilityFlags: flags, characterSet: 46, statusFlags: 2 };
    plain.write(packetOf(greetingBody(greeting), 0));
    const begin = (socket: Socket): void => {
      const line = new Line(peer, socket, id);
      lines.add(line);
      plain.on('close', () => lines.delete(line));
      speak(line);
    };
    if (!tls) return begin(plain);
    const upgrade = (): void => {
      if (plain.read(tlsRequestBytes) === null) return void plain.once('readable', upgrade);
      const secure = new TLSSocket(plain, { isServer: true, ...tls });
      secure.on('error', () => plain.destroy());
      begin(secure);
    };
    plain.once('readable', upgrade);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The peer has no port.');
  const { port } = address;
  const peer: Peer = {
    port,
    version,
    seen,
    lines,
    options: { ...rootOptions, port },
    async close() {
      for (const line of lines) line.socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
  return peer;
}

const rootOptions: ServerOptions = {
  host: '127.0.0.1',
  port: 6001,
  user: 'root',
  password: '111',
  database: null,
  tls: 'off',
  ca: null,
  statementTimeoutSeconds: 30,
};
