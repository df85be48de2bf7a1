/**
 * What of a row lies in a registry beside the models' own splits: artifacts that keep their rows, facts that models were judged by,
 * rows that are left out, and rows that were taken back one by one.
 */
import { keepsRows } from '../config/learners.ts';
import type { Model } from '../../data/model.ts';
import { tableText } from '../../data/table.ts';
import { splitSalt } from '../../data/training.ts';
import type { Value } from '../../data/value.ts';
import type { Registry } from '../registry/registry.ts';
import { keyHash, unpackKeys } from './partial/keptKeys.ts';
import type { ModelHolds, SoughtRow } from './rowHolders.ts';

/**
 * What a model keeps of a row besides what it learnt. `rows`: its artifact has the row itself, each cell as the bin that it falls into.
 * `facts`: the registry has a hash of the row, and its values count among the frequent ones that are kept beside the model.
 */
export type ModelKeeps = 'rows' | 'facts';

/** A decision that names the row by a hash of its key. */
export interface HeldDecision {
  readonly kind: 'exclusion' | 'restore';
  readonly id: string;
  /** The training that leaves it out, or the table that was restored. */
  readonly of: string;
}

/** A row with the values of its key. */
export interface KeyedRow extends SoughtRow {
  readonly values: readonly Value[];
}

/** `holds`: what is known of the model and the row already. `versions`: names of the snapshots that have it. */
export function modelKeeps(
  { learner, snapshot, base }: Pick<Model, 'learner' | 'snapshot' | 'base'>,
  holds: ModelHolds | null,
  versions: ReadonlySet<string>,
  hasFacts: boolean,
): ModelKeeps[] {
  const isIn = versions.has(snapshot.name);
  // Of rows that the last delta took away a hash is kept, too.
  const isCounted = hasFacts && (isIn || (base !== null && versions.has(base.name)) || holds === 'unknown');
  const isKept = keepsRows(learner) && (holds === 'train' || holds === 'seen' || holds === 'unknown');
  return [...(isKept ? ['rows' as const] : []), ...(isCounted ? ['facts' as const] : [])];
}

/** The exclusions and partial restores of a registry that have the row, lifted and undone ones too: their hashes stay. */
export async function decisionsOn(registry: Registry, row: KeyedRow): Promise<HeldDecision[]> {
  const found: HeldDecision[] = [];
  for (const lineage of await registry.judged.excludingLineages()) {
    const training = await registry.training({ training: lineage.name, trainingId: lineage.id });
    if (!training || tableText(training.table) !== tableText(row.table) || training.key.join() !== row.key.join())
      continue;
    const hash = row.hash(splitSalt(training));
    for (const { id, rows } of await registry.judged.exclusions(lineage))
      if (rows.some((one) => one.hash === hash)) found.push({ kind: 'exclusion', id, of: lineage.name });
  }
  const key = keyHash(row.values);
  for (const { id, keys } of await registry.judged.restores(row.table)) {
    const kept = keys && unpackKeys(keys);
    if (kept && kept.key.join() === row.key.join() && kept.rows.has(key))
      found.push({ kind: 'restore', id, of: tableText(row.table) });
  }
  return found;
}
