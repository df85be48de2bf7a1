/** What the contract suite needs of a backend besides the port: a fresh store, and changes as another user would make them. */
import type { LocalStore } from '../../src/data/store.ts';
import type { TableName } from '../../src/data/table.ts';
import type { Value } from '../../src/data/value.ts';

export interface ColumnShape {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** Changes to live tables, each of them committed when the promise ends. */
export interface Changer {
  createTable(name: TableName, columns: readonly ColumnShape[], key: readonly string[]): Promise<void>;
  dropTable(name: TableName): Promise<void>;
  truncate(name: TableName): Promise<void>;
  addColumn(name: TableName, column: ColumnShape): Promise<void>;
  dropColumn(name: TableName, column: string): Promise<void>;
  renameColumn(name: TableName, column: string, to: string): Promise<void>;
  /** Inserts rows; values in the order of `columns`. */
  insert(name: TableName, columns: readonly string[], rows: readonly (readonly Value[])[]): Promise<void>;
  /** Updates the rows whose `where` columns hold these values. */
  update(name: TableName, set: Readonly<Record<string, Value>>, where: Readonly<Record<string, Value>>): Promise<void>;
  remove(name: TableName, where: Readonly<Record<string, Value>>): Promise<void>;
}

export interface Opened {
  readonly store: LocalStore;
  readonly change: Changer;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  open(): Promise<Opened>;
}
