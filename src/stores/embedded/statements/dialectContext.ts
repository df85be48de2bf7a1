/** What the dialect is told of the store, inside one transaction: what it is given is valid there and nowhere else. */
import type { TableName } from '../../../data/table.ts';
import { atSnapshot, live, type Version } from '../../../data/version.ts';
import { databaseExists, findTable, resolveVersion } from '../types/catalog.ts';
import type { DialectContext } from '../typed/scope.ts';
import type { FileConnection, SqlValue } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { sourceSql } from '../versions/readAt.ts';
import { mustFind } from '../shape/shape.ts';
import { Failure } from '../../../base/failure.ts';

const versionOf = (snapshot: string | null): Version => (snapshot === null ? live : atSnapshot(snapshot));

/** What stands in FROM for a table at a snapshot: valid in the open read transaction only. */
const snapshotSource = (db: FileConnection, table: TableName, snapshot: string): string =>
  sourceSql(db, resolveVersion(db, table, atSnapshot(snapshot)));

/**
 * The names, columns and moments that a translation asks for, read from the store; `database.unknown`, `table.unknown`.
 */
export function dialectContext(
  db: FileConnection,
  database: string | null,
  values: readonly SqlValue[],
): DialectContext {
  const now = new Date();
  const stored = (table: TableName): string => {
    if (!databaseExists(db, table.database)) throw new Failure('database.unknown', { database: table.database });
    return quoteName(mustFind(db, table).stored);
  };
  return {
    database,
    source(table, snapshot) {
      if (snapshot !== null) return snapshotSource(db, table, snapshot);
      const name = stored(table);
      const version = resolveVersion(db, table, live);
      // A file of an older version that is only read keeps cells in another form than the type pass takes them in.
      return version.columns.every(({ type, storage }) => type.storage === storage) ? name : sourceSql(db, version);
    },
    target: stored,
    columns(table, snapshot) {
      if (snapshot === null && !findTable(db, table)) return null;
      const { columns } = resolveVersion(db, table, versionOf(snapshot));
      return columns.map(({ name, type }) => ({ name, type: type.text }));
    },
    now: () => now,
    values,
  };
}
