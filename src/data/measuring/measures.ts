/** What models are measured by beside accuracy and error: what is known of a class, of probabilities, and of two models on the same rows. */

/** One class on some rows. Recall is null where no row has the label, precision where the model never answers it. */
export interface ClassMeasure {
  readonly label: string;
  /** Rows that have the label. */
  readonly rows: number;
  /** Rows for which the model answers it. */
  readonly answered: number;
  /** Rows of both. */
  readonly right: number;
  readonly recall: number | null;
  readonly precision: number | null;
  /** 2 · right / (rows + answered); 0 where neither is there. */
  readonly f1: number;
}

/** How far a model's probabilities are from what comes true. */
export interface Calibration {
  /** Expected calibration error: the mean distance of confidence and accuracy over the bins, each by its rows (Guo et al. 2017). */
  readonly error: number;
  /** The same without the temperature. */
  readonly raw: number;
  /** Found on validation rows; 1 where probabilities are used as they are. */
  readonly temperature: number;
  /** Ten bins of equal width of the probability of the answer; those without rows are left out. */
  readonly bins: readonly { readonly rows: number; readonly confidence: number; readonly accuracy: number }[];
}

/** The area under the ROC curve of two classes: the chance that a row of the one is ranked above a row of the other. */
export interface RankedArea {
  readonly value: number;
  /** 95 % interval (DeLong et al. 1988). */
  readonly low: number;
  readonly high: number;
  /** Rows that it is of: the first ones in hash order, 200,000 at most. */
  readonly n: number;
}

/** What always answering the most frequent label would do on the same rows: `logLoss` is that of the labels' own shares. */
export interface MajorityBaseline {
  readonly label: string;
  readonly accuracy: number;
  readonly logLoss: number;
}

/** Classes, and pairs of label and answer, that are listed at most: a registry keeps them with every model. */
export const mostListed = 100;

/** Of a classification, beside its accuracy and log loss, on the same rows. */
export interface ClassMeasures {
  readonly baseline: MajorityBaseline;
  /** Mean recall of the classes that the rows have. */
  readonly balancedAccuracy: number;
  /** Null unless the model has two classes and both are among the rows. */
  readonly auc: RankedArea | null;
  /** The most frequent first, 100 at most. */
  readonly classes: readonly ClassMeasure[];
  /** Rows by label and answer, the most frequent pairs first, 100 at most; `left`: rows of the pairs that are not listed. */
  readonly confusion: {
    readonly pairs: readonly { readonly label: string; readonly answer: string; readonly rows: number }[];
    readonly left: number;
  };
  readonly calibration: Calibration;
}

/** Of a regression: what always answering the mean of the labels would do on the same rows. */
export interface ValueMeasures {
  readonly baseline: { readonly mean: number; readonly rmse: number; readonly mae: number };
}

/** What can be measured of a class. */
export const classMetrics = ['f1', 'recall', 'precision'] as const;

/** A measure as deltatrain.json names it: `auc`, `recall:yes`. `label` of a class's own ones. */
export type Metric =
  | { readonly name: 'accuracy' | 'logLoss' | 'balancedAccuracy' | 'auc' | 'rmse' | 'mae' | 'r2' }
  | { readonly name: (typeof classMetrics)[number]; readonly label: string };

type WholeName = Exclude<Metric, { readonly label: string }>['name'];

const wholeMetrics: Readonly<Record<WholeName, 'classification' | 'regression'>> = {
  accuracy: 'classification',
  logLoss: 'classification',
  balancedAccuracy: 'classification',
  auc: 'classification',
  rmse: 'regression',
  mae: 'regression',
  r2: 'regression',
};

const isWhole = (text: string): text is WholeName => Object.hasOwn(wholeMetrics, text);

/** The measures of a task that are of all rows, by name. */
export const metricsOfTask = (task: 'classification' | 'regression'): string[] =>
  Object.keys(wholeMetrics).filter((name) => isWhole(name) && wholeMetrics[name] === task);

/** Reads `auc` or `recall:yes`, for a task; null when it is none of it. */
export function parseMetric(text: string, task: 'classification' | 'regression'): Metric | null {
  if (isWhole(text)) return wholeMetrics[text] === task ? { name: text } : null;
  const colon = text.indexOf(':');
  const name = classMetrics.find((one) => one === text.slice(0, colon));
  const label = text.slice(colon + 1);
  return task === 'classification' && name !== undefined && label !== '' ? { name, label } : null;
}

/** As it is written; `parseMetric` reads it. */
export const metricName = (metric: Metric): string =>
  'label' in metric ? `${metric.name}:${metric.label}` : metric.name;

/** What a training goes by that names no measure. */
export const usualMetric = (task: 'classification' | 'regression'): string =>
  task === 'regression' ? 'rmse' : 'accuracy';

/** Whether less of it is better. */
export const isLoss = (metric: string): boolean => metric === 'logLoss' || metric === 'rmse' || metric === 'mae';

/** Two models on the same `n` rows: `difference` = child − parent, with its 95 % interval from `low` to `high` and its p. */
export interface PairedDifference {
  readonly n: number;
  readonly child: number;
  readonly parent: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
}

/**
 * Child against parent by one measure on the same rows, with the 95 % interval of child − parent. `by`: McNemar's test; the normal
 * interval of the rows' differences; or the standard error of 200 seeded draws with replacement (Efron 1979), where a measure does
 * not add up over rows. A measure is left out where its error is not known: fewer than ten rows to draw of a class that it is about,
 * or a difference that nothing varies.
 */
export interface MeasuredPair extends PairedDifference {
  /** As `metricName` writes it. */
  readonly metric: string;
  readonly by: 'mcnemar' | 'rows' | 'bootstrap';
}
