/** Turns work that reports how far it is into a stream: the latest count whenever the reader asks, and the result as its end. */

export async function* progressOf<T>(
  work: (onRows: (rows: number) => void) => Promise<T>,
): AsyncGenerator<{ rows: number }, T> {
  let rows = 0;
  let told = 0;
  let settled = false;
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
    return await running;
  } finally {
    // Whoever leaves early has fired the work's signal: nothing of it may still run afterwards.
    await ended;
  }
}
