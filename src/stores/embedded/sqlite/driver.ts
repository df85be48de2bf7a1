/** The one adapter over node:sqlite: connections, statements, transactions; everything above speaks to this. */
import type * as sqlite from 'node:sqlite';
import type { AggregateOptions, DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { Failure } from '../../../base/failure.ts';
import { failureOf } from './failures.ts';
import { harden, openOptions } from './hardening.ts';
import { addDefinitions, type Definition, type SchemaDoor } from './manyDefinitions.ts';
import { hasNumbers, oneStatement, requireWhole } from './oneStatement.ts';

/** A value as SQLite takes and gives it; integers beyond 2^53 are bigints where `wide` was asked for. */
export type SqlValue = null | number | bigint | string | Uint8Array;
/** A row as it comes from SQLite: its values in the order of the SELECT. */
export type SqlRow = SqlValue[];

/** A column of a result, and where its values come from, which tells its type. */
export interface ResultColumn {
  readonly name: string;
  /** Where the value comes from, when it is a plain column: SQLite's table and column names. */
  readonly table: string | null;
  readonly column: string | null;
}

export interface ConnectionOptions {
  readonly path: string;
  /** Where SQLite finds it, when that takes more than the path. */
  readonly location?: URL;
  readonly readOnly: boolean;
  /** How long a statement waits for another process, in milliseconds. */
  readonly busyTimeout: number;
  /** The backup that a failure may name; asked for when there is one to tell. */
  readonly backup: () => string | null;
  /** VACUUM, and nothing else of ours, puts a database of its own beside the file. */
  readonly vacuum?: boolean;
}

/** What is computed over rows: a state, how a row changes it and is taken out of it again, and what comes of it. */
export interface Aggregate {
  readonly name: string;
  readonly start: () => unknown;
  readonly step: (state: unknown, ...args: SqlValue[]) => unknown;
  readonly inverse: (state: unknown, ...args: SqlValue[]) => unknown;
  readonly result: (state: unknown) => SqlValue;
}

/** The driver, probed by what it can do and never by version. */
function driver(): typeof sqlite {
  const module: typeof sqlite | undefined = process.getBuiltinModule('node:sqlite');
  if (!module || !('setReturnArrays' in module.StatementSync.prototype))
    throw new Failure('store.noSqlite', { node: process.version });
  return module;
}

const keptStatements = 128;

interface Prepared {
  readonly statement: StatementSync;
  readonly isNumbered: boolean;
}

/** Before Node 22.18 or so a parameter with a number (`?1`) is bound by its name and in no other way. */
function bindings(values: readonly SqlValue[], isNumbered: boolean): SQLInputValue[] {
  const plain = values as SQLInputValue[];
  // The types know of names alone; an object of names is what the driver takes first.
  return isNumbered ? [Object.fromEntries(plain.map((value, i) => [`?${i + 1}`, value])) as unknown as null] : plain;
}

/** One connection to one file. Synchronous; rows are arrays. Integers are numbers unless `wide` is asked for. */
export class FileConnection {
  readonly #db: DatabaseSync;
  readonly #options: ConnectionOptions;
  readonly #statements = new Map<string, Prepared>();
  readonly #schemaDoor: SchemaDoor;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { DatabaseSync: Database, constants } = driver();
    const { readOnly, vacuum = false } = options;
    this.#db = this.#guard(() => new Database(options.location ?? options.path, openOptions(readOnly, vacuum)));
    // Before anything else, or the first pragma already fails while another process writes.
    this.exec(`PRAGMA busy_timeout = ${options.busyTimeout}`);
    this.#schemaDoor = this.#guard(() => harden(this.#db, constants));
  }

  get path(): string {
    return this.#options.path;
  }

  get inTransaction(): boolean {
    return this.#db.isOpen && this.#db.isTransaction;
  }

  /** One statement, whose rows nobody wants. */
  exec(sql: string): void {
    this.#guard(() => this.#db.exec(oneStatement(sql)));
  }

  /** What the file holds cannot be what this program wrote: the failure that says so, and of which table. */
  damage(detail: string, cause?: unknown): Failure {
    const { path: store, backup } = this.#options;
    return new Failure('store.damaged', { store, detail, backup: backup() }, { cause });
  }

  /** Rows changed by the statement itself, not by its triggers. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.#guard(() => {
      const { statement, isNumbered } = this.#statement(sql);
      return Number(statement.run(...bindings(values, isNumbered)).changes);
    });
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#guard(() => {
      const { statement, isNumbered } = this.#statement(sql);
      return statement.all(...bindings(values, isNumbered)) as unknown as SqlRow[];
    });
  }

  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.#guard(() => {
      const { statement, isNumbered } = this.#statement(sql);
      return statement.get(...bindings(values, isNumbered)) as unknown as SqlRow | undefined;
    });
  }

  /** The first value of the first row; undefined when there is no row. */
  value(sql: string, ...values: SqlValue[]): SqlValue | undefined {
    return this.get(sql, ...values)?.[0];
  }

  /** A row at a time, with a statement of its own, so that a slow reader disturbs nobody. */
  *iterate(sql: string, ...values: SqlValue[]): Generator<SqlRow, void> {
    const rows = this.#guard(() => this.#prepare(sql).iterate(...bindings(values, hasNumbers(sql))));
    yield* this.#rows(rows as Iterator<unknown>);
  }

  /** As `iterate`, for a statement whose columns are not known: every integer is a bigint. Undefined rows: no result set. */
  open(sql: string): {
    columns: ResultColumn[];
    rows: (values: readonly SqlValue[]) => Generator<SqlRow, void>;
    run: (values: readonly SqlValue[]) => number;
  } {
    const statement = this.#guard(() => this.#prepare(sql));
    const isNumbered = hasNumbers(sql);
    statement.setReadBigInts(true);
    const columns = statement.columns().map(({ name, table, column }) => ({ name, table, column }));
    const rows = (values: readonly SqlValue[]) =>
      this.#rows(this.#guard(() => statement.iterate(...bindings(values, isNumbered))) as Iterator<unknown>);
    const run = (values: readonly SqlValue[]) =>
      this.#guard(() => Number(statement.run(...bindings(values, isNumbered)).changes));
    return { columns, rows, run };
  }

  /** Runs `work` in a transaction, or inside the one that is open. A write takes the write lock at once. */
  transaction<T>(kind: 'read' | 'write', work: () => T): T {
    if (this.inTransaction) return work();
    this.exec(kind === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** SQLite has already rolled back by itself after some errors (a full disk, for one). */
  rollback(): void {
    if (this.inTransaction) this.exec('ROLLBACK');
  }

  /** Makes tables, indexes and triggers that are built from checked names, however many; all or none. In a transaction. */
  addDefinitions(definitions: readonly Definition[]): void {
    this.#guard(() => addDefinitions(this.#db, this.#schemaDoor, definitions));
  }

  addFunction(
    name: string,
    run: (...args: SqlValue[]) => SqlValue,
    options: { deterministic: boolean; wide?: boolean },
  ): void {
    this.#db.function(
      name,
      { deterministic: options.deterministic, varargs: true, useBigIntArguments: options.wide ?? false },
      run as (...args: unknown[]) => SQLInputValue,
    );
  }

  /** An aggregate that also works over a window; integers arrive as bigints. */
  addAggregate({ name, start, step, inverse, result }: Aggregate): void {
    this.#db.aggregate(name, {
      varargs: true,
      useBigIntArguments: true,
      start,
      step: step as (state: unknown, ...args: unknown[]) => unknown,
      inverse: inverse as (state: unknown, ...args: unknown[]) => unknown,
      result: result as (state: unknown) => SQLInputValue,
    } as unknown as AggregateOptions);
  }

  /** Copies the whole database into another file while others may go on writing. */
  async backupTo(path: string): Promise<void> {
    try {
      await driver().backup(this.#db, path);
    } catch (error) {
      throw failureOf(error, this.#options.path, this.#options.backup);
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  *#rows(rows: Iterator<unknown>): Generator<SqlRow, void> {
    try {
      for (;;) {
        const next = this.#guard(() => rows.next());
        if (next.done) return;
        yield next.value as SqlRow;
      }
    } finally {
      rows.return?.();
    }
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#db.prepare(sql);
    requireWhole(sql, statement.sourceSQL);
    statement.setReturnArrays(true);
    return statement;
  }

  #statement(sql: string): Prepared {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    const prepared = { statement: this.#prepare(sql), isNumbered: hasNumbers(sql) };
    if (this.#statements.size >= keptStatements) this.#statements.clear();
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #guard<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw failureOf(error, this.#options.path, this.#options.backup);
    }
  }
}
