/** A table as a file holds it, before its values meet the columns of a store. */

/** Nested JSON (an array or object), as compact text. */
export interface JsonCell {
  readonly json: string;
}

/** One cell as the file's format gives it: CSV gives text only, and null for a cell that is empty and not quoted. */
export type RawCell = null | string | number | bigint | boolean | Uint8Array | JsonCell;

/** Cells in the order of `RawTable.columns`; `lines[r]` is the line at which row r begins, counted from 1. */
export interface RawBatch {
  readonly rows: readonly (readonly RawCell[])[];
  readonly lines: readonly number[] | null;
}

export interface RawColumn {
  readonly name: string;
  /** In MySQL words, as found in the whole file; for a text key choose `keyType`. */
  readonly type: string;
  readonly nullable: boolean;
  /** The longest text in the file in characters; null when it is not known. */
  readonly longest: number | null;
}

/** A file as a table that can be read more than once, its columns known beforehand. */
export interface RawTable {
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly columns: readonly RawColumn[];
  /** Reads the file from its beginning, each time it is called. */
  read(signal?: AbortSignal): AsyncGenerator<RawBatch, void>;
}

/** Rows a batch on their way in. */
export const batchRows = 4096;

/** How far a CSV file is looked into for its columns: `types` reads all of it, `names` the header alone, and calls every type TEXT. */
export type Look = 'types' | 'names';
