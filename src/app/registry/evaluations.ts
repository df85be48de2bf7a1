/** What a run measured, as cells of the matrix model × version. */
import { wilson } from '../../base/statistics.ts';
import type { Evaluation, Model } from '../../data/model.ts';
import type { TrainResult } from '../../data/trainer.ts';
import type { Training } from '../../data/training.ts';
import type { SnapshotIdentity } from '../../data/version.ts';
import { cellsOf } from './cellMetrics.ts';

/** Of a regression it is R², of which no interval is known. */
const countedBy =
  (metrics: TrainResult['metrics']) =>
  (accuracy: number, n: number): Evaluation['metrics'] => ({
    accuracy,
    n,
    ...(metrics.task === 'regression' ? { low: accuracy, high: accuracy } : wilson(accuracy, n)),
    logLoss: null,
  });

/**
 * The new model (number 0 until the registry gives it one) at its snapshot, whole and by slice, and at its parent's; its
 * parent and the baseline at the new snapshot.
 */
export function evaluationsOf(
  result: TrainResult,
  training: Training,
  snapshot: SnapshotIdentity,
  parent: Model | null,
  baseline: Model | null,
): Evaluation[] {
  const { guard, metrics, slices } = result;
  const counted = countedBy(metrics);
  const at = (number: number, where: SnapshotIdentity, slice: string, measured: Evaluation['metrics']): Evaluation => ({
    trainingId: training.id,
    number,
    snapshot: where,
    slice,
    metrics: measured,
  });
  const cells = cellsOf(metrics, training).map((cell) => at(0, snapshot, cell.slice, cell.metrics));
  for (const { column, value, accuracy, n } of slices)
    if (n > 0) cells.push(at(0, snapshot, `${column}=${value}`.slice(0, 255), counted(accuracy, n)));
  if (parent && guard.onParent) cells.push(at(0, parent.snapshot, '', counted(guard.onParent.child, guard.onParent.n)));
  if (parent && guard.onSnapshot)
    cells.push(at(parent.number, snapshot, '', counted(guard.onSnapshot.parent, guard.onSnapshot.n)));
  if (baseline && guard.onBaseline)
    cells.push(at(baseline.number, snapshot, '', counted(guard.onBaseline.parent, guard.onBaseline.n)));
  return cells;
}
