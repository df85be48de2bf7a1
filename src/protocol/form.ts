/**
 * What crosses between the extension host and the page of a form: from a file to a table and its training, or a training
 * that is there already. What a person typed goes to the host as it was typed, so that nothing of it is lost.
 */

/** A column of the file or the table. */
export interface FormColumn {
  readonly name: string;
  /** As found in the file, or as the table has it; in MySQL words. */
  readonly type: string;
  /** False where it is the table's own. */
  readonly typeCanChange: boolean;
  readonly unique: boolean;
  /** Null: more than are counted, or not counted. */
  readonly distinct: number | null;
  /** Rows without a value. */
  readonly empty: number;
  /** Of the first rows, as they are shown. */
  readonly first: readonly string[];
}

/** How the file is read, as it was typed; '' where it is left to the file. */
export interface FormReading {
  /** One character, or `tab`. */
  readonly separator: string;
  readonly encoding: string;
  /** Whether the first line has the names. */
  readonly header: '' | 'yes' | 'no';
  /** Cells that mean "missing", commas between. */
  readonly na: string;
  /** Columns of the file that are not read, commas between. */
  readonly skip: string;
  /** `file=table`, commas between. */
  readonly rename: string;
}

/** All of it is left to the file. */
export const asFound: FormReading = { separator: '', encoding: '', header: '', na: '', skip: '', rename: '' };

/** What a person answered; texts as they were typed. */
export interface FormAnswers {
  /** The id of a connection, or `newStore` with the folder's address after it. */
  readonly store: string;
  /** `database.table` */
  readonly table: string;
  /** What becomes of the rows of a table that is there. */
  readonly mode: 'upsert' | 'sync';
  /** By column: where another type than the found one is wanted. */
  readonly types: Readonly<Record<string, string>>;
  readonly reading: FormReading;
  readonly key: readonly string[];
  /** Null: nothing is learnt. */
  readonly label: string | null;
  readonly features: readonly string[];
  readonly slices: readonly string[];
  readonly name: string;
  readonly learner: string;
  /** Shares of the rows in percent. */
  readonly test: string;
  readonly validation: string;
  readonly seed: string;
}

/** What a store that does not exist yet begins with. */
export const newStore = 'new:';

/** Which answer a problem is about; `type:` and `column:` with the column's name after it. */
export type FormField =
  | keyof Omit<FormAnswers, 'types' | 'mode' | 'reading'>
  | 'file'
  | `type:${string}`
  | `column:${string}`
  | `reading:${keyof FormReading}`;

/** `blocks`: what cannot be done while it is there; `nothing`: it went wrong, and may be tried again; null: it is only said. */
export interface FormProblem {
  readonly field: FormField;
  readonly sentence: string;
  readonly blocks: 'all' | 'training' | 'nothing' | null;
}

/** What depends on the answers, and changes with them. */
export interface FormFindings {
  readonly problems: readonly FormProblem[];
  /** The table that is named, where it is there. */
  readonly existing: { readonly trainings: readonly string[] } | null;
  /** The file as it is read by now, with the answers that go with its columns; left out while it is read as before. */
  readonly file?: FormFile;
  /** What is under way, as a sentence; null when nothing is. */
  readonly work: string | null;
}

/** Everything the page of a form shows. */
export interface FormState {
  readonly kind: 'import' | 'training';
  /** The file's name, or the training's. */
  readonly title: string;
  /** Sentences about what was found in the file. */
  readonly notes: readonly string[];
  /** Where the file is, or which table is learnt. */
  readonly place: string;
  /** Rows that were looked at; null when they were not counted. */
  readonly rows: number | null;
  /** False when there are more rows than were looked at. */
  readonly whole: boolean;
  readonly columns: readonly FormColumn[];
  /** How a text of cells was understood, as far as that can be chosen; null for what is none. */
  readonly dialect: { readonly separator: string; readonly encoding: string; readonly header: boolean } | null;
  /** Where the rows can go; empty where that is settled. */
  readonly stores: readonly { readonly id: string; readonly text: string }[];
  readonly types: readonly string[];
  readonly learners: readonly string[];
  readonly answers: FormAnswers;
  readonly findings: FormFindings;
}

/** What was found in a file, by the reading of the answers. */
export interface FormFile extends Pick<FormState, 'notes' | 'rows' | 'whole' | 'columns' | 'dialect'> {
  readonly answers: FormAnswers;
}
