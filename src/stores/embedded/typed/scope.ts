/** What names mean at a place of a statement: the columns of its tables, the titles of its SELECT, the queries that WITH names. */
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import type { TableRef } from '../../../git4data/ast.ts';
import type { ColumnPath, Expression, Place, Query, Window } from '../../../git4data/query/tree.ts';
import type { Value } from '../../../data/value.ts';
import type { Operand } from './operand.ts';
import { unsupported } from './sqlText.ts';

/** A column of a table as the catalog tells it. */
export interface ColumnDeclared {
  readonly name: string;
  /** `DECIMAL(10,2)`. */
  readonly type: string;
}

/** What has to be known of the store. `table.unknown` and `version.unknown` are the context's to throw. */
export interface DialectContext {
  /** The database of unqualified names. */
  readonly database: string | null;
  /** What stands in FROM for a table: its quoted name, or a parenthesised SELECT of its rows at a snapshot. `nested`: within parentheses. */
  source(table: TableName, snapshot: string | null, nested: boolean): string;
  /** The quoted name of a table that is written to. */
  target(table: TableName): string;
  /** The columns of a table with their declared types, in order; null when there is no such table. */
  columns(table: TableName, snapshot: string | null): readonly ColumnDeclared[] | null;
  /** The time of the statement, for NOW() and its like. */
  now(): Date;
  /** What the `?` of the statement are bound to, in order, where that is known. */
  readonly values?: readonly Value[];
}

/** A name in scope, and what it stands for. */
export interface Column extends Operand {
  readonly name: string;
}

export interface SourceColumns {
  /** What the table is called by. */
  readonly alias: string;
  readonly database: string | null;
  readonly columns: readonly Column[];
}

/** A query as the source of another one: its text without parentheses, its columns under `c0`, `c1` … */
export interface Derived {
  readonly sql: string;
  readonly columns: readonly Column[];
}

/** What a query that WITH names is called in SQLite, and its columns. */
export type NamedSources = ReadonlyMap<string, Derived>;

/** Columns that stand outside every aggregate and every expression of GROUP BY, as they are found. */
interface Grouping {
  groups: ReadonlySet<string>;
  loose: string[];
  aggregates: number;
  /** Above 0 within the arguments of an aggregate. */
  inside: number;
}

/** The names at one SELECT or change; what it does not have is looked for around it. */
export class Scope {
  readonly sources: SourceColumns[] = [];
  readonly parent: Scope | null;
  readonly named: NamedSources;
  /** What USING made one column of two. */
  readonly merged = new Map<string, Column>();
  /** The items of the SELECT by their titles in lower case, where they may be named. */
  aliases: ReadonlyMap<string, () => Operand> | null = null;
  /** True where a title goes before a column: directly in ORDER BY. */
  grouping: Grouping = { groups: new Set(), loose: [], aggregates: 0, inside: 0 };
  windows: ReadonlyMap<string, Window> = new Map();

  constructor(parent: Scope | null, named: NamedSources) {
    this.parent = parent;
    this.named = named;
  }

  /** The columns of its tables with this name, of the table that is called so where one is named. */
  #columnsNamed({ name, table }: ColumnPath): Column[] {
    const wanted = name.toLowerCase();
    if (table === null) {
      const merged = this.merged.get(wanted);
      if (merged) return [merged];
    }
    return this.sources
      .filter(({ alias }) => table === null || alias.toLowerCase() === table.toLowerCase())
      .flatMap(({ columns }) => columns.filter((column) => column.name.toLowerCase() === wanted));
  }

  /** What a name stands for here or further out. */
  resolve(path: ColumnPath, where: string): Operand {
    const found = this.#columnsNamed(path);
    const alias = path.table === null ? this.aliases?.get(path.name.toLowerCase()) : undefined;
    if (found.length > 1)
      throw unsupported(
        say('{0}, which is a column of two tables ({1})', path.name, where),
        say('Write the table before it.'),
      );
    const [column] = found;
    if (column && alias && alias().sql !== column.sql)
      throw unsupported(
        say('{0}, which is a column and a title ({1})', path.name, where),
        say('Give the title another name.'),
      );
    if (column) {
      if (this.grouping.inside === 0) this.grouping.loose.push(column.sql);
      return column;
    }
    if (alias) return alias();
    if (this.parent) return this.parent.resolve(path, where);
    const names = this.sources.flatMap(({ columns }) => columns.map(({ name }) => name));
    throw new Failure('column.unknown', {
      column: path.table === null ? path.name : `${path.table}.${path.name}`,
      table: this.sources.map(({ alias }) => alias).join(', ') || say('The statement'),
      near: nearest(path.name, names) ?? null,
    });
  }
}

/** What the parts of the type pass hand each other. */
export interface Host {
  readonly context: DialectContext;
  /** A change: a text that is no number is an error in it. */
  readonly strict: boolean;
  /** The text at a place, for sentences. */
  where(place: Place): string;
  /** The tables of the statement by the index of their first token. */
  table(index: number): TableRef | undefined;
  /** A new name for SQLite. */
  fresh(): string;
  operand(tree: Expression, scope: Scope): Operand;
  /** A query within another one, which may name what is around it where `around` is given. */
  derived(query: Query, around: Scope | null, named: NamedSources): Derived;
}
