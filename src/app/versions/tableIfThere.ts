/** A table that need not be there. */
import { Failure } from '../../base/failure.ts';
import type { Store } from '../../data/store.ts';
import type { TableInfo, TableName } from '../../data/table.ts';

/** Its columns and key as they are now; null where there is no such table, or no such database. */
export async function tableIfThere(store: Pick<Store, 'table'>, name: TableName): Promise<TableInfo | null> {
  try {
    return await store.table(name);
  } catch (error) {
    if (Failure.is(error, 'table.unknown') || Failure.is(error, 'database.unknown')) return null;
    throw error;
  }
}
