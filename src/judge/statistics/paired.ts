/** Two models on the same rows: what was lost and won, and what a number of rows can show at all. Two-sided, 95 %, unless said otherwise. */
import { at } from '../../base/assert.ts';
import { z95 } from '../../base/statistics.ts';
import type { PairedTest } from '../../data/trainer.ts';
import { erfc, momentsOf, studentQuantile, studentTwoSided } from './tails.ts';

/** Quantiles .975 and .8 together: a difference of so many standard errors is found in 80 % of cases. */
const z80 = z95 + 0.8416212335729143;
/** From so many discordant rows on, McNemar's exact test and its normal form agree. */
const exactBelow = 2_000;

/** P(|Z| > z) of the normal distribution. */
export const twoSided = (z: number): number => erfc(Math.max(0, z) / Math.SQRT2);

/** P(X <= k) of a fair coin thrown `n` times, summed in logarithms. */
function binomialTail(k: number, n: number): number {
  let term = -n * Math.LN2;
  let sum = Math.exp(term);
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i);
    sum += Math.exp(term);
  }
  return sum;
}

/**
 * p of McNemar's test (1947): `lost` rows only the first had right, `won` only the second. Exact (binomial) below 2,000
 * discordant rows, else normal with continuity correction (Edwards 1948).
 */
export function mcnemar(lost: number, won: number): number {
  const n = lost + won;
  if (n === 0) return 1;
  if (n < exactBelow) return Math.min(1, 2 * binomialTail(Math.min(lost, won), n));
  return Math.min(1, twoSided((Math.abs(won - lost) - 1) / Math.sqrt(n)));
}

/** Rows by who has them right: `lost` the parent alone, `won` the child alone. */
export interface PairCounts {
  readonly n: number;
  readonly child: number;
  readonly parent: number;
  readonly lost: number;
  readonly won: number;
}

/** Counts answers to the same rows, 1 where right. */
export function countPairs(child: Uint8Array, parent: Uint8Array): PairCounts {
  let ownRight = 0;
  let otherRight = 0;
  let lost = 0;
  let won = 0;
  for (let i = 0; i < child.length; i++) {
    const own = child[i] as number;
    const other = parent[i] as number;
    ownRight += own;
    otherRight += other;
    if (own > other) won += 1;
    else if (own < other) lost += 1;
  }
  return { n: child.length, child: ownRight, parent: otherRight, lost, won };
}

/** Of two sets of rows together. */
export const sumPairs = (a: PairCounts, b: PairCounts): PairCounts => ({
  n: a.n + b.n,
  child: a.child + b.child,
  parent: a.parent + b.parent,
  lost: a.lost + b.lost,
  won: a.won + b.won,
});

/**
 * Child against parent on the same rows. The interval is Wald's with half a row added to each of the four cells (Agresti & Min
 * 2005), so that few rows without any discordant one do not look certain. `detectable`: n = (z80)² · discordant share /
 * difference², solved for the difference.
 */
export function testOfCounts({ n, child, parent, lost, won }: PairCounts): PairedTest {
  const rows = n + 2;
  const discordant = won + lost + 1;
  const shift = (won - lost) / rows;
  const error = Math.sqrt(discordant - (won - lost) ** 2 / rows) / rows;
  return {
    n,
    child: child / n,
    parent: parent / n,
    difference: (won - lost) / n,
    low: shift - z95 * error,
    high: shift + z95 * error,
    p: mcnemar(lost, won),
    detectable: z80 * (Math.sqrt(discordant) / rows),
  };
}

/** The same from the answers, 1 where right. */
export const pairedTest = (child: Uint8Array, parent: Uint8Array): PairedTest =>
  testOfCounts(countPairs(child, parent));

/** R², 0 where the labels do not vary. */
export const explained = (squared: number, of: number): number => (of === 0 ? 0 : 1 - squared / of);

/** Equal differences that are not 0 vary by rounding alone: each sign is then a throw of a coin. */
const rounding = 1e-9;

/** Two-sided p of a mean difference: Student's t; where nothing varies, that of `n` throws which all fell one way. */
function chanceOf(mean: number, error: number, n: number): number {
  if (mean === 0) return 1;
  return error > rounding * Math.abs(mean) ? studentTwoSided(Math.abs(mean) / error, n - 1) : 2 ** (1 - n);
}

/**
 * Child against parent on the same rows, in R²: the mean of the rows' differences of squared errors over the variance of
 * the labels, with Student's interval, so that a drop means the same whatever the label's unit, and a few rows do not say
 * more than they can. Where the labels do not vary, as of a single row, nothing can be told: a difference of 0, of which
 * everything is possible.
 */
export function pairedErrors(child: Float64Array, parent: Float64Array, labels: Float64Array): PairedTest {
  const n = child.length;
  const of = momentsOf(labels).variance;
  if (of === 0) return { n, child: 0, parent: 0, difference: 0, low: -1, high: 1, p: 1, detectable: 1 };
  const { mean, variance } = momentsOf(child.map((value, i) => (at(parent, i) ** 2 - value ** 2) / of));
  const error = Math.sqrt(variance / (n - 1));
  const half = studentQuantile(0.05, n - 1) * error;
  const squared = (residuals: Float64Array): number => momentsOf(residuals.map((value) => value * value)).mean;
  return {
    n,
    child: explained(squared(child), of),
    parent: explained(squared(parent), of),
    difference: mean,
    low: mean - half,
    high: mean + half,
    p: chanceOf(mean, error, n),
    detectable: z80 * error,
  };
}
