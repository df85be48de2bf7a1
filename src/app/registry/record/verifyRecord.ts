/** Holds the record against itself and against the models: what was changed by another hand is named. */
import { Failure } from '../../../base/failure.ts';
import { type Model, modelText } from '../../../data/model.ts';
import { type KeptRow, type KeptTable, recordedRows, rowName } from './keptRows.ts';
import { brokenLink, type BrokenLink, type RecordedEvent, recordedStatuses } from './record.ts';
import type { Registry } from '../registry.ts';

/**
 * `changed`: its row is not as it was registered. `status`: the record knows it with another status. `unrecorded`: the record does
 * not know it. `gone`: the record knows it, and it is not there.
 */
export type ModelProblem = 'changed' | 'status' | 'unrecorded' | 'gone';

/** A model that is not as the record has it. */
export interface FoundProblem {
  /** `weather/m3` */
  readonly model: string;
  readonly problem: ModelProblem;
  /** The status by the record; null where it does not know the model. */
  readonly recorded: string | null;
  /** The status in the registry; null where it is gone. */
  readonly found: string | null;
}

/** `changed`: it is not as it was written. `unrecorded`: the record does not know it. `gone`: the record knows it, and it is not there. */
export type RowProblem = 'changed' | 'unrecorded' | 'gone';

/** A row beside the models that is not as the record has it. */
export interface FoundRow {
  readonly table: KeptTable;
  /** Of an approval or an exclusion its number or id, of a restore its id; '' of what a model has once. */
  readonly id: string;
  /** The model or the training that it is of; '' of a restore. */
  readonly of: string;
  readonly problem: RowProblem;
}

/** What holding the record against itself and the models found. */
export interface Verification {
  readonly events: number;
  /** The hash of the last event: whoever keeps it elsewhere can tell a record that was cut off at its end. Null for an empty one. */
  readonly lastHash: string | null;
  readonly ok: boolean;
  readonly broken: BrokenLink | null;
  readonly models: readonly FoundProblem[];
  /** What was said of data, and what people decided on it. */
  readonly rows: readonly FoundRow[];
}

function problemOf(model: Model, recorded: string | null): ModelProblem | null {
  if (model.changed) return 'changed';
  if (recorded === null) return 'unrecorded';
  return recorded === model.status ? null : 'status';
}

/** Reads every event and every row of a model; changes nothing. Failures are the store's. */
export async function verifyRecord(registry: Registry): Promise<Verification> {
  const [events, models] = [await registry.record.events(), await registry.models()];
  const broken = brokenLink(events);
  // A registry of an older version has no record to hold its models against.
  const recorded = events.length === 0 ? null : recordedStatuses(events);
  const problems: FoundProblem[] = [];
  for (const model of recorded ? models : []) {
    const name = modelText(model);
    const status = recorded?.get(name) ?? null;
    const problem = problemOf(model, status);
    if (problem !== null) problems.push({ model: name, problem, recorded: status, found: model.status });
  }
  const there = new Set(models.map(modelText));
  for (const [model, status] of recorded ?? [])
    if (!there.has(model)) problems.push({ model, problem: 'gone', recorded: status, found: null });
  const rows = recorded ? foundRows(events, models, await registry.judged.keptRows()) : [];
  return {
    events: events.length,
    lastHash: events.at(-1)?.hash ?? null,
    ok: broken === null && problems.length === 0 && rows.length === 0,
    broken,
    models: problems,
    rows,
  };
}

/** The rows that the record has after its last event, by name: a model that was registered anew under a number leaves what it was. */
function rowsOfRecord(events: readonly RecordedEvent[], models: readonly Model[]): Map<string, string> {
  const found = new Map<string, string>();
  const byName = new Map(models.map((model) => [modelText(model), model]));
  for (const { what, subject, details } of events) {
    const anew = what === 'model.registered' ? byName.get(subject) : undefined;
    for (const name of anew ? [...found.keys()] : [])
      if (ofModel.some((table) => `${name}:`.startsWith(`${table}:${anew?.trainingId}:${anew?.number}:`)))
        found.delete(name);
    for (const [name, hash] of recordedRows(details)) found.set(name, hash);
  }
  return found;
}

const ofModel: readonly KeptTable[] = ['judgements', 'facts', 'settled'];

function foundRows(
  events: readonly RecordedEvent[],
  models: readonly Model[],
  kept: readonly { readonly row: KeptRow; readonly of: string }[],
): FoundRow[] {
  const recorded = rowsOfRecord(events, models);
  const nameOf = new Map(models.map((model) => [`${model.trainingId}:${model.number}`, modelText(model)]));
  const trainings = new Map(models.map(({ trainingId, training }) => [trainingId, training]));
  const told = (name: string, of: string, problem: RowProblem): FoundRow => {
    const [table = '', ...key] = name.split(':');
    const [training = '', id = ''] = key;
    if (table === 'restores') return { table, id: training, of, problem };
    const isOfModel = ofModel.includes(table as KeptTable);
    const model = nameOf.get(`${training}:${id}`);
    if (isOfModel) return { table: table as KeptTable, id: key[2] ?? '', of: model ?? `${training}/m${id}`, problem };
    return { table: table as KeptTable, id, of: of === '' ? (trainings.get(training) ?? training) : of, problem };
  };
  const there = new Set(kept.map(({ row }) => rowName(row)));
  const wrong = kept.flatMap(({ row, of }): FoundRow[] => {
    const hash = recorded.get(rowName(row));
    if (hash === row.hash) return [];
    return [told(rowName(row), of, hash === undefined ? 'unrecorded' : 'changed')];
  });
  // Of a model that is gone it is told that it is.
  const isTold = (name: string): boolean => {
    const [table = '', training = '', number = ''] = name.split(':');
    return ofModel.includes(table as KeptTable) && !nameOf.has(`${training}:${number}`);
  };
  const gone = [...recorded.keys()].filter((name) => !there.has(name) && !isTold(name));
  return [...wrong, ...gone.map((name) => told(name, '', 'gone'))];
}

/** The models that are not as the record has them, or of whose data something else was said, by their names; none where this connection may not read the record. */
export async function changedModels(registry: Registry): Promise<ReadonlySet<string>> {
  try {
    const { models, rows } = await verifyRecord(registry);
    const judged = rows.filter(({ table }) => ofModel.includes(table)).map(({ of }) => of);
    return new Set([...models.map(({ model }) => model), ...judged]);
  } catch (error) {
    if (Failure.is(error, 'permission.missing')) return new Set();
    throw error;
  }
}
