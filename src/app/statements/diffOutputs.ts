/** The result of each OUTPUT form of DATA BRANCH DIFF, in MatrixOne's titles and order. */
import { at } from '../../base/assert.ts';
import { type Change, changeAt, changedRows, type DeltaCounts, type DeltaPage, type Flag } from '../../data/change.ts';
import { type PageColumn, packRows, type RowPage } from '../../data/page.ts';
import type { ColumnInfo } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';

/** Whose changes the rows are: only the newer side of one table can have any. */
export type Side = 'target' | 'base';

/** One side as it was written, for titles. */
export interface WrittenTable {
  /** Null when the statement did not name it. */
  readonly database: string | null;
  readonly table: string;
  readonly snapshot: string | null;
}

/** `db.t{snapshot = 's'}`, lower case and without quotes, with the database only where it was written. */
export function sideTitle({ database, table, snapshot }: WrittenTable): string {
  const name = (database === null ? table : `${database}.${table}`).toLowerCase();
  return snapshot === null ? name : `${name}{snapshot = '${snapshot}'}`;
}

/** Exactly three rows, in the order of the server. Readers take the columns by position: the two titles may be equal. */
export function summaryPage(counts: DeltaCounts, side: Side, target: WrittenTable, base: WrittenTable): RowPage {
  const columns: PageColumn[] = [
    { name: 'metric', type: 'VARCHAR' },
    { name: sideTitle(target), type: 'BIGINT' },
    { name: sideTitle(base), type: 'BIGINT' },
  ];
  const row = (metric: string, count: number): Value[] => [
    metric,
    side === 'target' ? count : 0,
    side === 'base' ? count : 0,
  ];
  return packRows(columns, [
    row('INSERTED', counts.inserted),
    row('DELETED', counts.deleted),
    row('UPDATED', counts.updated),
  ]);
}

export const countPage = (counts: DeltaCounts): RowPage =>
  packRows([{ name: 'COUNT(*)', type: 'BIGINT' }], [[changedRows(counts)]]);

const flagWords: Readonly<Record<Flag, string>> = { inserted: 'INSERT', updated: 'UPDATE', deleted: 'DELETE' };

/** `columns`: those of the table in its order, or those that COLUMNS names, without the ones named twice. */
export function rowColumns(target: WrittenTable, base: WrittenTable, columns: readonly ColumnInfo[]): PageColumn[] {
  return [
    { name: `diff ${target.table} against ${base.table}`.toLowerCase(), type: 'VARCHAR' },
    { name: 'flag', type: 'VARCHAR' },
    ...columns.map(({ name, type }) => ({ name: name.toLowerCase(), type })),
  ];
}

/** What a changed row shows: the new values, of a deleted row the old ones. */
const shownOf = (change: Change): readonly Value[] => change.after ?? change.before ?? [];

/** The changes of a page as result rows; `madeBy` is the table whose changes they are. */
export function rowsPage(
  page: DeltaPage,
  shown: readonly PageColumn[],
  columns: readonly ColumnInfo[],
  madeBy: string,
): RowPage {
  const places = columns.map(({ name }) => page.columns.findIndex((column) => column.name === name));
  const rows = Array.from({ length: page.rows }, (_, i): Value[] => {
    const change = changeAt(page, i);
    const values = shownOf(change);
    const cells = places.map((place) => (place < 0 ? null : at(values, place)));
    return [madeBy.toLowerCase(), flagWords[change.flag], ...cells];
  });
  return packRows(shown, rows);
}
