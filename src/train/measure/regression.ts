/** The measures of a regression, and the paired comparison of two on the same rows. Two-sided, 95 %, unless said otherwise. */
import { at } from '../../base/assert.ts';
import { z95 } from '../../base/statistics.ts';
import type { PairedTest, RegressionMetrics } from '../../data/trainer.ts';
import { twoSided, z80 } from './metrics.ts';

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Mean, and the standard error of it by the sample's own variance; 0 for a single row. */
function moments(values: Float64Array): { readonly mean: number; readonly error: number } {
  const mean = meanOf(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const n = values.length;
  return { mean, error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0 };
}

const variance = (values: Float64Array): number => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};

/** R², 0 where the labels do not vary. */
const explained = (squared: number, of: number): number => (of === 0 ? 0 : 1 - squared / of);

/**
 * `residuals`: answer − label; at least one row. The interval of the RMSE is the root of the normal interval of the mean
 * squared error, which is cut at 0.
 */
export function regressionMetrics(residuals: Float64Array, labels: Float64Array): RegressionMetrics {
  const { mean, error } = moments(residuals.map((value) => value * value));
  return {
    task: 'regression',
    rmse: Math.sqrt(mean),
    low: Math.sqrt(Math.max(0, mean - z95 * error)),
    high: Math.sqrt(mean + z95 * error),
    mae: meanOf(residuals.map(Math.abs)),
    r2: explained(mean, variance(labels)),
    n: residuals.length,
  };
}

/**
 * Child against parent on the same rows, in R²: the mean of the rows' differences of squared errors over the variance of
 * the labels, with its normal interval, so that a drop means the same whatever the label's unit. Where the labels do not
 * vary nothing can be told, and the difference is 0.
 */
export function pairedErrors(child: Float64Array, parent: Float64Array, labels: Float64Array): PairedTest {
  const n = child.length;
  const of = variance(labels);
  const gains = child.map((value, i) => (of === 0 ? 0 : (at(parent, i) ** 2 - value ** 2) / of));
  const { mean, error } = moments(gains);
  const squared = (residuals: Float64Array): number => meanOf(residuals.map((value) => value * value));
  return {
    n,
    child: explained(squared(child), of),
    parent: explained(squared(parent), of),
    difference: mean,
    low: mean - z95 * error,
    high: mean + z95 * error,
    p: error === 0 ? (mean === 0 ? 1 : 0) : Math.min(1, twoSided(Math.abs(mean) / error)),
    detectable: z80 * error,
  };
}
