/** How a file is read into a table: what a person chose, and what an earlier file of the same table was read with. */

/** How the bytes of a file are text. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'latin-1'] as const;
/** An encoding that text files are read in. */
export type Encoding = (typeof encodings)[number];

/** What was chosen; what is left out is found in the file. */
export interface Reading {
  /** Declared types by the table's column, in MySQL words, for columns that the import makes. */
  readonly types?: Readonly<Record<string, string>>;
  /** The table's column by the file's. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Columns of the file that are not read, by the file's names. */
  readonly skip?: readonly string[];
  /** Cells that mean "missing", instead of the usual ones. */
  readonly na?: readonly string[];
  readonly encoding?: Encoding;
  /** What stands between cells: one character. */
  readonly separator?: string;
  /** What stands around cells: one character, or '' for none. */
  readonly quote?: string;
  /** Whether the first line has the names. */
  readonly header?: boolean;
  /** Columns of the file that the table does not have are added to it. */
  readonly addColumns?: boolean;
  /** Columns that only one of file and table has are left as they are. */
  readonly leaveColumns?: boolean;
}

/** Cells that usually mean "missing". In a column of numbers, times or truth values they are NULL; in a column of text they are text. */
export const usualMarks: readonly string[] = [
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '#NA',
  '<NA>',
  'NaN',
  'nan',
  '-nan',
  '-NaN',
  'NULL',
  'Null',
  'null',
  'None',
  'none',
  'nil',
  '-',
  '--',
  '?',
  '.',
];
