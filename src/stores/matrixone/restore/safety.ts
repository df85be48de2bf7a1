/** What is told where nobody knows whether a change was made: the snapshot that keeps the state before. */
import { Failure } from '../../../base/failure.ts';

/** `what` may have run: `The RESTORE`; `done`: a look afterwards found that it did. */
export function keptBy(snapshot: string, what: string, error: unknown, done = false): unknown {
  const where = `the snapshot "${snapshot}" keeps what was there before`;
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
  return new Failure('sql.failed', { message: `${error.message} ${what} may have run: ${where}.` }, { cause: error });
}
