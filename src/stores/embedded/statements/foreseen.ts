/** What this engine would say of a statement, from its text and the columns of tables alone: for whoever writes it, before it is run. */
import { Failure } from '../../../base/failure.ts';
import type { TableName } from '../../../data/table.ts';
import { translate } from '../dialect/translate.ts';
import type { Translation } from '../dialect/translation.ts';
import type { ColumnDeclared, DialectContext } from '../typed/scope.ts';
import { columnType } from '../types/types.ts';

/** What is known of the tables; null for one that is not known. */
export interface KnownTables {
  readonly database: string | null;
  readonly columns: (table: TableName) => readonly ColumnDeclared[] | null;
}

/** Why a statement would be refused, and where in it: from `start` to `end`, in UTF-16 units. */
export interface Foreseen {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Of a column that is not there: the name in its place that was likely meant. */
  readonly near?: string;
}

/** A column of the answer to a query. */
export interface AnswerColumn {
  readonly name: string;
  /** In MySQL's words. */
  readonly type: string;
}

/** Thrown where a table is not known, so that nothing can be told. */
class Unknown extends Error {}

function contextOf({ database, columns }: KnownTables): DialectContext {
  const known = (table: TableName): readonly ColumnDeclared[] => {
    const found = columns(table);
    if (!found) throw new Unknown();
    return found;
  };
  const source = (table: TableName): string => {
    known(table);
    return '"t"';
  };
  const now = new Date();
  return { database, source, target: source, columns: (table) => known(table), now: () => now };
}

/** The failures that say what is not done here; others may be of a statement that is half typed. */
const isRefusal = (error: unknown): error is Failure<'sql.unsupported' | 'store.unsupported' | 'column.unknown'> =>
  Failure.is(error, 'sql.unsupported') || Failure.is(error, 'store.unsupported') || Failure.is(error, 'column.unknown');

/** The type of every column that is made is one that can be kept. */
function requireTypes(made: Translation): void {
  if (made.kind === 'createTable') for (const { type } of made.columns) columnType(type);
}

/** Null where it would be run, or where that cannot be told. */
export function foreseen(sql: string, tables: KnownTables): Foreseen | null {
  try {
    requireTypes(translate(sql, contextOf(tables)));
    return null;
  } catch (error) {
    if (error instanceof Unknown || (error instanceof Failure && !isRefusal(error))) return null;
    if (isRefusal(error)) return { message: error.message, ...rangeOf(sql, error), ...nearOf(error) };
    throw error;
  }
}

function nearOf({ data }: { readonly data: object }): { readonly near?: string } {
  return 'near' in data && typeof data.near === 'string' ? { near: data.near } : {};
}

/** Where the part of the statement stands that the sentence ends with, in parentheses; else its first word. */
function rangeOf(sql: string, { data }: { readonly data: object }): { start: number; end: number } {
  const what = 'what' in data ? String(data.what) : '';
  const part =
    /\(([^()]*(?:\([^()]*\)[^()]*)*)…?\)$/.exec(what)?.[1] ?? ('column' in data ? String(data.column) : undefined);
  const pattern = part
    ?.trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('\\s+');
  const found = pattern ? new RegExp(pattern).exec(sql) : null;
  if (found) return { start: found.index, end: found.index + found[0].length };
  const start = sql.search(/\S/);
  return { start: Math.max(start, 0), end: /\s*\S+/.exec(sql)?.[0].length ?? sql.length };
}

/** The columns of a query's answer with their types; null for any other statement, and where they cannot be told. */
export function answerColumns(sql: string, tables: KnownTables): AnswerColumn[] | null {
  try {
    const made = translate(sql, contextOf(tables));
    if (made.kind !== 'query' || made.columns === null) return null;
    return made.columns.map(({ name, typeText }) => ({ name, type: typeText }));
  } catch (error) {
    if (error instanceof Unknown || error instanceof Failure) return null;
    throw error;
  }
}
