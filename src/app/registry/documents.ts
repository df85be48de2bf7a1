/** The JSON documents that the command line prints for trainings and models. */
import type { DeltaCounts } from '../../data/change.ts';
import { type Model, type ModelHead, modelText } from '../../data/model.ts';
import type { Quarantined, RunOutcome } from '../../data/run.ts';
import { type BothWords, inBothWords } from '../../data/stored/firstWords.ts';
import { type StoredPlan, storedPlan } from '../../data/stored/storedPlan.ts';
import { dataSentence, noteSentence, suspectText } from '../../words/judgement.ts';
import { guardSentence } from '../../words/findingText.ts';
import { judgementNames } from '../../words/outcomeText.ts';
import { type JudgementNames, reasonSentence } from '../../words/reasons.ts';
import type { DataNote, DataVerdict, Reason, RunJudgement } from '../../data/judgement.ts';
import type { Attempt, EpochRecord, Metrics, GuardResult, SliceResult } from '../../data/trainer.ts';
import type { Plan } from '../../data/training.ts';
import { exactSentence } from './exactness.ts';
import type { Settled, SettledReason } from './judged/settled.ts';
import type { Registry } from './registry.ts';

export interface GuardDocument extends BothWords<GuardResult> {
  /** Test rows whose label differs between the parent's snapshot and this one. */
  readonly relabelled: number;
  readonly sentence: string;
}

/**
 * What `train --json` prints of a run that made a model. Names stay as released, and later versions only add to them.
 */
export interface TrainedDocument {
  readonly model: string;
  readonly training: string;
  readonly parent: string | null;
  readonly kind: Model['kind'];
  readonly status: Model['status'];
  /** Why it is no candidate. */
  readonly reason: StatusReason | null;
  readonly data: DataDocument | null;
  readonly baseSnapshot: string | null;
  readonly snapshot: string;
  readonly learner: string;
  readonly delta: DeltaCounts | null;
  readonly rows: {
    readonly delta: number;
    readonly replayed: number;
    readonly seen: number;
    readonly fullSeen: number;
    /** What the first version calls them. */
    readonly visits: number;
    readonly fullVisits: number;
  };
  readonly seconds: number;
  readonly metrics: Metrics;
  readonly guard: GuardDocument;
  /** Of an update by an exact learner: *identical to a full fit with this encoder (frozen at m1)*. */
  readonly exact: string | null;
  readonly slices: readonly SliceResult[];
  readonly advice: readonly string[];
  readonly notes: readonly string[];
  /** Rows that the run left out because they are suspect; left out where it did not. */
  readonly quarantined?: Quarantined;
  readonly weightsSha256: string;
  readonly artifactSha256: string;
}

export interface UntrainedDocument {
  readonly model: null;
  readonly training: string;
  readonly reason: 'delta.empty' | 'delta.untrainable';
  /** What is said of changes that nothing can be trained on; left out where nobody was asked. */
  readonly data?: DataDocument;
  readonly sentence: string;
  readonly notes: readonly string[];
  readonly quarantined?: Quarantined;
}

/** Of a run that registered nothing because what it would make is there. */
export interface SameDocument {
  readonly model: string;
  readonly training: string;
  readonly reason: 'model.same' | 'model.held';
  readonly status: Model['status'];
  readonly data: DataDocument | null;
  readonly sentence: string;
  readonly notes: readonly string[];
  readonly quarantined?: Quarantined;
}

/** What `train --json` prints, told by whether there is a `model`, and by its `reason`. */
export type TrainDocument = TrainedDocument | SameDocument | UntrainedDocument;

/** What was said of a model's data, each reason and note with its sentence. */
export interface DataDocument extends Omit<DataVerdict, 'reasons' | 'notes'> {
  readonly sentence: string;
  readonly reasons: readonly (Reason & { readonly sentence: string })[];
  readonly notes: readonly (DataNote & { readonly sentence: string })[];
  /** The groups of changed rows that cost the parent most, the dearest first. */
  readonly groups: readonly (RunJudgement['groups'][number] & { readonly sentence: string })[];
}

/** `names`: of the model that was asked. */
export const dataDocument = ({ data, groups }: RunJudgement, names: JudgementNames): DataDocument => ({
  ...data,
  sentence: dataSentence(data, names),
  reasons: data.reasons.map((reason) => ({ ...reason, sentence: reasonSentence(reason, names) })),
  notes: data.notes.map((note) => ({ ...note, sentence: noteSentence(note, names) })),
  groups: groups.map((group) => ({ ...group, sentence: suspectText(group, names) })),
});

const dataOf = (model: Model): DataDocument | null =>
  model.judgement ? dataDocument(model.judgement, judgementNames(model)) : null;

/** What was said of a model when it was registered; the baseline of then is not kept by name. */
const gateOf = ({ guard, parent, base, snapshot, relabelled }: Model): string =>
  guardSentence(guard, {
    parent: parent === null ? null : `m${parent}`,
    baseline: null,
    baseSnapshot: base?.name ?? null,
    snapshot: snapshot.name,
    relabelled: parent === null ? null : relabelled,
  });

/** Why a model has its status: that of its registration, or of what became of it since. */
export type StatusReason = SettledReason;

const registeredReason = ({ status }: Model): StatusReason | null =>
  status === 'held' ? 'suspect' : status === 'rejected' ? 'worse' : null;

/** The name of a model's parent; null for the first of a lineage. */
export type ParentName = (model: Model) => string | null;

/** A run takes its parent from its own lineage. */
const ownParent: ParentName = ({ training, parent }) =>
  parent === null ? null : modelText({ training, number: parent });

/** Older programs also took a parent from another training of the same id: those are looked up, and named as they are. */
export async function parentNames(registry: Registry, models: readonly Model[]): Promise<ParentName> {
  const known = new Map<string, string>();
  const keyOf = (trainingId: string, number: number): string => `${trainingId}/${number}`;
  for (const one of models) known.set(keyOf(one.trainingId, one.number), modelText(one));
  const isUnknown = ({ trainingId, parent }: Model): boolean =>
    parent !== null && !known.has(keyOf(trainingId, parent));
  for (const trainingId of new Set(models.filter(isUnknown).map((model) => model.trainingId)))
    for (const [number, training] of await registry.namesById(trainingId))
      known.set(keyOf(trainingId, number), modelText({ training, number }));
  return (model) =>
    model.parent === null ? null : (known.get(keyOf(model.trainingId, model.parent)) ?? ownParent(model));
}

/** `seconds`: the whole run, pinning and registering included. */
export function trainDocument(outcome: RunOutcome, training: string, seconds: number): TrainDocument {
  const { model, advice, sentence, quarantined } = outcome;
  const notes = { notes: outcome.notes, ...(quarantined && { quarantined }) };
  if (model === null) {
    const { judged } = outcome;
    const said = judged && { data: dataDocument(judged.judgement, judgementNames(judged)) };
    return { model: null, training, reason: outcome.reason, ...said, sentence, ...notes };
  }
  const { status } = model;
  if (outcome.reason !== null) {
    const data = dataOf(model);
    return { model: modelText(model), training, reason: outcome.reason, status, data, sentence, ...notes };
  }
  return {
    model: modelText(model),
    training,
    parent: ownParent(model),
    kind: model.kind,
    status,
    reason: registeredReason(model),
    data: dataOf(model),
    baseSnapshot: model.base?.name ?? null,
    snapshot: model.snapshot.name,
    learner: model.learner,
    delta: model.delta,
    rows: {
      delta: model.cost.rows.delta,
      replayed: model.cost.rows.replayed,
      visits: model.cost.seen,
      fullVisits: model.cost.fullSeen,
      seen: model.cost.seen,
      fullSeen: model.cost.fullSeen,
    },
    seconds,
    metrics: model.metrics,
    guard: { ...inBothWords(model.guard), relabelled: model.relabelled, sentence: outcome.gate },
    exact: outcome.exact,
    slices: model.slices,
    advice: advice.reasons,
    ...notes,
    weightsSha256: model.weightsSha256,
    artifactSha256: model.artifactSha256,
  };
}

/** The registry row without its artifact. */
export interface ModelDocument
  extends Omit<
    Model,
    | 'number'
    | 'parent'
    | 'base'
    | 'snapshot'
    | 'guard'
    | 'judgement'
    | 'relabelled'
    | 'plan'
    | 'epochs'
    | 'attempts'
    | 'cost'
  > {
  readonly model: string;
  readonly parent: string | null;
  readonly baseSnapshot: Model['base'];
  readonly snapshot: Model['snapshot'];
  readonly guard: GuardDocument;
  readonly plan: StoredPlan & Pick<Plan, 'validation'>;
  readonly epochs: readonly BothWords<EpochRecord>[];
  readonly attempts: readonly BothWords<Attempt>[];
  readonly cost: BothWords<Model['cost']>;
  /** As in `TrainedDocument`. */
  readonly exact: string | null;
  readonly reason: StatusReason | null;
  /** Who settled it last, when, and with which words; null where nobody did. */
  readonly settled: Pick<Settled, 'reason' | 'cause' | 'note' | 'who' | 'at'> | null;
  readonly data: DataDocument | null;
}

/**
 * What `model show --json` prints; `parentOf` names the parent, which the registry keeps as a number; `models` of its
 * lineage, its parents among them; `settled`: what became of its training's models.
 */
export function modelDocument(
  model: Model,
  parentOf: ParentName,
  models: readonly ModelHead[],
  settled: readonly Settled[],
): ModelDocument {
  const { number, parent: _parent, base, snapshot, guard, judgement: _said, relabelled, plan, ...rest } = model;
  const last = settled.filter((one) => one.trainingId === model.trainingId && one.number === number).at(-1);
  return {
    model: modelText(model),
    ...rest,
    parent: parentOf(model),
    baseSnapshot: base,
    snapshot,
    guard: { ...inBothWords(guard), relabelled, sentence: gateOf(model) },
    plan: { ...storedPlan(plan), validation: plan.validation },
    epochs: model.epochs.map(inBothWords),
    attempts: model.attempts.map(inBothWords),
    cost: inBothWords(model.cost),
    exact: exactSentence(model, models),
    reason: last?.reason ?? registeredReason(model),
    settled: last ? { reason: last.reason, cause: last.cause, note: last.note, who: last.who, at: last.at } : null,
    data: dataOf(model),
  };
}
