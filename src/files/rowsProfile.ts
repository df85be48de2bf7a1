/** What rows say of their columns: which are filled, how many values they have, and which of them tell every row from all others. */
import { at } from '../base/assert.ts';

/** What was seen of a column. */
export interface ColumnProfile {
  /** No two rows share a value, and no row lacks one. */
  readonly unique: boolean;
  /** Different values; null when there are more than are counted. */
  readonly distinct: number | null;
  /** Rows without a value. */
  readonly empty: number;
}

/** Two rows that share the values of what was to be unique: their numbers, counted from 1, and those values. */
export interface Repeat {
  readonly first: number;
  readonly second: number;
  readonly values: readonly string[];
}

/** Different values that are counted of a column at most. */
export const mostDistinct = 1000;

/** A set of columns that is unique until two rows share its values. */
interface Candidate {
  readonly columns: readonly number[];
  /** The row of each value; undefined when it was found not to be unique. */
  seen: Map<string, number> | undefined;
  repeat: Repeat | null;
}

const candidate = (columns: readonly number[]): Candidate => ({ columns, seen: new Map(), repeat: null });

const longCell = 256;

/** A long text by its length, its beginning and two hashes of all of it: what is kept of a cell stays small. */
function kept(cell: string): string {
  if (cell.length <= longCell) return cell;
  let [a, b] = [0x811c9dc5, 0x1000193];
  for (let i = 0; i < cell.length; i++) {
    const code = cell.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) + i;
  }
  return `${cell.length}:${cell.slice(0, 64)}:${a >>> 0}:${b >>> 0}`;
}

/** Values next to each other, so that two cells cannot be taken for one. */
const joined = (cells: readonly string[]): string =>
  cells.length === 1 ? at(cells, 0) : cells.map((cell) => `${cell.length}:${cell}`).join('');

/** Takes in rows, one after the other, and tells of their columns. */
export class RowsProfile {
  readonly #width: number;
  readonly #singles: readonly Candidate[];
  readonly #sets: readonly Candidate[];
  readonly #distinct: (Set<string> | undefined)[];
  readonly #empty: number[];
  #rows = 0;

  /** `sets`: columns, by their places, that are looked at together. */
  constructor(width: number, sets: readonly (readonly number[])[] = []) {
    this.#width = width;
    this.#singles = Array.from({ length: width }, (_, c) => candidate([c]));
    this.#sets = sets.map(candidate);
    this.#distinct = Array.from({ length: width }, () => new Set<string>());
    this.#empty = Array.from({ length: width }, () => 0);
  }

  get rows(): number {
    return this.#rows;
  }

  /** A row as its texts; null where it has no value. */
  add(cells: readonly (string | null)[]): void {
    this.#rows += 1;
    for (let c = 0; c < this.#width; c++) {
      const cell = cells[c] ?? null;
      if (cell === null) this.#empty[c] = at(this.#empty, c) + 1;
      else this.#count(c, cell);
    }
    for (const one of this.#singles) this.#look(one, cells);
    for (const one of this.#sets) this.#look(one, cells);
  }

  #count(column: number, cell: string): void {
    const found = this.#distinct[column];
    if (!found) return;
    found.add(kept(cell));
    if (found.size > mostDistinct) this.#distinct[column] = undefined;
  }

  #look(one: Candidate, cells: readonly (string | null)[]): void {
    const { seen, columns } = one;
    if (!seen) return;
    const values: string[] = [];
    for (const c of columns) {
      const cell = cells[c] ?? null;
      // A row that lacks a part of it cannot be told by it.
      if (cell === null) {
        one.seen = undefined;
        return;
      }
      values.push(kept(cell));
    }
    const key = joined(values);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, this.#rows);
      return;
    }
    one.seen = undefined;
    one.repeat = { first, second: this.#rows, values };
  }

  column(column: number): ColumnProfile {
    return {
      unique: this.#rows > 0 && at(this.#singles, column).seen !== undefined,
      distinct: this.#distinct[column]?.size ?? null,
      empty: at(this.#empty, column),
    };
  }

  /** Whether the set of that place among those given at the start is unique, and where it is not. */
  set(index: number): { readonly unique: boolean; readonly repeat: Repeat | null } {
    const { seen, repeat } = at(this.#sets, index);
    return { unique: this.#rows > 0 && seen !== undefined, repeat };
  }
}
