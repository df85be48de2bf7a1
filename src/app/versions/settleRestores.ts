/** Settles models for restores that their registry has not heard of: those of a registry elsewhere, and what was broken off between the two. */
import { type ModelHead, modelText } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import type { TableName } from '../../data/table.ts';
import type { KeptRestore } from '../registry/judged/restores.ts';
import { Settle } from '../registry/judged/settle.ts';
import { Registry } from '../registry/registry.ts';
import { Reverted } from './reverted.ts';

/** Names of models whose status is another one now. */
export interface SettledNow {
  readonly archived: readonly string[];
  readonly returned: readonly string[];
}

const none: SettledNow = { archived: [], returned: [] };

/** `models`: of one lineage. A restore is remembered beside the table; a registry elsewhere hears of it here. */
export async function settleRestores(
  { registry, store }: { readonly registry: Registry; readonly store: Store },
  table: TableName,
  models: readonly ModelHead[],
): Promise<SettledNow> {
  if (models.length === 0) return none;
  const isElsewhere = registry.store !== store;
  const beside = isElsewhere ? new Registry(store) : registry;
  // What another program wrote there settles no model.
  const restores = (await beside.judged.restores(table)).filter(({ changed }) => !changed);
  // Partial ones are settled with the restore itself where the registry is the same: to look again would read deltas for each run.
  const open = restores.filter(({ undone, kind }) => undone === null && (kind === 'whole' || isElsewhere));
  const undone = isElsewhere ? restores.filter((one) => one.undone !== null) : [];
  if (open.length + undone.length === 0) return none;
  const settle = new Settle(registry, registry.record.stamp());
  const reverted = new Reverted(registry, store, models);
  const found = { archived: [] as ModelHead[], returned: [] as ModelHead[] };
  for (const model of models) {
    const by = await revertedBy(reverted, model, open);
    if (by && model.status !== 'archived') found.archived.push(await settle.archive(model, 'reverted', by.id));
    const cause = by || undone.length === 0 ? null : await settle.archivedBy(model, 'reverted');
    if (cause !== null && undone.some(({ id }) => id === cause))
      found.returned.push(await settle.bringBack(model, cause, models));
  }
  if (found.archived.length + found.returned.length === 0) return none;
  await registry.record.write(settle.happenings, settle.writes);
  return { archived: found.archived.map(modelText), returned: found.returned.map(modelText) };
}

async function revertedBy(
  reverted: Reverted,
  model: ModelHead,
  open: readonly KeptRestore[],
): Promise<KeptRestore | null> {
  for (const restore of open) if (await reverted.isReverted(model, restore)) return restore;
  return null;
}
