/** What is told where nobody knows whether a change was made: the snapshot that keeps the state before. */
import { Failure, mayHaveRun } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import type { Snapshots } from '../tables/snapshots.ts';

/** `what` may have run: `The RESTORE`; `done`: a look afterwards found that it did. */
export function keptBy(snapshot: string, what: string, error: unknown, done = false): unknown {
  const where = say('the snapshot "{0}" keeps what was there before', snapshot);
  if (Failure.is(error, 'store.disconnected'))
    return new Failure(
      'store.disconnected',
      { ...error.data, reason: `${error.data.reason}; ${where}` },
      { cause: error },
    );
  if (Failure.is(error, 'write.unsure')) {
    const called = what.charAt(0).toLowerCase() + what.slice(1);
    return new Failure('write.unsure', { ...error.data, what: called, kept: snapshot, done }, { cause: error });
  }
  if (!(error instanceof Failure)) return error;
  return new Failure(
    'sql.failed',
    { message: say('{0} {1} may have run: {2}.', error.message, what, where) },
    { cause: error },
  );
}

/** What is done on the way out must not hide how it ended; a bug must still be seen. */
export async function ifPossible(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/**
 * Runs a transaction behind a snapshot of a table, which cannot be made inside of it; `run` says when nothing but the COMMIT is left.
 * `what` is how a sentence calls it: `The load`.
 */
export async function pinned<T>(
  snapshots: Snapshots,
  table: TableName,
  name: string,
  what: string,
  run: (isOver: () => void) => Promise<T>,
): Promise<T> {
  await snapshots.create(name, { level: 'table', table });
  let isCommitting = false;
  try {
    return await run(() => {
      isCommitting = true;
    });
  } catch (error) {
    // Nobody heard how it ended: then the snapshot may be the only way back.
    if (isCommitting && mayHaveRun(error)) throw keptBy(name, what, error);
    await ifPossible(snapshots.drop(name));
    throw error;
  }
}
