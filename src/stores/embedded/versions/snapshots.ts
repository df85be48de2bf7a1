/** Making, listing and dropping snapshots. Each call runs inside a transaction of the caller. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { databaseOf, isRestoreTarget, type RestoreTarget, type SnapshotTarget } from '../../../data/store.ts';
import { isSnapshotName, type Snapshot, type SnapshotTable } from '../../../data/version.ts';
import {
  branchPinPrefix,
  databaseExists,
  findTable,
  type Generation,
  generationById,
  isPlainSnapshot,
  liveTables,
  type TableVersion,
  unknownTable,
} from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { sayKept } from '../sqlite/keptText.ts';
import { quoteName } from '../sqlite/quote.ts';
import { beginEpoch, mergeEpoch, track, untrack } from './undoLog.ts';

/** Nanoseconds since 1970, later than any that was given out before, also for snapshots that are gone. */
function nextTime(db: FileConnection): bigint {
  const kept = db.value(`SELECT CAST(value AS TEXT) FROM _dt_meta WHERE name = 'lastTime'`);
  const last = kept === undefined ? 0n : BigInt(String(kept));
  const clock = BigInt(Date.now()) * 1_000_000n;
  const time = clock > last ? clock : last + 1n;
  db.run(`INSERT INTO _dt_meta VALUES ('lastTime', ?) ON CONFLICT DO UPDATE SET value = excluded.value`, time);
  return time;
}

function targetTables(db: FileConnection, target: RestoreTarget): { name: string; generation: Generation }[] {
  if (target.level === 'table') {
    const generation = findTable(db, target.table);
    if (!generation) throw unknownTable(db, target.table);
    return [{ name: target.table.table, generation }];
  }
  if (!databaseExists(db, target.database)) throw new Failure('database.unknown', { database: target.database });
  return liveTables(db, target.database);
}

/**
 * Gives the rows of now a name; from then on the log keeps what they were. `version.badName`, `version.exists`,
 * `database.unknown`, `table.unknown`; `store.unsupported` above a database.
 */
export function createSnapshot(db: FileConnection, name: string, target: SnapshotTarget): Snapshot {
  if (!isSnapshotName(name)) throw new Failure('version.badName', { snapshot: name });
  if (name.startsWith(branchPinPrefix))
    throw new Failure('sql.failed', {
      message: say('Names that begin with {0} are kept for what branches pin. Take another one.', branchPinPrefix),
    });
  if (db.value('SELECT 1 FROM _dt_snapshots WHERE name = ?', name) !== undefined)
    throw new Failure('version.exists', { snapshot: name });
  if (!isRestoreTarget(target))
    throw new Failure('store.unsupported', {
      what: say('A snapshot of the {0} needs a MatrixOne server.', target.level),
      hint: say('Make one of a table or of a database.'),
    });
  return makeSnapshot(db, name, target);
}

function makeSnapshot(db: FileConnection, name: string, target: RestoreTarget): Snapshot {
  const live = targetTables(db, target);
  const database = databaseOf(target);
  const table = target.level === 'table' ? target.table.table : null;
  const createdAt = nextTime(db);
  db.run(
    'INSERT INTO _dt_snapshots (name, level, database, tableName, createdAt) VALUES (?, ?, ?, ?, ?)',
    name,
    target.level,
    database,
    table,
    createdAt,
  );
  const id = db.value('SELECT id FROM _dt_snapshots WHERE name = ?', name) as number;
  const tables: SnapshotTable[] = [];
  track(
    db,
    live.map(({ generation }) => generation),
  );
  for (const { name: tableName, generation } of live) {
    const epoch = beginEpoch(db, generation);
    db.run(
      'INSERT INTO _dt_states (snapshot, tableName, tableId, generation, start, columns, rows) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      tableName,
      generation.tableId,
      generation.id,
      epoch.start,
      generation.columns.length,
      epoch.rows,
    );
    tables.push({ database, table: tableName, id: String(generation.tableId), rows: epoch.rows });
  }
  return { name, level: target.level, database, table, createdAt: String(createdAt), tables, unsure: null };
}

/** Pins a version of a table under a hidden name; the number of the snapshot. */
export function pinVersion(db: FileConnection, name: string, version: TableVersion): number {
  const { table, generation, start, columns, rows } = version;
  if (start === null) makeSnapshot(db, name, { level: 'table', table });
  else
    db.run(
      `INSERT INTO _dt_snapshots (name, level, database, tableName, createdAt) VALUES (?, 'table', ?, ?, ?)`,
      name,
      table.database,
      table.table,
      nextTime(db),
    );
  const id = db.value('SELECT id FROM _dt_snapshots WHERE name = ?', name) as number;
  if (start !== null)
    db.run(
      'INSERT INTO _dt_states (snapshot, tableName, tableId, generation, start, columns, rows) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      table.table,
      version.tableId,
      generation.id,
      start,
      columns.length,
      rows,
    );
  return id;
}

/** Every snapshot of a person's, newest first. */
export function listSnapshots(db: FileConnection): Snapshot[] {
  const states = new Map<number, { tables: Omit<SnapshotTable, 'database'>[]; unsure: string | null }>();
  for (const [snapshot, table, tableId, rows, unsure] of db.all(
    'SELECT snapshot, tableName, tableId, rows, unsure FROM _dt_states ORDER BY tableName',
  )) {
    const state = states.get(snapshot as number) ?? { tables: [], unsure: null };
    state.tables.push({ table: table as string, id: String(tableId), rows: rows as number });
    state.unsure ??= unsure === null ? null : sayKept(unsure as string);
    states.set(snapshot as number, state);
  }
  return db
    .all(
      `SELECT id, name, level, database, tableName, CAST(createdAt AS TEXT) FROM _dt_snapshots
       WHERE ${isPlainSnapshot('name')} ORDER BY createdAt DESC`,
    )
    .map(([id, name, level, database, table, createdAt]) => {
      const { tables, unsure } = states.get(id as number) ?? { tables: [], unsure: null };
      return {
        name: name as string,
        level: level as Snapshot['level'],
        database: database as string,
        table: table as string | null,
        createdAt: createdAt as string,
        tables: tables.map((one) => ({ database: database as string, ...one })),
        unsure,
      };
    });
}

/** The record of a snapshot; `version.unknown` with the nearest name. */
export function findSnapshot(
  db: FileConnection,
  name: string,
): { id: number; level: Snapshot['level']; database: string; table: string | null; createdAt: string } {
  const row = db.get(
    `SELECT id, level, database, tableName, CAST(createdAt AS TEXT) FROM _dt_snapshots WHERE name = ? AND ${isPlainSnapshot('name')}`,
    name,
  );
  if (!row) {
    const names = db
      .all(`SELECT name FROM _dt_snapshots WHERE ${isPlainSnapshot('name')}`)
      .map(([known]) => String(known));
    throw new Failure('version.unknown', { snapshot: name, near: nearest(name, names) });
  }
  const [id, level, database, table, createdAt] = row as [number, Snapshot['level'], string, string | null, string];
  return { id, level, database, table, createdAt };
}

/** The names of the tables that a snapshot holds. */
export const snapshotTables = (db: FileConnection, id: number): string[] =>
  db.all('SELECT tableName FROM _dt_states WHERE snapshot = ? ORDER BY tableName', id).map(([name]) => name as string);

/** Deletes a snapshot, and of the log what no other snapshot needs; `version.unknown`. */
export function dropSnapshot(db: FileConnection, name: string): void {
  dropPinned(db, findSnapshot(db, name).id);
}

/** As `dropSnapshot`, by the number of one that is there. */
export function dropPinned(db: FileConnection, id: number): void {
  const states = db.all('SELECT generation, CAST(start AS TEXT) FROM _dt_states WHERE snapshot = ?', id) as [
    number,
    string,
  ][];
  db.run('DELETE FROM _dt_states WHERE snapshot = ?', id);
  for (const [generationId, start] of states) {
    const generation = generationById(db, generationId);
    if (db.value('SELECT 1 FROM _dt_states WHERE generation = ? LIMIT 1', generationId) !== undefined)
      mergeEpoch(db, generation, BigInt(start));
    else forget(db, generation);
  }
  db.run('DELETE FROM _dt_snapshots WHERE id = ?', id);
}

/** No snapshot needs this generation any more: a live one is written without a log again, one put aside goes. */
export function forget(db: FileConnection, generation: Generation): void {
  untrack(db, generation);
  if (db.value('SELECT 1 FROM _dt_tables WHERE generation = ?', generation.id) !== undefined) return;
  db.exec(`DROP TABLE IF EXISTS ${quoteName(generation.stored)}`);
  db.run('DELETE FROM _dt_generations WHERE id = ?', generation.id);
}
