/** What the preview of a restore adds up to. */
import { changedRows, type DeltaCounts, sumCounts } from '../../data/change.ts';
import type { RestorePreview } from '../../data/store.ts';

/** Over all tables. */
export const countsOf = ({ tables }: RestorePreview): DeltaCounts => sumCounts(tables.map(({ counts }) => counts));

/** Nothing differs from the snapshot: no row, no column and no table. */
export const isAsItWas = (preview: RestorePreview): boolean =>
  changedRows(countsOf(preview)) + preview.dropped.length + preview.revived.length + preview.reshaped.length === 0;
