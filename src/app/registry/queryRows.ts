/** Every row of a short query at once, for the registry and other small reads. */
import { rowAt } from '../../data/page.ts';
import type { Store } from '../../data/store.ts';
import type { Value } from '../../data/value.ts';

/** Every row of a query as values, in column order: for answers that are known to be small. */
export async function queryRows(store: Store, sql: string, values: readonly Value[] = []): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of store.query({ sql, values })) for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return rows;
}
