/** Tells a table in which nobody filled in the label from one that only has too few rows. */
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { cellAt } from '../../data/page.ts';
import type { Store } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import { splitSalt, type Training } from '../../data/training.ts';
import { atSnapshot } from '../../data/version.ts';

async function hasLabel(store: Store, training: Training, snapshot: string, signal: AbortSignal): Promise<boolean> {
  const { table, key, label } = training;
  const request = { table, at: atSnapshot(snapshot), columns: [label], key, salt: splitSalt(training) };
  for await (const page of store.readRows({ ...request, order: 'hash' }, signal))
    for (let i = 0; i < page.rows; i++) if (cellAt(at(page.cells, 0), i) !== null) return true;
  return false;
}

/** The error of a run, or `plan.noLabels` when that is why it had no train row. `rows`: of the table at the snapshot. */
export async function orNoLabels(
  error: unknown,
  of: { readonly store: Store; readonly training: Training; readonly snapshot: string; readonly rows: number },
  signal: AbortSignal,
): Promise<unknown> {
  const { store, training, snapshot, rows } = of;
  const none = Failure.is(error, 'plan.fewRows') && error.data.set === 'train' && error.data.rows === 0 && rows > 0;
  if (!none || (await hasLabel(store, training, snapshot, signal))) return error;
  return new Failure('plan.noLabels', { table: tableText(training.table), label: training.label }, { cause: error });
}
