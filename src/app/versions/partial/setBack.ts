/** Rows that a merge would bring over again, though they were set back here since they were merged: a second merge does not know of that. */
import { Failure } from '../../../base/failure.ts';
import { at } from '../../../base/assert.ts';
import { sameNamesInOrder, type TableName, tableText } from '../../../data/table.ts';
import type { Registry } from '../../registry/registry.ts';
import { contentHash, keyHash, unpackKeys } from './keptKeys.ts';
import type { RowsPlan } from './rowsToRestore.ts';

/** How many rows of the plan an earlier `branch merge` of the same branch, not undone, left as this one would; 0 where no registry tells. */
export async function setBackRows(
  registry: Registry,
  { source, into }: { readonly source: TableName; readonly into: TableName },
  { columns, key, edits }: RowsPlan,
): Promise<number> {
  if (edits.length === 0) return 0;
  const kept = await registry.judged.restores(into).catch((error: unknown) => {
    // The merge itself needs no registry.
    if (error instanceof Failure) return [];
    throw error;
  });
  const keyNames = key.map((c) => at(columns, c));
  const merged = kept
    .filter((one) => one.undone === null && !one.changed && one.details['merged'] === tableText(source))
    .map(({ keys }) => keys && unpackKeys(keys))
    .filter((one) => one !== null && sameNamesInOrder(one.columns, columns) && sameNamesInOrder(one.key, keyNames));
  if (merged.length === 0) return 0;
  return edits.filter(({ now, wanted }) => {
    const hash = keyHash(key.map((c) => (now ?? wanted ?? [])[c] ?? null));
    return merged.some((one) => one?.rows.get(hash) === contentHash(wanted));
  }).length;
}
