/** One connection: statements one after the other, each with its deadline, its cancel and its kill. */
import type { FieldPacket } from 'mysql2';
import { invariant } from '../../../base/assert.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { Execution } from './execution.ts';
import { disconnected, failureOf, isOfServer } from '../failures/failures.ts';
import { Flood, flooded } from '../login/flood.ts';
import type { Handshake } from '../login/handshake.ts';
import { Infile } from './infile.ts';
import { calledAs, closesTransaction, leadOf, leavesTraces, onlyReads, opensTransaction } from './lead.ts';
import { quoteName } from './quote.ts';
import type { Answer, Page, RawRow, Reading, ServerColumn, ServerSession, StatementOptions } from './server.ts';
import { labelOf, type ServerOptions } from '../login/serverOptions.ts';
import { Watch } from './watch.ts';

/** Kills what runs on a connection, from another one; never throws. */
export type Kill = (connectionId: number) => Promise<void>;

/** How long the end of a killed statement is waited for. */
const killGraceMs = 3_000;

const unsignedFlag = 32;

const asSent: Reading<RawRow> = () => (row) => row;

const columnOf = (field: FieldPacket): ServerColumn => ({
  name: field.name,
  code: field.columnType ?? 0,
  charset: field.characterSet ?? 0,
  unsigned: typeof field.flags === 'number' && (field.flags & unsignedFlag) !== 0,
  decimals: field.decimals,
});

const resolvedBy = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

export class ServerConnection implements ServerSession {
  readonly isEncrypted: boolean;
  /** What KILL QUERY names. */
  id: number;
  /** The database in use; undefined when nobody knows. */
  database: string | null | undefined;
  /** When it was last heard of, by `performance.now()`. */
  lastUsed = performance.now();
  readonly #label: string;
  readonly #options: ServerOptions;
  readonly #kill: Kill;
  readonly #peer: Handshake;
  readonly #flood = new Flood();
  #current: Execution<unknown> | null = null;
  /** False while a statement runs that nobody can cancel. */
  #isStoppable = false;
  /** True while a statement runs that may have changed something when nobody hears its end. */
  #isWriting = false;
  #uploading: Infile | null = null;
  #lost: Error | null = null;
  #tainted = false;
  #inTransaction = false;

  constructor(options: ServerOptions, peer: Handshake, kill: Kill) {
    this.#options = options;
    this.#label = labelOf(options);
    this.#peer = peer;
    this.#kill = kill;
    this.isEncrypted = peer.isEncrypted;
    this.id = peer.driver.threadId;
    this.database = options.database;
    peer.driver.on('error', (error: Error) => this.#lose(error));
    // A server that gives up in the middle of a file counts from its own last packet.
    peer.driver.on('warn', () => this.#uploading?.isOpen || this.#lose(new Error('its packets came out of order')));
    peer.stream.on('data', (bytes: Buffer) => {
      const what = this.#flood.take(bytes.length);
      if (what !== null) this.#lose(flooded(this.#label, what));
    });
    // Under TLS the driver listens to the socket below only.
    peer.socket.on('close', () => this.#lose(Object.assign(new Error('closed'), { code: 'PROTOCOL_CONNECTION_LOST' })));
  }

  get isAlive(): boolean {
    return this.#lost === null;
  }

  /** True when the next caller finds it as it was after it was opened. */
  get isClean(): boolean {
    return this.isAlive && this.#current === null && !this.#tainted && !this.#inTransaction;
  }

  async run(sql: string, options: StatementOptions = {}): Promise<Answer> {
    const statement = await this.#begin(sql, Infinity, asSent, options);
    try {
      const rows = await statement.watch.during(() => statement.execution.take(Infinity));
      return { columns: statement.execution.columns, rows, affected: statement.execution.affected };
    } catch (error) {
      throw this.#failed(error, sql, statement);
    } finally {
      this.#finish(statement, sql);
    }
  }

  async *stream<T>(
    sql: string,
    pageRows: number,
    read: Reading<T>,
    options: StatementOptions = {},
  ): AsyncGenerator<Page<T>, Omit<Answer, 'rows'>> {
    const statement = await this.#begin(sql, 2 * pageRows, read, options);
    const { execution, watch } = statement;
    try {
      for (let first = true; ; first = false) {
        const rows = await watch.during(() => execution.take(pageRows));
        if (rows.length > 0 || first) yield { columns: execution.columns, rows };
        if (rows.length < pageRows) break;
      }
      return { columns: execution.columns, affected: execution.affected };
    } catch (error) {
      throw this.#failed(error, sql, statement);
    } finally {
      // Left early: the server is still at it.
      if (!execution.isSettled) await this.#stop(statement, new Failure('cancelled'));
      this.#finish(statement, sql);
    }
  }

  /** The session is as every caller expects it. */
  markClean(): void {
    this.#tainted = false;
  }

  /** True when the server answers within `ms`. */
  async ping(ms: number): Promise<boolean> {
    if (!this.isAlive) return false;
    const answered = new Promise<boolean>((resolve) => {
      this.#peer.driver.ping((error) => resolve(error === null || error === undefined));
    });
    const isThere = await Promise.race([answered, resolvedBy(ms).then(() => false)]);
    if (!isThere) this.destroy();
    return isThere;
  }

  /** The server ignores a polite goodbye, and the driver only half closes. What runs on it ends in `why`. */
  destroy(why: Error = new Error('it was closed')): void {
    this.#lose(why);
  }

  /** Gives it up at once, and ends on the server what it was at: there it would go on for nobody. */
  async close(): Promise<void> {
    const isAtIt = this.isAlive && this.#isStoppable && this.#current !== null && !this.#current.isSettled;
    this.destroy();
    if (isAtIt) await this.#kill(this.id);
  }

  async #begin<T>(sql: string, limit: number, read: Reading<T>, options: StatementOptions): Promise<Statement<T>> {
    throwIfCancelled(options.signal);
    await this.#use(options);
    throwIfCancelled(options.signal);
    // Not sent: the caller may take another connection.
    if (this.#lost) throw disconnected(this.#label, false, this.#lost);
    invariant(this.#current === null, 'a connection runs one statement at a time');
    const { driver } = this.#peer;
    const execution = new Execution(driver, limit, read);
    const infile = new Infile(options.infile, this.#label, (error) => {
      execution.fail(error);
      this.destroy();
    });
    this.#flood.begin(limit === Infinity);
    const query = driver.query({ sql, infileStreamFactory: (file) => infile.open(file) });
    this.#current = execution;
    this.#uploading = infile;
    const deadlineMs =
      options.deadlineMs === undefined ? this.#options.statementTimeoutSeconds * 1000 : options.deadlineMs;
    this.#isStoppable = options.signal !== undefined || deadlineMs !== null;
    const lead = leadOf(sql);
    // What is not committed goes with the connection.
    const writes = lead.startsWith('COMMIT') || (!this.#inTransaction && (options.writes ?? !onlyReads(lead)));
    this.#isWriting = writes;
    const statement: Statement<T> = {
      execution,
      infile,
      writes,
      what: calledAs(lead),
      watch: new Watch({
        socket: this.#peer.socket,
        label: this.#label,
        deadlineMs,
        signal: options.signal,
        stop: (failure) => void this.#stop(statement, failure),
      }),
    };
    let answers = 0;
    query.on('fields', (fields: FieldPacket[] | undefined) => {
      if (++answers > 1) this.#lose(new Error('Broken invariant: several statements were sent as one'));
      execution.columns = fields?.map(columnOf) ?? [];
      this.#flood.used();
    });
    query.on('result', (result: (Buffer | null)[] | { affectedRows?: number }) => {
      this.#flood.used();
      if (Array.isArray(result)) execution.push(result);
      else execution.affected = result.affectedRows ?? 0;
    });
    query.on('error', (error) => execution.fail(error));
    query.on('end', () => execution.end());
    return statement;
  }

  /** Kills the statement on the server, waits a while for its end, and gives the connection up either way. */
  async #stop(statement: Statement<unknown>, failure: Failure): Promise<void> {
    this.#tainted = true;
    const { execution, infile } = statement;
    // A file that ends early was never loaded.
    if (statement.writes && !infile.isOpen) return this.#stopWriting(statement, failure);
    const isUpload = infile.isOpen;
    infile.close();
    const over = execution.giveUp(failure);
    const killed = this.#kill(this.id);
    // A file cut short must not look complete, so nothing more is said on this connection.
    if (!isUpload) await Promise.race([Promise.all([over, killed]), resolvedBy(killGraceMs)]);
    this.destroy();
  }

  /**
   * As `#stop`, for what may change something: when the server ends it with an error it changed nothing, when it says that it is
   * done it is done, and when it says nothing nobody knows.
   */
  async #stopWriting({ execution, what }: Statement<unknown>, failure: Failure): Promise<void> {
    const { store, seconds } = Failure.is(failure, 'store.timeout')
      ? failure.data
      : { store: this.#label, seconds: null };
    const unsure = new Failure('write.unsure', { store, what, seconds, done: false, kept: null }, { cause: failure });
    const isCommit = what === 'the COMMIT';
    // Whatever a commit that is killed answers, it may have been done.
    const over = execution.waitOut((thrown) => (isOfServer(thrown) && !isCommit ? failure : unsure));
    const killed = isCommit ? null : this.#kill(this.id);
    await Promise.race([Promise.all([over, killed]), resolvedBy(killGraceMs)]);
    if (!execution.isSettled) void execution.giveUp(unsure);
    this.destroy();
  }

  #finish({ execution, infile, watch }: Statement<unknown>, sql: string): void {
    watch.end();
    infile.close();
    if (this.#current === execution) {
      this.#current = null;
      this.#isWriting = false;
      this.#flood.begin(true);
    }
    this.lastUsed = performance.now();
    const lead = leadOf(sql);
    if (leavesTraces(lead)) this.#tainted = true;
    if (lead.startsWith('USE')) this.database = undefined;
    if (opensTransaction(lead)) this.#inTransaction = true;
    if (closesTransaction(lead)) this.#inTransaction = false;
    // After an error the server may take what is left of a file for statements.
    if (infile.isOpen && execution.isFailed) this.destroy();
  }

  async #use({ database = this.#options.database, signal }: StatementOptions): Promise<void> {
    if (database === null || database === this.database) return;
    try {
      await this.run(`USE ${quoteName(database)}`, { signal, database: null });
    } catch (error) {
      if (Failure.is(error, 'store.disconnected'))
        throw new Failure('store.disconnected', { ...error.data, mayHaveRun: false }, { cause: error });
      throw error;
    }
    this.database = database;
  }

  #failed(error: unknown, sql: string, { writes }: Statement<unknown>): unknown {
    return failureOf(error, { label: this.#label, sql, user: this.#options.user, writes });
  }

  #lose(error: Error): void {
    if (this.#lost) return;
    this.#lost = error;
    this.#peer.driver.destroy();
    this.#peer.socket.destroy();
    this.#current?.fail(error instanceof Failure ? error : disconnected(this.#label, this.#isWriting, error));
  }
}

interface Statement<T> {
  readonly execution: Execution<T>;
  readonly infile: Infile;
  readonly watch: Watch;
  /** Whether it may have changed something when nobody hears its end. */
  readonly writes: boolean;
  /** What it is called in a sentence. */
  readonly what: string;
}
