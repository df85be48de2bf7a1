/**
 * Answers a program that asks the registry otherwise than it was recorded: what was recorded is said as it was, the registry by its double.
 * Several connections take turns, a transaction at a time.
 */
import { bodyOf, mark, packetOf } from './packets.ts';
import type { Exchange, Recording } from './recording.ts';
import { isRegistrySql, okOf, RegistryDouble } from './registryDouble.ts';

const transaction = /^\s*(BEGIN|COMMIT|ROLLBACK)\s*$/i;
/** What a role may not do is the server's to say. */
const denied = 20101;

export class Deriving {
  /** Every statement with its answer, in the order in which they began. */
  readonly said: Exchange[] = [];
  readonly #double: RegistryDouble;
  readonly #recorded: readonly Exchange[];
  readonly #asked = new Map<string, number>();
  readonly #begun = new Set<object>();
  #holder: object | null = null;
  #free: Promise<void> = Promise.resolve();
  #release = (): void => {};

  /** `goesOn`: the registry is as the conversation left it; else it is as it was found, and the conversation is had again. */
  constructor({ exchanges }: Recording, { goesOn }: { readonly goesOn: boolean }) {
    this.#recorded = exchanges;
    this.#double = new RegistryDouble(exchanges);
    if (goesOn) for (const { sql } of exchanges) if (isRegistrySql(sql)) this.#double.answer(sql);
  }

  /** Undefined for what was not recorded and is no statement on the registry. */
  async answerTo(sql: string, connection: object): Promise<Exchange | undefined> {
    const recorded = this.#next(sql) ?? ended(sql);
    const place = this.said.length;
    this.said.push(recorded ?? { sql, answer: [] });
    if (transaction.test(sql)) await this.#transact(sql.trim().toUpperCase(), connection);
    if (!isRegistrySql(sql) || (recorded && isDenial(recorded))) return recorded;
    const answer = await this.#inTurn(connection, (inTransaction) => this.#double.answer(sql, inTransaction));
    const same = this.#recorded.find(
      (one) => one.sql === sql && Buffer.concat([...one.answer]).equals(Buffer.concat(answer)),
    );
    const exchange = same ?? { sql, answer, derived: true };
    this.said[place] = exchange;
    return exchange;
  }

  /** A connection that ends takes its transaction with it. */
  async forget(connection: object): Promise<void> {
    if (this.#begun.has(connection)) await this.#transact('ROLLBACK', connection);
  }

  #next(sql: string): Exchange | undefined {
    const all = this.#recorded.filter((one) => one.sql === sql);
    const nth = this.#asked.get(sql) ?? 0;
    this.#asked.set(sql, nth + 1);
    return all[Math.min(nth, all.length - 1)];
  }

  async #transact(what: string, connection: object): Promise<void> {
    if (what === 'BEGIN') return void this.#begun.add(connection);
    this.#begun.delete(connection);
    if (this.#holder !== connection) return undefined;
    this.#double.transact(what === 'COMMIT' ? 'COMMIT' : 'ROLLBACK');
    this.#holder = null;
    this.#release();
    return Promise.resolve();
  }

  async #inTurn<T>(connection: object, work: (inTransaction: boolean) => T): Promise<T> {
    while (this.#holder !== null && this.#holder !== connection) await this.#free;
    const isBegun = this.#begun.has(connection);
    if (isBegun && this.#holder === null) {
      this.#holder = connection;
      this.#free = new Promise((release) => {
        this.#release = release;
      });
      this.#double.transact('BEGIN');
    }
    return work(isBegun);
  }
}

/** The end of a transaction is answered alike in every conversation. */
const ended = (sql: string): Exchange | undefined =>
  /^\s*(?:COMMIT|ROLLBACK)\s*$/i.test(sql) ? { sql, answer: [packetOf(okOf(0, false), 1)], derived: true } : undefined;

function isDenial({ answer: [first] }: Exchange): boolean {
  if (!first) return false;
  const body = bodyOf(first);
  return body[0] === mark.error && body.readUInt16LE(1) === denied;
}
