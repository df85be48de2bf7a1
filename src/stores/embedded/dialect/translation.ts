/**
 * What one MySQL statement is for the store: SQLite text that it may run as it is, or a change of shape as data, which the
 * store runs through its catalog. Names and column names are as written; column types are in MySQL's words.
 */
import type { TableName } from '../../../data/table.ts';
import type { DiffOutput } from '../../../git4data/ast.ts';
import type { ConflictRule } from '../../../git4data/branches/command.ts';
import type { Operand } from '../typed/operand.ts';
import type { ShownColumn, TypedQuery } from '../typed/statement.ts';

/** A statement that yields rows. */
export interface QueryTranslation {
  readonly kind: 'query';
  readonly sql: string;
  /** Null where they are SQLite's own, of a plan. */
  readonly columns: readonly ShownColumn[] | null;
}

/** INSERT, REPLACE, UPDATE, DELETE. */
export interface ChangeTranslation {
  readonly kind: 'change';
  readonly sql: string;
  readonly table: TableName;
  /** True for a DELETE without a condition: every row goes. */
  readonly everyRow: boolean;
}

/**
 * A column as CREATE TABLE or ALTER TABLE declares it; whether the store can hold its type is asked later
 * (`columnType`).
 */
export interface ColumnShape {
  readonly name: string;
  /** The declared type, upper case but for the members of ENUM and SET: `VARCHAR(20)`, `INT UNSIGNED`. */
  readonly type: string;
  readonly nullable: boolean;
  /** An SQLite expression, in parentheses where it needs them; null for none. */
  readonly defaultSql: string | null;
  readonly autoIncrement: boolean;
}

/** A CHECK: as SQLite reads it, and as it was written. */
export interface CheckShape {
  /** An SQLite expression. */
  readonly sql: string;
  readonly name: string | null;
  readonly text: string;
}

/** CREATE TABLE with everything it declares. Foreign keys are not in it: they are refused before. */
export interface CreateTableTranslation {
  readonly kind: 'createTable';
  readonly table: TableName;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnShape[];
  readonly key: readonly string[];
  /** Columns of each UNIQUE constraint. */
  readonly unique: readonly (readonly string[])[];
  readonly checks: readonly CheckShape[];
  readonly indexes: readonly { readonly name: string | null; readonly columns: readonly string[] }[];
}

/** One change of an ALTER TABLE, which may have several, done in order. */
export type AlterAction =
  | { readonly action: 'addColumn'; readonly column: ColumnShape }
  | { readonly action: 'dropColumn'; readonly column: string }
  | { readonly action: 'renameColumn'; readonly column: string; readonly to: string }
  | { readonly action: 'renameTable'; readonly to: TableName };

/** A table now or at a snapshot of it; `title` as MatrixOne writes it in its answers. */
export interface TableAt {
  readonly table: TableName;
  readonly snapshot: string | null;
  readonly title: string;
}

/** The keys of a PICK, typed but not yet brought to the columns of the key. */
export type PickedKeysTyped =
  | { readonly kind: 'list'; readonly items: readonly (readonly Operand[])[] }
  | { readonly kind: 'query'; readonly query: TypedQuery };

/** What a branch statement that changes something becomes. */
export type BranchTranslation =
  | {
      readonly kind: 'createBranch';
      readonly branch: TableName;
      readonly of: TableName;
      readonly snapshot: string | null;
    }
  | {
      readonly kind: 'createDatabaseBranch';
      readonly branch: string;
      readonly of: string;
      readonly snapshot: string | null;
    }
  | { readonly kind: 'deleteBranch'; readonly branch: TableName }
  | { readonly kind: 'deleteDatabaseBranch'; readonly database: string }
  | {
      readonly kind: 'mergeBranch';
      readonly source: TableAt;
      readonly into: TableName;
      readonly rule: ConflictRule;
    }
  | {
      readonly kind: 'pickBranch';
      readonly source: TableAt;
      readonly into: TableName;
      readonly rule: ConflictRule;
      /** Names of the snapshots that what is picked changed between. */
      readonly between: { readonly from: string; readonly to: string } | null;
      readonly keys: PickedKeysTyped | null;
    };

/** DIFF: two tables, or two versions of one. A file or a table that is made of it is a change. */
export interface DiffTranslation {
  readonly kind: 'branchDiff';
  readonly target: TableAt;
  readonly base: TableAt;
  readonly columns: readonly string[] | null;
  readonly output: Exclude<DiffOutput, { form: 'as' }> | { readonly form: 'as'; readonly table: TableName };
}

/**
 * What a statement becomes, told by `kind`: SQL to run, or what the store has to do itself because the log must follow.
 */
export type Translation =
  | QueryTranslation
  | ChangeTranslation
  | CreateTableTranslation
  | BranchTranslation
  | DiffTranslation
  /** `query` yields the rows, and tells the columns. */
  | {
      readonly kind: 'createTableAs';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly query: TypedQuery;
    }
  /** LIKE and CLONE: the shape of another table, at a snapshot of it or now; a CLONE comes with its rows. */
  | {
      readonly kind: 'createTableLike';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly like: TableName;
      readonly snapshot: string | null;
      readonly withRows: boolean;
    }
  | { readonly kind: 'alterTable'; readonly table: TableName; readonly actions: readonly AlterAction[] }
  | { readonly kind: 'dropTable'; readonly tables: readonly TableName[]; readonly ifExists: boolean }
  | { readonly kind: 'truncate'; readonly table: TableName }
  | {
      readonly kind: 'createIndex';
      readonly table: TableName;
      readonly name: string;
      readonly columns: readonly string[];
      readonly unique: boolean;
    }
  | { readonly kind: 'dropIndex'; readonly table: TableName; readonly name: string }
  | { readonly kind: 'createDatabase'; readonly database: string; readonly ifNotExists: boolean }
  | { readonly kind: 'dropDatabase'; readonly database: string; readonly ifExists: boolean }
  | { readonly kind: 'use'; readonly database: string }
  /** `like`: the pattern that names are to match, null for all of them. */
  | { readonly kind: 'showDatabases'; readonly like: string | null }
  /** `full`: with the kind of each. */
  | {
      readonly kind: 'showTables';
      readonly database: string;
      readonly full: boolean;
      readonly like: string | null;
    }
  /** DESCRIBE and SHOW COLUMNS. */
  | {
      readonly kind: 'showColumns';
      readonly table: TableName;
      readonly snapshot: string | null;
      readonly like: string | null;
    }
  | { readonly kind: 'showCreateTable'; readonly table: TableName; readonly snapshot: string | null }
  /** SET of the session: nothing to do here. */
  | { readonly kind: 'nothing' };
