/** Rows that are later than the first of others, in one pass: of those before it so far a count by moment is held. */
import type { Counted } from '../../data/splitting/leak.ts';
import { isTimeBefore, type Moment } from '../../data/splitting/sides.ts';

/** Moments that are held. */
const mostMoments = 200_000;

/** Counts, whatever order the rows come in. */
export class LaterThan {
  readonly #isAlso: boolean;
  readonly #most: number;
  /** Rows by their moment, none of which is later than the first of the others as it is known. */
  readonly #earlier = new Map<Moment, number>();
  #first: Moment | null = null;
  #later = 0;
  /** The latest moment of rows that are counted as earlier for good. */
  #forgotten: Moment | null = null;

  /** `isAlso`: rows of the very moment of the first count, too. */
  constructor(isAlso = false, most = mostMoments) {
    this.#isAlso = isAlso;
    this.#most = most;
  }

  #isLater(moment: Moment): boolean {
    const first = this.#first;
    if (first === null) return false;
    return this.#isAlso ? isTimeBefore(moment, first) === false : isTimeBefore(first, moment) === true;
  }

  /** One of those of which the first matters. */
  first(moment: Moment): void {
    if (this.#first !== null && isTimeBefore(moment, this.#first) !== true) return;
    this.#first = moment;
    for (const [one, count] of this.#earlier) {
      if (!this.#isLater(one)) continue;
      this.#later += count;
      this.#earlier.delete(one);
    }
  }

  /** One of those that are counted. */
  add(moment: Moment): void {
    if (this.#isLater(moment)) {
      this.#later += 1;
      return;
    }
    this.#earlier.set(moment, (this.#earlier.get(moment) ?? 0) + 1);
    if (this.#earlier.size > this.#most) this.#forget();
  }

  /** The earlier half: they are the last to be later than anything. */
  #forget(): void {
    const moments = [...this.#earlier.keys()].sort((a, b) => (isTimeBefore(a, b) === true ? -1 : 1));
    for (const one of moments.slice(0, moments.length / 2)) {
      this.#earlier.delete(one);
      if (this.#forgotten === null || isTimeBefore(this.#forgotten, one) === true) this.#forgotten = one;
    }
  }

  /** Null where there was no first. */
  done(): { readonly first: Moment; readonly later: number; readonly counted: Counted } | null {
    if (this.#first === null) return null;
    const isLess = this.#forgotten !== null && this.#isLater(this.#forgotten);
    return { first: this.#first, later: this.#later, counted: isLess ? 'atLeast' : 'exact' };
  }
}
