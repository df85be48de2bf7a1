/** Whether a document of today still says what a released one said: fields may be added, none may go or change. */

/** Times of the call itself, and sentences, which may be put better. */
const free: ReadonlySet<string> = new Set([
  ...['ms', 'seconds', 'createdAt'],
  ...['sentence', 'message', 'why', 'notes', 'advice', 'warnings', 'missing'],
]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where `now` does not hold what `then` said, as `path: then ≠ now`; empty when it holds all of it. */
export function lost(then: unknown, now: unknown, at = ''): string[] {
  if (Array.isArray(then) && Array.isArray(now) && then.length === now.length)
    return then.flatMap((one, i) => lost(one, now[i], `${at}[${i}]`));
  if (isObject(then) && isObject(now)) {
    // A failure is its code: what else it says of itself is for a person.
    if (at.endsWith('.error')) return lost(then['code'], now['code'], `${at}.code`);
    return Object.entries(then).flatMap(([key, value]) => {
      if (!Object.hasOwn(now, key)) return [`${at}.${key} is gone`];
      return free.has(key) ? [] : lost(value, now[key], `${at}.${key}`);
    });
  }
  return Object.is(then, now) ? [] : [`${at}: ${JSON.stringify(then)} ≠ ${JSON.stringify(now)}`];
}
