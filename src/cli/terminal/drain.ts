/** Reads a stream to its end. */

export async function drain<T, End>(stream: AsyncGenerator<T, End>, each: (item: T) => void): Promise<End> {
  for (;;) {
    const step = await stream.next();
    if (step.done) return step.value;
    each(step.value);
  }
}
