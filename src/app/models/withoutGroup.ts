/** A model as it would be without one group of its suspects: trained and tested, and not registered. */
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { DataVerdict } from '../../data/judgement.ts';
import { type Model, modelText } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import type { CheckResult, GuardResult, Metrics, TrainEvent } from '../../data/trainer.ts';
import type { Plan } from '../../data/training.ts';
import { atSnapshot } from '../../data/version.ts';
import { sinceFullFit } from '../registry/lineage.ts';
import { ruleOf } from '../../data/splitting/sides.ts';
import { comparedColumns, readDeltaFacts } from '../training/deltaFacts.ts';
import { leaveOutAgain } from '../training/exclusions/leaveOut.ts';
import { rowsOfHashes } from '../training/exclusions/suspectRows.ts';
import { deltaDraft } from '../training/planRun.ts';
import { runDelta } from '../training/rows/rowPlaces.ts';
import { briefAgain, lookAgain, type LookedAt, rowsAgain, type SuspectParts, suspectsAgain } from './suspects.ts';

/** What a model would be without a group: all three are measured on the same test rows, those of the group left out. */
export interface WithoutGroup {
  readonly parent: Model;
  readonly found: CheckResult;
  /** Rows of the group, which are there. */
  readonly rows: number;
  readonly metrics: { readonly model: Metrics; readonly without: Metrics; readonly parent: Metrics };
  readonly data: DataVerdict | null;
  readonly guard: GuardResult;
  readonly weightsSha256: string;
}

const refused = (model: Model, group: number, why: string): Failure =>
  new Failure('run.refused', { what: say('Training {0} without group {1}', modelText(model), group), why });

/** The plan without the rows; `run.refused` where nothing is left to learn. */
async function planOf(
  of: LookedAt,
  store: Store,
  group: number,
  parts: SuspectParts,
  signal: AbortSignal,
): Promise<Plan> {
  const { model, training, parent, base, snapshot } = of;
  if (model.kind === 'full') return model.plan;
  const delta = runDelta(training, comparedColumns(training), atSnapshot(base.name), atSnapshot(snapshot.name));
  const known = await readDeltaFacts(store, delta, training.label, ruleOf(parent.plan), signal);
  const info = await store.table(training.table, atSnapshot(snapshot.name));
  const depth = sinceFullFit(await parts.registry.heads(training), parent).updates + 1;
  const train = parent.cost.rows.train + known.trainGrowth;
  const moved = model.plan.moved ?? [];
  const facts = { training, info, version: model.number, depth, train, moved };
  const plan = await parts.trainer.plan(deltaDraft(facts, parent, known.facts, known.trainRemoved), parent.plan);
  if (plan === null)
    throw refused(model, group, say('nothing is left to train on: it would be {0} as it is.', modelText(parent)));
  return plan;
}

/**
 * Trains on what the model was trained on, but for the rows of a group (1 for the first). `run.refused` where there is no such group,
 * where its rows are gone from the table, or where nothing is left; else as `lookAgain` and the trainer fail.
 */
export async function withoutGroup(
  model: Model,
  group: number,
  parts: SuspectParts,
  signal: AbortSignal,
  on: (event: TrainEvent) => void,
): Promise<WithoutGroup> {
  const { registry, trainer } = parts;
  const of = await lookAgain(model, parts);
  const { training, parent, base, snapshot } = of;
  const found = await suspectsAgain(of, parts, signal);
  const { groups } = found.suspects;
  const chosen = groups[group - 1];
  if (!chosen)
    throw refused(
      model,
      group,
      groups.length === 0 ? say('it has no groups of suspects.') : say('it has the groups 1 to {0}.', groups.length),
    );
  const places = { store: parts.store, training, from: base.name, to: snapshot.name };
  const rows = await rowsOfHashes(places, new Set(chosen.hashes), signal);
  if (rows.length === 0)
    throw refused(
      model,
      group,
      say('its rows are not there any more. Bring them back: restore their table, or some of its rows.'),
    );
  const store = await leaveOutAgain(parts, training, model, parent, rows);
  const plan = await planOf(of, store, group, parts, signal);
  const judge = await briefAgain(of, parts, store, signal);
  const parents = await registry.artifact(parent);
  const read = rowsAgain(of, store, plan);
  const result = await trainer.run({ plan, parent: parents, baseline: null, judge }, read, signal, on);
  const artifacts = [await registry.artifact(model), result.artifact, parents];
  const measured = await trainer.evaluate({ plan, artifacts }, read, signal);
  return {
    parent,
    found,
    rows: rows.length,
    metrics: { model: at(measured, 0), without: at(measured, 1), parent: at(measured, 2) },
    data: result.judgement?.data ?? null,
    guard: result.guard,
    weightsSha256: result.weightsSha256,
  };
}
