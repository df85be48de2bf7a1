/** A table in memory: its columns, its key and its rows. */
import { invariant } from '../../../src/base/assert.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { RowEdits } from '../../../src/data/store.ts';
import { type ColumnInfo, type TableInfo, type TableName, tableText } from '../../../src/data/table.ts';
import { sameValue, textOf, type Value } from '../../../src/data/value.ts';
import type { Snapshot } from '../../../src/data/version.ts';
import { keyOfEdit, requireEditable, sameRow, wasChanged } from '../../../src/stores/rowEdits.ts';
import { typeBase, typeFamily } from '../../../src/stores/typeFamilies.ts';

/** A snapshot, with a copy of every table that it holds. */
export interface MemorySnapshot {
  readonly facts: Snapshot;
  readonly tables: ReadonlyMap<string, MemoryTable>;
}

export interface MemoryTable {
  readonly id: string;
  columns: readonly ColumnInfo[];
  key: readonly string[];
  rows: Value[][];
}

export const emptyTable = (id: string, table: Omit<MemoryTable, 'id' | 'rows'>): MemoryTable => ({
  id,
  ...table,
  rows: [],
});

export const tableInfo = (name: TableName, { id, columns, key }: MemoryTable): TableInfo => ({
  name,
  id,
  columns,
  key,
});

export function columnInfo(name: string, type: string, nullable: boolean): ColumnInfo {
  const family = typeFamily(typeBase(type));
  if (!family) throw new Failure('store.unsupported', { what: `The type ${type} is unknown.` });
  return { name, type: type.toUpperCase(), family, nullable };
}

/** `columns` with those of a request that they lack behind them; key columns are never NULL. */
export function addMissing(
  columns: readonly ColumnInfo[],
  wanted: readonly { name: string; type: string; nullable: boolean }[],
  key: readonly string[],
): ColumnInfo[] {
  const known = new Set(columns.map(({ name }) => name));
  const added = wanted.filter(({ name }) => !known.has(name));
  return [
    ...columns,
    ...added.map(({ name, type, nullable }) => columnInfo(name, type, nullable && !key.includes(name))),
  ];
}

export function findColumn(table: MemoryTable, name: TableName, column: string): ColumnInfo {
  const found = table.columns.find((candidate) => candidate.name === column);
  if (!found) throw new Failure('column.unknown', { column, table: tableText(name) });
  return found;
}

const indexOf = (table: MemoryTable, column: string): number => {
  const i = table.columns.findIndex(({ name }) => name === column);
  invariant(i >= 0, `no column ${column}`);
  return i;
};

/** The values of a row in these columns. */
export const pick = (table: MemoryTable, row: readonly Value[], columns: readonly string[]): Value[] =>
  columns.map((column) => row[indexOf(table, column)] ?? null);

/** Inserts a row, or updates the one with its key. */
export function putRow(
  table: MemoryTable,
  columns: readonly string[],
  values: readonly Value[],
): 'inserted' | 'updated' | 'unchanged' {
  const row: Value[] = table.columns.map(({ name }) => values[columns.indexOf(name)] ?? null);
  const old =
    table.key.length === 0
      ? undefined
      : table.rows.find((candidate) =>
          table.key.every((name) =>
            sameValue(candidate[indexOf(table, name)] ?? null, row[indexOf(table, name)] ?? null),
          ),
        );
  if (!old) {
    table.rows.push(row);
    return 'inserted';
  }
  let result: 'updated' | 'unchanged' = 'unchanged';
  for (const column of columns) {
    const i = indexOf(table, column);
    if (sameValue(old[i] ?? null, row[i] ?? null)) continue;
    old[i] = row[i] ?? null;
    result = 'updated';
  }
  return result;
}

/** The rows as a change by key leaves them; a row that is not as it has to be refuses all of it. */
export function editedRows(table: MemoryTable, request: RowEdits): Value[][] {
  const key = requireEditable(tableInfo(request.table, table), request);
  const names = table.columns.map(({ name }) => name);
  const inOrder = (row: readonly Value[]): Value[] => names.map((name) => row[request.columns.indexOf(name)] ?? null);
  let rows = table.rows;
  for (const edit of request.edits) {
    const id = key.map((c) => keyOfEdit(edit)[c] ?? null);
    const isIt = (row: readonly Value[]): boolean => sameRow(pick(table, row, table.key), id);
    if (!sameRow(rows.find(isIt) ?? null, edit.now && inOrder(edit.now))) throw wasChanged(request, key, edit);
    rows = [...rows.filter((row) => !isIt(row)), ...(edit.wanted ? [inOrder(edit.wanted)] : [])];
  }
  return rows;
}

/** The first key that two rows share, in the order of rows; undefined when the key is unique. */
function repeatedKey(table: MemoryTable, key: readonly string[]): Value[] | undefined {
  for (const [i, row] of table.rows.entries()) {
    const values = pick(table, row, key);
    const again = table.rows
      .slice(i + 1)
      .some((other) => pick(table, other, key).every((value, k) => sameValue(value, values[k] ?? null)));
    if (again) return values;
  }
  return undefined;
}

/** Refuses a key that is not unique, or NULL somewhere. */
export function requireKey(table: MemoryTable, name: TableName, key: readonly string[]): void {
  const column = key.join(', ');
  const hole = table.rows.map((row) => pick(table, row, key)).find((values) => values.includes(null));
  if (hole)
    throw new Failure('value.refused', { column, value: hole.map(textOf).join(', '), reason: 'a key cannot be NULL' });
  const repeated = repeatedKey(table, key);
  if (repeated)
    throw new Failure('table.duplicateKey', { table: tableText(name), key: column, value: repeated.join(', ') });
}
