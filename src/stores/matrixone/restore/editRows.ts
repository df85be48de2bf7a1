/** Rows put to other values by their key, in one transaction that locks them, looks at them, changes them and looks again. */
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { RestoreResult, RowEdit, RowEdits } from '../../../data/store.ts';
import { type ColumnInfo, tableText } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { live } from '../../../data/version.ts';
import { keyOfEdit, requireEditable, sameRow, wasChanged } from '../../rowEdits.ts';
import { readTable } from '../tables/catalog.ts';
import { valuesReading } from '../tables/decode.ts';
import { pickColumns } from '../tables/hashOrder.ts';
import { tableSql } from '../tables/names.ts';
import type { Snapshots } from '../tables/snapshots.ts';
import { literalOf, quoteName } from '../wire/quote.ts';
import type { Server, ServerSession } from '../wire/server.ts';
import { transaction } from '../wire/write.ts';
import { pinned } from './safety.ts';

/** Rows a statement: short enough for any packet of sensible rows, long enough that round trips do not count. */
const rowsAtOnce = 200;

interface Editing {
  readonly session: ServerSession;
  readonly request: RowEdits;
  readonly columns: readonly ColumnInfo[];
  /** Places of the key's columns. */
  readonly key: readonly number[];
  readonly signal: AbortSignal | undefined;
}

/** `row.conflict` where a row is not as it has to be; see the port. */
export async function editRows(
  server: Server,
  snapshots: Snapshots,
  request: RowEdits,
  signal?: AbortSignal,
): Promise<RestoreResult> {
  throwIfCancelled(signal);
  const { table, edits, safetySnapshot } = request;
  const info = await readTable(server, table, live);
  const key = requireEditable(info, request);
  const columns = pickColumns(info, request.columns);
  await pinned(snapshots, table, safetySnapshot, say('The change of rows'), (isOver) =>
    server.session((session) =>
      transaction(
        session,
        async () => {
          const editing = { session, request, columns, key, signal };
          for (const some of batches(edits)) await lookAt(editing, some, 'now');
          for (const some of batches(edits.filter(({ wanted }) => wanted === null))) await remove(editing, some);
          for (const some of batches(edits.filter(({ now, wanted }) => now !== null && wanted !== null)))
            await put(editing, some, 'over');
          for (const some of batches(edits.filter(({ now }) => now === null))) await put(editing, some, 'anew');
          for (const some of batches(edits)) await lookAt(editing, some, 'wanted');
          throwIfCancelled(signal);
          isOver();
        },
        signal,
      ),
    ),
  );
  return { rowsChanged: edits.length, safetySnapshot, verified: true };
}

function* batches(edits: readonly RowEdit[]): Generator<readonly RowEdit[], void> {
  for (let start = 0; start < edits.length; start += rowsAtOnce) yield edits.slice(start, start + rowsAtOnce);
}

/** The rows of these keys. */
function keysSql({ columns, key }: Editing, edits: readonly RowEdit[]): string {
  const name = (c: number): string => quoteName(columns[c]?.name ?? '');
  const literal = (edit: RowEdit, c: number): string => literalOf(keyOfEdit(edit)[c] ?? null);
  const [only] = key;
  if (key.length === 1 && only !== undefined)
    return `${name(only)} IN (${edits.map((edit) => literal(edit, only)).join(', ')})`;
  return edits.map((edit) => `(${key.map((c) => `${name(c)} = ${literal(edit, c)}`).join(' AND ')})`).join(' OR ');
}

const keyText = (key: readonly number[], row: readonly Value[]): string =>
  JSON.stringify(key.map((c) => (row[c] instanceof Uint8Array ? literalOf(row[c]) : String(row[c]))));

/** Locks the rows the first time; nobody else writes to them until the end. */
async function lookAt(editing: Editing, edits: readonly RowEdit[], side: 'now' | 'wanted'): Promise<void> {
  const { session, request, columns, key, signal } = editing;
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  const lock = side === 'now' ? ' FOR UPDATE' : '';
  const sql = `SELECT ${names} FROM ${tableSql(request.table)} WHERE ${keysSql(editing, edits)}${lock}`;
  const answer = await session.run(sql, { signal, writes: false });
  const read = valuesReading(columns.map(({ name, type }) => ({ name, type })))(answer.columns);
  const found = new Map(answer.rows.map(read).map((row) => [keyText(key, row), row]));
  for (const edit of edits) {
    if (sameRow(found.get(keyText(key, keyOfEdit(edit))) ?? null, edit[side])) continue;
    if (side === 'now') throw wasChanged(request, key, edit);
    throw new Failure('row.conflict', {
      table: tableText(request.table),
      detail: say('a row was not kept as it was to be, so nothing was changed'),
    });
  }
}

async function remove(editing: Editing, edits: readonly RowEdit[]): Promise<void> {
  const { session, request, signal } = editing;
  await session.run(`DELETE FROM ${tableSql(request.table)} WHERE ${keysSql(editing, edits)}`, { signal });
}

/** Characters a statement, far below the server's packet; a single row may be larger. */
const charactersAtOnce = 8_000_000;

/** `over` rows that are there, in their place, so that what refers to them stays; `anew` where a key that came meanwhile is refused. */
async function put(editing: Editing, edits: readonly RowEdit[], how: 'over' | 'anew'): Promise<void> {
  const { session, request, columns, key, signal } = editing;
  const names = columns.map(({ name }) => quoteName(name));
  const others = names.filter((_, c) => !key.includes(c));
  const over = others.map((name) => `${name} = VALUES(${name})`).join(', ');
  const send = async (rows: readonly string[]): Promise<void> => {
    const insert = `INSERT INTO ${tableSql(request.table)} (${names.join(', ')}) VALUES ${rows.join(', ')}`;
    await session.run(how === 'over' ? `${insert} ON DUPLICATE KEY UPDATE ${over}` : insert, { signal });
  };
  let rows: string[] = [];
  let characters = 0;
  for (const { wanted } of edits) {
    const row = `(${(wanted ?? []).map(literalOf).join(', ')})`;
    if (rows.length > 0 && characters + row.length > charactersAtOnce) {
      await send(rows);
      rows = [];
      characters = 0;
    }
    rows.push(row);
    characters += row.length;
  }
  await send(rows);
}
