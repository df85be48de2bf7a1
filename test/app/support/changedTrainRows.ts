/** What an update trains on of a delta, told apart as the trainer does: changed train rows as they are, updated and deleted ones as they were. */
import { at } from '../../../src/base/assert.ts';
import { type Flag, flagNames, imageOf } from '../../../src/data/change.ts';
import { cellAt, type RowPage } from '../../../src/data/page.ts';
import { inRange, splitRanges } from '../../../src/data/rowHash.ts';
import type { TrainRows } from '../../../src/data/trainer.ts';
import type { Plan } from '../../../src/data/training.ts';

export type ChangedSet = 'delta' | 'before' | 'removed';

const rules: Readonly<Record<ChangedSet, { readonly flags: readonly Flag[]; readonly image: 'before' | 'after' }>> = {
  delta: { flags: ['inserted', 'updated'], image: 'after' },
  before: { flags: ['updated'], image: 'before' },
  removed: { flags: ['deleted'], image: 'before' },
};

/** With features and label alone, and without rows that have no label. */
export async function* changedTrainRows(
  rows: TrainRows,
  plan: Plan,
  set: ChangedSet,
  signal?: AbortSignal,
): AsyncGenerator<RowPage, void> {
  const { flags, image } = rules[set];
  const { train } = splitRanges(plan);
  const wanted = [...plan.features.map(({ name }) => name), plan.label];
  for await (const page of rows.changes('parent', signal)) {
    const label = page.columns.findIndex(({ name }) => name === plan.label);
    const kept: number[] = [];
    for (let i = 0; i < page.rows; i++)
      if (
        flags.includes(at(flagNames, at(page.flags, i))) &&
        inRange(at(page.hashes ?? [], i), train) &&
        cellAt(at(page[image], label), i) !== null
      )
        kept.push(i);
    const own = imageOf(page, image, kept);
    const places = wanted.map((name) => own.columns.findIndex((column) => column.name === name));
    if (kept.length > 0)
      yield {
        rows: own.rows,
        columns: places.map((c) => at(own.columns, c)),
        cells: places.map((c) => at(own.cells, c)),
      };
  }
}
