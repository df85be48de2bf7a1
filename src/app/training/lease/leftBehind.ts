/** Cleans up after a run that was killed: its lease, which nobody gave back, names the snapshot that it made. */
import { say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import type { LeftBehind } from './lease.ts';
import { stillThere } from '../../registry/lineage.ts';
import type { Workbench } from '../workbench.ts';
import { timeText } from '../../../words/times.ts';

/**
 * Drops that snapshot unless a model needs it or it is the one `wanted`, and answers what to tell of it. A name that was made
 * again meanwhile is somebody else's.
 */
export async function removeLeftBehind(
  { store, registry }: Pick<Workbench, 'store' | 'registry'>,
  table: TableName,
  left: LeftBehind | null,
  wanted: string | null,
): Promise<string[]> {
  if (left === null || left.snapshot.name === wanted) return [];
  const { name } = left.snapshot;
  const found = await stillThere(store, table, left.snapshot);
  if (!found || (await registry.neededBy(found)).length > 0) return [];
  await store.dropSnapshot(name);
  return [
    say(
      'The run that {0} began at {1} ended without a word; its snapshot "{2}" was removed.',
      left.heldBy,
      timeText(left.since),
      name,
    ),
  ];
}
