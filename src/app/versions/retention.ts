/** Which snapshots can go: what a retention keeps, and why; and their deletion, one by one. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { baselineOf, type ModelHead, lineageTip, modelText } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import {
  newestFirst,
  millisecondsOf,
  type Snapshot,
  type SnapshotIdentity,
  snapshotPlace,
} from '../../data/version.ts';
import type { Registry } from '../registry/registry.ts';
import { isSafetyName } from './snapshotNames.ts';

/** What stays of the snapshots whatever else needs them: the newest, and the young. */
export interface Retention {
  /** This many of the newest snapshots of each table or database stay, and what this many of the newest models of each lineage need; at least 1. */
  readonly last: number;
  /** Snapshots younger than this stay, in milliseconds. */
  readonly ageMs: number;
}

/** What is kept where nobody says otherwise: five of each, and thirty days. */
export const usualRetention: Retention = { last: 5, ageMs: 30 * 24 * 60 * 60 * 1000 };

/** Why a snapshot stays; the first that holds, in this order. */
export type KeptBecause =
  | 'promoted'
  | 'baseline'
  | 'model'
  | 'run'
  | 'exclusion'
  | 'undo'
  | 'newest'
  | 'young'
  | 'wide'
  | 'unlisted';

export interface KeptSnapshot {
  readonly snapshot: Snapshot;
  readonly because: KeptBecause;
  /** The model that needs it, where that is the reason; else null. */
  readonly model: ModelHead | null;
}

/** What a clean-up would do, for a person to agree to; nothing has been deleted yet. */
export interface CleanUpPlan {
  /** Oldest first. */
  readonly remove: readonly Snapshot[];
  readonly keep: readonly KeptSnapshot[];
  /** Models that lose a snapshot they were made from: they predict as before, and can no longer be reproduced or compared. */
  readonly losing: readonly ModelHead[];
}

type Point = Pick<SnapshotIdentity, 'name' | 'createdAt'>;

/** A snapshot that a decision needs, and why. */
export interface DecisionPoint {
  readonly snapshot: Point;
  readonly because: 'exclusion' | 'undo';
}

/**
 * What exclusions that hold were made from, and what the restores that are not undone can be undone by: of each table the newest, and every
 * one for which a promoted model was archived. Failures are the store's.
 */
export async function snapshotsOfDecisions(registries: readonly Registry[]): Promise<DecisionPoint[]> {
  const found: DecisionPoint[] = [];
  for (const { judged } of registries) {
    for (const lineage of await judged.excludingLineages())
      for (const { snapshot, lifted } of await judged.exclusions(lineage))
        if (lifted === null) found.push({ snapshot, because: 'exclusion' });
    const [restores, promoted] = [await judged.openRestores(), await judged.causesOfPromoted()];
    const newest = new Map(restores.map((one) => [tableText(one.table), one.id]));
    for (const { id, table, safety } of restores)
      if (safety && (promoted.has(id) || newest.get(tableText(table)) === id))
        found.push({ snapshot: safety, because: 'undo' });
  }
  return found;
}

export interface CleanUpFacts {
  readonly snapshots: readonly Snapshot[];
  /** Of every registry that knows models of this store. */
  readonly models: readonly ModelHead[];
  /** Snapshots that a run under way, or one that did not live to clean up, has made. */
  readonly ofRuns: readonly Point[];
  /** Snapshots by which decisions of people stand or fall: see `snapshotsOfDecisions`. */
  readonly ofDecisions: readonly DecisionPoint[];
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** A model of a role that may not list snapshots does not know when its own was made. */
const isIt = (snapshot: Snapshot, one: Point | null): boolean =>
  one !== null && one.name === snapshot.name && (one.createdAt === '' || one.createdAt === snapshot.createdAt);

const needs = (model: ModelHead, snapshot: Snapshot): boolean =>
  isIt(snapshot, model.snapshot) || isIt(snapshot, model.base);

const madeAt = ({ createdAt }: Snapshot): number => millisecondsOf(createdAt);

/** A model and every model it was trained from, so that it can be reproduced from the root. */
function withAncestors(model: ModelHead, all: readonly ModelHead[]): ModelHead[] {
  const found = [model];
  for (let one = model; one.parent !== null; ) {
    const parent = all.find((other) => other.trainingId === one.trainingId && other.number === one.parent);
    if (!parent || found.includes(parent)) break;
    found.push(parent);
    one = parent;
  }
  return found;
}

/** Members by what they share, in the order in which they came. */
function families<T>(members: readonly T[], shared: (member: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const member of members) found.set(shared(member), [...(found.get(shared(member)) ?? []), member]);
  return [...found.values()];
}

interface Reason {
  readonly because: KeptBecause;
  readonly models: readonly ModelHead[];
}

/** What models need, the strongest reason first. */
function modelReasons(models: readonly ModelHead[], last: number): Reason[] {
  const usable = models.filter((one) => one.status !== 'archived');
  const promoted = usable.filter((one) => one.status === 'promoted').flatMap((one) => withAncestors(one, models));
  const lineages = families(usable, (one) => `${one.trainingId} ${one.training}`);
  const baselines = lineages.flatMap((family) =>
    [baselineOf(family), lineageTip(family)].filter((one) => one !== null),
  );
  const newest = lineages.flatMap((family) => [...family].sort((a, b) => b.number - a.number).slice(0, last));
  return [
    { because: 'promoted', models: promoted },
    { because: 'baseline', models: baselines },
    { because: 'model', models: newest },
  ];
}

/**
 * What a clean-up would do; nothing is changed. A snapshot stays that a promoted model or one it was trained from needs, that
 * the next delta starts from, that the newest models need, that a run made, that a decision needs, that is among the newest of its
 * place, that is young, or that holds more than a database. Other safety snapshots are kept by their age alone.
 */
export function planCleanUp(facts: CleanUpFacts, retention: Retention): CleanUpPlan {
  const { snapshots, models, ofRuns, ofDecisions, now } = facts;
  const reasons = modelReasons(models, Math.max(1, retention.last));
  const listed = snapshots.filter((one) => one.createdAt !== '');
  const newest = new Set(
    families(
      listed.filter((one) => !isSafetyName(one.name)),
      snapshotPlace,
    ).flatMap((family) => newestFirst(family).slice(0, Math.max(1, retention.last))),
  );
  const keptBecause = (snapshot: Snapshot): Omit<KeptSnapshot, 'snapshot'> | null => {
    if (snapshot.createdAt === '') return { because: 'unlisted', model: null };
    for (const { because, models: wanting } of reasons) {
      const model = wanting.find((one) => needs(one, snapshot));
      if (model) return { because, model };
    }
    if (ofRuns.some((one) => isIt(snapshot, one))) return { because: 'run', model: null };
    const decision = ofDecisions.find((one) => isIt(snapshot, one.snapshot));
    if (decision) return { because: decision.because, model: null };
    if (snapshot.level === 'account' || snapshot.level === 'cluster') return { because: 'wide', model: null };
    if (newest.has(snapshot)) return { because: 'newest', model: null };
    return now - madeAt(snapshot) < retention.ageMs ? { because: 'young', model: null } : null;
  };
  const judged = snapshots.map((snapshot) => ({ snapshot, kept: keptBecause(snapshot) }));
  const remove = judged
    .filter(({ kept }) => kept === null)
    .map(({ snapshot }) => snapshot)
    .toSorted((a, b) => (BigInt(a.createdAt) < BigInt(b.createdAt) ? -1 : 1));
  return {
    remove,
    keep: judged.flatMap(({ snapshot, kept }) => (kept === null ? [] : [{ snapshot, ...kept }])),
    losing: models.filter((model) => model.status !== 'archived' && remove.some((one) => needs(model, one))),
  };
}

/** Why a snapshot stays, for a person. */
export function keptText({ because, model }: KeptSnapshot): string {
  const name = model === null ? '' : modelText(model);
  switch (because) {
    case 'promoted':
      return model?.status === 'promoted'
        ? say('the promoted model {0} needs it', name)
        : say('a promoted model was trained from {0}, which needs it', name);
    case 'baseline':
      return say('{0} needs it, which the next run starts from or is measured against', name);
    case 'model':
      return say('{0} needs it, one of the newest models of its training', name);
    case 'run':
      return say('a run made it and has not ended');
    case 'exclusion':
      return say('rows that are left out were found in it');
    case 'undo':
      return say('a restore can be undone by it');
    case 'newest':
      return say('it is one of the newest of its table');
    case 'young':
      return say('it is younger than the age that was given');
    case 'wide':
      return say('it holds more than one database');
    case 'unlisted':
      return say('when it was made cannot be listed');
  }
}

/** How far a clean-up came. */
export interface CleanUpDone {
  readonly removed: readonly string[];
  /** What ended it before the last; null where all are gone. */
  readonly failure: Failure | null;
}

/**
 * Drops the snapshots of a plan, the oldest first. One that is gone already counts as removed. A failure ends it: what was
 * dropped before stays dropped, and is told.
 */
export async function cleanUp(
  store: Pick<Store, 'dropSnapshot'>,
  plan: Pick<CleanUpPlan, 'remove'>,
  onRemoved: (name: string) => void,
  signal?: AbortSignal,
): Promise<CleanUpDone> {
  const removed: string[] = [];
  for (const { name } of plan.remove) {
    if (signal?.aborted) return { removed, failure: new Failure('cancelled') };
    try {
      await store.dropSnapshot(name);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!Failure.is(error, 'version.unknown')) return { removed, failure: error };
    }
    removed.push(name);
    onRemoved(name);
  }
  return { removed, failure: null };
}
