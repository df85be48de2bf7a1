/** Models and evaluations as rows of the registry, both ways. */
import { at } from '../../base/assert.ts';
import type { Evaluation, Model, ModelStatus } from '../../data/model.ts';
import { planOfStored, type StoredPlan, storedPlan } from '../../data/storedPlan.ts';
import type { Write } from '../../data/store.ts';
import type { Value } from '../../data/value.ts';
import type { SnapshotIdentity } from '../../data/version.ts';
import { deleteEvaluations, insertEvaluations, insertModel, type ModelColumn, modelColumns } from './registrySchema.ts';

export function insertModelRow(model: Model, artifact: Uint8Array): Write {
  const row: Record<ModelColumn, Value> = {
    training: model.trainingId,
    number: model.number,
    training_name: model.training,
    parent: model.parent,
    kind: model.kind,
    status: model.status,
    table_name: model.table,
    base_name: model.base?.name ?? null,
    base_created_at: model.base?.createdAt ?? null,
    base_table_id: model.base?.tableId ?? null,
    snapshot_name: model.snapshot.name,
    snapshot_created_at: model.snapshot.createdAt,
    snapshot_table_id: model.snapshot.tableId,
    row_count: model.rows,
    inserted: model.delta?.inserted ?? null,
    updated: model.delta?.updated ?? null,
    deleted: model.delta?.deleted ?? null,
    relabelled: model.relabelled,
    learner: model.learner,
    seed: model.seed,
    plan_json: JSON.stringify(storedPlan(model.plan)),
    classes_json: JSON.stringify(model.classes),
    metrics_json: JSON.stringify(model.metrics),
    guard_json: JSON.stringify(model.guard),
    slices_json: JSON.stringify(model.slices),
    epochs_json: JSON.stringify(model.epochs),
    attempts_json: JSON.stringify(model.attempts),
    kept: model.kept,
    cost_json: JSON.stringify(model.cost),
    note: model.note,
    kernel_sha256: model.kernelSha256,
    weights_sha256: model.weightsSha256,
    artifact_sha256: model.artifactSha256,
    artifact_bytes: model.artifactBytes,
    made_by: model.madeBy,
    made_at: model.madeAt,
    tool_version: model.toolVersion,
  };
  return { sql: insertModel, values: [...modelColumns.map((column) => row[column]), artifact], expect: 1 };
}

export function modelOfRow(values: readonly Value[]): Model {
  const cell = (column: ModelColumn): Value => at(values, modelColumns.indexOf(column));
  const text = (column: ModelColumn): string => String(cell(column));
  const count = (column: ModelColumn): number => Number(cell(column));
  const orNull = (column: ModelColumn): number | null => (cell(column) === null ? null : count(column));
  const json = <T>(column: ModelColumn): T => JSON.parse(text(column)) as T;
  const identity = (prefix: 'base' | 'snapshot'): SnapshotIdentity => ({
    name: text(`${prefix}_name`),
    createdAt: text(`${prefix}_created_at`),
    tableId: text(`${prefix}_table_id`),
  });
  const inserted = orNull('inserted');
  return {
    training: text('training_name'),
    trainingId: text('training'),
    number: count('number'),
    parent: orNull('parent'),
    kind: text('kind') as Model['kind'],
    status: text('status') as ModelStatus,
    table: text('table_name'),
    base: cell('base_name') === null ? null : identity('base'),
    snapshot: identity('snapshot'),
    rows: count('row_count'),
    delta: inserted === null ? null : { inserted, updated: count('updated'), deleted: count('deleted') },
    relabelled: count('relabelled'),
    learner: text('learner'),
    plan: planOfStored(json<StoredPlan>('plan_json')),
    seed: count('seed'),
    classes: json('classes_json'),
    metrics: json('metrics_json'),
    guard: json('guard_json'),
    slices: json('slices_json'),
    epochs: json('epochs_json'),
    attempts: json('attempts_json'),
    kept: count('kept'),
    cost: json('cost_json'),
    note: text('note'),
    kernelSha256: text('kernel_sha256'),
    weightsSha256: text('weights_sha256'),
    artifactSha256: text('artifact_sha256'),
    artifactBytes: count('artifact_bytes'),
    madeBy: text('made_by'),
    madeAt: text('made_at'),
    toolVersion: text('tool_version'),
  };
}

const evaluationKey = ({ trainingId, number, snapshot, slice }: Evaluation): Value[] => [
  trainingId,
  number,
  snapshot.name,
  snapshot.createdAt,
  slice,
];

const evaluationRow = ({ trainingId, number, snapshot, slice, metrics }: Evaluation): Value[] => [
  trainingId,
  number,
  snapshot.name,
  snapshot.createdAt,
  snapshot.tableId,
  slice,
  metrics.n,
  metrics.accuracy,
  metrics.low,
  metrics.high,
  metrics.logLoss,
];

/** Rows of one statement: over a network each statement is a round trip. */
const rowsAtOnce = 100;

/** Two statements for many: an older measurement of the same thing is replaced, and of two in the list the last one is kept. */
export function putEvaluations(evaluations: readonly Evaluation[]): Write[] {
  const byKey = new Map(evaluations.map((one) => [JSON.stringify(evaluationKey(one)), one]));
  const all = [...byKey.values()];
  const writes: Write[] = [];
  for (let start = 0; start < all.length; start += rowsAtOnce) {
    const some = all.slice(start, start + rowsAtOnce);
    writes.push(
      { sql: deleteEvaluations(some.length), values: some.flatMap(evaluationKey) },
      { sql: insertEvaluations(some.length), values: some.flatMap(evaluationRow), expect: some.length },
    );
  }
  return writes;
}

/** `values` in the order of `evaluationColumns`. */
export function evaluationOfRow(values: readonly Value[]): Evaluation {
  const logLoss = at(values, 10);
  return {
    trainingId: String(at(values, 0)),
    number: Number(at(values, 1)),
    snapshot: { name: String(at(values, 2)), createdAt: String(at(values, 3)), tableId: String(at(values, 4)) },
    slice: String(at(values, 5)),
    metrics: {
      n: Number(at(values, 6)),
      accuracy: Number(at(values, 7)),
      low: Number(at(values, 8)),
      high: Number(at(values, 9)),
      logLoss: logLoss === null ? null : Number(logLoss),
    },
  };
}
