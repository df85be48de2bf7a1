/** Accuracy, paired comparison and what a number of rows can show at all. Two-sided, 95 %, unless said otherwise. */
import { at } from '../../base/assert.ts';
import { wilson, z95 } from '../../base/statistics.ts';
import type { ClassMetrics, PairedTest } from '../../data/trainer.ts';

/** Quantiles .975 and .8 together: a difference of so many standard errors is found in 80 % of cases. */
export const z80 = z95 + 0.8416212335729143;
/** From so many discordant rows on, McNemar's exact test and its normal form agree. */
const exactBelow = 2_000;

/** `loss` is summed over the rows. */
export function metricsOf(correct: Uint8Array, loss: number): ClassMetrics {
  const n = correct.length;
  const right = correct.reduce((sum, one) => sum + one, 0);
  return { accuracy: right / n, ...wilson(right / n, n), logLoss: loss / n, n };
}

/** 1 - erf(x), x >= 0, to a relative error of 1.2e-7 (Press et al., Numerical Recipes, "erfcc"). */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  return t * Math.exp(-x * x + series.reduceRight((sum, term) => term + t * sum, 0));
}

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

/**
 * Child against parent on the same rows, 1 where right. The interval is Wald's with half a row added to each of the four
 * cells (Agresti & Min 2005), so that few rows without any discordant one do not look certain. `detectable`: n = (z80)² ·
 * discordant share / difference², solved for the difference.
 */
export function pairedTest(child: Uint8Array, parent: Uint8Array): PairedTest {
  const n = child.length;
  let lost = 0;
  let won = 0;
  let childRight = 0;
  let parentRight = 0;
  for (let i = 0; i < n; i++) {
    const now = at(child, i);
    const before = at(parent, i);
    childRight += now;
    parentRight += before;
    if (now > before) won += 1;
    else if (now < before) lost += 1;
  }
  const rows = n + 2;
  const discordant = won + lost + 1;
  const shift = (won - lost) / rows;
  const error = Math.sqrt(discordant - (won - lost) ** 2 / rows) / rows;
  return {
    n,
    child: childRight / n,
    parent: parentRight / n,
    difference: (won - lost) / n,
    low: shift - z95 * error,
    high: shift + z95 * error,
    p: mcnemar(lost, won),
    detectable: z80 * (Math.sqrt(discordant) / rows),
  };
}
