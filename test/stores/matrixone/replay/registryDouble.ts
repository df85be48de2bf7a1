/**
 * The registry of a recorded conversation, kept in SQLite: answers statements on it as the server answered those that were recorded, so that
 * a program that asks otherwise than it did then can be answered all the same. It knows the plain SQL of the registry and nothing else; a
 * test holds that it gives the recorded answers to the recorded statements, byte for byte.
 */
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { tokenize, tokenValue } from '../../../../src/git4data/lexer.ts';
import { bodyOf, errorBody, mark, packetOf } from './packets.ts';
import type { Exchange } from './recording.ts';

const ofRegistry = /\bdeltatrain\.\w/;
const createsIt = /^\s*CREATE\s+DATABASE\s+(?:IF\s+NOT\s+EXISTS\s+)?deltatrain\b\s*$/i;
const isRight = /^\s*(?:GRANT|REVOKE)\b/i;

/** True for what the registry's database is asked, and not about rights in it. */
export const isRegistrySql = (sql: string): boolean =>
  createsIt.test(sql) || (ofRegistry.test(sql) && !isRight.test(sql));

/** What a connection's transaction stands at, as the server says it with every OK. */
const statusOf = (inTransaction: boolean): number => (inTransaction ? 0x0813 : 0x0812);

export class RegistryDouble {
  readonly #db = new DatabaseSync(':memory:');
  /** The server's definition of a column, by its table and its name. */
  readonly #definitions = new Map<string, Buffer>();
  #exists = false;

  /** Learns how the server describes columns; `apply` it to have what was written, too. */
  constructor(exchanges: readonly Exchange[]) {
    for (const { sql, answer } of exchanges) {
      const table = /\bFROM deltatrain\.(\w+)/i.exec(sql)?.[1];
      if (table !== undefined) this.#learn(table, answer.map(bodyOf));
    }
  }

  #learn(table: string, bodies: readonly Buffer[]): void {
    const [first] = bodies;
    if (!first || first.length !== 1 || first[0] === mark.ok) return;
    for (const body of bodies.slice(1, 1 + (first[0] ?? 0))) this.#definitions.set(`${table}.${nameIn(body)}`, body);
  }

  /** BEGIN, COMMIT or ROLLBACK of the one connection that is in a transaction. */
  transact(sql: 'BEGIN' | 'COMMIT' | 'ROLLBACK'): void {
    this.#db.exec(sql);
  }

  /** The packets of the answer, numbered from 1; what is written is there for the next statement. */
  answer(sql: string, inTransaction = false): Buffer[] {
    const bodies = this.#bodies(sql, inTransaction);
    return bodies.map((body, at) => packetOf(body, at + 1));
  }

  #bodies(sql: string, inTransaction: boolean): Buffer[] {
    if (createsIt.test(sql)) {
      if (!this.#exists) this.#db.exec("ATTACH ':memory:' AS deltatrain");
      this.#exists = true;
      return [okOf(1, false)];
    }
    if (!this.#exists) return [failure(1049, 'Unknown database deltatrain')];
    try {
      const statement = this.#db.prepare(inSqlite(sql));
      if (!/^\s*SELECT\b/i.test(sql)) return [okOf(Number(statement.run().changes) * changing(sql), inTransaction)];
      statement.setReturnArrays(true);
      statement.setReadBigInts(true);
      const rows = statement.all() as unknown as SQLOutputValue[][];
      const columns = statement
        .columns()
        .map(({ name, column, table }, at) => this.#definition(`${table}.${column}`, name, rows[0]?.[at]));
      const between = eofOf(0x0003);
      return [lengthOf(columns.length), ...columns, between, ...rows.map(rowBody), eofOf(statusOf(inTransaction))];
    } catch (error) {
      return [refusalOf(error)];
    }
  }

  #definition(place: string, name: string, example: SQLOutputValue | undefined): Buffer {
    const known = this.#definitions.get(place);
    if (known) return known;
    const isNumber = typeof example === 'bigint';
    const tail = Buffer.from([
      0x0c,
      isNumber ? 0x3f : 0x21,
      0,
      0xff,
      0xff,
      0xff,
      0xff,
      isNumber ? 8 : 0xfd,
      0,
      0,
      0,
      0,
      0,
    ]);
    return Buffer.concat([...['def', '', '', '', name, name].map((part) => textBody(Buffer.from(part))), tail]);
  }
}

/** DDL changes no rows, whatever SQLite still remembers of the statement before. */
const changing = (sql: string): number => (/^\s*CREATE\b/i.test(sql) ? 0 : 1);

/** MySQL's quotes as SQLite's: a backslash is one there. */
function inSqlite(sql: string): string {
  let text = '';
  let from = 0;
  for (const token of tokenize(sql)) {
    if (token.kind !== 'string') continue;
    text += `${sql.slice(from, token.start)}'${tokenValue(token).replaceAll("'", "''")}'`;
    from = token.end;
  }
  return text + sql.slice(from);
}

const failure = (errno: number, message: string): Buffer => errorBody({ errno, sqlState: 'HY000', message });

function refusalOf(error: unknown): Buffer {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /^no such table: (?:deltatrain\.)?(\w+)$/.exec(message)?.[1];
  if (missing !== undefined) return failure(1064, `SQL parser error: table "${missing}" does not exist`);
  const twice = /^UNIQUE constraint failed: (.*)$/.exec(message)?.[1];
  if (twice === undefined) throw error;
  return failure(1062, `Duplicate entry '(${twice})' for key '${twice}'`);
}

/** A number as the protocol writes lengths. */
function lengthOf(length: number): Buffer {
  if (length < 0xfb) return Buffer.from([length]);
  if (length < 0x1_0000) return Buffer.from([0xfc, length & 255, length >> 8]);
  if (length < 0x100_0000) return Buffer.from([0xfd, length & 255, (length >> 8) & 255, length >> 16]);
  throw new Error('The registry double has no cells of more than 16 MB.');
}

const textBody = (bytes: Buffer): Buffer => Buffer.concat([lengthOf(bytes.length), bytes]);

const rowBody = (cells: readonly SQLOutputValue[]): Buffer =>
  Buffer.concat(
    cells.map((cell) => {
      if (cell === null) return Buffer.from([0xfb]);
      return textBody(cell instanceof Uint8Array ? Buffer.from(cell) : Buffer.from(String(cell)));
    }),
  );

/** An OK as this server says it. */
export const okOf = (affected: number, inTransaction: boolean): Buffer => {
  const status = statusOf(inTransaction);
  return Buffer.concat([
    Buffer.from([mark.ok]),
    lengthOf(affected),
    Buffer.from([0, status & 255, status >> 8, 0, 0, 0]),
  ]);
};

const eofOf = (status: number): Buffer => Buffer.from([0xfe, 0, 0, status & 255, status >> 8]);

/** The name in a definition: the fifth of its texts, all of them short. */
function nameIn(definition: Buffer): string {
  let at = 0;
  for (let before = 0; before < 4; before++) at += 1 + (definition[at] ?? 0);
  return definition.toString('utf8', at + 1, at + 1 + (definition[at] ?? 0));
}
