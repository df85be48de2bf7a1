/** A SQL text read once, and what its statements mean together: the database in use, and the snapshots it makes itself. */
import type { Name, Parsed, Statement, TableRef } from '../ast.ts';
import { hintedSnapshot, snapshotNameOf } from '../ast.ts';
import { type Catalog, holdersOf } from '../catalog.ts';
import { type Token, tokenize, tokenValue } from '../lexer.ts';
import { parseTokens } from '../parser.ts';
import { splitTokens } from '../split.ts';
import { type Before, Timeline } from './timeline.ts';

/** A text and its statements in order; every service takes one, so that a text is parsed once a change. */
export interface SqlDocument {
  readonly text: string;
  /** Every token, comments included. */
  readonly tokens: readonly Token[];
  readonly statements: readonly DocumentStatement[];
}

/** A statement with what stands before it in the same text and changes what it means. */
export interface DocumentStatement extends Parsed {
  /** The database that USE chose before this statement; null when no USE stands before it. */
  readonly used: string | null;
  /** Snapshots that the text itself makes (true) or drops (false) before this statement. */
  readonly made: Before;
  /** Tables that the text itself makes before this statement, lower case, as `table` without the database. */
  readonly newTables: Before;
  /** Tables whose columns the text itself changes before this statement, in the same form. */
  readonly altered: Before;
}

function usedDatabase(text: string, statement: Statement): string | null {
  if (statement.kind !== 'other' || statement.verb !== 'USE') return null;
  const name = tokenize(text.slice(statement.start, statement.end))[1];
  return name ? tokenValue(name) : null;
}

function addSnapshot(made: Timeline, statement: Statement, place: number): void {
  if (statement.kind !== 'createSnapshot' && statement.kind !== 'dropSnapshot') return;
  made.add(snapshotNameOf(statement.name), place, statement.kind === 'createSnapshot');
}

function addTables(tables: Timeline, statement: Statement, place: number): void {
  if (statement.kind !== 'clone' && !(statement.kind === 'other' && statement.verb === 'CREATE TABLE')) return;
  for (const { use, table } of statement.tables)
    if (use === 'define') tables.add(table.text.toLowerCase(), place, true);
}

function addAltered(tables: Timeline, statement: Statement, place: number): void {
  if (statement.kind !== 'other' || !/^(?:ALTER|RENAME|DROP)\b/.test(statement.verb)) return;
  for (const { table } of statement.tables) tables.add(table.text.toLowerCase(), place, true);
}

/** Reads a whole text, of any content: what cannot be read is a statement of its own and never an error. */
export function readDocument(text: string): SqlDocument {
  const [snapshots, tables, altered] = [new Timeline(), new Timeline(), new Timeline()];
  let used: string | null = null;
  const tokens = tokenize(text);
  const statements = splitTokens(tokens, text).map((piece, place): DocumentStatement => {
    const parsed = parseTokens(piece);
    const read = {
      ...parsed,
      used,
      made: snapshots.before(place),
      newTables: tables.before(place),
      altered: altered.before(place),
    };
    used = usedDatabase(text, parsed.statement) ?? used;
    addSnapshot(snapshots, parsed.statement, place);
    addTables(tables, parsed.statement, place);
    addAltered(altered, parsed.statement, place);
    return read;
  });
  return { text, tokens, statements };
}

/** The statement that an offset stands in or right behind. */
export const statementAtOffset = (document: SqlDocument, offset: number): DocumentStatement | undefined =>
  document.statements.find(({ statement }) => statement.start <= offset && offset <= statement.end + 1);

/** The database of an unqualified name: what USE chose, else the connection's, else the only one with such a table. */
export function databaseOf(statement: DocumentStatement, catalog: Catalog, table: string): string | null {
  if (statement.used !== null) return statement.used;
  if (catalog.connection?.database) return catalog.connection.database;
  const holders = holdersOf(catalog, table);
  return holders.size === 1 ? ([...holders][0] ?? null) : null;
}

/** A table by its names, as far as they are known. */
export interface ResolvedTable {
  /** Null where it cannot be told. */
  readonly database: string | null;
  readonly table: string;
}

/** Where a table of a statement stands: its database is null where nothing says it. */
export const resolveTable = (
  statement: DocumentStatement,
  catalog: Catalog,
  ref: Pick<TableRef, 'database' | 'table'>,
): ResolvedTable => ({
  database: ref.database?.text ?? databaseOf(statement, catalog, ref.table.text),
  table: ref.table.text,
});

/** A snapshot that a statement reads from, as it is written and as a server looks it up. */
export interface NamedSnapshot {
  readonly name: Name;
  /** As the server looks it up. */
  readonly lookedUp: string;
  /** The table that is read at it, where there is one. */
  readonly table: TableRef | null;
}

const ofTables = (tables: readonly TableRef[]): NamedSnapshot[] =>
  tables.flatMap((table) => {
    const lookedUp = hintedSnapshot(table);
    return table.hint && lookedUp !== null ? [{ name: table.hint.value, lookedUp, table }] : [];
  });

/** Every snapshot that a statement reads from, in order. */
export function snapshotsRead(statement: Statement): NamedSnapshot[] {
  switch (statement.kind) {
    case 'restore':
      return [{ name: statement.snapshot, lookedUp: statement.snapshot.text.toLowerCase(), table: null }];
    case 'dropSnapshot':
      return [{ name: statement.name, lookedUp: snapshotNameOf(statement.name), table: null }];
    case 'diff':
      return ofTables([statement.target, statement.base]);
    case 'createSnapshot':
    case 'showSnapshots':
      return [];
    default:
      return ofTables(statement.tables);
  }
}

const mayBeOurs = (text: string): boolean => /snapshot|restore|branch|pitr/i.test(text);

/** True when a document holds a git-for-data statement or a snapshot hint, so that language features are wanted for it. */
export const holdsOurs = ({ text, statements }: SqlDocument): boolean =>
  mayBeOurs(text) &&
  statements.some(
    ({ statement }) =>
      (statement.kind !== 'select' && statement.kind !== 'other') ||
      statement.tables.some((table) => table.hint !== null),
  );

/** The same of a text that nobody has read yet. */
export const isOurs = (text: string): boolean => mayBeOurs(text) && holdsOurs(readDocument(text));
