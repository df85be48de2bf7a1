/** How pure code says things to people: an English sentence with `{0}`-style places, which the shell may translate. */

/**
 * Says a sentence in the reader's language: `say('Restoring to {0}', name)`. The English text is the key of its
 * translation, so it is written out where it is said.
 */
export type Say = (text: string, ...parts: (string | number)[]) => string;

/** English, for the command line and tests. */
export const plainly: Say = (text, ...parts) =>
  text.replaceAll(/\{(\d+)\}/g, (place, index: string) => {
    const part = parts[Number(index)];
    return part === undefined ? place : String(part);
  });

/** Whole numbers as people read them: `1,462`. */
export const countText = (count: number): string => count.toLocaleString('en-US');

/** Milliseconds since 1970 as `2026-01-31 12:00:00 UTC`. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** Net changes in one line: `+3,000 ~200 −0`. */
export const deltaText = (counts: {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}): string => `+${countText(counts.inserted)} ~${countText(counts.updated)} −${countText(counts.deleted)}`;

/** A share as `.842`, and 1 as `1.000`. */
export const shareText = (share: number): string => share.toFixed(3).replace(/^0/, '');

/** A difference of shares with its sign: `+.011`, `−.004`, `±.000`. */
export function differenceText(difference: number): string {
  const size = Math.abs(difference).toFixed(3).replace(/^0/, '');
  if (size === '.000') return '±.000';
  return `${difference < 0 ? '−' : '+'}${size}`;
}

const steps: readonly (readonly [seconds: number, one: string, many: string])[] = [
  [86_400, 'a day ago', '{0} days ago'],
  [3_600, 'an hour ago', '{0} hours ago'],
  [60, 'a minute ago', '{0} minutes ago'],
];

/** How long ago a moment was, in words; both times in milliseconds since 1970. */
export function agoText(then: number, now: number, say: Say): string {
  const seconds = Math.max(0, (now - then) / 1000);
  for (const [length, one, many] of steps) {
    const count = Math.floor(seconds / length);
    if (count === 1) return say(one);
    if (count > 1) return say(many, countText(count));
  }
  return say('just now');
}
