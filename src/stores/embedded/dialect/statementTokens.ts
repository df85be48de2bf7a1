/** The tokens of a statement that changes shape or shows something, and the tables that it names. */
import { say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import type { TableRef } from '../../../git4data/ast.ts';
import type { Token } from '../../../git4data/lexer.ts';
import type { DialectContext } from '../typed/scope.ts';
import { type TypedQuery, typedQuery } from '../typed/statement.ts';
import { syntax } from './sql.ts';

export class StatementTokens {
  readonly tokens: readonly Token[];
  readonly context: DialectContext;
  readonly #refs: readonly TableRef[];
  readonly #tables: ReadonlyMap<number, TableRef>;

  constructor(tokens: readonly Token[], tables: readonly TableRef[], context: DialectContext) {
    this.tokens = tokens;
    this.context = context;
    this.#refs = tables;
    this.#tables = new Map(tables.map((table) => [table.start, table]));
  }

  /** The table's full name; without a database there is none to look it up in. */
  nameOf(table: TableRef): TableName {
    const database = table.database?.text ?? this.context.database;
    if (database === null) throw syntax(say('no database is chosen: write database.table'));
    return { database, table: table.table.text };
  }

  /** The token behind a table, its hint and its alias. */
  behind(table: TableRef): number {
    const end = Math.max(table.end, table.alias?.end ?? 0);
    const next = this.tokens.findIndex((token) => token.start >= end);
    return next < 0 ? this.tokens.length : next;
  }

  tableAt(index: number): TableRef | undefined {
    const token = this.tokens[index];
    return token && this.#tables.get(token.start);
  }

  /** The query that starts at `index` and takes the rest. */
  queryAt(index: number): TypedQuery {
    return typedQuery(this.tokens, this.#refs, this.context, index);
  }
}
