/** Who did it: the groups of changed rows that cost a model's parent most, found again from the snapshots of both. */
import { ownHash } from '../../data/splitting/sides.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { SuspectGroup } from '../../data/judgement.ts';
import { type Model, modelText } from '../../data/model.ts';
import { parseTableName } from '../../data/table.ts';
import type { CheckResult, JudgeBrief, TrainRows } from '../../data/trainer.ts';
import type { Plan, Training } from '../../data/training.ts';
import type { Store } from '../../data/store.ts';
import { atSnapshot, type Snapshot } from '../../data/version.ts';
import { snapshotOfModel } from '../registry/lineage.ts';
import type { KeptGroup } from '../registry/judged/judgements.ts';
import { leaveOutAgain } from '../training/exclusions/leaveOut.ts';
import { rowsOfGroup } from '../training/exclusions/suspectRows.ts';
import { judgeBrief } from '../training/judged/judgeBrief.ts';
import { storeRows } from '../training/rows/rowSets.ts';
import type { Workbench } from '../training/workbench.ts';

export type SuspectParts = Pick<Workbench, 'store' | 'registry' | 'trainer'>;

/** A model whose delta is looked at again, with everything around it. */
export interface LookedAt {
  readonly model: Model;
  readonly training: Training;
  readonly parent: Model;
  readonly base: Snapshot;
  readonly snapshot: Snapshot;
}

/** `run.refused` for a model without a parent; `version.unknown`, `version.replaced` where a snapshot is gone. */
export async function lookAgain(model: Model, { store, registry }: SuspectParts): Promise<LookedAt> {
  const training = await registry.training(model);
  if (!training) throw new Failure('training.unknown', { training: model.training });
  if (model.parent === null)
    throw new Failure('run.refused', {
      what: say('Looking for suspects of {0}', modelText(model)),
      why: say('it has no parent that its data could be judged by.'),
    });
  const parent = await registry.byNumber(model.trainingId, model.parent, model.training);
  const base = await snapshotOfModel(store, training, parent);
  const snapshot = await snapshotOfModel(store, training, model);
  const table = parseTableName(model.table) ?? training.table;
  return { model, training: { ...training, table }, parent, base, snapshot };
}

/** What the judge goes by: no approval hides a suspect. */
export async function briefAgain(
  of: LookedAt,
  { registry }: SuspectParts,
  store: Store,
  signal: AbortSignal,
): Promise<JudgeBrief> {
  const { model, training, parent, base, snapshot } = of;
  const models = (await registry.heads(training)).filter(({ number }) => number < model.number);
  const changed = { hashes: null, base, to: atSnapshot(snapshot.name), snapshot };
  const brief = await judgeBrief(
    { training, workbench: { store, registry }, models, parent, baseline: null, changed },
    signal,
  );
  return { ...brief, approvals: [] };
}

/** The rows of the model's run. */
export const rowsAgain = ({ training, base, snapshot }: LookedAt, store: Store, plan: Plan): TrainRows =>
  storeRows({ store, table: training.table, key: training.key, at: atSnapshot(snapshot.name), base: base.name }, plan);

/** What makes a group another one. */
const filterOf = ({ change, column, label, where, rows }: KeptGroup): string =>
  JSON.stringify([change, column, label?.from, label?.to, where, rows]);

/**
 * The groups as they were kept with a model whose data were suspect, in their order: *Train Without Them* and `train --without` go by
 * these numbers. Looking again asks about other rows that did not change, and hides nothing for an approval, so that it may sort otherwise.
 */
async function asKept(
  of: LookedAt,
  found: CheckResult,
  { store }: SuspectParts,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { model, training, base, snapshot } = of;
  const kept = model.judgement;
  if (kept?.data.verdict !== 'suspect') return found;
  const known = new Map(found.suspects.groups.map((group) => [filterOf(group), group.hashes.map(ownHash)]));
  const places = { store, training, from: base.name, to: snapshot.name };
  const groups: SuspectGroup[] = [];
  for (const [i, group] of kept.groups.entries()) {
    const hashes = known.get(filterOf(group)) ?? (await hashesOf(places, kept.groups, i, signal));
    groups.push({ ...group, hashes });
  }
  const explained = Math.min(
    1,
    groups.reduce((sum, { share }) => sum + share, 0),
  );
  return { data: kept.data, suspects: { groups, explained } };
}

/** Rows of a group by its filter; none where they are not those that were counted, or are gone. */
async function hashesOf(
  places: Parameters<typeof rowsOfGroup>[0],
  groups: readonly KeptGroup[],
  index: number,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return (await rowsOfGroup(places, groups, index, signal)).map(({ hash }) => hash);
  } catch (error) {
    if (Failure.is(error, 'run.refused')) return [];
    throw error;
  }
}

/** The groups of a model that was looked at again. */
export async function suspectsAgain(of: LookedAt, parts: SuspectParts, signal: AbortSignal): Promise<CheckResult> {
  const { model, training, parent } = of;
  const store = await leaveOutAgain(parts, training, model, parent);
  const judge = await briefAgain(of, parts, store, signal);
  const job = { plan: model.plan, parent: await parts.registry.artifact(parent), judge };
  return asKept(of, await parts.trainer.check(job, rowsAgain(of, store, model.plan), signal), parts, signal);
}

/** Fails as `lookAgain` does. */
export async function suspectsOf(model: Model, parts: SuspectParts, signal: AbortSignal): Promise<CheckResult> {
  return suspectsAgain(await lookAgain(model, parts), parts, signal);
}
