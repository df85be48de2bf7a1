/** What the tree knows of the open connections: snapshots and models read once, deltas counted one at a time and kept. */
import type * as vscode from 'vscode';
import type { KnownDelta } from '../app/catalogOf.ts';
import { baseSnapshotOf, type LiveDelta, sortedSnapshots, type TableFacts } from '../app/nodes.ts';
import { Emitter } from '../base/event.ts';
import { Failure } from '../base/failure.ts';
import type { DeltaCounts } from '../data/change.ts';
import type { Model } from '../data/model.ts';
import type { TableInfo, TableName } from '../data/table.ts';
import { tableText } from '../data/table.ts';
import { atSnapshot, live, type Snapshot, snapshotHolds, type Version } from '../data/version.ts';
import { placeKey } from './connection.ts';
import type { Session } from './session.ts';

/** A count that takes longer is left to a click, in ms. */
const patience = 2_000;
/** Deltas between snapshots that are remembered; the oldest go first. */
const mostKept = 2_000;
const keptKey = 'deltas between snapshots';

interface Catalog {
  readonly snapshots: readonly Snapshot[];
  readonly models: readonly Model[];
}

interface Counted {
  readonly changeCount: number;
  readonly from: string;
  readonly rows: number | null;
  readonly delta: LiveDelta;
}

export class Overview {
  readonly #memory: vscode.Memento;
  readonly #catalogs = new Map<string, Promise<Catalog>>();
  readonly #counted = new Map<string, Counted>();
  readonly #countedNow = new Emitter<void>();
  /** A delta is known that was not before. */
  readonly onDidCount = this.#countedNow.event;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** Snapshots and models of a connection, as of the last change. */
  catalog(session: Session): Promise<Catalog> {
    const { id } = session.connection;
    const known = this.#catalogs.get(id);
    if (known) return known;
    const reading = Promise.all([session.store.snapshots(), session.registry.models()]).then(
      ([snapshots, models]): Catalog => ({ snapshots, models }),
    );
    this.#catalogs.set(id, reading);
    reading.catch(() => this.#catalogs.delete(id));
    return reading;
  }

  /** Something changed in this connection. */
  forget(connection: string): void {
    this.#catalogs.delete(connection);
  }

  async facts(session: Session, table: TableInfo | { readonly name: TableName }): Promise<TableFacts> {
    const { name } = table;
    const { snapshots, models } = await this.catalog(session);
    const mine = {
      connection: session.connection.id,
      table: name,
      snapshots: snapshots.filter((one) => snapshotHolds(one, name)),
      models: models.filter((model) => model.table === tableText(name)),
    };
    const counted = this.#counted.get(keyOf(session, name));
    const base = baseSnapshotOf(mine);
    const isCurrent = counted !== undefined && counted.from === identityText(base);
    return {
      ...mine,
      rows: isCurrent ? counted.rows : null,
      live: isCurrent ? counted.delta : { state: 'unknown' },
    };
  }

  /**
   * Counts the rows of a table and what changed since its base; true when the facts are other ones now. With `patient` it takes
   * as long as it takes and may be cancelled.
   */
  async count(session: Session, table: TableName, signal?: AbortSignal): Promise<boolean> {
    return this.#alone(async () => {
      const facts = await this.facts(session, { name: table });
      const base = baseSnapshotOf(facts);
      const changeCount = await session.store.changeCount();
      const key = keyOf(session, table);
      const known = this.#counted.get(key);
      const from = identityText(base);
      const isKnown = known?.changeCount === changeCount && known.from === from;
      if (isKnown && (known.delta.state !== 'changed' || signal === undefined)) return false;
      const now =
        base === null || facts.models.length === 0
          ? { rows: await session.store.countRows(table), delta: { state: 'unknown' } as const }
          : { rows: null, delta: await this.#liveDelta(session, table, base, signal) };
      this.#counted.set(key, { changeCount, from, ...now });
      this.#countedNow.fire();
      return true;
    });
  }

  async #liveDelta(
    session: Session,
    table: TableName,
    base: Snapshot,
    signal: AbortSignal | undefined,
  ): Promise<LiveDelta> {
    const counts = await countWithin(session, table, atSnapshot(base.name), live, signal);
    return counts ? { state: 'counted', from: base.name, counts } : { state: 'changed', from: base.name };
  }

  /** The delta between two snapshots where it is known; both identities make the key, so it holds for ever. */
  known(session: Session, table: TableName, from: Snapshot, to: Snapshot): DeltaCounts | null {
    return this.#kept()[pairKey(session, table, from, to)] ?? null;
  }

  /** Counts the deltas of neighbouring snapshots that are not known; true when there were any. */
  async countBetween(
    session: Session,
    table: TableName,
    pairs: readonly (readonly [from: Snapshot, to: Snapshot])[],
  ): Promise<boolean> {
    let found = false;
    for (const [from, to] of pairs) {
      if (this.known(session, table, from, to) || from.unsure !== null || to.unsure !== null) continue;
      const counts = await this.#alone(() =>
        countWithin(session, table, atSnapshot(from.name), atSnapshot(to.name), undefined),
      );
      if (!counts) continue;
      await this.#keep(pairKey(session, table, from, to), counts);
      found = true;
    }
    if (found) this.#countedNow.fire();
    return found;
  }

  /** Every delta of these tables that is known already; nothing is counted for it. */
  async deltas(session: Session, tables: readonly TableName[]): Promise<KnownDelta[]> {
    const found: KnownDelta[] = [];
    for (const table of tables) {
      const { snapshots, live: now } = await this.facts(session, { name: table });
      if (now.state === 'counted') found.push({ table, from: now.from, to: null, counts: now.counts });
      const sorted = sortedSnapshots(snapshots);
      for (const [i, to] of sorted.entries())
        for (const from of sorted.slice(i + 1)) {
          const counts = this.known(session, table, from, to);
          if (counts) found.push({ table, from: from.name, to: to.name, counts });
        }
    }
    return found;
  }

  #kept(): Readonly<Record<string, DeltaCounts>> {
    return this.#memory.get<Record<string, DeltaCounts>>(keptKey, {});
  }

  async #keep(key: string, counts: DeltaCounts): Promise<void> {
    const entries = [...Object.entries(this.#kept()), [key, counts] as const];
    await this.#memory.update(keptKey, Object.fromEntries(entries.slice(-mostKept)));
  }

  /** One count at a time, in the order they were asked for. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

const keyOf = (session: Session, table: TableName): string =>
  JSON.stringify([session.connection.id, table.database, table.table]);

const identityText = (snapshot: Snapshot | null): string =>
  snapshot === null ? '' : `${snapshot.name}@${snapshot.createdAt}`;

const pairKey = (session: Session, table: TableName, from: Snapshot, to: Snapshot): string =>
  JSON.stringify([placeKey(session.connection.place), tableText(table), identityText(from), identityText(to)]);

/** Null when it takes too long, or the two versions cannot be compared. Without patience when there is a signal. */
async function countWithin(
  session: Session,
  table: TableName,
  from: Version,
  to: Version,
  signal: AbortSignal | undefined,
): Promise<DeltaCounts | null> {
  const limit = signal ?? AbortSignal.timeout(patience);
  try {
    return await session.store.countDelta({ table, from, to }, limit);
  } catch (error) {
    if (signal?.aborted) throw error;
    if (error instanceof Failure) return null;
    throw error;
  }
}
