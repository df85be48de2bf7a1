/** Claims that only a bug can break; what they throw is shown as "something broke", never as an expected failure. */

/** Claims what only a bug can break, and narrows the type to it. For what a person can cause there is `Failure`. */
export function invariant(claim: unknown, message: string): asserts claim {
  if (!claim) throw new Error(`Broken invariant: ${message}`);
}

/** Makes a switch exhaustive: a new member of the union stops compiling where it is not handled. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${String(value)}`);
}

/** The item at `index`, where the caller has established that it exists. */
export function at<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index];
  if (item === undefined && (index < 0 || index >= items.length))
    throw new Error(`Broken invariant: no item ${index} of ${items.length}`);
  return item as T;
}
