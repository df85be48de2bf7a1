/** Where the rows of a run are, which of them a plan means, and the delta that it is about. */
import { at } from '../../../base/assert.ts';
import { type DeltaPage, type Flag, flagNames } from '../../../data/change.ts';
import type { DeltaRequest, Store } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import type { Rival } from '../../../data/trainer.ts';
import type { Plan } from '../../../data/training.ts';
import { atSnapshot, type Version } from '../../../data/version.ts';

/** Where the rows of a plan are. */
export interface RowPlaces {
  readonly store: Store;
  readonly table: TableName;
  readonly key: readonly string[];
  /** Whose rows are read: a snapshot, or the table as it is, which may change from one reading to the next. */
  readonly at: Version;
  /** The parent's snapshot; null when nothing is compared with it. */
  readonly base: string | null;
  /** The baseline's, where that is another model; null when nothing is compared with it. */
  readonly baseline?: string | null;
  /** The plans of both, where they may have another split; left out: all have the same. */
  readonly rivals?: Readonly<Record<Rival, Pick<Plan, 'splitSalt' | 'test' | 'validation' | 'split'> | null>>;
}

/** The part of a plan that says which rows and columns are meant. */
export type RowPlan = Pick<
  Plan,
  'features' | 'label' | 'slices' | 'splitSalt' | 'test' | 'validation' | 'split' | 'moved' | 'atMost' | 'replay'
>;

/** Features, label and the slice columns that are neither, each once. */
export const columnsOf = (plan: RowPlan): string[] => [
  ...new Set([...plan.features.map((feature) => feature.name), plan.label, ...plan.slices]),
];

/** Key, features and label: what a row is compared by. */
export const comparedOf = (
  of: { readonly key: readonly string[] },
  plan: Pick<RowPlan, 'label'> & { readonly features: readonly { readonly name: string }[] },
): string[] => [...new Set([...of.key, ...plan.features.map((feature) => feature.name), plan.label])];

/** The delta a run is about: net over key, features and label; changes in other columns are not trained on. */
export function runDelta(
  of: { readonly table: TableName; readonly key: readonly string[] },
  plan: Pick<RowPlan, 'label' | 'splitSalt'> & { readonly features: readonly { readonly name: string }[] },
  from: Version,
  to: Version,
): DeltaRequest {
  const columns = comparedOf(of, plan);
  return { table: of.table, from, to, columns, order: 'hash', key: of.key, salt: plan.splitSalt, withHash: true };
}

/** From a rival's snapshot to the rows that are read. */
export const placesDelta = (places: RowPlaces, base: string, plan: RowPlan): DeltaRequest =>
  runDelta(places, plan, atSnapshot(base), places.at);

/** The snapshot of a rival; it must be there. */
export function baseOf({ base, baseline = null }: RowPlaces, rival: Rival): string {
  const found = rival === 'parent' ? base : baseline;
  if (found === null) throw new Error(`Broken invariant: changes since the snapshot of a ${rival} that is not there`);
  return found;
}

/** What became of a changed row. */
export const flagAt = (page: DeltaPage, i: number): Flag => at(flagNames, at(page.flags, i));

/** The row hash of a changed row, which `runDelta` asks for. */
export const hashAt = (page: DeltaPage, i: number): string => at(page.hashes ?? [], i);

/** Where a column of a delta lies in its pages; it must be there. */
export function columnIndex(page: DeltaPage, name: string): number {
  const index = page.columns.findIndex((column) => column.name === name);
  if (index < 0) throw new Error(`Broken invariant: the delta has no column "${name}"`);
  return index;
}
