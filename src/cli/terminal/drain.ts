/** Reads a stream to its end. */

/** Hands every item of a stream to `each`, and answers what the stream ends with. */
export async function drain<T, End>(stream: AsyncGenerator<T, End>, each: (item: T) => void): Promise<End> {
  for (;;) {
    const step = await stream.next();
    if (step.done) return step.value;
    each(step.value);
  }
}
