/** How good a model is, in words: by accuracy, or of a regression by its error and what it explains. */
import { say } from '../base/say.ts';
import type { Metrics } from '../data/trainer.ts';
import { countText, shareText } from './numbers.ts';

/** The number that a model is judged by, the higher the better: accuracy, or R². */
export const qualityOf = (metrics: Metrics): number => (metrics.task === 'regression' ? metrics.r2 : metrics.accuracy);

/** That number with its 95 % interval; of R² none is known, and both ends are the number. */
export const qualityRange = (metrics: Metrics): { accuracy: number; low: number; high: number; n: number } =>
  metrics.task === 'regression'
    ? { accuracy: metrics.r2, low: metrics.r2, high: metrics.r2, n: metrics.n }
    : { accuracy: metrics.accuracy, low: metrics.low, high: metrics.high, n: metrics.n };

/** An error in units of the label, to four digits. */
const errorText = (value: number): string => String(Number(value.toPrecision(4)));

/** In a few characters, for a list. */
export const qualityText = (metrics: Metrics): string =>
  metrics.task === 'regression' ? say('R² {0}', metrics.r2.toFixed(3)) : shareText(metrics.accuracy);

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
