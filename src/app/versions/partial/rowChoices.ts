/** What a person chose for single rows that both sides changed: each choice is for one row, and is held to that. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { textOf, type Value } from '../../../data/value.ts';

/** Whose row stands: that of the table, or that of the branch. */
export type Side = 'ours' | 'theirs';

/** By the key as a person wrote it: of one column its text as it is, of several a JSON array, or the texts with commas between. */
export type RowChoices = ReadonlyMap<string, Side>;

const wrong = (message: string): Failure => new Failure('usage.wrong', { message });

const isPlain = (part: string): boolean => part !== '' && part.trim() === part && !/[,[]/.test(part);

/** A key as it can be written in a choice: `7`, of several columns `7, north`, and as a JSON array where commas would not tell them apart. */
export function keyText(key: readonly Value[]): string {
  const parts = key.map(textOf);
  return parts.length < 2 || parts.every(isPlain) ? parts.join(', ') : JSON.stringify(parts);
}

/** Blanks beside a comma mean nothing. */
const withCommas = (text: string): string =>
  text
    .split(',')
    .map((part) => part.trim())
    .join(',');

/** The parts of a key of so many columns; null where the text is no JSON array of them. */
function partsOf(text: string, columns: number): string[] | null {
  if (!text.trimStart().startsWith('[')) return null;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(read) || read.length !== columns) return null;
  return read.map((part: unknown) => {
    if (typeof part === 'string') return part;
    if (typeof part === 'number' && (Number.isSafeInteger(part) || !Number.isInteger(part))) return String(part);
    throw wrong(say('The parts of the key {0} are to be texts, as in {1}.', text, '["7","north"]'));
  });
}

interface Choice {
  readonly text: string;
  readonly side: Side;
  /** The keys that it fits. */
  readonly fits: string[];
}

/** Choices of a table whose key has so many columns. `usage.wrong`. */
export class ChosenRows {
  readonly #all: Choice[] = [];
  /** By the texts of a key, as JSON. */
  readonly #exact = new Map<string, Choice>();
  /** By the texts of a key with commas between. */
  readonly #loose = new Map<string, Choice>();

  constructor(choices: RowChoices, columns: number) {
    for (const [text, side] of choices) {
      const choice: Choice = { text, side, fits: [] };
      const parts = columns === 1 ? [text] : partsOf(text, columns);
      const [map, key] = parts ? [this.#exact, JSON.stringify(parts)] : [this.#loose, withCommas(text)];
      if (map.has(key)) throw chosenTwice(text);
      map.set(key, choice);
      this.#all.push(choice);
    }
  }

  /** What is chosen for a row that both sides changed. */
  of(key: readonly Value[]): Side | undefined {
    const parts = key.map(textOf);
    const exact = this.#exact.get(JSON.stringify(parts));
    const loose = this.#loose.get(withCommas(parts.join(',')));
    if (exact && loose) throw chosenTwice(exact.text);
    const choice = exact ?? loose;
    choice?.fits.push(JSON.stringify(parts));
    return choice?.side;
  }

  /** After all rows that both sides changed: fails where a choice was for none of them, or for more than one. */
  requireOneEach(): void {
    for (const { text, fits } of this.#all) {
      if (fits.length === 0)
        throw wrong(say('No row with the key {0} was changed on both sides, so there is nothing to choose.', text));
      if (fits.length > 1)
        throw wrong(
          say(
            'The key {0} fits {1} rows that both sides changed. Write the one that is meant: {2}.',
            text,
            fits.length,
            fits.slice(0, 10).join(say(' or ')),
          ),
        );
    }
  }
}

const chosenTwice = (text: string): Failure => wrong(say('The row with the key {0} is chosen twice.', text));
