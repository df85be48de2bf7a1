/** The trainer port: answered by a worker inside the panel, or by a forked Node process; same code, same bits. */
import type { DeltaPage } from './change.ts';
import type { Approval, DataNote, DataVerdict, RunJudgement, Suspects } from './judgement.ts';
import type { ClassMeasures, MeasuredPair, PairedDifference, ValueMeasures } from './measuring/measures.ts';
import type { RowPage } from './page.ts';
import type { AnswerPage, PredictEnd, PredictJob } from './predicting/predicting.ts';
import type { LearnerChoice, Plan, PlanDraft } from './training.ts';

/**
 * The rows a run may ask for, each in hash order: `train` all train rows at the snapshot · `replay` the sample of unchanged
 * train rows · `validation` and `test` at the snapshot. Pages hold the plan's features, its label and its slice columns, by name.
 */
export type RowSet = 'train' | 'replay' | 'validation' | 'test';

/** What a run reads: a set, or what changed since the snapshot of the parent (`delta`) or of the baseline. */
export type ReadSet = RowSet | 'delta' | 'baselineDelta';

/** Whom a model is held against; the baseline only where it is not the parent. */
export type Rival = 'parent' | 'baseline';

/** What is wanted of a set beside its columns: the key's columns, the hash of each row; or the set as it was at the parent's snapshot. */
export interface RowsWanted {
  readonly key?: boolean;
  readonly hashes?: boolean;
  /** Also what the plan's `atMost` leaves out, for who counts all rows. */
  readonly all?: boolean;
  readonly atParent?: boolean;
}

/** Where a trainer gets its rows: whoever starts a run answers it from the pinned snapshots. */
export interface TrainRows {
  /** May be read more than once; every read gives the same rows in the same order. */
  read(set: RowSet, signal?: AbortSignal, wanted?: RowsWanted): AsyncGenerator<RowPage, void>;
  /**
   * All rows of which key, features or label changed since the snapshot of a rival, on every side and with or without a label, in
   * hash order with their hashes. Key columns come first, then the plan's features, its label and its slice columns.
   */
  changes(since: Rival, signal?: AbortSignal): AsyncGenerator<DeltaPage, void>;
}

/** What a judgement goes by beside rows and models. */
export interface JudgeBrief {
  readonly key: readonly string[];
  /** The parent's facts as they are kept: those of its full fit, and of each update since, the newest last; none where they are not. */
  readonly facts: readonly Uint8Array[];
  readonly approvals: readonly Approval[];
  /** Which look at the lineage it is, from 1. */
  readonly look: number;
  /** Changed rows that are what an older version had under their key; null where nobody looked. */
  readonly returned: number | null;
  /** The delta is a restore, or holds one. */
  readonly restored: boolean;
  /** A person approved changes since the baseline's snapshot: held against it the model is judged on rows as they are now. */
  readonly baselineAsNow: boolean;
  /** Of the new snapshot, in days since 1970; null where it is not known. */
  readonly day: number | null;
  /** What is known of the changes without asking a model, which the verdict says first; left out where it is nothing. */
  readonly known?: readonly DataNote[];
}

/** What a trainer is asked to do. Together with the rows it determines every bit of the result. */
export interface TrainJob {
  readonly plan: Plan;
  /** The artifact of the parent (delta runs start from it; the guard compares with it) and of the baseline; null when there is none. */
  readonly parent: Uint8Array | null;
  /** Null also when the baseline is the parent. */
  readonly baseline: Uint8Array | null;
  /** To make a model again: the kernel it was made with, or `kernel.unknown`. Left out, it is the newest. */
  readonly kernelSha256?: string;
  /**
   * An artifact whose encoder and classes, and what else was settled at the first fit, a full fit takes as they are, to be held
   * against an update bit for bit; left out or null: all is found anew.
   */
  readonly frozen?: Uint8Array | null;
  /** Left out where nothing is judged: a model that is made again. */
  readonly judge?: JudgeBrief;
  /** The measure that the training goes by, as `parseMetric` reads it; left out: the usual one of its task. */
  readonly metric?: string;
}

/** What a run tells while it works. `rows` of `reading` counts rows of that set so far; `fraction` is in [0, 1]. */
export type TrainEvent =
  | {
      readonly kind: 'reading';
      readonly set: ReadSet;
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
      readonly validationAccuracy: number | null;
      readonly rowsPerSecond: number;
      readonly fraction: number;
    }
  /** A learner that has no epochs to tell of says how far it is. */
  | { readonly kind: 'working'; readonly fraction: number; readonly message: string | null }
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
  /** The measure that the training went by, where it was not accuracy. */
  readonly by?: string;
  /** What else was measured on these rows; left out by older versions. */
  readonly beside?: ClassMeasures;
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
  /** The measure that the training went by, where it was not the usual one: RMSE, or R² where `beside` is left out. */
  readonly by?: string;
  /** What else was measured on these rows; left out by older versions. */
  readonly beside?: ValueMeasures;
}

/** What a model is measured by, by task. */
export type Metrics = ClassMetrics | RegressionMetrics;

/**
 * A paired test of child against parent (or baseline) on the same rows. Of a classification `child` and `parent` are
 * accuracies and `p` is McNemar's; of a regression they are R², and `p` is of the squared errors' differences. `difference`
 * = child − parent, with its 95 % interval.
 */
export interface PairedTest extends PairedDifference {
  /** The smallest difference that this many rows could have shown (80 % power), as a share. */
  readonly detectable: number;
}

/**
 * What the paired test says of a child beside its rival. `same`: as good, to within maxDrop either way; `noWorse`: not worse by more
 * than maxDrop, and perhaps better; older versions say it never; `none`: there was nothing to compare with; `unclear`: too few
 * rows to tell.
 */
export type Verdict = 'better' | 'same' | 'noWorse' | 'worse' | 'unclear' | 'none';

/** A paired test with what it says. */
export type JudgedPair = PairedTest & { readonly verdict: Verdict };

/**
 * What is said of a model, on rows that neither it nor its rival was trained on. `unchanged`: test and validation rows that are
 * as they were at the rival's snapshot, on which alone a model is found worse. `now`: test rows as they are, with those that were
 * removed since the parent's snapshot as they were (unless that was approved, or is retention), on which alone it is better.
 */
export interface ModelVerdict {
  readonly verdict: Verdict;
  readonly metric: 'accuracy' | 'rmse';
  /** Against the parent; null where no such row is left. */
  readonly unchanged: JudgedPair | null;
  readonly now: JudgedPair | null;
  /**
   * Test rows as in `now` with the unchanged validation rows, against the parent: on these it is as good, or no worse. Left out by
   * older versions.
   */
  readonly pooled?: JudgedPair | null;
  /** Against the baseline, where it is not the parent: rows that are as they were at its own snapshot. */
  readonly baseline: JudgedPair | null;
  /** Each look may find a model worse wrongly with a chance of `alpha`. */
  readonly look: { readonly number: number; readonly of: number; readonly alpha: number };
}

/**
 * What is said of a model beside its rivals. A model whose draws are of format 1 has `onParent` (test rows as labelled at the
 * parent's snapshot), `onSnapshot` (at the new one) and `onBaseline` (against the baseline, at the new one); later ones have those of
 * `ModelVerdict`, and null there.
 */
export interface GuardResult extends Partial<Omit<ModelVerdict, 'verdict'>> {
  readonly verdict: Verdict;
  readonly onParent: JudgedPair | null;
  readonly onSnapshot: JudgedPair | null;
  readonly onBaseline: JudgedPair | null;
  /**
   * Child against parent by every measure, on the test rows as they are now that neither was trained on; shown, and never a reason to
   * reject. Left out by older versions, and where there is no parent.
   */
  readonly measures?: readonly MeasuredPair[];
}

/** One slice: test rows whose `column` shows `value`. Fewer than 50 rows are listed, not judged. */
export interface SliceResult {
  readonly column: string;
  readonly value: string;
  readonly n: number;
  readonly onSnapshot: PairedTest | null;
  readonly onParent: PairedTest | null;
  /** Rows that are as they were at the parent's snapshot; left out by older versions, which had `onParent`. */
  readonly unchanged?: PairedTest | null;
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
  readonly validationAccuracy: number | null;
}

/**
 * One attempt of a delta run, judged on the validation rows: `recipe` is the plan's; while a child is worse there than its parent
 * come `slower` (a third of the learning rate), `all` (every train row, 4 epochs) and `full` (from scratch).
 * `validation` is null when there are no validation rows to judge on.
 */
export interface Attempt {
  readonly way: 'recipe' | 'slower' | 'all' | 'full';
  readonly seen: number;
  readonly validation: (PairedTest & { readonly verdict: Verdict }) | null;
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
  /** What is said of the data, and the groups that cost the parent most; null where nothing was judged. */
  readonly judgement: RunJudgement | null;
  /** The rivals on all test rows of the new snapshot; null where one saw some of them in training, or is not there. */
  readonly rivals: { readonly parent: Metrics | null; readonly baseline: Metrics | null };
  /** Facts of the new snapshot as they are kept, null where nothing was judged; and the parent's, where they had to be made. */
  readonly facts: { readonly own: Uint8Array | null; readonly parents: Uint8Array | null };
  readonly slices: readonly SliceResult[];
  /** Of the attempt that was kept. */
  readonly epochs: readonly EpochRecord[];
  /** Of a delta run, in order; `kept` is the index of the one that became the model. Empty for a full fit. */
  readonly attempts: readonly Attempt[];
  readonly kept: number;
  /** Rows that were read and left out because they have no label. */
  readonly unlabelled: number;
  /** `seen`, samples seen = rows × epochs; `fullSeen` = those of a full retrain of this plan (train rows × its upper bound of epochs). */
  readonly cost: {
    readonly rows: { readonly delta: number; readonly replayed: number; readonly train: number };
    readonly seen: number;
    readonly fullSeen: number;
    readonly readSeconds: number;
    readonly trainSeconds: number;
  };
}

/** Which learner was found for a training that leaves it open, and why, in whole sentences. */
export interface LearnerFound {
  readonly learner: LearnerChoice;
  readonly sentence: string;
}

/** A delta that is judged without training. */
export interface CheckJob {
  readonly plan: Plan;
  readonly parent: Uint8Array;
  readonly judge: JudgeBrief;
}

/** What was said of a delta, with the rows of each group. */
export interface CheckResult {
  readonly data: DataVerdict;
  readonly suspects: Suspects;
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
   * Chooses a learner with its options for a full fit that leaves it open (`auto`), by a quick look at the `train` and `validation` rows.
   */
  choose(draft: PlanDraft, rows: TrainRows, signal: AbortSignal): Promise<LearnerFound>;
  run(job: TrainJob, rows: TrainRows, signal: AbortSignal, on: (event: TrainEvent) => void): Promise<TrainResult>;
  /** What the parent alone can say of what changed since its snapshot. */
  check(job: CheckJob, rows: TrainRows, signal: AbortSignal): Promise<CheckResult>;
  /** Each artifact on the `test` rows of `rows`, in the order given. */
  evaluate(job: EvaluateJob, rows: TrainRows, signal: AbortSignal): Promise<Metrics[]>;
  /**
   * A model's answers for pages of rows, a page for a page that has rows: `pages` begins to read them, which have every feature of the model
   * by name. `model.damaged`, `model.incompatible`, `column.unknown`.
   */
  predict(
    job: PredictJob,
    pages: (signal: AbortSignal) => AsyncGenerator<RowPage, void>,
    signal: AbortSignal,
  ): AsyncGenerator<AnswerPage, PredictEnd>;
}
