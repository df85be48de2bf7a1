/** How good a model is, in words: by the measure that its training goes by, with what always the same answer would do beside it. */
import { wilson } from '../base/statistics.ts';
import { say } from '../base/say.ts';
import { isLoss, type Metric, parseMetric, usualMetric } from '../data/measuring/measures.ts';
import type { ClassMetrics, Metrics, RegressionMetrics } from '../data/trainer.ts';
import { countText, differenceText, shareText, signedText } from './numbers.ts';

/** The number that a model is judged by, the higher the better: accuracy, or R². */
export const qualityOf = (metrics: Metrics): number => (metrics.task === 'regression' ? metrics.r2 : metrics.accuracy);

/** That number with its 95 % interval; of R² none is known, and both ends are the number. */
export const qualityRange = (metrics: Metrics): { accuracy: number; low: number; high: number; n: number } =>
  metrics.task === 'regression'
    ? { accuracy: metrics.r2, low: metrics.r2, high: metrics.r2, n: metrics.n }
    : { accuracy: metrics.accuracy, low: metrics.low, high: metrics.high, n: metrics.n };

/** A measure on some rows with its 95 % interval; where none is known both ends are the value. */
export interface MeasureRange {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** A share of some rows, as one measure of them. */
const shareOf = (value: number | null | undefined, n: number): MeasureRange | null =>
  value === null || value === undefined ? null : { value, ...wilson(value, n), n };

const pointOf = (value: number | null | undefined, n: number): MeasureRange | null =>
  value === null || value === undefined ? null : { value, low: value, high: value, n };

type WholeName = Exclude<Metric, { readonly label: string }>['name'];

function wholeMeasureBy(
  { accuracy, low, high, n, logLoss, beside }: ClassMetrics,
  name: WholeName,
): MeasureRange | null {
  if (name === 'accuracy') return { value: accuracy, low, high, n };
  if (name === 'auc') return beside?.auc ? { ...beside.auc } : null;
  return pointOf(name === 'logLoss' ? logLoss : beside?.balancedAccuracy, n);
}

function classMeasureBy(metrics: ClassMetrics, found: Metric): MeasureRange | null {
  if (!('label' in found)) return wholeMeasureBy(metrics, found.name);
  const own = metrics.beside?.classes.find(({ label }) => label === found.label);
  if (!own) return null;
  if (found.name === 'f1') return pointOf(own.f1, metrics.n);
  return found.name === 'recall' ? shareOf(own.recall, own.rows) : shareOf(own.precision, own.answered);
}

function valueMeasureBy({ n, rmse, low, high, mae, r2 }: RegressionMetrics, { name }: Metric): MeasureRange | null {
  return name === 'rmse' ? { value: rmse, low, high, n } : pointOf(name === 'mae' ? mae : r2, n);
}

/** Null where it was not measured: by an older version, of another task, or of a class that no row has. */
export function measureBy(metrics: Metrics, metric: string): MeasureRange | null {
  const found = parseMetric(metric, metrics.task ?? 'classification');
  if (!found) return null;
  return metrics.task === 'regression' ? valueMeasureBy(metrics, found) : classMeasureBy(metrics, found);
}

/** The measure that a model's training went by; regressions of older versions went by R². */
export const metricOf = (metrics: Metrics): string => {
  if (metrics.by !== undefined) return metrics.by;
  return metrics.task === 'regression' && !metrics.beside ? 'r2' : usualMetric(metrics.task ?? 'classification');
};

/** What a measure is called in the middle of a sentence. */
export function metricText(metric: string): string {
  const found = parseMetric(metric, 'classification') ?? parseMetric(metric, 'regression');
  if (!found) return metric;
  if ('label' in found) {
    if (found.name === 'recall') return say('recall of {0}', found.label);
    return found.name === 'precision' ? say('precision of {0}', found.label) : say('F1 of {0}', found.label);
  }
  switch (found.name) {
    case 'accuracy':
      return say('accuracy');
    case 'logLoss':
      return say('log loss');
    case 'balancedAccuracy':
      return say('balanced accuracy');
    case 'auc':
      return 'AUC';
    case 'rmse':
      return 'RMSE';
    case 'mae':
      return say('mean absolute error');
    case 'r2':
      return 'R²';
  }
}

/** The same as a heading. */
export function metricTitle(metric: string): string {
  const text = metricText(metric);
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** An error in units of the label, to four digits. */
const errorText = (value: number): string => String(Number(value.toPrecision(4)));

const isError = (metric: string): boolean => metric === 'rmse' || metric === 'mae';

/** Whether its values lie in [0, 1]. */
export const isShare = (metric: string): boolean => !isLoss(metric) && metric !== 'r2';

/** A value of a measure. */
export function metricValueText(metric: string, value: number): string {
  if (isError(metric)) return errorText(value);
  return isShare(metric) ? shareText(value) : value.toFixed(3).replace(/^0/, '');
}

/** A difference of two values of it, signed. */
export const metricDifferenceText = (metric: string, difference: number): string =>
  isError(metric) ? signedText(errorText(Math.abs(difference)), difference) : differenceText(difference);

/** In a few characters, for a list. */
export function qualityText(metrics: Metrics): string {
  const metric = metricOf(metrics);
  const found = measureBy(metrics, metric);
  if (metric === 'accuracy') return shareText(metrics.task === 'regression' ? metrics.r2 : metrics.accuracy);
  return say('{0} {1}', metricText(metric), found ? metricValueText(metric, found.value) : '–');
}

/** In one line, with the interval and the rows. */
export const measureText = (metrics: Metrics): string =>
  metrics.task === 'regression'
    ? say(
        'root mean squared error {0} ({1} to {2}), mean absolute error {3}, R² {4}, on {5} test rows',
        errorText(metrics.rmse),
        errorText(metrics.low),
        errorText(metrics.high),
        errorText(metrics.mae),
        metrics.r2.toFixed(3),
        countText(metrics.n),
      )
    : say(
        '{0} ({1} to {2}) on {3} test rows',
        shareText(metrics.accuracy),
        shareText(metrics.low),
        shareText(metrics.high),
        countText(metrics.n),
      );

/** What the line is of. */
export const measureName = (metrics: Metrics): string =>
  metrics.task === 'regression' ? say('error') : say('accuracy');

/** In a sentence, as a tooltip says it. */
export const measuredText = (metrics: Metrics): string =>
  metrics.task === 'regression'
    ? say('Error: {0}', measureText(metrics))
    : say(
        'Accuracy {0} (95 % interval {1} to {2}, {3} test rows)',
        shareText(metrics.accuracy),
        shareText(metrics.low),
        shareText(metrics.high),
        countText(metrics.n),
      );
