/** The measures of a regression. Two-sided, 95 %. */
import { z95 } from '../../base/statistics.ts';
import type { ValueMeasures } from '../../data/measuring/measures.ts';
import type { RegressionMetrics } from '../../data/trainer.ts';
import { explained } from '../../judge/statistics/paired.ts';
import { momentsOf } from '../../judge/statistics/tails.ts';

/**
 * `residuals`: answer − label; at least one row. The interval of the RMSE is the root of the normal interval of the mean
 * squared error, which is cut at 0.
 */
export function regressionMetrics(residuals: Float64Array, labels: Float64Array): RegressionMetrics {
  const n = residuals.length;
  const { mean, variance } = momentsOf(residuals.map((value) => value * value));
  const error = n > 1 ? Math.sqrt(variance / (n - 1)) : 0;
  return {
    task: 'regression',
    rmse: Math.sqrt(mean),
    low: Math.sqrt(Math.max(0, mean - z95 * error)),
    high: Math.sqrt(mean + z95 * error),
    mae: momentsOf(residuals.map(Math.abs)).mean,
    r2: explained(mean, momentsOf(labels).variance),
    n,
  };
}

/** Always the mean of the labels; at least one row. */
export function valueMeasures(labels: Float64Array): ValueMeasures {
  const { mean, variance } = momentsOf(labels);
  const mae = momentsOf(labels.map((value) => Math.abs(value - mean))).mean;
  return { baseline: { mean, rmse: Math.sqrt(variance), mae } };
}
