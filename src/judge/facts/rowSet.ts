/** The contents of all labelled rows, 64 bits each, as often as they occur; a delta adds what came and what went. */
import { at } from '../../base/assert.ts';

/** Rows' contents. `sorted` is of the last full count and may be shared; `changed` how often each occurs more, or less, since. */
export class RowSet {
  readonly sorted: BigUint64Array;
  readonly #changed: Map<bigint, number>;
  readonly #halves: Uint32Array;
  /** Rows in all, and how many different ones. */
  readonly rows: number;
  readonly distinct: number;

  private constructor(of: { sorted: BigUint64Array; changed: Map<bigint, number>; rows: number; distinct: number }) {
    this.sorted = of.sorted;
    this.#changed = of.changed;
    this.rows = of.rows;
    this.distinct = of.distinct;
    this.#halves = new Uint32Array(of.sorted.buffer, of.sorted.byteOffset, of.sorted.length * 2);
  }

  /** Takes the array, and puts it in order. */
  static of(contents: BigUint64Array): RowSet {
    const sorted = contents.sort();
    let distinct = 0;
    for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct += 1;
    return new RowSet({ sorted, changed: new Map(), rows: sorted.length, distinct });
  }

  /** The first place that is not below a content. */
  #from(low: number, high: number): number {
    let first = 0;
    let end = this.sorted.length;
    while (first < end) {
      const middle = (first + end) >> 1;
      const upper = at(this.#halves, 2 * middle + 1);
      if (upper < high || (upper === high && at(this.#halves, 2 * middle) < low)) first = middle + 1;
      else end = middle;
    }
    return first;
  }

  /** How many rows have this content. */
  count(content: bigint): number {
    const low = Number(content & 0xffffffffn);
    const high = Number(content >> 32n);
    let place = this.#from(low, high);
    let found = 0;
    while (
      place < this.sorted.length &&
      at(this.#halves, 2 * place) === low &&
      at(this.#halves, 2 * place + 1) === high
    ) {
      found += 1;
      place += 1;
    }
    return found + (this.#changed.get(content) ?? 0);
  }

  /** After some rows went and others came; this one stays as it is. */
  after(went: BigUint64Array, came: BigUint64Array): RowSet {
    const changed = new Map(this.#changed);
    const next = new RowSet({ sorted: this.sorted, changed, rows: 0, distinct: 0 });
    let distinct = this.distinct;
    const shift = (content: bigint, by: number): void => {
      const before = next.count(content);
      changed.set(content, (changed.get(content) ?? 0) + by);
      if (before <= 0 && by > 0) distinct += 1;
      if (before === 1 && by < 0) distinct -= 1;
    };
    for (const content of went) shift(content, -1);
    for (const content of came) shift(content, 1);
    return new RowSet({ sorted: this.sorted, changed, rows: this.rows - went.length + came.length, distinct });
  }

  /** The share of rows that are equal to an earlier one. */
  get copies(): number {
    return this.rows <= 0 ? 0 : 1 - this.distinct / this.rows;
  }
}
