/** Secondary indexes of live tables. Their names are taken in the whole file, so they carry the table's. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import type { Generation } from '../types/catalog.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { isTracked, makeTriggers } from '../versions/undoLog.ts';

export interface IndexShape {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

const storedIndex = (table: TableName, name: string): string => `${table.database}.${table.table}.${name}`;

const columnsOf = (db: FileConnection, index: string): string[] =>
  db.all('SELECT name FROM pragma_index_info(?) ORDER BY seqno', index).map(([column]) => String(column));

const indexesOf = (db: FileConnection, { stored }: Generation, origin: 'c' | 'u'): [name: string, unique: boolean][] =>
  db
    .all('SELECT name, "unique" FROM pragma_index_list(?) WHERE origin = ? ORDER BY seq DESC', stored, origin)
    .map(([name, unique]) => [String(name), unique === 1]);

/** Indexes made by a statement of their own, not those of a constraint. */
export function secondaryIndexes(db: FileConnection, generation: Generation): IndexShape[] {
  const prefix = `${generation.stored}.`;
  return indexesOf(db, generation, 'c')
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, unique]) => ({ name: name.slice(prefix.length), unique, columns: columnsOf(db, name) }));
}

/** The indexes of UNIQUE constraints, each by the name of its first column, as MySQL names one without a name. */
export const uniqueConstraints = (db: FileConnection, generation: Generation): IndexShape[] =>
  indexesOf(db, generation, 'u').map(([name]) => {
    const columns = columnsOf(db, name);
    return { name: columns[0] ?? '', unique: true, columns };
  });

/** Makes a secondary index; `sql.failed` where the table has one of that name. */
export function createIndex(db: FileConnection, table: TableName, generation: Generation, index: IndexShape): void {
  if (secondaryIndexes(db, generation).some(({ name }) => name === index.name))
    throw new Failure('sql.failed', {
      message: say('The index "{0}" of {1} exists already.', index.name, tableText(table)),
    });
  const unique = index.unique ? 'UNIQUE ' : '';
  db.exec(
    `CREATE ${unique}INDEX ${quoteName(storedIndex(table, index.name))} ON ${quoteName(generation.stored)} (${index.columns.map(quoteName).join(', ')})`,
  );
  if (index.unique && isTracked(db, generation)) makeTriggers(db, generation);
}

/** Drops a secondary index; `sql.failed` where there is none of that name. */
export function dropIndex(db: FileConnection, table: TableName, generation: Generation, name: string): void {
  if (!secondaryIndexes(db, generation).some((index) => index.name === name))
    throw new Failure('sql.failed', { message: say('{0} has no index "{1}".', tableText(table), name) });
  db.exec(`DROP INDEX ${quoteName(storedIndex(table, name))}`);
  if (isTracked(db, generation)) makeTriggers(db, generation);
}
