/** What changed between snapshots, remembered for good: both snapshots stay what they are, so their delta does too. */
import type { Memory } from '../../base/memory.ts';
import type { CountedDelta } from '../../app/tree/nodes.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Snapshot } from '../../data/version.ts';

/** Deltas between snapshots that are remembered; the oldest go first. */
const mostKept = 2_000;
/** Another name than that of the first version, which did not look at columns. */
const keptKey = 'changesBetweenSnapshots';

/** A snapshot among all that ever had its name; '' where there is none. */
export const identityText = (snapshot: Snapshot | null): string =>
  snapshot === null ? '' : `${snapshot.name}@${snapshot.createdAt}`;

/** `place` is where a store is, so that connections of other names to the same store share what is known of it. */
export class KeptDeltas {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  known(place: string, table: TableName, from: Snapshot, to: Snapshot): CountedDelta | null {
    return this.#all()[pairKey(place, table, from, to)] ?? null;
  }

  async keep(place: string, table: TableName, from: Snapshot, to: Snapshot, delta: CountedDelta): Promise<void> {
    const entries = [...Object.entries(this.#all()), [pairKey(place, table, from, to), delta] as const];
    await this.#memory.update(keptKey, Object.fromEntries(entries.slice(-mostKept)));
  }

  /** What is remembered of a store's tables, by their names: the identities of both snapshots, and what changed. */
  of(place: string): Map<string, (readonly [from: string, to: string, delta: CountedDelta])[]> {
    const found = new Map<string, (readonly [string, string, CountedDelta])[]>();
    for (const [key, delta] of Object.entries(this.#all())) {
      const [where, table, from, to] = JSON.parse(key) as [string, string, string, string];
      if (where === place) found.set(table, [...(found.get(table) ?? []), [from, to, delta]]);
    }
    return found;
  }

  #all(): Readonly<Record<string, CountedDelta>> {
    return this.#memory.get<Record<string, CountedDelta>>(keptKey, {});
  }
}

const pairKey = (place: string, table: TableName, from: Snapshot, to: Snapshot): string =>
  JSON.stringify([place, tableText(table), identityText(from), identityText(to)]);
