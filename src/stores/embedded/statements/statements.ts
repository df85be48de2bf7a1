/** Runs what the dialect made of a statement: changes of rows and of shape. Each call runs inside a write transaction of the caller. */
import { checkName } from '../sqlite/writtenCheck.ts';
import { say } from '../../../base/say.ts';
import { assertNever } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { databaseExists, findTable, resolveVersion } from '../types/catalog.ts';
import type {
  AlterAction,
  BranchTranslation,
  ColumnShape,
  CreateTableTranslation,
  DiffTranslation,
  Translation,
} from '../dialect/translation.ts';
import type { RowPage } from '../../../data/page.ts';
import { forgetBranches } from '../branches/lineage.ts';
import { diffIntoTable, isBranchChange, runBranchChange } from './branching.ts';
import { translate } from '../dialect/translate.ts';
import { assigned } from '../typed/assigned.ts';
import type { TypedQuery } from '../typed/statement.ts';
import { declaredType, type SqlType, typeText } from '../typed/types.ts';
import { quickChange } from './correlated.ts';
import { dialectContext } from './dialectContext.ts';
import type { FileConnection, SqlValue } from '../sqlite/driver.ts';
import { copyVersion } from '../shape/copy.ts';
import { createIndex, dropIndex } from '../shape/indexes.ts';
import { quoteName } from '../sqlite/quote.ts';
import {
  addColumn,
  type ColumnDefinition,
  createDatabase,
  createTable,
  dropColumn,
  dropDatabase,
  dropTable,
  mustFind,
  renameColumn,
  renameTable,
  truncateTable,
} from '../shape/shape.ts';
import { columnType } from '../types/types.ts';
import { isTracked } from '../versions/undoLog.ts';

/** The translations that change the store; the others yield rows, or nothing. */
type ChangingTranslation = Extract<
  Translation,
  {
    kind:
      | 'change'
      | 'createTable'
      | 'createTableAs'
      | 'createTableLike'
      | 'alterTable'
      | 'dropTable'
      | 'truncate'
      | 'createIndex'
      | 'dropIndex'
      | 'createDatabase'
      | 'dropDatabase';
  }
>;

/** What came of a change: how many rows, and the answer of those few that have one. */
export interface Changed {
  readonly affected: number;
  readonly page: RowPage | null;
}

/** Translates and runs one statement that changes something. */
export function runWrite(
  db: FileConnection,
  sql: string,
  values: readonly SqlValue[],
  database: string | null,
): Changed {
  const t = translate(sql, dialectContext(db, database, values));
  if (t.kind === 'branchDiff') return { affected: 0, page: diffIntoTable(db, t) };
  return {
    affected: isBranchChange(t) ? runBranchChange(db, t, values) : runOther(db, { sql, database }, t, values),
    page: null,
  };
}

function runOther(
  db: FileConnection,
  { sql, database }: { readonly sql: string; readonly database: string | null },
  t: Exclude<Translation, DiffTranslation | BranchTranslation>,
  values: readonly SqlValue[],
): number {
  switch (t.kind) {
    case 'change':
      return runChange(db, { ...t, sql: quickChange(db, { sql, database }, t.sql, values) }, values);
    case 'query':
    case 'showDatabases':
    case 'showTables':
    case 'showColumns':
    case 'showCreateTable':
      throw new Failure('usage.wrong', { message: say('A statement that only reads was given as a write.') });
    case 'use':
    case 'nothing':
      return 0;
    default:
      return runChange(db, t, values);
  }
}

/** Rows changed or made; 0 for a change of shape. */
function runChange(db: FileConnection, t: ChangingTranslation, values: readonly SqlValue[]): number {
  if (t.kind === 'change') return changeRows(db, t, values);
  if (t.kind === 'createTableAs')
    return t.ifNotExists && findTable(db, t.table) ? 0 : createAs(db, t.table, t.query, values);
  if (t.kind === 'createTableLike') return t.ifNotExists && findTable(db, t.table) ? 0 : copyTable(db, t);
  changeShape(db, t);
  return 0;
}

type ShapeTranslation = Exclude<ChangingTranslation, { kind: 'change' | 'createTableAs' | 'createTableLike' }>;
type ShapeOf<K extends ShapeTranslation['kind']> = Extract<ShapeTranslation, { kind: K }>;

const shapes: { readonly [K in ShapeTranslation['kind']]: (db: FileConnection, t: ShapeOf<K>) => void } = {
  createTable(db, t) {
    if (!(t.ifNotExists && findTable(db, t.table))) createFrom(db, t);
  },
  alterTable(db, t) {
    for (const action of t.actions) alter(db, t.table, action);
  },
  dropTable(db, t) {
    for (const table of t.tables) if (!t.ifExists || findTable(db, table)) dropTable(db, table);
    forgetBranches(db);
  },
  truncate: (db, t) => truncateTable(db, t.table),
  createIndex: (db, t) => createIndex(db, t.table, mustFind(db, t.table), t),
  dropIndex: (db, t) => dropIndex(db, t.table, mustFind(db, t.table), t.name),
  createDatabase: (db, t) => createDatabase(db, t.database, t.ifNotExists),
  dropDatabase(db, t) {
    if (!t.ifExists || databaseExists(db, t.database)) dropDatabase(db, t.database);
    forgetBranches(db);
  },
};

function changeShape<K extends ShapeTranslation['kind']>(db: FileConnection, t: ShapeOf<K>): void {
  const run = shapes[t.kind as K] as (db: FileConnection, t: ShapeOf<K>) => void;
  run(db, t);
}

function changeRows(
  db: FileConnection,
  t: Extract<Translation, { kind: 'change' }>,
  values: readonly SqlValue[],
): number {
  const generation = mustFind(db, t.table);
  if (!t.everyRow || !isTracked(db, generation)) return db.run(t.sql, ...values);
  // Every row goes: putting the table aside costs nothing, an image of each row would.
  const rows = db.value(`SELECT count(*) FROM ${quoteName(generation.stored)}`) as number;
  truncateTable(db, t.table);
  return rows;
}

const definitionOf = (column: ColumnShape): ColumnDefinition => ({
  name: column.name,
  type: columnType(column.type),
  nullable: column.nullable,
  ...(column.defaultSql !== null && { defaultSql: column.defaultSql }),
});

function createFrom(db: FileConnection, t: CreateTableTranslation): void {
  const counted = t.columns.find((column) => column.autoIncrement);
  if (counted && (t.key.length !== 1 || t.key[0] !== counted.name))
    throw new Failure('store.unsupported', {
      what: say('AUTO_INCREMENT works only for the one key column of a table; "{0}" is not.', counted.name),
    });
  const generation = createTable(db, {
    name: t.table,
    columns: t.columns.map(definitionOf),
    key: t.key,
    constraints: [
      ...t.unique.map((columns) => `UNIQUE (${columns.map(quoteName).join(', ')})`),
      ...t.checks.map((check) => `CONSTRAINT ${quoteName(checkName(check))} CHECK (${check.sql})`),
    ],
  });
  for (const { name, columns } of t.indexes)
    createIndex(db, t.table, generation, { name: name ?? columns.join('_'), columns, unique: false });
}

/** CREATE TABLE … AS SELECT: columns keep their declared types; those of expressions follow from what they are. */
function createAs(db: FileConnection, table: TableName, query: TypedQuery, values: readonly SqlValue[]): number {
  const columns = query.columns.map(
    ({ name, typeText, isPlain, type }): ColumnDefinition => ({
      name,
      type: columnType(isPlain ? typeText : keptTypeText(type)),
      nullable: true,
    }),
  );
  const generation = createTable(db, { name: table, columns, key: [] });
  const cells = query.columns.map(({ type, isKept, name }, i) =>
    assigned({ sql: `q.c${i}`, type, isKept }, declaredType(columns[i]?.type.text ?? 'TEXT'), name),
  );
  return db.run(
    `INSERT INTO ${quoteName(generation.stored)} SELECT ${cells.join(', ')} FROM (${query.sql}) AS q`,
    ...values,
  );
}

/** The type of a column that is to hold what an expression gives. */
const keptTypeText = (type: SqlType): string => (type.kind === 'null' || type.kind === 'any' ? 'TEXT' : typeText(type));

/** LIKE and CLONE: the shape of the table at a version, and for CLONE its rows; how many. */
function copyTable(db: FileConnection, t: Extract<Translation, { kind: 'createTableLike' }>): number {
  const { table } = t;
  if (!databaseExists(db, table.database)) throw new Failure('database.unknown', { database: table.database });
  if (findTable(db, table)) throw new Failure('table.exists', { table: tableText(table) });
  const source = resolveVersion(db, t.like, t.snapshot === null ? live : atSnapshot(t.snapshot));
  return copyVersion(db, source, table, t.withRows);
}

function alter(db: FileConnection, table: TableName, action: AlterAction): void {
  switch (action.action) {
    case 'addColumn':
      return addColumn(db, table, definitionOf(action.column));
    case 'dropColumn':
      return dropColumn(db, table, action.column);
    case 'renameColumn':
      return renameColumn(db, table, action.column, action.to);
    case 'renameTable':
      return renameTable(db, table, action.to);
    default:
      return assertNever(action);
  }
}
