/** What is asked of a delta, and what the one who asks has to bring: rows, facts, and the parent's own answers. */
import type { Approval } from '../data/judgement.ts';
import type { BaseFacts } from './facts/baseFacts.ts';
import type { ChangedRows } from './rows/changedRows.ts';

/** Rows with the parent's answers: `probabilities` row by row, a column a class; a label is a class number, -1 where the parent has none. */
export interface AnsweredRows {
  readonly probabilities: Float32Array;
  readonly labels: Int32Array;
}

/** What the parent answers. `classes` are the columns of every `probabilities`. */
export interface ParentAnswers {
  readonly classes: readonly string[];
  /** For the changed rows as they were, and as they are: a row each, also where there is no such image (whatever stands there). */
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Unchanged rows that neither the parent nor an ancestor was trained on: test and validation. */
  readonly unseen: AnsweredRows;
  /** Unchanged train rows, a sample of at most `askedRule.sample`. */
  readonly train: AnsweredRows;
}

/** What a parent that answers values says of rows, in the label's unit. */
export interface ParentValues {
  /** For the changed rows as they were, and as they are; whatever stands there where there is no such image. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Unchanged rows that neither it nor an ancestor was trained on: test and validation. */
  readonly unseen: { readonly answers: Float64Array; readonly labels: Float64Array };
}

/** Everything that the data's verdict goes by. */
export interface DataQuestion {
  readonly changes: ChangedRows;
  /** At the parent's snapshot. */
  readonly facts: BaseFacts;
  /** Null where the parent answers no classes (a regression): what needs its probabilities is then left out. */
  readonly parent: ParentAnswers | null;
  /** Of a regression; left out where the parent answers classes. */
  readonly values?: ParentValues | null;
  /** Changed rows that are what an older version had under their key; null where nobody looked. */
  readonly returned: number | null;
  /** The delta is a restore, of ours or of others: rows that returned are what it is. */
  readonly restored: boolean;
  readonly approvals: readonly Approval[];
  /** Days since 1970 of the new snapshot, by which the delay of first labels is told; null where it is not known. */
  readonly day: number | null;
}
