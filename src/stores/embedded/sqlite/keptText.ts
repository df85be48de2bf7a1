/** Sentences that stand in the file: in English there, for whoever opens it next, and in a person's own language when they are shown. */
import { later, say } from '../../../base/say.ts';

/** What a constraint says of a value that breaks it, and what became of a history; `{0}` and so on as in every sentence. A file keeps what older versions said, so none is taken out. */
export const kept = {
  range: later('{0} holds {1} to {2}'),
  negative: later('{0} cannot be negative'),
  digits: later('{0} needs at most {1} digits after the point; use ROUND(…, {1})'),
  member: later('it must be one of {0}'),
  long: later('it is too long for {0}'),
  finite: later('it must be a finite number'),
  date: later('a date is written yyyy-mm-dd'),
  datetime: later('a time is written yyyy-mm-dd hh:mm:ss{0}'),
  time: later('a time is written hh:mm:ss{0}'),
  json: later('it must be valid JSON'),
  vector: later('a vector is written [1, 2, 3]'),
  dropped: later('another program dropped the table'),
  reshaped: later('another program changed its columns'),
  silenced: later('another program removed its triggers, so changes may be missing'),
  replaced: later('another program replaced rows without a trace'),
  renumbered: later('another program rebuilt the file and renumbered its rows'),
} as const;

/** The sentence as it is kept. */
export const keptText = (sentence: string, ...parts: readonly (string | number | bigint)[]): string =>
  sentence.replaceAll(/\{(\d)\}/g, (_, i: string) => String(parts[Number(i)] ?? ''));

/** A place that comes twice is found twice, and the first counts. */
const patternOf = (sentence: string): RegExp => {
  const [first = '', ...rest] = sentence
    .split(/\{\d\}/)
    .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${[first, ...rest].join('(.*?)')}$`, 's');
};

const patterns = Object.values(kept).map((sentence) => ({ sentence, pattern: patternOf(sentence) }));

/** What is kept, as it is shown; a text that none of ours is stays as it is. */
export function sayKept(text: string): string {
  for (const { sentence, pattern } of patterns) {
    const found = pattern.exec(text);
    if (found) return say(sentence, ...found.slice(1));
  }
  return text;
}
