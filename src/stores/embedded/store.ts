/** The embedded store: one SQLite file behind the store port. The engine is synchronous; this process exists to wait for it. */
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import type { DeltaCounts, DeltaPage } from '../../data/change.ts';
import type { RowPage } from '../../data/page.ts';
import type {
  Branch,
  DeltaRequest,
  DeltaWay,
  LoadBatch,
  LoadRequest,
  LoadResult,
  LocalStore,
  QueryEnd,
  QueryRequest,
  RecoveryWindow,
  RestorePreview,
  RestoreResult,
  RestoreTarget,
  RowsRequest,
  SnapshotTarget,
  StoreFacts,
  Write,
} from '../../data/store.ts';
import { ownDatabase, type TableInfo, type TableName } from '../../data/table.ts';
import { live, type Snapshot, snapshotHolds, type Version } from '../../data/version.ts';
import { backUp, isBackupDue } from './file/backup.ts';
import { databaseExists, liveTables, resolveVersion, tableInfo } from './types/catalog.ts';
import { planDelta } from './versions/delta.ts';
import { countPlan, readDelta } from './versions/deltaPages.ts';
import { translate } from './dialect/translate.ts';
import { dialectContext } from './statements/dialectContext.ts';
import type { Connection } from './sqlite/driver.ts';
import { load } from './statements/load.ts';
import { endSession, openFile, type Opened, type OpenOptions } from './file/open.ts';
import { bound, runStatement } from './statements/query.ts';
import { countAt } from './versions/readAt.ts';
import { previewRestore, restore } from './shape/restore.ts';
import { readRows } from './versions/rows.ts';
import { show } from './statements/show.ts';
import { createSnapshot, dropSnapshot, listSnapshots } from './versions/snapshots.ts';
import { runWrite } from './statements/statements.ts';
import { inspect, isSuspicious, recorded } from './file/watch.ts';

const keptReaders = 2;
/** Without a log of what changed in between, the versions themselves are compared. */
const wayOf = (way: 'log' | 'compare'): DeltaWay => ({
  way,
  why: way === 'log' ? null : 'The table was made anew between the two versions, so there is no log of what changed.',
});
const nothingDone: QueryEnd = { columns: [], rows: 0, affected: 0 };

/** The store port over one file. Every call takes the time SQLite takes, so it lives in a process of its own. */
export class EmbeddedStore implements LocalStore {
  readonly #opened: Opened;
  readonly #writer: Connection | null;
  /** Never writes and never stays in a transaction: its `data_version` tells of everybody's commits. */
  readonly #watch: Connection;
  readonly #readers: Connection[] = [];
  #looked = -1;
  /** The rolling copy, while it is made. */
  #backup: Promise<string | null> = Promise.resolve(null);
  #closed = false;

  static open(options: OpenOptions): EmbeddedStore {
    return new EmbeddedStore(openFile(options));
  }

  private constructor(opened: Opened) {
    this.#opened = opened;
    this.#writer = opened.readOnly ? null : opened.connect('write');
    this.#watch = opened.connect('read');
    if (!opened.readOnly && isBackupDue(this.#watch)) this.#backup = this.#copy();
  }

  async facts(): Promise<StoreFacts> {
    const engine = this.#read((db) => `SQLite ${String(db.value('SELECT sqlite_version()'))}`);
    return {
      kind: 'embedded',
      label: this.#opened.path,
      engine,
      release: null,
      readOnly: this.#opened.readOnly,
      seesOthers: true,
      limits: [],
    };
  }

  async databases(): Promise<string[]> {
    return this.#read((db) =>
      db
        .all('SELECT name FROM _dt_databases WHERE name <> ? ORDER BY name', ownDatabase)
        .map(([name]) => name as string),
    );
  }

  async tables(database: string): Promise<TableInfo[]> {
    return this.#read((db) => {
      if (!databaseExists(db, database)) throw new Failure('database.unknown', { database });
      return liveTables(db, database).map(({ name }) => tableInfo(resolveVersion(db, { database, table: name }, live)));
    });
  }

  async table(name: TableName, at: Version = live): Promise<TableInfo> {
    return this.#read((db) => tableInfo(resolveVersion(db, name, at)));
  }

  async countRows(name: TableName, at: Version = live): Promise<number> {
    return this.#read((db) => countAt(db, resolveVersion(db, name, at)));
  }

  async snapshots(): Promise<Snapshot[]> {
    return this.#read(listSnapshots);
  }

  async findSnapshot(name: string, table: TableName): Promise<Snapshot | null> {
    return (await this.snapshots()).find((one) => one.name === name && snapshotHolds(one, table)) ?? null;
  }

  async recoveryWindows(): Promise<RecoveryWindow[]> {
    return [];
  }

  async branches(): Promise<Branch[]> {
    return [];
  }

  async createSnapshot(name: string, target: SnapshotTarget): Promise<Snapshot> {
    return this.#write((db) => createSnapshot(db, name, target), 'durable');
  }

  async dropSnapshot(name: string): Promise<void> {
    this.#write((db) => dropSnapshot(db, name), 'durable');
  }

  async *readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void> {
    const db = this.#takeReader();
    try {
      yield* readRows(db, request, signal);
    } finally {
      this.#giveBack(db);
    }
  }

  async countDelta(request: DeltaRequest, signal?: AbortSignal): Promise<DeltaCounts> {
    throwIfCancelled(signal);
    return this.#read((db) => countPlan(db, planDelta(db, request)));
  }

  async *readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void> {
    const db = this.#takeReader();
    try {
      yield* readDelta(db, request, signal);
    } finally {
      this.#giveBack(db);
    }
  }

  async deltaWay(request: DeltaRequest): Promise<DeltaWay> {
    return this.#read((db) => wayOf(planDelta(db, request).way));
  }

  async previewRestore(target: RestoreTarget, to: string, signal?: AbortSignal): Promise<RestorePreview> {
    throwIfCancelled(signal);
    return this.#read((db) => previewRestore(db, target, to, signal));
  }

  async restore(preview: RestorePreview, safetyName: string, signal?: AbortSignal): Promise<RestoreResult> {
    throwIfCancelled(signal);
    return this.#write((db) => restore(db, preview, safetyName, signal), 'durable');
  }

  async *query(request: QueryRequest, signal?: AbortSignal): AsyncGenerator<RowPage, QueryEnd> {
    throwIfCancelled(signal);
    const values = bound(request.values);
    const db = this.#takeReader();
    try {
      // The translation of a read at a snapshot is valid in this transaction only.
      db.exec('BEGIN');
      const asked = translate(request.sql, dialectContext(db, request.database ?? null));
      switch (asked.kind) {
        case 'query':
          return yield* runStatement(db, asked.sql, values, { pageRows: request.pageRows, signal });
        case 'showDatabases':
        case 'showTables':
        case 'showColumns':
        case 'showCreateTable': {
          const page = show(db, asked);
          yield page;
          return { columns: page.columns, rows: page.rows, affected: 0 };
        }
        case 'use':
          if (!databaseExists(db, asked.database)) throw new Failure('database.unknown', { database: asked.database });
          return nothingDone;
        case 'nothing':
          return nothingDone;
        default:
      }
    } finally {
      db.rollback();
      this.#giveBack(db);
    }
    return {
      ...nothingDone,
      affected: this.#write((writer) => runWrite(writer, request.sql, values, request.database ?? null)),
    };
  }

  async write(statements: readonly Write[]): Promise<number[]> {
    return this.#write(
      (db) =>
        statements.map(({ sql, values, expect }) => {
          const affected = runWrite(db, sql, bound(values), null);
          if (expect !== undefined && affected !== expect)
            throw new Failure('row.conflict', {
              table: 'The store',
              detail: `${affected} rows were changed where ${expect} were expected`,
            });
          return affected;
        }),
      'durable',
    );
  }

  async load(request: LoadRequest, batches: AsyncIterable<LoadBatch>, signal?: AbortSignal): Promise<LoadResult> {
    this.#mustWrite();
    const db = this.#opened.connect('write');
    try {
      return await load(db, request, batches, signal);
    } finally {
      db.rollback();
      db.close();
    }
  }

  async changeCount(): Promise<number> {
    this.#mustBeOpen();
    return this.#watch.value('PRAGMA data_version') as number;
  }

  async compact(signal?: AbortSignal): Promise<{ before: number; after: number }> {
    throwIfCancelled(signal);
    const db = this.#mustWrite();
    // The copy reads in steps that need this thread: a checkpoint would wait for it in vain.
    await this.#backup;
    throwIfCancelled(signal);
    for (const reader of this.#readers.splice(0)) reader.close();
    const size = (): number => (db.value('PRAGMA page_count') as number) * (db.value('PRAGMA page_size') as number);
    const before = size();
    const vacuum = this.#opened.connect('vacuum');
    try {
      vacuum.exec('VACUUM');
    } finally {
      vacuum.close();
    }
    // VACUUM itself looks like another program's change of the schema.
    this.#write(inspect);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return { before, after: size() };
  }

  /** Makes the rolling copy beside the store now; gives its path. */
  async backup(): Promise<string> {
    this.#mustWrite();
    await this.#backup;
    const db = this.#opened.connect('read');
    try {
      return await backUp(db);
    } finally {
      db.close();
    }
  }

  /** The daily copy is a courtesy: when it cannot be made (a full disk), the old one stays and work goes on. */
  async #copy(): Promise<string | null> {
    const db = this.#opened.connect('read');
    try {
      return await backUp(db);
    } catch {
      return null;
    } finally {
      db.close();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#backup;
    for (const reader of this.#readers.splice(0)) reader.close();
    this.#watch.close();
    if (this.#writer && this.#opened.session !== null) endSession(this.#writer, this.#opened.session);
    this.#writer?.close();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Failure('store.unreachable', { store: this.#opened.path, reason: 'it was closed' });
  }

  #mustWrite(): Connection {
    this.#mustBeOpen();
    if (!this.#writer) throw new Failure('store.readOnly', { store: this.#opened.path });
    return this.#writer;
  }

  #takeReader(): Connection {
    this.#mustBeOpen();
    this.#look();
    return this.#readers.pop() ?? this.#opened.connect('read');
  }

  /** After a commit of anybody: was it one that the log does not know of? A store that is only read cannot note it. */
  #look(): void {
    if (!this.#writer) return;
    const version = this.#watch.value('PRAGMA data_version') as number;
    if (version === this.#looked) return;
    try {
      if (isSuspicious(this.#watch)) this.#write(() => undefined);
      this.#looked = version;
    } catch (error) {
      // Somebody is writing: the next read looks again.
      if (!Failure.is(error, 'store.locked')) throw error;
    }
  }

  #giveBack(db: Connection): void {
    if (this.#closed || this.#readers.length >= keptReaders) db.close();
    else this.#readers.push(db);
  }

  /** One short read transaction: what is resolved in it may be used in it, and nowhere else. */
  #read<T>(work: (db: Connection) => T): T {
    const db = this.#takeReader();
    try {
      return db.transaction('read', () => work(db));
    } finally {
      this.#giveBack(db);
    }
  }

  /** One write transaction. `durable`: it must outlive a power cut once it is committed. */
  #write<T>(work: (db: Connection) => T, durability: 'durable' | 'plain' = 'plain'): T {
    const db = this.#mustWrite();
    const usual = db.value('PRAGMA synchronous') as number;
    if (durability === 'durable') db.exec('PRAGMA synchronous = FULL');
    try {
      return db.transaction('write', () => recorded(db, () => work(db)));
    } finally {
      if (durability === 'durable') db.exec(`PRAGMA synchronous = ${usual}`);
    }
  }
}
