/** Tells the beats of a run's lease, which are commits like any others, from changes that somebody wants to see. */
import { queryRows } from '../../app/registry/queryRows.ts';
import { Failure } from '../../base/failure.ts';
import type { Store } from '../../data/store.ts';

/** The time of the last beat, by the run. */
export type Leases = ReadonlyMap<string, number>;

export async function readLeases(store: Store): Promise<Leases> {
  try {
    const rows = await queryRows(store, 'SELECT run, heartbeat_ms FROM deltatrain.leases');
    return new Map(rows.map(([run, beat]) => [String(run), Number(beat)]));
  } catch (error) {
    // Nobody has trained here yet, or whoever did is none of this role's business.
    if (error instanceof Failure) return new Map();
    throw error;
  }
}

export class LeaseBeats {
  readonly #known = new Map<string, Leases>();

  /**
   * True when a run has beaten since the last look and none began or ended: then nobody is told now. Whatever else was
   * committed with it is seen when the run ends, which everybody is told.
   */
  isBeat(connection: string, now: Leases): boolean {
    const before = this.#known.get(connection);
    this.#known.set(connection, now);
    if (!before || before.size !== now.size) return false;
    const runs = [...now];
    return runs.every(([run]) => before.has(run)) && runs.some(([run, beat]) => before.get(run) !== beat);
  }
}
