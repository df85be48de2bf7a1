/** Scans: did one part lose far more than the rest, and which run of values did. */
import { at } from '../../base/assert.ts';

/** ln of the greatest likelihood of a of b where the share is a / total. */
const part = (a: number, b: number): number =>
  (a > 0 ? a * Math.log(a / b) : 0) + (b > a ? (b - a) * Math.log1p(-a / b) : 0);

/** Log likelihood ratio of "this part loses more than the rest" (Bernoulli scan, Kulldorff 1997): k of n here, lost of rows in all. */
export const lossRatio = (k: number, n: number, lost: number, rows: number): number =>
  k * (rows - n) > (lost - k) * n ? part(k, n) + part(lost - k, rows - n) - part(lost, rows) : 0;

/** Values in order, each with the rows that showed it and those of them that went. Rows need not be whole. */
export interface LossByValue {
  readonly values: Float64Array;
  readonly rows: Float64Array;
  readonly lost: Float64Array;
}

/** A run of values, both ends in it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly lost: number;
  readonly ratio: number;
}

function bestSegment(gains: Float64Array): { from: number; to: number } {
  let sum = 0;
  let low = 0;
  let start = 0;
  let best = { gain: Number.NEGATIVE_INFINITY, from: 0, to: 0 };
  for (let i = 0; i < gains.length; i++) {
    sum += at(gains, i);
    if (sum - low > best.gain) best = { gain: sum - low, from: start, to: i };
    if (sum < low) {
      low = sum;
      start = i + 1;
    }
  }
  return best;
}

/**
 * The run of values that lost most against the rest: the best segment (Kadane) of k·ln(l/r) + (n−k)·ln((1−l)/(1−r)) for each
 * supposed lost share l, r a quarter of the share lost in all. Linear.
 */
export function lostStretch({ values, rows, lost }: LossByValue, supposed: readonly number[]): Stretch | null {
  const total = rows.reduce((sum, n) => sum + n, 0);
  const gone = lost.reduce((sum, k) => sum + k, 0);
  const rest = Math.max(gone / total / 4, 1e-4);
  let best: Stretch | null = null;
  for (const share of supposed) {
    if (share <= 1.5 * rest) continue;
    const forLost = Math.log(share / rest);
    const forKept = Math.log((1 - share) / (1 - rest));
    const { from, to } = bestSegment(rows.map((n, i) => at(lost, i) * forLost + (n - at(lost, i)) * forKept));
    let n = 0;
    let k = 0;
    for (let i = from; i <= to; i++) {
      n += at(rows, i);
      k += at(lost, i);
    }
    const ratio = lossRatio(k, n, gone, total);
    if (values.length > 0 && (best === null || ratio > best.ratio))
      best = { from: at(values, from), to: at(values, to), rows: n, lost: k, ratio };
  }
  return best;
}

/** The oldest rows gone: the longest prefix that lost its rows, where C = gone − kept·share/(1−share) is greatest and positive. */
export function lostPrefix({ values, rows, lost }: LossByValue, share: number): { to: number; lost: number } | null {
  const price = share / (1 - share);
  let sum = 0;
  let gone = 0;
  let best = { sum: 0, to: Number.NaN, lost: 0 };
  for (let i = 0; i < values.length; i++) {
    gone += at(lost, i);
    sum += at(lost, i) - price * (at(rows, i) - at(lost, i));
    if (sum > best.sum) best = { sum, to: at(values, i), lost: gone };
  }
  return best.sum > 0 ? { to: best.to, lost: best.lost } : null;
}
