/** What is known of a connection while its SQL is edited: plain data, pushed by whoever can ask the store. */

export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
}

export interface CatalogTable {
  readonly database: string;
  readonly table: string;
  readonly columns: readonly CatalogColumn[];
  /** Tables whose foreign keys point to this one, as `db.table`. */
  readonly referencedBy: readonly string[];
}

export interface CatalogSnapshot {
  readonly name: string;
  readonly level: 'table' | 'database' | 'account' | 'cluster';
  /** Null above database level. */
  readonly database: string | null;
  /** Null above table level. */
  readonly table: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
  /** Rows when it was made; null where that is not known or it holds several tables. */
  readonly rows: number | null;
  /** Models trained on it, as `training/m3`. */
  readonly models: readonly string[];
}

/** Counts that were computed before; nothing is ever computed for a lens. */
export interface CatalogDelta {
  readonly database: string;
  readonly table: string;
  readonly from: string;
  /** Null: to the table now. */
  readonly to: string | null;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface CatalogConnection {
  readonly name: string;
  readonly kind: 'embedded' | 'matrixone';
  /** MatrixOne's release, as `4.1.4`; null where it is not known or there is none. */
  readonly version: string | null;
  /** The database of unqualified names. */
  readonly database: string | null;
}

export interface Catalog {
  /** The connection that the document is bound to; null for none. */
  readonly connection: CatalogConnection | null;
  readonly databases: readonly string[];
  /** Null where tables cannot be listed (no connection, or a role that may not). */
  readonly tables: readonly CatalogTable[] | null;
  /** Null where snapshots cannot be listed: then no name is called unknown. */
  readonly snapshots: readonly CatalogSnapshot[] | null;
  readonly deltas: readonly CatalogDelta[];
}

export const emptyCatalog: Catalog = { connection: null, databases: [], tables: null, snapshots: null, deltas: [] };

export const findSnapshot = (catalog: Catalog, name: string): CatalogSnapshot | undefined =>
  catalog.snapshots?.find((snapshot) => snapshot.name === name);

/** Names of databases and tables are compared without regard to case, as both engines do. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const findTable = (catalog: Catalog, database: string, table: string): CatalogTable | undefined =>
  catalog.tables?.find((known) => sameName(known.database, database) && sameName(known.table, table));

/** True when the snapshot holds a version of that table. */
export function holdsTable(snapshot: CatalogSnapshot, database: string, table: string): boolean {
  if (snapshot.database !== null && !sameName(snapshot.database, database)) return false;
  return snapshot.table === null || sameName(snapshot.table, table);
}

export const findDelta = (
  catalog: Catalog,
  database: string,
  table: string,
  from: string,
  to: string | null,
): CatalogDelta | undefined =>
  catalog.deltas.find(
    (d) => sameName(d.database, database) && sameName(d.table, table) && d.from === from && d.to === to,
  );
