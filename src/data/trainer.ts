/** The trainer port: answered by a worker inside the panel, or by a forked Node process; same code, same bits. */
import type { RowPage } from './page.ts';
import type { LearnerChoice, Plan, PlanDraft } from './training.ts';

/**
 * The rows a run may ask for, each in hash order: `train` all train rows at the snapshot · `delta` the changed train rows as
 * they are after the change (no deleted rows, no rows without a label) · `before` the train rows that were updated, as they
 * were, and `removed` the ones that were deleted (both without those that had no label) · `replay` the sample of unchanged
 * train rows · `tune` and `test` at the snapshot · `testAtParent` the test rows as they were labelled at the parent's snapshot.
 * Pages hold the plan's features, its label and its slice columns, by name.
 */
export type RowSet = 'train' | 'delta' | 'before' | 'removed' | 'replay' | 'tune' | 'test' | 'testAtParent';

/** Where a trainer gets its rows: whoever starts a run answers it from the pinned snapshots. */
export interface TrainRows {
  /** May be read more than once; every read gives the same rows in the same order. */
  read(set: RowSet, signal?: AbortSignal): AsyncGenerator<RowPage, void>;
}

/** What a trainer is asked to do. Together with the rows it determines every bit of the result. */
export interface TrainJob {
  readonly plan: Plan;
  /** The artifact of the parent (delta runs start from it; the guard compares with it) and of the anchor; null when there is none. */
  readonly parent: Uint8Array | null;
  /** Null also when the anchor is the parent. */
  readonly anchor: Uint8Array | null;
  /** To make a model again: the kernel it was made with, or `kernel.unknown`. Left out, it is the newest. */
  readonly kernelSha256?: string;
  /**
   * An artifact whose encoder and classes, and what else was settled at the first fit, a full fit takes as they are, to be held
   * against an update bit for bit; left out or null: all is found anew.
   */
  readonly frozen?: Uint8Array | null;
}

/** What a run tells while it works. `rows` of `reading` counts rows of that set so far; `fraction` is in [0, 1]. */
export type TrainEvent =
  | {
      readonly kind: 'reading';
      readonly set: RowSet;
      readonly rows: number;
      readonly expected: number;
      readonly rowsPerSecond: number;
    }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      readonly trainAccuracy: number;
      readonly tuneAccuracy: number | null;
      readonly rowsPerSecond: number;
      readonly fraction: number;
    }
  | { readonly kind: 'testing'; readonly fraction: number };

/** How a classifier does on rows it was never trained on. `task` is left out, as documents and registries always did. */
export interface ClassMetrics {
  readonly task?: 'classification';
  readonly accuracy: number;
  /** 95 % interval of the accuracy (Wilson). */
  readonly low: number;
  readonly high: number;
  /** Mean negative log-likelihood, natural logarithm, after temperature. */
  readonly logLoss: number;
  readonly n: number;
}

/** How a regression does on rows it was never trained on; errors are in units of the label. */
export interface RegressionMetrics {
  readonly task: 'regression';
  /** Root of the mean squared error, with its 95 % interval. */
  readonly rmse: number;
  readonly low: number;
  readonly high: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Share of the label's variance that is explained; 0 where the label has none. */
  readonly r2: number;
  readonly n: number;
}

/** What a model is measured by, by task. */
export type Metrics = ClassMetrics | RegressionMetrics;

/**
 * A paired test of child against parent (or anchor) on the same rows. Of a classification `child` and `parent` are
 * accuracies and `p` is McNemar's; of a regression they are R², and `p` is of the squared errors' differences. `difference`
 * = child − parent, with its 95 % interval.
 */
export interface PairedTest {
  readonly n: number;
  readonly child: number;
  readonly parent: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
  /** The smallest difference that this many rows could have shown (80 % power), as a share. */
  readonly detectable: number;
}

/**
 * What the paired test says of a child beside its rival. `none`: there was nothing to compare with; `unclear`: too few
 * rows to tell.
 */
export type Verdict = 'better' | 'same' | 'worse' | 'unclear' | 'none';

/** `onParent`: test rows as labelled at the parent's snapshot; `onSnapshot`: at the new one; `onAnchor`: against the anchor, at the new one. */
export interface GuardResult {
  readonly verdict: Verdict;
  readonly onParent: (PairedTest & { readonly verdict: Verdict }) | null;
  readonly onSnapshot: (PairedTest & { readonly verdict: Verdict }) | null;
  readonly onAnchor: (PairedTest & { readonly verdict: Verdict }) | null;
}

/** One slice: test rows whose `column` shows `value`. Fewer than 50 rows are listed, not judged. */
export interface SliceResult {
  readonly column: string;
  readonly value: string;
  readonly n: number;
  readonly onSnapshot: PairedTest | null;
  readonly onParent: PairedTest | null;
  readonly accuracy: number;
  readonly judged: boolean;
}

/**
 * One pass over the training rows. `loss` is the mean negative log-likelihood (natural logarithm), accuracies are
 * shares in [0, 1].
 */
export interface EpochRecord {
  readonly epoch: number;
  readonly loss: number;
  readonly trainAccuracy: number;
  readonly tuneAccuracy: number | null;
}

/**
 * One attempt of a delta run, judged on the tune rows: `recipe` is the plan's; while a child is worse there than its parent
 * come `slower` (a third of the learning rate), `all` (every train row, 4 epochs) and `full` (from scratch).
 * `tune` is null when there are no tune rows to judge on.
 */
export interface Attempt {
  readonly way: 'recipe' | 'slower' | 'all' | 'full';
  readonly visits: number;
  readonly tune: (PairedTest & { readonly verdict: Verdict }) | null;
}

/** What a trainer made: the model as bytes, and all that is registered about it. */
export interface TrainResult {
  /** One file: manifest, encoder state, weights; what `parent` of a later job is. */
  readonly artifact: Uint8Array;
  readonly artifactSha256: string;
  readonly weightsSha256: string;
  readonly kernelSha256: string;
  readonly classes: readonly string[];
  readonly metrics: Metrics;
  readonly guard: GuardResult;
  readonly slices: readonly SliceResult[];
  /** Of the attempt that was kept. */
  readonly epochs: readonly EpochRecord[];
  /** Of a delta run, in order; `kept` is the index of the one that became the model. Empty for a full fit. */
  readonly attempts: readonly Attempt[];
  readonly kept: number;
  /** Rows that were read and left out because they have no label. */
  readonly unlabelled: number;
  /** `visits` = rows × epochs; `fullVisits` = what a full retrain of this plan would visit (train rows × its upper bound of epochs). */
  readonly cost: {
    readonly rows: { readonly delta: number; readonly replayed: number; readonly train: number };
    readonly visits: number;
    readonly fullVisits: number;
    readonly readSeconds: number;
    readonly trainSeconds: number;
  };
}

/** Which learner was found for a training that leaves it open, and why, in whole sentences. */
export interface LearnerFound {
  readonly learner: LearnerChoice;
  readonly sentence: string;
}

/** Models to be tested on the same rows; the plan says which rows those are and how their labels are read. */
export interface EvaluateJob {
  readonly plan: Plan;
  readonly artifacts: readonly Uint8Array[];
}

/**
 * The trainer port. A run ends with a result, with `cancelled`, or with a failure of the table; it keeps nothing when
 * it has ended.
 */
export interface Trainer {
  /**
   * Completes the plan of a run: what is replayed, and which options stay the parent's. Null when there is nothing in these
   * changes that the learner could take in. `plan.unsupported` where it cannot be updated, or is not known.
   */
  plan(draft: PlanDraft, parent: Plan | null): Promise<Plan | null>;
  /**
   * Chooses a learner with its options for a full fit that leaves it open (`auto`), by a quick look at the `train` and `tune` rows.
   */
  choose(draft: PlanDraft, rows: TrainRows, signal: AbortSignal): Promise<LearnerFound>;
  run(job: TrainJob, rows: TrainRows, signal: AbortSignal, on: (event: TrainEvent) => void): Promise<TrainResult>;
  /** Each artifact on the `test` rows of `rows`, in the order given. */
  evaluate(job: EvaluateJob, rows: TrainRows, signal: AbortSignal): Promise<Metrics[]>;
}
