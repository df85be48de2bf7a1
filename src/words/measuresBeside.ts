/** What was measured beside accuracy and error, in lines: always the same answer, classes, confusion, calibration, the parent. */
import { say } from '../base/say.ts';
import type { ClassMeasure, ClassMeasures, MeasuredPair } from '../data/measuring/measures.ts';
import type { GuardResult, Metrics } from '../data/trainer.ts';
import { measureBy, metricDifferenceText, metricOf, metricText, metricValueText } from './measures.ts';
import { chanceText, countText, rowsText, shareText } from './numbers.ts';

/** A name, and what is said of it. */
export type Line = readonly [name: string, text: string];

/** Classes and mistakes that are told in lines at most; documents and the panel have more. */
const mostTold = 10;

/** With its interval where one is known: `.898 (.878 to .919)`. */
function rangeText(metrics: Metrics, metric: string): string | null {
  const found = measureBy(metrics, metric);
  if (!found) return null;
  const text = (value: number): string => metricValueText(metric, value);
  return found.low === found.high
    ? text(found.value)
    : say('{0} ({1} to {2})', text(found.value), text(found.low), text(found.high));
}

/** What always the same answer would do on the same rows; null where an older version did not measure it. */
export function alwaysText(metrics: Metrics): string | null {
  if (metrics.task === 'regression') {
    const found = metrics.beside?.baseline;
    if (!found) return null;
    const [mean, rmse, mae] = [found.mean, found.rmse, found.mae].map((value) => metricValueText('rmse', value));
    return say(
      'always {0} would have an RMSE of {1} and a mean absolute error of {2}',
      mean ?? '',
      rmse ?? '',
      mae ?? '',
    );
  }
  const found = metrics.beside?.baseline;
  if (!found) return null;
  return say(
    'always "{0}" would get {1} right, with a log loss of {2}',
    found.label,
    shareText(found.accuracy),
    metricValueText('logLoss', found.logLoss),
  );
}

/** What always the same answer has on these rows, by measure; undefined where that says nothing. */
export function alwaysBy({ task, beside }: Metrics, metric: string): number | undefined {
  if (!beside) return undefined;
  if (task === 'regression') return { ...beside.baseline, r2: 0 }[metric as 'rmse' | 'mae' | 'r2'];
  const there = beside.classes.filter(({ rows }) => rows > 0).length;
  const { accuracy, logLoss } = beside.baseline;
  const known = { accuracy, logLoss, auc: 0.5, balancedAccuracy: 1 / there };
  return known[metric as keyof typeof known];
}

/** `yes: recall .431 of 116 rows, precision .625 of 80 answers, F1 .510` */
function classText({ label, rows, answered, recall, precision, f1 }: ClassMeasure): string {
  const share = (value: number | null): string => (value === null ? '–' : shareText(value));
  return say(
    '{0}: recall {1} of {2}, precision {3} of {4} answers, F1 {5}',
    label,
    share(recall),
    rowsText(rows),
    share(precision),
    countText(answered),
    shareText(f1),
  );
}

/** The most frequent mistakes; null where there is none. */
function mistakesText({ pairs }: ClassMeasures['confusion']): string | null {
  const wrong = pairs.filter(({ label, answer }) => label !== answer).slice(0, mostTold);
  if (wrong.length === 0) return null;
  return wrong
    .map(({ label, answer, rows }) => say('"{0}" taken for "{1}" {2}×', label, answer, countText(rows)))
    .join(', ');
}

/** How far probabilities are off, and what the temperature did about it. */
export const calibrationText = ({ error, raw, temperature }: ClassMeasures['calibration']): string =>
  temperature === 1
    ? say('probabilities are off by {0} on average', shareText(error))
    : say(
        'probabilities are off by {0} on average ({1} before the temperature of {2}, which validation rows chose)',
        shareText(error),
        shareText(raw),
        temperature.toFixed(2),
      );

/** The measures of all rows, with their intervals. */
const wholeText = (metrics: Metrics): string =>
  ['logLoss', 'balancedAccuracy', 'auc']
    .flatMap((metric) => {
      const text = rangeText(metrics, metric);
      return text === null ? [] : [`${metricText(metric)} ${text}`];
    })
    .join(', ');

/** Every line; none of a model that an older version measured. */
export function besideLines(metrics: Metrics): Line[] {
  const always = alwaysText(metrics);
  if (always === null) return [];
  const metric = metricOf(metrics);
  const chosen = metrics.by === undefined ? null : rangeText(metrics, metric);
  const own: Line[] = chosen === null ? [] : [[say('goes by'), `${metricText(metric)} ${chosen}`]];
  if (metrics.task === 'regression' || !metrics.beside) return [...own, [say('the mean'), always]];
  const { classes, confusion, calibration } = metrics.beside;
  const mistakes = mistakesText(confusion);
  return [
    ...own,
    [say('the majority'), always],
    [say('measures'), wholeText(metrics)],
    ...classes.slice(0, mostTold).map((one): Line => [say('class'), classText(one)]),
    ...(mistakes === null ? [] : [[say('mistakes'), mistakes] as const]),
    [say('calibration'), calibrationText(calibration)],
  ];
}

/** `log loss −.012 (−.020 … −.004, p = .003)` */
function pairText({ metric, difference, low, high, p }: MeasuredPair): string {
  const text = (value: number): string => metricDifferenceText(metric, value);
  return say('{0} {1} ({2} … {3}, {4})', metricText(metric), text(difference), text(low), text(high), chanceText(p));
}

/** Child against parent by the measures of all rows, and by the one that the training goes by. */
export function pairLines({ measures = [] }: GuardResult, metrics: Metrics): Line[] {
  const shown = new Set(['logLoss', 'balancedAccuracy', 'auc', 'rmse', 'mae', metrics.by]);
  return measures.filter(({ metric }) => shown.has(metric)).map((pair): Line => [say('to the parent'), pairText(pair)]);
}
