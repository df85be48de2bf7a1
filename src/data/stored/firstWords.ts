/**
 * Words of the first version that are still kept and still written: a registry and an artifact hold them, so that every version
 * reads what any of them wrote, and documents have them beside today's.
 */

/** Today's names of fields, and the first version's. */
const firstWords = {
  validation: 'tune',
  validationAccuracy: 'tuneAccuracy',
  seen: 'visits',
  fullSeen: 'fullVisits',
  onBaseline: 'onAnchor',
} as const;

type FirstWords = typeof firstWords;

/** As it is kept: its own fields in the first version's words, those of what lies in them as they are. */
export type Kept<T> = { [K in keyof T as K extends keyof FirstWords ? FirstWords[K] : K]: T[K] };

const todaysWords = Object.fromEntries(Object.entries(firstWords).map(([today, first]) => [first, today]));

const renamed = (of: object, names: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(of).map(([field, value]) => [names[field] ?? field, value]));

/** For keeping, its fields in the order in which they stand: hashes are made of the text. `readKept(kept(one))` is equal to `one`. */
export const kept = <T extends object>(one: T): Kept<T> => renamed(one, firstWords) as Kept<T>;

/** What was kept, by any version. */
export const readKept = <T extends object>(one: Kept<T>): T => renamed(one, todaysWords) as T;

/** As a document has it. */
export type BothWords<T> = Kept<T> & T;

/** For a document: the first version's words, and today's beside them. */
export const inBothWords = <T extends object>(one: T): BothWords<T> => ({ ...kept(one), ...one });
