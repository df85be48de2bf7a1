/** What every store holds a change of rows by key against. */
import { Failure } from '../base/failure.ts';
import { say } from '../base/say.ts';
import type { RowEdit, RowEdits } from '../data/store.ts';
import { sameNames, type TableInfo, tableText } from '../data/table.ts';
import { sameValue, textOf, type Value } from '../data/value.ts';

/** The places of the key in the columns of the request; refused where there is no key, or the columns are not the table's. */
export function requireEditable(info: TableInfo, { table, columns }: RowEdits): number[] {
  if (info.key.length === 0) throw new Failure('table.noKey', { table: tableText(table) });
  const names = info.columns.map(({ name }) => name);
  if (!sameNames(names, columns))
    throw new Failure('delta.schemaChanged', {
      table: tableText(table),
      detail: say('it has {0} now', names.join(', ')),
    });
  return info.key.map((name) => columns.indexOf(name));
}

/** Whichever of the two sides is there: both have the key. */
export const keyOfEdit = ({ now, wanted }: RowEdit): readonly Value[] => now ?? wanted ?? [];

/** Two rows, or that there is none. */
export const sameRow = (a: readonly Value[] | null, b: readonly Value[] | null): boolean =>
  a === null || b === null ? a === b : a.length === b.length && a.every((value, i) => sameValue(value, b[i] ?? null));

/** Somebody wrote to the row since it was looked at. */
export const wasChanged = ({ table }: RowEdits, key: readonly number[], edit: RowEdit): Failure =>
  new Failure('row.conflict', {
    table: tableText(table),
    detail: say(
      'the row with the key {0} was written to meanwhile, so nothing was changed',
      key.map((c) => textOf(keyOfEdit(edit)[c] ?? null)).join(', '),
    ),
  });
