/** Tables and indexes made again from what the file holds of them: read into names and checked pieces first, never run as it stands. */
import { say } from '../../../base/say.ts';
import type { Generation } from '../types/catalog.ts';
import { textList } from '../types/records.ts';
import { readIndex, readTable } from '../sqlite/ddl.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';

/** The text of a table in the file, by SQLite's name of it. */
export type TableTexts = (stored: string) => unknown;

const oneText =
  (db: FileConnection): TableTexts =>
  (stored) =>
    db.value(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`, stored);

/** As they are now, for tables that were put aside: nothing changes those. SQLite looks through all definitions for each one by itself. */
export function textsPutAside(db: FileConnection): TableTexts {
  const rows = db.all(`SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name GLOB '_dt_old_*'`);
  const texts = new Map(rows as [string, unknown][]);
  const one = oneText(db);
  return (stored) => texts.get(stored) ?? one(stored);
}

/** The statement that makes a generation's table again, under another name. */
export function tableSql(db: FileConnection, g: Generation, stored: string, texts = oneText(db)): string {
  const sql = texts(g.stored);
  const read = typeof sql === 'string' ? readTable(sql) : undefined;
  if (!read) throw db.damage(say('the definition of the table {0} holds what no table needs', g.stored));
  return `CREATE TABLE ${quoteName(stored)} (${read.body}) ${read.options}`;
}

/** The definitions of the indexes that were taken from a table when it was put aside. */
export function indexesPutAside(db: FileConnection, g: Generation): string[] {
  const texts = textList(db.value('SELECT indexes FROM _dt_generations WHERE id = ?', g.id) ?? null);
  if (!texts) throw db.damage(say('row {0} of _dt_generations has indexes that are none', g.id));
  return texts;
}

/** Makes an index again on the table of this name; not when one of its columns is not there. */
export function remakeIndex(db: FileConnection, stored: string, sql: string): void {
  const read = readIndex(sql);
  if (!read || /^(?:_dt_|sqlite_)/i.test(read.name))
    throw db.damage(say('an index of the table {0} has a definition that is none', stored));
  const columns = new Set(
    db.all('SELECT lower(name) FROM pragma_table_xinfo(?)', stored).map(([name]) => name as string),
  );
  const lower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (!read.columns.every((name) => columns.has(lower(name)))) return;
  const where = read.where === null ? '' : ` WHERE ${read.where}`;
  db.exec(
    `CREATE ${read.unique ? 'UNIQUE ' : ''}INDEX ${quoteName(read.name)} ON ${quoteName(stored)} (${read.body})${where}`,
  );
}
