/** One walk over a delta: how many rows changed, on which side of the split, with and without a label. */
import { at } from '../../base/assert.ts';
import { type Flag, flagNames } from '../../data/change.ts';
import { cellAt } from '../../data/page.ts';
import { type HashRange, inRange, splitRanges } from '../../data/rowHash.ts';
import type { DeltaFacts } from '../../data/run.ts';
import type { DeltaRequest, Store } from '../../data/store.ts';
import { splitSalt, type Training } from '../../data/training.ts';
import { sameValue } from '../../data/value.ts';
import { columnIndex, hashAt } from './rowSets.ts';

type Side = 'train' | 'validation' | 'test';
const sides: readonly Side[] = ['train', 'validation', 'test'];

export interface SplitShares {
  readonly splitSalt: string;
  readonly test: number;
  readonly validation: number;
}

const sideOf = (hash: string, ranges: Record<Side, HashRange>): Side =>
  sides.find((side) => inRange(hash, ranges[side])) ?? 'train';

/** What a training compares two versions by: key, features and label count, the other columns do not. */
export const comparedColumns = (training: Training) => ({
  splitSalt: splitSalt(training),
  label: training.label,
  features: training.features.map((name) => ({ name })),
});

/** Rows of which the hashes are kept, to see whether they returned to what they were before. */
const mostHashes = 200_000;

/** Of rows that are there before and after: one that came, or is no longer left out, is new in its parent's eyes. */
class UpdatedHashes {
  readonly #hashes: string[] = [];

  add(flag: Flag, hash: string): void {
    if (flag === 'updated' && this.#hashes.length <= mostHashes) this.#hashes.push(hash);
  }

  /** Null for very many. */
  get all(): readonly string[] | null {
    return this.#hashes.length > mostHashes ? null : this.#hashes;
  }
}

/**
 * `facts`, by how many the train rows with a label grew, how many of them are there no more as they were, and the hashes of updated
 * rows (null for very many). `request` as `runDelta` makes it: in hash order, with hashes.
 */
export async function readDeltaFacts(
  store: Store,
  request: DeltaRequest,
  label: string,
  shares: SplitShares,
  signal?: AbortSignal,
): Promise<{ facts: DeltaFacts; trainGrowth: number; trainRemoved: number; updated: readonly string[] | null }> {
  const ranges = splitRanges(shares);
  const counts = { inserted: 0, updated: 0, deleted: 0 };
  const rows = { train: 0, validation: 0, test: 0 };
  let unlabelled = 0;
  let relabelled = 0;
  let trainGrowth = 0;
  let trainRemoved = 0;
  const updated = new UpdatedHashes();
  for await (const page of store.readDelta(request, signal)) {
    const c = columnIndex(page, label);
    for (let i = 0; i < page.rows; i++) {
      const flag = at(flagNames, at(page.flags, i));
      const side = sideOf(hashAt(page, i), ranges);
      const before = flag === 'inserted' ? null : cellAt(at(page.before, c), i);
      const after = flag === 'deleted' ? null : cellAt(at(page.after, c), i);
      counts[flag] += 1;
      updated.add(flag, hashAt(page, i));
      if (after !== null) rows[side] += 1;
      else if (flag !== 'deleted') unlabelled += 1;
      if (side === 'train' && before !== null) trainRemoved += 1;
      if (side === 'train') trainGrowth += Number(after !== null) - Number(before !== null);
      if (side === 'test' && before !== null && after !== null && !sameValue(before, after)) relabelled += 1;
    }
  }
  return {
    facts: { counts, ...rows, unlabelled, relabelled },
    trainGrowth,
    trainRemoved,
    updated: updated.all,
  };
}
