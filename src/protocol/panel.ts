/**
 * What crosses between the extension host and a panel, both ways. One webview bundle shows three kinds of page: `training`
 * (a training and its models), `results` (what statements gave) and `form` (from a file to a training). Webview messages are JSON plus ArrayBuffers and typed
 * arrays: no bigint outside a BigInt64Array or BigUint64Array, no Map, no Set, no field that matters when it is undefined.
 */
import type { DeltaCounts } from '../data/change.ts';
import type { DataVerdict, SuspectGroup } from '../data/judgement.ts';
import type { ModelStatus } from '../data/model.ts';
import type { PageColumn } from '../data/page.ts';
import type { RunPhase } from '../data/run.ts';
import type { FormState } from './form.ts';
import type { EpochRecord, GuardResult, Metrics, ReadSet, SliceResult, TrainResult } from '../data/trainer.ts';

/** Which of the pages a panel shows. */
export type PageKind = 'training' | 'results' | 'form';
/** What a connection is for; on `production` what writes is confirmed first. */
export type Environment = 'development' | 'staging' | 'production';

/**
 * Everything between host and page goes in an envelope. `panel` carries the rpc of `panelContracts.ts`; `trainer` carries
 * the rpc of `protocol/trainer.ts` between host and the worker in the page, which the page only forwards (buffers transferred).
 */
export type Envelope = { readonly channel: 'panel' | 'trainer'; readonly message: unknown };

// ---- the training page: what it shows ----

/** The head of the training page: what is trained, on what, with what. */
export interface TrainingHeader {
  readonly training: string;
  /** `folder › name` when there are several folders. */
  readonly connection: string;
  readonly environment: Environment;
  readonly readOnly: boolean;
  /** `db.table` */
  readonly table: string;
  readonly label: string;
  readonly learner: string;
  /** Shares of rows by row hash, as in `Training`. */
  readonly test: number;
  readonly validation: number;
  /** How rows are split, in words, where it is not by row hash: the shares tell no row's side then. */
  readonly split: string | null;
  readonly seed: number;
  readonly slices: readonly string[];
  /** What chart, matrix and lists go by, as `parseMetric` reads it. */
  readonly metric: string;
  /** Why deltatrain.json says something else than the page, as a sentence; null when it does not. */
  readonly notice: string | null;
  /** Rows of the table now; null when not counted. */
  readonly rows: number | null;
  /** What a delta run would start from: the newest accepted model's snapshot; null when there is no model yet. */
  readonly base: { readonly model: number; readonly snapshot: string } | null;
  /** Net changes from the base to live; null: not counted (then `pending` says why, as a sentence). */
  readonly counts: DeltaCounts | null;
  readonly pending: string | null;
}

/** What to do now. `none`: nothing changed since the base. `reasons` are sentences. */
export interface Advice {
  readonly kind: 'delta' | 'full' | 'none';
  readonly reasons: readonly string[];
  /** Test rows, and the smallest difference of accuracy (a share) that they can show. */
  readonly detectable: { readonly rows: number; readonly difference: number } | null;
  readonly seconds: { readonly delta: number | null; readonly full: number | null };
  /** What makes a model look better on its tests than it is, in whole sentences; left out while nobody has looked. */
  readonly leaks?: readonly string[];
}

/** A model as the training page shows it: a row of the lineage, and its details. */
export interface ModelView {
  /** Shown as `m<number>`; unique in the training. */
  readonly number: number;
  readonly parent: number | null;
  readonly kind: 'full' | 'delta';
  readonly status: ModelStatus;
  /** The promoted model, else the last full fit of the lineage. */
  readonly isBaseline: boolean;
  readonly snapshot: string;
  readonly snapshotState: 'there' | 'gone' | 'replaced';
  readonly baseSnapshot: string | null;
  /** Rows at the snapshot. */
  readonly rows: number;
  /** Base to snapshot; null for the first model of a lineage. */
  readonly delta: DeltaCounts | null;
  readonly metrics: Metrics | null;
  readonly guard: GuardResult | null;
  /** Test rows whose label differs between the parent's snapshot and this one; null without a parent. */
  readonly relabelled: number | null;
  readonly slices: readonly SliceResult[];
  readonly epochs: readonly EpochRecord[];
  readonly cost: TrainResult['cost'] | null;
  readonly seed: number;
  readonly weightsSha256: string;
  readonly artifactSha256: string;
  readonly kernelSha256: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly madeBy: string;
  readonly note: string;
  /** What the last Reproduce of this model found; null when never tried. */
  readonly reproduced: 'identical' | 'different' | null;
  /** What was said of the data that it was trained on; null for models of versions that did not judge them. */
  readonly data: DataVerdict | null;
  /** Features that are dates: numbers of slices in them are days since 1970. */
  readonly dates: readonly string[];
  /** The changed rows that cost most, the dearest first; how a group is named in a call is its place here. */
  readonly groups: readonly SuspectView[];
  /** The last change of its status: why it is what it is; null where the registry says nothing. */
  readonly settled: SettledView | null;
  /** Of an update by an exact learner, that it is what a full fit would be. */
  readonly exact: string | null;
}

/** What a model says of the changes since its snapshot, before anything is trained on them. */
export interface CheckView {
  readonly model: number;
  readonly snapshot: string;
  readonly data: DataVerdict;
  /** As in `ModelView`. */
  readonly dates: readonly string[];
  readonly groups: readonly SuspectView[];
}

/** A group of suspects as the page shows it: its rows are found again by its filter. */
export type SuspectView = Omit<SuspectGroup, 'hashes'>;

/** Who settled a model, when, and why: `sentence` says all of it. */
export interface SettledView {
  readonly sentence: string;
  /** A person's words; '' where none were given. */
  readonly note: string;
}

/** A snapshot of the table, oldest first in `TrainingState.versions`. */
export interface VersionView {
  readonly snapshot: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Null where nobody counted them. */
  readonly rows: number | null;
  /** Made by a restore or an import to be able to go back. */
  readonly safety: boolean;
}

/** A known cell of the matrix model × version. */
export interface MatrixCell {
  readonly model: number;
  readonly snapshot: string;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** What the events of a run add up to; `progressAfter` in `runProgress.ts` is the sum. */
export interface RunProgress {
  readonly reading: readonly {
    readonly set: ReadSet;
    readonly rows: number;
    readonly expected: number;
    readonly rowsPerSecond: number;
  }[];
  readonly epochs: readonly EpochRecord[];
  /** Upper bound; early stop may end before. 0 before the first epoch. */
  readonly epochsAtMost: number;
  /** Rows trained per second in the last epoch; null before the first. */
  readonly trainRowsPerSecond: number | null;
  /** Of training and testing together, in [0, 1]. */
  readonly fraction: number;
  readonly testing: boolean;
}

/**
 * The run under way or the last one. `interrupted`: its panel or process was lost; nothing was registered and its snapshot
 * is kept until Run Again or Discard. `empty`: nothing had changed, so nothing was trained.
 */
export interface RunView {
  readonly id: number;
  readonly kind: 'full' | 'delta';
  readonly phase: RunPhase | 'finished' | 'empty' | 'cancelled' | 'interrupted' | 'failed';
  /** How it ended, as a sentence (the verdict, the failure, what to do); null while it is under way. */
  readonly sentence: string | null;
  /** What else a person should know, in whole sentences. */
  readonly notes: readonly string[];
  readonly where: 'panel' | 'process';
  /** Why it does not train in the panel; null when it does. */
  readonly whereReason: string | null;
  readonly parent: number | null;
  readonly baseSnapshot: string | null;
  readonly snapshot: string | null;
  readonly delta: DeltaCounts | null;
  /** Rows as planned: net delta rows to train on, replayed rows, and the train rows of a full retrain. */
  readonly rows: { readonly delta: number; readonly replayed: number; readonly train: number } | null;
  /** Samples seen by a full retrain of this plan. */
  readonly fullSeen: number | null;
  readonly progress: RunProgress;
  /** The registered model when finished. */
  readonly model: number | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number | null;
}

const waysOn: readonly string[] = ['pin', 'diff', 'read', 'train', 'test', 'register'] satisfies RunPhase[];

/** Whether a run goes on: it has not ended, in whatever way. */
export const isUnderWay = (run: RunView | null): run is RunView & { readonly phase: RunPhase } =>
  run !== null && waysOn.includes(run.phase);

/**
 * All that the training page shows but the rows of a delta; sent whole, so that a page that was reloaded is complete.
 */
export interface TrainingState {
  readonly header: TrainingHeader;
  /** Null while it is being worked out. */
  readonly advice: Advice | null;
  /** Null while nobody was asked, and where there is nobody to ask or nothing changed. */
  readonly check: CheckView | null;
  /** Ascending by number. */
  readonly models: readonly ModelView[];
  readonly versions: readonly VersionView[];
  readonly matrix: readonly MatrixCell[];
  readonly run: RunView | null;
}

/** What to bring into view; sent with `ready` and as an event (commands `delta.show`, `model.open`). `to` null: live. */
export type Show =
  | { readonly section: 'delta'; readonly from: string; readonly to: string | null }
  | { readonly section: 'model'; readonly model: number }
  /** Two models, by their numbers, side by side. */
  | { readonly section: 'compare'; readonly models: readonly [number, number] }
  | { readonly section: 'run' };

// ---- the results page ----

/** One statement that was run. Rows are in a spool of the engine; a DIFF's rows are a delta. */
export interface StatementResult {
  /** Unique and ascending in this page. */
  readonly id: number;
  readonly sql: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly sentence: string | null;
  readonly shape: 'none' | 'rows' | 'delta';
  /** Null until the first rows came, and for `none`. */
  readonly spool: SpoolInfo | null;
  /** Versions of a delta, else null. */
  readonly delta: {
    readonly table: string;
    readonly from: string;
    readonly to: string;
    /** As in `DeltaProgress`. */
    readonly way: string | null;
    /** True when something of the connection changed after it was shown, and one of its versions is live. */
    readonly outdated: boolean;
  } | null;
  /** The table whose rows these are, where they are a table's. */
  readonly rows: RowsShown | null;
  readonly affected: number;
  readonly ms: number | null;
}

/** Rows of a table that are looked at, and nothing is changed by it. */
export interface RowsShown {
  /** `db.table` */
  readonly table: string;
  /** The snapshot; null: as it is now, or was when it was read. */
  readonly at: string | null;
  /** What they are filtered by at first; null is NULL. */
  readonly where: readonly { readonly column: string; readonly value: string | null }[];
}

/** All that the results page shows but the rows themselves. */
export interface ResultsState {
  readonly title: string;
  readonly connection: string;
  readonly environment: Environment;
  /** Oldest first. */
  readonly results: readonly StatementResult[];
}

// ---- spools: rows that a grid jumps, sorts and filters in ----

/** A spool of rows that lies in the engine: what a grid needs to know before it asks for the first page. */
export interface SpoolInfo {
  readonly id: number;
  readonly columns: readonly PageColumn[];
  /** Leading key columns; 0 when unknown. */
  readonly keyColumns: number;
  /** Rows in the spool so far. */
  readonly rows: number;
  readonly complete: boolean;
  /** The bound was reached and later rows were left out. */
  readonly truncated: boolean;
}

/** A delta on its way into its spool. `to` is the snapshot or, for live, the moment that was fixed (`live at 14:05:09`). */
export interface DeltaProgress {
  readonly spool: SpoolInfo;
  readonly from: string;
  readonly to: string;
  /** The snapshot that Restore would take the table back to; null when there is nothing to take back. */
  readonly restorable: string | null;
  /** How it is found, as a sentence, where that is not the engine's first way; else null. */
  readonly way: string | null;
  /** Columns that came, went or have another type, as a sentence; null where there are none. */
  readonly columns: string | null;
}

/** A delta that was read to its end: where its rows lie, how many of each kind, and how long it took in ms. */
export interface DeltaEnd {
  readonly spool: SpoolInfo;
  readonly counts: DeltaCounts;
  readonly ms: number;
}

/** What is told of a restore: the snapshot it went to, and how to undo it. */
export interface RestoreOutcome {
  readonly to: string;
  readonly rowsChanged: number;
  /** Restoring the table to it is the undo; null where that is not. */
  readonly safetySnapshot: string | null;
  readonly verified: boolean;
}

/** What `panel/ready` answers: the whole page, from nothing. `strings`: the translation of each English string that has one. */
export type PanelView = { readonly strings: Readonly<Record<string, string>>; readonly show: Show | null } & (
  | { readonly page: 'training'; readonly state: TrainingState }
  | { readonly page: 'results'; readonly state: ResultsState }
  | { readonly page: 'form'; readonly state: FormState }
);
