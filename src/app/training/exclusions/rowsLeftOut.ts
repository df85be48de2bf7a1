/** The rows of an exclusion, found again: for whoever wants to look at them. */
import { at } from '../../../base/assert.ts';
import { pickCells, rowAt, type RowPage } from '../../../data/page.ts';
import type { Store } from '../../../data/store.ts';
import { splitSalt, type Training } from '../../../data/training.ts';
import { live } from '../../../data/version.ts';
import type { Exclusion } from '../../registry/judged/exclusions.ts';
import { contentOf } from '../../versions/partial/keptKeys.ts';
import { ExcludedRows } from './excludedRows.ts';
import { contentColumns } from './leaveOut.ts';

/** The rows of a table now that an exclusion leaves out: key, features and label of those that are as they were. */
export async function* rowsLeftOut(
  store: Store,
  training: Training,
  exclusion: Pick<Exclusion, 'rows'>,
  signal?: AbortSignal,
): AsyncGenerator<RowPage, void> {
  const { table, key } = training;
  const excluded = new ExcludedRows([exclusion]);
  const columns = contentColumns(training);
  const request = { table, at: live, columns, order: 'hash', key, salt: splitSalt(training), withHash: true } as const;
  for await (const page of store.readRows(request, signal)) {
    const kept: number[] = [];
    for (let i = 0; i < page.rows; i++)
      if (excluded.has(at(page.hashes ?? [], i), () => contentOf(rowAt(page, i)))) kept.push(i);
    if (kept.length > 0)
      yield { rows: kept.length, columns: page.columns, cells: page.cells.map((cells) => pickCells(cells, kept)) };
  }
}
