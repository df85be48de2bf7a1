/** Lets others speak: messages (a cancel among them) arrive only while a long computation pauses. */
import { throwIfCancelled } from '../../base/failure.ts';

/** Milliseconds of work between two pauses. */
const stretch = 40;

/** Pauses when the last pause is long enough ago, and throws `cancelled` once the signal has fired. */
export function pauser(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    throwIfCancelled(signal);
    if (performance.now() - last < stretch) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    throwIfCancelled(signal);
    last = performance.now();
  };
}
