/** One statement of the user's: what kind it is, and its rows as pages. */
import { throwIfCancelled } from '../../../base/failure.ts';
import { type PageColumn, packRows, type RowPage } from '../../../data/page.ts';
import type { QueryEnd } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { generationByStoredName } from '../types/catalog.ts';
import type { Connection, ResultColumn, SqlValue } from '../sqlite/driver.ts';
import { pageSize } from '../versions/rows.ts';
import { type ColumnType, valueOf } from '../types/types.ts';

/** Values of the product as SQLite takes them. */
export const bound = (values: readonly Value[] | undefined): SqlValue[] => [...(values ?? [])];

/** What a result column was declared as, when it is a plain column of a table. */
export function resultType(db: Connection, column: ResultColumn): ColumnType | null {
  if (column.table === null || column.column === null) return null;
  const generation = generationByStoredName(db, column.table);
  if (!generation) return null;
  const found = generation.columns.find(
    ({ name, logName }) => name === column.column || (column.table === generation.log && logName === column.column),
  );
  return found?.type ?? null;
}

function resultValue(type: ColumnType | null, cell: SqlValue): Value {
  const near = typeof cell === 'bigint' && Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
  if (type?.storage === 'REAL' && typeof near === 'number') return valueOf(type, near);
  return typeof near === 'number' ? near + 0 : near;
}

/** Runs a statement of SQLite's; rows are pulled. Give it a connection whose transaction outlives the rows. */
export async function* runStatement(
  db: Connection,
  sql: string,
  values: readonly SqlValue[],
  options: { pageRows: number | undefined; signal: AbortSignal | undefined },
): AsyncGenerator<RowPage, QueryEnd> {
  const statement = db.open(sql);
  const columns: PageColumn[] = [];
  const types: (ColumnType | null)[] = [];
  for (const column of statement.columns) {
    const type = resultType(db, column);
    types.push(type);
    columns.push({ name: column.name, type: type?.text ?? '' });
  }
  if (columns.length === 0) return { columns: [], rows: 0, affected: statement.run(values) };
  const size = pageSize(options.pageRows);
  let rows = 0;
  let page: Value[][] = [];
  for (const row of statement.rows(values)) {
    page.push(row.map((cell, i) => resultValue(types[i] ?? null, cell)));
    rows++;
    // A scan that finds little still notices a cancel now and then.
    if ((rows & 1023) === 0) throwIfCancelled(options.signal);
    if (page.length < size) continue;
    yield packRows(columns, page);
    page = [];
    throwIfCancelled(options.signal);
  }
  if (page.length > 0) yield packRows(columns, page);
  return { columns, rows, affected: 0 };
}
