/** The snapshot that an interrupted run kept, so that it can be run again or given up, by whoever finds it later. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { modelText } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import type { Snapshot } from '../../../data/version.ts';
import { snapshotOf, stillThere } from '../../registry/lineage.ts';
import type { Workbench } from '../workbench.ts';

/** The time of its creation, a Snapshot's `createdAt`, tells it from a later one of the same name. */
export interface KeptSnapshot {
  readonly name: string;
  readonly createdAt: string;
  readonly own: true;
}

/** What to tell of a kept snapshot that is gone, also when its name was made again; nothing while it is there. */
export async function keptOrGone(store: Store, table: TableName, kept: KeptSnapshot): Promise<string[]> {
  if (await stillThere(store, table, kept)) return [];
  return [say('The snapshot "{0}" that the interrupted run kept is gone, so the table was pinned anew.', kept.name)];
}

/**
 * Drops the snapshot; fails with `version.needed` when a model needs it by now. False when it is gone already: a snapshot that
 * has its name then is somebody else's.
 */
export async function discardInterrupted(
  { store, registry }: Pick<Workbench, 'store' | 'registry'>,
  table: TableName,
  kept: Omit<KeptSnapshot, 'own'>,
): Promise<boolean> {
  const { name } = kept;
  if (!(await stillThere(store, table, kept))) return false;
  const needed = await registry.neededBy(await snapshotOf(store, table, name));
  if (needed.length > 0)
    throw new Failure('version.needed', { snapshot: name, models: needed.map(modelText).join(', ') });
  await store.dropSnapshot(name);
  return true;
}

/**
 * Removes the snapshot of a run that did not end in a model. By its identity: whoever took the lease over may have removed it,
 * and given its name to a snapshot of their own. And not when a model has it after all: a connection can end after the model
 * was written and before that was heard.
 */
export async function removeOwn(
  { store, registry }: Pick<Workbench, 'store' | 'registry'>,
  table: TableName,
  own: Snapshot,
): Promise<void> {
  try {
    const found = await stillThere(store, table, own);
    if (found && (await registry.neededBy(found)).length === 0) await store.dropSnapshot(found.name);
  } catch (error) {
    // What ended the run must be told, not that its snapshot could not be removed as well; a bug must still be seen.
    if (!(error instanceof Failure)) throw error;
  }
}
