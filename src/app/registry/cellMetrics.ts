/** What was measured, as cells of the matrix: the registry's columns are those of an accuracy. */
import { mostListed, parseMetric, usualMetric } from '../../data/measuring/measures.ts';
import { say } from '../../base/say.ts';
import type { Evaluation } from '../../data/model.ts';
import type { ClassMetrics, Metrics } from '../../data/trainer.ts';
import type { Training } from '../../data/training.ts';
import { measureBy, qualityRange } from '../../words/measures.ts';

/** Of a regression the number that it is judged by, R², stands in the place of the accuracy; its errors are kept with the model. */
const cellMetrics = (metrics: Metrics): Evaluation['metrics'] => ({
  ...qualityRange(metrics),
  logLoss: metrics.task === 'regression' ? null : metrics.logLoss,
});

/** The measure that a training goes by. */
export const goesBy = ({ metric, task }: Pick<Training, 'metric' | 'task'>): string => metric ?? usualMetric(task);

type Measured = Pick<Training, 'metric' | 'task' | 'split'>;

/** What is said of some test rows is said of others once the edge of a split by time has moved. */
const edgeOf = ({ split }: Measured): string => (split?.by === 'time' ? `;${split.test}` : '');

const kept = (name: string): string => name.slice(0, 255);

/** Where the cells of accuracy, or of R², are kept: slices have an equals sign in their names. */
export const usualCell = (training: Measured): string => {
  const edge = edgeOf(training);
  return edge === '' ? '' : kept(`@accuracy${edge}`);
};

/** Where the cells of the measure are kept that a training goes by. */
export function cellName(training: Measured): string {
  const metric = goesBy(training);
  return metric === 'accuracy' || metric === 'r2' ? usualCell(training) : kept(`@${metric}${edgeOf(training)}`);
}

/** Kept where a measure has no value on the rows: it is of no row. */
const none: Evaluation['metrics'] = { accuracy: 0, low: 0, high: 0, n: 0, logLoss: null };

/** Whether a cell says that a measure has no value there. */
export const isNone = ({ slice, metrics }: Pick<Evaluation, 'slice' | 'metrics'>): boolean =>
  slice.startsWith('@') && metrics.n === 0;

/** Whether the rows were measured so that a measure without a value has none: the lists of classes are cut. */
function isMeasured({ beside }: ClassMetrics, metric: string): boolean {
  const found = parseMetric(metric, 'classification');
  if (!beside || !found) return false;
  if (!('label' in found)) return true;
  return beside.classes.length < mostListed || beside.classes.some(({ label }) => label === found.label);
}

/** Why a measure has no value on the rows of a version; `isKept`: whether its cell says so. */
export function noneSentence(metric: string, isKept: boolean): string {
  const found = parseMetric(metric, 'classification');
  if (found && 'label' in found) {
    if (!isKept)
      return say('Only the {0} most frequent classes are measured, and {1} is none of them.', mostListed, found.label);
    if (found.name === 'precision') return say('The model answers {0} for no test row.', found.label);
    return say('No test row there has the class {0}.', found.label);
  }
  if (isKept && found?.name === 'auc') return say('AUC is of a model of two classes, on test rows of both.');
  return say('It was not measured there.');
}

/**
 * All that is kept of a measurement: the usual cell, and those that the training is shown by; where its measure has no value, a cell
 * that says so.
 */
export function cellsOf(metrics: Metrics, training: Measured): readonly Pick<Evaluation, 'slice' | 'metrics'>[] {
  const usual = cellMetrics(metrics);
  const cells = [...new Set(['', usualCell(training)])].map((slice) => ({ slice, metrics: usual }));
  const [slice, metric] = [cellName(training), goesBy(training)];
  if (cells.some((one) => one.slice === slice)) return cells;
  const found = measureBy(metrics, metric);
  if (found) {
    const { value, low, high, n } = found;
    return [...cells, { slice, metrics: { accuracy: value, low, high, n, logLoss: null } }];
  }
  return metrics.task !== 'regression' && isMeasured(metrics, metric) ? [...cells, { slice, metrics: none }] : cells;
}
