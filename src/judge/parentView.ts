/** The parent at its desk: its losses, answers and evidence for changed rows, and what is usual of it on unchanged ones. */
import { at } from '../base/assert.ts';
import { sideNumbers } from '../data/trainPage.ts';
import type { AnsweredRows, DataQuestion, ParentAnswers } from './question.ts';
import { rowKind, rowsOfKind } from './rows/changedRows.ts';
import { askedRule, floor } from './rule.ts';
import { type Moments, momentsOf } from './statistics/tails.ts';

type Image = 'before' | 'after';

/** The loss of one answer: -ln of its probability, floored; a class that the parent does not know is as unlikely as can be. */
const lossOf = (probabilities: Float32Array, classes: number, row: number, label: number): number =>
  -Math.log(label < 0 ? floor : Math.max(floor, at(probabilities, row * classes + label)));

/** The class with the greatest probability, the first of equals. */
function bestOf(probabilities: Float32Array, classes: number, row: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++)
    if (at(probabilities, row * classes + k) > at(probabilities, row * classes + best)) best = k;
  return best;
}

interface Usual {
  readonly each: Float64Array;
  readonly losses: Moments;
  readonly accuracy: number;
}

/** Answers to changed rows; labels are the numbers of `changes.classes`. */
export class ParentView {
  /** Train rows may be asked: the parent has not learnt them by heart. */
  readonly everyRow: boolean;
  /** How much less the parent loses on train rows than on those it has not seen; at least 0. */
  readonly gap: number;
  /** Its losses on rows that it has not seen and that did not change; where features changed, on those as they were. */
  readonly usual: Moments;
  /** The losses themselves. */
  readonly lossesOfUnseen: Float64Array;
  /** The same rows, for ranking. */
  readonly unseen: AnsweredRows;
  readonly #question: DataQuestion;
  readonly #parent: ParentAnswers;
  readonly #classOf: Int32Array;
  readonly #shares: Float64Array;

  constructor(question: DataQuestion, parent: ParentAnswers) {
    this.#question = question;
    this.#parent = parent;
    const { changes, facts } = question;
    const numbers = new Map(parent.classes.map((text, i) => [text, i]));
    this.#classOf = Int32Array.from(changes.classes.texts, (text) => numbers.get(text) ?? -1);
    this.#shares = Float64Array.from(changes.classes.texts, (text) => (facts.classes.get(text) ?? 0) / facts.rows);
    const changed = rowsOfKind(changes, rowKind.features);
    const train = changed.filter((i) => at(changes.sides, i) === sideNumbers.train);
    const unseen = changed.filter((i) => at(changes.sides, i) !== sideNumbers.train);
    this.unseen = this.#with(parent.unseen, unseen);
    const known = this.#usual(this.unseen);
    const learnt = this.#usual(this.#with(parent.train, train.slice(0, askedRule.sample)));
    this.usual = known.losses;
    this.lossesOfUnseen = known.each;
    this.gap = learnt.losses.n > 0 && known.losses.n > 0 ? Math.max(0, known.losses.mean - learnt.losses.mean) : 0;
    this.everyRow = learnt.losses.n > 0 && known.losses.n > 0 && learnt.accuracy - known.accuracy <= askedRule.gap;
  }

  get classes(): number {
    return this.#parent.classes.length;
  }

  /** Unchanged rows, and changed ones as they were. */
  #with(rows: AnsweredRows, more: Uint32Array): AnsweredRows {
    const k = this.classes;
    const probabilities = new Float32Array(rows.probabilities.length + more.length * k);
    probabilities.set(rows.probabilities);
    more.forEach((row, i) => {
      probabilities.set(this.#parent.before.subarray(row * k, (row + 1) * k), rows.probabilities.length + i * k);
    });
    const own = Int32Array.from(more, (row) => this.classNumber(at(this.#question.changes.labelBefore, row)));
    return { probabilities, labels: Int32Array.from([...rows.labels, ...own]) };
  }

  #usual({ probabilities, labels }: AnsweredRows): Usual {
    let right = 0;
    const each = Float64Array.from(labels, (label, i) => {
      if (bestOf(probabilities, this.classes, i) === label) right += 1;
      return lossOf(probabilities, this.classes, i, label);
    });
    return { each, losses: momentsOf(each), accuracy: right / Math.max(1, labels.length) };
  }

  /** The parent's own number of a class; -1 where it does not know it. */
  classNumber(label: number): number {
    return Number.isNaN(label) ? -1 : at(this.#classOf, label);
  }

  /** Whether this row may be asked. */
  mayAsk(row: number): boolean {
    return this.everyRow || at(this.#question.changes.sides, row) !== sideNumbers.train;
  }

  /** The share of rows for which it answers the label that they had. */
  right(image: Image, rows: Uint32Array): number {
    const labels = this.#question.changes.labelBefore;
    return rows.filter((i) => this.answers(image, i, at(labels, i))).length / Math.max(1, rows.length);
  }

  loss(image: Image, row: number, label: number): number {
    return lossOf(this.#parent[image], this.classes, row, this.classNumber(label));
  }

  /** Whether the parent answers this label. */
  answers(image: Image, row: number, label: number): boolean {
    const own = this.classNumber(label);
    return own >= 0 && bestOf(this.#parent[image], this.classes, row) === own;
  }

  /** Of rows of a class that did not change and that the parent has not seen: how many there are, and how many it finds. */
  recallOfUnseen(label: number): { readonly rows: number; readonly found: number } {
    const { probabilities, labels } = this.unseen;
    const own = this.classNumber(label);
    let [rows, found] = [0, 0];
    if (own < 0) return { rows, found };
    labels.forEach((one, i) => {
      if (one !== own) return;
      rows += 1;
      if (bestOf(probabilities, this.classes, i) === own) found += 1;
    });
    return { rows, found };
  }

  /** How surprised the parent can be of its own answer: the entropy of its probabilities. */
  entropy(image: Image, row: number): number {
    let sum = 0;
    for (let k = 0; k < this.classes; k++) {
      const p = Math.max(floor, at(this.#parent[image], row * this.classes + k));
      sum -= p * Math.log(p);
    }
    return sum;
  }

  /** How much more a row as it was speaks for its old label than for its new one, beyond how frequent both are. */
  evidence(row: number): number {
    const { labelBefore, labelAfter } = this.#question.changes;
    const beyond = (label: number): number =>
      -this.loss('before', row, label) - Math.log(Math.max(floor, at(this.#shares, label)));
    return beyond(at(labelBefore, row)) - beyond(at(labelAfter, row));
  }

  /** What features that changed cost: the loss of the same label with the new ones, less with the old ones, less the gap of train rows. */
  featureLoss(row: number): number {
    const { labelBefore, sides } = this.#question.changes;
    const label = at(labelBefore, row);
    const learnt = at(sides, row) === sideNumbers.train ? this.gap : 0;
    return this.loss('after', row, label) - this.loss('before', row, label) - learnt;
  }

  /** Probabilities of changed rows as they are, with the parent's class numbers. */
  answered(rows: Uint32Array): AnsweredRows {
    const k = this.classes;
    const probabilities = new Float32Array(rows.length * k);
    rows.forEach((row, i) => {
      probabilities.set(this.#parent.after.subarray(row * k, (row + 1) * k), i * k);
    });
    const labels = Int32Array.from(rows, (row) => this.classNumber(at(this.#question.changes.labelAfter, row)));
    return { probabilities, labels };
  }
}
