/** Names for new snapshots: proposed from the table's name, valid on every engine, and free in the store. */
import { Failure } from '../../base/failure.ts';
import { databaseAndTable, type SnapshotTarget, type Store } from '../../data/store.ts';
import { isSnapshotName, type Snapshot } from '../../data/version.ts';

/** Room for `_before_restore_` and a number within the 64 characters of a snapshot's name. */
const longestStem = 40;

/** A colleague who pins at the same moment takes at most a few names. */
const attempts = 8;

/** Lower case, only letters, digits and `_`, not starting with a digit; never empty. */
export function stemOf(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^(?=\d)/, 't_')
    .replace(/^_+$/, 'table')
    .slice(0, longestStem);
  return plain === '' ? 'table' : plain;
}

/** The number in `<stem>_<mark><number>`, or null when the name is another one. */
function numberIn(name: string, prefix: string): number | null {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^[1-9]\d{0,8}$/.test(rest) ? Number(rest) : null;
}

/**
 * `<stem>_<mark><N>`, N one above the highest of the table's own. When a snapshot of something else already has a name of
 * this form, the database's name goes before it.
 */
function propose(snapshots: readonly Snapshot[], target: SnapshotTarget, mark: string): string {
  const { database, table } = databaseAndTable(target);
  const own = (snapshot: Snapshot): boolean => snapshot.database === database && snapshot.table === table;
  const stem = stemOf(table ?? database ?? target.level);
  const stems = [`${stem}_${mark}`, `${stemOf(`${database ?? target.level}_${table ?? 'all'}`)}_${mark}`];
  const prefix =
    stems.find((one) => !snapshots.some((snapshot) => numberIn(snapshot.name, one) !== null && !own(snapshot))) ??
    (stems[1] as string);
  const numbers = snapshots.map((snapshot) => numberIn(snapshot.name, prefix) ?? 0);
  return `${prefix}${Math.max(0, ...numbers) + 1}`;
}

/** The next version's name: `weather_v5`. */
export async function proposeName(store: Store, target: SnapshotTarget): Promise<string> {
  return propose(await store.snapshots(), target, 'v');
}

/** A name for the snapshot that keeps what a restore (or an import) is about to change: `weather_before_restore_1`. */
export async function safetyName(
  store: Store,
  target: SnapshotTarget,
  occasion: 'restore' | 'import' = 'restore',
): Promise<string> {
  return propose(await store.snapshots(), target, `before_${occasion}_`);
}

/** True for the names that `safetyName` gives. */
export const isSafetyName = (name: string): boolean => /_before_(restore|import)_\d+$/.test(name);

/** Makes a snapshot under a proposed name, and under the next one when somebody was faster. */
export async function pinVersion(store: Store, target: SnapshotTarget): Promise<Snapshot> {
  for (let left = attempts; ; left--) {
    const name = await proposeName(store, target);
    try {
      return await store.createSnapshot(name, target);
    } catch (error) {
      if (left <= 1 || !Failure.is(error, 'version.exists')) throw error;
    }
  }
}

/**
 * Makes a snapshot under the given name; the name is checked here, so that every engine refuses the same ones. `table.view`: a server
 * pins a view, too, and then nothing can be done with it.
 */
export async function createSnapshot(store: Store, target: SnapshotTarget, name: string): Promise<Snapshot> {
  if (!isSnapshotName(name)) throw new Failure('version.badName', { snapshot: name });
  if (target.level === 'table') await store.table(target.table);
  return store.createSnapshot(name, target);
}
