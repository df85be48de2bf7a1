/** What a person asks of a store as one statement: its answer where it is a read. */
import { Failure } from '../../../base/failure.ts';
import type { RowPage } from '../../../data/page.ts';
import type { QueryEnd, QueryRequest } from '../../../data/store.ts';
import { translate } from '../dialect/translate.ts';
import type { FileConnection, SqlValue } from '../sqlite/driver.ts';
import { databaseExists } from '../types/catalog.ts';
import { answerDiff } from './branching.ts';
import { quickQuery } from './correlated.ts';
import { dialectContext } from './dialectContext.ts';
import { runStatement } from './query.ts';
import { show } from './show.ts';

/** How a statement ends that answers no rows. */
export const nothingDone: QueryEnd = { columns: [], rows: 0, affected: 0 };

/** Answers a read in a transaction of its own; null at the end when the statement is a write, and nothing was done. */
export async function* answerRead(
  db: FileConnection,
  request: QueryRequest,
  values: readonly SqlValue[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, QueryEnd | null> {
  try {
    // The translation of a read at a snapshot is valid in this transaction only.
    db.exec('BEGIN');
    const asked = translate(request.sql, dialectContext(db, request.database ?? null, values));
    switch (asked.kind) {
      case 'query':
        return yield* runStatement(db, { ...asked, sql: quickQuery(db, request, asked.sql, values) }, values, {
          pageRows: request.pageRows,
          signal,
        });
      case 'showDatabases':
      case 'showTables':
      case 'showColumns':
      case 'showCreateTable': {
        const page = show(db, asked);
        yield page;
        return { ...nothingDone, columns: page.columns, rows: page.rows };
      }
      case 'branchDiff':
        return asked.output.form === 'as' ? null : yield* answerDiff(db, asked, { pageRows: request.pageRows, signal });
      case 'use':
        if (databaseExists(db, asked.database)) return nothingDone;
        throw new Failure('database.unknown', { database: asked.database });
      case 'nothing':
        return nothingDone;
      default:
        return null;
    }
  } finally {
    db.rollback();
  }
}
