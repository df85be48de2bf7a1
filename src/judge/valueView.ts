/**
 * The parent of a regression at its desk. It is asked about rows alone that it was not trained on, and its errors are taken as normal, so that
 * a loss is in nats as where classes are told: e² / 2σ², σ its root mean squared error on unchanged rows and on changed ones as they were.
 */
import { at } from '../base/assert.ts';
import { sideNumbers } from '../data/trainPage.ts';
import type { ParentValues } from './question.ts';
import { type ChangedRows, rowKind, rowsOfKind } from './rows/changedRows.ts';
import { floor } from './rule.ts';
import { type Ranking, rankingOfValues } from './statistics/ranking.ts';
import { momentsOf } from './statistics/tails.ts';

/** Labels further from the mean than so many sd are beyond what is known, as values of a column are. */
const beyondAt = 8;

export class ValueView {
  /** Its usual error, in the label's unit; greater than 0. */
  readonly error: number;
  /** How well it ranks labels that it was not trained on; null where nothing can be said. */
  readonly ranking: Ranking | null;
  /** The share of labels that lay beyond. */
  readonly usuallyBeyond: number;
  readonly #changes: ChangedRows;
  readonly #values: ParentValues;
  readonly #labels: { readonly mean: number; readonly variance: number };

  /** Null where there are no such rows, or it never errs: then nothing is usual. */
  static of(changes: ChangedRows, values: ParentValues): ValueView | null {
    const updated = rowsOfKind(changes, rowKind.labels | rowKind.features);
    const known = updated.filter((row) => at(changes.sides, row) !== sideNumbers.train);
    const joined = (unchanged: Float64Array, before: Float64Array): Float64Array =>
      Float64Array.from([...unchanged, ...Array.from(known, (row) => at(before, row))]);
    const answers = joined(values.unseen.answers, values.before);
    const labels = joined(values.unseen.labels, changes.labelBefore);
    const { mean } = momentsOf(answers.map((answer, i) => (answer - at(labels, i)) ** 2));
    return mean > 0 ? new ValueView(changes, values, { error: Math.sqrt(mean), answers, labels }) : null;
  }

  private constructor(
    changes: ChangedRows,
    values: ParentValues,
    {
      error,
      answers,
      labels,
    }: { readonly error: number; readonly answers: Float64Array; readonly labels: Float64Array },
  ) {
    this.error = error;
    this.#changes = changes;
    this.#values = values;
    this.#labels = momentsOf(labels);
    this.ranking = rankingOfValues(answers, labels);
    this.usuallyBeyond = labels.filter((label) => this.isBeyond(label)).length / labels.length;
  }

  /** Whether this row may be asked: it was learnt with the label and the values that it had, else. */
  mayAsk(row: number): boolean {
    return at(this.#changes.sides, row) !== sideNumbers.train;
  }

  /** How far the answer for a row as it was lies from a label. */
  distance(row: number, label: number): number {
    return Math.abs(at(this.#values.before, row) - label);
  }

  #squares(image: 'before' | 'after', row: number): number {
    return (at(this.#values[image], row) - at(this.#changes.labelBefore, row)) ** 2;
  }

  #loss(image: 'before' | 'after', row: number): number {
    return Math.min(-Math.log(floor), this.#squares(image, row) / (2 * this.error ** 2));
  }

  /** What features that changed cost, in nats. */
  featureLoss(row: number): number {
    return this.#loss('after', row) - this.#loss('before', row);
  }

  /** R² of the labels that rows had, by the variance of all that are known; 0 where it answers them no better than their mean. */
  right(image: 'before' | 'after', rows: Uint32Array): number {
    const squares = momentsOf(Float64Array.from(rows, (row) => this.#squares(image, row))).mean;
    return this.#labels.variance === 0 ? 0 : Math.max(0, 1 - squares / this.#labels.variance);
  }

  /** How well it ranks rows as they are. */
  rankingOf(rows: Uint32Array): Ranking | null {
    const answers = Float64Array.from(rows, (row) => at(this.#values.after, row));
    return rankingOfValues(
      answers,
      Float64Array.from(rows, (row) => at(this.#changes.labelAfter, row)),
    );
  }

  /** `side`: 1 above the mean, -1 below, 0 either. */
  isBeyond(label: number, side = 0): boolean {
    const distance = label - this.#labels.mean;
    return (side === 0 ? Math.abs(distance) : side * distance) > beyondAt * Math.sqrt(this.#labels.variance);
  }
}
