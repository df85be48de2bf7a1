/** Counts what changed since a parent's snapshot and weighs it: once for the advice and for the run that follows on it, so that both say the same. */
import type { Failure } from '../../base/failure.ts';
import type { Model, ModelHead } from '../../data/model.ts';
import type { Advice, DeltaFacts } from '../../data/run.ts';
import type { Store } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot, type Snapshot, type Version } from '../../data/version.ts';
import { adviseRun } from './advice.ts';
import { comparedColumns, readDeltaFacts, type WalkedDelta } from './deltaFacts.ts';
import { ruleOf } from '../../data/splitting/sides.ts';
import { type Earlier, lookBack } from './lookBack.ts';
import { runDelta } from './rows/rowPlaces.ts';

export interface Weighed extends Omit<WalkedDelta, 'facts'> {
  /** Null when there is no parent, or its snapshot cannot be compared with. */
  readonly facts: DeltaFacts | null;
  readonly earlier: Earlier;
  readonly advice: Advice;
}

interface Weighing {
  readonly training: Training;
  readonly store: Store;
  /** Every model of the lineage. */
  readonly models: readonly ModelHead[];
  readonly parent: Model | null;
  /** The newest full fit of the lineage, whatever became of it. */
  readonly lastFull: Model | null;
  /** The parent's snapshot, or why it cannot be compared with; null without a parent. */
  readonly base: { readonly snapshot: Snapshot | null; readonly why: Failure | null } | null;
  readonly to: Version;
}

export async function weighDelta(of: Weighing, signal?: AbortSignal): Promise<Weighed> {
  const { training, store, models, parent, lastFull, base, to } = of;
  const nothing = { facts: null, trainGrowth: 0, trainRemoved: 0, updated: null, moved: [], crossed: 0 };
  const found = parent && base?.snapshot ? await factsSince(of, parent, base.snapshot, signal) : nothing;
  const { facts } = found;
  const earlier = await lookBack({ training, store, models, parent, facts, to }, signal);
  return {
    ...found,
    earlier,
    advice: adviseRun({ training, models, parent, lastFull, facts, why: base?.why ?? null, earlier }),
  };
}

/** By the parent's shares, which a delta run keeps; a full fit that is compared with its parent has the same. */
function factsSince({ training, store, to }: Weighing, parent: Model, from: Snapshot, signal?: AbortSignal) {
  const columns = comparedColumns(training);
  const shares = ruleOf(parent.plan);
  const request = runDelta(training, columns, atSnapshot(from.name), to);
  return readDeltaFacts(store, request, training.label, shares, signal);
}
