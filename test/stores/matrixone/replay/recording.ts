/** Conversations with a real server, as they lie in test/fixtures/matrixone: which statement was answered by which bytes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { bodyOf, errorBody, type Greeting, greetingBody, mark, okBody, packetOf, splitPackets } from './packets.ts';

/** How a connection began: what the server said first, and what it said to the login. */
export interface Login {
  readonly greeting: Buffer;
  readonly answer: Buffer;
}

/** What LOAD DATA LOCAL sent: enough to know the same upload again. */
export interface Upload {
  readonly bytes: number;
  readonly sha256: string;
}

export interface Exchange {
  readonly sql: string;
  /** Packet by packet, with their headers; none where the server did not answer. */
  readonly answer: readonly Buffer[];
  readonly upload?: Upload;
  /** Ended by a KILL from another connection: the last packet comes after that, not before. */
  readonly killed?: boolean;
  /** No server said this: the registry's double did (see `registryDouble.ts`). */
  readonly derived?: boolean;
}

export interface Recording {
  readonly name: string;
  /** In the order in which the connections were opened. */
  readonly logins: readonly Login[];
  /** In the order in which the statements began, whichever the connection. */
  readonly exchanges: readonly Exchange[];
}

export const fixtures = new URL('../../../fixtures/matrixone/', import.meta.url);
export const fileOf = (name: string, folder = fixtures): URL => new URL(`${name}.jsonl`, folder);

/** None where there is no file. */
export const linesOf = <T>(file: URL): T[] =>
  (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** Reads `<name>.jsonl`: what `withServer` recorded lies under `own/`, everything else is a transcript with its bytes beside it. */
export function load(name: string, folder = fixtures): Recording {
  const file = fileOf(name, folder);
  if (!existsSync(file)) throw new Error(`There is no recording "${name}" in ${fileURLToPath(folder)}.`);
  return name.startsWith('own/') ? loadOwn(name, file) : loadTranscript(name, file);
}

interface NativeError {
  readonly errno?: number;
  readonly sqlState?: string;
  readonly message: string;
}

interface TranscriptLine extends Partial<Greeting> {
  readonly seq: number;
  readonly event?: string;
  readonly ok?: boolean;
  readonly sql?: string;
  readonly hang?: boolean;
  readonly error?: NativeError;
}

interface WireLine {
  readonly seq: number;
  /** Left out where the answer was too long to keep. */
  readonly b64?: string;
}

function loadTranscript(name: string, file: URL): Recording {
  const lines = linesOf<TranscriptLine>(file);
  const wire = new Map(linesOf<WireLine>(new URL(`${name}.wire.jsonl`, file)).map(({ seq, b64 }) => [seq, b64]));
  const exchanges: Exchange[] = [];
  for (const { sql, seq, hang } of lines) {
    const bytes = wire.get(seq);
    if (sql !== undefined && (bytes || hang))
      exchanges.push({ sql, answer: splitPackets(Buffer.from(bytes ?? '', 'base64')) });
  }
  return { name, logins: loginsOf(lines), exchanges };
}

/** The transcripts keep the facts of a greeting, not its bytes. */
function loginsOf(lines: readonly TranscriptLine[]): Login[] {
  let known: Greeting | undefined;
  const logins: Login[] = [];
  for (const { event, ok, error, serverVersion, threadId, capabilityFlags, characterSet, statusFlags } of lines) {
    if (event !== 'connect') continue;
    if (ok && serverVersion && threadId && capabilityFlags && characterSet && statusFlags)
      known = { serverVersion, threadId, capabilityFlags, characterSet, statusFlags };
    const refusal = refusalOf(error);
    if (known && (ok || refusal))
      logins.push({ greeting: greetingBody(known), answer: packetOf(refusal ?? okBody, 2) });
  }
  return logins;
}

/** Undefined when the client gave up by itself, as on a closed port. */
const refusalOf = (error: NativeError | undefined): Buffer | undefined =>
  error?.errno !== undefined && error.errno > 0
    ? errorBody({ errno: error.errno, sqlState: error.sqlState ?? 'HY000', message: error.message })
    : undefined;

/** A line of `own/<name>.jsonl`: a login or a statement. What is long is gzipped, and stands there once. */
interface OwnLine {
  readonly greeting?: string;
  readonly sql?: string;
  readonly gzipSql?: string;
  /** The answer is that of the statement so many statements after the first. */
  readonly same?: number;
  readonly answer?: string;
  readonly gzip?: string;
  readonly upload?: Upload;
  readonly killed?: boolean;
  readonly derived?: boolean;
}

const gzipFrom = 600;
/** A statement is read by people, so only what nobody would read is gzipped. */
const gzipSqlFrom = 8000;

function loadOwn(name: string, from: URL): Recording {
  const logins: Login[] = [];
  const exchanges: Exchange[] = [];
  for (const { greeting, gzipSql, answer = '', gzip, same, upload, killed, derived, ...line } of linesOf<OwnLine>(
    from,
  )) {
    const bytes = gzip ? gunzipSync(Buffer.from(gzip, 'base64')) : Buffer.from(answer, 'base64');
    if (greeting) logins.push({ greeting: Buffer.from(greeting, 'base64'), answer: bytes });
    const sql = gzipSql ? gunzipSync(Buffer.from(gzipSql, 'base64')).toString() : line.sql;
    if (sql === undefined) continue;
    const packets = exchanges[same ?? -1]?.answer ?? splitPackets(bytes);
    exchanges.push({
      sql,
      answer: packets,
      ...(upload && { upload }),
      ...(killed && { killed }),
      ...(derived && { derived }),
    });
  }
  return { name, logins, exchanges };
}

const inLine = (bytes: Buffer): Pick<OwnLine, 'answer' | 'gzip'> =>
  bytes.length < gzipFrom
    ? { answer: bytes.toString('base64') }
    : { gzip: gzipSync(bytes, { level: 9 }).toString('base64') };

const statementInLine = (sql: string): Pick<OwnLine, 'sql' | 'gzipSql'> =>
  sql.length < gzipSqlFrom ? { sql } : { gzipSql: gzipSync(sql, { level: 9 }).toString('base64') };

export function save({ name, logins, exchanges }: Recording, folder = fixtures): void {
  const lines: OwnLine[] = [
    ...logins.map(({ greeting, answer }) => ({ greeting: greeting.toString('base64'), ...inLine(answer) })),
  ];
  const said = new Map<string, number>();
  for (const [at, { answer, sql, ...rest }] of exchanges.entries()) {
    const bytes = inLine(Buffer.concat(answer.map(withoutStack)));
    const same = bytes.gzip === undefined ? undefined : said.get(bytes.gzip);
    if (bytes.gzip !== undefined && same === undefined) said.set(bytes.gzip, at);
    lines.push({ ...statementInLine(sql), ...rest, ...(same === undefined ? bytes : { same }) });
  }
  const file = fileURLToPath(fileOf(name, folder));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

/** The error of a panic holds the server's whole stack, and with it the folders of who built it. */
function withoutStack(packet: Buffer): Buffer {
  const body = bodyOf(packet);
  const end = body[0] === mark.error ? body.indexOf('\n') : -1;
  return end < 0 ? packet : packetOf(body.subarray(0, end), packet.readUInt8(3));
}
