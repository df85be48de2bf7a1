/** Values that rows of several sides have in common: groups, and copies under other keys. */
import type { Counted } from '../../data/splitting/leak.ts';
import type { Side } from '../../data/splitting/sides.ts';
import { textOf, type Value } from '../../data/value.ts';

/** Values that are held; of more of them a part by chance is, and what is counted is an estimate. */
const mostValues = 200_000;

const bits: Readonly<Record<Side, number>> = { train: 1, validation: 2, test: 4 };

/** What was counted of the values. */
export interface Shared {
  /** Values of train and test rows. */
  readonly trainAndTest: number;
  /** Values of rows of two sides or three. */
  readonly several: number;
  /** Test rows whose value a train row has. */
  readonly testRows: number;
  readonly counted: Counted;
}

/** A number for a text in [0, 2^32), as good as by chance (FNV-1a, mixed). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Stands for some values in 64 bits. */
export function textKey(values: readonly Value[]): string {
  const text = values.map((value) => `${textOf(value)}\u0000`).join('');
  return String.fromCharCode(...halvesOf(spread(text)), ...halvesOf(spread(`${text}+`)));
}

const halvesOf = (hash: number): [number, number] => [hash >>> 16, hash & 0xffff];

/** Counts in one pass, with as many values in memory at most. */
export class SharedValues {
  /** The sides of a value as bits, and eight times its test rows. */
  readonly #sides = new Map<string, number>();
  readonly #most: number;
  /** One in so many values is held. */
  #every = 1;

  constructor(most = mostValues) {
    this.#most = most;
  }

  add(value: string, side: Side): void {
    if (this.#every > 1 && spread(value) % this.#every !== 0) return;
    const known = this.#sides.get(value) ?? 0;
    this.#sides.set(value, (known | bits[side]) + (side === 'test' ? 8 : 0));
    if (this.#sides.size <= this.#most) return;
    this.#every *= 2;
    for (const one of this.#sides.keys()) if (spread(one) % this.#every !== 0) this.#sides.delete(one);
  }

  done(): Shared {
    let [trainAndTest, several, testRows] = [0, 0, 0];
    for (const known of this.#sides.values()) {
      const sides = known & 7;
      if (sides === 0 || (sides & (sides - 1)) === 0) continue;
      several += 1;
      if ((sides & 5) !== 5) continue;
      trainAndTest += 1;
      testRows += known >> 3;
    }
    const of = (count: number): number => count * this.#every;
    return {
      trainAndTest: of(trainAndTest),
      several: of(several),
      testRows: of(testRows),
      counted: this.#every === 1 ? 'exact' : 'about',
    };
  }
}
