/** Takes a table back to a snapshot: preview, a person's yes, safety snapshot, restore, verification; the safety snapshot undoes it. */
import { say, together } from '../../base/say.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { changedRows, type DeltaCounts } from '../../data/change.ts';
import type { RestorePreview, SnapshotTarget, Store } from '../../data/store.ts';
import { type TableName, tableText, isOwnDatabase } from '../../data/table.ts';
import { atSnapshot, live } from '../../data/version.ts';
import type { Environment } from '../config/config.ts';
import { snapshotOf } from '../registry/lineage.ts';
import { columnChanges, restoreSentences } from './columnChanges.ts';
import { countsOf, isAsItWas } from './restorePreview.ts';
import { safetyName } from './snapshotNames.ts';
import { deltaText, rowsText } from '../../words/numbers.ts';

/** What a person is asked before a restore; the answer is about this preview and no later one. */
export interface RestoreQuestion {
  readonly preview: RestorePreview;
  readonly counts: DeltaCounts;
  /** Nothing differs from the snapshot, neither a row nor a column. */
  readonly isAsItWas: boolean;
  /** The table was written to since the last time it was asked, so this is another preview. */
  readonly moved: boolean;
  /** On production the table's name is typed; a plain yes is not enough. */
  readonly mustTypeName: boolean;
  readonly sentence: string;
}

/**
 * What undoes a restore: restoring the table to the safety snapshot. A table that was not there could not be pinned, so its
 * database was; and a database that was not there is dropped.
 */
export type Undo = 'restoreTable' | 'restoreDatabase' | 'dropDatabase';

/** What is told of a restore after it was done, and what undoes it. */
export interface RestoreDone {
  readonly table: string;
  readonly to: string;
  readonly rowsChanged: number;
  /** Restoring to it is the undo; `undo` says of what. */
  readonly safetySnapshot: string;
  readonly verified: boolean;
  /** GRANT statements that give the rights back that went with the old table. */
  readonly lostGrants: readonly string[];
  readonly undo: Undo;
}

/** Moves of the table during one dialog that are still worth asking again. */
const attempts = 5;

/** What a restore of the table would do; nothing is changed. */
async function previewRestore(
  store: Store,
  table: TableName,
  to: string,
  signal?: AbortSignal,
): Promise<RestorePreview> {
  if (isOwnDatabase(table.database)) throw new Failure('registry.readOnly', { what: say('This restore') });
  try {
    await snapshotOf(store, table, to);
  } catch (error) {
    // Neither it nor a snapshot of it is there: then it is the table that is missing.
    if (Failure.is(error, 'version.unknown') && !error.data.near) await store.table(table);
    throw error;
  }
  const target: SnapshotTarget = { level: 'table', table };
  return store.previewRestore(target, to, signal);
}

/** What a restore does to the columns, where the table that is there has others; nothing where it cannot be said. */
async function reshapedColumns(
  store: Store,
  { reshaped }: RestorePreview,
  to: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const [table] = reshaped;
  if (!table) return [];
  try {
    const changes = await columnChanges(store, { table, from: live, to: atSnapshot(to) }, signal);
    return restoreSentences(changes);
  } catch (error) {
    if (Failure.is(error, 'table.unknown') || Failure.is(error, 'version.unknown')) return [];
    throw error;
  }
}

/** Asked before the restore, which makes what is not there. */
async function undoOf(store: Store, { database }: TableName, { revived }: RestorePreview): Promise<Undo> {
  if (revived.length === 0) return 'restoreTable';
  return (await store.databases()).includes(database) ? 'restoreDatabase' : 'dropDatabase';
}

/** Null when the person said no. `restore.moved` when the table keeps being written to. */
export async function restoreTable(
  request: { readonly store: Store; readonly table: TableName; readonly to: string; readonly environment: Environment },
  ask: (question: RestoreQuestion) => Promise<boolean>,
  signal: AbortSignal,
): Promise<RestoreDone | null> {
  const { store, table, to } = request;
  for (let left = attempts; ; left--) {
    const preview = await previewRestore(store, table, to, signal);
    const counts = countsOf(preview);
    const name = tableText(table);
    const isSame = isAsItWas(preview);
    const rows = rowsText(changedRows(counts));
    const columns = await reshapedColumns(store, preview, to, signal);
    const sentence = isSame
      ? say('{0} is already as it was at {1}.', name, to)
      : together(
          preview.reshaped.length > 0
            ? say(
                'Restoring {0} to {1} changes {2} ({3}) and takes its columns back to what they were.',
                name,
                to,
                rows,
                deltaText(counts),
              )
            : say('Restoring {0} to {1} changes {2} ({3}).', name, to, rows, deltaText(counts)),
          ...columns,
          say('A safety snapshot is made first, so this can be undone.'),
        );
    const yes = await ask({
      preview,
      counts,
      isAsItWas: isSame,
      moved: left < attempts,
      mustTypeName: request.environment === 'production',
      sentence,
    });
    if (!yes) return null;
    throwIfCancelled(signal);
    try {
      const undo = await undoOf(store, table, preview);
      const safety = await safetyName(store, { level: 'table', table });
      const done = await store.restore(preview, safety, signal);
      return {
        table: name,
        to,
        rowsChanged: done.rowsChanged,
        safetySnapshot: done.safetySnapshot,
        verified: done.verified,
        lostGrants: preview.lostGrants,
        undo,
      };
    } catch (error) {
      const again = Failure.is(error, 'restore.moved') || Failure.is(error, 'version.exists');
      if (left <= 1 || !again) throw error;
    }
  }
}
