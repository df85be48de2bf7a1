/** What SHOW and DESCRIBE answer, with MySQL's titles. */
import { type RowPage, packRows } from '../../../data/page.ts';
import type { Value } from '../../../data/value.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { databaseExists, liveTables, resolveVersion, type TableVersion } from '../types/catalog.ts';
import { like } from '../dialect/functions.ts';
import type { Translation } from '../dialect/translation.ts';
import { Failure } from '../../../base/failure.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { declaredChecks, declaredDefaults, shownDefault, writtenDefault } from '../shape/declared.ts';
import { secondaryIndexes, uniqueConstraints } from '../shape/indexes.ts';

export type ShowTranslation = Extract<
  Translation,
  { kind: 'showDatabases' | 'showTables' | 'showColumns' | 'showCreateTable' }
>;

type ShownTable = Extract<ShowTranslation, { kind: 'showColumns' | 'showCreateTable' }>;

const table = (titles: readonly string[], rows: readonly (readonly Value[])[]): RowPage =>
  packRows(
    titles.map((name) => ({ name, type: 'TEXT' })),
    rows,
  );

/** A title as MySQL writes it above what a pattern chose. */
const titleOf = (title: string, pattern: string | null): string => (pattern === null ? title : `${title} (${pattern})`);

const isLike = (pattern: string | null, name: string): boolean => pattern === null || like(pattern, name) === 1n;

const versionAt = (
  db: FileConnection,
  { table: name, snapshot }: Pick<ShownTable, 'table' | 'snapshot'>,
): TableVersion => resolveVersion(db, name, snapshot === null ? live : atSnapshot(snapshot));

/** The rows of a SHOW or DESCRIBE; `database.unknown`, `table.unknown`. */
export function show(db: FileConnection, t: ShowTranslation): RowPage {
  switch (t.kind) {
    case 'showDatabases': {
      const all = db
        .all('SELECT name FROM _dt_databases ORDER BY name')
        .filter(([name]) => isLike(t.like, String(name)));
      return table([titleOf('Database', t.like)], all);
    }
    case 'showTables': {
      if (!databaseExists(db, t.database)) throw new Failure('database.unknown', { database: t.database });
      const names = liveTables(db, t.database).flatMap(({ name }) => (isLike(t.like, name) ? [name] : []));
      const title = titleOf(`Tables_in_${t.database}`, t.like);
      return t.full
        ? table(
            [title, 'Table_type'],
            names.map((name) => [name, 'BASE TABLE']),
          )
        : table(
            [title],
            names.map((name) => [name]),
          );
    }
    case 'showColumns':
      return showColumns(db, versionAt(db, t), t.like);
    case 'showCreateTable':
      return table(['Table', 'Create Table'], [[t.table.table, createText(db, versionAt(db, t))]]);
  }
}

/** `pattern` chooses columns by their names, in which capitals make no difference. */
function showColumns(db: FileConnection, version: TableVersion, pattern: string | null): RowPage {
  const { generation, columns } = version;
  const defaults = declaredDefaults(db, generation, columns);
  const indexes = [...uniqueConstraints(db, generation), ...secondaryIndexes(db, generation)];
  const keyWord = (name: string): string => {
    if (generation.key.includes(name)) return 'PRI';
    const first = indexes.filter((index) => index.columns[0] === name);
    if (first.length === 0) return '';
    return first.some((index) => index.unique && index.columns.length === 1) ? 'UNI' : 'MUL';
  };
  const asked = pattern?.toLowerCase() ?? null;
  const rows = columns
    .filter(({ name }) => isLike(asked, name.toLowerCase()))
    .map(({ name, type, nullable }) => {
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
