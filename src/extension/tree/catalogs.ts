/** What the tree reads of each open connection once, and again after a change: snapshots, models, branches. */
import { Failure, type FailureCode } from '../../base/failure.ts';
import type { ModelSummary } from '../../data/model.ts';
import type { Branch } from '../../data/store.ts';
import type { Snapshot } from '../../data/version.ts';
import type { Session } from '../connections/session.ts';

export interface Catalog {
  readonly snapshots: readonly Snapshot[];
  /** False where the role may not list them. */
  readonly listable: boolean;
  readonly models: readonly ModelSummary[];
  readonly branches: readonly Branch[];
}

/** The part of an open connection that is read for it. */
export type Read = Pick<Session, 'store' | 'registry'> & { readonly connection: { readonly id: string } };

export class Catalogs {
  readonly #catalogs = new Map<string, Promise<Catalog>>();

  /** As of the last change; whoever asks while it is being read gets the same reading. A reading that failed is tried again. */
  of(session: Read): Promise<Catalog> {
    const { id } = session.connection;
    const known = this.#catalogs.get(id);
    if (known) return known;
    const reading = readCatalog(session);
    this.#catalogs.set(id, reading);
    // One that was forgotten meanwhile and read anew is not this reading's to take away.
    reading.catch(() => this.#catalogs.get(id) === reading && this.#catalogs.delete(id));
    return reading;
  }

  /** The connection may hold something else by now. */
  forget(connection: string): void {
    this.#catalogs.delete(connection);
  }
}

async function readCatalog(session: Read): Promise<Catalog> {
  const { store, registry } = session;
  const [snapshots, models, branches] = await Promise.all([
    unless('version.unlistable', store.snapshots()),
    unless('permission.missing', registry.summaries()),
    store.branches(),
  ]);
  return { snapshots: snapshots ?? [], listable: snapshots !== null, models: models ?? [], branches };
}

/** Null where it fails with this code: a role that is too small sees less, but sees. */
async function unless<T>(code: FailureCode, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (Failure.is(error, code)) return null;
    throw error;
  }
}
