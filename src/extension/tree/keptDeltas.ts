/** The counts of deltas between snapshots, remembered for good: both snapshots stay what they are, so their delta does too. */
import type { Memory } from '../../base/memory.ts';
import type { DeltaCounts } from '../../data/change.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Snapshot } from '../../data/version.ts';

/** Deltas between snapshots that are remembered; the oldest go first. */
const mostKept = 2_000;
const keptKey = 'deltas between snapshots';

/** A snapshot among all that ever had its name; '' where there is none. */
export const identityText = (snapshot: Snapshot | null): string =>
  snapshot === null ? '' : `${snapshot.name}@${snapshot.createdAt}`;

/** `place` is where a store is, so that connections of other names to the same store share what is known of it. */
export class KeptDeltas {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  known(place: string, table: TableName, from: Snapshot, to: Snapshot): DeltaCounts | null {
    return this.#all()[pairKey(place, table, from, to)] ?? null;
  }

  async keep(place: string, table: TableName, from: Snapshot, to: Snapshot, counts: DeltaCounts): Promise<void> {
    const entries = [...Object.entries(this.#all()), [pairKey(place, table, from, to), counts] as const];
    await this.#memory.update(keptKey, Object.fromEntries(entries.slice(-mostKept)));
  }

  /** What is remembered of a store's tables, by their names: the identities of both snapshots, and the counts. */
  of(place: string): Map<string, (readonly [from: string, to: string, counts: DeltaCounts])[]> {
    const found = new Map<string, (readonly [string, string, DeltaCounts])[]>();
    for (const [key, counts] of Object.entries(this.#all())) {
      const [where, table, from, to] = JSON.parse(key) as [string, string, string, string];
      if (where === place) found.set(table, [...(found.get(table) ?? []), [from, to, counts]]);
    }
    return found;
  }

  #all(): Readonly<Record<string, DeltaCounts>> {
    return this.#memory.get<Record<string, DeltaCounts>>(keptKey, {});
  }
}

const pairKey = (place: string, table: TableName, from: Snapshot, to: Snapshot): string =>
  JSON.stringify([place, tableText(table), identityText(from), identityText(to)]);
