/** A classifier's answers row by row: what every measure is made of, in one walk over the scores. */
import { at } from '../../base/assert.ts';
import { bestClass } from '../kernel/bestClass.ts';

/** What a row costs whose label the model has no class for, or gives less than this: as the kernel counts it. */
const leastProbability = 1e-12;

/** Rows in the order of the test rows. `names`: the model's classes, and behind them the labels that it does not know. */
export interface ClassRows {
  readonly names: readonly string[];
  /** How many of the names are the model's own. */
  readonly known: number;
  /** Places in `names`. */
  readonly labels: Int32Array;
  readonly answers: Int32Array;
  /** −log of the probability of the label. */
  readonly losses: Float64Array;
  /** The probability of the answer, with the temperature and without. */
  readonly confidences: Float64Array;
  readonly rawConfidences: Float64Array;
  /** Of two classes, how much more the second is scored; else null. */
  readonly margins: Float64Array | null;
  readonly temperature: number;
}

/** Scores of rows with their labels. */
export interface ScoredRows {
  readonly scores: Float32Array;
  readonly classes: readonly string[];
  readonly temperature: number;
  /** The label of row `i` is `texts[labels[i]]`. */
  readonly labels: Int32Array | Float64Array;
  readonly texts: readonly string[];
}

/** Takes every row once; memory is some forty bytes a row. */
export function classRows({ scores, classes, temperature, labels: given, texts }: ScoredRows): ClassRows {
  const names = [...classes, ...texts.filter((text) => !classes.includes(text))];
  const places = texts.map((text) => names.indexOf(text));
  const [n, k] = [given.length, classes.length];
  const labels = new Int32Array(n);
  const answers = new Int32Array(n);
  const losses = new Float64Array(n);
  const confidences = new Float64Array(n);
  const rawConfidences = new Float64Array(n);
  const margins = k === 2 ? new Float64Array(n) : null;
  const most = -Math.log(leastProbability);
  for (let i = 0; i < n; i++) {
    const from = i * k;
    const best = bestClass(scores, i, k);
    const top = at(scores, from + best);
    let [sum, raw] = [0, 0];
    for (let c = 0; c < k; c++) {
      const below = at(scores, from + c) - top;
      sum += Math.exp(below / temperature);
      raw += Math.exp(below);
    }
    const label = at(places, at(given, i));
    labels[i] = label;
    answers[i] = best;
    losses[i] = label < k ? Math.min(most, Math.log(sum) - (at(scores, from + label) - top) / temperature) : most;
    confidences[i] = 1 / sum;
    rawConfidences[i] = 1 / raw;
    if (margins) margins[i] = at(scores, from + 1) - at(scores, from);
  }
  return { names, known: k, labels, answers, losses, confidences, rawConfidences, margins, temperature };
}

/** Rows by label and answer, counted. */
export interface Tally {
  readonly rows: Float64Array;
  readonly answered: Float64Array;
  readonly right: Float64Array;
}

/** Of some rows, or of all; `times`: how often each counts. */
export function tallyOf(
  { names, labels, answers }: Pick<ClassRows, 'names' | 'labels' | 'answers'>,
  times: Uint32Array | null = null,
): Tally {
  const rows = new Float64Array(names.length);
  const answered = new Float64Array(names.length);
  const right = new Float64Array(names.length);
  for (let i = 0; i < labels.length; i++) {
    const count = times ? (times[i] as number) : 1;
    const [label, answer] = [labels[i] as number, answers[i] as number];
    rows[label] = (rows[label] as number) + count;
    answered[answer] = (answered[answer] as number) + count;
    if (label === answer) right[label] = (right[label] as number) + count;
  }
  return { rows, answered, right };
}

const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);

/** Of one class: recall, precision, F1. */
export function measureOfClass(
  { rows, answered, right }: Tally,
  c: number,
): { readonly recall: number | null; readonly precision: number | null; readonly f1: number } {
  const [own, said, both] = [at(rows, c), at(answered, c), at(right, c)];
  return { recall: share(both, own), precision: share(both, said), f1: share(2 * both, own + said) ?? 0 };
}

/** Mean recall of the classes that there are rows of. */
export function balancedAccuracy({ rows, right }: Tally): number {
  let [sum, classes] = [0, 0];
  rows.forEach((count, c) => {
    if (count === 0) return;
    sum += at(right, c) / count;
    classes += 1;
  });
  return classes === 0 ? 0 : sum / classes;
}
