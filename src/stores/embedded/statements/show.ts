/** What SHOW and DESCRIBE answer, with MySQL's titles. */
import { type RowPage, packRows } from '../../../data/page.ts';
import type { TableName } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { type Column, databaseExists, liveTables, resolveVersion, type TableVersion } from '../types/catalog.ts';
import type { Translation } from '../dialect/translation.ts';
import { Failure } from '../../../base/failure.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { secondaryIndexes } from '../shape/indexes.ts';

export type ShowTranslation = Extract<
  Translation,
  { kind: 'showDatabases' | 'showTables' | 'showColumns' | 'showCreateTable' }
>;

const table = (titles: readonly string[], rows: readonly (readonly Value[])[]): RowPage =>
  packRows(
    titles.map((name) => ({ name, type: 'TEXT' })),
    rows,
  );

/** The rows of a SHOW or DESCRIBE; `database.unknown`, `table.unknown`. */
export function show(db: FileConnection, t: ShowTranslation): RowPage {
  switch (t.kind) {
    case 'showDatabases':
      return table(['Database'], db.all('SELECT name FROM _dt_databases ORDER BY name'));
    case 'showTables':
      if (!databaseExists(db, t.database)) throw new Failure('database.unknown', { database: t.database });
      return table(
        [`Tables_in_${t.database}`],
        liveTables(db, t.database).map(({ name }) => [name]),
      );
    case 'showColumns':
      return showColumns(db, resolveVersion(db, t.table, live));
    case 'showCreateTable': {
      const version = resolveVersion(db, t.table, t.snapshot === null ? live : atSnapshot(t.snapshot));
      return table(['Table', 'Create Table'], [[t.table.table, createText(db, version)]]);
    }
  }
}

function showColumns(db: FileConnection, version: TableVersion): RowPage {
  const defaults = new Map(
    db.all('SELECT name, dflt_value FROM pragma_table_info(?)', version.generation.stored) as [string, string | null][],
  );
  const { key } = version.generation;
  const rows = version.columns.map((column) => [
    column.name,
    column.type.text,
    column.nullable ? 'YES' : 'NO',
    key.includes(column.name) ? 'PRI' : '',
    defaults.get(column.name) ?? null,
    '',
  ]);
  return table(['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'], rows);
}

const backticks = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

function createText(db: FileConnection, version: TableVersion): string {
  const name = version.table satisfies TableName;
  const line = (column: Column): string =>
    `  ${backticks(column.name)} ${column.type.text}${column.nullable ? '' : ' NOT NULL'}`;
  const lines = version.columns.map(line);
  const { key } = version.generation;
  if (key.length > 0) lines.push(`  PRIMARY KEY (${key.map(backticks).join(', ')})`);
  for (const index of secondaryIndexes(db, version.generation))
    lines.push(
      `  ${index.unique ? 'UNIQUE KEY' : 'KEY'} ${backticks(index.name)} (${index.columns.map(backticks).join(', ')})`,
    );
  return `CREATE TABLE ${backticks(name.table)} (\n${lines.join(',\n')}\n)`;
}
