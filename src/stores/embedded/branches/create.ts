/** Makes and deletes branches: a branch is a table of its own with the rows of its source, and knows where the two parted. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { atSnapshot, live, type Version } from '../../../data/version.ts';
import { copyVersion } from '../shape/copy.ts';
import { createDatabase, dropDatabase, dropTable, mustFind } from '../shape/shape.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { databaseExists, findTable, liveTables, resolveVersion } from '../types/catalog.ts';
import { findSnapshot, snapshotTables } from '../versions/snapshots.ts';
import { enterBranch, forgetBranches, isBranch } from './lineage.ts';

const versionOf = (snapshot: string | null): Version => (snapshot === null ? live : atSnapshot(snapshot));

/** `table.exists`, `table.unknown`, `database.unknown`, `version.unknown`. */
export function createBranch(db: FileConnection, branch: TableName, of: TableName, snapshot: string | null): void {
  if (!databaseExists(db, branch.database)) throw new Failure('database.unknown', { database: branch.database });
  if (findTable(db, branch)) throw new Failure('table.exists', { table: tableText(branch) });
  const source = resolveVersion(db, of, versionOf(snapshot));
  // Rows first and the log of them after: what is only copied is no change.
  copyVersion(db, source, branch, true);
  enterBranch(db, source, resolveVersion(db, branch, live));
}

/** A branch of every table of a database, now or at a snapshot of it; `database.exists` as `sql.failed`. */
export function createDatabaseBranch(db: FileConnection, branch: string, of: string, snapshot: string | null): void {
  if (!databaseExists(db, of)) throw new Failure('database.unknown', { database: of });
  createDatabase(db, branch, false);
  for (const table of tablesAt(db, of, snapshot))
    createBranch(db, { database: branch, table }, { database: of, table }, snapshot);
}

function tablesAt(db: FileConnection, database: string, snapshot: string | null): string[] {
  if (snapshot === null) return liveTables(db, database).map(({ name }) => name);
  const found = findSnapshot(db, snapshot);
  if (found.database === database && found.level === 'database') return snapshotTables(db, found.id);
  throw new Failure('version.unknown', { snapshot, table: say('the whole database {0}', database) });
}

/** Drops the branch and what it pinned; `branch.unknown` for a table that is none. */
export function deleteBranch(db: FileConnection, branch: TableName): void {
  requireBranch(db, branch);
  dropTable(db, branch);
  forgetBranches(db);
}

function requireBranch(db: FileConnection, table: TableName): void {
  if (!isBranch(db, mustFind(db, table).tableId)) throw new Failure('branch.unknown', { branch: tableText(table) });
}

/** Drops a database whose tables are all branches. */
export function deleteDatabaseBranch(db: FileConnection, database: string): void {
  if (!databaseExists(db, database)) throw new Failure('database.unknown', { database });
  const tables = liveTables(db, database);
  if (tables.length === 0) throw new Failure('branch.unknown', { branch: database });
  for (const { name } of tables) requireBranch(db, { database, table: name });
  dropDatabase(db, database);
  forgetBranches(db);
}
