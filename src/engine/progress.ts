/** Turns work that reports how far it is into a stream: the latest count whenever the reader asks, and the result as its end. */
import { type Failure, mayHaveRun } from '../base/failure.ts';

/**
 * `tooLate`: what a reader is told who left while the work went on to its end all the same; without it such work leaves nothing that
 * must be told.
 */
export async function* progressOf<T>(
  work: (onRows: (rows: number) => void) => Promise<T>,
  tooLate?: (result: T) => Failure,
): AsyncGenerator<{ rows: number }, T> {
  let rows = 0;
  let told = 0;
  let settled = false;
  let isRead = false;
  let wake: (() => void) | undefined;
  const running = work((count) => {
    rows = count;
    wake?.();
  });
  const ended = running.then(
    () => undefined,
    () => undefined,
  );
  void ended.then(() => {
    settled = true;
    wake?.();
  });
  try {
    while (!settled) {
      if (rows > told) {
        told = rows;
        yield { rows };
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    isRead = true;
    return await running;
  } finally {
    // Whoever leaves early has fired the work's signal: nothing of it may still run afterwards.
    await ended;
    if (!isRead && tooLate) await requireUndone(running, tooLate);
  }
}

/** Throws what must be heard of work that nobody waits for any more. */
async function requireUndone<T>(running: Promise<T>, tooLate: (result: T) => Failure): Promise<void> {
  let done: T;
  try {
    done = await running;
  } catch (error) {
    if (mayHaveRun(error)) throw error;
    return;
  }
  throw tooLate(done);
}
