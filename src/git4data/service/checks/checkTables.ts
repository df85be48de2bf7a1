/** Checks of tables: known or not, what is written to, what foreign keys forbid. */
import { didYouMean } from '../../../base/nearest.ts';
import { say, together } from '../../../base/say.ts';
import type { Name, Problem } from '../../ast.ts';
import { tablesOf } from '../../ast.ts';
import { type Catalog, findTable, tableNamesOf } from '../../catalog.ts';
import { quoteName } from '../../print.ts';
import { restoreOf } from '../codeLens.ts';
import { type DocumentStatement, resolveTable } from '../document.ts';
import { type Check, type Checked, problemAt, replace } from '../problem.ts';

interface Named {
  readonly database: string | null;
  readonly table: Name;
}

/** Tables that a git-for-data statement is about; ordinary SQL is the server's to judge. */
function tablesNamed(read: DocumentStatement, catalog: Catalog): Named[] {
  const { statement } = read;
  switch (statement.kind) {
    case 'createSnapshot':
      return statement.scope.level === 'table'
        ? [{ database: statement.scope.database.text, table: statement.scope.table }]
        : [];
    case 'diff':
      return [statement.target, statement.base].map((ref) => ({
        database: resolveTable(read, catalog, ref).database,
        table: ref.table,
      }));
    case 'branch':
      // What a branch is made under is new; all others are there.
      return statement.tables
        .filter(({ use }) => use !== 'define' || statement.verb === 'DATA BRANCH DELETE')
        .map((ref) => ({ database: resolveTable(read, catalog, ref).database, table: ref.table }));
    default:
      return [];
  }
}

function unknownTable({ database, table }: Named, { read, catalog, suggest }: Checked): Problem[] {
  if (catalog.tables === null || database === null || read.newTables.has(table.text.toLowerCase())) return [];
  if (findTable(catalog, database, table.text)) return [];
  const names = tableNamesOf(catalog, database);
  // A database that is not there yet: the text may make it, or another connection has it.
  if (names.length === 0) return [];
  const near = suggest(table.text, names);
  const fixes = near === null ? [] : [replace(table, quoteName(near), say('Change to {0}', near))];
  return [
    problemAt(
      table,
      'table.unknown',
      'error',
      together(say('There is no table "{0}.{1}".', database, table.text), didYouMean(near)),
      fixes,
    ),
  ];
}

/** Tables that a git-for-data statement names and that are not there, with the nearest one that is. */
export const checkTables: Check = (checked) =>
  tablesNamed(checked.read, checked.catalog).flatMap((named) => unknownTable(named, checked));

/** A hint on a table that is written to: the server ignores it and changes the live table. */
export const checkChange: Check = ({ read }) =>
  tablesOf(read.statement)
    .filter((table) => table.use === 'write' && table.hint !== null)
    .map((table) => {
      const hint = table.hint ?? table;
      const message = say('Only the live table can be written to; the version in braces would be ignored.');
      const start = table.table.end;
      return problemAt(hint, 'hint.inChange', 'error', message, [
        replace({ start, end: hint.end }, '', say('Remove the braces')),
      ]);
    });

/** MatrixOne answers OK to such a RESTORE and does nothing. */
export const checkReferenced: Check = ({ read, catalog }) => {
  const { statement } = read;
  if (statement.kind !== 'restore' || statement.table === null) return [];
  const target = restoreOf(statement, read, catalog);
  const table = target && findTable(catalog, target.database, statement.table.text);
  if (!table || table.referencedBy.length === 0) return [];
  const message = say(
    'Foreign keys of {0} refer to {1}, so the server would answer OK and restore nothing. Drop those keys first, or restore the whole database.',
    table.referencedBy.join(', '),
    table.table,
  );
  return [problemAt(statement.table, 'restore.referenced', 'error', message)];
};
