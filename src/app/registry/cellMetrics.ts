/** What was measured, as cells of the matrix: the registry's columns are those of an accuracy. */
import { usualMetric } from '../../data/measuring/measures.ts';
import type { Evaluation } from '../../data/model.ts';
import type { Metrics } from '../../data/trainer.ts';
import type { Training } from '../../data/training.ts';
import { measureBy, qualityRange } from '../../words/measures.ts';

/** Of a regression the number that it is judged by, R², stands in the place of the accuracy; its errors are kept with the model. */
const cellMetrics = (metrics: Metrics): Evaluation['metrics'] => ({
  ...qualityRange(metrics),
  logLoss: metrics.task === 'regression' ? null : metrics.logLoss,
});

/** The measure that a training goes by. */
export const goesBy = ({ metric, task }: Pick<Training, 'metric' | 'task'>): string => metric ?? usualMetric(task);

/** Where the cells of a measure are kept: beside those of accuracy, whose name is '', and of slices, whose names have an equals sign. */
export const cellName = (metric: string): string =>
  metric === 'accuracy' || metric === 'r2' ? '' : `@${metric}`.slice(0, 255);

/** All that is kept of a measurement: the usual cell, and the one of the measure that the training goes by. */
export function cellsOf(metrics: Metrics, metric: string): readonly Pick<Evaluation, 'slice' | 'metrics'>[] {
  const usual = { slice: '', metrics: cellMetrics(metrics) };
  const found = cellName(metric) === '' ? null : measureBy(metrics, metric);
  if (!found) return [usual];
  const { value, low, high, n } = found;
  return [usual, { slice: cellName(metric), metrics: { accuracy: value, low, high, n, logLoss: null } }];
}
