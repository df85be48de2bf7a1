/** The rows of one snapshot as a base and what differs from it, read in the order of their hashes. */
import { at } from '../../base/assert.ts';
import { type CacheFile, type Footer, Unusable } from './cacheFile.ts';
import {
  compareHashes,
  hashOf,
  hexAt,
  lowerBound,
  joinSegments,
  pickRows,
  type RowBlock,
  type Segment,
} from './rowBlock.ts';

/** Rows that differ from a base, in the order of their hashes; `gone[i]` is 1 where there is no such row, whose cells are empty. */
export interface Overlay {
  readonly entries: RowBlock;
  readonly gone: Uint8Array;
}

export const noOverlay = (columns: number): Overlay => ({
  entries: joinSegments([], columns),
  gone: new Uint8Array(0),
});

/** The entries of an older overlay and of a newer one, which wins where both have a row. */
export function mergeOverlays(older: Overlay, newer: Overlay, columns: number): Overlay {
  const segments: Segment[] = [];
  const gone: number[] = [];
  let i = 0;
  let j = 0;
  const push = (from: Overlay, row: number): void => {
    gone.push(at(from.gone, row));
    const last = segments.at(-1);
    if (last?.from === from.entries && last.start + last.count === row)
      segments[segments.length - 1] = { ...last, count: last.count + 1 };
    else segments.push({ from: from.entries, start: row, count: 1 });
  };
  while (i < older.entries.rows || j < newer.entries.rows) {
    const way =
      i === older.entries.rows
        ? 1
        : j === newer.entries.rows
          ? -1
          : compareHashes(older.entries.hashes, i, newer.entries.hashes, j);
    if (way < 0) push(older, i++);
    else {
      if (way === 0) i++;
      push(newer, j++);
    }
  }
  return { entries: joinSegments(segments, columns), gone: Uint8Array.from(gone) };
}

/** The overlay that a file has. */
export function overlayOf(file: CacheFile, columns: number): Overlay {
  const { blocks, gone = '' } = file.footer;
  const entries = joinSegments(
    blocks.map((_, b) => {
      const from = file.block(b);
      return { from, start: 0, count: from.rows };
    }),
    columns,
  );
  const flags = Buffer.from(gone, 'base64');
  if (flags.length !== entries.rows) throw new Unusable('otherEntries');
  return { entries, gone: flags };
}

/** Rows in a range of the hash. */
export interface Wanted {
  readonly from: string | null;
  readonly below: string | null;
}

/** A snapshot's rows. */
export class CachedVersion {
  readonly #base: CacheFile;
  readonly #overlay: Overlay;
  readonly #columns: number;
  /** Of the block that was read last: a reader asks for what lies behind. */
  #last: { readonly number: number; readonly block: RowBlock } | null = null;

  constructor(base: CacheFile, overlay: Overlay) {
    this.#base = base;
    this.#overlay = overlay;
    this.#columns = base.footer.identity.columns.length;
  }

  get footer(): Footer {
    return this.#base.footer;
  }

  get overlay(): Overlay {
    return this.#overlay;
  }

  #block(number: number): RowBlock {
    if (this.#last?.number !== number) this.#last = { number, block: this.#base.block(number) };
    return this.#last.block;
  }

  /** The block in which a hash is, or would be; the first one for a hash before all of them. */
  #blockFor(hash: string): number {
    const { blocks } = this.#base.footer;
    let [low, high] = [0, blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(blocks, middle).first <= hash) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Its rows in a range, a block's worth at a time. `Unusable` where the file is not as it was written. */
  *read({ from, below }: Wanted): Generator<RowBlock> {
    const { blocks } = this.#base.footer;
    const { entries, gone } = this.#overlay;
    const end = below === null ? null : hashOf(below);
    let entry = from === null ? 0 : lowerBound(entries.hashes, entries.rows, hashOf(from));
    const lastEntry = end === null ? entries.rows : lowerBound(entries.hashes, entries.rows, end);
    for (let b = from === null ? 0 : this.#blockFor(from); b < Math.max(1, blocks.length); b++) {
      const place = blocks[b];
      if (place && below !== null && place.first >= below) break;
      const block = place ? this.#block(b) : joinSegments([], this.#columns);
      const next = blocks[b + 1];
      const start = from === null ? 0 : lowerBound(block.hashes, block.rows, hashOf(from));
      const stop = end === null ? block.rows : lowerBound(block.hashes, block.rows, end);
      // Entries before the next block come with this one.
      const within = next
        ? Math.min(lastEntry, lowerBound(entries.hashes, entries.rows, hashOf(next.first)))
        : lastEntry;
      const merged = mergeRows(block, start, Math.max(start, stop), { entries, gone }, entry, Math.max(entry, within));
      entry = Math.max(entry, within);
      if (merged.length > 0) yield joinSegments(merged, this.#columns);
    }
    // Where the range ends before the first block there may be entries all the same.
    const rest = mergeRows(joinSegments([], this.#columns), 0, 0, { entries, gone }, entry, lastEntry);
    if (rest.length > 0) yield joinSegments(rest, this.#columns);
  }

  /** One row, or null where there is none of that hash. */
  row(hash: string): RowBlock | null {
    const bytes = hashOf(hash);
    const { entries, gone } = this.#overlay;
    const entry = lowerBound(entries.hashes, entries.rows, bytes);
    if (entry < entries.rows && compareHashes(entries.hashes, entry, bytes, 0) === 0)
      return gone[entry] === 1 ? null : pickRows(entries, Uint32Array.of(entry));
    if (this.#base.footer.blocks.length === 0) return null;
    const block = this.#block(this.#blockFor(hash));
    const row = lowerBound(block.hashes, block.rows, bytes);
    return row < block.rows && hexAt(block.hashes, row) === hash ? pickRows(block, Uint32Array.of(row)) : null;
  }
}

/** Rows [row, end) of a block with entries [entry, lastEntry) of an overlay among them. */
function mergeRows(
  block: RowBlock,
  row: number,
  end: number,
  { entries, gone }: Overlay,
  entry: number,
  lastEntry: number,
): Segment[] {
  const segments: Segment[] = [];
  let [i, e] = [row, entry];
  while (e < lastEntry) {
    const hash = entries.hashes.subarray(16 * e, 16 * (e + 1));
    let next = i;
    if (i < end) {
      next = Math.max(i, Math.min(end, lowerBound(block.hashes, block.rows, hash)));
      if (next > i) segments.push({ from: block, start: i, count: next - i });
      i = next;
      if (i < end && compareHashes(block.hashes, i, entries.hashes, e) === 0) i++;
    }
    if (gone[e] !== 1) {
      const last = segments.at(-1);
      if (last?.from === entries && last.start + last.count === e)
        segments[segments.length - 1] = { ...last, count: last.count + 1 };
      else segments.push({ from: entries, start: e, count: 1 });
    }
    e++;
  }
  if (i < end) segments.push({ from: block, start: i, count: end - i });
  return segments;
}
