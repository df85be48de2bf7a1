/** Gives DIFF about as long as a comparison would surely take: what it does with very many changes takes minutes. */
import { Failure } from '../../../base/failure.ts';

/** So long nobody asks how large the table is: small ones are never given up. */
const firstMs = 2_000;
/** What comparing takes at most, in milliseconds a row. */
const msPerRow = 0.001;

/**
 * What `work` gives, or `giveUp` where it was given up, which its signal told it. That signal also is the caller's, and outlives
 * the wait. `rows`: of the table; while they are unknown, nothing is given up.
 */
export async function withPatience<T>(
  rows: () => Promise<number>,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  giveUp: () => T,
): Promise<T> {
  const over = new AbortController();
  let isDone = false;
  const wait = async (): Promise<void> => {
    const left = (await rows()) * msPerRow - firstMs;
    if (!isDone) timer = setTimeout(() => over.abort(), Math.max(0, left));
  };
  let timer = setTimeout(() => void wait().catch(() => undefined), firstMs);
  try {
    return await work(signal ? AbortSignal.any([signal, over.signal]) : over.signal);
  } catch (error) {
    if (over.signal.aborted && !signal?.aborted && Failure.is(error, 'cancelled')) return giveUp();
    throw error;
  } finally {
    isDone = true;
    clearTimeout(timer);
  }
}
