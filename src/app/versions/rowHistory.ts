/** One row through all versions of its table: what it was in each snapshot, what became of it since the one before, and what it is now. */
import { say } from '../../base/say.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { packRows, type PageColumn, rowAt, type RowPage } from '../../data/page.ts';
import type { Store } from '../../data/store.ts';
import type { TableName } from '../../data/table.ts';
import { sameValue, type Value } from '../../data/value.ts';
import {
  atSnapshot,
  live,
  millisecondsOf,
  type Snapshot,
  snapshotHolds,
  type Version,
  versionText,
} from '../../data/version.ts';
import { onlyHash } from './rowHolders.ts';

/** A row by its key. */
export interface RowOf {
  readonly table: TableName;
  /** Its key columns. */
  readonly key: readonly string[];
  /** Its row hash under a salt: 32 hex digits. */
  readonly hash: (salt: string) => string;
}

/** Any salt will do to find a row; this one is no training's. */
const salt = 'history';

/** The row at a version, by column; null where it is not there, a reason where that cannot be told. */
type Found =
  | { readonly columns: readonly PageColumn[]; readonly cells: readonly Value[] }
  | null
  | { readonly why: string };

async function find(store: Store, { table, key, hash }: RowOf, at: Version, signal?: AbortSignal): Promise<Found> {
  try {
    const { columns } = await store.table(table, at);
    const names = columns.map(({ name }) => name);
    const range = onlyHash(hash(salt));
    const request = { table, at, columns: names, order: 'hash', key, salt, range, pageRows: 1 } as const;
    for await (const page of store.readRows(request, signal))
      if (page.rows > 0) return { columns: columns.map(({ name, type }) => ({ name, type })), cells: rowAt(page, 0) };
    return null;
  } catch (error) {
    throwIfCancelled(signal);
    // A version without these key columns, or one that cannot be read any more, is told as that.
    if (error instanceof Failure) return { why: error.message };
    throw error;
  }
}

const isThere = (found: Found): found is Extract<Found, { cells: unknown }> => found !== null && 'cells' in found;

/** The columns in which a row differs from what it was. */
function changedIn(now: Extract<Found, { cells: unknown }>, before: Extract<Found, { cells: unknown }>): string[] {
  const was = new Map(before.columns.map(({ name }, c) => [name, before.cells[c] ?? null]));
  const kept = now.columns.filter(
    ({ name }, c) => !was.has(name) || !sameValue(now.cells[c] ?? null, was.get(name) ?? null),
  );
  const gone = before.columns.filter(({ name }) => !now.columns.some((one) => one.name === name));
  return [...kept, ...gone].map(({ name }) => name);
}

/** What became of the row since the version before that could be read. */
function happened(now: Found, before: Found | undefined): string {
  if (now !== null && 'why' in now) return now.why;
  const was = before !== undefined && isThere(before) ? before : null;
  if (!isThere(now)) return was ? say('deleted') : say('not there');
  if (!was) return before === undefined ? say('there') : say('inserted');
  const changed = changedIn(now, was);
  return changed.length === 0 ? say('as before') : say('changed: {0}', changed.join(', '));
}

const momentOf = ({ createdAt }: Snapshot): string =>
  new Date(millisecondsOf(createdAt)).toISOString().slice(0, 19).replace('T', ' ');

/** A line for each version, the oldest first and the table now last: its name, its time, what happened, and the cells. */
export async function rowHistory(store: Store, row: RowOf, signal?: AbortSignal): Promise<RowPage> {
  const snapshots = (await store.snapshots())
    .filter((one) => snapshotHolds(one, row.table))
    .sort((a, b) => (BigInt(a.createdAt) < BigInt(b.createdAt) ? -1 : 1));
  const versions = [
    ...snapshots.map((one) => ({ at: atSnapshot(one.name), time: momentOf(one) })),
    { at: live, time: null },
  ];
  const lines: { at: Version; time: string | null; what: string; found: Found }[] = [];
  let before: Found | undefined;
  for (const { at, time } of versions) {
    throwIfCancelled(signal);
    const found = await find(store, row, at, signal);
    lines.push({ at, time, what: happened(found, before), found });
    if (found === null || isThere(found)) before = found;
  }
  const columns: PageColumn[] = [];
  // The newest names and types first; what a column was called before stands after them.
  for (const { found } of [...lines].reverse())
    for (const column of found && 'columns' in found ? found.columns : [])
      if (!columns.some(({ name }) => name === column.name)) columns.push(column);
  const described: PageColumn[] = [
    { name: say('version'), type: '' },
    { name: say('made'), type: '' },
    { name: say('what happened'), type: '' },
    ...columns,
  ];
  const cellOf = (found: Found, name: string): Value => {
    if (!found || !isThere(found)) return null;
    return found.cells[found.columns.findIndex((one) => one.name === name)] ?? null;
  };
  return packRows(
    described,
    lines.map(({ at, time, what, found }) => [
      versionText(at),
      time,
      what,
      ...columns.map(({ name }) => cellOf(found, name)),
    ]),
  );
}
