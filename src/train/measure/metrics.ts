/** Accuracy and log loss of a classifier. */
import { wilson } from '../../base/statistics.ts';
import type { ClassMetrics } from '../../data/trainer.ts';

/** `loss` is summed over the rows. */
export function metricsOf(correct: Uint8Array, loss: number): ClassMetrics {
  const n = correct.length;
  const right = correct.reduce((sum, one) => sum + one, 0);
  return { accuracy: right / n, ...wilson(right / n, n), logLoss: loss / n, n };
}
