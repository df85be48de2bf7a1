/** Statements that change shape: databases and tables made, dropped, emptied and altered so that older snapshots stay readable. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { limits, limitSentence } from '../../../base/limits.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { live } from '../../../data/version.ts';
import {
  type Column,
  columnsJson,
  databaseExists,
  findTable,
  type Generation,
  generationById,
  liveTables,
  resolveVersion,
  type TableVersion,
  unknownTable,
} from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { declaredChecks } from './declared.ts';
import { indexesPutAside, remakeIndex, tableSql, type TableTexts } from './definitions.ts';
import { createIndex, secondaryIndexes } from './indexes.ts';
import { quoteName } from '../sqlite/quote.ts';
import { indexTexts, keepSql, putAside } from './putAside.ts';
import { typeChecks } from '../types/typeChecks.ts';
import { type ColumnType, isRowNumber } from '../types/types.ts';
import { extendLog, isTracked } from '../versions/undoLog.ts';

/** A column to be made, its type checked. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** An SQLite expression, already in parentheses where it needs them. */
  readonly defaultSql?: string;
}

export interface TableDefinition {
  readonly name: TableName;
  readonly columns: readonly ColumnDefinition[];
  readonly key: readonly string[];
  /** More table constraints, as SQLite reads them. */
  readonly constraints?: readonly string[];
}

const storedName = (name: TableName): string => `${name.database}.${name.table}`;

/**
 * Makes a database, which is a prefix of the names in the file; `sql.failed` for a name with a dot or one that is
 * taken.
 */
export function createDatabase(db: FileConnection, database: string, ifNotExists: boolean): void {
  if (database === '' || database.includes('.'))
    throw new Failure('sql.failed', {
      message: say('"{0}" cannot name a database: it must not be empty or hold a dot.', database),
    });
  if (!databaseExists(db, database)) db.run('INSERT INTO _dt_databases VALUES (?)', database);
  else if (!ifNotExists)
    throw new Failure('sql.failed', { message: say('The database "{0}" exists already.', database) });
}

/** Its tables are put aside; its snapshots stay, and so do the versions that they hold. */
export function dropDatabase(db: FileConnection, database: string): void {
  if (!databaseExists(db, database)) throw new Failure('database.unknown', { database });
  for (const { generation } of liveTables(db, database)) putAside(db, generation);
  db.run('DELETE FROM _dt_databases WHERE name = ?', database);
}

function columnSql(column: ColumnDefinition, alone: boolean): string {
  return [
    quoteName(column.name),
    column.type.storage,
    // The row number itself: SQLite finds such a row without an index.
    ...(alone ? ['PRIMARY KEY'] : []),
    ...(column.nullable ? [] : ['NOT NULL']),
    ...(column.defaultSql === undefined ? [] : [`DEFAULT ${column.defaultSql}`]),
    ...typeChecks(column.name, column.type),
  ].join(' ');
}

/** `store.unsupported` for a table with more columns than two versions can be compared by. */
export function checkWidth(table: TableName, columns: number): void {
  if (columns <= limits.comparedColumns.most) return;
  throw new Failure('store.unsupported', {
    what: limitSentence({ limit: 'comparedColumns', where: tableText(table), found: columns }),
    hint: say('Leave columns out, or put them into one JSON column.'),
  });
}

function checkNames(definition: TableDefinition): void {
  const { columns, key, name } = definition;
  if (columns.length === 0) throw new Failure('sql.failed', { message: say('{0} needs a column.', tableText(name)) });
  checkWidth(name, columns.length);
  const seen = new Set<string>();
  for (const column of columns) {
    const folded = column.name.toLowerCase();
    if (seen.has(folded))
      throw new Failure('sql.failed', { message: say('The column "{0}" is named twice.', column.name) });
    seen.add(folded);
  }
  for (const part of key)
    if (!columns.some((column) => column.name === part))
      throw new Failure('column.unknown', { column: part, table: tableText(name), near: null });
}

/** SQLite's names ignore the case of ASCII letters, in the whole file. */
export function requireFree(db: FileConnection, name: TableName): void {
  const taken = db.get(
    `SELECT database, name FROM _dt_tables WHERE database IN (SELECT name FROM _dt_databases WHERE name = ? COLLATE NOCASE)
     AND name = ? COLLATE NOCASE AND generation IS NOT NULL`,
    name.database,
    name.table,
  ) as [string, string] | undefined;
  if (!taken) return;
  const [database, table] = taken;
  const isOther = database !== name.database || table !== name.table;
  throw new Failure('table.exists', {
    table: tableText({ database, table }),
    ...(isOther && {
      hint: say(
        '{0} would be the same name here, as capital letters make no difference. Rename or drop that one first.',
        tableText(name),
      ),
    }),
  });
}

/** Makes a table; `tableId` brings back the identity of one that was dropped. Gives its first generation. */
export function createTable(db: FileConnection, definition: TableDefinition, tableId?: number): Generation {
  checkNames(definition);
  const { name, key } = definition;
  if (!databaseExists(db, name.database)) throw new Failure('database.unknown', { database: name.database });
  if (name.table === '') throw new Failure('sql.failed', { message: say('A table needs a name.') });
  requireFree(db, name);
  const columns = definition.columns.map((column) => ({
    ...column,
    nullable: column.nullable && !key.includes(column.name),
  }));
  const keyType = columns.find((column) => column.name === key[0])?.type;
  const alone = key.length === 1 && keyType !== undefined && isRowNumber(keyType);
  const parts = [
    ...columns.map((column) => columnSql(column, alone && column.name === key[0])),
    ...(key.length > 0 && !alone ? [`PRIMARY KEY (${key.map(quoteName).join(', ')})`] : []),
    ...(definition.constraints ?? []),
  ];
  const options = key.length > 0 && !alone ? 'STRICT, WITHOUT ROWID' : 'STRICT';
  db.exec(`CREATE TABLE ${quoteName(storedName(name))} (${parts.join(', ')}) ${options}`);
  return adopt(db, definition.name, columns, key, tableId);
}

/** Enters a table that SQLite has under `db.table` into the catalog as the live generation. */
export function adopt(
  db: FileConnection,
  name: TableName,
  columns: readonly Pick<Column, 'name' | 'type' | 'nullable'>[],
  key: readonly string[],
  tableId?: number,
): Generation {
  let id = tableId;
  if (id === undefined) {
    db.run('INSERT INTO _dt_tables (database, name) VALUES (?, ?)', name.database, name.table);
    id = db.value('SELECT max(id) FROM _dt_tables') as number;
  }
  const rowName = key.length > 0 ? null : freeRowName(columns.map((column) => column.name));
  db.run(
    'INSERT INTO _dt_generations (tableId, stored, columns, key, rowName) VALUES (?, ?, ?, ?, ?)',
    id,
    storedName(name),
    columnsJson(columns),
    JSON.stringify(key),
    rowName,
  );
  const generation = db.value('SELECT max(id) FROM _dt_generations') as number;
  db.run('UPDATE _dt_tables SET generation = ? WHERE id = ?', generation, id);
  if (rowName !== null) db.exec(keepSql(generation, storedName(name), columns[0]?.name ?? ''));
  return generationById(db, generation);
}

/** The name by which SQLite gives a row's number, that no column has taken. */
function freeRowName(columns: readonly string[]): string {
  const taken = new Set(columns.map((column) => column.toLowerCase()));
  const name = ['rowid', '_rowid_', 'oid'].find((candidate) => !taken.has(candidate));
  if (name === undefined)
    throw new Failure('store.unsupported', {
      what: say('A table without a key cannot have columns named rowid, _rowid_ and oid.'),
    });
  return name;
}

/** The name of the table that a generation is, or was, of. */
export function tableNameOf(db: FileConnection, generation: Generation): TableName | undefined {
  const row = db.get('SELECT database, name FROM _dt_tables WHERE id = ?', generation.tableId);
  return row && { database: row[0] as string, table: row[1] as string };
}

/** The live table of that name; `table.unknown` with the nearest one. */
export function mustFind(db: FileConnection, name: TableName): Generation {
  const generation = findTable(db, name);
  if (!generation) throw unknownTable(db, name);
  return generation;
}

/**
 * Drops a table. Where a snapshot holds it, its rows are put aside, so that the snapshot can still be read and
 * restored.
 */
export function dropTable(db: FileConnection, name: TableName): void {
  putAside(db, mustFind(db, name));
}

const hasSnapshots = (db: FileConnection, generation: Generation): boolean =>
  db.value('SELECT 1 FROM _dt_states WHERE generation = ? LIMIT 1', generation.id) !== undefined;

/**
 * An empty copy of a version's table under `version.table`, as the live generation. Indexes that were put aside come back with
 * their own table only, and only those whose columns it has at that version.
 */
export function createLike(
  db: FileConnection,
  version: TableVersion,
  tableId?: number,
  texts?: TableTexts,
): Generation {
  const { table: name, generation: old, columns } = version;
  requireFree(db, name);
  const stored = storedName(name);
  db.exec(tableSql(db, old, stored, texts));
  for (const added of old.columns.slice(columns.length))
    db.exec(`ALTER TABLE ${quoteName(stored)} DROP COLUMN ${quoteName(added.name)}`);
  const generation = adopt(db, name, columns, old.key, tableId);
  const isSame =
    db.value(
      'SELECT 1 FROM _dt_tables WHERE id = ? AND database = ? AND name = ?',
      version.tableId,
      name.database,
      name.table,
    ) !== undefined;
  if (isSame) for (const index of indexesPutAside(db, old)) remakeIndex(db, stored, index);
  return generation;
}

/** Puts the live generation aside and makes an empty one of the same shape in its place, which `change` may alter first. */
function replaceGeneration(
  db: FileConnection,
  name: TableName,
  next: { columns: readonly Pick<Column, 'name' | 'type' | 'nullable'>[]; key: readonly string[] },
  change: () => void = () => {},
): Generation {
  const old = mustFind(db, name);
  const stored = storedName(name);
  const table = tableSql(db, old, stored);
  const indexes = indexTexts(db, old);
  putAside(db, old);
  db.exec(table);
  for (const index of indexes) remakeIndex(db, stored, index);
  change();
  return adopt(db, name, next.columns, next.key, old.tableId);
}

/** Empties a table: by putting it aside when a snapshot needs its rows, which costs the same for any size. */
export function truncateTable(db: FileConnection, name: TableName): void {
  const generation = mustFind(db, name);
  if (hasSnapshots(db, generation)) replaceGeneration(db, name, generation);
  else db.exec(`DELETE FROM ${quoteName(generation.stored)}`);
}

/** Adds a column at the end, to the log as well; older snapshots are read without it. */
export function addColumn(db: FileConnection, name: TableName, column: ColumnDefinition): void {
  const before = mustFind(db, name);
  checkNames({ name, columns: [...before.columns, column], key: before.key });
  db.exec(`ALTER TABLE ${quoteName(before.stored)} ADD COLUMN ${columnSql(column, false)}`);
  db.run('UPDATE _dt_generations SET columns = ? WHERE id = ?', columnsJson([...before.columns, column]), before.id);
  if (isTracked(db, before)) extendLog(db, before, generationById(db, before.id));
}

/** Drops or renames a column. With snapshots the rows move into a new generation, and the old one stays as it was. */
function alterColumns(
  db: FileConnection,
  name: TableName,
  alter: string,
  next: { columns: readonly Column[]; kept: readonly Column[]; key: readonly string[] },
): void {
  const old = mustFind(db, name);
  const run = (): void => db.exec(`ALTER TABLE ${quoteName(storedName(name))} ${alter}`);
  if (!hasSnapshots(db, old)) {
    // The index of a table without a key stands on its first column, which may be the one that goes.
    if (old.rowName !== null) db.exec(`DROP INDEX IF EXISTS _dt_keep_${old.id}`);
    run();
    if (old.rowName !== null) db.exec(keepSql(old.id, storedName(name), next.columns[0]?.name ?? ''));
    db.run(
      'UPDATE _dt_generations SET columns = ?, key = ? WHERE id = ?',
      columnsJson(next.columns),
      JSON.stringify(next.key),
      old.id,
    );
    return;
  }
  const generation = replaceGeneration(db, name, next, run);
  const rowNumber = old.rowName !== null && generation.rowName !== null;
  const into = [
    ...(rowNumber ? [quoteName(generation.rowName ?? '')] : []),
    ...next.columns.map((column) => quoteName(column.name)),
  ];
  const from = [
    ...(rowNumber ? [quoteName(old.rowName ?? '')] : []),
    ...next.kept.map((column) => quoteName(column.name)),
  ];
  db.exec(
    `INSERT INTO ${quoteName(generation.stored)} (${into.join(', ')}) SELECT ${from.join(', ')} FROM ${quoteName(generationById(db, old.id).stored)}`,
  );
}

function mustHave(generation: Generation, name: TableName, column: string): Column {
  const found = generation.columns.find((candidate) => candidate.name === column);
  if (!found) throw new Failure('column.unknown', { column, table: tableText(name), near: null });
  return found;
}

/** `store.unsupported` where a CHECK names the column: it would mean another thing, or nothing. */
function requireUnchecked(db: FileConnection, generation: Generation, name: TableName, column: string): void {
  const check = declaredChecks(db, generation).find(({ columns }) => columns.has(column.toLowerCase()));
  if (!check) return;
  const text = check.written?.text ?? '…';
  throw new Failure('store.unsupported', {
    what: say('The CHECK ({0}) of {1} needs "{2}".', text, tableText(name), column),
    hint: say('Make the table anew without it.'),
  });
}

/** Drops a column; older snapshots keep it. `store.unsupported` for one of the key, `column.unknown`. */
export function dropColumn(db: FileConnection, name: TableName, column: string): void {
  const generation = mustFind(db, name);
  mustHave(generation, name, column);
  if (generation.key.includes(column))
    throw new Failure('store.unsupported', {
      what: say('"{0}" is part of the key of {1} and cannot be dropped.', column, tableText(name)),
    });
  requireUnchecked(db, generation, name, column);
  const columns = generation.columns.filter((candidate) => candidate.name !== column);
  const index = secondaryIndexes(db, generation).find((each) => each.columns.includes(column));
  if (index)
    throw new Failure('store.unsupported', {
      what: say('The index "{0}" of {1} needs "{2}".', index.name, tableText(name), column),
      hint: say('Drop it first: DROP INDEX {0} ON {1}.', index.name, name.table),
    });
  if (columns.length === 0)
    throw new Failure('store.unsupported', {
      what: say('"{0}" is the only column of {1}.', column, tableText(name)),
      hint: say('Drop the table instead.'),
    });
  alterColumns(db, name, `DROP COLUMN ${quoteName(column)}`, { columns, kept: columns, key: generation.key });
}

/** Renames a column; older snapshots keep the old name. `column.unknown`. */
export function renameColumn(db: FileConnection, name: TableName, column: string, to: string): void {
  const generation = mustFind(db, name);
  mustHave(generation, name, column);
  requireUnchecked(db, generation, name, column);
  const columns = generation.columns.map((candidate) =>
    candidate.name === column ? { ...candidate, name: to } : candidate,
  );
  checkNames({ name, columns, key: [] });
  const key = generation.key.map((part) => (part === column ? to : part));
  alterColumns(db, name, `RENAME COLUMN ${quoteName(column)} TO ${quoteName(to)}`, {
    columns,
    kept: generation.columns,
    key,
  });
}

/** Gives a table another name. With snapshots its rows move to a new table, and the old name keeps its history. */
export function renameTable(db: FileConnection, name: TableName, to: TableName): void {
  if (!databaseExists(db, to.database)) throw new Failure('database.unknown', { database: to.database });
  if (findTable(db, to)) throw new Failure('table.exists', { table: tableText(to) });
  const version = resolveVersion(db, name, live);
  const indexes = secondaryIndexes(db, version.generation);
  const generation = createLike(db, { ...version, table: to });
  const columns = version.columns.map((column) => quoteName(column.name)).join(', ');
  db.exec(
    `INSERT INTO ${quoteName(generation.stored)} (${columns}) SELECT ${columns} FROM ${quoteName(version.generation.stored)}`,
  );
  putAside(db, version.generation);
  for (const index of indexes) createIndex(db, to, generation, index);
}
