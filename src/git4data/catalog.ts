/** What is known of a connection while its SQL is edited: plain data, pushed by whoever can ask the store. */
import type { ColumnChanges } from '../data/change.ts';
import type { Dialect } from '../data/store.ts';

/** A column as completion and hover show it; `type` in MySQL words. */
export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
}

/** A table of the connection with its columns in their order. */
export interface CatalogTable {
  readonly database: string;
  readonly table: string;
  readonly columns: readonly CatalogColumn[];
  /** Tables whose foreign keys point to this one, as `db.table`. */
  readonly referencedBy: readonly string[];
}

/** A snapshot of the connection, and what of the data it holds. */
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
  /** What became of the columns; left out where they are the same. */
  readonly columns?: ColumnChanges;
}

/** The connection a document is bound to, as far as its SQL depends on it. */
export interface CatalogConnection {
  readonly name: string;
  readonly dialect: Dialect;
  /** A server's release, as `4.1.4`; null where it is not known or there is none. */
  readonly version: string | null;
  /** The database of unqualified names. */
  readonly database: string | null;
}

/**
 * All that the editor's services know of a connection. What is missing is unknown, never absent: only a list that is
 * there says that a name is wrong.
 */
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

/** What is known of a document that is bound to no connection. */
export const emptyCatalog: Catalog = { connection: null, databases: [], tables: null, snapshots: null, deltas: [] };

/** Names of databases and tables are compared without regard to case, as both engines do. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A catalog by the names in it: every statement of a text looks something up. */
interface Index {
  readonly snapshots: ReadonlyMap<string, CatalogSnapshot>;
  readonly tables: ReadonlyMap<string, CatalogTable>;
  /** The tables of a database, as they are spelled. */
  readonly tableNames: ReadonlyMap<string, readonly string[]>;
  /** The databases that have a table of that name. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  readonly deltas: ReadonlyMap<string, CatalogDelta>;
}

/** Names hold no line break that a catalog would list. */
const nameKey = (database: string, table: string): string => `${database}\n${table}`.toLowerCase();
const deltaKey = ({ database, table, from, to }: Pick<CatalogDelta, 'database' | 'table' | 'from' | 'to'>): string =>
  JSON.stringify([database.toLowerCase(), table.toLowerCase(), from, to]);

/** The first of each key. */
function firstBy<T>(list: readonly T[], key: (one: T) => string): Map<string, T> {
  const found = new Map<string, T>();
  for (const one of list) if (!found.has(key(one))) found.set(key(one), one);
  return found;
}

function listsBy<T>(list: readonly T[], key: (one: T) => string, value: (one: T) => string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const one of list) {
    const known = found.get(key(one));
    if (known) known.push(value(one));
    else found.set(key(one), [value(one)]);
  }
  return found;
}

const indexes = new WeakMap<Catalog, Index>();

function indexOf(catalog: Catalog): Index {
  const known = indexes.get(catalog);
  if (known) return known;
  const tables = catalog.tables ?? [];
  const index: Index = {
    snapshots: firstBy(catalog.snapshots ?? [], ({ name }) => name),
    tables: firstBy(tables, ({ database, table }) => nameKey(database, table)),
    tableNames: listsBy(
      tables,
      ({ database }) => database.toLowerCase(),
      ({ table }) => table,
    ),
    holders: listsBy(
      tables,
      ({ table }) => table.toLowerCase(),
      ({ database }) => database,
    ),
    deltas: firstBy(catalog.deltas, deltaKey),
  };
  indexes.set(catalog, index);
  return index;
}

/** By its exact name, which is lower case; undefined also where snapshots cannot be listed. */
export const findSnapshot = (catalog: Catalog, name: string): CatalogSnapshot | undefined =>
  indexOf(catalog).snapshots.get(name);

/** By its name in any case, as MySQL compares names here; undefined also where tables cannot be listed. */
export const findTable = (catalog: Catalog, database: string, table: string): CatalogTable | undefined =>
  indexOf(catalog).tables.get(nameKey(database, table));

/** The tables of a database. */
export const tableNamesOf = (catalog: Catalog, database: string): readonly string[] =>
  indexOf(catalog).tableNames.get(database.toLowerCase()) ?? [];

/** The databases that have a table of that name. */
export const holdersOf = (catalog: Catalog, table: string): ReadonlySet<string> =>
  new Set(indexOf(catalog).holders.get(table.toLowerCase()));

/** True when the snapshot holds a version of that table. */
export function holdsTable(snapshot: CatalogSnapshot, database: string, table: string): boolean {
  if (snapshot.database !== null && !sameName(snapshot.database, database)) return false;
  return snapshot.table === null || sameName(snapshot.table, table);
}

/** The counts of a delta that somebody asked for before; `to` null: to the table now. Undefined where nobody did. */
export const findDelta = (
  catalog: Catalog,
  database: string,
  table: string,
  from: string,
  to: string | null,
): CatalogDelta | undefined => indexOf(catalog).deltas.get(deltaKey({ database, table, from, to }));
