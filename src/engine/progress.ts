/** Turns work that reports how far it is into a stream: the latest count whenever the reader asks, and the result as its end. */
import { type Failure, mayHaveRun } from '../base/failure.ts';

/** How far work is; bytes of the file that is read, and of all of it, where there is one. */
export interface Progress {
  readonly rows: number;
  readonly bytes?: number | null;
  readonly size?: number | null;
}

/**
 * `tooLate`: what a reader is told who left while the work went on to its end all the same; without it such work leaves nothing that
 * must be told.
 */
export async function* progressOf<T>(
  work: (onProgress: (progress: Progress) => void) => Promise<T>,
  tooLate?: (result: T) => Failure,
): AsyncGenerator<Progress, T> {
  let now: Progress = { rows: 0 };
  let told = now;
  let settled = false;
  let isRead = false;
  let wake: (() => void) | undefined;
  const running = work((progress) => {
    now = progress;
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
      if (now !== told) {
        told = now;
        yield now;
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
