/** The delta: net row changes between two versions of a table. */
import { at } from '../base/assert.ts';
import { type Cells, cellAt, type PageColumn, pickCells, type RowPage } from './page.ts';
import type { Value } from './value.ts';

/** What became of a row between two versions. */
export type Flag = 'inserted' | 'updated' | 'deleted';

/** The number of a flag in `DeltaPage.flags`. */
export const flagNames: readonly Flag[] = ['inserted', 'updated', 'deleted'];

/**
 * How many rows changed between two versions. A row counts once, as what it is in the end: inserted and deleted again
 * is nothing.
 */
export interface DeltaCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** The counts of two versions that are the same. */
export const noChanges: DeltaCounts = { inserted: 0, updated: 0, deleted: 0 };

/** What became of the columns of a table between two versions. */
export interface ColumnChanges {
  readonly added: readonly { readonly name: string; readonly type: string }[];
  readonly dropped: readonly { readonly name: string; readonly type: string }[];
  /** A column that went and one that came with the same values in the same rows, as far as was looked. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  readonly retyped: readonly { readonly name: string; readonly from: string; readonly to: string }[];
}

/** How many rows changed in any way. */
export const changedRows = (counts: DeltaCounts): number => counts.inserted + counts.updated + counts.deleted;

/** Over several tables, or several pieces of one. */
export const sumCounts = (all: readonly DeltaCounts[]): DeltaCounts =>
  all.reduce(
    (sum, counts) => ({
      inserted: sum.inserted + counts.inserted,
      updated: sum.updated + counts.updated,
      deleted: sum.deleted + counts.deleted,
    }),
    noChanges,
  );

/**
 * A page of changed rows. `flags[i]` indexes `flagNames`. `before[c]` and `after[c]` hold `rows` entries for `columns[c]`;
 * the before of an inserted row and the after of a deleted one are NULL throughout. Key columns come first, `keyColumns` of them.
 */
export interface DeltaPage {
  readonly rows: number;
  readonly keyColumns: number;
  readonly columns: readonly PageColumn[];
  readonly flags: Uint8Array;
  readonly before: readonly Cells[];
  readonly after: readonly Cells[];
  readonly hashes?: readonly string[];
  /** 1 where a deleted row is there and is left out by a person: nothing is to be said of its going. Left out where there is none. */
  readonly excluded?: Uint8Array;
}

/** One changed row: values in column order, or null where the row was or is absent. */
export interface Change {
  readonly flag: Flag;
  readonly before: readonly Value[] | null;
  readonly after: readonly Value[] | null;
}

/** Row `i` of a page, in [0, page.rows), as the values before and after. */
export function changeAt(page: DeltaPage, i: number): Change {
  const flag = at(flagNames, at(page.flags, i));
  const image = (cells: readonly Cells[]): Value[] => cells.map((column) => cellAt(column, i));
  return {
    flag,
    before: flag === 'inserted' ? null : image(page.before),
    after: flag === 'deleted' ? null : image(page.after),
  };
}

/** Some rows of a page as they were, or as they are; with their hashes where the page has them. */
export function imageOf(page: DeltaPage, image: 'before' | 'after', rows: readonly number[]): RowPage {
  return {
    rows: rows.length,
    columns: page.columns,
    cells: page[image].map((cells) => pickCells(cells, rows)),
    ...(page.hashes && { hashes: rows.map((i) => at(page.hashes ?? [], i)) }),
  };
}
