/** The one way a sentence reaches a person: the English text, with places `{0}`, `{1}`, is the key of its translation, as in `vscode.l10n`. */
import { config, t } from '@vscode/l10n';

/** `say('{0} of {1} rows', 3, '1,000')`; English where this process was given no translation of the text. */
export const say = (text: string, ...parts: readonly (string | number)[]): string => t(text, ...parts);

/** Marks an English text that is written down now, in a table or a file, and said later, by `say(text)`, in whatever language then is. */
export const later = (text: string): string => text;

/** The translation of each English text that has one. */
export type Translations = Readonly<Record<string, string>>;

let known: Translations = {};

/** Called once by each program, before it says anything. */
export function setTranslations(strings: Translations): void {
  known = strings;
  config({ contents: { ...strings } });
}

/** What this program was given, for the programs that it starts. */
export const translations = (): Translations => known;

/** Sentences that stand one after the other; those that are empty or not there are left out. */
export const together = (...sentences: readonly (string | false | null | undefined)[]): string =>
  sentences.filter(Boolean).join(' ');
