/** The measures of a classifier beside its accuracy: each the one that scikit-learn has under its name. */
import { at } from '../../base/assert.ts';
import {
  type Calibration,
  type ClassMeasures,
  type MajorityBaseline,
  mostListed,
} from '../../data/measuring/measures.ts';
import { balancedAccuracy, type ClassRows, measureOfClass, type Tally, tallyOf } from './classRows.ts';
import { rankedArea, rankedRows } from './rankedArea.ts';

const bins = 10;

/** Bin edges as they come by multiplying, which is where they are elsewhere too; a value on an edge is in the lower bin. */
function binOf(value: number): number {
  let bin = 0;
  while (bin < bins - 1 && value > (bin + 1) * (1 / bins)) bin += 1;
  return bin;
}

function binned(
  confidences: Float64Array,
  { labels, answers }: ClassRows,
): { readonly error: number; readonly bins: Calibration['bins'] } {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const value = at(confidences, i);
    const bin = at(sums, binOf(value));
    bin.rows += 1;
    bin.confidence += value;
    if (labels[i] === answers[i]) bin.right += 1;
  }
  const filled = sums
    .filter(({ rows }) => rows > 0)
    .map(({ rows, confidence, right }) => ({ rows, confidence: confidence / rows, accuracy: right / rows }));
  const apart = filled.reduce((sum, one) => sum + one.rows * Math.abs(one.confidence - one.accuracy), 0);
  return { error: apart / confidences.length, bins: filled };
}

function calibrationOf(rows: ClassRows): Calibration {
  const { error, bins: filled } = binned(rows.confidences, rows);
  const raw = binned(rows.rawConfidences, rows).error;
  return { error, raw, temperature: rows.temperature, bins: filled };
}

/** Always the most frequent label, the first of equals. */
function majorityOf({ names }: ClassRows, { rows }: Tally, n: number): MajorityBaseline {
  const most = rows.reduce((best, count, c) => (count > at(rows, best) ? c : best), 0);
  const logLoss = rows.reduce((sum, count) => (count === 0 ? sum : sum - (count / n) * Math.log(count / n)), 0);
  return { label: at(names, most), accuracy: at(rows, most) / n, logLoss };
}

function confusionOf({ names, labels, answers }: ClassRows): ClassMeasures['confusion'] {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const cell = at(labels, i) * names.length + at(answers, i);
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const all = [...counts].sort(([a, rowsA], [b, rowsB]) => rowsB - rowsA || a - b);
  const listed = all.slice(0, mostListed).map(([cell, rows]) => ({
    label: at(names, Math.floor(cell / names.length)),
    answer: at(names, cell % names.length),
    rows,
  }));
  return { pairs: listed, left: labels.length - listed.reduce((sum, { rows }) => sum + rows, 0) };
}

/** At least one row. */
export function classMeasures(rows: ClassRows): ClassMeasures {
  const tally = tallyOf(rows);
  const n = rows.labels.length;
  const classes = rows.names.map((label, c) => ({
    label,
    rows: at(tally.rows, c),
    answered: at(tally.answered, c),
    right: at(tally.right, c),
    ...measureOfClass(tally, c),
  }));
  const ranked = rows.margins && rankedRows(rows.margins, rows.labels, rows.known);
  return {
    baseline: majorityOf(rows, tally, n),
    balancedAccuracy: balancedAccuracy(tally),
    auc: ranked && rankedArea(ranked),
    // Sorting keeps the order of equal ones.
    classes: classes.toSorted((a, b) => b.rows - a.rows).slice(0, mostListed),
    confusion: confusionOf(rows),
    calibration: calibrationOf(rows),
  };
}
