/** Models and evaluations as rows of the registry, both ways. */
import { at } from '../../base/assert.ts';
import type { RunJudgement } from '../../data/judgement.ts';
import type { Evaluation, Model, ModelHead, ModelStatus, ModelSummary } from '../../data/model.ts';
import { type Kept, kept, readKept } from '../../data/stored/firstWords.ts';
import { planOfStored, type StoredPlan, storedPlan } from '../../data/stored/storedPlan.ts';
import type { Write } from '../../data/store.ts';
import type { Attempt, EpochRecord } from '../../data/trainer.ts';
import type { Value } from '../../data/value.ts';
import type { SnapshotIdentity } from '../../data/version.ts';
import { keptJson } from './keptJson.ts';
import { putModelHash, modelHash } from './record/record.ts';
import { deleteEvaluations, insertEvaluations, insertModel, type ModelColumn, modelColumns } from './registrySchema.ts';

/** The row of a model with its hash. */
export function insertModelRow(model: Model, artifact: Uint8Array): Write[] {
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
    guard_json: JSON.stringify(kept(model.guard)),
    slices_json: JSON.stringify(model.slices),
    epochs_json: JSON.stringify(model.epochs.map(kept)),
    attempts_json: JSON.stringify(model.attempts.map(kept)),
    kept: model.kept,
    cost_json: JSON.stringify(kept(model.cost)),
    note: model.note,
    kernel_sha256: model.kernelSha256,
    weights_sha256: model.weightsSha256,
    artifact_sha256: model.artifactSha256,
    artifact_bytes: model.artifactBytes,
    made_by: model.madeBy,
    made_at: model.madeAt,
    tool_version: model.toolVersion,
  };
  const values = modelColumns.map((column) => row[column]);
  return [
    { sql: insertModel, values: [...values, artifact], expect: 1 },
    ...putModelHash(model.trainingId, model.number, modelHash(values)),
  ];
}

/** Some columns of models, and what a row of them is. `of` takes the columns with the two behind them (see `selectModels`). */
export interface ModelReading<M> {
  readonly columns: readonly ModelColumn[];
  readonly of: (values: readonly Value[]) => M;
}

/** What is a list in JSON; the others are objects. */
const lists: ReadonlySet<ModelColumn> = new Set(['classes_json', 'slices_json', 'epochs_json', 'attempts_json']);

interface Row {
  readonly text: (column: ModelColumn) => string;
  readonly isNull: (column: ModelColumn) => boolean;
  readonly count: (column: ModelColumn) => number;
  readonly orNull: (column: ModelColumn) => number | null;
  readonly json: <T>(column: ModelColumn) => T;
  readonly status: ModelStatus;
}

function rowOf(columns: readonly ModelColumn[], values: readonly Value[]): Row {
  const cell = (column: ModelColumn): Value => at(values, columns.indexOf(column));
  const text = (column: ModelColumn): string => String(cell(column));
  const [promoted, guard] = values.slice(columns.length);
  return {
    text,
    isNull: (column) => cell(column) === null,
    count: (column) => Number(cell(column)),
    orNull: (column) => (cell(column) === null ? null : Number(cell(column))),
    json: <T>(column: ModelColumn) =>
      keptJson<T>(text(column), 'deltatrain.models', lists.has(column) ? 'array' : 'object'),
    status: statusOf(text('status'), promoted !== null, typeof guard === 'string' ? guard : null),
  };
}

/** A row that calls itself promoted and is not is another hand's: it is what its guard made it. */
function statusOf(said: string, isPromoted: boolean, guard: string | null): ModelStatus {
  if (isPromoted) return 'promoted';
  if (said !== 'promoted') return said as ModelStatus;
  const { verdict } = keptJson<Partial<Model['guard']>>(guard ?? '{}', 'deltatrain.models');
  return verdict === 'worse' ? 'rejected' : 'candidate';
}

function headOf({ text, isNull, count, orNull, status }: Row): ModelHead {
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
    status,
    table: text('table_name'),
    base: isNull('base_name') ? null : identity('base'),
    snapshot: identity('snapshot'),
    rows: count('row_count'),
    delta: inserted === null ? null : { inserted, updated: count('updated'), deleted: count('deleted') },
    relabelled: count('relabelled'),
    learner: text('learner'),
    seed: count('seed'),
    kept: count('kept'),
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

const summaryOf = (row: Row): ModelSummary => ({
  ...headOf(row),
  metrics: row.json('metrics_json'),
  guard: readKept<Model['guard']>(row.json('guard_json')),
});

const isLong = (column: ModelColumn): boolean => column.endsWith('_json');
const headColumns = modelColumns.filter((column) => !isLong(column));
const summaryColumns: readonly ModelColumn[] = [...headColumns, 'metrics_json', 'guard_json'];

export const heads: ModelReading<ModelHead> = {
  columns: headColumns,
  of: (values) => headOf(rowOf(headColumns, values)),
};

export const summaries: ModelReading<ModelSummary> = {
  columns: summaryColumns,
  of: (values) => summaryOf(rowOf(summaryColumns, values)),
};

/** Everything but the artifact. */
export const wholeModels: ModelReading<Model> = {
  columns: modelColumns,
  of: (values) => {
    const row = rowOf(modelColumns, values);
    const hash = values[modelColumns.length + 2];
    const judged = values[modelColumns.length + 3];
    const judgement =
      typeof judged === 'string' ? keptJson<RunJudgement | null>(judged, 'deltatrain.judgements', 'nothing') : null;
    return {
      ...summaryOf(row),
      ...(hash !== undefined && hash !== modelHash(values) && { changed: true as const }),
      ...(judgement && { judgement }),
      plan: planOfStored(row.json<StoredPlan>('plan_json')),
      classes: row.json('classes_json'),
      slices: row.json('slices_json'),
      epochs: row.json<Kept<EpochRecord>[]>('epochs_json').map(readKept<EpochRecord>),
      attempts: row.json<Kept<Attempt>[]>('attempts_json').map(readKept<Attempt>),
      cost: readKept<Model['cost']>(row.json('cost_json')),
    };
  },
};

/** In one transaction: the row of `promoted` decides; the word in the model's own row follows it, for whoever reads that alone. */
export function promoteWrites(model: ModelHead, replaced: number | null): Write[] {
  const { trainingId, training, number } = model;
  const take: Write =
    replaced !== null
      ? {
          sql: 'UPDATE deltatrain.promoted SET number = ? WHERE training = ? AND training_name = ? AND number = ?',
          values: [number, trainingId, training, replaced],
          expect: 1,
        }
      : {
          sql: 'INSERT INTO deltatrain.promoted (training, training_name, number) VALUES (?, ?, ?)',
          values: [trainingId, training, number],
          expect: 1,
        };
  return [
    take,
    {
      sql: `UPDATE deltatrain.models SET status = 'candidate' WHERE training = ? AND training_name = ? AND status = 'promoted'`,
      values: [trainingId, training],
    },
    {
      sql: `UPDATE deltatrain.models SET status = 'promoted' WHERE training = ? AND number = ? AND status = 'candidate'`,
      values: [trainingId, number],
      expect: 1,
    },
  ];
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
