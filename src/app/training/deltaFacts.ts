/** One walk over a delta: how many rows changed, on which side of the split, with and without a label. */
import { at } from '../../base/assert.ts';
import type { Flag } from '../../data/change.ts';
import { cellAt } from '../../data/page.ts';
import type { DeltaFacts } from '../../data/run.ts';
import { type Side, sidesBy, splitColumns, type SplitRule } from '../../data/splitting/sides.ts';
import type { DeltaRequest, Store } from '../../data/store.ts';
import { splitSalt, type Training } from '../../data/training.ts';
import { sameValue, type Value } from '../../data/value.ts';
import { withMembership } from './rows/membership.ts';
import { columnIndex, flagAt, hashAt } from './rows/rowPlaces.ts';

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

/** What one walk over a delta finds. */
export interface WalkedDelta {
  readonly facts: DeltaFacts;
  /** By how many the train rows with a label grew. */
  readonly trainGrowth: number;
  /** Train rows with a label that are there no more as they were. */
  readonly trainRemoved: number;
  /** Hashes of rows that are there before and after and changed, in their order; null for very many. */
  readonly updated: readonly string[] | null;
  /** Hashes of train rows with a label that came over an edge of the split; none where rows are split by their own hash. */
  readonly moved: readonly string[];
  /** All that came over one and had a label before: without one no model knew them. */
  readonly crossed: number;
}

/** Counts rows as they pass. */
class Walk {
  readonly #counts = { inserted: 0, updated: 0, deleted: 0 };
  readonly #rows = { train: 0, validation: 0, test: 0 };
  readonly #updated = new UpdatedHashes();
  readonly #moved: string[] = [];
  #crossed = 0;
  #unlabelled = 0;
  #relabelled = 0;
  #trainGrowth = 0;
  #trainRemoved = 0;

  add(flag: Flag, hash: string, was: SidedLabel | null, is: SidedLabel | null): void {
    this.#counts[flag] += 1;
    this.#updated.add(flag, hash);
    if (is && is.label !== null) this.#rows[is.side] += 1;
    else if (is) this.#unlabelled += 1;
    const [had, has] = [was, is].map((one) => (one?.side === 'train' && one.label !== null ? 1 : 0));
    this.#trainRemoved += had ?? 0;
    this.#trainGrowth += (has ?? 0) - (had ?? 0);
    if (!was || !is) return;
    if (was.side !== is.side) this.#cross(hash, was);
    else if (is.side === 'test' && was.label !== null && is.label !== null && !sameValue(was.label, is.label))
      this.#relabelled += 1;
  }

  #cross(hash: string, { side, label }: SidedLabel): void {
    if (label === null) return;
    this.#crossed += 1;
    if (side === 'train') this.#moved.push(hash);
  }

  done(): WalkedDelta {
    const [unlabelled, relabelled] = [this.#unlabelled, this.#relabelled];
    return {
      facts: { counts: this.#counts, ...this.#rows, unlabelled, relabelled },
      trainGrowth: this.#trainGrowth,
      trainRemoved: this.#trainRemoved,
      updated: this.#updated.all,
      moved: this.#moved,
      crossed: this.#crossed,
    };
  }
}

/** One image of a row: its side, and its label. */
interface SidedLabel {
  readonly side: Side;
  readonly label: Value;
}

/** `request` as `runDelta` makes it: in hash order, with hashes. A row of which only the column of its side changed is none unless it came over an edge. */
export async function readDeltaFacts(
  store: Store,
  request: DeltaRequest,
  label: string,
  rule: SplitRule,
  signal?: AbortSignal,
): Promise<WalkedDelta> {
  const sideOf = sidesBy(rule);
  const compared = request.columns ?? [];
  const extra = splitColumns(rule.split).filter((name) => !compared.includes(name));
  const walk = new Walk();
  const columns = [...compared, ...extra];
  const sided = withMembership(store, { table: request.table, key: request.key ?? [], label, at: request.to }, [
    rule.split,
  ]);
  for await (const page of sided.readDelta(extra.length > 0 ? { ...request, columns } : request, signal)) {
    const c = columnIndex(page, label);
    const own = page.columns.flatMap(({ name }, place) => (extra.includes(name) ? [] : [place]));
    for (let i = 0; i < page.rows; i++) {
      const flag = flagAt(page, i);
      const hash = hashAt(page, i);
      const image = (of: 'before' | 'after'): SidedLabel => ({
        side: sideOf({ columns: page.columns, cells: page[of] }, i, hash),
        label: cellAt(at(page[of], c), i),
      });
      const was = flag === 'inserted' ? null : image('before');
      const is = flag === 'deleted' ? null : image('after');
      const isSame = (place: number): boolean =>
        sameValue(cellAt(at(page.before, place), i), cellAt(at(page.after, place), i));
      if (extra.length > 0 && was && is && was.side === is.side && own.every(isSame)) continue;
      walk.add(flag, hash, was, is);
    }
  }
  return walk.done();
}
