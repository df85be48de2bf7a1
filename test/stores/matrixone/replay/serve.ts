/** A server on the wire that says again what a real one said, chosen by the statement's text. It knows no SQL. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Deriving } from './deriving.ts';
import { type AnswerFault, type Fault, Faults } from './faults.ts';
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
  /** Answers statements on the registry that were not recorded, too. */
  readonly deriving?: Deriving;
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
export async function serve(recording: Recording, { faults = [], deriving }: ReplayOptions = {}): Promise<Replay> {
  const script = new Script(recording, new Faults(faults), deriving);
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
  readonly deriving: Deriving | undefined;
  readonly #logins: readonly Login[];
  readonly #answers = new Map<string, Exchange[]>();
  readonly #asked = new Map<string, number>();
  #opened = 0;

  constructor({ logins, exchanges }: Recording, faults: Faults, deriving: Deriving | undefined) {
    this.#logins = logins;
    this.faults = faults;
    this.deriving = deriving;
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
    socket.on('close', () => {
      this.connections.delete(connection);
      void this.deriving?.forget(connection);
    });
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
  readonly isCut: boolean;
  /** Answers, counting on from the client's last packet. */
  readonly answer: (number: number) => Promise<void>;
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
    const { deriving } = this.#script;
    const recorded = this.#script.answerTo(sql);
    const exchange = deriving ? await deriving.answerTo(sql, this) : recorded;
    const fault = this.#script.faults.ofStatement(sql);
    if (kill.test(sql)) this.#script.kill(sql);
    if (!exchange) return this.#refuse(sql, number);
    if (fault?.kind === 'ask') return this.#ask(sql, fault.file, number);
    const isUpload = exchange.upload && (!fault || fault.packets > 0);
    if (!isUpload) return this.#answer(exchange.answer, number, exchange.killed, fault);
    const [request, ...rest] = exchange.answer;
    const later = fault && { ...fault, packets: fault.packets - 1 };
    this.#uploading = {
      sql,
      pieces: [],
      sha256: exchange.upload?.sha256,
      isCut: fault?.kind === 'cut' && fault.inUpload === true,
      answer: (next) => this.#answer(rest, next, exchange.killed, later),
    };
    if (request) this.#write([numbered(request, number)]);
  }

  #ask(sql: string, file: string, number: number): void {
    const answer = (next: number): Promise<void> => this.#answer([packetOf(okBody, 0)], next);
    this.#uploading = { sql, pieces: [], sha256: undefined, isCut: false, answer };
    this.#write([packetOf(Buffer.from([mark.infile, ...Buffer.from(file)]), number)]);
  }

  async #takeUpload({ sql, pieces, sha256, isCut, answer }: Uploading, { body, number }: Packet): Promise<void> {
    if (isCut) return void this.socket.end();
    if (body.length > 0) return void pieces.push(body);
    this.#uploading = undefined;
    const content = Buffer.concat(pieces);
    this.#script.uploads.push(content);
    const found = createHash('sha256').update(content).digest('hex');
    if (sha256 === undefined || sha256 === found) return answer(number + 1);
    this.#refuse(`upload of ${content.length} bytes (sha256 ${found}) for ${sql}`, number + 1);
  }

  async #answer(recorded: readonly Buffer[], number: number, isKilled = false, fault?: AnswerFault): Promise<void> {
    const answer = recorded.map((packet, at) => numbered(packet, number + at));
    if (fault) {
      this.#write(answer.splice(0, fault.packets));
      if (fault.kind === 'delay') await fault.until;
      else return this.#break(answer, fault);
    }
    if (isKilled) {
      this.#write(answer.splice(0, answer.length - 1));
      await new Promise<void>((killed) => (this.#held = killed));
    }
    this.#write(answer);
  }

  #break([next = Buffer.alloc(0), ...rest]: Buffer[], fault: Exclude<AnswerFault, { kind: 'delay' }>): void {
    if (fault.kind === 'cut') this.socket.end(next.subarray(0, fault.half ? Math.ceil(next.length / 2) : 0));
    else if (fault.kind === 'garbage') this.#write([fault.bytes]);
    else this.#write([numbered(next, next.readUInt8(3) + 100), ...rest]);
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
