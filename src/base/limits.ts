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
  /** Columns of a table; SQLite and the server stop at about as many. */
  columns: {
    most: 2_000,
    say: (most: number, d: Reached) =>
      say(
        '{0} has too many columns: {1}. Leave columns out, or put them below one another as rows (name, value).',
        d.where,
        than(most, d),
      ),
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

/** How deep objects and lists of a JSON text stand in one another; texts in quotes are passed over. It never calls itself. */
export function jsonNesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) i = closingQuote(text, i);
    else if (c === openBrace || c === openBracket) deepest = Math.max(deepest, ++depth);
    else if (c === closeBrace || c === closeBracket) depth--;
  }
  return deepest;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93];

function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === backslash) i++;
    else if (c === quote) return i;
  }
  return text.length;
}
