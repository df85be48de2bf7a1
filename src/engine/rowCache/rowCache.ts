/**
 * Rows of snapshots kept in the order of their hashes beside a store, so that a run reads what changed and the few rows it wants, and
 * not the table. It answers with the rows that the store would answer with, or not at all: whatever is wrong with its files, they
 * go, and the store is read.
 */
import { rmSync } from 'node:fs';
import { Failure } from '../../base/failure.ts';
import type { RowPage } from '../../data/page.ts';
import type { DeltaRequest, RowsRequest, Store } from '../../data/store.ts';
import { parseTableName, type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, type Snapshot, tableIn } from '../../data/version.ts';
import { buildBase } from './buildBase.ts';
import { type Identity, type Secret, Unusable } from './cacheFile.ts';
import { CacheFolder } from './cacheFolder.ts';
import { CachedVersion, mergeOverlays } from './cachedVersion.ts';
import { DeltaEntries } from './deltaEntries.ts';
import { byNewest, identityIn, type Opened, OpenedBases, versionName } from './openedBases.ts';
import { type HashRequest, isOurs, pageOf, restOf } from './requests.ts';
import { hexAt } from './rowBlock.ts';

/** A smaller table is read as fast from the store. */
const leastRows = 20_000;
const blockRows = 8_192;
/** An overlay with more entries, or this share of the base, becomes a new base. */
const mostEntries = 65_536;
const mostShare = 0.05;

/** Where it is, how large it may be; the rest is for tests. */
export interface CacheSettings {
  readonly folder: string;
  readonly maxBytes: number;
  /** Signs the files. */
  readonly secret: Secret;
  readonly leastRows?: number;
  readonly blockRows?: number;
  readonly mostEntries?: number;
  readonly sortedRows?: number;
}

/** How deltas are read, so that whoever else wants the same one need not ask the store again. */
type ReadDelta = (request: DeltaRequest, signal?: AbortSignal) => ReturnType<Store['readDelta']>;

/** The cached rows of a store; every answer is the store's own. */
export class RowCache {
  readonly #store: Store;
  readonly #readDelta: ReadDelta;
  readonly #folder: CacheFolder;
  readonly #secret: Secret;
  readonly #leastRows: number;
  readonly #blockRows: number;
  readonly #mostEntries: number;
  readonly #sortedRows: number | undefined;
  readonly #bases: OpenedBases;
  #working: Promise<unknown> = Promise.resolve();

  constructor(store: Store, readDelta: ReadDelta, settings: CacheSettings) {
    this.#store = store;
    this.#readDelta = readDelta;
    this.#folder = new CacheFolder(settings.folder, settings.maxBytes);
    this.#secret = settings.secret;
    this.#bases = new OpenedBases(this.#folder, settings.secret);
    this.#leastRows = settings.leastRows ?? leastRows;
    this.#blockRows = settings.blockRows ?? blockRows;
    this.#mostEntries = settings.mostEntries ?? mostEntries;
    this.#sortedRows = settings.sortedRows;
  }

  /** Rows as `Store.readRows` gives them. */
  async *readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void> {
    if (isOurs(request)) yield* this.#readCached(request, signal);
    else yield* this.#store.readRows(request, signal);
  }

  async *#readCached(request: HashRequest, signal: AbortSignal | undefined): AsyncGenerator<RowPage, void> {
    const version = await this.#versionFor(request, signal);
    const { from = null, below = null } = request.range ?? {};
    let last: string | null = null;
    let left = request.limit ?? Number.POSITIVE_INFINITY;
    try {
      for (const block of version?.read({ from, below }) ?? []) {
        const page = pageOf(block, request, left, version?.footer.identity.columns ?? []);
        last = hexAt(block.hashes, block.rows - 1);
        if (page.rows > 0) yield page;
        left -= page.rows;
        if (left <= 0) return;
      }
      if (version) return;
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      this.#bases.forget(this.#baseOf(request));
    }
    // What was not given yet comes from the store.
    yield* this.#store.readRows(restOf(request, last, left), signal);
  }

  #baseOf({ table, key, salt }: Pick<HashRequest, 'table' | 'key' | 'salt'>): string {
    return this.#folder.base(tableText(table), key, salt);
  }

  /** The cached rows of a snapshot, brought to it where need be; null where the store is to be asked. */
  #versionFor(request: HashRequest, signal?: AbortSignal): Promise<CachedVersion | null> {
    const work = this.#working.then(async () => {
      try {
        return await this.#found(request, signal);
      } catch (error) {
        // What the store says is for who asked it: they will hear it from the store.
        if (Failure.is(error, 'cancelled')) throw error;
        if (error instanceof Failure) return null;
        // Too large, of a key that is none, a full disk, or a place that is not to be written.
        if (!(error instanceof Unusable) && !(error instanceof Error && 'syscall' in error)) throw error;
        this.#bases.hopeless.add(this.#baseOf(request));
        return null;
      }
    });
    this.#working = work.catch(() => undefined);
    return work;
  }

  async #found(request: HashRequest, signal: AbortSignal | undefined): Promise<CachedVersion | null> {
    const base = this.#baseOf(request);
    if (this.#bases.hopeless.has(base) || !(request.again || this.#bases.isThere(base))) return null;
    const wanted = await this.#targetOf(request);
    if (!wanted) return null;
    const opened = this.#bases.open(base, request, wanted.id);
    const { name: snapshot, createdAt } = wanted.snapshot;
    const known = opened?.versions.get(versionName({ snapshot, createdAt }));
    if (known) return known;
    if (!request.again) return null;
    const forward = opened && (await this.#bringForward(base, opened, request, wanted, signal));
    return forward ?? this.#build(base, request, wanted, signal);
  }

  /** The snapshot of a request; null where it cannot be told from another, or has few rows. */
  async #targetOf(request: HashRequest): Promise<Target | null> {
    const snapshot = await this.#store.findSnapshot(request.at.name, request.table);
    const inside = snapshot && tableIn(snapshot, request.table);
    if (!snapshot || !inside || snapshot.unsure !== null || snapshot.createdAt === '' || inside.id === '') return null;
    const rows = inside.rows ?? (await this.#store.countRows(request.table, request.at));
    return rows < this.#leastRows ? null : { snapshot, id: inside.id, rows };
  }

  /** From the nearest cached snapshot that still is what it was; null where there is none, or the cache has strayed. */
  async #bringForward(
    base: string,
    { file, versions }: Opened,
    request: HashRequest,
    { snapshot, id, rows }: Target,
    signal: AbortSignal | undefined,
  ): Promise<CachedVersion | null> {
    const { identity } = file.footer;
    const columns = identity.columns.map(({ name }) => name);
    const now = await this.#columnsNow(request.table, snapshot.name, columns);
    if (JSON.stringify(now) !== JSON.stringify(identity.columns)) return null;
    for (const [name, known] of [...versions].sort(byNewest)) {
      const from = await this.#store.findSnapshot(name.slice(0, name.lastIndexOf(' ')), request.table);
      if (
        !from ||
        from.unsure !== null ||
        !name.endsWith(` ${from.createdAt}`) ||
        tableIn(from, request.table)?.id !== id
      )
        continue;
      const entries = new DeltaEntries(columns, known);
      const ends = { table: request.table, from: atSnapshot(from.name), to: atSnapshot(snapshot.name) };
      const delta = { ...ends, columns, order: 'hash', key: request.key, salt: request.salt, withHash: true } as const;
      for await (const page of this.#readDelta(delta, signal)) entries.add(page);
      const before = tableIn(from, request.table)?.rows ?? null;
      if (!entries.agrees || before === null || before + entries.growth !== rows) {
        this.#bases.forget(base);
        return null;
      }
      const overlay = mergeOverlays(known.overlay, entries.done(), columns.length);
      const own = { ...identity, snapshot: snapshot.name, createdAt: snapshot.createdAt };
      const version = new CachedVersion(file, overlay);
      versions.set(versionName(own), version);
      this.#bases.keepOverlay(base, file, own, overlay, rows);
      return version;
    }
    return null;
  }

  async #columnsNow(table: TableName, snapshot: string, names: readonly string[]): Promise<Identity['columns']> {
    const { columns } = await this.#store.table(table, atSnapshot(snapshot));
    return names.flatMap((name) => {
      const found = columns.find((column) => column.name === name);
      return found ? [{ name, type: found.type }] : [];
    });
  }

  async #build(
    base: string,
    request: HashRequest,
    { snapshot, id, rows }: Target,
    signal: AbortSignal | undefined,
  ): Promise<CachedVersion | null> {
    const { table, key, salt } = request;
    const names = [...new Set([...key, ...request.columns])];
    const columns = await this.#columnsNow(table, snapshot.name, names);
    // At least what numbers take: whatever is larger is found out as it is written.
    const least = rows * (16 + 8 * columns.length);
    if (columns.length !== names.length || least > this.#folder.most) return null;
    this.#bases.close(base);
    const identity: Identity = {
      form: 'raw',
      table: tableText(table),
      tableId: id,
      snapshot: snapshot.name,
      createdAt: snapshot.createdAt,
      key,
      salt,
      columns,
    };
    this.#folder.make();
    this.#folder.remove(base);
    this.#folder.makeRoom(least, base);
    const order = {
      path: base,
      identity,
      request: { table, at: request.at },
      rows,
      blockRows: this.#blockRows,
      secret: this.#secret,
    };
    const sorted = this.#sortedRows === undefined ? {} : { sortedRows: this.#sortedRows };
    await buildBase(this.#store, { ...order, ...sorted, most: this.#folder.most - this.#folder.bytes() }, signal);
    return this.#bases.open(base, request, id)?.versions.get(versionName(identity)) ?? null;
  }

  /** Puts a base in the place of one whose overlay has grown large; for when nobody waits. */
  settle(): Promise<void> {
    const work = this.#working.then(async () => {
      await this.#prune();
      for (const [base, opened] of this.#bases.all()) {
        const newest = [...opened.versions].sort(byNewest)[0];
        if (!newest) continue;
        const [name, version] = newest;
        const { rows } = opened.file.footer;
        if (version.overlay.entries.rows <= Math.min(this.#mostEntries, Math.max(1, mostShare * rows))) continue;
        this.#bases.rebase(base, opened, name, version);
      }
    });
    this.#working = work.catch(() => undefined);
    return work;
  }

  /** What has rows of a table or a snapshot that is not there any more, whoever dropped it. */
  async #prune(): Promise<void> {
    try {
      for (const base of this.#folder.bases())
        for (const file of [...this.#folder.overlaysOf(base), base]) {
          const identity = identityIn(file, this.#secret);
          if (identity && (await this.#isThere(identity))) continue;
          if (file === base) this.#bases.forget(base);
          else rmSync(file, { force: true });
        }
    } catch {
      // The store does not say, or the place is not to be written.
    }
  }

  async #isThere({ table, snapshot, createdAt, tableId }: Identity): Promise<boolean> {
    const name = parseTableName(table);
    const found = name && (await this.#store.findSnapshot(snapshot, name));
    return !!found && found.createdAt === createdAt && tableIn(found, name)?.id === tableId;
  }

  /** Of a snapshot that is gone. */
  dropSnapshot(name: string): void {
    this.#bases.dropSnapshot(name);
  }

  /** All of it; the bytes that were freed. */
  clear(): number {
    this.close();
    try {
      return this.#folder.clear();
    } catch {
      return 0;
    }
  }

  bytes(): number {
    try {
      return this.#folder.bytes();
    } catch {
      return 0;
    }
  }

  close(): void {
    for (const base of this.#bases.all().map(([base]) => base)) this.#bases.close(base);
  }
}

interface Target {
  readonly snapshot: Snapshot;
  readonly id: string;
  readonly rows: number;
}
