/** What is trained: a training as configured, and the plan of one run, which with the snapshot determines every bit of the model. */
import type { LeakKind } from './splitting/leak.ts';
import type { Split } from './splitting/split.ts';
import type { TableName } from './table.ts';

/** How a column becomes numbers for a learner: as it is, one for each category, parts of a date, or 0 and 1. */
export type FeatureKind = 'number' | 'category' | 'date' | 'boolean';
/** What a training predicts: one of a few classes, or a number. */
export type Task = 'classification' | 'regression';

/** The value of a learner's option. */
export type OptionValue = null | boolean | number | string | readonly (number | string)[];

/** The options of a learner by name, complete; what they may be is the learner's own schema. */
export type LearnerOptions = Readonly<Record<string, OptionValue>>;

/** Which learner, with its options: the name tells what the options are. */
export interface LearnerChoice {
  readonly name: string;
  readonly options: LearnerOptions;
}

/** When a child counts as worse than its rival, and when a full fit is advised instead of one more update. */
export interface GuardRule {
  /** The drop in accuracy that counts as worse, as a share (0.005 is half a point). */
  readonly maxDrop: number;
  readonly fullAfterUpdates: number;
  readonly fullAfterShare: number;
  readonly maxDeletes: number;
}

/** Rows of the two sides that are never trained on. */
export interface SideRows {
  readonly test: number;
  readonly validation: number;
}

/** What tells of leaks, as it is written: what is left out is found by the columns' names. */
export interface LeakRule {
  /** Columns that rows of one group have in common. */
  readonly group?: readonly string[];
  /** Columns that copies of a row have in common. */
  readonly copies?: readonly string[];
  /** When a row happened, and when its label was known. */
  readonly time?: string;
  readonly labelTime?: string;
  /** No label may be known later than that. */
  readonly asOf?: string;
  /** Kinds that a person knows of, and does not want to hear of again. */
  readonly ignore?: readonly LeakKind[];
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
  readonly learner: LearnerChoice;
  readonly seed: number;
  /** Shares of rows by row hash, or of groups; of another split they say nothing. */
  readonly test: number;
  readonly validation: number;
  /** How rows are split, where it is not by their own hash. */
  readonly split?: Split;
  /** Where the configuration says how many rows of a side are read at most. */
  readonly atMost?: Partial<SideRows>;
  /** What leaks are looked for by, where the configuration says so. */
  readonly leaks?: LeakRule;
  readonly slices: readonly string[];
  /** What charts and lists go by, where it is not the usual measure of the task: as `parseMetric` reads it. */
  readonly metric?: string;
  readonly guard: GuardRule;
  /** Columns that the defaults would take as features now, and that a training with models does not have; not kept. */
  readonly offered?: readonly string[];
  /** Columns that no encoder takes in, with their types, which the defaults left out; not kept. */
  readonly unusable?: readonly string[];
}

/** The salt of a training's train / validation / test sides: a row never changes side within a training. */
export const splitSalt = (training: { readonly id: string }): string => `split:${training.id}`;

/** The formats of plans whose rule of draws is kept: a model of one of them can be made again. */
export const planFormats: readonly number[] = [1, 2, 3, 4];

/**
 * The unchanged train rows that an update goes over again: a fresh sample of them, by a hash under a salt of its own; or a window
 * of the hash order, from one hash on and below another, and around the end of it where that is the lower one.
 */
export type Replay =
  | { readonly salt: string; readonly share: number }
  | { readonly from: string; readonly below: string };

/**
 * Everything that determines the weights, given the rows: stored with the model, and enough to reproduce it. Rows reach
 * the trainer in hash order, so neither transport nor engine enters.
 */
export interface Plan {
  /**
   * The rule of draws. 1: from the seed and the number of the model. 2: from seed, kind and depth, so that the same training again is
   * the same model. 3: as 2, and it may have `atMost` and a window as `replay`. 4: as 3, and it has a `split`.
   */
  readonly format: 1 | 2 | 3 | 4;
  readonly kind: 'full' | 'delta';
  readonly learner: LearnerChoice;
  readonly task: Task;
  readonly label: string;
  readonly features: readonly { readonly name: string; readonly type: string; readonly kind: FeatureKind | null }[];
  /** Columns; those that are no features are read for the tests all the same. */
  readonly slices: readonly string[];
  readonly seed: number;
  /** Number of the model to be. */
  readonly version: number;
  /** Updates since the full fit, this one included; 0 of a full fit. Left out in format 1. */
  readonly depth?: number;
  readonly splitSalt: string;
  readonly test: number;
  readonly validation: number;
  /** Of format 4: how rows are split; row hashes are then those of `hashOnSide`, so that the two shares above tell the sides. */
  readonly split?: Split;
  /**
   * Own hashes of rows that came over an edge of the split from a side where a model of this lineage, or its rival, may have trained on
   * them: they are neither test nor validation rows. Left out where there are none.
   */
  readonly moved?: readonly string[];
  /** Rows of a side that are read at most: the first in hash order, labelled or not. Left out: all. */
  readonly atMost?: SideRows;
  readonly maxDrop: number;
  /** Exclusions that held: rows that were in none of the sets. Left out where there were none. */
  readonly exclusions?: readonly string[];
  /** Of delta runs that replay. */
  readonly replay: Replay | null;
  /** Rows of each set, as far as they are known before they are read; a delta run derives its epochs from them. */
  readonly counts: { readonly train: number; readonly delta: number; readonly replay: number };
}

/** What is known of a run before the learner has said what it trains on. */
export interface PlanDraft extends Omit<Plan, 'replay' | 'counts'> {
  /** The salt of the sample of unchanged rows, should there be one. */
  readonly replaySalt: string;
  /** `removed`: train rows with a label that are there no more as they were, updated or deleted. */
  readonly counts: Omit<Plan['counts'], 'replay'> & { readonly removed: number };
}
