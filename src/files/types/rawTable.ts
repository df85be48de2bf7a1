/** A table as a file holds it, before its values meet the columns of a store. */
import type { RawCell } from './rawCell.ts';
import type { TypeGuess } from './typeGuess.ts';

/** Cells in the order of `RawTable.columns`; `lines[r]` is the line at which row r begins, counted from 1. The reader gives them up. */
export interface RawBatch {
  readonly rows: RawCell[][];
  readonly lines: readonly number[] | null;
  /** Of CSV: 1 at row × columns + column for a cell that stood in quotes; null where none did. */
  readonly quoted: Uint8Array | null;
  /** Bytes of the file that were read so far. */
  readonly bytes?: number;
  /** Which file it is of, where there are several. */
  readonly file?: string;
}

/** A column as the file says it. */
export interface RawColumn {
  readonly name: string;
  /** As the file's own schema says, in MySQL words; null where the cells say it. */
  readonly type: string | null;
  readonly nullable: boolean;
  /** Types that hold the column as well, each more than the one before, for a store that cannot hold the first, or a value beyond it. */
  readonly instead?: readonly string[];
}

/** How a text of cells was understood. */
export interface Dialect {
  readonly separator: string;
  readonly quote: string;
  readonly encoding: string;
  readonly header: boolean;
  /** Blanks behind a separator belong to it. */
  readonly blanks: boolean;
  /** The names stand in quotes, or there are none: then a file whose cells all do says nothing by it. */
  readonly areQuoted: boolean;
}

/** A file as a table that can be read more than once, its columns known beforehand. */
export interface RawTable {
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly columns: readonly RawColumn[];
  /** Of CSV. */
  readonly dialect: Dialect | null;
  /** What was found by looking at more than the names: types by column, where the columns are known by it. */
  readonly guesses: readonly TypeGuess[] | null;
  /** Bytes of the file, where `bytes` of its batches counts them. */
  readonly size: number | null;
  /** What a person is told of the file as a whole. */
  readonly notes: readonly string[];
  /** Reads the file from its beginning, each time it is called. */
  read(signal?: AbortSignal): AsyncGenerator<RawBatch, void>;
}

/** Rows a batch on their way in. */
export const batchRows = 4096;
