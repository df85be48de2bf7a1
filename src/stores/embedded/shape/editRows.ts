/** Rows put to other values by their key, in the caller's write transaction: looked at, changed, and looked at again. */
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { RestoreResult, RowEdit, RowEdits } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { live } from '../../../data/version.ts';
import { keyOfEdit, requireEditable, sameRow, wasChanged } from '../../rowEdits.ts';
import type { FileConnection, SqlRow } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { type Column, pickColumns, resolveVersion, tableInfo } from '../types/catalog.ts';
import { storedOf } from '../types/storedValue.ts';
import { selectCell, valueOf } from '../types/types.ts';
import { createSnapshot } from '../versions/snapshots.ts';

const valuesOf = (columns: readonly Column[], row: SqlRow | undefined): Value[] | null =>
  row === undefined ? null : columns.map((column, c) => valueOf(column.type, row[c] ?? null));

/** Whatever it throws must undo the safety snapshot too. */
export function editRows(db: FileConnection, request: RowEdits, signal?: AbortSignal): RestoreResult {
  const { table, edits, safetySnapshot } = request;
  const version = resolveVersion(db, table, live);
  const columns = pickColumns(version, request.columns);
  const key = requireEditable(tableInfo(version), request);
  createSnapshot(db, safetySnapshot, { level: 'table', table });
  const stored = quoteName(version.generation.stored);
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  const isKey = key.map((c) => `${quoteName(columns[c]?.name ?? '')} = ?`).join(' AND ');
  const cells = columns.map(({ name, type }) => selectCell(type, quoteName(name))).join(', ');
  const storedValues = (row: readonly Value[], indexes: readonly number[]) =>
    indexes.map((c) => storedOf(columns[c] as Column, row[c] ?? null, null));
  const keyOf = (edit: RowEdit) => storedValues(keyOfEdit(edit), key);
  const look = (side: 'now' | 'wanted'): void => {
    for (const edit of edits) {
      throwIfCancelled(signal);
      const found = valuesOf(columns, db.get(`SELECT ${cells} FROM ${stored} WHERE ${isKey}`, ...keyOf(edit)));
      if (!sameRow(found, edit[side])) throw side === 'now' ? wasChanged(request, key, edit) : notAsWanted(request);
    }
  };
  look('now');
  // All that go before all that come: a value that must be unique may pass from one row to another.
  for (const edit of edits) if (edit.now) db.run(`DELETE FROM ${stored} WHERE ${isKey}`, ...keyOf(edit));
  const all = columns.map((_, c) => c);
  const insert = `INSERT INTO ${stored} (${names}) VALUES (${columns.map(() => '?').join(', ')})`;
  for (const { wanted } of edits) if (wanted) db.run(insert, ...storedValues(wanted, all));
  look('wanted');
  return { rowsChanged: edits.length, safetySnapshot, verified: true };
}

/** The store would hold something else than what was put into it: then nothing is. */
const notAsWanted = ({ table }: RowEdits): Failure =>
  new Failure('row.conflict', {
    table: tableText(table),
    detail: say('a row was not kept as it was to be, so nothing was changed'),
  });
