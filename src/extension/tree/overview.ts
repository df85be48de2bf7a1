/** What the tree knows of the open connections: snapshots and models as they were read, and deltas, counted one at a time. */
import type { KnownDelta } from '../../app/statements/catalogOf.ts';
import { baseSnapshotOf, type CountedDelta, type LiveDelta, type TableFacts } from '../../app/tree/nodes.ts';
import { Emitter } from '../../base/event.ts';
import { Failure } from '../../base/failure.ts';
import type { Memory } from '../../base/memory.ts';
import { columnChanges } from '../../app/versions/columnChanges.ts';
import type { TableInfo, TableName } from '../../data/table.ts';
import { tableText } from '../../data/table.ts';
import { atSnapshot, live, type Snapshot, snapshotHolds, type Version } from '../../data/version.ts';
import { placeKey } from '../connections/connection.ts';
import type { Session } from '../connections/session.ts';
import { type Catalog, Catalogs } from './catalogs.ts';
import { identityText, KeptDeltas } from './keptDeltas.ts';

/** A count that takes longer is left to a click, in ms. */
const patience = 2_000;

interface Counted {
  /** The connection. */
  readonly of: string;
  readonly onClick: boolean;
  readonly changeCount: number;
  readonly from: string;
  readonly rows: number | null;
  readonly delta: LiveDelta;
}

export interface OverviewOptions {
  readonly memory: Memory;
  /** True where what changed is counted on a click alone. */
  readonly countsOnClick: (session: Session) => boolean;
}

/** What is known of the data of open connections. Reading costs a catalog at most; counting is asked for by itself. */
export class Overview {
  readonly #options: OverviewOptions;
  readonly #catalogs = new Catalogs();
  readonly #kept: KeptDeltas;
  readonly #counted = new Map<string, Counted>();
  /** Snapshots that a person named where none can be listed, newest last; of this window. */
  readonly #typed = new Map<string, Snapshot[]>();
  readonly #countedNow = new Emitter<void>();
  /** A delta is known that was not before. */
  readonly onDidCount = this.#countedNow.event;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: OverviewOptions) {
    this.#options = options;
    this.#kept = new KeptDeltas(options.memory);
  }

  countsOnClick(session: Session): boolean {
    return this.#options.countsOnClick(session);
  }

  /** Snapshots, models and branches of a connection, as of the last change. */
  catalog(session: Session): Promise<Catalog> {
    return this.#catalogs.of(session);
  }

  /** Something may have changed in this connection: it is read again, and what took a click to count stays. */
  forget(connection: string): void {
    this.#catalogs.forget(connection);
  }

  /** Something did change: what took a click to count is not known any more. */
  changed(connection: string): void {
    this.forget(connection);
    for (const [key, { onClick, of }] of this.#counted) if (onClick && of === connection) this.#counted.delete(key);
  }

  /** Remembers a snapshot that a person named, so that it is offered like those that can be listed. */
  addTyped(session: Session, table: TableName, snapshot: Snapshot): void {
    const key = tableKey(session, table);
    const others = (this.#typed.get(key) ?? []).filter(({ name }) => name !== snapshot.name);
    this.#typed.set(key, [snapshot, ...others]);
  }

  async facts(session: Session, table: TableInfo | { readonly name: TableName }): Promise<TableFacts> {
    const { name } = table;
    const { snapshots, models, branches, listable } = await this.catalog(session);
    const text = tableText(name);
    const listed = snapshots.filter((one) => snapshotHolds(one, name));
    const mine = {
      connection: session.connection.id,
      table: name,
      snapshots: listable ? listed : (this.#typed.get(tableKey(session, name)) ?? []),
      models: models.filter((model) => model.table === text),
      branch: branches.find((one) => tableText(one.table) === text) ?? null,
      listable,
    };
    const counted = this.#counted.get(tableKey(session, name));
    const base = baseSnapshotOf(mine);
    const isCurrent = counted !== undefined && counted.from === identityText(base);
    const unknown: LiveDelta =
      base && this.countsOnClick(session) ? { state: 'uncounted', from: base.name } : { state: 'unknown' };
    return {
      ...mine,
      rows: isCurrent ? counted.rows : null,
      live: isCurrent ? counted.delta : unknown,
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
      const key = tableKey(session, table);
      const known = this.#counted.get(key);
      const from = identityText(base);
      // A click counts again where writes by others go unseen.
      const isFresh = signal === undefined || session.facts.seesOthers;
      const isKnown = isFresh && known?.changeCount === changeCount && known.from === from;
      if (isKnown && (known.delta.state !== 'changed' || signal === undefined)) return false;
      const isWanted =
        base !== null && (facts.models.length > 0 || (signal !== undefined && this.countsOnClick(session)));
      const now = isWanted
        ? { rows: null, delta: await this.#liveDelta(session, table, base, signal) }
        : { rows: await session.store.countRows(table), delta: { state: 'unknown' } as const };
      const onClick = this.countsOnClick(session);
      this.#counted.set(key, { of: session.connection.id, onClick, changeCount, from, ...now });
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
    const request = { table, from: atSnapshot(base.name), to: live };
    const found = await countWithin(session, table, request.from, live, signal);
    if (!found) return { state: 'changed', from: base.name };
    const { seesOthers } = session.facts;
    const way = await session.store.deltaWay(request);
    return {
      state: 'counted',
      from: base.name,
      ...found,
      way,
      ...(!seesOthers && { at: new Date().toTimeString().slice(0, 8) }),
    };
  }

  /** The delta between two snapshots where it is known. */
  known(session: Session, table: TableName, from: Snapshot, to: Snapshot): CountedDelta | null {
    return this.#kept.known(placeKey(session.connection.place), table, from, to);
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
      const delta = await this.#alone(() =>
        countWithin(session, table, atSnapshot(from.name), atSnapshot(to.name), undefined),
      );
      if (!delta) continue;
      await this.#kept.keep(placeKey(session.connection.place), table, from, to, delta);
      found = true;
    }
    if (found) this.#countedNow.fire();
    return found;
  }

  /** Every delta of these tables that is known already; nothing is counted for it. */
  async deltas(session: Session, tables: readonly TableName[]): Promise<KnownDelta[]> {
    const found: KnownDelta[] = [];
    const kept = this.#kept.of(placeKey(session.connection.place));
    for (const table of tables) {
      const { snapshots, live: now } = await this.facts(session, { name: table });
      if (now.state === 'counted')
        found.push({ table, from: now.from, to: null, counts: now.counts, columns: now.columns });
      const byIdentity = new Map(snapshots.map((one) => [identityText(one), one]));
      for (const [older, newer, delta] of kept.get(tableText(table)) ?? []) {
        const [from, to] = [byIdentity.get(older), byIdentity.get(newer)];
        if (from && to) found.push({ table, from: from.name, to: to.name, ...delta });
      }
    }
    return found;
  }

  /** One count at a time, in the order they were asked for. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

const tableKey = (session: Session, table: TableName): string =>
  JSON.stringify([session.connection.id, table.database, table.table]);

/** Null when it takes too long, or the two versions cannot be compared. Without patience when there is a signal. */
async function countWithin(
  session: Session,
  table: TableName,
  from: Version,
  to: Version,
  signal: AbortSignal | undefined,
): Promise<CountedDelta | null> {
  const limit = signal ?? AbortSignal.timeout(patience);
  try {
    const counts = await session.store.countDelta({ table, from, to }, limit);
    return { counts, columns: await columnChanges(session.store, { table, from, to }, limit) };
  } catch (error) {
    if (signal?.aborted) throw error;
    if (error instanceof Failure) return null;
    throw error;
  }
}
