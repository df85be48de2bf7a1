/** How many rows of a training differ from those of a model's snapshot: a count that nothing depends on, so it may fail. */
import { Failure } from '../../base/failure.ts';
import { changedRows } from '../../data/change.ts';
import type { ModelHead } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot, type Version } from '../../data/version.ts';
import { baseOf } from '../registry/lineage.ts';
import { comparedColumns } from './deltaFacts.ts';
import { runDelta } from './rows/rowPlaces.ts';

/** What may go wrong with an earlier version although the parent's can be compared with: no reason not to train. */
const uncountable = [
  'store.timeout',
  'store.overloaded',
  'store.unsupported',
  'delta.impossible',
  'table.duplicateKey',
  'value.refused',
  'permission.missing',
  'version.unknown',
] as const;

/** Net over key, features and label; null where the model's snapshot cannot be compared with. */
export async function rowsSince(
  store: Store,
  training: Training,
  model: ModelHead,
  to: Version,
  signal?: AbortSignal,
): Promise<number | null> {
  try {
    const { snapshot } = await baseOf(store, training, model, to);
    if (!snapshot) return null;
    const delta = runDelta(training, comparedColumns(training), atSnapshot(snapshot.name), to);
    const { order: _order, salt: _salt, withHash: _with, ...counted } = delta;
    return changedRows(await store.countDelta(counted, signal));
  } catch (error) {
    if (uncountable.some((code) => Failure.is(error, code))) return null;
    throw error;
  }
}
