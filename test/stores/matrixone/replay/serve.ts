/** A server on the wire that says again what a real one said, chosen by the statement's text. It knows no SQL. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Fault, Faults, type StatementFault } from './faults.ts';
import {
  bodyOf,
  commands,
  connectionId,
  errorBody,
  mark,
  numbered,
  okBody,
  type Packet,
  PacketReader,
  packetOf,
  withConnectionId,
} from './packets.ts';
import type { Exchange, Login, Recording } from './recording.ts';

export interface ReplayOptions {
  readonly faults?: readonly Fault[];
}

export interface Replay {
  readonly port: number;
  readonly url: string;
  /** The statements so far, in the order in which they came. */
  readonly seen: readonly string[];
  /** What came and was not recorded; a test holds that it stays empty. */
  readonly unknown: readonly string[];
  /** What clients uploaded, each whole. */
  readonly uploads: readonly Buffer[];
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

/**
 * Serves a recording on a free port. A text that repeats is answered in recorded order, whichever the connection; the last
 * answer stays. Any login is taken as the recorded one was whose turn it is. As with the real server, COM_QUIT does nothing.
 */
export async function serve(recording: Recording, { faults = [] }: ReplayOptions = {}): Promise<Replay> {
  const script = new Script(recording, new Faults(faults));
  const server = createServer((socket) => script.take(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The replay server has no port.');
  return {
    port: address.port,
    url: `mysql://root:111@127.0.0.1:${address.port}`,
    seen: script.seen,
    unknown: script.unknown,
    uploads: script.uploads,
    get open() {
      return script.connections.size;
    },
    async close() {
      for (const { socket } of script.connections) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A KILL whatever the id: a client may have opened its connections in another order. */
const kill = /^\s*KILL\s+(QUERY\s+|CONNECTION\s+|)(\d+)/i;
const anyKill = (sql: string): string => sql.replace(kill, 'KILL $1');

/** What all connections share. */
class Script {
  readonly seen: string[] = [];
  readonly unknown: string[] = [];
  readonly uploads: Buffer[] = [];
  readonly connections = new Set<Connection>();
  readonly faults: Faults;
  readonly #logins: readonly Login[];
  readonly #answers = new Map<string, Exchange[]>();
  readonly #asked = new Map<string, number>();
  #opened = 0;

  constructor({ logins, exchanges }: Recording, faults: Faults) {
    this.#logins = logins;
    this.faults = faults;
    for (const exchange of exchanges)
      for (const key of new Set([exchange.sql, anyKill(exchange.sql)]))
        this.#answers.set(key, [...(this.#answers.get(key) ?? []), exchange]);
  }

  take(socket: Socket): void {
    const nth = this.#opened++;
    const last = this.#logins.length - 1;
    const login = this.#logins[Math.min(nth, last)];
    if (!login) throw new Error('The recording has no login.');
    const id = connectionId(bodyOf(login.greeting)) + Math.max(0, nth - last);
    const connection = new Connection(this, socket, id);
    this.connections.add(connection);
    socket.on('close', () => this.connections.delete(connection));
    connection.begin(login, nth);
  }

  answerTo(sql: string): Exchange | undefined {
    this.seen.push(sql);
    const key = this.#answers.has(sql) ? sql : anyKill(sql);
    const answers = this.#answers.get(key) ?? [];
    const nth = this.#asked.get(key) ?? 0;
    this.#asked.set(key, nth + 1);
    return answers[Math.min(nth, answers.length - 1)];
  }

  kill(sql: string): void {
    const [, what = '', id] = kill.exec(sql) ?? [];
    for (const connection of this.connections) if (String(connection.id) === id) connection.kill(!/^query/i.test(what));
  }
}

/** A statement that waits for the end of an upload. */
interface Uploading {
  readonly sql: string;
  readonly pieces: Buffer[];
  /** Of the recorded upload; undefined where the request for a file was a fault. */
  readonly sha256: string | undefined;
  readonly rest: readonly Buffer[];
}

class Connection {
  readonly socket: Socket;
  readonly id: number;
  readonly #script: Script;
  readonly #reader = new PacketReader();
  #login: ((loginPacket: Packet) => void) | undefined;
  #uploading: Uploading | undefined;
  #held: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(script: Script, socket: Socket, id: number) {
    this.#script = script;
    this.socket = socket;
    this.id = id;
  }

  begin({ greeting, answer }: Login, nth: number): void {
    const fault = this.#script.faults.ofLogin(nth);
    const endsAfter = fault?.kind === 'hangUp' ? fault.after : undefined;
    // A client that is gone is no failure of the server's.
    this.socket.on('error', () => this.socket.destroy());
    if (fault?.kind === 'banner') return void this.socket.write(fault.bytes);
    if (endsAfter === 'accept') return void this.socket.end();
    this.socket.write(packetOf(withConnectionId(bodyOf(greeting), this.id), 0));
    if (endsAfter === 'greeting') return void this.socket.end();
    this.#login = ({ number }) => {
      this.socket.write(numbered(answer, number + 1));
      if (endsAfter === 'login' || bodyOf(answer)[0] === mark.error) this.socket.end();
    };
    this.socket.on('data', (piece: Buffer) => {
      for (const packet of this.#reader.push(piece)) this.#work = this.#work.then(() => this.#take(packet));
    });
  }

  /** Lets the answer of a killed statement end. */
  kill(andConnection: boolean): void {
    this.#held?.();
    if (andConnection) this.#work = this.#work.then(() => void this.socket.end());
  }

  async #take(packet: Packet): Promise<void> {
    if (this.#login) {
      this.#login(packet);
      this.#login = undefined;
      return;
    }
    if (this.#uploading) return this.#takeUpload(this.#uploading, packet);
    const [command] = packet.body;
    const text = packet.body.toString('utf8', 1);
    if (command === commands.query) return this.#takeStatement(text, packet.number + 1);
    if (command === commands.initDb) return this.#takeStatement(`USE ${text}`, packet.number + 1);
    if (command === commands.ping) this.#write([packetOf(okBody, packet.number + 1)]);
    else if (command !== commands.quit) this.#refuse(`command ${command}: ${text}`, packet.number + 1);
  }

  async #takeStatement(sql: string, number: number): Promise<void> {
    const exchange = this.#script.answerTo(sql);
    const fault = this.#script.faults.ofStatement(sql);
    if (kill.test(sql)) this.#script.kill(sql);
    if (!exchange) return this.#refuse(sql, number);
    if (fault?.kind === 'delay') await fault.until;
    const answer = exchange.answer.map((packet, at) => numbered(packet, number + at));
    if (fault?.kind === 'ask') {
      this.#uploading = { sql, pieces: [], sha256: undefined, rest: [packetOf(okBody, 0)] };
      return this.#write([packetOf(Buffer.from([mark.infile, ...Buffer.from(fault.file)]), number)]);
    }
    if (fault && fault.kind !== 'delay') return this.#break(answer, fault);
    if (exchange.upload) {
      this.#uploading = { sql, pieces: [], sha256: exchange.upload.sha256, rest: answer.slice(1) };
      return this.#write(answer.slice(0, 1));
    }
    if (exchange.killed) {
      this.#write(answer.splice(0, answer.length - 1));
      await new Promise<void>((killed) => (this.#held = killed));
    }
    this.#write(answer);
  }

  /** The answer to an upload counts on from the client's last packet, which is empty. */
  #takeUpload({ sql, pieces, sha256, rest }: Uploading, { body, number }: Packet): void {
    if (body.length > 0) return void pieces.push(body);
    this.#uploading = undefined;
    const content = Buffer.concat(pieces);
    this.#script.uploads.push(content);
    const found = createHash('sha256').update(content).digest('hex');
    if (sha256 === undefined || sha256 === found)
      this.#write(rest.map((packet, at) => numbered(packet, number + 1 + at)));
    else this.#refuse(`upload of ${content.length} bytes (sha256 ${found}) for ${sql}`, number + 1);
  }

  #break(answer: Buffer[], fault: Exclude<StatementFault, { kind: 'delay' | 'ask' }>): void {
    if (fault.kind === 'cut') {
      const next = answer[fault.packets] ?? Buffer.alloc(0);
      this.#write(answer.slice(0, fault.packets));
      if (fault.half) this.socket.write(next.subarray(0, Math.ceil(next.length / 2)));
      this.socket.end();
    } else if (fault.kind === 'garbage') {
      this.#write([...answer.slice(0, fault.packet), fault.bytes]);
    } else {
      this.#write(
        answer.map((packet, at) => (at === fault.packet ? numbered(packet, packet.readUInt8(3) + 100) : packet)),
      );
    }
  }

  #refuse(what: string, number: number): void {
    this.#script.unknown.push(what);
    const message = `internal error: not in the recording: ${what}`;
    this.#write([packetOf(errorBody({ errno: 20101, sqlState: 'HY000', message }), number)]);
  }

  #write(packets: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(packets));
  }
}
