/** Connections kept for the next statement: a few are shared by short ones, long work has one for itself. */
import { say } from '../../../base/say.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { ServerConnection } from './connection.ts';

export interface PoolOptions {
  readonly label: string;
  readonly open: (signal: AbortSignal | undefined) => Promise<ServerConnection>;
  /** Short statements at one time; also how many connections are kept. */
  readonly size: number;
  /** A connection that was silent for longer is asked before it is used: a NAT drops without a word. */
  readonly pingAfterMs: number;
}

/** An answer that takes longer is none. */
const pingMs = 2_000;

export interface Wanted {
  readonly signal?: AbortSignal | undefined;
  /** Null: any, none preferred. */
  readonly database: string | null;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #idle: ServerConnection[] = [];
  readonly #inUse = new Set<ServerConnection>();
  readonly #waiting: (() => void)[] = [];
  #shared = 0;
  #isClosed = false;

  constructor(options: PoolOptions, first?: ServerConnection) {
    this.#options = options;
    if (first) this.#idle.push(first);
  }

  /**
   * Work on one of the shared connections, as soon as one is free. What changed nothing is done once more, on a new connection,
   * when its own was lost.
   */
  async share<T>(wanted: Wanted, work: (connection: ServerConnection) => Promise<T>): Promise<T> {
    while (this.#shared >= this.#options.size) await this.#turn(wanted.signal);
    this.#shared++;
    try {
      return await this.#with(wanted, work);
    } finally {
      this.#shared--;
      this.#waiting.shift()?.();
    }
  }

  /** A connection for one caller, who gives it back; `anew` where those that are kept are not to be trusted. */
  async take({ signal, database }: Wanted, anew = false): Promise<ServerConnection> {
    for (;;) {
      throwIfCancelled(signal);
      if (this.#isClosed) throw this.#closed();
      const kept = anew ? undefined : this.#pick(database);
      if (kept && !(await this.#isThere(kept))) continue;
      const connection = kept ?? (await this.#options.open(signal));
      this.#inUse.add(connection);
      if (this.#isClosed) this.give(connection);
      else return connection;
    }
  }

  give(connection: ServerConnection): void {
    this.#inUse.delete(connection);
    if (this.#isClosed || !connection.isClean || this.#idle.length >= this.#options.size) connection.destroy();
    else this.#idle.push(connection);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closing = [...this.#idle.splice(0), ...this.#inUse].map((connection) => connection.close());
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all(closing);
  }

  async #with<T>(wanted: Wanted, work: (connection: ServerConnection) => Promise<T>): Promise<T> {
    for (let isFirst = true; ; isFirst = false) {
      const connection = await this.take(wanted, !isFirst);
      try {
        return await work(connection);
      } catch (error) {
        if (!isFirst || !this.mayRepeat(error)) throw error;
      } finally {
        this.give(connection);
      }
    }
  }

  /** It was not sent, or changed nothing, so another connection may have it; what may have run is never repeated. */
  mayRepeat(error: unknown): boolean {
    return Failure.is(error, 'store.disconnected') && !error.data.mayHaveRun && !this.#isClosed;
  }

  /** The one used last that is in the wanted database; a server cannot be told to leave one, so `null` needs one without. */
  #pick(database: string | null): ServerConnection | undefined {
    for (let i = this.#idle.length - 1; i >= 0; i--) if (!this.#idle[i]?.isAlive) this.#idle.splice(i, 1);
    let found = this.#idle.findLastIndex((connection) => connection.database === database);
    if (found < 0 && database !== null) found = this.#idle.length - 1;
    if (found >= 0) return this.#idle.splice(found, 1)[0];
    // None without a database is left: make room for one.
    if (this.#idle.length >= this.#options.size) this.#idle.shift()?.destroy();
    return undefined;
  }

  async #isThere(connection: ServerConnection): Promise<boolean> {
    if (performance.now() - connection.lastUsed <= this.#options.pingAfterMs) return connection.isAlive;
    // Known to the pool while it is asked, so that close() reaches it.
    this.#inUse.add(connection);
    const isThere = await connection.ping(pingMs);
    this.#inUse.delete(connection);
    return isThere && !this.#isClosed;
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        reject(new Failure('cancelled'));
      };
      if (signal?.aborted) {
        reject(new Failure('cancelled'));
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(wake);
    });
  }

  #closed(): Failure {
    return new Failure('store.disconnected', {
      store: this.#options.label,
      mayHaveRun: false,
      reason: say('it was closed here'),
    });
  }
}
