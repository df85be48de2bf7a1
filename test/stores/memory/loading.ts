/** A load into a table in memory. */
import { Failure, throwIfCancelled } from '../../../src/base/failure.ts';
import type { LoadBatch, LoadRequest } from '../../../src/data/store.ts';
import { tableText } from '../../../src/data/table.ts';
import { keyText } from './rows.ts';
import { findColumn, type MemoryTable, pick, putRow } from './table.ts';

/** Puts every row into `draft`, and of a sync takes the others out. */
export async function loadInto(
  draft: MemoryTable,
  { table: name, columns, mode, maxDeletes }: LoadRequest,
  batches: AsyncIterable<LoadBatch>,
  signal?: AbortSignal,
) {
  const names = columns.map((column) => column.name);
  for (const column of names) findColumn(draft, name, column);
  const seen = new Set<string>();
  const counts = { inserted: 0, updated: 0, deleted: 0, unchanged: 0 };
  let rows = 0;
  for await (const batch of batches) {
    throwIfCancelled(signal);
    batch.rows.forEach((row, i) => {
      rows++;
      const key = draft.key.map((column) => row[names.indexOf(column)] ?? null);
      const id = keyText(key);
      if (draft.key.length > 0 && seen.has(id))
        throw new Failure('table.duplicateKey', {
          table: tableText(name),
          key: draft.key.join(', '),
          value: key.join(', '),
          line: batch.lines?.[i] ?? null,
        });
      seen.add(id);
      counts[putRow(draft, names, row)]++;
    });
  }
  throwIfCancelled(signal);
  if (mode === 'sync') {
    const before = draft.rows.length - counts.inserted;
    const kept = draft.rows.filter((row) => seen.has(keyText(pick(draft, row, draft.key))));
    counts.deleted = draft.rows.length - kept.length;
    draft.rows = kept;
    if (maxDeletes !== null && counts.deleted > maxDeletes * before)
      throw new Failure('load.tooManyDeletes', { table: tableText(name), deleted: counts.deleted, rows: before });
  }
  return { rows, counts };
}
