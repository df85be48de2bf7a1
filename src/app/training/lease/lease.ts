/** One run at a time per training, over every window and program that shares the registry. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import type { Write } from '../../../data/store.ts';
import type { Training } from '../../../data/training.ts';
import type { Value } from '../../../data/value.ts';
import type { Snapshot } from '../../../data/version.ts';
import type { Clock } from '../clock.ts';
import { type Here, isGone, runOf } from '../../registry/holder.ts';
import { queryRows } from '../../registry/queryRows.ts';
import type { Registry } from '../../registry/registry.ts';
import { timeText } from '../../../words/times.ts';

const beatMs = 15_000;
/** Without a heartbeat for this long, the owner is taken for dead and the lease may be taken over. */
export const leaseExpiryMs = 60_000;

/** A snapshot of a run whose program ended without a word (killed, or its machine was); the lease it left names it. */
export interface LeftBehind {
  readonly heldBy: string;
  /** Milliseconds since 1970 UTC. */
  readonly since: number;
  readonly snapshot: Pick<Snapshot, 'name' | 'createdAt'>;
}

/** The right to train one training, held by one run at a time; it is kept alive until it is released or lost. */
export interface Lease {
  /** What the run before left behind, when it did not live to clean up. */
  readonly left: LeftBehind | null;
  /** Fires when somebody else took the lease over (this program slept too long). */
  readonly lost: AbortSignal;
  /** Writes down the snapshot that this run made, so that it is found should the run not live to remove it. */
  keep(snapshot: Snapshot): Promise<void>;
  /**
   * Holds only while the lease is still this run's; for the transaction that registers the model. The snapshot is the model's
   * from then on.
   */
  guard(): Write;
  /** Why the lease is not this run's any more, or null while it is. */
  taken(): Promise<Failure | null>;
  release(): Promise<void>;
}

interface Holder {
  readonly heldBy: string;
  readonly run: string;
  readonly since: number;
  readonly heartbeat: number;
  readonly snapshot: LeftBehind['snapshot'] | null;
}

async function holderOf(registry: Registry, trainingId: string): Promise<Holder | null> {
  const rows = await queryRows(
    registry.store,
    'SELECT held_by, run, since_ms, heartbeat_ms, snapshot_name, snapshot_created_at FROM deltatrain.leases WHERE training = ?',
    [trainingId],
  );
  const [row] = rows;
  if (!row) return null;
  const [heldBy, run, since, heartbeat, name, createdAt] = row;
  const snapshot = typeof name === 'string' ? { name, createdAt: String(createdAt) } : null;
  return { heldBy: String(heldBy), run: String(run), since: Number(since), heartbeat: Number(heartbeat), snapshot };
}

const leased = (training: Training, holder: Holder | null): Failure =>
  new Failure('run.leased', {
    training: training.name,
    owner: holder?.heldBy ?? say('somebody else'),
    since: holder ? timeText(holder.since) : say('just now'),
  });

/** Fails with `run.leased` while somebody else's run is alive. `owner` is what a person would call this program. */
export async function acquireLease(
  registry: Registry,
  training: Training,
  owner: string,
  clock: Clock,
  here?: Here,
): Promise<Lease> {
  await registry.prepare();
  const run = runOf(`${clock.now().toString(36)}-${Math.random().toString(36).slice(2)}`, here);
  const holder = await holderOf(registry, training.id);
  const isAlive = holder !== null && clock.now() - holder.heartbeat < leaseExpiryMs && !isGone(holder.run, here);
  if (isAlive) throw leased(training, holder);
  const take: Write[] = holder
    ? [
        {
          sql: 'DELETE FROM deltatrain.leases WHERE training = ? AND run = ?',
          values: [training.id, holder.run],
          expect: 1,
        },
      ]
    : [];
  const snapshot = holder?.snapshot ?? null;
  take.push({
    sql: 'INSERT INTO deltatrain.leases (training, held_by, run, since_ms, heartbeat_ms, snapshot_name, snapshot_created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    // What was left behind stays written down until it is cleaned up.
    values: [training.id, owner, run, clock.now(), clock.now(), snapshot?.name ?? null, snapshot?.createdAt ?? null],
    expect: 1,
  });
  try {
    await registry.write(take);
  } catch (error) {
    // Somebody was faster between the look and the write.
    if (Failure.is(error, 'row.conflict')) throw leased(training, await holderOf(registry, training.id));
    throw error;
  }
  const left = holder && snapshot && { heldBy: holder.heldBy, since: holder.since, snapshot };
  return keepAlive(registry, training, run, left, clock);
}

function keepAlive(registry: Registry, training: Training, run: string, left: LeftBehind | null, clock: Clock): Lease {
  const lost = new AbortController();
  let held = true;
  const update = (more: string, values: readonly Value[] = []): Write => ({
    sql: `UPDATE deltatrain.leases SET heartbeat_ms = ?${more} WHERE training = ? AND run = ?`,
    values: [clock.now(), ...values, training.id, run],
    expect: 1,
  });
  const beat = async (): Promise<void> => {
    try {
      await registry.store.write([update('')]);
    } catch (error) {
      // A store that is busy now may answer the next beat; four missed ones cost the lease, which the next beat then sees.
      // A conflict may also be with this run's own transaction.
      if (Failure.is(error, 'row.conflict') && (await isTaken())) lost.abort();
    }
    if (held && !lost.signal.aborted) schedule();
  };
  const isTaken = async (): Promise<boolean> => {
    try {
      return (await holderOf(registry, training.id))?.run !== run;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  };
  let forget = (): void => {};
  const schedule = (): void => {
    forget = clock.after(beatMs, () => void beat());
  };
  schedule();
  return {
    left,
    lost: lost.signal,
    async keep({ name, createdAt }) {
      await registry.store.write([update(', snapshot_name = ?, snapshot_created_at = ?', [name, createdAt])]);
    },
    guard: () => update(', snapshot_name = NULL, snapshot_created_at = NULL'),
    async taken() {
      const holder = await holderOf(registry, training.id);
      return holder?.run === run ? null : leased(training, holder);
    },
    async release() {
      held = false;
      forget();
      try {
        await registry.store.write([
          { sql: 'DELETE FROM deltatrain.leases WHERE training = ? AND run = ?', values: [training.id, run] },
        ]);
      } catch (error) {
        // How the run ended is what must be told; a lease that could not be given back expires by itself.
        if (!(error instanceof Failure)) throw error;
      }
    },
  };
}
