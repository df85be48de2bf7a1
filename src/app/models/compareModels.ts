/** Why two models differ: the changed rows between their snapshots, and the slices where it hurts. */
import { qualityOf } from '../../words/measures.ts';
import { say } from '../../base/say.ts';
import type { DeltaCounts } from '../../data/change.ts';
import { type Model, modelText } from '../../data/model.ts';
import type { DeltaRequest, Store } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot } from '../../data/version.ts';
import { requireSameColumns, snapshotOfModel } from '../registry/lineage.ts';
import { runDelta } from '../training/rows/rowPlaces.ts';
import { deltaText, differenceText } from '../../words/numbers.ts';

/** A slice as both models saw it, each at its own snapshot. */
export interface ComparedSlice {
  readonly column: string;
  readonly value: string;
  readonly older: number | null;
  readonly newer: number | null;
}

export interface Comparison {
  readonly older: Model;
  readonly newer: Model;
  readonly delta: DeltaCounts;
  /** Reads the suspects, in key order. */
  readonly request: DeltaRequest;
  /** Largest loss first. */
  readonly slices: readonly ComparedSlice[];
  readonly sentence: string;
}

/** The two models of one training in any order; the one with the smaller number is the older. */
export async function compareModels(
  one: Model,
  other: Model,
  training: Training,
  store: Store,
  signal?: AbortSignal,
): Promise<Comparison> {
  const [older, newer] = one.number <= other.number ? [one, other] : [other, one];
  const from = atSnapshot((await snapshotOfModel(store, training, older)).name);
  const to = atSnapshot((await snapshotOfModel(store, training, newer)).name);
  await requireSameColumns(store, training, from, to);
  const { order: _hash, salt: _salt, withHash: _with, ...request } = runDelta(training, newer.plan, from, to);
  const delta = await store.countDelta(request, signal);
  const difference = differenceText(qualityOf(newer.metrics) - qualityOf(older.metrics));
  return {
    older,
    newer,
    delta,
    request,
    slices: comparedSlices(older, newer),
    sentence: say(
      '{0} against {1}: {2} accuracy, each on its own test rows; {3} between {4} and {5}.',
      modelText(newer),
      modelText(older),
      difference,
      deltaText(delta),
      older.snapshot.name,
      newer.snapshot.name,
    ),
  };
}

function comparedSlices(older: Model, newer: Model): ComparedSlice[] {
  const slices = new Map<string, ComparedSlice>();
  for (const model of [older, newer])
    for (const { column, value, accuracy } of model.slices) {
      const id = JSON.stringify([column, value]);
      const known = slices.get(id) ?? { column, value, older: null, newer: null };
      slices.set(id, { ...known, [model === older ? 'older' : 'newer']: accuracy });
    }
  const loss = (slice: ComparedSlice): number => (slice.newer ?? 0) - (slice.older ?? 0);
  return [...slices.values()].sort((a, b) => loss(a) - loss(b));
}
