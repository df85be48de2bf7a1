/** Seeded draws for made-up rounds. */
import { at } from '../../src/base/assert.ts';
import { permutation, seededRandom } from '../../src/base/random.ts';

/** A source of draws of every kind that a round needs. */
export class Draws {
  readonly #random;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
  }

  fraction(): number {
    return this.#random.fraction();
  }

  /** An integer in [from, to). */
  whole(from: number, to: number): number {
    return from + this.#random.below(Math.max(1, to - from));
  }

  between(low: number, high: number): number {
    return low + this.fraction() * (high - low);
  }

  of<T>(items: ArrayLike<T>): T {
    return at(items, this.whole(0, items.length));
  }

  shuffled<T>(items: ArrayLike<T>): T[] {
    return Array.from(permutation(items.length, this.#random), (i) => at(items, i));
  }

  /** Some of them, none twice. */
  some<T>(items: ArrayLike<T>, count: number): T[] {
    return this.shuffled(items).slice(0, Math.max(0, Math.floor(count)));
  }

  /** About normal: twelve uniform draws (Irwin–Hall). */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.fraction();
    return sum;
  }
}
