/** A MatrixOne server behind the store port. */
import { say } from '../../base/say.ts';
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
  RowEdits,
  RowsRequest,
  SidesPage,
  SidesRequest,
  SnapshotTarget,
  StoreFacts,
  Write,
} from '../../data/store.ts';
import type { TableInfo, TableName } from '../../data/table.ts';
import { live, type Snapshot, type Version } from '../../data/version.ts';
import { listDatabases, listTables, readTable } from './tables/catalog.ts';
import { countDelta, deltaWay, readDelta } from './delta/delta.ts';
import { readSides } from './delta/sides.ts';
import { dropLeft } from './delta/scratch.ts';
import { dropLeftStages } from './load/leftStages.ts';
import { branches, recoveryWindows } from './tables/recovery.ts';
import { load } from './load/load.ts';
import { openServer } from './wire/openServer.ts';
import { query, UserSession } from './statements/query.ts';
import { limitsOf } from './wire/release.ts';
import { editRows } from './restore/editRows.ts';
import { previewRestore, restore } from './restore/restore.ts';
import { countRows, readRows } from './tables/rows.ts';
import type { Server } from './wire/server.ts';
import type { ServerOptions } from './login/serverOptions.ts';
import { Snapshots } from './tables/snapshots.ts';
import { write } from './wire/write.ts';

/** Where a server is, how it is spoken to, and whether it may be written to. */
export interface StoreOptions extends ServerOptions {
  /** Refuses whatever would change something, before it is sent. */
  readonly readOnly: boolean;
}

const accountLevels = ['table', 'database', 'account'] as const;

/** The sys account alone has the cluster. */
const isSys = (user: string): boolean => !/[:#]/.test(user) || /^sys[:#]/.test(user);

/** The store port over a server, for one user and one account. */
export class MatrixoneStore implements LocalStore {
  readonly takesSpelled = true;
  readonly #server: Server;
  readonly #snapshots: Snapshots;
  readonly #user: UserSession;
  readonly #readOnly: boolean;
  readonly #isSys: boolean;
  readonly #limits: readonly string[];
  /** Own changes; nobody tells of those of others. */
  #changes = 0;

  static async open(options: StoreOptions, signal?: AbortSignal): Promise<MatrixoneStore> {
    return new MatrixoneStore(await openServer(options, signal), options);
  }

  private constructor(server: Server, { readOnly, user }: Pick<StoreOptions, 'readOnly' | 'user'>) {
    this.#server = server;
    this.#snapshots = new Snapshots(server);
    this.#user = new UserSession(server);
    this.#readOnly = readOnly;
    this.#isSys = isSys(user);
    this.#limits = limitsOf(server.release);
  }

  async facts(): Promise<StoreFacts> {
    const release = this.#server.release.join('.');
    return {
      kind: 'matrixone',
      label: this.#server.label,
      engine: `MatrixOne ${release}`,
      release,
      encrypted: this.#server.isEncrypted,
      readOnly: this.#readOnly,
      dialect: 'matrixone',
      snapshotLevels: this.#isSys ? [...accountLevels, 'cluster'] : accountLevels,
      isRemote: true,
      isShared: true,
      seesOthers: false,
      limits: this.#limits,
    };
  }

  databases(): Promise<string[]> {
    return listDatabases(this.#server);
  }

  tables(database: string): Promise<TableInfo[]> {
    return listTables(this.#server, database);
  }

  table(name: TableName, at: Version = live): Promise<TableInfo> {
    return readTable(this.#server, name, at);
  }

  countRows(name: TableName, at: Version = live): Promise<number> {
    return countRows(this.#server, name, at);
  }

  snapshots(): Promise<Snapshot[]> {
    return this.#snapshots.list();
  }

  findSnapshot(name: string, table: TableName): Promise<Snapshot | null> {
    return this.#snapshots.find(name, table);
  }

  /** A server does not tell what of its objects a snapshot holds. */
  async keptDisk(): Promise<null> {
    return null;
  }

  recoveryWindows(): Promise<RecoveryWindow[]> {
    return recoveryWindows(this.#server);
  }

  branches(): Promise<Branch[]> {
    return branches(this.#server);
  }

  createSnapshot(name: string, target: SnapshotTarget): Promise<Snapshot> {
    return this.#changing(() => this.#snapshots.create(name, target));
  }

  dropSnapshot(name: string): Promise<void> {
    return this.#changing(() => this.#snapshots.drop(name));
  }

  readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void> {
    return readRows(this.#server, request, signal);
  }

  countDelta(request: DeltaRequest, signal?: AbortSignal): Promise<DeltaCounts> {
    return countDelta(this.#server, request, signal, !this.#readOnly);
  }

  readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void> {
    return readDelta(this.#server, request, signal, !this.#readOnly);
  }

  readSides(request: SidesRequest, signal?: AbortSignal): AsyncGenerator<SidesPage, void> {
    return readSides(this.#server, request, signal);
  }

  deltaWay(request: DeltaRequest): Promise<DeltaWay> {
    return deltaWay(this.#server, request);
  }

  previewRestore(target: RestoreTarget, to: string, signal?: AbortSignal): Promise<RestorePreview> {
    return previewRestore(this.#server, target, to, signal);
  }

  restore(preview: RestorePreview, safetyName: string, signal?: AbortSignal): Promise<RestoreResult> {
    return this.#changing(() => restore(this.#server, preview, safetyName, signal));
  }

  editRows(edits: RowEdits, signal?: AbortSignal): Promise<RestoreResult> {
    return this.#changing(() => editRows(this.#server, this.#snapshots, edits, signal));
  }

  query(request: QueryRequest, signal?: AbortSignal): AsyncGenerator<RowPage, QueryEnd> {
    const context = {
      server: this.#server,
      user: this.#user,
      readOnly: this.#readOnly,
      changed: () => {
        this.#changes++;
      },
    };
    return query(context, request, signal);
  }

  write(statements: readonly Write[]): Promise<number[]> {
    return this.#changing(() => write(this.#server, statements));
  }

  /** The server judges what is no number. */
  holds(type: string): boolean {
    const precision = /^(?:DECIMAL|NUMERIC|DEC)\s*\(\s*(\d+)/i.exec(type.trim())?.[1];
    return precision === undefined || Number(precision) <= 38;
  }

  load(request: LoadRequest, batches: AsyncIterable<LoadBatch>, signal?: AbortSignal): Promise<LoadResult> {
    return this.#changing(() => load(this.#server, this.#snapshots, request, batches, signal));
  }

  async changeCount(): Promise<number> {
    return this.#changes;
  }

  async compact(signal?: AbortSignal): Promise<{ before: number; after: number }> {
    throwIfCancelled(signal);
    throw new Failure('store.unsupported', {
      what: say(
        'A MatrixOne server gives unused space back by itself, once no snapshot and no recovery window needs it.',
      ),
      hint: say('Drop snapshots that are not needed any more.'),
    });
  }

  /** `scratch.left`, `scratch.leftRows` when a scratch database or table could not be dropped; it is closed all the same. */
  async close(): Promise<void> {
    this.#user.release();
    const databases = await dropLeft(this.#server);
    const tables = await dropLeftStages(this.#server);
    await this.#server.close();
    const { label: store } = this.#server;
    if (databases.length > 0) throw new Failure('scratch.left', { store, databases: databases.join(', ') });
    if (tables.length > 0) throw new Failure('scratch.leftRows', { store, tables: tables.join(', ') });
  }

  async #changing<T>(work: () => Promise<T>): Promise<T> {
    if (this.#readOnly) throw new Failure('store.readOnly', { store: this.#server.label });
    try {
      return await work();
    } finally {
      // What failed may have run.
      this.#changes++;
    }
  }
}
