/**
 * Notices what other programs did to the file that the log cannot know of: a table dropped or rebuilt, triggers removed, rows
 * replaced unseen. The versions that can no longer be trusted are marked, with the reason, and never silently wrong.
 */
import { archiveName, columnsJson, type Generation, generationById } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { kept } from '../sqlite/keptText.ts';
import { quoteName } from '../sqlite/quote.ts';
import { requireTrusted } from './trust.ts';
import { adopt, tableNameOf } from '../shape/shape.ts';
import { columnType, type Storage } from '../types/types.ts';
import { dropTriggers, extendLog, hasOtherUnique, isTracked, makeTriggers, triggerSql } from '../versions/undoLog.ts';

/** Facts that are cheap to read, and that differ when something happened that this module has to look at. */
const suspicionSql = `SELECT
  (SELECT schema_version FROM pragma_schema_version) IS NOT (SELECT value FROM _dt_meta WHERE name = 'schema')
  OR EXISTS (SELECT 1 FROM _dt_logs WHERE seen <> ticks)
  OR (SELECT max(rowid) FROM _dt_canary) <> 3`;

/** True when another program may have changed the file; the cost goes with the number of tables, not with their size. */
export const isSuspicious = (db: FileConnection): boolean => db.value(suspicionSql) !== 0;

/** From here on, what differs was done by others. */
function markSeen(db: FileConnection): void {
  db.run('UPDATE _dt_logs SET seen = ticks WHERE seen <> ticks');
  db.run(
    `INSERT INTO _dt_meta SELECT 'schema', schema_version FROM pragma_schema_version WHERE true
     ON CONFLICT DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value`,
  );
}

/** Every change of ours runs inside this, in its write transaction: what others did is looked at first, then ours is noted. */
export function recorded<T>(db: FileConnection, work: () => T): T {
  if (isSuspicious(db)) inspect(db);
  const result = work();
  markSeen(db);
  return result;
}

/** Compares every table with what the store believes of it. Runs inside a write transaction of the caller. */
export function inspect(db: FileConnection): void {
  requireTrusted(db);
  const renumbered = db.value('SELECT max(rowid) FROM _dt_canary') !== 3;
  const generations = db.all('SELECT id FROM _dt_generations').map(([id]) => generationById(db, id as number));
  for (const generation of generations) inspectTable(db, generation, renumbered);
  if (renumbered) db.exec('UPDATE _dt_canary SET rowid = x');
  markSeen(db);
}

interface FoundColumn {
  readonly name: string;
  readonly storage: string;
  readonly nullable: boolean;
}

function inspectTable(db: FileConnection, g: Generation, renumbered: boolean): void {
  const found = db
    .all('SELECT name, type, "notnull" FROM pragma_table_info(?) ORDER BY cid', g.stored)
    .map(
      ([name, type, notNull]): FoundColumn => ({ name: String(name), storage: String(type), nullable: notNull !== 1 }),
    );
  const kept = g.columns.every(({ name }, i) => found[i]?.name === name);
  if (!kept) replaceLost(db, g, found);
  else if (found.length > g.columns.length) inspectLog(db, adoptColumns(db, g, found), renumbered);
  else inspectLog(db, g, renumbered);
}

/** The table is gone, or another one has its name: old versions are lost with it, the new one starts without a history. */
function replaceLost(db: FileConnection, g: Generation, found: readonly FoundColumn[]): void {
  distrust(db, g, found.length === 0 ? kept.dropped : kept.reshaped);
  dropTriggers(db, g);
  db.run('UPDATE _dt_generations SET stored = ? WHERE id = ?', archiveName(g.id), g.id);
  const name = tableNameOf(db, g);
  if (db.run('UPDATE _dt_tables SET generation = NULL WHERE generation = ?', g.id) === 0 || found.length === 0 || !name)
    return;
  const key = db
    .all('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk', g.stored)
    .map(([column]) => column as string);
  adopt(db, name, found.map(columnFound), key, g.tableId);
}

const words: Readonly<Record<string, string>> = { INTEGER: 'BIGINT', INT: 'BIGINT', REAL: 'DOUBLE', BLOB: 'BLOB' };

const columnFound = ({ name, storage, nullable }: FoundColumn) => ({
  name,
  nullable,
  type: columnType(words[storage.toUpperCase() as Storage] ?? 'TEXT'),
});

/** Columns added at the end hide nothing of the past. */
function adoptColumns(db: FileConnection, g: Generation, found: readonly FoundColumn[]): Generation {
  const columns = [...g.columns, ...found.slice(g.columns.length).map(columnFound)];
  db.run('UPDATE _dt_generations SET columns = ? WHERE id = ?', columnsJson(columns), g.id);
  const extended = generationById(db, g.id);
  if (isTracked(db, g)) extendLog(db, g, extended);
  return extended;
}

/** Is the log still the whole story of this table? */
function inspectLog(db: FileConnection, g: Generation, renumbered: boolean): void {
  if (!isTracked(db, g)) return;
  const live = g.stored !== archiveName(g.id);
  const silenced = live && triggersWereMissing(db, g);
  const rows = db.value(`SELECT count(*) FROM ${quoteName(g.stored)}`) as number;
  const known = db.value('SELECT rows FROM _dt_logs WHERE generation = ?', g.id) as number;
  if (silenced) distrust(db, g, kept.silenced);
  // Without recursive triggers a replaced row of the same key is counted twice, but logged; one with another key is not logged.
  else if (rows !== known && hasOtherUnique(db, g)) distrust(db, g, kept.replaced);
  else if (renumbered && g.rowName !== null && !keepsRowNumbers(db, g)) distrust(db, g, kept.renumbered);
  db.run('UPDATE _dt_logs SET rows = ? WHERE generation = ?', rows, g.id);
}

const keepsRowNumbers = (db: FileConnection, g: Generation): boolean =>
  db.value(`SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?`, `_dt_keep_${g.id}`) !== undefined;

/** Puts missing or changed triggers back; true when one was missing. */
function triggersWereMissing(db: FileConnection, g: Generation): boolean {
  const found = new Map(
    db.all(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? AND name GLOB '_dt_*'`,
      g.stored,
    ) as [string, string][],
  );
  const wanted = triggerSql(db, g);
  if ([...wanted].every(([name, sql]) => found.get(name) === sql)) return false;
  makeTriggers(db, g);
  // A unique index made by another program asks for other triggers, and that alone hides nothing.
  return [...wanted.keys()].some((name) => !found.has(name));
}

function distrust(db: FileConnection, g: Generation, reason: string): void {
  db.run('UPDATE _dt_states SET unsure = ? WHERE generation = ? AND unsure IS NULL', reason, g.id);
}
