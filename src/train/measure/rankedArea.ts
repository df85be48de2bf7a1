/** The area under the ROC curve of two classes, exact with ties at their mean (Mann, Whitney 1947), and how sure it is. */
import { at } from '../../base/assert.ts';
import { z95 } from '../../base/statistics.ts';
import type { RankedArea } from '../../data/measuring/measures.ts';
import { orderOf, ranksOf } from '../../judge/statistics/ranking.ts';

/** Rows that are ranked at most: in hash order the first ones are a sample. */
const mostRanked = 200_000;

/** The scores of some rows and whether each is of the second class. */
export interface Ranked {
  /** Their places among all rows. */
  readonly places: Uint32Array;
  readonly scores: Float64Array;
  readonly isSecond: Uint8Array;
}

/** The first rows whose label is one of the two classes; null where one of them has none. */
export function rankedRows(margins: Float64Array, labels: Int32Array, known: number): Ranked | null {
  const kept: number[] = [];
  for (let i = 0; i < margins.length && kept.length < mostRanked; i++) if (at(labels, i) < known) kept.push(i);
  const isSecond = Uint8Array.from(kept, (i) => (at(labels, i) === 1 ? 1 : 0));
  const second = isSecond.reduce((sum, one) => sum + one, 0);
  if (second === 0 || second === isSecond.length) return null;
  return { places: Uint32Array.from(kept), scores: Float64Array.from(kept, (i) => at(margins, i)), isSecond };
}

/** Mean and variance with n − 1 of the values of one class. */
function momentsOfClass(values: Float64Array, isSecond: Uint8Array, of: number) {
  let [n, mean, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (isSecond[i] !== of) continue;
    n += 1;
    const value = at(values, i);
    const off = value - mean;
    mean += off / n;
    squares += off * (value - mean);
  }
  return { n, mean, variance: n > 1 ? squares / (n - 1) : 0 };
}

/** Of each row the share of the other class's rows that it is ranked rightly against. */
function rightlyRanked({ scores, isSecond }: Ranked): Float64Array {
  const within = new Float64Array(scores.length);
  const sizes = [0, 1].map((of) => {
    const own = [...isSecond.keys()].filter((i) => isSecond[i] === of);
    const ranks = ranksOf(Float64Array.from(own, (i) => at(scores, i)));
    own.forEach((place, i) => {
      within[place] = at(ranks, i);
    });
    return own.length;
  });
  return ranksOf(scores).map((rank, i) => {
    const above = rank - at(within, i);
    return isSecond[i] === 1 ? above / at(sizes, 0) : 1 - above / at(sizes, 1);
  });
}

/** With its interval by the variance of what each row is ranked rightly against (DeLong et al. 1988), cut at 0 and 1. */
export function rankedArea(rows: Ranked): RankedArea {
  const shares = rightlyRanked(rows);
  const [first, second] = [momentsOfClass(shares, rows.isSecond, 0), momentsOfClass(shares, rows.isSecond, 1)];
  const value = second.mean;
  const error = Math.sqrt(first.variance / first.n + second.variance / second.n);
  return {
    value,
    low: Math.max(0, value - z95 * error),
    high: Math.min(1, value + z95 * error),
    n: rows.scores.length,
  };
}

/** The same rows in the order of their scores, to be counted in many ways. */
export interface SortedRows {
  /** Places among all rows. */
  readonly places: Uint32Array;
  readonly isSecond: Uint8Array;
  /** 1 where a row is the last of those with its score. */
  readonly isLast: Uint8Array;
}

export function sortedRows({ places, scores, isSecond }: Ranked): SortedRows {
  const order = orderOf(scores);
  const isLast = order.map((row, i) =>
    i + 1 < order.length && at(scores, row) === at(scores, at(order, i + 1)) ? 0 : 1,
  );
  return {
    places: order.map((row) => at(places, row)),
    isSecond: Uint8Array.from(order, (row) => at(isSecond, row)),
    isLast: Uint8Array.from(isLast),
  };
}

/** The area where the row at place `i` counts `times[i]` times; null where one class has none. */
export function areaOfTimes({ places, isSecond, isLast }: SortedRows, times: Uint32Array): number | null {
  let [firsts, seconds, above, others, own] = [0, 0, 0, 0, 0];
  for (let i = 0; i < places.length; i++) {
    const count = times[places[i] as number] as number;
    if (isSecond[i] === 1) own += count;
    else others += count;
    if (isLast[i] === 0) continue;
    above += own * (firsts + others / 2);
    firsts += others;
    seconds += own;
    others = 0;
    own = 0;
  }
  return firsts === 0 || seconds === 0 ? null : above / (firsts * seconds);
}
