/** One run at a time per training, over every window and program that shares the registry. */
import { Failure } from '../base/failure.ts';
import type { Write } from '../data/store.ts';
import type { Training } from '../data/training.ts';
import type { Clock } from './clock.ts';
import { queryRows } from './queryRows.ts';
import type { Registry } from './registry.ts';

const beatMs = 15_000;
/** Without a heartbeat for this long, the owner is taken for dead and the lease may be taken over. */
export const leaseExpiryMs = 60_000;

export interface Lease {
  /** Fires when somebody else took the lease over (this program slept too long). */
  readonly lost: AbortSignal;
  /** Holds only while the lease is still this run's; for the transaction that registers the model. */
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
}

async function holderOf(registry: Registry, trainingId: string): Promise<Holder | null> {
  const rows = await queryRows(
    registry.store,
    'SELECT held_by, run, since_ms, heartbeat_ms FROM deltatrain.leases WHERE training = ?',
    [trainingId],
  );
  const [row] = rows;
  if (!row) return null;
  return { heldBy: String(row[0]), run: String(row[1]), since: Number(row[2]), heartbeat: Number(row[3]) };
}

const leased = (training: Training, holder: Holder | null): Failure =>
  new Failure('run.leased', {
    training: training.name,
    owner: holder?.heldBy ?? 'somebody else',
    since: holder ? new Date(holder.since).toISOString().replace('T', ' ').slice(0, 19) : 'just now',
  });

/** Fails with `run.leased` while somebody else's run is alive. `owner` is what a person would call this program. */
export async function acquireLease(
  registry: Registry,
  training: Training,
  owner: string,
  clock: Clock,
): Promise<Lease> {
  await registry.prepare();
  const run = `${clock.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const holder = await holderOf(registry, training.id);
  if (holder && clock.now() - holder.heartbeat < leaseExpiryMs) throw leased(training, holder);
  const take: Write[] = holder
    ? [
        {
          sql: 'DELETE FROM deltatrain.leases WHERE training = ? AND run = ?',
          values: [training.id, holder.run],
          expect: 1,
        },
      ]
    : [];
  take.push({
    sql: 'INSERT INTO deltatrain.leases (training, held_by, run, since_ms, heartbeat_ms) VALUES (?, ?, ?, ?, ?)',
    values: [training.id, owner, run, clock.now(), clock.now()],
    expect: 1,
  });
  try {
    await registry.store.write(take);
  } catch (error) {
    // Somebody was faster between the look and the write.
    if (Failure.is(error, 'row.conflict')) throw leased(training, await holderOf(registry, training.id));
    throw error;
  }
  return keepAlive(registry, training, run, clock);
}

function keepAlive(registry: Registry, training: Training, run: string, clock: Clock): Lease {
  const lost = new AbortController();
  let held = true;
  const guard = (): Write => ({
    sql: 'UPDATE deltatrain.leases SET heartbeat_ms = ? WHERE training = ? AND run = ?',
    values: [clock.now(), training.id, run],
    expect: 1,
  });
  const beat = async (): Promise<void> => {
    try {
      await registry.store.write([guard()]);
    } catch (error) {
      // A store that is busy now may answer the next beat; four missed ones cost the lease, which the next beat then sees.
      if (Failure.is(error, 'row.conflict')) lost.abort();
    }
    if (held && !lost.signal.aborted) schedule();
  };
  let forget = (): void => {};
  const schedule = (): void => {
    forget = clock.after(beatMs, () => void beat());
  };
  schedule();
  return {
    lost: lost.signal,
    guard,
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

/** Who trains it now, for the shell's words; null when nobody does. */
export async function runningOwner(registry: Registry, training: Training, clock: Clock): Promise<string | null> {
  const known = await registry.modelsOf(training.id);
  if (known.length === 0) return null;
  const holder = await holderOf(registry, training.id);
  return holder && clock.now() - holder.heartbeat < leaseExpiryMs ? holder.heldBy : null;
}
