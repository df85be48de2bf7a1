/** Tables that DATA BRANCH (DIFF, MERGE, PICK) gets wrong without a word, or never ends on, by the types of their columns. */
import { dialectOf } from '../../dialects.ts';
import { say } from '../../../base/say.ts';
import type { Diff, Problem, Statement, TableRef } from '../../ast.ts';
import { hintedSnapshot, isAnswered } from '../../ast.ts';
import { readBranchCommand } from '../../branches/command.ts';
import { branchFault } from '../../branchTypes.ts';
import { type CatalogColumn, type CatalogTable, findTable } from '../../catalog.ts';
import { tokenize } from '../../lexer.ts';
import { resolveTable } from '../document.ts';
import { type Check, problemAt } from '../problem.ts';

function wrongWith({ name, type, isKey }: CatalogColumn): string | null {
  const fault = branchFault(type, isKey);
  if (!fault) return null;
  const column =
    fault.of === 'type'
      ? say('column "{0}" of the type {1}', name, fault.base)
      : say('key column "{0}" ({1})', name, type);
  return say('DATA BRANCH {0} on the {1}', fault.what, column);
}

const whyNot = ({ columns }: CatalogTable): string | null =>
  columns.map(wrongWith).find((reason) => reason !== null) ?? null;

/** A branch statement that cannot be read to its end. */
export const checkBranchForm: Check = ({ read: { statement }, text, catalog }): Problem[] => {
  if (statement.kind !== 'branch') return [];
  const { start, end } = statement;
  const tokens = tokenize(text.slice(start, end)).filter(({ kind }) => kind !== 'comment');
  const found = readBranchCommand(tokens);
  if (!('problem' in found)) return [];
  const { problem } = found;
  // A release that is newer than we know may have more forms.
  const isOurs = dialectOf(catalog.connection)?.runsGitForData !== true;
  const place = { start: start + problem.start, end: start + problem.end };
  return [problemAt(place, problem.code, isOurs ? 'error' : 'warning', problem.message)];
};

/** The tables that the server would compare itself. */
function compared(statement: Statement): readonly TableRef[] {
  if (statement.kind === 'diff') return [statement.target, statement.base];
  if (statement.kind !== 'branch' || !/ (?:MERGE|PICK)$/.test(statement.verb)) return [];
  return statement.tables;
}

/** Two versions of one table as rows or counts: DeltaTrain then compares them with SQL, so nothing goes wrong here. */
function isDelta(diff: Diff, table: (ref: TableRef) => string): boolean {
  const isVersion = (ref: TableRef): boolean => ref.hint === null || hintedSnapshot(ref) !== null;
  return isAnswered(diff) && isVersion(diff.target) && isVersion(diff.base) && table(diff.target) === table(diff.base);
}

/** Of DATA BRANCH on such tables: an error where the server does it, a note where DeltaTrain compares with SQL instead. */
export const checkBranches: Check = ({ read, catalog }): Problem[] => {
  if (!dialectOf(catalog.connection)?.runsGitForData) return [];
  const { statement } = read;
  const place = (ref: TableRef) => resolveTable(read, catalog, ref);
  const text = (ref: TableRef): string => JSON.stringify(Object.values(place(ref))).toLowerCase();
  const isSafe = statement.kind === 'diff' && isDelta(statement, text);
  const told = new Set<string>();
  return compared(statement).flatMap((ref) => {
    const { database, table } = place(ref);
    const known = database === null ? undefined : findTable(catalog, database, table);
    const why = known ? whyNot(known) : null;
    if (why === null || told.has(text(ref))) return [];
    told.add(text(ref));
    const message = isSafe
      ? say('{0}. DeltaTrain compares the two versions with SQL instead; run elsewhere, this goes wrong.', why)
      : say('{0}, so it is refused. Compare two versions of one table, or join the tables.', why);
    return [problemAt(ref, 'diff.types', isSafe ? 'info' : 'error', message)];
  });
};
