/** The rows of a table at some snapshots, carried into another store: as they were, held against each other value by value. */
import { at } from '../../base/assert.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { cellAt, type RowPage } from '../../data/page.ts';
import type { RowsRequest, Store } from '../../data/store.ts';
import { type ColumnInfo, type TableName, tableText } from '../../data/table.ts';
import { sameValue } from '../../data/value.ts';
import { atSnapshot, live, type Snapshot } from '../../data/version.ts';
import type { EngineContract } from '../../protocol/engine.ts';
import type { Caller } from '../../protocol/rpc.ts';

/** A store with its engine. */
export interface OpenStore {
  readonly store: Store;
  readonly engine: Caller<EngineContract>;
}

/** Which rows: every one, in these columns. */
export interface CarriedRows {
  readonly table: TableName;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly snapshots: readonly Snapshot[];
  /** The snapshot whose rows the table has in the end. */
  readonly tableAt: string;
}

const request = ({ table, key, columns }: CarriedRows, name: string): RowsRequest => ({
  table,
  at: atSnapshot(name),
  columns,
  order: 'hash',
  key,
  salt: 'bundle',
  withHash: true,
});

async function columnsAt({ store }: OpenStore, rows: CarriedRows, name: string): Promise<ColumnInfo[]> {
  const { columns } = await store.table(rows.table, atSnapshot(name));
  return rows.columns.map((wanted) => {
    const found = columns.find((column) => column.name === wanted);
    if (found) return found;
    throw new Failure('delta.schemaChanged', {
      table: tableText(rows.table),
      detail: say('"{0}" is not there at {1}', wanted, name),
    });
  });
}

/** One after the other, each with the snapshot of its name; `scratch` is a Parquet file that may be written over. */
export async function carryRows(
  from: OpenStore,
  to: OpenStore,
  rows: CarriedRows,
  scratch: string,
  onSnapshot: (name: string, rows: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let before: readonly ColumnInfo[] | null = null;
  for (const { name } of rows.snapshots) {
    throwIfCancelled(signal);
    const columns = await columnsAt(from, rows, name);
    const other = columns.find(({ type }, c) => before !== null && before[c]?.type !== type);
    if (other)
      throw new Failure('delta.schemaChanged', {
        table: tableText(rows.table),
        detail: say('"{0}" is another type at {1} than before', other.name, name),
      });
    before = columns;
    const count = await load(from, to, rows, columns, name, scratch, signal);
    await to.store.createSnapshot(name, { level: 'table', table: rows.table });
    await requireSame(from.store, to.store, rows, name, signal);
    onSnapshot(name, count);
  }
  if (before !== null && rows.tableAt !== rows.snapshots.at(-1)?.name)
    await load(from, to, rows, before, rows.tableAt, scratch, signal);
}

async function load(
  from: OpenStore,
  to: OpenStore,
  rows: CarriedRows,
  columns: readonly ColumnInfo[],
  name: string,
  scratch: string,
  signal: AbortSignal,
): Promise<number> {
  const id = await to.engine.call('file/begin', {
    file: scratch,
    columns: columns.map(({ name: column, type }) => ({ name: column, type, nullable: true })),
  });
  try {
    for await (const { hashes: _hashes, ...page } of from.store.readRows(request(rows, name), signal))
      await to.engine.call('file/write', { id, page });
  } catch (error) {
    await to.engine.call('file/drop', { id });
    throw error;
  }
  const { rows: count } = await to.engine.call('file/end', { id });
  const { table, key } = rows;
  const types = Object.fromEntries(columns.map(({ name: column, type }) => [column, type]));
  const common = { file: scratch, table, key, safetySnapshot: null, maxDeletes: null, reading: { types, na: [] } };
  if (count === 0) await empty(to.store, rows, name);
  else {
    const items = to.engine.stream('table/import', { ...common, mode: 'sync' }, signal);
    while (!(await items.next()).done) throwIfCancelled(signal);
  }
  return count;
}

/** A file without rows says nothing of a table. */
async function empty(store: Store, { table }: CarriedRows, name: string): Promise<void> {
  const there = await store.countRows(table, live).catch(() => null);
  if (there === null)
    throw new Failure('run.refused', {
      what: say('Bundling {0}', tableText(table)),
      why: say('it has no row at {0}.', name),
    });
  const quoted = (part: string): string => `\`${part.replaceAll('`', '``')}\``;
  const sql = `DELETE FROM ${quoted(table.database)}.${quoted(table.table)}`;
  await store.write([{ sql, values: [] }]);
}

/** Every value of every row, in the same order. */
async function requireSame(
  from: Store,
  to: Store,
  rows: CarriedRows,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const [theirs, ours] = [rowsOf(from, rows, name, signal), rowsOf(to, rows, name, signal)];
  try {
    for (;;) {
      const [a, b] = [await theirs.next(), await ours.next()];
      if (a.done && b.done) return;
      const column = a.done || b.done ? '' : otherColumn(a.value, b.value);
      if (column === null) continue;
      throw new Failure('run.refused', {
        what: say('Bundling {0} at {1}', tableText(rows.table), name),
        why:
          column === ''
            ? say('its rows do not come back as they are there.')
            : say('a value of "{0}" does not come back as it is there.', column),
      });
    }
  } finally {
    await theirs.return(undefined);
    await ours.return(undefined);
  }
}

interface OneRow {
  readonly page: RowPage;
  readonly row: number;
}

async function* rowsOf(
  store: Store,
  rows: CarriedRows,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<OneRow, void> {
  for await (const page of store.readRows(request(rows, name), signal))
    for (let row = 0; row < page.rows; row++) yield { page, row };
}

/** The first column that differs, '' where the rows are of other keys, null where none does. */
function otherColumn(a: OneRow, b: OneRow): string | null {
  if (at(a.page.hashes ?? [], a.row) !== at(b.page.hashes ?? [], b.row)) return '';
  for (const [c, { name }] of a.page.columns.entries())
    if (!sameValue(cellAt(at(a.page.cells, c), a.row), cellAt(at(b.page.cells, c), b.row))) return name;
  return null;
}
