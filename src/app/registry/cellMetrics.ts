/** What was measured, as a cell of the matrix: the registry's columns are those of an accuracy. */
import type { Evaluation } from '../../data/model.ts';
import type { Metrics } from '../../data/trainer.ts';
import { qualityRange } from '../../words/measures.ts';

/** Of a regression the number that it is judged by, R², stands in the place of the accuracy; its errors are kept with the model. */
export const cellMetrics = (metrics: Metrics): Evaluation['metrics'] => ({
  ...qualityRange(metrics),
  logLoss: metrics.task === 'regression' ? null : metrics.logLoss,
});
