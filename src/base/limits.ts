/** What is too much, in one place: each limit with its number and the one sentence that a person reads. */
import { say } from './say.ts';

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `where` is what held it: a file with its line, a column, a function. `found` is how much there was, where that is known. */
interface Reached {
  readonly where: string;
  readonly found?: number | undefined;
}

const than = (most: number, { found }: Reached): string =>
  found === undefined
    ? say('more than {0}', grouped(most))
    : say('{0}, and at most {1} are read', grouped(found), grouped(most));

const thanMade = (most: number, { found }: Reached): string =>
  found === undefined
    ? say('more than {0}', grouped(most))
    : say('{0}, and at most {1} can be made', grouped(found), grouped(most));

/** Each limit by its name: the most there may be, and what is said of more. */
export const limits = {
  /** Objects and lists inside one another; readers and writers of JSON call themselves for each. */
  jsonNesting: {
    most: 500,
    say: (most: number, d: Reached) =>
      say(
        '{0} nests objects and lists too deep: {1}. Write it flatter, or leave that value out.',
        d.where,
        than(most, d),
      ),
  },
  /** Columns of a table in an embedded store: a row of a delta is two rows of the table, and SQLite gives 2,000 columns at most. */
  comparedColumns: {
    most: 990,
    say: (most: number, d: Reached) =>
      say(
        '{0} would have {1} columns, and the embedded store compares versions of at most {2}.',
        d.where,
        d.found ?? '?',
        most,
      ),
  },
  /** Columns of a file. */
  columns: {
    most: 2_000,
    say: (most: number, d: Reached) =>
      say(
        '{0} has too many columns: {1}. Leave columns out, or put them below one another as rows (name, value).',
        d.where,
        than(most, d),
      ),
  },
  /** Rows that the second part of a recursive query makes. */
  recursion: {
    most: 1_000_000,
    say: (most: number, d: Reached) =>
      say('{0} would make {1} rows. End it by a condition in its second part.', d.where, than(most, d)),
  },
  /** UTF-16 units or bytes of one value that an expression makes. */
  madeValue: {
    most: 64 * 1024 * 1024,
    say: (most: number, d: Reached) =>
      say(
        '{0} would make a value that is too long: {1} (characters or bytes). Ask for a shorter one.',
        d.where,
        thanMade(most, d),
      ),
  },
  /** Characters of one record of CSV and one line of JSON Lines, and so of each of its cells. */
  record: {
    most: 64 * 1024 * 1024,
    say: (most: number, d: Reached) =>
      say(
        '{0} is too long: {1} (characters). Leave that value out, or keep it in a file of its own and its name in the table.',
        d.where,
        than(most, d),
      ),
  },
  /** Values of one page of a Parquet file, which are in memory together. */
  pageValues: {
    most: 4_194_304,
    say: (most: number, d: Reached) =>
      say('{0} has too many values in one page: {1}. Write the file with smaller pages.', d.where, than(most, d)),
  },
  /** Weights of a model. */
  weights: {
    most: 250_000_000,
    say: (most: number, d: Reached) => say('{0} has too many weights: {1}.', d.where, than(most, d)),
  },
} as const satisfies Record<string, { most: number; say: (most: number, d: Reached) => string }>;

/** The limits by their names, as `limit.reached` carries them. */
export type LimitName = keyof typeof limits;

/** The sentence of a limit that was passed: what was too much, how much it is at most, and what to do. */
export const limitSentence = ({ limit, ...reached }: Reached & { limit: LimitName }): string =>
  limits[limit].say(limits[limit].most, reached);

export interface Nesting {
  /** Objects and lists in one another at the deepest place. */
  readonly deepest: number;
  /** Where the first stands that is beyond the limit; null where none is. */
  readonly beyond: number | null;
}

const codes = { quote: 34, star: 42, slash: 47, open: [123, 91], close: [125, 93], backslash: 92 } as const;
const isLineEnd = (code: number): boolean => code === 10 || code === 13;

/**
 * How deep a text of JSON nests, with comments or without; texts in quotes are passed over. It never calls itself. What is no
 * JSON counts too: a parser that goes on behind a mistake goes as deep.
 */
export function jsonNesting(text: string): Nesting {
  let depth = 0;
  let deepest = 0;
  let beyond: number | null = null;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === codes.quote) i = behindText(text, i);
    else if (code === codes.slash) i = behindComment(text, i);
    else if (code === codes.open[0] || code === codes.open[1]) {
      depth++;
      deepest = Math.max(deepest, depth);
      if (depth > limits.jsonNesting.most) beyond ??= i;
    } else if (code === codes.close[0] || code === codes.close[1]) depth = Math.max(0, depth - 1);
  }
  return { deepest, beyond };
}

/** The closing quote; a text that is never closed ends with its line. */
function behindText(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === codes.backslash) i++;
    else if (code === codes.quote || isLineEnd(code)) return i;
  }
  return text.length;
}

function behindComment(text: string, slash: number): number {
  const next = text.charCodeAt(slash + 1);
  if (next === codes.star) {
    const close = text.indexOf('*/', slash + 2);
    return close < 0 ? text.length : close + 1;
  }
  if (next !== codes.slash) return slash;
  let i = slash + 2;
  while (i < text.length && !isLineEnd(text.charCodeAt(i))) i++;
  return i;
}
