/** Tables, their columns and their names. */

/** A table's full name. Both parts are case-sensitive and non-empty. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

/** DeltaTrain's own database: the registry of models and the record of what happened. */
export const ownDatabase = 'deltatrain';

/** Names of databases differ by more than case on no engine of ours that folds them. */
export const isOwnDatabase = (name: string): boolean => name.toLowerCase() === ownDatabase;

/** `db.table` for people and JSON; not quoted. */
export const tableText = (name: TableName): string => `${name.database}.${name.table}`;

/** Reads `db.table` at its first dot; undefined when a part is missing. */
export function parseTableName(text: string): TableName | undefined {
  const dot = text.indexOf('.');
  if (dot <= 0 || dot === text.length - 1) return undefined;
  return { database: text.slice(0, dot), table: text.slice(dot + 1) };
}

/** The families of column types that matter outside a store. */
export type TypeFamily =
  | 'integer'
  | 'float'
  | 'decimal'
  | 'text'
  | 'bytes'
  | 'date'
  | 'datetime'
  | 'time'
  | 'boolean'
  | 'json'
  | 'vector';

/** A column of a table at a version. */
export interface ColumnInfo {
  readonly name: string;
  /** The type as the user declared it, in MySQL words, upper case: `VARCHAR(20)`, `DECIMAL(10,2)`. */
  readonly type: string;
  readonly family: TypeFamily;
  readonly nullable: boolean;
}

/** A table at a version: its columns in their order, and its identity. */
export interface TableInfo {
  readonly name: TableName;
  /** Identity: another one after the table was dropped and made again. */
  readonly id: string;
  readonly columns: readonly ColumnInfo[];
  /** Primary-key columns in key order; empty when the table has none (the delta is then a multiset of rows). */
  readonly key: readonly string[];
  /** Tables whose foreign keys point to this one, as `db.table`; left out where there are none. */
  readonly referencedBy?: readonly string[];
}

/** Whether two lists of columns, none of which repeats, name the same ones, in whatever order. */
export const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

/** Whether two lists of columns name the same ones in the same order. */
export const sameNamesInOrder = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);

/** True of a type whose values are singles (`FLOAT`, or `FLOAT(p)` of up to 24 bits): they compare as these, whatever digits are shown. */
export const isSingle = (type: string): boolean => {
  const bits = /^FLOAT(?:\((\d+)\))?(?![\w(])/i.exec(type);
  return bits !== null && Number(bits[1] ?? 24) <= 24;
};
