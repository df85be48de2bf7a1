/** Versions: points in time at which a table can be read. */
import { say } from '../base/say.ts';
import type { TableName } from './table.ts';

/** `live` is the table now. */
export type Version = { readonly kind: 'live' } | { readonly kind: 'snapshot'; readonly name: string };

/** The table as it is now. */
export const live: Version = { kind: 'live' };
/**
 * The table as it was when that snapshot was made; whether there is one is asked when it is read (`version.unknown`).
 */
export const atSnapshot = (name: string): Version => ({ kind: 'snapshot', name });
/** A version as a person reads it: the snapshot's name, or `live`. */
export const versionText = (version: Version): string => (version.kind === 'live' ? 'live' : version.name);

/** The decimal nanoseconds of a snapshot's `createdAt` as milliseconds since 1970. */
export const millisecondsOf = (createdAt: string): number => Number(BigInt(createdAt) / 1_000_000n);

/** What a snapshot covers. */
export type SnapshotLevel = 'table' | 'database' | 'account' | 'cluster';

/** A table as a snapshot holds it. */
export interface SnapshotTable {
  readonly database: string;
  readonly table: string;
  /** Identity of the table when the snapshot was made; '' where it cannot be read. */
  readonly id: string;
  /** Rows when it was made; null where nobody has counted them. */
  readonly rows: number | null;
}

/** A named version of one table, of every table of a database, or of every database of an account or a cluster. */
export interface Snapshot {
  readonly name: string;
  readonly level: SnapshotLevel;
  /** Null above database level. */
  readonly database: string | null;
  /** Null above table level. */
  readonly table: string | null;
  /** Nanoseconds since 1970 UTC, decimal; strictly increasing in one store. '' where snapshots cannot be listed. */
  readonly createdAt: string;
  /** Its tables in the order of their names; null where they cannot be listed, so that any table may be in it. */
  readonly tables: readonly SnapshotTable[] | null;
  /** Why its contents can no longer be trusted (another program changed the table unseen); null when all is well. */
  readonly unsure: string | null;
}

/** Which snapshot a name meant: a name that was dropped and made again is another snapshot. */
export interface SnapshotIdentity {
  readonly name: string;
  readonly createdAt: string;
  readonly tableId: string;
}

/** Names valid on every engine; names are unique in a store. "live" is none: where a version is named it means the table now. */
export const isSnapshotName = (name: string): boolean => /^[a-z_][a-z0-9_]{0,63}$/.test(name) && name !== 'live';

/** The table in the snapshot; undefined when the snapshot does not hold it. */
export function tableIn(snapshot: Snapshot, { database, table }: TableName): SnapshotTable | undefined {
  if (snapshot.tables) return snapshot.tables.find((one) => one.database === database && one.table === table);
  const isInside =
    (snapshot.database === null || snapshot.database === database) &&
    (snapshot.table === null || snapshot.table === table);
  return isInside ? { database, table, id: '', rows: null } : undefined;
}

/** Rows in all its tables; null where they were not all counted. */
export function snapshotRows({ tables }: Snapshot): number | null {
  if (!tables || tables.some(({ rows }) => rows === null)) return null;
  return tables.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
}

/** `db.t`, `db`, or what stands above databases. */
export const snapshotPlace = ({ level, database, table }: Snapshot): string =>
  table === null ? (database ?? say('the {0}', level)) : `${database}.${table}`;

/** Whether the table can be read at the snapshot: one of the table itself, of its database, or of everything. */
export const snapshotHolds = (snapshot: Snapshot, table: TableName): boolean => tableIn(snapshot, table) !== undefined;

/** What was made, the newest first; `createdAt` in nanoseconds since 1970. */
export const newestFirst = <T extends { readonly createdAt: string }>(made: readonly T[]): T[] =>
  made.toSorted((a, b) => {
    const [one, other] = [BigInt(a.createdAt), BigInt(b.createdAt)];
    return one < other ? 1 : one > other ? -1 : 0;
  });
