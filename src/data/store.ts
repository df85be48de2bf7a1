/**
 * The store port: what every backend answers. All failures are `Failure`s; a call that fails has changed nothing.
 * Streams are pulled: a page is read when the one before has been taken, and `return()` (leaving a `for await`) ends the read.
 */
import type { DeltaCounts, DeltaPage } from './change.ts';
import type { PageColumn, RowPage } from './page.ts';
import type { HashRange } from './rowHash.ts';
import type { TableInfo, TableName } from './table.ts';
import type { Value } from './value.ts';
import type { Snapshot, Version } from './version.ts';

export interface StoreFacts {
  readonly kind: 'embedded' | 'matrixone' | 'memory';
  /** What a person calls it: a file path or `host:port`. */
  readonly label: string;
  readonly engine: string;
  readonly readOnly: boolean;
}

export interface SampleRule {
  readonly salt: string;
  /** Share of the selected rows in (0, 1], by the row hash under this salt: uniform, and new for every salt. */
  readonly share: number;
}

export interface RowsRequest {
  readonly table: TableName;
  readonly at: Version;
  /** Columns to read, in this order. */
  readonly columns: readonly string[];
  /** `key`: ascending primary key. `hash`: by (row hash under `salt`, canonical key): the same rows in the same order on every engine. */
  readonly order: 'key' | 'hash';
  /** Key columns for the hash; default the primary key. Must be unique at this version (`table.duplicateKey` names the first that is not). */
  readonly key?: readonly string[];
  /** Needed for `hash` order, `range` and `withHash`. */
  readonly salt?: string;
  readonly range?: HashRange;
  readonly sample?: SampleRule;
  readonly withHash?: boolean;
  /** Rows a page, default 8,192. */
  readonly pageRows?: number;
}

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
  readonly limit?: number;
}

/** One statement of the user's, in MySQL words, without git-for-data statements; `{SNAPSHOT='…'}` hints are understood. */
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

export interface Write {
  readonly sql: string;
  readonly values: readonly Value[];
  /** Fail with `row.conflict`, and undo the whole transaction, unless exactly this many rows were changed. */
  readonly expect?: number;
}

export type SnapshotTarget =
  | { readonly level: 'table'; readonly table: TableName }
  | { readonly level: 'database'; readonly database: string };

export interface TableChange {
  readonly table: TableName;
  readonly counts: DeltaCounts;
}

/** What a restore would do. `digest` stands for exactly this state: a restore that names it fails (`restore.moved`) if the state moved. */
export interface RestorePreview {
  readonly target: SnapshotTarget;
  readonly to: string;
  readonly tables: readonly TableChange[];
  /** Tables that exist now and would be dropped (database level), or come back. */
  readonly dropped: readonly TableName[];
  readonly revived: readonly TableName[];
  /** Tables whose columns or key are other ones now, and are put back; the counts are over the columns that both have. */
  readonly reshaped: readonly TableName[];
  readonly digest: string;
}

export interface RestoreResult {
  readonly rowsChanged: number;
  readonly safetySnapshot: string;
  /** True when after the restore the delta to the snapshot was read again and is empty, and the row counts agree. */
  readonly verified: boolean;
}

export interface Store {
  facts(): Promise<StoreFacts>;
  databases(): Promise<string[]>;
  /** Tables of a database in name order; the registry's and internal tables are not listed as a user's. */
  tables(database: string): Promise<TableInfo[]>;
  /** The table as of a version; `table.unknown`, `version.unknown`. */
  table(name: TableName, at?: Version): Promise<TableInfo>;
  countRows(name: TableName, at?: Version): Promise<number>;

  snapshots(): Promise<Snapshot[]>;
  createSnapshot(name: string, target: SnapshotTarget): Promise<Snapshot>;
  dropSnapshot(name: string): Promise<void>;

  readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void>;
  countDelta(request: DeltaRequest, signal?: AbortSignal): Promise<DeltaCounts>;
  readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void>;
  /** How the delta is found, in one word for people: `log`, `diff`, `compare`. */
  deltaWay(request: DeltaRequest): Promise<string>;

  previewRestore(target: SnapshotTarget, to: string, signal?: AbortSignal): Promise<RestorePreview>;
  /** Safety snapshot, restore and verification as one transaction. `safetyName` must be free. */
  restore(preview: RestorePreview, safetyName: string, signal?: AbortSignal): Promise<RestoreResult>;

  query(request: QueryRequest, signal?: AbortSignal): AsyncGenerator<RowPage, QueryEnd>;
  /** Several statements as one transaction; the affected rows of each. */
  write(statements: readonly Write[]): Promise<number[]>;

  /** Grows with every commit of anybody, this process included; cheap. */
  changeCount(): Promise<number>;
  /** Gives unused space back; sizes in bytes. */
  compact(signal?: AbortSignal): Promise<{ before: number; after: number }>;
  close(): Promise<void>;
}

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
}

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
  load(request: LoadRequest, batches: AsyncIterable<LoadBatch>, signal?: AbortSignal): Promise<LoadResult>;
}
