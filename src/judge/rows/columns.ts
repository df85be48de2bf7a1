/** Columns as the judge reads them: every cell a number, NaN where it is missing, whatever its kind. */
import { at } from '../../base/assert.ts';
import type { Cells, PageColumn } from '../../data/page.ts';
import type { FeatureKind, Task } from '../../data/training.ts';

/**
 * A column that is judged. `slice`: rows are cut by it, and no model sees it. `key`: the order of rows in which they came, where
 * a part of the key has one (numbers and dates).
 */
export interface JudgedColumn {
  readonly name: string;
  /** Of keys and slices that are no features: how they are read. */
  readonly kind: FeatureKind;
  readonly role: 'feature' | 'slice' | 'key';
  /** Where the parent's encoder clips: 8 sd from the mean. Null where it has none for this column; facts then say what is usual. */
  readonly clip: { readonly mean: number; readonly sd: number } | null;
}

/** Cells as numbers; of a category the number that `numberOfCategory` gives its text. What is missing is NaN. */
export type ReadCells = (
  kind: FeatureKind,
  cells: Cells,
  rows: number,
  numberOfCategory: (text: string) => number,
) => Float64Array;

/** How rows are read for the judge: the same of facts and of changes. */
export interface Judged {
  readonly columns: readonly JudgedColumn[];
  readonly label: string;
  readonly task: Task;
  readonly read: ReadCells;
}

/** Texts numbered in the order in which they are first met. */
export class Texts {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** Kept as a function, to be handed on. */
  readonly numberOf = (text: string): number => {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.texts.length);
    this.texts.push(text);
    return this.texts.length - 1;
  };

  textOf(number: number): string {
    return at(this.texts, number);
  }
}

/** The place of a column in a page; -1 where it is not there. */
export const columnPlace = (columns: readonly PageColumn[], name: string): number =>
  columns.findIndex((column) => column.name === name);

/** A value of a column as facts keep it: a category's text, else the number. */
export type JudgedValue = number | string;

/** Whether a kind's numbers are those of texts. */
export const isCategory = (column: { readonly kind: FeatureKind }): boolean => column.kind === 'category';
