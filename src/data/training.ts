/** What is trained: a training as configured, and the plan of one run, which with the snapshot determines every bit of the model. */
import type { TableName } from './table.ts';

/** How a column becomes numbers for a learner: as it is, one for each category, parts of a date, or 0 and 1. */
export type FeatureKind = 'number' | 'category' | 'date' | 'boolean';
/** What a training predicts. */
export type Task = 'classification';

/** The options of the dense network; a `deltatrain.json` may name each, and what it leaves out has a default. */
export interface MlpOptions {
  readonly hidden: readonly number[];
  readonly activation: 'relu';
  readonly batch: number;
  readonly learningRate: number;
  /** Upper bound of epochs of a full fit; early stop on the tune rows may end it before. */
  readonly epochs: number;
  readonly optimizer: 'adam';
  /** Share of the snapshot that a delta update replays, and the least number of rows it replays. */
  readonly replayShare: number;
  readonly replayRows: number;
  /** Weight of the parent's predictions in the loss of replayed rows, in [0, 1]. */
  readonly distillation: number;
}

/** When a child counts as worse than its rival, and when a full fit is advised instead of one more update. */
export interface GuardRule {
  /** The drop in accuracy that counts as worse, as a share (0.005 is half a point). */
  readonly maxDrop: number;
  readonly fullAfterUpdates: number;
  readonly fullAfterShare: number;
  readonly maxDeletes: number;
}

/** A training with every default filled in from the table. `id` is the hash of (table, key, label, features, task). */
export interface Training {
  readonly id: string;
  readonly name: string;
  readonly connection: string;
  readonly table: TableName;
  readonly key: readonly string[];
  readonly label: string;
  readonly task: Task;
  readonly features: readonly string[];
  /** How columns are encoded where the configuration says so; the trainer guesses the others from type and values. */
  readonly types: Readonly<Record<string, FeatureKind>>;
  readonly learner: 'mlp';
  readonly options: MlpOptions;
  readonly seed: number;
  /** Shares of rows by row hash. */
  readonly test: number;
  readonly tune: number;
  readonly slices: readonly string[];
  readonly guard: GuardRule;
}

/** The salt of a training's train / tune / test sides: a row never changes side within a training. */
export const splitSalt = (training: { readonly id: string }): string => `split:${training.id}`;

/** The formats of plans whose rule of draws is kept: a model of one of them can be made again. */
export const planFormats: readonly number[] = [1];

/**
 * Everything that determines the weights, given the rows: stored with the model, and enough to reproduce it. Rows reach
 * the trainer in hash order, so neither transport nor engine enters.
 */
export interface Plan {
  readonly format: 1;
  readonly kind: 'full' | 'delta';
  readonly learner: 'mlp';
  readonly task: Task;
  readonly label: string;
  readonly features: readonly { readonly name: string; readonly type: string; readonly kind: FeatureKind | null }[];
  /** Columns; those that are no features are read for the tests all the same. */
  readonly slices: readonly string[];
  readonly options: MlpOptions;
  readonly seed: number;
  /** Number of the model to be: a fresh draw for every version. */
  readonly version: number;
  readonly splitSalt: string;
  readonly test: number;
  readonly tune: number;
  readonly maxDrop: number;
  /** Delta runs: the sample of unchanged train rows to replay. */
  readonly replay: { readonly salt: string; readonly share: number } | null;
  /** Rows of each set, as far as they are known before they are read; a delta run derives its epochs from them. */
  readonly counts: { readonly train: number; readonly delta: number; readonly replay: number };
}
