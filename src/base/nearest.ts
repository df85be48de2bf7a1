/** "Did you mean": the nearest known name to a mistyped one. */
import { say } from './say.ts';

/** Levenshtein distance over UTF-16 units, O(|a| · |b|). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}

/** The known name within a third of the word's length (case ignored), or null when none is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of known) {
    const d = distance(word.toLowerCase(), name.toLowerCase());
    if (d < least) {
      least = d;
      best = name;
    }
  }
  return best;
}

/** A sentence that offers the nearest name; empty when there is none. */
export const didYouMean = (near: string | null | undefined): string =>
  near === null || near === undefined ? '' : say('Did you mean "{0}"?', near);
