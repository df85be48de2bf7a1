/** How sure a difference is of a measure that does not add up over rows: by drawing rows. */
import { at } from '../../base/assert.ts';
import { seededRandom } from '../../base/random.ts';
import { z95 } from '../../base/statistics.ts';
import type { MeasuredPair } from '../../data/measuring/measures.ts';
import { twoSided } from '../../judge/statistics/paired.ts';
import { momentsOf } from '../../judge/statistics/tails.ts';

/** Enough for a standard error (Efron, Tibshirani 1993, section 6.4). */
const draws = 200;
/** Rows that are drawn from at most; of more rows the error is that of these, smaller by the root of how many more there are. */
const mostDrawn = 20_000;
/** Rows that a drawn measure is of at least: of fewer the drawn error is over a twentieth too small, √(1 − 1/n) of what it is. */
const leastDrawn = 10;
/** Less than that of a difference is what rounding makes of no error. */
const rounding = 1e-9;

/** What a `MeasuredPair` says of a measure. */
export type Figures = Omit<MeasuredPair, 'metric' | 'n'>;

/** False where nothing varies and yet there is a difference: how sure that is, the rows cannot say. */
export const isKnown = (difference: number, error: number): boolean =>
  difference === 0 || error > rounding * Math.abs(difference);

/** A difference with its error; null where that is not known. */
export function figuresOf(child: number, parent: number, error: number, by: MeasuredPair['by']): Figures | null {
  const difference = child - parent;
  if (!isKnown(difference, error)) return null;
  const p = difference === 0 ? 1 : Math.min(1, twoSided(Math.abs(difference) / error));
  return { child, parent, difference, low: difference - z95 * error, high: difference + z95 * error, p, by };
}

/** `D`: what measures are made of where row `i` counts `times[i]` times. */
export interface Counted<D> {
  /** Of both models, null where one has none. */
  readonly measured: (of: D) => { readonly child: number | null; readonly parent: number | null };
  /** How many rows each part of it is of: as many of a class, or as many as are answered so. */
  readonly rows: (of: D) => readonly number[];
}

/** Measures that do not add up over rows, all by the same draws; those that the rows have not, or too few for, are left out. */
export function byDraws<D>(
  n: number,
  prepared: (times: Uint32Array) => D,
  measures: ReadonlyMap<string, Counted<D>>,
): Map<string, Figures> {
  const some = Math.min(n, mostDrawn);
  const whole = prepared(new Uint32Array(n).fill(1));
  const part = prepared(new Uint32Array(n).fill(1, 0, some));
  const known = [...measures].flatMap(([name, { measured, rows }]) => {
    const { child, parent } = measured(whole);
    const drawn = rows(part);
    if (child === null || parent === null || drawn.some((count) => count < leastDrawn)) return [];
    // A class that is more frequent among the rows that are drawn from has no more rows elsewhere to be surer by.
    const share = Math.max(some / n, ...rows(whole).map((count, i) => at(drawn, i) / count));
    return [{ name, measured, child, parent, share, differences: [] as number[] }];
  });
  const random = seededRandom(`bootstrap:${n}`);
  const times = new Uint32Array(n);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let i = 0; i < some; i++) {
      const row = Math.floor(random.fraction() * some);
      times[row] = (times[row] as number) + 1;
    }
    const of = prepared(times);
    for (const { measured, differences } of known) {
      const { child, parent } = measured(of);
      if (child !== null && parent !== null) differences.push(child - parent);
    }
  }
  return new Map(
    known.flatMap(({ name, child, parent, share, differences }) => {
      const error = Math.sqrt(momentsOf(differences).variance * share);
      const figures = figuresOf(child, parent, error, 'bootstrap');
      return figures ? [[name, figures] as const] : [];
    }),
  );
}
