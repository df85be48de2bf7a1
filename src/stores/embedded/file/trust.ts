/**
 * Whether a file is what this program writes: looked at before anything else is done with it, since people send each other stores.
 * Our own tables, their indexes and their triggers must be ours to the letter, and what stands in their rows must be of the form
 * that we write; what other programs made beside them must leave them alone.
 */
import { say } from '../../../base/say.ts';
import { isSnapshotName } from '../../../data/version.ts';
import {
  branchPinPrefix,
  type Generation,
  generationById,
  laterDefinitions,
  ownDefinitions,
} from '../types/catalog.ts';
import { textList } from '../types/records.ts';
import { definedBy, namesIn, readIndex, readTable, sameWriting } from '../sqlite/ddl.ts';
import type { FileConnection, SqlRow } from '../sqlite/driver.ts';
import { logSql, triggerEvents, triggersOf } from '../versions/undoLog.ts';

interface Definition {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** What no definition and no cell of ours comes near: SQLite's own limits are far above what a process can take in. */
const mostBytes = 64_000_000;

const isOurs = (name: string): boolean => /^_dt_/i.test(name);

/**
 * Throws `store.damaged`, with the table, when the file holds what we would not have written. Run it in a transaction. False:
 * triggers of ours are not of the kind that is made now, and must be made anew before anything is written.
 */
export function requireTrusted(db: FileConnection): boolean {
  const definitions = readDefinitions(db);
  requireOwnTables(db, definitions);
  const later = [...laterDefinitions.keys()].filter((name) => definitions.some((one) => one.name === name));
  requireRows(db, later);
  const generations = new Map(
    db.all('SELECT id FROM _dt_generations').map(([id]) => [id as number, generationById(db, id as number)]),
  );
  requireIndexLists(db);
  for (const definition of definitions) requireKnown(db, definition, generations);
  requireTables(db, definitions, generations);
  requireLogs(db, definitions, generations);
  return areCurrent(definitions, generations);
}

function readDefinitions(db: FileConnection): Definition[] {
  const wrong = db.value(
    `SELECT count(*) FROM sqlite_schema WHERE typeof(type) <> 'text' OR typeof(name) <> 'text' OR typeof(tbl_name) <> 'text'
     OR typeof(sql) NOT IN ('text', 'null') OR octet_length(name) > 100000 OR octet_length(tbl_name) > 100000 OR octet_length(sql) > ${mostBytes}`,
  );
  if (wrong !== 0) throw db.damage(say('in sqlite_schema a definition is no text, or beyond any size'));
  return db.all('SELECT type, name, tbl_name, sql FROM sqlite_schema').map(([type, name, table, sql]) => ({
    type: type as string,
    name: name as string,
    table: table as string,
    sql: sql as string | null,
  }));
}

/** Nothing is missing, and nothing is there twice. */
function requireOwnTables(db: FileConnection, definitions: readonly Definition[]): void {
  const found = new Map<string, string | null>();
  for (const { name, sql } of definitions) {
    if (found.has(name)) throw db.damage(say('{0} is defined twice', name));
    found.set(name, sql);
  }
  for (const [name, sql] of ownDefinitions)
    if (found.get(name) !== sql)
      throw db.damage(
        found.has(name) ? say('{0} is not defined as DeltaTrain defines it', name) : say('{0} is missing', name),
      );
  for (const [name, sql] of laterDefinitions)
    if (found.has(name) && found.get(name) !== sql)
      throw db.damage(say('{0} is not defined as DeltaTrain defines it', name));
}

const integer = (column: string, from: string, to: string): string =>
  `typeof(${column}) = 'integer' AND ${column} BETWEEN ${from} AND ${to}`;
const text = (column: string, bytes: number): string =>
  `typeof(${column}) = 'text' AND octet_length(${column}) <= ${bytes} AND instr(${column}, char(0)) = 0`;
const name = (column: string): string => text(column, 80_000);
const textOrNull = (column: string, bytes: number): string => `(${column} IS NULL OR (${text(column, bytes)}))`;

/** The driver's numbers end at 2^53; what passes through it as text may go on, though not to where SQLite's own end. */
const safe = '9007199254740991';
const far = '4611686018427387904';

/** What holds of every row of our tables; a condition that is NULL does not hold. */
const rowRules: Readonly<Record<string, string>> = {
  _dt_meta: `${text('name', 1000)} AND CASE name WHEN 'lastTime' THEN ${integer('value', '0', far)} WHEN 'schema' THEN ${integer('value', '0', safe)}
    ELSE octet_length(value) IS NULL OR octet_length(value) <= 1000000 END`,
  _dt_sessions: `${integer('id', '1', safe)} AND ${integer('pid', '0', safe)} AND ${text('host', 10_000)}`,
  _dt_databases: `${name('name')} AND name <> '' AND instr(name, '.') = 0`,
  _dt_tables: `${integer('id', '1', safe)} AND ${name('database')} AND ${name('name')} AND database <> '' AND instr(database, '.') = 0
    AND (generation IS NULL OR (EXISTS (SELECT 1 FROM _dt_databases d WHERE d.name = database) AND EXISTS (SELECT 1 FROM _dt_generations g
      WHERE g.id = _dt_tables.generation AND g.tableId = _dt_tables.id AND g.stored = database || '.' || _dt_tables.name)))`,
  _dt_generations: `${integer('id', '1', safe)} AND ${integer('tableId', '1', safe)} AND ${name('stored')} AND ${text('columns', mostBytes)}
    AND ${text('key', mostBytes)} AND ${textOrNull('rowName', 100)} AND ${textOrNull('indexes', mostBytes)}
    AND EXISTS (SELECT 1 FROM _dt_tables t WHERE t.id = tableId AND (t.generation IS _dt_generations.id OR stored = '_dt_old_' || _dt_generations.id))`,
  _dt_logs: `${integer('generation', '1', safe)} AND ${integer('start', '0', far)} AND ${integer('rows', `-${safe}`, safe)} AND ${integer('ticks', '0', safe)}
    AND ${integer('seen', '0', safe)} AND EXISTS (SELECT 1 FROM _dt_generations g WHERE g.id = generation)`,
  _dt_snapshots: `${integer('id', '1', safe)} AND ${text('name', 1000)} AND level IN ('table', 'database') AND typeof(level) = 'text' AND ${name('database')}
    AND ${textOrNull('tableName', 80_000)} AND ${integer('createdAt', '0', far)}`,
  _dt_states: `${integer('snapshot', '1', safe)} AND ${name('tableName')} AND ${integer('tableId', '1', safe)} AND ${integer('generation', '1', safe)}
    AND ${integer('start', '0', far)} AND ${integer('columns', '1', '2000')} AND ${integer('rows', `-${safe}`, safe)} AND ${textOrNull('unsure', 100_000)}
    AND EXISTS (SELECT 1 FROM _dt_snapshots s WHERE s.id = snapshot) AND EXISTS (SELECT 1 FROM _dt_generations g WHERE g.id = generation AND g.tableId = _dt_states.tableId)`,
  _dt_canary: `x IS NULL OR (${integer('x', `-${safe}`, safe)})`,
  // Where SQLite goes on counting.
  sqlite_sequence: `name NOT GLOB '_dt_*' OR (${integer('seq', '0', safe)})`,
};

/** A snapshot that a branch pins a table with: hidden, and of that table alone. */
const isPin = (
  snapshot: string,
  table: string,
): string => `EXISTS (SELECT 1 FROM _dt_snapshots s WHERE s.id = ${snapshot}
  AND s.level = 'table' AND s.name GLOB '${branchPinPrefix}*' AND (SELECT count(*) FROM _dt_states a WHERE a.snapshot = s.id) = 1
  AND EXISTS (SELECT 1 FROM _dt_states a WHERE a.snapshot = s.id AND a.tableId = ${table}))`;

/** The same of tables that not every file has. */
const laterRules: Readonly<Record<string, string>> = {
  _dt_branches: `${integer('branch', '1', safe)} AND ${integer('source', '1', safe)} AND source <> branch AND parted <> made
    AND ${isPin('parted', '_dt_branches.source')} AND ${isPin('made', '_dt_branches.branch')}`,
};

function requireRows(db: FileConnection, later: readonly string[]): void {
  const rules = [...Object.entries(rowRules), ...later.map((table) => [table, laterRules[table] ?? '0'] as const)];
  for (const [table, rule] of rules)
    if (db.value(`SELECT 1 FROM ${table} WHERE (${rule}) IS NOT TRUE LIMIT 1`) !== undefined)
      throw db.damage(say('{0} holds a row that DeltaTrain does not write', table));
  for (const [snapshot] of db.all('SELECT name FROM _dt_snapshots'))
    if (!isSnapshotName(snapshot as string)) throw db.damage(say('_dt_snapshots holds a name that no snapshot has'));
}

/** A table that is followed has its log. */
function requireLogs(
  db: FileConnection,
  definitions: readonly Definition[],
  generations: ReadonlyMap<number, Generation>,
): void {
  const names = new Set(definitions.map((one) => one.name));
  for (const [id] of db.all('SELECT generation FROM _dt_logs')) {
    const g = generations.get(id as number);
    for (const needed of g ? logSql(g).keys() : [])
      if (!names.has(needed)) throw db.damage(say('{0}, the history of {1}, is missing', needed, g?.stored ?? ''));
  }
}

const isIndex = (sql: string): boolean => sameWriting(sql) !== undefined && definedBy(sql)?.type === 'index';

function requireIndexLists(db: FileConnection): void {
  for (const [id, indexes] of db.all('SELECT id, indexes FROM _dt_generations WHERE indexes IS NOT NULL') as SqlRow[])
    if (!textList(indexes)?.every(isIndex))
      throw db.damage(say('row {0} of _dt_generations has indexes that are none', String(id)));
}

/** Of an object under a name of ours: which generation it belongs to, and what it is for. */
const ownName = /^_dt_(log|key|keep|old|bi|ai|bu|bk|bd|ad)_([1-9]\d{0,15})$/i;
const isArchive = (name: string): boolean => /^_dt_old_[1-9]\d{0,15}$/.test(name);
const isOwn = (name: string): boolean => isOurTable(name.toLowerCase()) || ownName.test(name);

const isOurTable = (named: string): boolean => ownDefinitions.has(named) || laterDefinitions.has(named);

function requireKnown(db: FileConnection, found: Definition, generations: ReadonlyMap<number, Generation>): void {
  const { name: named, sql } = found;
  if (isOurTable(named)) return;
  if (sql === null && /^sqlite_autoindex_/.test(named)) return requireItsTable(db, found);
  if (!isOurs(named)) return requireAside(db, found);
  const [, kind, id] = ownName.exec(named) ?? [];
  const g = id === undefined ? undefined : generations.get(Number(id));
  if (!g || kind === undefined || sql === null) throw db.damage(say("{0} is none of DeltaTrain's tables", named));
  if (!isInPlace(found, kind, g)) throw db.damage(say('{0} is not where it belongs', named));
  const wanted = logSql(g).get(named);
  const isDefined = wanted === undefined ? kind !== 'keep' || readIndex(sql) : sameWriting(sql) === sameWriting(wanted);
  if (!isDefined) throw db.damage(say('{0} of {1} is not defined as DeltaTrain defines it', named, g.stored));
  if (triggerEvents.has(kind)) requireOwnTrigger(db, found, g);
}

/** An index of a constraint is part of its table's definition, and goes with it by the name that stands beside it. */
function requireItsTable(db: FileConnection, { type, name: named, table }: Definition): void {
  if (type === 'index' && named.toLowerCase().startsWith(`sqlite_autoindex_${table.toLowerCase()}_`)) return;
  throw db.damage(say('the index {0} is none of {1}', named.slice(0, 100), table.slice(0, 100)));
}

function isInPlace({ type, name: named, table, sql }: Definition, kind: string, g: Generation): boolean {
  const defined = definedBy(sql ?? '');
  if (type !== typeOf(kind) || defined?.type !== type || defined.name !== named) return false;
  if (type === 'index' && defined.on !== table) return false;
  if (kind === 'log' || kind === 'key') return table === g.log;
  // Another program that renamed the table took its triggers and its index along.
  return table === g.stored || ((triggerEvents.has(kind) || kind === 'keep') && !isOwn(table));
}

function typeOf(kind: string): string {
  if (kind === 'log' || kind === 'old') return 'table';
  return kind === 'key' || kind === 'keep' ? 'index' : 'trigger';
}

const triggerWords =
  'CREATE TRIGGER BEFORE AFTER INSERT UPDATE DELETE ON WHEN OR AND IS NOT BEGIN END INTO SELECT FROM WHERE EXISTS SET rid rowid _rowid_ oid seq op start rows ticks generation old new x e'.split(
    ' ',
  );

/** A trigger of ours may be of another kind, but every name in it is one of the table's, its log's or our count's. */
function requireOwnTrigger(db: FileConnection, { name: named, table, sql }: Definition, g: Generation): void {
  const isCurrent = [true, false].some((others) => triggersOf(g, others).get(named) === sql);
  if (isCurrent) return;
  // Another program that renamed a column did so in the trigger too.
  const found = db.all('SELECT name FROM pragma_table_xinfo(?)', table).map(([column]) => String(column));
  const columns = [...found, ...g.columns.flatMap((column) => [column.name, column.logName])];
  const known = new Set([named, table, g.stored, g.log, '_dt_logs', ...columns, ...triggerWords]);
  const names = sql === null ? undefined : namesIn(sql);
  if (!names?.every((one) => known.has(one)))
    throw db.damage(say('the trigger {0} of {1} is none of ours', named, g.stored));
}

function areCurrent(definitions: readonly Definition[], generations: ReadonlyMap<number, Generation>): boolean {
  return definitions.every(({ type, name: named, sql }) => {
    const id = type === 'trigger' ? ownName.exec(named)?.[2] : undefined;
    const g = id === undefined ? undefined : generations.get(Number(id));
    return !g || [true, false].some((others) => triggersOf(g, others).get(named) === sql);
  });
}

/** Other programs may have tables, indexes, views and triggers of their own, on what is not ours and without a word on it. */
function requireAside(db: FileConnection, found: Definition): void {
  const { type, name: named, table, sql } = found;
  const defined = definedBy(sql ?? '');
  const isAside = defined?.type === type && defined.name === named && (!isOwn(table) || isArchive(table));
  if (isAside && isWhole(found, defined.on)) return;
  const shown = `${type} "${named.slice(0, 100)}"`;
  throw db.damage(say("the foreign {0} reaches into DeltaTrain's own tables ({1})", shown, table.slice(0, 100)));
}

/** True when a definition is of what the schema table says beside it, and does no more than its kind does. */
function isWhole({ type, name: named, table, sql }: Definition, on: string | null): boolean {
  if (type === 'trigger') return leavesOurs(sql ?? '', table);
  return type === 'index' ? on === table && readIndex(sql ?? '') !== undefined : table === named;
}

/** True when a trigger names nothing of ours; where its table was put aside, it was renamed in it. */
const leavesOurs = (sql: string, table: string): boolean =>
  namesIn(sql)?.every((one) => !isOwn(one) || (isArchive(one) && one === table)) ?? false;

/** Where a generation's rows lie is a table, and no view or virtual table under its name. */
function requireTables(
  db: FileConnection,
  definitions: readonly Definition[],
  generations: ReadonlyMap<number, Generation>,
): void {
  const stored = new Set([...generations.values()].map((g) => g.stored.toLowerCase()));
  for (const { type, name: named, sql } of definitions)
    if (stored.has(named.toLowerCase()) && !(type === 'table' && readTable(sql ?? '')))
      throw db.damage(say('the definition of {0} is not that of a table', named));
}
