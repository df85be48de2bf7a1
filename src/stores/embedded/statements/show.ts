/** What SHOW and DESCRIBE answer, with MySQL's titles. */
import { type RowPage, packRows } from '../../../data/page.ts';
import type { Value } from '../../../data/value.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { databaseExists, liveTables, resolveVersion, type TableVersion } from '../types/catalog.ts';
import type { Translation } from '../dialect/translation.ts';
import { Failure } from '../../../base/failure.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { declaredChecks, declaredDefaults, shownDefault, writtenDefault } from '../shape/declared.ts';
import { secondaryIndexes, uniqueConstraints } from '../shape/indexes.ts';

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
  const { generation, columns } = version;
  const defaults = declaredDefaults(db, generation, columns);
  const indexes = [...uniqueConstraints(db, generation), ...secondaryIndexes(db, generation)];
  const keyWord = (name: string): string => {
    if (generation.key.includes(name)) return 'PRI';
    const first = indexes.filter((index) => index.columns[0] === name);
    if (first.length === 0) return '';
    return first.some((index) => index.unique && index.columns.length === 1) ? 'UNI' : 'MUL';
  };
  const rows = columns.map(({ name, type, nullable }) => {
    const standard = defaults.get(name);
    return [name, type.text, nullable ? 'YES' : 'NO', keyWord(name), standard ? shownDefault(standard) : null, ''];
  });
  return table(['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'], rows);
}

const backticks = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

function createText(db: FileConnection, { table: name, generation, columns }: TableVersion): string {
  const defaults = declaredDefaults(db, generation, columns);
  const lines = columns.map((column) => {
    const standard = defaults.get(column.name);
    const written = standard ? ` DEFAULT ${writtenDefault(standard, column)}` : '';
    return `  ${backticks(column.name)} ${column.type.text}${column.nullable ? '' : ' NOT NULL'}${written}`;
  });
  const { key } = generation;
  if (key.length > 0) lines.push(`  PRIMARY KEY (${key.map(backticks).join(', ')})`);
  for (const index of [...uniqueConstraints(db, generation), ...secondaryIndexes(db, generation)])
    lines.push(
      `  ${index.unique ? 'UNIQUE KEY' : 'KEY'} ${backticks(index.name)} (${index.columns.map(backticks).join(', ')})`,
    );
  for (const { written } of declaredChecks(db, generation))
    if (written)
      lines.push(`  ${written.name === null ? '' : `CONSTRAINT ${backticks(written.name)} `}CHECK (${written.text})`);
  return `CREATE TABLE ${backticks(name.table)} (\n${lines.join(',\n')}\n)`;
}
