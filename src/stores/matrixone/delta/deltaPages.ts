/** Changed rows on their way into pages. */
import { throwIfCancelled } from '../../../base/failure.ts';
import type { DeltaPage } from '../../../data/change.ts';
import { packCells } from '../../../data/page.ts';
import type { Value } from '../../../data/value.ts';
import { type Decode, decoderOf } from '../tables/decode.ts';
import type { DeltaPlan } from './deltaPlan.ts';
import { pageSize } from '../tables/rows.ts';

/** Indexes of `flagNames`. */
export const flags = { inserted: 0, updated: 1, deleted: 2 };

export interface ChangedRow {
  readonly flag: number;
  /** In the order of the plan's columns; null where the row was not there. */
  readonly before: readonly Value[] | null;
  readonly after: readonly Value[] | null;
  /** '' unless one was asked for. */
  readonly hash: string;
}

/** How the cells of one side are read. */
export const decodersOf = (plan: DeltaPlan, side: 'before' | 'after'): Decode[] =>
  plan.columns.map((column) => decoderOf(column[side].type));

function pageOf(plan: DeltaPlan, rows: readonly ChangedRow[]): DeltaPage {
  const cells = (side: 'before' | 'after') =>
    plan.columns.map((_, c) => packCells(rows.map((row) => row[side]?.[c] ?? null)));
  return {
    rows: rows.length,
    keyColumns: plan.keyColumns,
    columns: plan.columns.map(({ name, after }) => ({ name, type: after.type })),
    flags: Uint8Array.from(rows, ({ flag }) => flag),
    before: cells('before'),
    after: cells('after'),
    ...(plan.request.withHash && { hashes: rows.map(({ hash }) => hash) }),
  };
}

/** Pages of the size and up to the limit of the request; no page is given out after a cancel. */
export async function* pagesOf(
  plan: DeltaPlan,
  chunks: AsyncIterable<readonly ChangedRow[]>,
  signal: AbortSignal | undefined,
): AsyncGenerator<DeltaPage, void> {
  const size = pageSize(plan.request.pageRows);
  let left = plan.request.limit ?? Number.POSITIVE_INFINITY;
  let page: ChangedRow[] = [];
  if (left <= 0) return;
  for await (const chunk of chunks) {
    for (const row of chunk) {
      page.push(row);
      left--;
      if (page.length < size && left > 0) continue;
      throwIfCancelled(signal);
      yield pageOf(plan, page);
      page = [];
      if (left <= 0) return;
    }
  }
  throwIfCancelled(signal);
  if (page.length > 0) yield pageOf(plan, page);
}
