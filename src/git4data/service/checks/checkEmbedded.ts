/** What the embedded engine would refuse, said before it is run: by the text alone, and, where the engine can be asked, by the types. */
import { dialectOf } from '../../dialects.ts';
import { say, together } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { isOtherwiseRead, type Token, tokenize } from '../../lexer.ts';
import { withoutConditions } from '../../script/conditional.ts';
import { scriptStatement } from '../../script/scriptStatement.ts';
import type { Fix, Span } from '../../ast.ts';
import { quoteName } from '../../print.ts';
import { hasTableParts, withoutTableParts } from '../../script/tableParts.ts';
import { readRowStatement } from '../../query/read.ts';
import { type Catalog, findTable } from '../../catalog.ts';
import { databaseOf, type DocumentStatement } from '../document.ts';
import { type Check, problemAt, replace } from '../problem.ts';

/** How statements begin that have a tree. */
const rowVerb = /^\(*\s*(?:SELECT|WITH|INSERT|REPLACE|UPDATE|DELETE)\b/i;

const plainTokens = (sql: string): Token[] =>
  tokenize(sql).filter((token) => token.kind !== 'comment' || isOtherwiseRead(token));

/** By what the text says alone; what the types of the columns decide is found when it is run. */
export const checkEmbedded: Check = ({ read: { statement }, text, catalog }) => {
  const { kind, start, end } = statement;
  if (!dialectOf(catalog.connection)?.isTyped || (kind !== 'select' && kind !== 'other')) return [];
  const written = text.slice(start, end);
  if (!rowVerb.test(written)) return [];
  const found = readRowStatement(plainTokens(written));
  // What cannot be read may be half typed.
  if ('tree' in found || found.fault.kind === 'syntax') return [];
  const { message, hint, start: from, end: to } = found.fault;
  const sentence = together(say('{0} is not supported here.', message), hint);
  return [problemAt({ start: start + from, end: start + to }, 'engine.unsupported', 'error', sentence)];
};

/** Tables by what the catalog knows of them; null for one that it does not know. */
export interface TablesKnown {
  readonly database: string | null;
  readonly columns: (table: {
    readonly database: string;
    readonly table: string;
  }) => readonly { readonly name: string; readonly type: string }[] | null;
}

/** The engine, as far as it can speak of a statement that it does not run. */
export interface Engine {
  /** Why it would refuse, and where in the text; null where it would not, or cannot tell. */
  foreseen(
    sql: string,
    tables: TablesKnown,
  ): { readonly message: string; readonly start: number; readonly end: number; readonly near?: string } | null;
  /** The columns of a query's answer; null for anything else, and where they cannot be told. */
  answerColumns(sql: string, tables: TablesKnown): readonly { readonly name: string; readonly type: string }[] | null;
}

/** A table that the text itself makes or changes is not known, whatever the catalog says of its name. */
export const tablesKnown = (read: DocumentStatement, catalog: Catalog): TablesKnown => ({
  database: read.used ?? catalog.connection?.database ?? databaseOf(read, catalog, '') ?? onlyDatabase(catalog),
  columns({ database, table }) {
    const name = table.toLowerCase();
    if (read.newTables.has(name) || read.altered.has(name)) return null;
    return findTable(catalog, database, table)?.columns ?? null;
  },
});

/** What unqualified names are of where nothing says so and nothing is known: it is not looked up. */
const onlyDatabase = ({ databases }: Catalog): string => databases[0] ?? 'db';

type Found = ReturnType<Engine['foreseen']>;

/** What was said of a statement, as long as the catalog is the same: a key that is struck changes one of thousands. */
const said = new WeakMap<Catalog, Map<string, Found>>();
/** More than a document that people write has. */
const mostSaid = 20_000;

function asked(engine: Engine, catalog: Catalog, sql: string, tables: TablesKnown, own: string): Found {
  const known = said.get(catalog) ?? new Map<string, Found>();
  said.set(catalog, known);
  const key = JSON.stringify([tables.database, own, sql]);
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= mostSaid) known.clear();
  const found = engine.foreseen(sql, tables);
  known.set(key, found);
  return found;
}

/** A table without its foreign keys, ON UPDATE and partitions, where that is all that it is refused for. */
function withoutPartsFix(statement: Span, written: string, isTaken: (sql: string) => boolean): Fix[] {
  if (!hasTableParts(written)) return [];
  const { sql } = withoutTableParts(written, true);
  return sql !== written && isTaken(withoutConditions(sql))
    ? [replace(statement, sql, say('Leave out what is not kept here'))]
    : [];
}

const firstWord = /^\s*\S+/;

/**
 * Statements that the engine reads itself; those of the language have checks of their own. They are read as a file is run: what only sets up
 * a session is left out (`isTakenBack`: but for transactions that it takes back), and what comments hold for MySQL counts.
 */
export function checkRefused(engine: Engine, isTakenBack: boolean): Check {
  return ({ read, text, catalog }) => {
    const { statement, newTables, altered } = read;
    const { kind, start, end } = statement;
    if (kind !== 'select' && kind !== 'other' && kind !== 'clone') return [];
    const written = text.slice(start, end);
    const { sql } = withoutTableParts(withoutConditions(written), false);
    const session = kind === 'other' ? scriptStatement(plainTokens(sql), isTakenBack) : null;
    if (session?.action === 'skip') return [];
    const names = statement.tables.map(({ table }) => table.text.toLowerCase());
    const own = names.filter((name) => newTables.has(name) || altered.has(name)).join(' ');
    const found =
      session?.action === 'refuse'
        ? { message: new Failure('sql.unsupported', session).message, start: 0, end: written.length }
        : asked(engine, catalog, sql, tablesKnown(read, catalog), own);
    if (!found) return [];
    const isAsWritten = sql === written;
    const [from, to] = isAsWritten ? [found.start, found.end] : [0, firstWord.exec(written)?.[0].length ?? end - start];
    const place = { start: start + from, end: start + to };
    const { near } = found;
    // What stands before the dot stays.
    const column = { ...place, start: place.start + written.slice(from, to).lastIndexOf('.') + 1 };
    const named =
      isAsWritten && near !== undefined ? [replace(column, quoteName(near), say('Change to {0}', near))] : [];
    const isTaken = (other: string): boolean => asked(engine, catalog, other, tablesKnown(read, catalog), own) === null;
    const fixes = [...named, ...withoutPartsFix(statement, written, isTaken)];
    return [problemAt(place, 'engine.unsupported', 'error', found.message, fixes)];
  };
}
