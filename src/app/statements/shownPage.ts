/** The steps whose few rows are made here: the snapshots there are, and the counts of a delta. */
import { newestFirst } from '../../data/version.ts';
import type { DeltaCounts } from '../../data/change.ts';
import { packRows, type PageColumn, type RowPage } from '../../data/page.ts';
import type { Store } from '../../data/store.ts';
import { countPage, summaryPage } from './diffOutputs.ts';
import type { ListStep, SummaryStep } from './plan.ts';

/** `yyyy-mm-dd hh:mm:ss.fffffffff` in UTC, without trailing zeros. */
export function snapshotTime(createdAt: string): string {
  const ns = BigInt(createdAt);
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return fraction === '' ? seconds : `${seconds}.${fraction}`;
}

const showTitles = ['SNAPSHOT_NAME', 'TIMESTAMP', 'SNAPSHOT_LEVEL', 'ACCOUNT_NAME', 'DATABASE_NAME', 'TABLE_NAME'];

async function listPage(store: Store): Promise<RowPage> {
  const snapshots = newestFirst(await store.snapshots());
  const columns: PageColumn[] = showTitles.map((name) => ({ name, type: 'VARCHAR' }));
  const rows = snapshots.map(({ name, createdAt, level, database, table }) => [
    name,
    snapshotTime(createdAt),
    level,
    '',
    database ?? '',
    table ?? '',
  ]);
  return packRows(columns, rows);
}

/** What the counts of a delta are shown as. */
const countsPages: Readonly<Record<SummaryStep['form'], (counts: DeltaCounts, step: SummaryStep) => RowPage>> = {
  count: (counts) => countPage(counts),
  summary: (counts, { side, target, base }) => summaryPage(counts, side, target, base),
};

/** All the rows of such a step. */
export async function shownPage(
  store: Store,
  step: ListStep | SummaryStep,
  signal: AbortSignal | undefined,
): Promise<RowPage> {
  if (step.kind === 'list') return listPage(store);
  return countsPages[step.form](await store.countDelta(step.delta, signal), step);
}
