/** Versions: points in time at which a table can be read. */

/** `live` is the table now. */
export type Version = { readonly kind: 'live' } | { readonly kind: 'snapshot'; readonly name: string };

export const live: Version = { kind: 'live' };
export const atSnapshot = (name: string): Version => ({ kind: 'snapshot', name });
export const versionText = (version: Version): string => (version.kind === 'live' ? 'live' : version.name);

/** A named version of one table or of every table of a database. */
export interface Snapshot {
  readonly name: string;
  readonly level: 'table' | 'database';
  readonly database: string;
  /** Null at database level. */
  readonly table: string | null;
  /** Nanoseconds since 1970 UTC, decimal; strictly increasing in one store. */
  readonly createdAt: string;
  /** Rows of each table when it was made, by table name (without the database). */
  readonly rows: Readonly<Record<string, number>>;
  /** The ids of its tables when it was made, by table name. */
  readonly tableIds: Readonly<Record<string, string>>;
  /** Why its contents can no longer be trusted (another program changed the table unseen); null when all is well. */
  readonly unsure: string | null;
}

/** Which snapshot a name meant: a name that was dropped and made again is another snapshot. */
export interface SnapshotIdentity {
  readonly name: string;
  readonly createdAt: string;
  readonly tableId: string;
}

/** Names valid on every engine; names are unique in a store. */
export const isSnapshotName = (name: string): boolean => /^[a-z_][a-z0-9_]{0,63}$/.test(name);

export const snapshotHolds = (snapshot: Snapshot, database: string, table: string): boolean =>
  snapshot.database === database && Object.hasOwn(snapshot.rows, table);
