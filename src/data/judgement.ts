/**
 * What is said of a delta and of the model that was trained on it: the data's verdict, which comes first, and the reasons and
 * notes that it is made of. Plain data: it crosses processes and is kept in the registry as it is.
 */

/** What a reason is about. The study of the rule calls the first thirteen by other words; `rule.ts` of the judge has the constants. */
export type ReasonKind =
  // Labels that were changed.
  | 'labels'
  | 'labelPair'
  | 'classLost'
  | 'labelValues'
  // Features that were changed.
  | 'features'
  | 'columnBeyond'
  | 'columnOneValue'
  | 'columnMoved'
  // Labels or features of one group of rows.
  | 'group'
  // Rows that came.
  | 'inserted'
  | 'newBeyond'
  | 'newOneValue'
  | 'newLabelBeyond'
  | 'labelMissing'
  | 'duplicates'
  // Rows that went.
  | 'manyRemoved'
  | 'classGone'
  | 'classLostRows'
  | 'valueLostRows'
  | 'stretchLostRows'
  // What no model is needed for.
  | 'rowsReturned'
  | 'categoriesExchanged'
  | 'sameValuesElsewhere'
  | 'columnRewritten';

/**
 * Rows by one column: those that show `value`, or a number in [from, to]. The value of a NULL is ''. `share`: of the rows that are spoken
 * of, those that lie in it; left out where all of them do.
 */
export type Slice = { readonly column: string; readonly share?: number } & (
  | { readonly value: string }
  | { readonly from: number; readonly to: number }
);

/** A label, or a value of the reason's column, that became another; null where it is any, or there is none. A missing value is `NULL`. */
export interface LabelPair {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Recall of one class: the share of its rows that the parent finds. `changed`: of so many `rows` of it that have another label now, as
 * they were; `unchanged`: of rows of it that are as they were and that the parent was not trained on. Both in [0, 1].
 */
export interface ClassRecall {
  readonly class: string;
  readonly rows: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** One reason to ask a person about a delta. */
export interface Reason {
  readonly kind: ReasonKind;
  /** The column that it is about; null where it is about labels or whole rows. */
  readonly column: string | null;
  readonly label: LabelPair | null;
  /** The part of the table in which nearly all of it lies; null where it is spread over all of it. */
  readonly where: Slice | null;
  /** Rows that it speaks of, of so many that were there at the parent's snapshot; of new rows, of so many that came. */
  readonly rows: number;
  readonly of: number;
  /** Those of them that the parent was asked about; 0 where no model was needed. */
  readonly asked: number;
  /** The measure of its kind before and after, shares in [0, 1]: agreement of the parent, its accuracy, the share of a value. */
  readonly before: number | null;
  readonly after: number | null;
  /** Where nearly all of the rows had one label that is another now; left out by older versions. */
  readonly recall?: ClassRecall;
  /** One-sided, after correction for what was looked at; null where the kind goes by size alone. */
  readonly p: number | null;
  /** Which way it moved, for an approval that is to hold for the same move alone. */
  readonly direction: 'up' | 'down' | 'none';
  /** Size of the effect in the measure of its kind, for an approval that is to hold up to half as much again. */
  readonly size: number;
  /** -log10 of p, or the fixed rank of its kind: reasons are sorted by it. */
  readonly strength: number;
}

/** What a person should know and nobody is asked about. */
export interface DataNote {
  readonly kind:
    | 'drift'
    | 'retention'
    | 'firstLabels'
    | 'categoriesNew'
    | 'testRowsAlone'
    | 'factsMade'
    | 'approved'
    | 'excluded'
    | 'columnsCame'
    | 'columnsWent'
    | 'columnsRenamed'
    | 'columnsRetyped'
    | 'notJudged';
  readonly column: string | null;
  readonly rows: number;
  readonly of: number;
  /** A number of its kind: a distance in [0, 1], a median delay in days. */
  readonly value: number | null;
  /** Where its kind has a second one: the delay in days that 95 % stay below. */
  readonly upper: number | null;
  /** A value, a time, the name of an approval, a list of columns: what the sentence names. */
  readonly text: string | null;
}

/** Rows of a delta by what became of them; a row whose label and features changed counts in both. */
export interface RowKinds {
  readonly unchanged: number;
  readonly labels: number;
  readonly features: number;
  readonly inserted: number;
  /** The label was NULL and is a value now. */
  readonly firstLabels: number;
  readonly removed: number;
}

/** `none`: there was nothing to judge it by, no parent or no change. */
export interface DataVerdict {
  readonly verdict: 'consistent' | 'suspect' | 'none';
  /** Strongest first; empty unless suspect. */
  readonly reasons: readonly Reason[];
  readonly notes: readonly DataNote[];
  readonly kinds: RowKinds;
  /** Train rows count where the parent has not learnt its rows by heart; else test and validation rows alone were asked. */
  readonly asked: 'everyRow' | 'unseenRows';
  /** SHA-256 of the reasons and of what they are about: what is approved is what was seen. Null where there is nothing to approve. */
  readonly hash: string | null;
}

/** A group of changed rows that cost the parent most, as a filter of the delta. */
export interface SuspectGroup {
  readonly change: 'labels' | 'features' | 'inserted' | 'removed';
  /** Of changed features. */
  readonly column: string | null;
  readonly label: LabelPair | null;
  readonly where: Slice | null;
  readonly rows: number;
  /** Share of the whole loss that this group explains. */
  readonly share: number;
  /** The parent's accuracy on its rows as they were and as they are; null where there is no such side. */
  readonly before: number | null;
  readonly after: number | null;
  /** Row hashes under the training's split salt. */
  readonly hashes: readonly string[];
}

/** The groups that explain a delta's cost, the dearest first. */
export interface Suspects {
  readonly groups: readonly SuspectGroup[];
  /** Share of the whole loss that they explain together. */
  readonly explained: number;
}

/** What is kept of a delta's judgement beside its model. The rows of a group are found again by its filter. */
export interface RunJudgement {
  readonly data: DataVerdict;
  readonly groups: readonly Omit<SuspectGroup, 'hashes'>[];
}

/** What a person found right about changed data, remembered for deltas of the same kind. */
export interface Approval {
  readonly id: number;
  readonly kind: ReasonKind;
  readonly column: string | null;
  readonly label: LabelPair | null;
  readonly where: Slice | null;
  readonly direction: Reason['direction'];
  readonly size: number;
  /** `rows / of` of the reason. */
  readonly share: number;
  readonly roundsLeft: number;
}
