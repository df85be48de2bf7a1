/** The embedded store: one SQLite file behind the store port. The engine is synchronous; this process exists to wait for it. */
import { say } from '../../base/say.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import type { DeltaCounts, DeltaPage } from '../../data/change.ts';
import type { RowPage } from '../../data/page.ts';
import type {
  Branch,
  DeltaRequest,
  DeltaWay,
  KeptDisk,
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
  RowEdits,
  RowsRequest,
  SidesPage,
  SidesRequest,
  SnapshotTarget,
  StoreFacts,
  Write,
} from '../../data/store.ts';
import type { TableInfo, TableName } from '../../data/table.ts';
import { live, type Snapshot, snapshotHolds, type Version } from '../../data/version.ts';
import { forgetBranches, listBranches } from './branches/lineage.ts';
import { readSides } from './branches/readSides.ts';
import { backUp, isBackupDue, removeLeftDrafts } from './file/backup.ts';
import { listDatabases, listTables, resolveVersion, tableInfo } from './types/catalog.ts';
import { planDelta } from './versions/delta.ts';
import { countPlan, deltaWay, readDelta } from './versions/deltaPages.ts';
import { keptDisk } from './versions/keptDisk.ts';
import type { FileConnection } from './sqlite/driver.ts';
import { keepsAll, load } from './statements/load.ts';
import { FileIdentity } from './file/identity.ts';
import { endSession, isEntered, openFile, type Opened, type OpenOptions } from './file/open.ts';
import { answerRead, nothingDone } from './statements/asked.ts';
import { bound } from './statements/query.ts';
import { countAt } from './versions/readAt.ts';
import { previewRestore, restore } from './shape/restore.ts';
import { editRows } from './shape/editRows.ts';
import { readRows } from './versions/rows.ts';
import { createSnapshot, dropSnapshot, listSnapshots } from './versions/snapshots.ts';
import { runWrite } from './statements/statements.ts';
import { compactFile, freeLog, withRoom } from './file/room.ts';
import { inspect, isSuspicious, recorded } from './file/watch.ts';

const keptReaders = 2;

/** What holds of every file. */
const fixedFacts = {
  kind: 'embedded',
  release: null,
  dialect: 'own',
  snapshotLevels: ['table', 'database'],
  isRemote: false,
  isShared: false,
  seesOthers: true,
  limits: [],
} as const satisfies Partial<StoreFacts>;

/** The store port over one file. Every call takes the time SQLite takes, so it lives in a process of its own. */
export class EmbeddedStore implements LocalStore {
  readonly holds = keepsAll;
  readonly #opened: Opened;
  readonly #writer: FileConnection | null;
  /** Never writes and never stays in a transaction: its `data_version` tells of everybody's commits. */
  readonly #watch: FileConnection;
  readonly #readers: FileConnection[] = [];
  /** Taken by somebody who reads now. */
  readonly #atWork = new Set<FileConnection>();
  readonly #identity: FileIdentity;
  #looked = -1;
  /** The file is another one now: nothing is done with it any more. */
  #gone: Failure<'store.replaced'> | null = null;
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
    this.#identity = new FileIdentity(opened.path, !opened.readOnly);
    if (!opened.readOnly) removeLeftDrafts(opened.path);
    if (!opened.readOnly && isBackupDue(this.#watch))
      // A courtesy: when it cannot be made (a full disk), the old one stays and work goes on.
      this.#backup = this.#copy().catch(() => null);
  }

  async facts(): Promise<StoreFacts> {
    const engine = this.#read((db) => `SQLite ${String(db.value('SELECT sqlite_version()'))}`);
    const { path: label, readOnly, notes } = this.#opened;
    return { ...fixedFacts, label, engine, readOnly, ...(notes.length > 0 && { notes }) };
  }

  async databases(): Promise<string[]> {
    return this.#read(listDatabases);
  }

  async tables(database: string): Promise<TableInfo[]> {
    return this.#read((db) => listTables(db, database));
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

  async keptDisk(of: TableName | null): Promise<KeptDisk | null> {
    return this.#read((db) => keptDisk(db, of));
  }

  async recoveryWindows(): Promise<RecoveryWindow[]> {
    return [];
  }

  async branches(): Promise<Branch[]> {
    return this.#read(listBranches);
  }

  async createSnapshot(name: string, target: SnapshotTarget): Promise<Snapshot> {
    return this.#write((db) => createSnapshot(db, name, target), 'durable');
  }

  async dropSnapshot(name: string): Promise<void> {
    this.#write((db) => {
      dropSnapshot(db, name);
      // A branch that was dropped could come back from it.
      forgetBranches(db);
    }, 'durable');
  }

  async *readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void> {
    yield* this.#reading((db) => readRows(db, request, signal));
  }

  async countDelta(request: DeltaRequest, signal?: AbortSignal): Promise<DeltaCounts> {
    throwIfCancelled(signal);
    return this.#read((db) => countPlan(db, planDelta(db, request)));
  }

  async *readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void> {
    yield* this.#reading((db) => readDelta(db, request, signal));
  }

  async *readSides(request: SidesRequest, signal?: AbortSignal): AsyncGenerator<SidesPage, void> {
    yield* this.#reading((db) => readSides(db, request, signal));
  }

  async deltaWay(request: DeltaRequest): Promise<DeltaWay> {
    return this.#read((db) => deltaWay(planDelta(db, request)));
  }

  async previewRestore(target: RestoreTarget, to: string, signal?: AbortSignal): Promise<RestorePreview> {
    throwIfCancelled(signal);
    return this.#read((db) => previewRestore(db, target, to, signal));
  }

  async restore(preview: RestorePreview, safetyName: string, signal?: AbortSignal): Promise<RestoreResult> {
    throwIfCancelled(signal);
    return this.#write((db) => restore(db, preview, safetyName, signal), 'durable');
  }

  async editRows(edits: RowEdits, signal?: AbortSignal): Promise<RestoreResult> {
    throwIfCancelled(signal);
    return this.#write((db) => editRows(db, edits, signal), 'durable');
  }

  async *query(request: QueryRequest, signal?: AbortSignal): AsyncGenerator<RowPage, QueryEnd> {
    throwIfCancelled(signal);
    const values = bound(request.values);
    const end = yield* this.#reading((db) => answerRead(db, request, values, signal));
    if (end) return end;
    const { affected, page } = this.#write((writer) => runWrite(writer, request.sql, values, request.database ?? null));
    if (page) yield page;
    return { ...nothingDone, affected, ...(page && { columns: page.columns, rows: page.rows }) };
  }

  async write(statements: readonly Write[]): Promise<number[]> {
    return this.#write(
      (db) =>
        statements.map(({ sql, values, expect }) => {
          const { affected } = runWrite(db, sql, bound(values), null);
          if (expect !== undefined && affected !== expect)
            throw new Failure('row.conflict', {
              table: say('The store'),
              detail: say('{0} rows were changed where {1} were expected', affected, expect),
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
      return await load(db, request, batches, () => this.#mustBeOpened(), signal);
    } catch (error) {
      if (Failure.is(error, 'store.full')) freeLog(db);
      throw error;
    } finally {
      db.rollback();
      db.close();
      if (!this.#gone) this.#identity.note();
    }
  }

  async changeCount(): Promise<number> {
    this.#mustBeOpened();
    return this.#watch.value('PRAGMA data_version') as number;
  }

  async compact(signal?: AbortSignal): Promise<{ before: number; after: number }> {
    throwIfCancelled(signal);
    const db = this.#mustWrite();
    // The copy reads in steps that need this thread: a checkpoint would wait for it in vain.
    await this.#backup;
    throwIfCancelled(signal);
    for (const reader of this.#readers.splice(0)) reader.close();
    const { before, after } = compactFile(db, () => this.#opened.connect('vacuum'));
    // VACUUM itself looks like another program's change of the schema.
    this.#write(inspect);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#identity.note();
    return { before, after: after() };
  }

  /** Makes the rolling copy beside the store now; gives its path. */
  async backup(): Promise<string> {
    this.#mustWrite();
    return this.#backup.then(() => this.#copy());
  }

  async #copy(): Promise<string> {
    const db = this.#opened.connect('read');
    return backUp(db).finally(() => db.close());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#backup;
    this.#lookAtFile();
    // A writer that closes last would move its log into whatever file is there.
    if (this.#gone) return this.#leave();
    for (const reader of this.#readers.splice(0)) reader.close();
    this.#watch.close();
    const isLast = this.#writer && endSession(this.#writer, this.#opened.session);
    this.#writer?.close();
    if (isLast) this.#identity.disown();
    this.#identity.release();
  }

  /** Lets go of a file that is not the one at the path any more. */
  #leave(): void {
    this.#writer?.close();
    this.#watch.close();
    this.#identity.dropLog();
    this.#identity.release();
  }

  #lookAtFile(): void {
    const change = this.#gone ? null : this.#identity.look();
    if (change === null) return;
    this.#gone = new Failure('store.replaced', { store: this.#opened.path, change });
    // A read of an older state would keep what was committed after it in the log, and the log is left behind.
    for (const reader of [...this.#readers.splice(0), ...this.#atWork]) reader.close();
    // What was committed belongs to the file that was opened, which may be somewhere else now; it is not put to another one.
    if (this.#writer && (change === 'replaced' || change === 'deleted'))
      this.#writer.value('PRAGMA wal_checkpoint(FULL)');
    this.#leave();
  }

  /** As it was opened: not closed, and the path still leads to the same file. */
  #mustBeOpened(): void {
    this.#mustBeOpen();
    this.#lookAtFile();
    if (this.#gone) throw this.#gone;
  }

  #mustBeOpen(): void {
    if (this.#closed)
      throw new Failure('store.unreachable', { store: this.#opened.path, reason: say('it was closed') });
  }

  #mustWrite(): FileConnection {
    this.#mustBeOpened();
    const { path: store, isFull, held } = this.#opened;
    if (held) throw held;
    if (!this.#writer) throw new Failure(isFull ? 'store.full' : 'store.readOnly', { store });
    return this.#writer;
  }

  #takeReader(): FileConnection {
    this.#mustBeOpened();
    const db = this.#readers.pop() ?? this.#opened.connect('read');
    this.#atWork.add(db);
    try {
      this.#look(db);
      return db;
    } catch (error) {
      this.#giveBack(db);
      throw error;
    }
  }

  /**
   * After a commit of anybody: was it one that the log does not know of? A store that is only read cannot note it. `db` is the connection
   * that will read next: with thousands of tables what takes time is that a connection reads a changed schema again.
   */
  #look(db: FileConnection): void {
    if (!this.#writer) return;
    const version = this.#watch.value('PRAGMA data_version') as number;
    if (version === this.#looked) return;
    try {
      if (isSuspicious(db)) this.#write(() => undefined);
      this.#looked = version;
    } catch (error) {
      // Somebody is writing: the next read looks again.
      if (!Failure.is(error, 'store.locked')) throw error;
    }
  }

  #giveBack(db: FileConnection): void {
    this.#atWork.delete(db);
    if (this.#closed || this.#gone || this.#readers.length >= keptReaders) db.close();
    else this.#readers.push(db);
  }

  /** A read in pages, which ends with the reason when the file goes away between two of them. */
  async *#reading<T, End>(work: (db: FileConnection) => AsyncGenerator<T, End>): AsyncGenerator<T, End> {
    const db = this.#takeReader();
    try {
      return yield* work(db);
    } catch (error) {
      throw this.#gone ?? error;
    } finally {
      this.#giveBack(db);
    }
  }

  /** One short read transaction: what is resolved in it may be used in it, and nowhere else. */
  #read<T>(work: (db: FileConnection) => T): T {
    const db = this.#takeReader();
    try {
      return db.transaction('read', () => work(db));
    } finally {
      this.#giveBack(db);
    }
  }

  /** Where there is no log, a file that was written over in its place shows by what is missing in it. */
  #mustBeEntered(db: FileConnection): void {
    const { session, path } = this.#opened;
    if (session === null || isEntered(db, session)) return;
    throw new Failure('store.replaced', { store: path, change: 'overwritten' });
  }

  /** One write transaction. `durable`: it must outlive a power cut once it is committed. */
  #write<T>(work: (db: FileConnection) => T, durability: 'durable' | 'plain' = 'plain'): T {
    const db = this.#mustWrite();
    const usual = db.value('PRAGMA synchronous') as number;
    if (durability === 'durable') db.exec('PRAGMA synchronous = FULL');
    try {
      return withRoom(db, () =>
        db.transaction('write', () => {
          this.#mustBeEntered(db);
          return recorded(db, () => work(db));
        }),
      );
    } finally {
      if (durability === 'durable') db.exec(`PRAGMA synchronous = ${usual}`);
      this.#identity.note();
    }
  }
}
