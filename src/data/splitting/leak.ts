/** Leaks: what makes a model look better on its tests than it will be, as it was found in rows before anything was trained on them. */

/**
 * `label`: a feature that equals the label, or tells it. `group`: rows of one group on two sides. `time`: train rows later than test
 * rows. `copies`: rows that are the same under other keys, on two sides. `late`: labels that were known too late.
 */
export type LeakKind = 'label' | 'group' | 'time' | 'copies' | 'late';

/** How a number was found: of all rows, or of so many that they could be held; then it is an estimate, or there are more. */
export type Counted = 'exact' | 'about' | 'atLeast';

/** What was found. */
export type Leak =
  /** `right` of `asked` labels were told by the feature alone, from rows that are not among them. */
  | {
      readonly kind: 'label';
      readonly feature: string;
      readonly equals: boolean;
      readonly right: number;
      readonly asked: number;
    }
  /** Groups that have train and test rows. */
  | { readonly kind: 'group'; readonly columns: readonly string[]; readonly groups: number; readonly counted: Counted }
  /** Train rows that are later than the first test row. */
  | {
      readonly kind: 'time';
      readonly column: string;
      readonly rows: number;
      readonly from: string;
      readonly counted: Counted;
    }
  /** Values of these columns on several sides; without columns test rows that are train rows, too. */
  | {
      readonly kind: 'copies';
      readonly columns: readonly string[] | null;
      readonly count: number;
      readonly counted: Counted;
    }
  /** Labels that were known only after a moment: of all rows, or of train rows after the first test row. */
  | {
      readonly kind: 'late';
      readonly column: string;
      readonly rows: number;
      readonly after: string;
      readonly isTrain: boolean;
      readonly counted: Counted;
    };

/** Cells of a column that are to be times and are none: of their rows nothing is told by it. */
export interface NoTimes {
  readonly column: string;
  readonly rows: number;
  /** The text of the first of them, not more than 40 characters. */
  readonly example: string;
  /** All rows were looked at. */
  readonly isWhole: boolean;
}

/** All that was found. */
export interface LeaksFound {
  readonly leaks: readonly Leak[];
  readonly noTimes: readonly NoTimes[];
}

/** Columns that tell of leaks; null: there is none. */
export interface LeakColumns {
  /** Each a group by its columns. */
  readonly group: readonly (readonly string[])[];
  /** What the copies of a row have in common. */
  readonly copies: readonly (readonly string[])[];
  /** When a row happened. */
  readonly time: string | null;
  /** When its label was known. */
  readonly labelTime: string | null;
}
