/**
 * The store port: what every backend answers. All failures are `Failure`s; a call that fails has changed nothing.
 * Streams are pulled: a page is read when the one before has been taken, and `return()` (leaving a `for await`) ends the read.
 */
import type { DeltaCounts, DeltaPage } from './change.ts';
import type { PageColumn, RowPage } from './page.ts';
import type { HashRange } from './rowHash.ts';
import type { TableInfo, TableName } from './table.ts';
import type { Value } from './value.ts';
import type { Snapshot, SnapshotLevel, Version } from './version.ts';

/**
 * Whose SQL a store runs for a person. `own`: that of docs/dialect.md, held to its types before it runs. `matrixone`: the server's, by
 * its release. `none`: no SQL at all. What each can do besides is the table of `src/git4data/dialects.ts`.
 */
export type Dialect = 'own' | 'matrixone' | 'none';

/**
 * What a connection is and can do, asked once after it was opened. What differs between backends is said here by the backend: nobody
 * asks which one it is.
 */
export interface StoreFacts {
  /** What the backend is called where connections are written down; for documents and logs, and nothing depends on it. */
  readonly kind: string;
  /** What a person calls it: a file path or `host:port`. */
  readonly label: string;
  readonly engine: string;
  /** The server's release, as `4.1.4`; null where there is no server or it does not say. */
  readonly release: string | null;
  /** Whether what goes over the network is encrypted; left out where nothing does. */
  readonly encrypted?: boolean;
  readonly readOnly: boolean;
  readonly dialect: Dialect;
  /** What can be pinned: the account and the cluster where this connection may. */
  readonly snapshotLevels: readonly SnapshotLevel[];
  /** Statements run on another machine, whose time others share, and which goes on with them when this program has ended. */
  readonly isRemote: boolean;
  /** Others use it by programs of other versions: what is moved forward for all of them is asked first. */
  readonly isShared: boolean;
  /** False where `changeCount` knows of this program's own changes only, so that people look again themselves. */
  readonly seesOthers: boolean;
  /** What cannot be done here, or only in another way: one sentence each, for people. */
  readonly limits: readonly string[];
  /** What happened when it was opened that a person should know: one sentence each. */
  readonly notes?: readonly string[];
}

/** A part of the rows by chance: the same rows on every engine for the same salt. */
export interface SampleRule {
  readonly salt: string;
  /** Share of the selected rows in (0, 1], by the row hash under this salt: uniform, and new for every salt. */
  readonly share: number;
}

/** Which rows of which version are wanted, and in which order; what is left out of it means all of them. */
export interface RowsRequest {
  readonly table: TableName;
  readonly at: Version;
  /** Columns to read, in this order. */
  readonly columns: readonly string[];
  /** `key`: ascending primary key. `hash`: by (row hash under `salt`, canonical key): the same rows in the same order on every engine. */
  readonly order: 'key' | 'hash';
  /**
   * Key columns for the hash; default the primary key. Must be unique at this version (`table.duplicateKey` names the first that is
   * not), and nowhere NULL (`value.refused`).
   */
  readonly key?: readonly string[];
  /** Needed for `hash` order, `range` and `withHash`. */
  readonly salt?: string;
  readonly range?: HashRange;
  readonly sample?: SampleRule;
  readonly withHash?: boolean;
  /** The first so many of them in this order, at least 1; a store looks at no more rows than it must. */
  readonly limit?: number;
  /** They will be wanted again, or others of their version: whoever can keep them at hand may. Changes no answer. */
  readonly again?: boolean;
  /** Rows a page, default 8,192. */
  readonly pageRows?: number;
}

/** Which two versions of a table are compared, and how the changed rows are answered. */
export interface DeltaRequest {
  readonly table: TableName;
  readonly from: Version;
  readonly to: Version;
  /** Net over these columns only (key columns always count); default every common column. */
  readonly columns?: readonly string[];
  /** `key` (default) or `hash`, as in `RowsRequest`. */
  readonly order?: 'key' | 'hash';
  readonly key?: readonly string[];
  readonly salt?: string;
  readonly withHash?: boolean;
  readonly pageRows?: number;
  /** Columns that somebody looks at, besides the key; the others count all the same, and a store may read them or not. */
  readonly shown?: readonly string[];
  readonly limit?: number;
}

/** One statement of the user's, in MySQL words; `{SNAPSHOT='…'}` hints are understood, git-for-data statements where the engine has them itself. */
export interface QueryRequest {
  readonly sql: string;
  readonly values?: readonly Value[];
  /** The database of unqualified names. */
  readonly database?: string | null;
  readonly pageRows?: number;
}

/** How a statement ended. A statement with rows yields pages first; `columns` is empty for one without. */
export interface QueryEnd {
  readonly columns: readonly PageColumn[];
  readonly rows: number;
  /** Rows changed by DML, 0 otherwise. */
  readonly affected: number;
}

/** A statement of ours with its values in the order of its `?`; several of them make one transaction. */
export interface Write {
  readonly sql: string;
  readonly values: readonly Value[];
  /** Fail with `row.conflict`, and undo the whole transaction, unless exactly this many rows were changed. */
  readonly expect?: number;
}

/** What can be restored. */
export type RestoreTarget =
  | { readonly level: 'table'; readonly table: TableName }
  | { readonly level: 'database'; readonly database: string };

/** What a snapshot can be made of; account (null: the connection's own) and cluster only where the server has them. */
export type SnapshotTarget =
  | RestoreTarget
  | { readonly level: 'account'; readonly account: string | null }
  | { readonly level: 'cluster' };

/** The database that a restore changes, or changes tables of. */
export const databaseOf = (target: RestoreTarget): string =>
  target.level === 'table' ? target.table.database : target.database;

/** Whether a snapshot of this target can be restored from: tables and databases alone. */
export const isRestoreTarget = (target: SnapshotTarget): target is RestoreTarget =>
  target.level === 'table' || target.level === 'database';

/** The database and the table that a target names, each null above its level. */
export function databaseAndTable(target: SnapshotTarget): {
  readonly database: string | null;
  readonly table: string | null;
} {
  if (target.level === 'table') return target.table;
  return { database: target.level === 'database' ? target.database : null, table: null };
}

/** What a restore changes, or changed, in one table. */
export interface TableChange {
  readonly table: TableName;
  readonly counts: DeltaCounts;
}

/** What a restore would do. `digest` stands for exactly this state: a restore that names it fails (`restore.moved`) if the state moved. */
export interface RestorePreview {
  readonly target: RestoreTarget;
  readonly to: string;
  readonly tables: readonly TableChange[];
  /** Tables that exist now and would be dropped (database level), or come back. */
  readonly dropped: readonly TableName[];
  readonly revived: readonly TableName[];
  /** Tables whose columns or key are other ones now, and are put back; the counts are over the columns that both have. */
  readonly reshaped: readonly TableName[];
  /** Rights that are lost with the tables it makes anew: the GRANT statements that give them back. */
  readonly lostGrants: readonly string[];
  /** What a person must know before saying yes, one sentence each. */
  readonly warnings: readonly string[];
  readonly digest: string;
}

/** What a restore did, after it was committed. */
export interface RestoreResult {
  readonly rowsChanged: number;
  readonly safetySnapshot: string;
  /** True when after the restore the delta to the snapshot was read again and is empty, and the row counts agree. */
  readonly verified: boolean;
}

/** A row by its key: as it has to be now, and as it is to be; null where there is no row. In the order of `RowEdits.columns`. */
export interface RowEdit {
  readonly now: readonly Value[] | null;
  readonly wanted: readonly Value[] | null;
}

/** Rows of one table that are put to other values by their key: all of it happens, in one transaction, or nothing does. */
export interface RowEdits {
  readonly table: TableName;
  /** Every column of the table. */
  readonly columns: readonly string[];
  /** Each of another key, and none that is already as it is wanted. */
  readonly edits: readonly RowEdit[];
  /** Made of the table before anything changes; must be free. */
  readonly safetySnapshot: string;
}

/** Which two tables are to be one again: what `source` is at `at`, and `into` as it is now. */
export interface SidesRequest {
  readonly source: TableName;
  readonly at: Version;
  readonly into: TableName;
  /** Rows a page, default 8,192. */
  readonly pageRows?: number;
}

/** A row by its key as it was where the two parted (`base`), as it is in the source (`theirs`) and in the other one (`ours`); null where there is none. */
export interface SidesRow {
  readonly base: readonly Value[] | null;
  readonly theirs: readonly Value[] | null;
  readonly ours: readonly Value[] | null;
}

/** Some of the rows that the source changed and that are another one in the other table. */
export interface SidesPage {
  /** Every column, in the order of the table. */
  readonly columns: readonly PageColumn[];
  readonly key: readonly string[];
  readonly rows: readonly SidesRow[];
}

/** How a delta is found: from the engine's log of changes, by the server's DIFF, or by comparing the two versions row by row. */
export interface DeltaWay {
  readonly way: 'log' | 'diff' | 'compare';
  /** Why not in the first way, in one sentence; null where it is the first. */
  readonly why: string | null;
}

/** Disk that snapshots keep besides the rows of now: images of what changed since, and tables that were dropped or made anew. In bytes. */
export interface KeptDisk {
  readonly bytes: number;
  /** False: there is more, and looking stopped. */
  readonly isWhole: boolean;
  /** What of it each snapshot is there for, by its share of the images; empty where looking stopped. */
  readonly snapshots: readonly { readonly name: string; readonly bytes: number }[];
}

/** A stretch of time in which a table, a database or more can be read at any moment (point-in-time recovery). */
export interface RecoveryWindow {
  readonly name: string;
  readonly level: SnapshotLevel;
  /** Null above database level. */
  readonly database: string | null;
  /** Null above table level. */
  readonly table: string | null;
  /** Milliseconds since 1970 UTC; it ends now. */
  readonly since: number;
  /** Its length as it was declared: `7 d`. */
  readonly length: string;
}

/** A table that was made as a branch of another and is merged back later. */
export interface Branch {
  readonly table: TableName;
  /** Null when it was dropped since. */
  readonly of: TableName | null;
  /** Nanoseconds since 1970 UTC, decimal. */
  readonly createdAt: string;
}

/**
 * The store port: a connection to versioned tables. Every call that fails has changed nothing, answers `cancelled` when
 * its signal is aborted, and is answered alike by every backend (the contract suite in test/stores).
 */
export interface Store {
  facts(): Promise<StoreFacts>;
  databases(): Promise<string[]>;
  /** Tables of a database in name order; the registry's and internal tables are not listed as a user's. */
  tables(database: string): Promise<TableInfo[]>;
  /** The table as of a version; `table.unknown`, `version.unknown`. */
  table(name: TableName, at?: Version): Promise<TableInfo>;
  countRows(name: TableName, at?: Version): Promise<number>;

  /** Newest first; `version.unlistable` where the role may not list them. */
  snapshots(): Promise<Snapshot[]>;
  /** The snapshot of that name if it holds the table, also where snapshots cannot be listed; null if there is none. */
  findSnapshot(name: string, table: TableName): Promise<Snapshot | null>;
  /** Of one table, where looking stops after some hundred megabytes, or of all of them; null where the engine does not tell. */
  keptDisk(of: TableName | null): Promise<KeptDisk | null>;
  /** Empty where there are none or the role may not list them. */
  recoveryWindows(): Promise<RecoveryWindow[]>;
  branches(): Promise<Branch[]>;
  createSnapshot(name: string, target: SnapshotTarget): Promise<Snapshot>;
  dropSnapshot(name: string): Promise<void>;

  readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void>;
  countDelta(request: DeltaRequest, signal?: AbortSignal): Promise<DeltaCounts>;
  readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void>;
  deltaWay(request: DeltaRequest): Promise<DeltaWay>;
  /**
   * The rows that a table changed since it and another one were one, and what became of each in the other, in the order of the key; at
   * least one page. `branch.unrelated` where they never were one, `table.noKey`, `delta.schemaChanged`.
   */
  readSides(request: SidesRequest, signal?: AbortSignal): AsyncGenerator<SidesPage, void>;

  previewRestore(target: RestoreTarget, to: string, signal?: AbortSignal): Promise<RestorePreview>;
  /** Safety snapshot, restore and verification, as one transaction where the engine can. `safetyName` must be free. */
  restore(preview: RestorePreview, safetyName: string, signal?: AbortSignal): Promise<RestoreResult>;

  /**
   * Looks at each row and puts it as it is wanted, after a safety snapshot, and looks again before the commit. `row.conflict` names the
   * first key whose row is not as it has to be now; `table.noKey`, `column.unknown`, `value.refused`, `version.exists`.
   */
  editRows(edits: RowEdits, signal?: AbortSignal): Promise<RestoreResult>;

  query(request: QueryRequest, signal?: AbortSignal): AsyncGenerator<RowPage, QueryEnd>;
  /** Several statements as one transaction; the affected rows of each. */
  write(statements: readonly Write[]): Promise<number[]>;

  /** Grows with every commit of anybody (of this program only where `facts.seesOthers` is false); cheap. */
  changeCount(): Promise<number>;
  /** Gives unused space back; sizes in bytes. */
  compact(signal?: AbortSignal): Promise<{ before: number; after: number }>;
  close(): Promise<void>;
}

/** A bulk load into a table: all of it happens, in one transaction, or nothing does. */
export interface LoadRequest {
  readonly table: TableName;
  /** Created with these columns when the table does not exist; else columns are matched by name. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  readonly key: readonly string[];
  /** `upsert` inserts and updates; `sync` also deletes rows that are not in the file. */
  readonly mode: 'upsert' | 'sync';
  /** A snapshot made of an existing table before anything changes, in the same transaction; null for none. */
  readonly safetySnapshot: string | null;
  /** `load.tooManyDeletes` above this share of the table's rows; null allows any. */
  readonly maxDeletes: number | null;
  /** Names of `columns` that an existing table does not have, which are added to it. */
  readonly added?: readonly string[];
}

/**
 * What a load changed, after it was committed; the counts are net, so a row that is loaded as it was is `unchanged`.
 */
export interface LoadResult extends DeltaCounts {
  /** Rows of the file. */
  readonly rows: number;
  readonly unchanged: number;
  readonly safetySnapshot: string | null;
  readonly created: boolean;
}

/** Rows on their way in: values in the order of `LoadRequest.columns`; `line` is where row 0 stood in the file, for errors. */
export interface LoadBatch {
  readonly rows: readonly (readonly Value[])[];
  readonly lines: readonly number[] | null;
}

/** A store in this process, which can also take rows in bulk. All or nothing. */
export interface LocalStore extends Store {
  /** Whether a column of this declared type can be made that keeps every value of the type exactly. */
  holds(type: string): boolean;
  /** Plain numbers are wanted as their file spells them, as texts: what takes a file of text itself need not read and write each. */
  readonly takesSpelled?: true;
  load(request: LoadRequest, batches: AsyncIterable<LoadBatch>, signal?: AbortSignal): Promise<LoadResult>;
}

/** What a backup holds beside its store, and what became of the two. Ages in seconds; null where the store is not there, or not readable. */
export interface StoreRecovery {
  /** The backup. */
  readonly file: string;
  /** It opened and passed its check: nothing else is offered. */
  readonly checked: true;
  readonly rows: { readonly store: number | null; readonly backup: number };
  readonly age: { readonly store: number | null; readonly backup: number };
  readonly swapped: boolean;
  /** Where the file that it replaced is. */
  readonly kept: string | null;
}
