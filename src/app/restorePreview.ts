/** What the preview of a restore adds up to. */
import { changedRows, type DeltaCounts, noChanges } from '../data/change.ts';
import type { RestorePreview } from '../data/store.ts';

/** Over all tables. */
export const countsOf = ({ tables }: RestorePreview): DeltaCounts =>
  tables.reduce(
    (sum, { counts }) => ({
      inserted: sum.inserted + counts.inserted,
      updated: sum.updated + counts.updated,
      deleted: sum.deleted + counts.deleted,
    }),
    noChanges,
  );

/** Nothing differs from the snapshot: no row, no column and no table. */
export const isAsItWas = (preview: RestorePreview): boolean =>
  changedRows(countsOf(preview)) + preview.dropped.length + preview.revived.length + preview.reshaped.length === 0;
