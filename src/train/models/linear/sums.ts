/**
 * Sums over rows that are the same in any order: products of whole numbers are added as doubles while every sum is below
 * 2^53, where that is exact, and then as integers of any size; what is kept has 64 bits.
 */
import { at } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { mostEntry, type SparseRow } from './integerRows.ts';

/** Sums as they are kept: `gram` is the upper triangle of X'X row by row, `cross` is X'Y, an input's targets side by side. */
export interface Sums {
  readonly gram: BigInt64Array;
  readonly cross: BigInt64Array;
}

/** Doubles are exact below. */
const exactBelow = 2 ** 53;
const mostProduct = mostEntry * mostEntry;

/** Numbers in the upper triangle of a square. */
export const triangle = (width: number): number => (width * (width + 1)) / 2;

/** Where row `i` of an upper triangle begins, less `i`: entry (i, j) is at `start + j`. */
export const rowStart = (width: number, i: number): number => i * width - (i * (i + 1)) / 2;

/** Double sums before they are taken over into integers. */
class Exact {
  readonly #open: Float64Array;
  readonly #total: bigint[];
  /** No sum can be greater, whatever the signs were. */
  #bound = 0;

  constructor(start: BigInt64Array) {
    this.#open = new Float64Array(start.length);
    this.#total = [...start];
  }

  /** The sums to add to, which have room for terms of this size; what was added before is taken over where there is none. */
  room(greatest: number): Float64Array {
    if (this.#bound + greatest >= exactBelow) this.#fold();
    this.#bound += greatest;
    return this.#open;
  }

  #fold(): void {
    this.#open.forEach((sum, i) => {
      if (sum !== 0) this.#total[i] = at(this.#total, i) + BigInt(sum);
    });
    this.#open.fill(0);
    this.#bound = 0;
  }

  /** `plan.unsupported` where a sum needs more than 64 bits. */
  close(): BigInt64Array {
    this.#fold();
    if (this.#total.some((sum) => BigInt.asIntN(64, sum) !== sum))
      throw new Failure('plan.unsupported', {
        what: say('There are more rows than the sums of a linear model can hold exactly.'),
        hint: say('Use the learner "mlp".'),
      });
    return BigInt64Array.from(this.#total);
  }
}

/** Adds rows to sums, or takes them away. What it starts from is not changed. */
export class Summing {
  readonly #width: number;
  readonly #targets: number;
  readonly #gram: Exact;
  readonly #cross: Exact;

  /** `width` inputs with the bias. */
  constructor(start: Sums, width: number, targets: number) {
    this.#width = width;
    this.#targets = targets;
    this.#gram = new Exact(start.gram);
    this.#cross = new Exact(start.cross);
  }

  /** A row with an amount at one target; `sign` 1 or -1. */
  add({ inputs, entries, length }: SparseRow, target: number, amount: number, sign: 1 | -1): void {
    const gram = this.#gram.room(mostProduct);
    const cross = this.#cross.room(mostEntry * Math.abs(amount));
    for (let i = 0; i < length; i++) {
      const input = at(inputs, i);
      const entry = sign * at(entries, i);
      const start = rowStart(this.#width, input);
      // Inputs ascend, so this is the upper triangle.
      for (let j = i; j < length; j++) {
        const place = start + at(inputs, j);
        gram[place] = at(gram, place) + entry * at(entries, j);
      }
      const place = input * this.#targets + target;
      cross[place] = at(cross, place) + entry * amount;
    }
  }

  close(): Sums {
    return { gram: this.#gram.close(), cross: this.#cross.close() };
  }
}
