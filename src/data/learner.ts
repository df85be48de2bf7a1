/**
 * The learner port: what a family of models must answer to be trained, updated, kept and asked. Everything that crosses it
 * is plain data, so that a learner may be code of ours or an outside program.
 */
import type { EpochRecord, TrainEvent, TrainResult } from './trainer.ts';
import type { LearnerOptions, Plan, Task } from './training.ts';
import type { RowForm, RowLayouts, RowStream } from './trainPage.ts';

/** A typed array of any kind: what a learner's state may hold. */
export type StateArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** An array of a state; the product of `shape` is `values.length`. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: StateArray;
}

/** A model as data: what an artifact holds. `structure` is JSON of the learner's own. */
export interface SavedState {
  readonly structure: unknown;
  readonly arrays: readonly NamedArray[];
}

/** Between a learner's own model and its saved state. `write(read(saved))` is equal to `saved`, bit for bit. */
export interface StateCodec<M, F extends RowForm = RowForm> {
  write(model: M): SavedState;
  /**
   * Why a state cannot be read, for rows of this layout and so many classes: a reason without a full stop, or null. A state may
   * have been written by anybody, so nothing of it is taken for granted.
   */
  fault(saved: SavedState, layout: RowLayouts[F], classes: number): string | null;
  /** Of a state without a fault. */
  read(saved: SavedState): M;
}

/** The schema of one option, in the words of JSON Schema. */
export interface OptionSchema {
  readonly type?: 'number' | 'integer' | 'string' | 'boolean' | 'array';
  readonly enum?: readonly string[];
  readonly items?: OptionSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly description?: string;
}

/**
 * The options of a learner: the schema that `deltatrain.json` is checked by, and the default of each. Every option has both.
 */
export interface OptionRules {
  readonly properties: Readonly<Record<string, OptionSchema>>;
  readonly defaults: LearnerOptions;
}

/** One epoch of a learner that has epochs. */
export type EpochEvent = Extract<TrainEvent, { kind: 'epoch' }>;

/** Where a long computation tells how far it is, and how it is stopped: `signal` ends it with the failure `cancelled`. */
export interface LearnerHooks {
  readonly signal: AbortSignal;
  /** `fraction` is of this piece of learning alone. Learners without epochs never call it. */
  epoch(event: EpochEvent): void;
  /** As a share of this piece of learning, with a word on it. */
  readonly working?: (fraction: number, message: string | null) => void;
}

/** What every piece of learning knows. */
interface LearnBasis<F extends RowForm> {
  readonly options: LearnerOptions;
  /** Every draw derives from it: the same seed and rows give the same bits. */
  readonly seed: string;
  /** The number of classes that labels are numbers of; 0 for a regression. */
  readonly classes: number;
  /** Their texts, in the order of the numbers; a learner of ours looks at numbers alone. */
  readonly classNames?: readonly string[];
  /** Rows to choose by, never trained on; may be empty. A label may be `noClass`. */
  readonly validation: RowStream<F>;
}

/** Learn everything anew. */
export interface FitJob<M, F extends RowForm = RowForm> extends LearnBasis<F> {
  readonly train: RowStream<F>;
  /** As in `AbsorbJob`. */
  readonly frozen: M | null;
}

/**
 * Take changes in exactly: what was learnt from the rows of `before` is taken back (rows that were updated or deleted, as
 * they were), and what `after` says is added (rows that were inserted or updated, as they are). `parent` null: from nothing.
 */
export interface AbsorbJob<M, F extends RowForm = RowForm> extends LearnBasis<F> {
  /** With as many classes as there are now. It is not changed. */
  readonly parent: M | null;
  readonly before: RowStream<F>;
  readonly after: RowStream<F>;
  /**
   * A model of a lineage whose choices (what was drawn and settled at its first fit) a fit takes as they are, so that it can
   * be held against an update bit for bit. Null in all other runs; never a start.
   */
  readonly frozen: M | null;
}

/** Go on from a parent with changed rows and a sample of the others. */
export interface RefineJob<M, F extends RowForm = RowForm> extends LearnBasis<F> {
  /** With as many classes as there are now. It is not changed. */
  readonly parent: M;
  /** The changed rows as they are now. */
  readonly delta: RowStream<F>;
  /** Rows that were updated, and rows that were deleted, as they were; empty for a learner that does not look back. */
  readonly before?: RowStream<F>;
  readonly removed?: RowStream<F>;
  /** Unchanged rows that the plan asked for. */
  readonly replay: RowStream<F>;
  /** Every train row, read only when asked for; a class that nothing else had is left out. */
  readonly train: RowStream<F>;
  /** Train rows with a label, as far as they are known before they are read. */
  readonly counts: Plan['counts'];
  /** Classes that the parent was never trained on. */
  readonly newClasses: number;
  /** The drop in quality on the validation rows that counts as worse, as a share. */
  readonly maxDrop: number;
}

/** What was learnt. `attempts` and `kept` as in `TrainResult`; `seen` are rows × times that each was gone over. */
export interface Learnt<M> extends Pick<TrainResult, 'attempts' | 'kept'> {
  readonly model: M;
  readonly epochs: readonly EpochRecord[];
  readonly seen: number;
}

/** A model's answers: of a classification `classes` scores a row before softmax, of a regression a value a row. */
export type Answers =
  | { readonly kind: 'scores'; readonly classes: number; readonly values: Float32Array }
  | { readonly kind: 'values'; readonly values: Float64Array };

/** What an update should go over beside the changed rows. */
export interface ReplayPlan {
  /** The options of the child, some of which may have to stay the parent's. */
  readonly options: LearnerOptions;
  /** Share of the unchanged train rows, in [0, 1]. */
  readonly share: number;
  /** As a window of the hash order, which goes on where the parent's ended, instead of a fresh sample. */
  readonly asWindow: boolean;
}

/**
 * A family of models. It has `fit`, `absorb` or both to begin with, and `absorb` or `refine` to be updated. Models are
 * never changed: each method answers a new one.
 */
export interface Learner<M = unknown, F extends RowForm = RowForm> {
  readonly fits: readonly Task[];
  readonly options: OptionRules;
  readonly rows: F;
  readonly state: StateCodec<M, F>;

  fit?(job: FitJob<M, F>, hooks: LearnerHooks): Promise<Learnt<M>>;
  /** Equal to a fit on all rows of now, bit for bit, in any order of rows and by any path. */
  absorb?(job: AbsorbJob<M, F>, hooks: LearnerHooks): Promise<Learnt<M>>;
  refine?(job: RefineJob<M, F>, hooks: LearnerHooks): Promise<Learnt<M>>;
  /** What `refine` needs of the unchanged rows; without it they are not asked for. Pure. */
  replay?(options: LearnerOptions, parent: LearnerOptions, counts: Plan['counts']): ReplayPlan;

  /** The same function with classes that no row has been seen of: no answer changes. */
  grow(model: M, newClasses: number): Promise<M>;
  predict(model: M, rows: RowStream<F>, signal: AbortSignal): Promise<Answers>;
  /** Whether its `refine` wants rows as they were. */
  readonly looksBack?: true;
  /** Its probabilities are its own: no temperature is fitted to them. */
  readonly calibrated?: true;
  /** Rows that it is asked about at a time where there are so many; left out where a page is as good as any number. */
  readonly askedTogether?: number;
  /** Options that an update keeps from its parent, whatever the plan says. */
  readonly keeps?: readonly string[];
  /** Its state has the rows that it was trained on, in whatever form: whoever looks for a row is told. */
  readonly keepsRows?: true;
  /** sha256 of the code that it trains with, where that is not the kernel of the dense layers. */
  kernelSha256?(): string;
  /** Options with which it is tried quickly, beside its defaults. */
  readonly trial?: LearnerOptions;
  /** Rows × epochs that a full fit goes over at most. */
  cost(options: LearnerOptions, trainRows: number): number;
}
