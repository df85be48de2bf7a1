/**
 * The row hash: md5(`salt:canonical key`) as 32 lower-case hex digits. Every split, sample and order derives from it, and
 * both engines can evaluate it, so the same rows fall on the same side everywhere. A window of its
 * order is as uniform as a sample. (md5 as a spreading function, not for security.)
 */
import { seededRandom } from '../base/random.ts';
import type { Replay } from './training.ts';
import { hexOf, type Value } from './value.ts';

/**
 * The canonical text of one key value: integers in decimal, DECIMAL at its column's scale, dates and times in their canonical
 * form, text as is, bytes in hex. NULL cannot be part of a key.
 */
const partText = (value: Value): string => (value instanceof Uint8Array ? hexOf(value) : String(value));

/** One key part stands as it is; parts of a composite key are prefixed with their length in UTF-8 bytes: `3:abc2:10`. */
function canonicalKey(key: readonly Value[]): string {
  if (key.length === 1) return partText(key[0] as Value);
  return key
    .map((value) => {
      const text = partText(value);
      return `${utf8Length(text)}:${text}`;
    })
    .join('');
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0) as number;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** What md5 is taken of. */
export const hashInput = (salt: string, key: readonly Value[]): string => `${salt}:${canonicalKey(key)}`;

/**
 * The exclusive upper bound of a share p of all rows: rows with `hash < hashBound(p)`, p in [0, 1]. It is floor(p · 2^52)
 * in the 13 leading digits; null means no bound (p = 1).
 */
export function hashBound(share: number): string | null {
  if (share >= 1) return null;
  return `${Math.floor(Math.max(0, share) * 2 ** 52)
    .toString(16)
    .padStart(13, '0')}${'0'.repeat(19)}`;
}

/** Rows with `from <= hash < below`; a null bound is open. */
export interface HashRange {
  readonly from: string | null;
  readonly below: string | null;
}

/**
 * Whether a row hash lies in the range: `from` is in it, `below` is not, and null is no bound. Hex texts of one length
 * compare as their numbers do.
 */
export const inRange = (hash: string, range: HashRange): boolean =>
  (range.from === null || hash >= range.from) && (range.below === null || hash < range.below);

/** The three sides of a training's rows: test is the lowest share of hashes, validation the next, train the rest. */
export function splitRanges(shares: {
  readonly test: number;
  readonly validation: number;
}): Record<'train' | 'validation' | 'test', HashRange> {
  const test = hashBound(shares.test);
  const validation = hashBound(shares.test + shares.validation);
  return {
    test: { from: null, below: test },
    validation: { from: test, below: validation },
    train: { from: validation, below: null },
  };
}

/** Hashes by their leading digits, which is how `hashBound` bounds them too: as many places as a double counts exactly. */
const places = 2 ** 52;
const leading = 13;

const placeOf = (hash: string | null): number => (hash === null ? 0 : Number.parseInt(hash.slice(0, leading), 16));
const hashAt = (place: number): string => hashBound(place / places) ?? '';

type Shares = Parameters<typeof splitRanges>[0];
type Window = Extract<Replay, { readonly from: string }>;

/** A replay that is a window. */
export const isWindow = (replay: Replay | null): replay is Window => replay !== null && 'from' in replay;

/**
 * The window of `share` (in (0, 1)) of the train rows' hashes that begins where `before` ended, or at a place that the seed draws. A
 * row's hash is md5, so a window is as uniform as a sample of as many rows.
 */
export function nextWindow(shares: Shares, share: number, before: Replay | null, seed: string): Window {
  const first = placeOf(splitRanges(shares).train.from);
  const span = places - first;
  const start = isWindow(before)
    ? Math.max(0, placeOf(before.below) - first)
    : Math.floor(seededRandom(`window:${seed}`).fraction() * span);
  const end = (start + Math.round(share * span)) % span;
  return { from: hashAt(first + (start % span)), below: hashAt(first + end) };
}

/** The ranges of train rows that a window is made of, in hash order: two where it goes around the end. */
export function windowRanges(shares: Shares, { from, below }: Window): HashRange[] {
  if (from < below) return [{ from, below }];
  const { from: first } = splitRanges(shares).train;
  const rest = { from, below: null };
  return placeOf(below) > placeOf(first) ? [{ from: first, below }, rest] : [rest];
}
