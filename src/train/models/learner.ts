/** What every learner does: it fits, updates from a delta, predicts, and is plain data when saved. */
import type { TrainEvent } from '../../data/trainer.ts';
import type { MlpOptions, Plan } from '../../data/training.ts';
import type { EncodedRows } from '../encodedRows.ts';

/** A model as data: what an artifact holds. */
export interface SavedModel {
  /** As `tf.LayersModel.toJSON`; layer names are ours, so equal models have equal topologies. */
  readonly topology: unknown;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
}

export type EpochEvent = Extract<TrainEvent, { kind: 'epoch' }>;

/** Where a long computation tells how far it is, pauses so that others can speak, and is stopped. */
export interface Hooks {
  readonly signal: AbortSignal;
  /** `fraction` is of this fit or update alone. */
  epoch(event: EpochEvent): void;
}

export interface Trained {
  readonly model: SavedModel;
  readonly epochs: readonly EpochEvent[];
  /** Rows × epochs. */
  readonly visits: number;
}

export interface FitJob {
  readonly rows: EncodedRows;
  /** For early stop; empty: none. */
  readonly tune: EncodedRows;
  readonly classes: number;
  /** Inputs that are 0 in every train row: they start without weight, so that what was never seen does nothing. */
  readonly silent: readonly number[];
  readonly options: MlpOptions;
  readonly epochs: number;
  /** Every draw derives from it. */
  readonly seed: string;
}

export interface UpdateJob {
  /** With as many classes as the rows have. */
  readonly parent: SavedModel;
  /** The changed rows as they are now, and the replayed ones. Only replayed rows are held to the parent's predictions. */
  readonly delta: EncodedRows;
  readonly replay: EncodedRows;
  readonly tune: EncodedRows;
  readonly options: MlpOptions;
  readonly epochs: number;
  /** Scales the plan's learning rate. */
  readonly rate: number;
  readonly seed: string;
}

/** Scores of rows: `classes` each, row by row, before softmax. */
export interface Scores {
  readonly classes: number;
  readonly values: Float32Array;
}

export interface Learner {
  fit(job: FitJob, hooks: Hooks): Promise<Trained>;
  update(job: UpdateJob, hooks: Hooks): Promise<Trained>;
  predict(model: SavedModel, rows: EncodedRows, signal: AbortSignal): Promise<Scores>;
  /** The same function with classes that no row has been seen of: no prediction changes. */
  grow(model: SavedModel, newClasses: number): Promise<SavedModel>;
  /** Rows × epochs that a full fit visits at most. */
  cost(options: MlpOptions, trainRows: number): { readonly epochs: number; readonly visits: number };
}

export type LearnerName = Plan['learner'];
