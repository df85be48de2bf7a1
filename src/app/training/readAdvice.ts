/** The advice for the table as it is now. */
import type { Model } from '../../data/model.ts';
import type { Advice, DeltaFacts } from '../../data/run.ts';
import type { Store } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import { live } from '../../data/version.ts';
import { baseOf, readLineage } from '../registry/lineage.ts';
import type { Registry } from '../registry/registry.ts';
import { nearestBase } from './base/nearestBase.ts';
import { leaveOut } from './exclusions/leaveOut.ts';
import { weighDelta } from './weighDelta.ts';

/** Pins nothing and writes nothing. `facts` is null when there is no model yet, or its snapshot cannot be compared with. */
export async function readAdvice(
  training: Training,
  from: { readonly store: Store; readonly registry: Registry },
  signal?: AbortSignal,
): Promise<{ parent: Model | null; facts: DeltaFacts | null; advice: Advice }> {
  const read = await readLineage(training, from.registry);
  const { models, parent, baseline, lastFull } = (await nearestBase(training, from, live, read)).lineage;
  const { store } = await leaveOut(from, training, null, [parent, baseline, lastFull]);
  const base = parent && (await baseOf(store, training, parent, live));
  const { facts, advice } = await weighDelta({ training, store, models, parent, lastFull, base, to: live }, signal);
  return { parent, facts, advice };
}
