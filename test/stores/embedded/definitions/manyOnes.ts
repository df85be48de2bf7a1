/** The logs and triggers of the tables `many.*` of a store that have none, as their first snapshot makes them. */
import type { Definition } from '../../../../src/stores/embedded/sqlite/manyDefinitions.ts';
import { FileConnection } from '../../../../src/stores/embedded/sqlite/driver.ts';
import { liveTables } from '../../../../src/stores/embedded/types/catalog.ts';
import { logSql, triggerSql } from '../../../../src/stores/embedded/versions/undoLog.ts';

/** Reads the file at `path` on a connection of its own. */
export function manyDefinitions(path: string): Definition[] {
  const db = new FileConnection({ path, readOnly: true, busyTimeout: 0, backup: () => null });
  try {
    return liveTables(db, 'many').flatMap(({ generation: g }) => [
      ...[...logSql(g)].map(
        ([name, sql]): Definition => ({
          type: name === g.log ? 'table' : 'index',
          name,
          table: g.log,
          sql,
        }),
      ),
      ...[...triggerSql(db, g)].map(([name, sql]): Definition => ({ type: 'trigger', name, table: g.stored, sql })),
    ]);
  } finally {
    db.close();
  }
}
