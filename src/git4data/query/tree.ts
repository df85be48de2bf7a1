/** The tree of a query or a change of rows: what MySQL's words say, before anything is known of tables and types. */

/** Where a node stands: from token `from` up to, and without, token `to` of its statement. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A node of the tree with its place. */
type Placed<T> = T & Place;

/** `a`, `t.a`, `db.t.a`. */
export interface ColumnPath {
  readonly kind: 'column';
  readonly database: string | null;
  readonly table: string | null;
  readonly name: string;
}

/** The type behind CAST(… AS type), upper case. */
export interface CastType {
  readonly base: string;
  readonly sizes: readonly number[];
}

/** A value that rows are ordered by, and which way. */
export interface OrderItem {
  readonly value: Expression;
  readonly descending: boolean;
}

/** What stands behind OVER. `frame` is as written, words in upper case. */
export interface Window {
  readonly partition: readonly Expression[];
  readonly order: readonly OrderItem[];
  readonly frame: string | null;
}

/** A call of a function by its name in upper case. `words`: what stands bare among the arguments (a unit, LEADING). */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly order: readonly OrderItem[];
  readonly separator: string | null;
  readonly word: string | null;
  readonly over: Window | string | null;
}

export type BinaryOperator =
  | '='
  | '<=>'
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | 'DIV'
  | BitOperator;
export type BitOperator = '&' | '|' | '<<' | '>>';

/** An expression by `kind`. */
export type Expression = Placed<
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** `x'1F'`, `0x1F`, `b'01'`. */
  | { readonly kind: 'bytes'; readonly text: string }
  /** `DATE '…'`, `TIME '…'`, `TIMESTAMP '…'`. */
  | { readonly kind: 'moment'; readonly family: 'date' | 'time' | 'datetime'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'truth'; readonly value: boolean }
  /** The `?` of this number, from 0. */
  | { readonly kind: 'parameter'; readonly index: number }
  | ColumnPath
  | { readonly kind: 'row'; readonly items: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'sign'; readonly sign: '-' | '+' | '~'; readonly operand: Expression }
  | { readonly kind: 'logic'; readonly operator: 'AND' | 'OR'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'is';
      readonly operand: Expression;
      readonly what: 'NULL' | 'TRUE' | 'FALSE';
      readonly negated: boolean;
    }
  | {
      readonly kind: 'between';
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly list: readonly Expression[];
      readonly negated: boolean;
    }
  | { readonly kind: 'inQuery'; readonly operand: Expression; readonly query: Query; readonly negated: boolean }
  | {
      readonly kind: 'like';
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | null;
      readonly negated: boolean;
    }
  | { readonly kind: 'regexp'; readonly operand: Expression; readonly pattern: Expression; readonly negated: boolean }
  | { readonly kind: 'exists'; readonly query: Query }
  | { readonly kind: 'scalar'; readonly query: Query }
  | {
      readonly kind: 'case';
      readonly base: Expression | null;
      readonly whens: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly other: Expression | null;
    }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: CastType }
  /** `date + INTERVAL amount unit`, and DATE_ADD and its like. */
  | {
      readonly kind: 'interval';
      readonly date: Expression;
      readonly amount: Expression;
      readonly unit: string;
      readonly minus: boolean;
    }
  | Call
>;

/** One expression of this kind. */
export type ExpressionOf<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>;

/** What a SELECT shows: an expression with its title, or every column (of a table). */
export type SelectItem =
  | { readonly star: true; readonly table: string | null }
  | { readonly star: false; readonly value: Expression; readonly alias: string | null; readonly title: string };

/** How a table is joined: `inner` for CROSS JOIN and a JOIN without ON too. */
export type JoinKind = 'inner' | 'left' | 'right' | 'full';

/** A table of a FROM. `index`: its first token, by which the statement's list of tables knows it. */
export type Source =
  | {
      readonly kind: 'table';
      readonly index: number;
      readonly alias: string;
      readonly database: string | null;
      readonly name: string;
    }
  | {
      readonly kind: 'query';
      readonly query: Query;
      readonly alias: string;
      readonly columns: readonly string[] | null;
    }
  | { readonly kind: 'series'; readonly args: readonly Expression[]; readonly alias: string };

/** A table of a FROM with its join. */
export interface Joined {
  readonly source: Source;
  /** How it is joined to what stands before it; null for the first, and behind a comma. */
  readonly join: JoinKind | null;
  readonly on: Expression | null;
  readonly using: readonly string[] | null;
}

/** One SELECT, without the ORDER BY and LIMIT behind it. */
export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly Joined[];
  readonly where: Expression | null;
  readonly group: readonly Expression[];
  readonly having: Expression | null;
  readonly windows: ReadonlyMap<string, Window>;
}

/** How a part of a query is put together with those before it. */
export type SetOperator = 'UNION' | 'UNION ALL' | 'EXCEPT' | 'INTERSECT';

/** `WITH name (columns) AS (query)`. */
export interface NamedQuery {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly query: Query;
}

/** SELECTs joined by set operators, with WITH before and ORDER BY and LIMIT behind them. */
export interface Query extends Place {
  readonly kind: 'query';
  readonly recursive: boolean;
  readonly named: readonly NamedQuery[];
  readonly first: Select | Query;
  readonly rest: readonly { readonly operator: SetOperator; readonly member: Select | Query }[];
  readonly order: readonly OrderItem[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

/** `column = value`. */
export interface Assignment {
  /** What stands before the column, as in `t.a = 1`; lower case. */
  readonly table: string | null;
  readonly column: string;
  readonly value: Expression;
  readonly place: Place;
}

/** The table that is written to: the index of its first token, and what it is called by. */
export interface Written {
  readonly index: number;
  readonly alias: string;
}

/** INSERT and REPLACE: rows or a query, and what becomes of rows whose key is there. */
export interface Insert {
  readonly kind: 'insert';
  readonly table: Written;
  readonly replaces: boolean;
  readonly ignores: boolean;
  readonly columns: readonly string[] | null;
  readonly rows: readonly (readonly Expression[])[] | null;
  readonly query: Query | null;
  /** What the new row is called behind ON DUPLICATE KEY UPDATE, lower case. */
  readonly newRow: string | null;
  readonly updates: readonly Assignment[];
}

/** UPDATE of one table, which others may be joined to. */
export interface Update {
  readonly kind: 'update';
  readonly tables: readonly Joined[];
  readonly assignments: readonly Assignment[];
  readonly where: Expression | null;
}

/** DELETE of one table. */
export interface Delete {
  readonly kind: 'delete';
  readonly table: Written;
  readonly where: Expression | null;
}

/** A statement that asks for rows or changes some. */
export type RowStatement = Query | Insert | Update | Delete;
