/** Statements that ask for rows or change some, typed and written for SQLite. */
import { Failure } from '../../../base/failure.ts';
import type { TableRef } from '../../../git4data/ast.ts';
import type { Token } from '../../../git4data/lexer.ts';
import { type Read, readExpression, readQuery, readRowStatement } from '../../../git4data/query/read.ts';
import type { Expression, Place, Query, RowStatement } from '../../../git4data/query/tree.ts';
import { type Change, deleteText, insertText, updateText } from './changes.ts';
import { operandOf } from './expressions.ts';
import { clockless, requireKept } from './kept.ts';
import type { Operand } from './operand.ts';
import { derivedQuery } from './queries.ts';
import { type ColumnDeclared, type DialectContext, type Host, type NamedSources, Scope } from './scope.ts';
import { columnOf } from './sources.ts';
import { unsupported } from './sqlText.ts';
import { type SqlType, typeText } from './types.ts';

/** A column of an answer: its title, its type, and whether a DECIMAL comes in the form in which a column keeps it. */
export interface ShownColumn {
  readonly name: string;
  readonly type: SqlType;
  /** In MySQL's words, as declared where it is a plain column. */
  readonly typeText: string;
  readonly isPlain: boolean;
  readonly isKept: boolean;
}

/** A query as SQLite text, and what its columns are. */
export interface TypedQuery {
  readonly sql: string;
  readonly columns: readonly ShownColumn[];
}

const longestPlace = 60;
const nothingNamed: NamedSources = new Map();

function treeOf<T>(read: Read<T>): T {
  if ('tree' in read) return read.tree;
  const { kind, message, hint, near } = read.fault;
  if (kind === 'unsupported') throw unsupported(message, hint ?? undefined);
  throw new Failure('sql.syntax', near === null ? { message } : { message, near });
}

function written(tokens: readonly Token[], { from, to }: Place): string {
  let text = '';
  for (let i = from; i < to && text.length <= longestPlace; i++) {
    const [before, token] = [tokens[i - 1], tokens[i] as Token];
    text += `${i > from && before && before.end < token.start ? ' ' : ''}${token.text}`;
  }
  return text.length > longestPlace ? `${text.slice(0, longestPlace)}…` : text;
}

/** The type pass over the tokens of one statement. */
class Typed implements Host {
  readonly context: DialectContext;
  readonly strict: boolean;
  readonly #tokens: readonly Token[];
  readonly #tables: ReadonlyMap<number, TableRef>;
  #names = 0;

  constructor(tokens: readonly Token[], tables: readonly TableRef[], context: DialectContext, strict: boolean) {
    this.context = context;
    this.strict = strict;
    this.#tokens = tokens;
    this.#tables = new Map(tables.map((table) => [table.start, table]));
  }

  where(place: Place): string {
    return written(this.#tokens, place);
  }

  table(index: number): TableRef | undefined {
    const token = this.#tokens[index];
    return token && this.#tables.get(token.start);
  }

  fresh(): string {
    return `dt_with_${++this.#names}`;
  }

  operand(tree: Expression, scope: Scope): Operand {
    return operandOf(this, tree, scope);
  }

  derived(query: Query, around: Scope | null, named: NamedSources): ReturnType<Host['derived']> {
    return derivedQuery(this, query, around, named, true);
  }

  query(query: Query): TypedQuery {
    const { sql, columns } = derivedQuery(this, query, null, nothingNamed, false);
    return {
      sql,
      columns: columns.map(({ name, type, declared, isKept }) => ({
        name,
        type,
        typeText: declared ?? typeText(type),
        isPlain: declared !== undefined,
        isKept: isKept === true,
      })),
    };
  }

  change(tree: Exclude<RowStatement, Query>): Change {
    switch (tree.kind) {
      case 'insert':
        return insertText(this, tree);
      case 'update':
        return updateText(this, tree);
      case 'delete':
        return deleteText(this, tree);
    }
  }
}

/** A query that starts at token `at` of the statement, to its end. */
export function typedQuery(
  tokens: readonly Token[],
  tables: readonly TableRef[],
  context: DialectContext,
  at = 0,
): TypedQuery {
  return new Typed(tokens, tables, context, false).query(treeOf(readQuery(tokens, at)));
}

/** SELECT, WITH, INSERT, REPLACE, UPDATE or DELETE. */
export function typedStatement(
  tokens: readonly Token[],
  tables: readonly TableRef[],
  context: DialectContext,
): TypedQuery | Change {
  const tree = treeOf(readRowStatement(tokens));
  if (tree.kind === 'query') return new Typed(tokens, tables, context, false).query(tree);
  return new Typed(tokens, tables, context, true).change(tree);
}

/** An expression as `typedExpression` reads it, of a CHECK or a DEFAULT: what cannot be kept is refused. */
export function keptExpression(
  tokens: readonly Token[],
  at: number,
  columns: readonly ColumnDeclared[],
  context: DialectContext,
): ReturnType<typeof typedExpression> {
  const read = readExpression(tokens, at);
  requireKept(treeOf(read));
  return typedExpression(tokens, at, columns, clockless(context));
}

/** One expression over the columns of one table, which are named without it. `next`: the token behind it. */
export function typedExpression(
  tokens: readonly Token[],
  at: number,
  columns: readonly ColumnDeclared[],
  context: DialectContext,
): { operand: Operand; next: number; where: string } {
  const read = readExpression(tokens, at);
  const tree = treeOf(read);
  const scope = new Scope(null, nothingNamed);
  const prefix = '"".';
  const own = columns.map(({ name, type }) => {
    const column = columnOf('', name, type);
    return { ...column, sql: column.sql.replaceAll(prefix, '') };
  });
  scope.sources.push({ alias: '', database: null, columns: own });
  const typed = new Typed(tokens, [], context, false);
  return { operand: typed.operand(tree, scope), next: 'tree' in read ? read.next : at, where: typed.where(tree) };
}
