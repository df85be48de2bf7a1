/** A proxy between a client and a live server that writes down who said what. */
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import {
  bodyOf,
  commands,
  connectionId,
  mark,
  offersTls,
  type Packet,
  PacketReader,
  packetOf,
  splitPackets,
} from './packets.ts';
import type { Exchange, Login, Recording } from './recording.ts';

export interface Recorder {
  readonly port: number;
  /** Ends all connections and gives what was said. */
  stop(name: string): Promise<Recording>;
}

/** A statement while its answer comes. */
class Running {
  readonly sql: string;
  readonly #answer: Buffer[] = [];
  #length = 0;
  #lengthAtKill: number | undefined;
  #upload: { bytes: number; hash: Hash } | undefined;
  #isUploaded = false;

  constructor(sql: string) {
    this.sql = sql;
  }

  hear(piece: Buffer): void {
    const isStart = this.#length <= 4;
    this.#answer.push(piece);
    this.#length += piece.length;
    if (isStart && bodyOf(Buffer.concat(this.#answer))[0] === mark.infile)
      this.#upload = { bytes: 0, hash: createHash('sha256') };
  }

  /** True when the packet belongs to this statement's upload. */
  takesUpload({ body }: Packet): boolean {
    if (!this.#upload || this.#isUploaded) return false;
    this.#upload.bytes += body.length;
    this.#upload.hash.update(body);
    this.#isUploaded = body.length === 0;
    return true;
  }

  kill(): void {
    this.#lengthAtKill ??= this.#length;
  }

  exchange(): Exchange {
    const answer = splitPackets(Buffer.concat(this.#answer));
    const { sql } = this;
    const upload = this.#upload && { bytes: this.#upload.bytes, sha256: this.#upload.hash.digest('hex') };
    const wasKilled = this.#lengthAtKill !== undefined && this.#lengthAtKill < this.#length;
    return { sql, answer, ...(upload && { upload }), ...(wasKilled && { killed: true }) };
  }
}

const kill = /^\s*KILL\s+(?:QUERY\s+|CONNECTION\s+|)(\d+)/i;

class Connection {
  readonly client: Socket;
  readonly #said: Running[];
  readonly #others: readonly Connection[];
  readonly #fromClient = new PacketReader();
  readonly #fromServer = new PacketReader();
  #greeting: Buffer | undefined;
  #answer: Buffer | undefined;
  #running: Running | undefined;

  constructor(client: Socket, server: Socket, others: readonly Connection[], said: Running[]) {
    this.client = client;
    this.#others = others;
    this.#said = said;
    client.on('data', (piece: Buffer) => {
      for (const packet of this.#fromClient.push(piece)) if (this.#answer) this.#takeCommand(packet);
    });
    server.on('data', (piece: Buffer) => {
      if (this.#answer) this.#running?.hear(piece);
      else for (const packet of this.#fromServer.push(piece)) this.#takeLogin(packet);
    });
    client.pipe(server).pipe(client);
    // The real server does not notice a COM_QUIT; it does notice this.
    client.on('close', () => server.destroy());
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  }

  /** Undefined when the client left before the server had answered its login. */
  get login(): Login | undefined {
    return this.#greeting && this.#answer && { greeting: this.#greeting, answer: this.#answer };
  }

  #takeLogin({ body, number }: Packet): void {
    if (!this.#greeting) {
      this.#greeting = packetOf(body, 0);
    } else if (body[0] === mark.ok || body[0] === mark.error) {
      this.#answer = packetOf(body, number);
    }
  }

  #takeCommand(packet: Packet): void {
    if (this.#running?.takesUpload(packet)) return;
    const [command] = packet.body;
    const text = packet.body.toString('utf8', 1);
    if (command === commands.query) this.#begin(text);
    else if (command === commands.initDb) this.#begin(`USE ${text}`);
    else this.#running = undefined;
  }

  #begin(sql: string): void {
    this.#running = new Running(sql);
    this.#said.push(this.#running);
    const [, id] = kill.exec(sql) ?? [];
    for (const other of this.#others)
      if (other !== this && other.#greeting && String(connectionId(bodyOf(other.#greeting))) === id)
        other.#running?.kill();
  }
}

export async function record(live: { readonly host: string; readonly port: number }): Promise<Recorder> {
  const connections: Connection[] = [];
  const said: Running[] = [];
  const server = createServer((client) => {
    connections.push(new Connection(client, connect(live), connections, said));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The recorder has no port.');
  return {
    port: address.port,
    async stop(name) {
      for (const { client } of connections) client.destroy();
      await new Promise((closed) => server.close(closed));
      const logins = connections.flatMap(({ login }) => login ?? []);
      if (logins.some(({ greeting }) => offersTls(bodyOf(greeting))))
        throw new Error('The server offers TLS, under which nothing can be read: record from one without.');
      return { name, logins, exchanges: said.map((one) => one.exchange()) };
    },
  };
}
