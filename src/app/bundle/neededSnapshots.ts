/** What of a lineage can be carried to another store: the models that can be made again there, and the snapshots they need. */
import { say } from '../../base/say.ts';
import { type Model, modelText } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import type { Training } from '../../data/training.ts';
import type { Snapshot, SnapshotIdentity } from '../../data/version.ts';
import { isSameSnapshot } from '../registry/lineage.ts';

/** A model that stays behind, with a sentence why. */
export interface LeftModel {
  readonly model: string;
  readonly why: string;
}

/** The models that are carried, by number; the snapshots that they were trained on, the oldest first. */
export interface Carried {
  readonly models: readonly Model[];
  readonly snapshots: readonly Snapshot[];
  readonly left: readonly LeftModel[];
}

const older = (a: Snapshot, b: Snapshot): number => {
  if (a.createdAt === '' || b.createdAt === '') return 0;
  return BigInt(a.createdAt) < BigInt(b.createdAt) ? -1 : 1;
};

/** `models` of one lineage. A model whose snapshots are gone cannot be made again, and stays behind, unless an update went on from it. */
export async function carriedOf(store: Store, { table }: Training, models: readonly Model[]): Promise<Carried> {
  const found = new Map<string, Snapshot>();
  const isThere = async (needed: SnapshotIdentity): Promise<boolean> => {
    const snapshot = await store.findSnapshot(needed.name, table);
    if (!snapshot || snapshot.unsure !== null || !isSameSnapshot(snapshot, table, needed)) return false;
    found.set(needed.name, snapshot);
    return true;
  };
  const left: LeftModel[] = [];
  const whole: Model[] = [];
  for (const model of models.toSorted((a, b) => a.number - b.number)) {
    const missing: string[] = [];
    for (const needed of model.base ? [model.base, model.snapshot] : [model.snapshot])
      if (!(await isThere(needed))) missing.push(needed.name);
    if (missing.length === 0) whole.push(model);
    else
      left.push({
        model: modelText(model),
        why: say('the snapshot {0} that it needs is not there any more', missing.join(', ')),
      });
  }
  const needed = new Set(whole.flatMap(({ kind, parent }) => (kind === 'delta' && parent !== null ? [parent] : [])));
  const parents = models.filter(
    (model) => needed.has(model.number) && !whole.includes(model) && found.has(model.snapshot.name),
  );
  return {
    models: [...parents, ...whole].toSorted((a, b) => a.number - b.number),
    snapshots: [...found.values()].toSorted(older),
    left,
  };
}
