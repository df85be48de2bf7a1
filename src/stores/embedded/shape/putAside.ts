/** Takes a table out of use: its rows are put aside for the snapshots that need them, with the definitions of its indexes. */
import { archiveName, type Generation } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { forget } from '../versions/snapshots.ts';
import { dropTriggers } from '../versions/undoLog.ts';
import { tableSql } from './definitions.ts';

/** Fewer definitions are read anew in no time. */
const manyObjects = 500;

/** Takes the live generation of a table out of use: kept for the snapshots that need it, else dropped. */
export function putAside(db: FileConnection, generation: Generation): void {
  db.run('UPDATE _dt_tables SET generation = NULL WHERE id = ?', generation.tableId);
  if (db.value('SELECT 1 FROM _dt_states WHERE generation = ? LIMIT 1', generation.id) === undefined) {
    forget(db, generation);
    return;
  }
  dropSecondaryIndexes(db, generation);
  if (!isCheaperCopied(db, generation) || !copyAside(db, generation)) {
    dropTriggers(db, generation);
    db.exec(`ALTER TABLE ${quoteName(generation.stored)} RENAME TO ${archiveName(generation.id)}`);
  }
  db.run('UPDATE _dt_generations SET stored = ? WHERE id = ?', archiveName(generation.id), generation.id);
}

/**
 * SQLite reads every definition of the file anew to rename one table: among those of a thousand tables a copy of few rows takes a
 * hundredth of that. Not where another program has a trigger on the table, which goes along with a rename.
 */
function isCheaperCopied(db: FileConnection, { stored }: Generation): boolean {
  const objects = db.value('SELECT count(*) FROM sqlite_schema') as number;
  if (objects < manyObjects) return false;
  const foreign = `SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? AND name NOT GLOB '_dt_*'`;
  if (db.value(foreign, stored) !== undefined) return false;
  return (
    (db.value(`SELECT count(*) FROM (SELECT 1 FROM ${quoteName(stored)} LIMIT ?)`, objects + 1) as number) <= objects
  );
}

/** False, and nothing done, where a row does not fit the definition of its own table, as another program can have left it. */
function copyAside(db: FileConnection, g: Generation): boolean {
  const archive = archiveName(g.id);
  const columns = g.columns.map(({ name }) => quoteName(name));
  const cells = (g.rowName === null ? columns : [quoteName(g.rowName), ...columns]).join(', ');
  db.exec('SAVEPOINT dt_aside');
  try {
    db.exec(tableSql(db, g, archive));
    db.exec(`INSERT INTO ${archive} (${cells}) SELECT ${cells} FROM ${quoteName(g.stored)}`);
  } catch (error) {
    // A full disk has ended the whole transaction.
    if (!db.inTransaction) throw error;
    db.exec('ROLLBACK TO dt_aside');
    db.exec('RELEASE dt_aside');
    return false;
  }
  db.exec('RELEASE dt_aside');
  const keeper = db.value(`SELECT 1 FROM sqlite_schema WHERE name = ? AND tbl_name = ?`, keepName(g), g.stored);
  db.exec(`DROP TABLE ${quoteName(g.stored)}`);
  if (keeper !== undefined) db.exec(keepSql(g.id, archive, g.columns[0]?.name ?? ''));
  return true;
}

const keepName = ({ id }: Generation): string => `_dt_keep_${id}`;

/**
 * The log of a table without a key goes by row number. VACUUM keeps the row numbers of a table that has an index, so it gets
 * one that holds no row. (A visible column for the number would turn up in SELECT *.)
 */
export function keepSql(generation: number, stored: string, column: string): string {
  const c = quoteName(column);
  return `CREATE INDEX _dt_keep_${generation} ON ${quoteName(stored)} (${c}) WHERE ${c} IS NULL AND ${c} IS NOT NULL`;
}

/** The definitions of a table's indexes, those of a constraint and our own left out. */
const indexRows = (db: FileConnection, g: Generation): [string, string][] =>
  db.all(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL AND name NOT GLOB '_dt_*'`,
    g.stored,
  ) as [string, string][];

/** The SQL of a table's secondary indexes, as they were made. */
export const indexTexts = (db: FileConnection, g: Generation): string[] => indexRows(db, g).map(([, sql]) => sql);

/** Index names are taken in the whole file, so those of a table that is put aside go; their definitions are kept for a restore. */
function dropSecondaryIndexes(db: FileConnection, generation: Generation): void {
  const indexes = indexRows(db, generation);
  for (const [index] of indexes) db.exec(`DROP INDEX ${quoteName(index)}`);
  db.run(
    'UPDATE _dt_generations SET indexes = ? WHERE id = ?',
    JSON.stringify(indexes.map(([, sql]) => sql)),
    generation.id,
  );
}
