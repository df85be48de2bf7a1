/** Restoring a table or a database to a snapshot: preview, digest, restore, verification. Each call runs inside a transaction of the caller. */
import { say } from '../../../base/say.ts';
import { createHash } from 'node:crypto';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { changedRows, type DeltaCounts, sumCounts } from '../../../data/change.ts';
import {
  databaseOf,
  type RestorePreview,
  type RestoreResult,
  type RestoreTarget,
  type TableChange,
} from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { hexOf } from '../../../data/value.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { cellOf, databaseExists, findTable, liveTables, resolveVersion, type TableVersion } from '../types/catalog.ts';
import { planDelta } from '../versions/delta.ts';
import { countPlan, orderedSql } from '../versions/deltaPages.ts';
import type { FileConnection, SqlRow, SqlValue } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { countAt, isFirstImage, recountAt, sourceSql } from '../versions/readAt.ts';
import { type TableTexts, textsPutAside } from './definitions.ts';
import { putAside } from './putAside.ts';
import { createDatabase, createLike, requireFree } from './shape.ts';
import { createSnapshot, findSnapshot, snapshotTables } from '../versions/snapshots.ts';
import { selectCell } from '../types/types.ts';

/** How a table gets from live to the snapshot. `log`: touched rows are put back. `rebuild`: another shape or generation, or gone. */
interface TablePlan {
  readonly table: TableName;
  readonly way: 'log' | 'rebuild';
  readonly counts: DeltaCounts;
  readonly revived: boolean;
  /** Its columns or its key are other ones now. */
  readonly reshaped: boolean;
}

interface RestorePlan {
  readonly tables: readonly TablePlan[];
  readonly dropped: readonly TableName[];
  readonly digest: string;
}

function sameShape(version: TableVersion, now: TableVersion): boolean {
  return version.generation.id === now.generation.id && version.columns.length === now.columns.length;
}

const shapeText = ({ columns, generation }: TableVersion): string =>
  JSON.stringify([columns.map(({ name, type, nullable }) => [name, type.text, nullable]), generation.key]);

/** A text that two cells share exactly when they are equal; the length tells where a text with NUL ends. */
const cellText = (cell: SqlValue): string =>
  cell === null
    ? '-'
    : cell instanceof Uint8Array
      ? `b${hexOf(cell)}`
      : typeof cell === 'string'
        ? `t${cell.length}:${cell}`
        : `n${cell}`;

function hashRows(rows: Iterable<SqlRow>, hash: ReturnType<typeof createHash>, signal: AbortSignal | undefined): void {
  for (const row of rows) {
    throwIfCancelled(signal);
    hash.update(row.map(cellText).join('\0'));
    hash.update('\n');
  }
}

/** Counted as they go by: a statement of its own would be prepared for each of a thousand tables. */
function hashDelta(
  rows: Iterable<SqlRow>,
  hash: ReturnType<typeof createHash>,
  signal: AbortSignal | undefined,
): DeltaCounts {
  const counts: [number, number, number] = [0, 0, 0];
  function* counted(): Generator<SqlRow, void> {
    for (const row of rows) {
      counts[row[0] as 0 | 1 | 2] += row[1] as number;
      yield row;
    }
  }
  hashRows(counted(), hash, signal);
  const [inserted, updated, deleted] = counts;
  return { inserted, updated, deleted };
}

function liveRows(db: FileConnection, { columns, generation }: TableVersion): Iterable<SqlRow> {
  const cells = columns.map((column) => selectCell(column.type, cellOf(column, quoteName(column.name))));
  const key = generation.keyColumns.map(({ live: cell }) => cell);
  return db.iterate(`SELECT ${cells.join(', ')} FROM ${quoteName(generation.stored)} ORDER BY ${key.join(', ')}`);
}

function planTable(
  db: FileConnection,
  table: TableName,
  to: string,
  hash: ReturnType<typeof createHash>,
  signal: AbortSignal | undefined,
  /** No other table goes with it, which might have its name. */
  alone: boolean,
): TablePlan {
  const then = resolveVersion(db, table, atSnapshot(to));
  hash.update(`\ntable ${JSON.stringify(table)} ${then.snapshot?.id} ${then.generation.id} `);
  if (!findTable(db, table)) {
    if (alone) requireFree(db, table);
    hash.update('gone');
    const counts = { inserted: countAt(db, then), updated: 0, deleted: 0 };
    return { table, way: 'rebuild', counts, revived: true, reshaped: false };
  }
  const now = resolveVersion(db, table, live);
  hash.update(`${now.generation.id} ${now.columns.length}\n`);
  const way = sameShape(then, now) ? 'log' : 'rebuild';
  const reshaped = shapeText(then) !== shapeText(now);
  const sameKey = then.generation.key.join('\n') === now.generation.key.join('\n');
  const shared = now.columns.some(({ name }) => then.columns.some((column) => column.name === name));
  // What stands in columns that the snapshot does not have is no part of a delta, and a restore takes it away as well.
  if (reshaped) hashRows(liveRows(db, now), hash, signal);
  // Another key, or no column in common: rows of the two cannot be matched, so all of them change.
  if (!sameKey || !shared) {
    const counts = { inserted: countAt(db, then), updated: 0, deleted: countAt(db, now) };
    return { table, way, counts, revived: false, reshaped };
  }
  const request = { table, from: live, to: atSnapshot(to) };
  const changed = db.iterate(orderedSql(planDelta(db, request), request));
  return { table, way, counts: hashDelta(changed, hash, signal), revived: false, reshaped };
}

/** The digest is taken of every changed row, so it stands for exactly this state of the tables. */
function planRestore(
  db: FileConnection,
  target: RestoreTarget,
  to: string,
  signal: AbortSignal | undefined,
): RestorePlan {
  const snapshot = findSnapshot(db, to);
  const database = databaseOf(target);
  if (snapshot.database !== database)
    throw new Failure('version.unknown', {
      snapshot: to,
      table: target.level === 'table' ? tableText(target.table) : database,
    });
  if (target.level === 'database' && snapshot.level !== 'database')
    throw new Failure('version.unknown', { snapshot: to, table: say('the whole database {0}', database) });
  const names = target.level === 'table' ? [target.table.table] : snapshotTables(db, snapshot.id);
  const hash = createHash('sha256').update(`${JSON.stringify(target)} ${to} ${snapshot.createdAt}`);
  const tables = names.map((table) => planTable(db, { database, table }, to, hash, signal, target.level === 'table'));
  const dropped =
    target.level === 'table'
      ? []
      : liveTables(db, database)
          .filter(({ name }) => !names.includes(name))
          .map(({ name, generation }) => {
            hash.update(
              `\ndrop ${name} ${generation.id} ${String(db.value(`SELECT count(*) FROM ${quoteName(generation.stored)}`))}`,
            );
            return { database, table: name };
          });
  return { tables, dropped, digest: hash.digest('hex') };
}

/**
 * What a restore would change, with the digest that `restore` takes as the promise that nothing moved since;
 * `version.unknown`.
 */
export function previewRestore(
  db: FileConnection,
  target: RestoreTarget,
  to: string,
  signal?: AbortSignal,
): RestorePreview {
  const plan = planRestore(db, target, to, signal);
  const tables: TableChange[] = plan.tables.map(({ table, counts }) => ({ table, counts }));
  const revived = plan.tables.filter((table) => table.revived).map(({ table }) => table);
  const reshaped = plan.tables.filter((table) => table.reshaped).map(({ table }) => table);
  return {
    target,
    to,
    tables,
    dropped: plan.dropped,
    revived,
    reshaped,
    lostGrants: [],
    warnings: [],
    digest: plan.digest,
  };
}

const sum = (tables: readonly TablePlan[]): DeltaCounts => sumCounts(tables.map(({ counts }) => counts));

/** Run it in one write transaction: whatever it throws must undo the safety snapshot too. */
export function restore(
  db: FileConnection,
  preview: RestorePreview,
  safetyName: string,
  signal?: AbortSignal,
): RestoreResult {
  const { target, to } = preview;
  const plan = planRestore(db, target, to, signal);
  const database = databaseOf(target);
  if (plan.digest !== preview.digest)
    throw new Failure('restore.moved', {
      table: target.level === 'table' ? tableText(target.table) : database,
      ...sum(plan.tables),
    });
  if (!databaseExists(db, database)) createDatabase(db, database, true);
  // A table that is gone cannot be pinned by itself; the database as it is now can.
  const pinned: RestoreTarget =
    target.level === 'table' && plan.tables.some((table) => table.revived) ? { level: 'database', database } : target;
  createSnapshot(db, safetyName, pinned);
  for (const table of plan.dropped) {
    const generation = findTable(db, table);
    if (generation) putAside(db, generation);
  }
  const texts = textsPutAside(db);
  for (const { table, way, counts } of plan.tables) {
    throwIfCancelled(signal);
    if (way === 'rebuild') rebuild(db, table, to, texts);
    else if (changedRows(counts) > 0) putBack(db, table, to);
    verify(db, table, to);
  }
  return { rowsChanged: changedRows(sum(plan.tables)), safetySnapshot: safetyName, verified: true };
}

/**
 * Deletes the touched keys and inserts their images, through the triggers, so that a restore can itself be undone. What the triggers
 * log meanwhile comes after the first images, which are read each time.
 */
function putBack(db: FileConnection, table: TableName, to: string): void {
  const { generation: g, columns, start } = resolveVersion(db, table, atSnapshot(to));
  const cells = columns.map((column) => ({ live: quoteName(column.name), log: column.logName }));
  const all = g.rowName === null ? cells : [...g.keyColumns, ...cells];
  const stored = quoteName(g.stored);
  const images = `FROM ${g.log} h WHERE ${isFirstImage(g, start ?? 0n)}`;
  db.exec(
    `DELETE FROM ${stored} WHERE (${g.keyColumns.map((k) => k.live).join(', ')}) IN (SELECT ${g.keyColumns.map((k) => `h.${k.log}`).join(', ')} ${images})`,
  );
  db.exec(
    `INSERT INTO ${stored} (${all.map((c) => c.live).join(', ')}) SELECT ${all.map((c) => `h.${c.log}`).join(', ')} ${images} AND h.op = 1`,
  );
}

/** Makes the table anew in the snapshot's shape and fills it; what is live now is put aside with the safety snapshot. */
function rebuild(db: FileConnection, table: TableName, to: string, texts: TableTexts): void {
  const now = findTable(db, table);
  if (now) putAside(db, now);
  const then = resolveVersion(db, table, atSnapshot(to));
  const generation = createLike(db, then, reusableId(db, then.tableId), texts);
  const names = then.columns.map((column) => quoteName(column.name)).join(', ');
  db.exec(
    `INSERT INTO ${quoteName(generation.stored)} (${names}) SELECT ${names} FROM ${sourceSql(db, then, then.columns)}`,
  );
}

/** The table's old identity, when no live table has it. */
const reusableId = (db: FileConnection, tableId: number): number | undefined =>
  db.value('SELECT 1 FROM _dt_tables WHERE id = ? AND generation IS NULL', tableId) === undefined ? undefined : tableId;

function verify(db: FileConnection, table: TableName, to: string): void {
  const left = countPlan(db, planDelta(db, { table, from: atSnapshot(to), to: live }));
  const rows = countAt(db, resolveVersion(db, table, live));
  const then = resolveVersion(db, table, atSnapshot(to));
  const expected = then.rows === rows ? rows : recountAt(db, then);
  if (changedRows(left) > 0 || rows !== expected)
    throw new Error(
      `Broken invariant: after the restore of ${tableText(table)} ${changedRows(left)} rows differ, ${rows} of ${String(expected)} rows`,
    );
}
