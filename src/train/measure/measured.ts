/** A model's answers held against the labels, row by row: what is paired and cut into slices, whatever the task. */
import { at } from '../../base/assert.ts';
import type { MeasuredPair } from '../../data/measuring/measures.ts';
import type { Metrics, PairedTest } from '../../data/trainer.ts';
import { pairedErrors, pairedTest } from '../../judge/statistics/paired.ts';
import { classMeasures } from './classMeasures.ts';
import type { ClassRows } from './classRows.ts';
import { classPairs, valuePairs } from './measuredPairs.ts';
import { metricsOf } from './metrics.ts';
import { regressionMetrics, valueMeasures } from './regression.ts';

/** Answers for some rows. `correct`: 1 where the best class is the label, with the loss summed. `residuals`: answer − label. */
export type Measured = { readonly metrics: Metrics } & (
  | {
      readonly kind: 'classes';
      readonly correct: Uint8Array;
      readonly loss: number;
      /** Null of a part of the rows. */
      readonly rows: ClassRows | null;
    }
  | { readonly kind: 'values'; readonly residuals: Float64Array; readonly labels: Float64Array }
);

/** Of a classification; `loss` is summed over the rows. */
export const measuredClasses = (correct: Uint8Array, loss: number, rows: ClassRows | null = null): Measured => ({
  kind: 'classes',
  correct,
  loss,
  rows,
  metrics: {
    ...metricsOf(correct, loss),
    ...(rows && correct.length > 0 && { beside: classMeasures(rows) }),
  },
});

/** Of a regression. */
export function measuredValues(answers: Float64Array, labels: Float64Array): Measured {
  const residuals = answers.map((value, i) => value - at(labels, i));
  const beside = labels.length > 0 ? { beside: valueMeasures(labels) } : {};
  return { kind: 'values', residuals, labels, metrics: { ...regressionMetrics(residuals, labels), ...beside } };
}

/** The answers for some of the rows; the loss of a part is not known, and is 0. */
export function pickMeasured(of: Measured, rows: readonly number[]): Measured {
  if (of.kind === 'classes')
    return measuredClasses(
      Uint8Array.from(rows, (i) => at(of.correct, i)),
      0,
    );
  const residuals = Float64Array.from(rows, (i) => at(of.residuals, i));
  const labels = Float64Array.from(rows, (i) => at(of.labels, i));
  return { kind: 'values', residuals, labels, metrics: regressionMetrics(residuals, labels) };
}

/** Child against parent on the same rows; both of one task. */
export function pairOf(child: Measured, parent: Measured): PairedTest {
  if (child.kind === 'classes' && parent.kind === 'classes') return pairedTest(child.correct, parent.correct);
  if (child.kind === 'values' && parent.kind === 'values')
    return pairedErrors(child.residuals, parent.residuals, child.labels);
  throw new Error('Broken invariant: a class cannot be held against a value');
}

/** Child against parent by every measure, on some of the rows. */
export function pairsBeside(child: Measured, parent: Measured, places: readonly number[]): MeasuredPair[] {
  if (child.kind === 'classes' && parent.kind === 'classes')
    return child.rows && parent.rows ? classPairs(child.rows, parent.rows, places) : [];
  if (child.kind !== 'values' || parent.kind !== 'values')
    throw new Error('Broken invariant: a class cannot be held against a value');
  const some = (all: Float64Array): Float64Array => Float64Array.from(places, (i) => at(all, i));
  return valuePairs(some(child.residuals), some(parent.residuals), some(child.labels));
}
