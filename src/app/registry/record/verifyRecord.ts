/** Holds the record against itself and against the models: what was changed by another hand is named. */
import { Failure } from '../../../base/failure.ts';
import { type Model, modelText } from '../../../data/model.ts';
import { brokenLink, type BrokenLink, recordedStatuses } from './record.ts';
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

/** What holding the record against itself and the models found. */
export interface Verification {
  readonly events: number;
  /** The hash of the last event: whoever keeps it elsewhere can tell a record that was cut off at its end. Null for an empty one. */
  readonly lastHash: string | null;
  readonly ok: boolean;
  readonly broken: BrokenLink | null;
  readonly models: readonly FoundProblem[];
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
  return {
    events: events.length,
    lastHash: events.at(-1)?.hash ?? null,
    ok: broken === null && problems.length === 0,
    broken,
    models: problems,
  };
}

/** The models that are not as the record has them, by their names; none where this connection may not read the record. */
export async function changedModels(registry: Registry): Promise<ReadonlySet<string>> {
  try {
    const { models } = await verifyRecord(registry);
    return new Set(models.map(({ model }) => model));
  } catch (error) {
    if (Failure.is(error, 'permission.missing')) return new Set();
    throw error;
  }
}
