/** What the server's catalog says: databases, tables, columns, keys and identities, now and at a snapshot. */
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { type ColumnInfo, type TableInfo, type TableName, tableText, ownDatabase } from '../../../data/table.ts';
import type { Version } from '../../../data/version.ts';
import { typeBase, typeFamily } from '../../typeFamilies.ts';
import { quoteText } from '../wire/quote.ts';
import type { ServerSession, StatementOptions } from '../wire/server.ts';

/** What every scratch database of a comparison is named with; no user's either. */
export const scratchPrefix = 'deltatrain_scratch_';
const systemDatabases: ReadonlySet<string> = new Set([
  'information_schema',
  'mo_catalog',
  'mo_debug',
  'mo_task',
  'mysql',
  'system',
  'system_metrics',
]);

/** Whether a database is the server's own or a scratch one of ours, which nobody is shown and no restore touches. */
export const isSystem = (database: string): boolean =>
  systemDatabases.has(database) || database.startsWith(scratchPrefix);

/** True for what the server keeps for itself: hidden columns, indexes as tables, the snapshots of branches. */
export const isInternal = (name: string): boolean => name.startsWith('__mo_');

/** A snapshot as the catalog keeps it. */
export interface SnapshotRecord {
  readonly name: string;
  /** Nanoseconds since 1970 UTC, decimal. */
  readonly time: string;
  readonly level: 'table' | 'database' | 'account' | 'cluster';
  /** '' above its level. */
  readonly account: string;
  readonly database: string;
  readonly table: string;
  /** Of a table-level snapshot: the table's identity then. */
  readonly objectId: string;
}

/** A row as texts; the catalog holds no bytes that matter here. */
export async function textRows(
  session: ServerSession,
  sql: string,
  options?: StatementOptions,
): Promise<(string | null)[][]> {
  const { rows } = await session.run(sql, options);
  return rows.map((row) => row.map((cell) => (cell === null ? null : cell.toString('utf8'))));
}

/** Runs a read that a role may be refused; null when it is. */
export async function ifAllowed<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (Failure.is(error, 'permission.missing')) return null;
    throw error;
  }
}

/** Releases before 4.0 have no `kind`, so the server's own are known by their names. */
const isHidden = (name: string): boolean => isInternal(name) || name.startsWith('ccpr_');

/** The account's snapshots, newest first, all or that of one name; null where the role may not read them. */
export async function snapshotRecords(session: ServerSession, name?: string): Promise<SnapshotRecord[] | null> {
  const where = name === undefined ? '' : ` WHERE sname = ${quoteText(name)}`;
  const rows = await ifAllowed(
    textRows(
      session,
      `SELECT sname, ts, level, account_name, database_name, table_name, obj_id FROM mo_catalog.mo_snapshots${where} ORDER BY ts DESC`,
    ),
  );
  if (!rows) return null;
  return rows
    .map(([sname, time, level, account, database, table, objectId]) => ({
      name: sname ?? '',
      time: time ?? '',
      level: (level ?? 'table') as SnapshotRecord['level'],
      account: account ?? '',
      database: database ?? '',
      table: table ?? '',
      objectId: objectId ?? '',
    }))
    .filter((record) => !isHidden(record.name));
}

/** True when a snapshot of this level and place holds the table, if the table was there. */
const covers = (record: SnapshotRecord, table: TableName): boolean =>
  (record.database === '' || record.database === table.database) &&
  (record.table === '' || record.table === table.table);

/**
 * A version as statements name it. The catalog is asked by time, because a snapshot of a table need not answer for the
 * catalog; only a role that cannot see that time asks by name.
 */
export interface Moment {
  /** What stands behind a table of the user's: '' for live. */
  readonly hint: string;
  /** What stands behind a table of the catalog. */
  readonly catalogHint: string;
  /** Null for live, and where snapshots cannot be listed. */
  readonly record: SnapshotRecord | null;
}

const liveMoment: Moment = { hint: '', catalogHint: '', record: null };

/**
 * A connection keeps the plan of a SELECT by its text, and with it the time that the name meant then: a snapshot that somebody
 * dropped and made again would be read as the old one. With its time in the text another snapshot is another text.
 */
export const hintOf = ({ name, time }: Pick<SnapshotRecord, 'name' | 'time'>): string =>
  `{SNAPSHOT=${quoteText(name)}}/*${time}*/`;

/**
 * How a snapshot is read: the hint behind a table, and the one behind the server's catalog, which takes a time alone.
 */
export const momentOfRecord = (record: SnapshotRecord): Moment => ({
  hint: hintOf(record),
  catalogHint: `{MO_TS=${record.time}}`,
  record,
});

/** `version.unknown`, with the nearest of the names that can be listed. */
export async function unknownVersion(
  session: ServerSession,
  snapshot: string,
  table: TableName | null,
): Promise<Failure> {
  const names = ((await snapshotRecords(session)) ?? []).map(({ name }) => name);
  const near = names.includes(snapshot) ? null : nearest(snapshot, names);
  return new Failure('version.unknown', { snapshot, table: table && tableText(table), near });
}

/** How a version of a table is named in statements; `version.unknown` where it is known that the snapshot does not hold it. */
export async function momentOf(session: ServerSession, table: TableName, at: Version): Promise<Moment> {
  if (at.kind === 'live') return liveMoment;
  const records = await snapshotRecords(session, at.name);
  if (!records) {
    const hint = `{SNAPSHOT=${quoteText(at.name)}}`;
    return { hint, catalogHint: hint, record: null };
  }
  const [record] = records;
  if (!record || !covers(record, table)) throw await unknownVersion(session, at.name, table);
  return momentOfRecord(record);
}

const sized: ReadonlySet<string> = new Set(['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY', 'BIT', 'DECIMAL']);
const times: ReadonlySet<string> = new Set(['DATETIME', 'TIMESTAMP', 'TIME']);
const vectors: ReadonlySet<string> = new Set(['VECF32', 'VECF64']);

/** A type of the catalog (`INT UNSIGNED(32)`, `TIME(0)`) in MySQL words (`INT UNSIGNED`, `TIME`). */
export function declaredType(found: string): string {
  const parts = /^([A-Za-z][A-Za-z0-9 ]*?)\s*(?:\((.*)\))?$/s.exec(found);
  const base = (parts?.[1] ?? found).toUpperCase();
  const inside = parts?.[2];
  if (inside === undefined) return base;
  const keeps =
    sized.has(base) || vectors.has(base) || base === 'ENUM' || base === 'SET' || (times.has(base) && inside !== '0');
  return keeps ? `${base}(${inside})` : base;
}

/** What is not known here is read as the text that the server writes for it, as GEOMETRY is. */
const columnInfo = (name: string, found: string, nullable: boolean): ColumnInfo => {
  const type = declaredType(found);
  return { name, type, family: typeFamily(typeBase(type)) ?? 'text', nullable };
};

const ofTable = (database: string, table: string | null, of: readonly [string, string]): string =>
  `${of[0]} = ${quoteText(database)}${table === null ? '' : ` AND ${of[1]} = ${quoteText(table)}`}`;

const schemaNames = ['table_schema', 'table_name'] as const;

/** Adds to the list under a key, in order. */
function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The base tables of a database (or one of it) with their columns and keys, in the order of their names. */
async function describe(
  session: ServerSession,
  database: string,
  table: string | null,
  hint: string,
): Promise<TableInfo[]> {
  const where = ofTable(database, table, schemaNames);
  const tables = await textRows(
    session,
    `SELECT table_name FROM information_schema.tables${hint} WHERE ${where} AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  const names = tables.map(([name]) => name ?? '').filter((name) => !isInternal(name));
  if (names.length === 0) return [];
  const columns = new Map<string, ColumnInfo[]>();
  for (const [name, column, type, nullable] of await textRows(
    session,
    `SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns${hint} WHERE ${where} ORDER BY table_name, ordinal_position`,
  ))
    if (!isInternal(column ?? ''))
      append(columns, name ?? '', columnInfo(column ?? '', type ?? '', nullable === 'YES'));
  const keys = new Map<string, string[]>();
  for (const [name, column] of await textRows(
    session,
    `SELECT table_name, column_name FROM information_schema.statistics${hint} WHERE ${where} AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index`,
  ))
    append(keys, name ?? '', column ?? '');
  const ids = await tableIds(session, database, table, hint);
  return names.map((name) => ({
    name: { database, table: name },
    id: ids.get(name) ?? '',
    columns: columns.get(name) ?? [],
    key: (keys.get(name) ?? []).filter((column) => !isInternal(column)),
  }));
}

/** Identities of the tables of a database by name; empty where the role may not read them. */
async function tableIds(
  session: ServerSession,
  database: string,
  table: string | null,
  hint: string,
): Promise<Map<string, string>> {
  const where = ofTable(database, table, ['reldatabase', 'relname']);
  const rows = await ifAllowed(
    textRows(
      session,
      `SELECT relname, rel_id FROM mo_catalog.mo_tables${hint} WHERE account_id = current_account_id() AND ${where} AND relkind = 'r'`,
    ),
  );
  return new Map((rows ?? []).map(([name, id]) => [name ?? '', id ?? '']));
}

/** Which tables refer to each table of a database by foreign keys, as `db.table`. */
async function references(
  session: ServerSession,
  database: string,
  table: string | null,
): Promise<Map<string, string[]>> {
  const where = ofTable(database, table, ['refer_db_name', 'refer_table_name']);
  const rows = await ifAllowed(
    textRows(
      session,
      `SELECT DISTINCT refer_table_name, db_name, table_name FROM mo_catalog.mo_foreign_keys WHERE ${where} ORDER BY db_name, table_name`,
    ),
  );
  const by = new Map<string, string[]>();
  for (const [to, fromDatabase, fromTable] of rows ?? [])
    if (fromDatabase !== database || fromTable !== to) append(by, to ?? '', `${fromDatabase}.${fromTable}`);
  return by;
}

function withReferences(infos: readonly TableInfo[], by: ReadonlyMap<string, readonly string[]>): TableInfo[] {
  return infos.map((info) => {
    const referencedBy = by.get(info.name.table);
    return referencedBy ? { ...info, referencedBy } : info;
  });
}

/** `table.unknown`, with the nearest of the tables that there are; `table.view` where it is none but there. */
async function unknownTable(session: ServerSession, name: TableName): Promise<Failure> {
  const rows = await textRows(
    session,
    "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'",
  );
  const names = rows
    .filter(([database, table]) => !isSystem(database ?? '') && !isInternal(table ?? ''))
    .map(([database, table]) => `${database}.${table}`);
  const [other] = await textRows(
    session,
    `SELECT table_name FROM information_schema.tables WHERE ${ofTable(name.database, name.table, schemaNames)} AND table_type <> 'BASE TABLE' ORDER BY table_name`,
  );
  if (other) return new Failure('table.view', { table: tableText(name) });
  return new Failure('table.unknown', { table: tableText(name), near: nearest(tableText(name), names) });
}

async function exists(session: ServerSession, name: TableName): Promise<boolean> {
  const where = ofTable(name.database, name.table, schemaNames);
  return (await textRows(session, `SELECT 1 FROM information_schema.tables WHERE ${where} LIMIT 1`)).length > 0;
}

/** The table as of a version. The snapshot is at fault when the table exists now, else the table is. */
export async function readTable(session: ServerSession, name: TableName, at: Version): Promise<TableInfo> {
  const moment = await momentOf(session, name, at).catch(async (error: unknown) => {
    if (Failure.is(error, 'version.unknown') && !(await exists(session, name))) throw await unknownTable(session, name);
    throw error;
  });
  return readTableAt(session, name, moment);
}

/** Tables as they were at a time, by what asked: nothing changes them, and a run reads the same few again and again. */
const described = new WeakMap<ServerSession, Map<string, TableInfo>>();
const keptTables = 200;

async function describeAt(
  session: ServerSession,
  name: TableName,
  { catalogHint, record }: Moment,
): Promise<TableInfo | null> {
  const kept = described.get(session) ?? new Map<string, TableInfo>();
  described.set(session, kept);
  const key = record && JSON.stringify([record.time, name.database, name.table]);
  const known = key === null ? undefined : kept.get(key);
  if (known) return known;
  const [info] = await describe(session, name.database, name.table, catalogHint);
  if (!info) return null;
  if (kept.size >= keptTables) kept.clear();
  if (key !== null) kept.set(key, info);
  return info;
}

/** As `readTable`, at a moment that is known. */
export async function readTableAt(session: ServerSession, name: TableName, moment: Moment): Promise<TableInfo> {
  const info = await describeAt(session, name, moment);
  if (info) {
    if (moment.hint !== '') return info;
    const [live] = withReferences([info], await references(session, name.database, name.table));
    return live ?? info;
  }
  if (moment.hint === '' || !(await exists(session, name))) throw await unknownTable(session, name);
  throw new Failure('version.unknown', {
    snapshot: moment.record?.name ?? '',
    table: tableText(name),
    near: null,
  });
}

/** The tables of a database in the order of their names; `database.unknown`. */
export async function listTables(session: ServerSession, database: string): Promise<TableInfo[]> {
  const infos = await describe(session, database, null, '');
  if (infos.length > 0) return withReferences(infos, await references(session, database, null));
  const known = await textRows(
    session,
    `SELECT 1 FROM information_schema.schemata WHERE schema_name = ${quoteText(database)}`,
  );
  if (known.length === 0) throw new Failure('database.unknown', { database });
  return [];
}

/** The user's databases, in the order of their names. */
export async function listDatabases(session: ServerSession): Promise<string[]> {
  const rows = await textRows(session, 'SELECT schema_name FROM information_schema.schemata ORDER BY schema_name');
  return rows.map(([name]) => name ?? '').filter((name) => !isSystem(name) && name !== ownDatabase);
}

/** The table's identity at a moment: '' where the role may not read it; undefined when the table was not there. */
export async function tableIdAt(session: ServerSession, name: TableName, moment: Moment): Promise<string | undefined> {
  const where = ofTable(name.database, name.table, ['reldatabase', 'relname']);
  const rows = await ifAllowed(
    textRows(
      session,
      `SELECT rel_id FROM mo_catalog.mo_tables${moment.catalogHint} WHERE account_id = current_account_id() AND ${where} AND relkind = 'r'`,
    ),
  );
  if (!rows) return '';
  return rows[0]?.[0] ?? undefined;
}
