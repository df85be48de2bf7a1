/** A model that is asked about rows, and what it answers. */

/** Whom to ask; `name` is what a person calls the model. */
export interface PredictJob {
  readonly artifact: Uint8Array;
  readonly name: string;
}

/**
 * Answers for a page of rows, in its order. Of a classification `best[i]` is the number of the likeliest class (the first of
 * equals) and `probabilities` has one a class and row, row by row, in the order of the model's classes; of a regression `values`
 * has one a row. What does not apply is null.
 */
export interface AnswerPage {
  readonly rows: number;
  readonly best: Uint32Array | null;
  readonly probabilities: Float32Array | null;
  readonly values: Float64Array | null;
}

/**
 * What a model met in a column that it was not trained on, in rows. `missing`: no value. `unknown`: a category that its encoder has no
 * place for, which counts as "other". `unreadable`: a value that is none of its kind, which counts as missing. `beyond`: a number
 * farther from the training rows than the encoder tells apart, which counts as the farthest that it does.
 */
export interface AskedColumn {
  readonly name: string;
  readonly missing: number;
  readonly unknown: number;
  readonly unreadable: number;
  readonly beyond: number;
  /** Some of the unknown or unreadable values, as texts. */
  readonly examples: readonly string[];
}

/** All rows that were answered, and the columns that had something to be said of. */
export interface PredictEnd {
  readonly rows: number;
  readonly columns: readonly AskedColumn[];
}
