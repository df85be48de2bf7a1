/**
 * The linear learner: ridge regression, and for classes one ridge regression a class on 1 and 0 (least squares, Hoerl &
 * Kennard 1970). All it keeps are sums of whole numbers, so an update with the changed rows alone has the bits of a full fit.
 */
import { at } from '../../../base/assert.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { AbsorbJob, Learner } from '../../../data/learner.ts';
import type { EncodedLayout, RowStream } from '../../../data/trainPage.ts';
import { pauser } from '../../rows/pause.ts';
import { type LabelScale, labelOf, labelScaleOf, stepsOf } from '../labelScale.ts';
import { emptyRow, readRow, type SparseRow, unit, widthOf } from './integerRows.ts';
import { linearOptions, linearRules } from './options.ts';
import { solve } from './solve.ts';
import { linearState, type LinearModel, targetsOf } from './state.ts';
import { type Sums, Summing, triangle } from './sums.ts';

/** The square of this many inputs is what is worth solving for. */
const mostInputs = 2_048;
/** Scores are about 0 and 1 where probabilities need more room. */
const sharpness = 4;
/** The score of a class that no row is of. */
const noScore = -1e30;

function requireInputs({ inputs }: EncodedLayout): void {
  if (inputs > mostInputs)
    throw new Failure('plan.unsupported', {
      what: say('The columns become {0} inputs, and a linear model has at most {1}.', inputs, mostInputs),
      hint: say('Leave out columns with many categories, or use the learner "forest".'),
    });
}

async function eachRow(
  stream: RowStream<'encoded'>,
  signal: AbortSignal,
  visit: (row: SparseRow, label: number) => void,
): Promise<number> {
  const pause = pauser(signal);
  const row = emptyRow(stream.layout);
  let rows = 0;
  for await (const page of stream.read(signal)) {
    throwIfCancelled(signal);
    for (let i = 0; i < page.rows; i++) {
      readRow(stream.layout, page.values, i * stream.layout.stored, row);
      visit(row, at(page.labels.values, i));
      if (i % 1_024 === 1_023) await pause();
    }
    rows += page.rows;
  }
  throwIfCancelled(signal);
  return rows;
}

const none = (width: number, targets: number): Sums => ({
  gram: new BigInt64Array(triangle(width)),
  cross: new BigInt64Array(width * targets),
});

/** Rows that the sums are of: the product of the bias with itself. */
const rowsIn = ({ gram }: Sums): number => Number(at(gram, gram.length - 1)) / (unit * unit);

/** Found at the root of a lineage, and frozen from there. */
async function scaleOf(job: AbsorbJob<LinearModel, 'encoded'>, signal: AbortSignal): Promise<LabelScale | null> {
  if (job.classes > 0) return null;
  return job.parent?.scale ?? job.frozen?.scale ?? (await labelScaleOf(job.after, signal));
}

/** The sums and weights of a class more: of no row, and of no say. */
function widened<A extends BigInt64Array | Float64Array>(from: A, into: A, targets: number, more: number): A {
  const width = from.length / targets;
  for (let i = 0; i < width; i++)
    for (let t = 0; t < targets; t++) into[i * (targets + more) + t] = at<bigint | number>(from, i * targets + t);
  return into;
}

/** The learner "linear". */
export const linear: Learner<LinearModel, 'encoded'> = {
  fits: ['classification', 'regression'],
  options: linearRules,
  rows: 'encoded',
  state: linearState,

  async absorb(job, { signal }) {
    const { parent, before, after, classes } = job;
    requireInputs(after.layout);
    const width = widthOf(after.layout);
    const targets = targetsOf(classes);
    const scale = await scaleOf(job, signal);
    const summing = new Summing(parent?.sums ?? none(width, targets), width, targets);
    const take = (stream: RowStream<'encoded'>, sign: 1 | -1): Promise<number> =>
      eachRow(stream, signal, (row, label) =>
        scale ? summing.add(row, 0, stepsOf(scale, label), sign) : summing.add(row, label, 1, sign),
      );
    const seen = (await take(before, -1)) + (await take(after, 1));
    const sums = summing.close();
    const rows = rowsIn(sums);
    if (rows <= 0) throw new Failure('plan.fewRows', { set: 'train', rows: 0, needed: 1 });
    const weights = solve(sums, width, targets, rows, linearOptions(job.options).ridge);
    return { model: { classes, scale, sums, weights }, seen, epochs: [], attempts: [], kept: 0 };
  },

  async grow(model, newClasses) {
    if (newClasses === 0) return model;
    const { classes, sums, weights } = model;
    const length = (weights.length / classes) * (classes + newClasses);
    return {
      ...model,
      classes: classes + newClasses,
      sums: { ...sums, cross: widened(sums.cross, new BigInt64Array(length), classes, newClasses) },
      weights: widened(weights, new Float64Array(length), classes, newClasses),
    };
  },

  async predict({ classes, scale, sums, weights }, rows, signal) {
    const targets = targetsOf(classes);
    const bias = weights.length - targets;
    const found: number[] = [];
    await eachRow(rows, signal, ({ inputs, entries, length }) => {
      for (let t = 0; t < targets; t++) {
        let score = 0;
        for (let i = 0; i < length; i++) score += at(entries, i) * at(weights, at(inputs, i) * targets + t);
        score /= unit;
        if (scale) found.push(labelOf(scale, score));
        else found.push(at(sums.cross, bias + t) === 0n ? noScore : sharpness * score);
      }
    });
    return scale
      ? { kind: 'values', values: Float64Array.from(found) }
      : { kind: 'scores', classes, values: Float32Array.from(found) };
  },

  cost: (_options, trainRows) => trainRows,
};
