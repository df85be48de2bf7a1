/** The store's own tables: which databases, tables and snapshots there are, and where each version's rows lie. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { type ColumnInfo, ownDatabase, type TableInfo, type TableName, tableText } from '../../../data/table.ts';
import { live, type Version } from '../../../data/version.ts';
import type { FileConnection, SqlRow, SqlValue } from '../sqlite/driver.ts';
import { sayKept } from '../sqlite/keptText.ts';
import { quoteName } from '../sqlite/quote.ts';
import { columnRecords, isStoredName, keyRecord, rowNames } from './records.ts';
import type { ColumnType, Storage } from './types.ts';

/** In the header of every store file: "DlTr". A file without it is never written to. */
export const applicationId = 0x446c5472;

/**
 * A table is an identity; a generation is one physical table of it, of one shape but for added columns. DROP, TRUNCATE and
 * changes of existing columns put the generation aside (as `_dt_old_<id>`) while snapshots still point to it.
 */
const definitions = {
  _dt_meta: 'CREATE TABLE _dt_meta (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID',
  // Who has the file open: a process that ended without closing it left its row behind.
  _dt_sessions:
    'CREATE TABLE _dt_sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER NOT NULL, host TEXT NOT NULL) STRICT',
  _dt_databases: 'CREATE TABLE _dt_databases (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID',
  _dt_tables:
    'CREATE TABLE _dt_tables (id INTEGER PRIMARY KEY AUTOINCREMENT, database TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER) STRICT',
  _dt_tables_live:
    'CREATE UNIQUE INDEX _dt_tables_live ON _dt_tables (database, name COLLATE NOCASE) WHERE generation IS NOT NULL',
  _dt_generations:
    'CREATE TABLE _dt_generations (id INTEGER PRIMARY KEY AUTOINCREMENT, tableId INTEGER NOT NULL, stored TEXT NOT NULL UNIQUE, columns TEXT NOT NULL, key TEXT NOT NULL, rowName TEXT, indexes TEXT) STRICT',
  _dt_logs:
    'CREATE TABLE _dt_logs (generation INTEGER PRIMARY KEY, start INTEGER NOT NULL, rows INTEGER NOT NULL, ticks INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT',
  _dt_snapshots:
    'CREATE TABLE _dt_snapshots (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, level TEXT NOT NULL, database TEXT NOT NULL, tableName TEXT, createdAt INTEGER NOT NULL) STRICT',
  _dt_states:
    'CREATE TABLE _dt_states (snapshot INTEGER NOT NULL, tableName TEXT NOT NULL, tableId INTEGER NOT NULL, generation INTEGER NOT NULL, start INTEGER NOT NULL, columns INTEGER NOT NULL, rows INTEGER NOT NULL, unsure TEXT, PRIMARY KEY (snapshot, tableName)) STRICT, WITHOUT ROWID',
  _dt_states_generation: 'CREATE INDEX _dt_states_generation ON _dt_states (generation, start)',
  // No key and no index, and a gap between its rows: a VACUUM by another program renumbers them, and with them the rows of tables without a key.
  _dt_canary: 'CREATE TABLE _dt_canary (x INTEGER) STRICT',
} as const;

/** Our own tables and their indexes as they stand in every file, by name: SQLite keeps the text of a definition. */
export const ownDefinitions: ReadonlyMap<string, string> = new Map(Object.entries(definitions));

/**
 * Our own tables that a file has from their first use on, by name. `_dt_branches`: a branch by the number of its table, what it was
 * branched from, the snapshot that pins that table where the two parted, and the one that pins the branch as it was made. Both are hidden.
 */
export const laterDefinitions: ReadonlyMap<string, string> = new Map([
  [
    '_dt_branches',
    'CREATE TABLE _dt_branches (branch INTEGER PRIMARY KEY, source INTEGER NOT NULL, parted INTEGER NOT NULL, made INTEGER NOT NULL) STRICT',
  ],
]);

/** How the names of snapshots begin that branches pin versions with: nobody else makes, sees or drops such ones. */
export const branchPinPrefix = '__dt_branch_';

/** Holds for a name in SQL that is not one of them. */
export const isPlainSnapshot = (name: string): string => `${name} NOT GLOB '${branchPinPrefix}*'`;

/** What makes an empty store, a statement each. */
export const catalogSql: readonly string[] = [
  ...ownDefinitions.values(),
  'INSERT INTO _dt_canary (rowid, x) VALUES (1, 1), (3, 3)',
];

/** A column of a generation, with its name in the undo log, which no rename changes. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Its name in the log. */
  readonly logName: string;
  /** How it is kept in this file, which another version may have written. */
  readonly storage: Storage;
}

/** The format from which on DECIMALs are exact; before, they were the nearest doubles. */
const exactFormat = 2;

/** A cell as its type has it, where it lies in the file as an older version kept it. */
export const cellOf = ({ type, storage }: Pick<Column, 'type' | 'storage'>, cell: string): string =>
  type.form === 'scaled' && storage === 'REAL' ? unitsOfDouble(type, cell) : cell;

/** A DECIMAL of 15 digits at most, kept as the nearest double, in units of its last digit: the product is exact once it is rounded. */
export const unitsOfDouble = ({ scale }: ColumnType, cell: string): string =>
  `CAST(round(${cell} * 1e${scale}) AS INTEGER)`;

/** How a key column is called in the table and in the log. */
export interface KeyColumn {
  readonly live: string;
  readonly log: string;
}

/**
 * The rows of a table as long as their shape allows comparing them in the log: DROP, TRUNCATE and some ALTERs begin
 * another one.
 */
export interface Generation {
  readonly id: number;
  readonly tableId: number;
  /** SQLite's name of the table: `db.table`, or `_dt_old_<id>` when it was put aside. */
  readonly stored: string;
  readonly log: string;
  readonly columns: readonly Column[];
  /** Names of the primary-key columns; empty for a table without a key. */
  readonly key: readonly string[];
  /** The key, or the row number for a table without one; quoted. */
  readonly keyColumns: readonly KeyColumn[];
  /** Which of SQLite's names means the row number, for a table without a key; null for one with. */
  readonly rowName: string | null;
}

/** A table as it was, or is, at a version. */
export interface TableVersion {
  readonly table: TableName;
  readonly tableId: number;
  readonly generation: Generation;
  readonly columns: readonly Column[];
  /** The first number in the log that belongs to what came after; null for live. */
  readonly start: bigint | null;
  readonly snapshot: { readonly id: number; readonly name: string } | null;
  /** Rows when the snapshot was made; null for live. */
  readonly rows: number | null;
}

const logName = (generation: number): string => `_dt_log_${generation}`;
/** SQLite's name of a generation that is no live table any more and that a snapshot still needs. */
export const archiveName = (generation: number): string => `_dt_old_${generation}`;

/** Columns as `_dt_generations` keeps them. */
export const columnsJson = (columns: readonly { name: string; type: ColumnType; nullable: boolean }[]): string =>
  JSON.stringify(columns.map(({ name, type, nullable }) => ({ name, type: type.text, nullable })));

/** Generations by their whole record: reading one again costs nothing while it did not change. */
const generations = new Map<string, Generation>();

function readGeneration(db: FileConnection, found: SqlRow, format = formatOf(db)): Generation {
  const row = [...found, format];
  const cacheKey = row.join('\n');
  const kept = generations.get(cacheKey);
  if (kept) return kept;
  const generation = checkedGeneration(db, row);
  if (generations.size > 5000) generations.clear();
  generations.set(cacheKey, generation);
  return generation;
}

/** From what the file says of it, which may be anything. */
function checkedGeneration(
  db: FileConnection,
  [id, tableId, stored, columnText, keyText, rowName, format]: SqlRow,
): Generation {
  if (typeof id !== 'number' || typeof tableId !== 'number')
    throw db.damage(say('in _dt_generations a number is none'));
  const refuse = (what: string): never => {
    throw db.damage(say('row {0} of _dt_generations {1}', id, what));
  };
  if (typeof stored !== 'string' || !isStoredName(stored, id)) return refuse(say('names a table as none is named'));
  const records = columnRecords(columnText) ?? refuse(say('has columns that are none'));
  const isExact = typeof format === 'number' && format >= exactFormat;
  const columns = records.map(({ name, type, nullable }, i): Column => {
    const storage = type.family === 'decimal' && !isExact ? 'REAL' : type.storage;
    return { name, type, nullable, logName: `c${i}`, storage };
  });
  const logNames = new Map(columns.map((column) => [column.name, column.logName]));
  const key = keyRecord(keyText, logNames) ?? refuse(say('has a key that is none'));
  if (key.length > 0 && rowName === null) {
    const keyColumns = key.map((name) => ({ live: quoteName(name), log: logNames.get(name) ?? '' }));
    return { id, tableId, stored, log: logName(id), columns, key, keyColumns, rowName };
  }
  if (
    key.length > 0 ||
    typeof rowName !== 'string' ||
    !rowNames.includes(rowName) ||
    columns.some(({ name }) => name.toLowerCase() === rowName)
  )
    return refuse(say('has row numbers under a name that cannot be theirs'));
  const keyColumns = [{ live: quoteName(rowName), log: 'rid' }];
  return { id, tableId, stored, log: logName(id), columns, key, keyColumns, rowName };
}

const generationFields = 'g.id, g.tableId, g.stored, g.columns, g.key, g.rowName';

/** Not as a column of a query: the function of a pragma keeps what it reads open. */
const formatOf = (db: FileConnection): SqlValue => db.value('PRAGMA user_version') ?? null;

/** A generation that the file itself names; that it is missing is a bug, not a failure. */
export function generationById(db: FileConnection, id: number): Generation {
  const row = db.get(`SELECT ${generationFields} FROM _dt_generations g WHERE g.id = ?`, id);
  if (!row) throw db.damage(say('_dt_generations has no row {0}', id));
  return readGeneration(db, row);
}

/** Whether there is a database of exactly this name. */
export const databaseExists = (db: FileConnection, database: string): boolean =>
  db.value('SELECT 1 FROM _dt_databases WHERE name = ?', database) !== undefined;

/** The live generation of a table; undefined when there is no such table. */
export function findTable(db: FileConnection, name: TableName): Generation | undefined {
  const row = db.get(
    // The index of live tables knows no case; without both conditions every table is walked over.
    `SELECT ${generationFields} FROM _dt_tables t JOIN _dt_generations g ON g.id = t.generation
     WHERE t.database = ?1 AND t.name = ?2 COLLATE NOCASE AND t.name = ?2 AND t.generation IS NOT NULL`,
    name.database,
    name.table,
  );
  return row && readGeneration(db, row);
}

/** The live tables of a database, in name order. */
export function liveTables(db: FileConnection, database: string): { name: string; generation: Generation }[] {
  const format = formatOf(db);
  return db
    .all(
      `SELECT t.name, ${generationFields} FROM _dt_tables t JOIN _dt_generations g ON g.id = t.generation WHERE t.database = ? ORDER BY t.name`,
      database,
    )
    .map(([name, ...rest]) => ({ name: name as string, generation: readGeneration(db, rest, format) }));
}

/** `table.unknown`, with the nearest name of a live table; the caller throws it. */
export function unknownTable(db: FileConnection, name: TableName): Failure {
  const names = db
    .all('SELECT database, name FROM _dt_tables WHERE generation IS NOT NULL')
    .map(([database, table]) => `${String(database)}.${String(table)}`);
  return new Failure('table.unknown', { table: tableText(name), near: nearest(tableText(name), names) ?? null });
}

const liveVersion = (table: TableName, generation: Generation): TableVersion => ({
  table,
  tableId: generation.tableId,
  generation,
  columns: generation.columns,
  start: null,
  snapshot: null,
  rows: null,
});

function unknownSnapshot(db: FileConnection, snapshot: string, table: TableName | null): Failure {
  const names = db.all(`SELECT name FROM _dt_snapshots WHERE ${isPlainSnapshot('name')}`).map(([name]) => String(name));
  const near = names.includes(snapshot) ? null : (nearest(snapshot, names) ?? null);
  return new Failure('version.unknown', { snapshot, table: table && tableText(table), near });
}

/** Where the rows of a table lie at a version. Valid only inside the transaction that asked. */
export function resolveVersion(db: FileConnection, table: TableName, version: Version): TableVersion {
  if (version.kind === 'live') {
    const generation = findTable(db, table);
    if (!generation) throw unknownTable(db, table);
    return liveVersion(table, generation);
  }
  const row = db.get(
    `${statesSql} WHERE s.name = ? AND ${isPlainSnapshot('s.name')} AND s.database = ? AND a.tableName = ?`,
    version.name,
    table.database,
    table.table,
  );
  if (!row) throw unknownVersion(db, table, version.name);
  return versionOfState(db, table, row, version.name);
}

const statesSql = `SELECT s.id, a.tableId, a.generation, CAST(a.start AS TEXT), a.columns, a.rows, a.unsure
     FROM _dt_snapshots s JOIN _dt_states a ON a.snapshot = s.id`;

function versionOfState(db: FileConnection, table: TableName, row: SqlRow, name: string): TableVersion {
  const [id, tableId, generationId, start, columns, rows, unsure] = row as [
    number,
    number,
    number,
    string,
    number,
    number,
    string | null,
  ];
  if (unsure !== null)
    throw new Failure('store.unsure', { table: tableText(table), snapshot: name, reason: sayKept(unsure) });
  const generation = generationById(db, generationId);
  return {
    table,
    tableId,
    generation,
    columns: generation.columns.slice(0, columns),
    start: BigInt(start),
    snapshot: { id, name },
    rows,
  };
}

/** What a hidden snapshot of a branch is called where a person reads of it. */
export const pinText = (): string => say('where the branch began');

/** The one table that a hidden snapshot of a branch pins, under the name that the table has now. */
export function pinnedVersion(db: FileConnection, snapshot: number): TableVersion {
  const row = db.get(`${statesSql} WHERE s.id = ?`, snapshot);
  const named = row && db.get('SELECT database, name FROM _dt_tables WHERE id = ?', row[1] ?? null);
  if (!row || !named) throw db.damage(say('_dt_branches names a version that is not there'));
  const table = { database: named[0] as string, table: named[1] as string };
  return versionOfState(db, table, row, pinText());
}

/** The table is at fault when it was never there, else the snapshot is. */
function unknownVersion(db: FileConnection, table: TableName, snapshot: string): Failure {
  const known =
    db.value('SELECT 1 FROM _dt_tables WHERE database = ? AND name = ?', table.database, table.table) !== undefined;
  return known ? unknownSnapshot(db, snapshot, table) : unknownTable(db, table);
}

function columnInfo(column: Column): ColumnInfo {
  return { name: column.name, type: column.type.text, family: column.type.family, nullable: column.nullable };
}

/** A table at a version as the store port answers it. */
export const tableInfo = (version: TableVersion): TableInfo => ({
  name: version.table,
  id: String(version.tableId),
  columns: version.columns.map(columnInfo),
  key: version.generation.key,
});

/** The columns with these names, in this order; `column.unknown` names the first that is not there. */
export function pickColumns(version: Pick<TableVersion, 'table' | 'columns'>, names: readonly string[]): Column[] {
  const byName = new Map(version.columns.map((column) => [column.name, column]));
  return names.map((name) => {
    const column = byName.get(name);
    if (!column) {
      const near = nearest(name, [...byName.keys()]) ?? null;
      throw new Failure('column.unknown', { column: name, table: tableText(version.table), near });
    }
    return column;
  });
}

/** A user's databases, in the order of their names. */
export const listDatabases = (db: FileConnection): string[] =>
  db.all('SELECT name FROM _dt_databases WHERE name <> ? ORDER BY name', ownDatabase).map(([name]) => name as string);

/** The tables of a database as they are now, in the order of their names; `database.unknown`. */
export function listTables(db: FileConnection, database: string): TableInfo[] {
  if (!databaseExists(db, database)) throw new Failure('database.unknown', { database });
  return liveTables(db, database).map(({ name }) => tableInfo(resolveVersion(db, { database, table: name }, live)));
}
