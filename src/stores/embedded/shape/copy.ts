/** A new table of the shape of another one at a version, with its rows or without. */
import type { TableName } from '../../../data/table.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import type { TableVersion } from '../types/catalog.ts';
import { sourceSql } from '../versions/readAt.ts';
import { createIndex, secondaryIndexes } from './indexes.ts';
import { createLike } from './shape.ts';

/** How many rows were copied. The indexes are made after the rows, which takes less time. */
export function copyVersion(db: FileConnection, source: TableVersion, table: TableName, withRows: boolean): number {
  const names = source.columns.map((column) => quoteName(column.name)).join(', ');
  const indexes = secondaryIndexes(db, source.generation);
  const generation = createLike(db, { ...source, table });
  const rows = withRows
    ? db.run(`INSERT INTO ${quoteName(generation.stored)} (${names}) SELECT ${names} FROM ${sourceSql(db, source)}`)
    : 0;
  for (const index of indexes) {
    const isWhole = index.columns.every((name) => generation.columns.some((column) => column.name === name));
    if (isWhole) createIndex(db, table, generation, index);
  }
  return rows;
}
