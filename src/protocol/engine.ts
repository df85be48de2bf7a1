/** What crosses to an engine process: one process serves one store, and everything that reads or writes files for it. */
import { isFile } from '../data/place.ts';
import type { Translations } from '../base/say.ts';
import type { DeltaCounts, DeltaPage } from '../data/change.ts';
import type { RowPage } from '../data/page.ts';
import type { Reading } from '../data/loading/reading.ts';
import type { HashRange } from '../data/rowHash.ts';
import type {
  Branch,
  DeltaRequest,
  DeltaWay,
  KeptDisk,
  LoadResult,
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
  StoreRecovery,
  Write,
} from '../data/store.ts';
import type { TableInfo, TableName } from '../data/table.ts';
import type { Snapshot, Version } from '../data/version.ts';
import type { Stream } from './rpc.ts';

/**
 * What Node is told for an engine process. While rows stream through, V8 would give what dies young 128 MB and more; with two
 * halves of 16 MB (to which it rounds the 12), of that size from the start, the process stays small, and is not slower
 * (bench/README.md).
 */
export const engineArguments: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  '--min-semi-space-size=12',
  '--max-semi-space-size=12',
];

/** A store that is a file, or what its kind makes of a path. */
export interface OpenFile {
  /** One of `fileKinds`. */
  readonly kind: string;
  readonly path: string;
  readonly readOnly: boolean;
  /** Create the file when it is missing; else `store.unreachable`. */
  readonly create: boolean;
  readonly cacheMb?: number;
}

/** How a server is reached, checked by whoever made it from a URL or a configuration. */
export interface OpenMatrixone {
  readonly kind: 'matrixone';
  readonly host: string;
  readonly port: number;
  /** `user`, `account:user` or `account:user:role`. */
  readonly user: string;
  /** Null: the user has none. It crosses to the process that connects, and is kept nowhere else. */
  readonly password: string | null;
  /** The database of unqualified names. */
  readonly database: string | null;
  readonly tls: 'off' | 'preferred' | 'required';
  /** The certificate of the authority to trust (PEM text); null: those of the system. */
  readonly ca: string | null;
  readonly readOnly: boolean;
  /** After it a statement of ours is killed: the server has no limit of its own. */
  readonly statementTimeoutSeconds: number;
  /** Room for cached rows in megabytes; 0 for none. */
  readonly cacheMb?: number;
}

/**
 * What an engine process is started for; the first call it is sent, and answered with a failure where it cannot be
 * opened.
 */
export type OpenRequest = OpenFile | OpenMatrixone;

/** What a person calls the store: a path, or `host:port`. */
export const storeLabel = (open: OpenRequest): string => (isFile(open) ? open.path : `${open.host}:${open.port}`);

/** A file to load into a table. The process reads the file, so its path is one of the machine the process runs on. */
export interface ImportRequest {
  readonly file: string;
  readonly table: TableName;
  /** Null: the existing table's key. */
  readonly key: readonly string[] | null;
  readonly mode: 'upsert' | 'sync';
  readonly safetySnapshot: string | null;
  readonly maxDeletes: number | null;
  /** By column of a new table: where another type than the found one is wanted, in MySQL words. */
  readonly types?: Readonly<Record<string, string>>;
  /** How the file is read, as far as it was chosen. */
  readonly reading?: Reading;
  /** Files that are read behind it, as one import. */
  readonly more?: readonly string[];
}

/** How far an import is: rows, bytes of the file that were read, and bytes of all of it, where they are known. */
export interface ImportProgress {
  readonly rows: number;
  readonly bytes?: number | null;
  readonly size?: number | null;
}

/** What was loaded, and what there is to say of the file. */
export interface ImportResult extends LoadResult {
  /** Sentences. */
  readonly notes: readonly string[];
  /** The columns that were read, as the table has them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** What the file says about itself, before anything is written. */
export interface FilePreview {
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  readonly sample: RowPage;
  /** Sentences about what was found in it. */
  readonly notes: readonly string[];
  /** Of CSV: how it is written. */
  readonly dialect: {
    readonly separator: string;
    readonly quote: string;
    readonly encoding: string;
    readonly header: boolean;
  } | null;
}

/** What was seen of a column. */
export interface ColumnProfile {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** No two rows share a value, and no row lacks one. */
  readonly unique: boolean;
  /** Different values; null when there are more than are counted. */
  readonly distinct: number | null;
  /** Rows without a value. */
  readonly empty: number;
}

/** Two rows that share the values of what was to be unique: their numbers, counted from 1, and those values. */
export interface Repeat {
  readonly first: number;
  readonly second: number;
  readonly values: readonly string[];
}

/** What a form needs to know of a table, of its first rows by its key. */
export interface TableProfile {
  readonly rows: number;
  /** False when the table has more rows than were looked at. */
  readonly whole: boolean;
  readonly columns: readonly ColumnProfile[];
  readonly sample: RowPage;
}

/** What a form needs to know of a file: what is in it, and what could be its key. */
export interface FileProfile extends TableProfile {
  readonly format: FilePreview['format'];
  readonly dialect: FilePreview['dialect'];
  /** Sentences about what was found in it. */
  readonly notes: readonly string[];
  /** Sets of columns that no two rows share, the likeliest key first. */
  readonly keys: readonly (readonly string[])[];
  /** What became of the key that was asked about; null when none was. */
  readonly asked: { readonly unique: boolean; readonly repeat: Repeat | null } | null;
}

export interface ExportRequest {
  readonly table: TableName;
  readonly at: Version;
  readonly file: string;
  /** Of CSV: what a spreadsheet would take for a formula is written as a text. */
  readonly guardCells?: boolean;
}

/** A file that is read as rows. `texts`: columns of a text format whose cells stay as they are written, where it has them. */
export interface FileRowsRequest {
  readonly file: string;
  readonly reading?: Reading;
  readonly texts?: readonly string[];
}

/** A file to be, with its columns; its name says the format. */
export interface NewRowsFile {
  readonly file: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  readonly guardCells?: boolean;
}

/** Something with many rows, copied once into a scratch file of the engine so that a grid can jump, sort and filter in it. */
export type SpoolSource =
  | { readonly kind: 'query'; readonly query: QueryRequest }
  /** Rows that are at hand, such as three lines of a summary: shown like any others. */
  | { readonly kind: 'page'; readonly page: RowPage }
  /** A table at a version, its key first, in the order of its key. */
  | { readonly kind: 'table'; readonly table: TableName; readonly at: Version }
  | { readonly kind: 'delta'; readonly delta: DeltaRequest };

/**
 * A condition on one column of a spool, by what is shown of its cells; null is NULL. `is`: the value of the row, which for a
 * deleted one is what it was. `became`: an updated row that had the one and has the other. `changed`: an updated row whose
 * value is another one now. `between`: the value of the row, both ends among them; numbers by their order, dates as texts.
 */
export type CellFilter =
  | { readonly kind: 'is'; readonly column: number; readonly value: string | null }
  | { readonly kind: 'became'; readonly column: number; readonly from: string | null; readonly to: string | null }
  | { readonly kind: 'changed'; readonly column: number }
  | { readonly kind: 'between'; readonly column: number; readonly from: number | string; readonly to: number | string };

/** Which rows of a spool are in view, and in which order; every condition has to hold. */
export interface SpoolView {
  /** Columns, the one that counts most first. */
  readonly sort: readonly { readonly column: number; readonly descending: boolean }[];
  /** Rows whose shown text contains it, in any column. */
  readonly filter: string;
  /** Delta rows of that flag only. */
  readonly flag: 'inserted' | 'updated' | 'deleted' | null;
  readonly cells: readonly CellFilter[];
  /** Delta rows whose row hash lies there: those of one side of a training. */
  readonly hashes: HashRange | null;
}

/** All rows, as they came. */
export const wholeView: SpoolView = { sort: [], filter: '', flag: null, cells: [], hashes: null };

/** What the updated rows of a delta changed from and to in one column, the most frequent first. */
export interface ChangedPairs {
  readonly column: number;
  readonly pairs: readonly { readonly from: string | null; readonly to: string | null; readonly rows: number }[];
  /** Pairs that are not among them, and their rows. */
  readonly others: { readonly pairs: number; readonly rows: number };
}

/** How far a spool was filled, told from time to time; the columns are known with the first of them. */
export type SpoolProgress = {
  readonly id: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: number;
};

/** A piece of a spool in the view that was asked for; one of `page` and `delta` is there, by what the spool holds. */
export interface SpoolPage {
  readonly start: number;
  /** Rows in the view in all. */
  readonly total: number;
  readonly page: RowPage | null;
  readonly delta: DeltaPage | null;
}

/**
 * How a column is spread in the delta (after-images) against the base; `value` is a category (null is NULL, … stands for
 * all that are not told one by one), or with `isRanges` the lower edge of a bin.
 */
export interface Distribution {
  readonly column: string;
  readonly isRanges: boolean;
  readonly bins: readonly { readonly value: string | null; readonly delta: number; readonly base: number }[];
}

/** All that an engine process can be asked. A name is what it works on, a slash, and what is done. */
export interface EngineContract {
  calls: {
    /** Before `store/open`, where the person reads another language than English. */
    'process/language': (p: { strings: Translations }) => null;
    'store/open': (p: OpenRequest) => StoreFacts;
    'store/facts': (p: null) => StoreFacts;
    'store/databases': (p: null) => string[];
    'store/tables': (p: { database: string }) => TableInfo[];
    'store/table': (p: { table: TableName; at: Version }) => TableInfo;
    'store/countRows': (p: { table: TableName; at: Version }) => number;
    'store/write': (p: { statements: readonly Write[] }) => number[];
    'store/changeCount': (p: null) => number;
    'store/compact': (p: null) => { before: number; after: number };
    /** Removes the cached rows of the connection; the bytes that were freed. */
    'cache/clear': (p: null) => { bytes: number };
    'store/close': (p: null) => null;
    /** Needs no store to be open, and none that can be. */
    'store/recover': (p: { kind: string; path: string; swap: boolean }) => StoreRecovery;
    'snapshot/list': (p: null) => Snapshot[];
    'snapshot/create': (p: { name: string; target: SnapshotTarget }) => Snapshot;
    'snapshot/drop': (p: { name: string }) => null;
    'snapshot/find': (p: { name: string; table: TableName }) => Snapshot | null;
    'snapshot/keptDisk': (p: { of: TableName | null }) => KeptDisk | null;
    'store/recoveryWindows': (p: null) => RecoveryWindow[];
    'store/branches': (p: null) => Branch[];
    'delta/count': (p: DeltaRequest) => DeltaCounts;
    'delta/way': (p: DeltaRequest) => DeltaWay;
    'restore/preview': (p: { target: RestoreTarget; to: string }) => RestorePreview;
    'restore/run': (p: { preview: RestorePreview; safetyName: string }) => RestoreResult;
    'restore/rows': (p: RowEdits) => RestoreResult;
    'file/preview': (p: { file: string; reading?: Reading }) => FilePreview;
    /** Needs no store to be open. `key`: columns to look at together, beside those that are looked at anyway. */
    'file/profile': (p: { file: string; key: readonly string[] | null; reading?: Reading }) => FileProfile;
    /** Begins a file that is written page by page, and is there whole after `file/end`, or not at all. Needs no store to be open. */
    'file/begin': (p: NewRowsFile) => number;
    'file/write': (p: { id: number; page: RowPage }) => null;
    'file/end': (p: { id: number }) => { rows: number };
    'file/drop': (p: { id: number }) => null;
    'table/profile': (p: { table: TableName }) => TableProfile;
    'spool/page': (p: { id: number; start: number; count: number; view: SpoolView }) => SpoolPage;
    'spool/distribution': (p: { id: number; column: number }) => Distribution;
    /** For each column of a delta, the updated rows that changed in it. */
    'spool/changes': (p: { id: number }) => number[];
    'spool/pairs': (p: { id: number; column: number; view: SpoolView }) => ChangedPairs;
    'spool/close': (p: { id: number }) => null;
  };
  streams: {
    /** The rows of a file, typed by what is in it; the end has the sentences about it. Needs no store to be open. */
    'file/rows': (p: FileRowsRequest) => Stream<RowPage, { notes: readonly string[] }>;
    'rows/read': (p: RowsRequest) => Stream<RowPage>;
    'delta/read': (p: DeltaRequest) => Stream<DeltaPage>;
    'delta/sides': (p: SidesRequest) => Stream<SidesPage>;
    'query/run': (p: QueryRequest) => Stream<RowPage, QueryEnd>;
    'table/import': (p: ImportRequest) => Stream<ImportProgress, ImportResult>;
    'table/export': (p: ExportRequest) => Stream<{ rows: number }, { rows: number }>;
    /** The first item comes with the first rows; the end when all rows are in the scratch file. */
    'spool/open': (p: {
      source: SpoolSource;
      maxRows: number;
    }) => Stream<SpoolProgress, QueryEnd & { truncated: boolean }>;
    'spool/export': (p: {
      id: number;
      file: string;
      view: SpoolView;
      /** Those that are written, besides the key; null: all. */
      columns: readonly number[] | null;
      guardCells?: boolean;
    }) => Stream<{ rows: number }, { rows: number }>;
  };
  events: Record<never, never>;
}
