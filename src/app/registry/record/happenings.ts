/** What happened to data, as events of the record; and telling them after the fact, when nothing may fail any more. */
import { Failure } from '../../../base/failure.ts';
import type { LoadResult, Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import type { Happening } from './record.ts';
import type { RecordWriter } from './recordKeeper.ts';
import { Registry } from '../registry.ts';

/** A table (or a database) was taken back to a snapshot; `place` as `db.t`. Null: what a statement of the server's own does not tell. */
export const restoredEvent = (
  place: string,
  {
    to,
    rowsChanged,
    safetySnapshot,
  }: { readonly to: string | null; readonly rowsChanged: number | null; readonly safetySnapshot: string | null },
): Happening => ({ what: 'data.restored', subject: place, details: { to, rowsChanged, safetySnapshot }, why: '' });

/** `file` is its name without the folders it lies in: those say more of a person than of the data. */
export const importedEvent = (
  table: TableName,
  file: string,
  {
    inserted,
    updated,
    deleted,
    safetySnapshot,
  }: Pick<LoadResult, 'inserted' | 'updated' | 'deleted' | 'safetySnapshot'>,
): Happening => ({
  what: 'data.imported',
  subject: tableText(table),
  details: { file, inserted, updated, deleted, safetySnapshot },
  why: '',
});

/** A snapshot that models need was deleted all the same; `models` as in `weather/m3`. */
export const forcedEvent = (snapshot: string, models: readonly string[]): Happening => ({
  what: 'snapshot.forced',
  subject: snapshot,
  details: { models: models.join(', ') },
  why: '',
});

/**
 * Writes an event into the record of the registry that lies in a store, where there is one. It happened already, so what goes
 * wrong now is answered as the failure it is, and never thrown; null when all is well.
 */
export async function tellRecord(store: Store, writer: RecordWriter, happening: Happening): Promise<Failure | null> {
  try {
    await new Registry(store, undefined, writer).record.tell(happening);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
