/**
 * Makes the tables, indexes and triggers of many tables in one step. SQLite walks its whole schema for each that it is asked to
 * make, so that those of a thousand tables would take a thousand times as long as those of thirty. Here the schema is put aside while
 * tables and indexes are made, the triggers, which need no page of their own, are written into it as rows, and it is read again once.
 */
import type { DatabaseSync } from 'node:sqlite';
import { oneStatement } from './oneStatement.ts';
import { quoteName } from './quote.ts';

/** A table, index or trigger of ours to be made: its name, SQLite's name of its table, and its whole text, built from checked names. */
export interface Definition {
  readonly type: 'table' | 'index' | 'trigger';
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** Lets the schema be written to by hand for as long as `work` runs; nothing that comes from a file or a person is run meanwhile. */
export type SchemaDoor = (work: () => void) => void;

/** Fewer are made one by one: reading the schema again costs as much. */
const few = 64;
/** Tables and indexes that are made before they are put aside as well. */
const chunk = 64;

/**
 * Call it in a transaction; it makes all of them or none. A trigger comes after its table. Where this SQLite cannot be opened for it,
 * they are made one by one.
 */
export function addDefinitions(db: DatabaseSync, door: SchemaDoor, definitions: readonly Definition[]): void {
  requireOurs(definitions);
  db.exec('SAVEPOINT dt_many');
  try {
    // The last one as usual: it tells every connection that the schema is another one, and fails where it cannot be read.
    const byHand = definitions.length < few ? 0 : definitions.length - 1;
    const isDone = byHand > 0 && write(db, door, definitions.slice(0, byHand));
    for (const { sql } of definitions.slice(isDone ? byHand : 0)) db.exec(sql);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK TO dt_many');
    throw error;
  } finally {
    if (db.isTransaction) db.exec('RELEASE dt_many');
  }
}

/**
 * SQLite goes by a definition's text, and not by what the schema table says beside it: so each must begin as one of what it says it is,
 * under a name that only ours have. Nothing that a file holds can come here as a definition of its own.
 */
function requireOurs(definitions: readonly Definition[]): void {
  const names = new Set(definitions.map(({ name }) => name));
  for (const { sql } of definitions) oneStatement(sql);
  const wrong = definitions.find((one) => !/^_dt_[a-z]+_\d+$/.test(one.name) || !isWhatItSays(one));
  if (wrong || names.size < definitions.length)
    throw new Error(`Broken invariant: ${wrong?.name ?? 'one of two'} is no definition of ours`);
}

function isWhatItSays({ type, name, table, sql }: Definition): boolean {
  if (type === 'table') return table === name && sql.startsWith(`CREATE TABLE ${name} (`);
  if (type === 'index') return sql.startsWith(`CREATE INDEX ${name} ON ${table} (`);
  const events = ['BEFORE INSERT', 'AFTER INSERT', 'BEFORE UPDATE', 'BEFORE DELETE', 'AFTER DELETE'];
  return events.some((event) => sql.startsWith(`CREATE TRIGGER ${name} ${event} ON ${quoteName(table)} `));
}

function write(db: DatabaseSync, door: SchemaDoor, definitions: readonly Definition[]): boolean {
  let isOpen = false;
  door(() => {
    openSchema(db);
    isOpen = first(db, 'PRAGMA writable_schema') === 1;
    if (!isOpen) return;
    try {
      writeRows(db, definitions);
    } finally {
      // Also after a failure.
      forgetSchema(db);
    }
  });
  return isOpen;
}

const openSchema = (db: DatabaseSync): void => db.exec('PRAGMA writable_schema = ON');

/** What is known of the schema is read again, the next time that it is asked for; the door is closed by it. */
const forgetSchema = (db: DatabaseSync): void => db.exec('PRAGMA writable_schema = RESET');

const first = (db: DatabaseSync, sql: string): unknown => Object.values(db.prepare(sql).get() ?? {})[0];

const fields = 'type, name, tbl_name, rootpage, sql';
/** The index of a constraint has no text, and comes with its table. */
const counted = 'SELECT count(*) FROM sqlite_schema WHERE sql IS NOT NULL';

function writeRows(db: DatabaseSync, definitions: readonly Definition[]): void {
  const before = first(db, counted) as number;
  db.exec(`CREATE TEMP TABLE dt_schema (n INTEGER PRIMARY KEY, ${fields})`);
  const putAside = (): void => {
    db.exec(`INSERT INTO temp.dt_schema (${fields}) SELECT ${fields} FROM main.sqlite_schema ORDER BY rowid`);
    db.exec('DELETE FROM main.sqlite_schema WHERE rowid > 0');
    // SQLite looks for a name in chains that grow with all that it knows; now that is nothing.
    forgetSchema(db);
    openSchema(db);
  };
  const made = definitions.filter(({ type }) => type !== 'trigger');
  for (let i = 0; i < made.length; i += chunk) {
    putAside();
    for (const { sql } of made.slice(i, i + chunk)) db.exec(sql);
  }
  putAside();
  db.exec(`INSERT INTO main.sqlite_schema (${fields}) SELECT ${fields} FROM temp.dt_schema ORDER BY n`);
  const lost = `SELECT count(*) FROM (SELECT ${fields} FROM temp.dt_schema EXCEPT SELECT ${fields} FROM main.sqlite_schema)`;
  const isWhole = first(db, lost) === 0;
  db.exec('DROP TABLE temp.dt_schema');
  if (!isWhole) throw new Error('Broken invariant: a definition that was put aside did not come back as it was');
  const triggers = definitions.filter(({ type }) => type === 'trigger');
  const insert = db.prepare(`INSERT INTO main.sqlite_schema (${fields}) VALUES ('trigger', ?, ?, 0, ?)`);
  for (const { name, table, sql } of triggers) insert.run(name, table, sql);
  const after = first(db, counted);
  if (after !== before + definitions.length)
    throw new Error(
      `Broken invariant: ${String(after)} definitions, ${before} and ${definitions.length} were expected`,
    );
}
