/** The reference store: everything in memory, a copy of all rows for each snapshot. Slow, simple, and plainly right. */
import { createHash } from 'node:crypto';
import { Failure, throwIfCancelled } from '../../../src/base/failure.ts';
import {
  type Change,
  changedRows,
  type DeltaCounts,
  type DeltaPage,
  noChanges,
  sumCounts,
} from '../../../src/data/change.ts';
import { type PageColumn, packRows, type RowPage } from '../../../src/data/page.ts';
import { hashBound, inRange } from '../../../src/data/rowHash.ts';
import {
  type Branch,
  type DeltaRequest,
  type DeltaWay,
  isRestoreTarget,
  type LoadBatch,
  type LoadRequest,
  type LoadResult,
  type LocalStore,
  type QueryEnd,
  type QueryRequest,
  type RecoveryWindow,
  type RestorePreview,
  type RestoreResult,
  type RestoreTarget,
  type RowEdits,
  type RowsRequest,
  type SidesPage,
  type SidesRequest,
  type SnapshotTarget,
  type StoreFacts,
  type Write,
} from '../../../src/data/store.ts';
import { type TableInfo, type TableName, tableText } from '../../../src/data/table.ts';
import type { Value } from '../../../src/data/value.ts';
import {
  atSnapshot,
  isSnapshotName,
  live,
  type Snapshot,
  snapshotHolds,
  type Version,
} from '../../../src/data/version.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import { loadInto } from './loading.ts';
import { allChanged, changedPages, changesBetween, compareKeys, keyText } from './rows.ts';
import {
  addMissing,
  editedRows,
  emptyTable,
  findColumn,
  type MemorySnapshot,
  type MemoryTable,
  pick,
  requireKey,
  tableInfo,
} from './table.ts';

export class MemoryStore implements LocalStore {
  readonly #databases = new Map<string, Map<string, MemoryTable>>();
  readonly #snapshots = new Map<string, MemorySnapshot>();
  #ids = 0;
  #changes = 0;
  #lastTime = 0n;

  async facts(): Promise<StoreFacts> {
    return {
      kind: 'memory',
      label: 'memory',
      engine: 'memory',
      release: null,
      readOnly: false,
      dialect: 'none',
      snapshotLevels: ['table', 'database'],
      isRemote: false,
      isShared: false,
      seesOthers: true,
      limits: [],
    };
  }

  async databases(): Promise<string[]> {
    return [...this.#databases.keys()].filter((name) => name !== 'deltatrain').sort();
  }

  async tables(database: string): Promise<TableInfo[]> {
    const names = [...this.#database(database).keys()].sort();
    return names.map((table) => tableInfo({ database, table }, this.#live({ database, table })));
  }

  async table(name: TableName, at: Version = live): Promise<TableInfo> {
    return tableInfo(name, this.#at(name, at));
  }

  async countRows(name: TableName, at: Version = live): Promise<number> {
    return this.#at(name, at).rows.length;
  }

  /** Changes a table as the test says; what `change` is given is the live table itself. */
  change(name: TableName, change: (table: MemoryTable) => void): void {
    change(this.#live(name));
    this.#changes++;
  }

  createTable(name: TableName, table: Omit<MemoryTable, 'id' | 'rows'>): void {
    const tables = this.#databases.get(name.database) ?? new Map<string, MemoryTable>();
    if (tables.has(name.table)) throw new Failure('table.exists', { table: tableText(name) });
    tables.set(name.table, emptyTable(String(++this.#ids), table));
    this.#databases.set(name.database, tables);
    this.#changes++;
  }

  dropTable(name: TableName): void {
    this.#live(name);
    this.#database(name.database).delete(name.table);
    this.#changes++;
  }

  async snapshots(): Promise<Snapshot[]> {
    return [...this.#snapshots.values()].map(({ facts }) => facts).reverse();
  }

  async findSnapshot(name: string, table: TableName): Promise<Snapshot | null> {
    const facts = this.#snapshots.get(name)?.facts;
    return facts && snapshotHolds(facts, table) ? facts : null;
  }

  async keptDisk(): Promise<null> {
    return null;
  }

  async recoveryWindows(): Promise<RecoveryWindow[]> {
    return [];
  }

  async branches(): Promise<Branch[]> {
    return [];
  }

  async createSnapshot(name: string, target: SnapshotTarget): Promise<Snapshot> {
    if (!isSnapshotName(name)) throw new Failure('version.badName', { snapshot: name });
    if (!isRestoreTarget(target))
      throw new Failure('store.unsupported', { what: `There is no ${target.level} in memory.` });
    if (this.#snapshots.has(name)) throw new Failure('version.exists', { snapshot: name });
    const database = target.level === 'table' ? target.table.database : target.database;
    const table = target.level === 'table' ? target.table.table : null;
    const names = table === null ? [...this.#database(database).keys()].sort() : [table];
    const tables = new Map(names.map((n) => [n, structuredClone(this.#live({ database, table: n }))]));
    const clock = BigInt(Date.now()) * 1_000_000n;
    this.#lastTime = clock > this.#lastTime ? clock : this.#lastTime + 1n;
    const facts: Snapshot = {
      name,
      level: target.level,
      database,
      table,
      createdAt: String(this.#lastTime),
      tables: [...tables].map(([n, { id, rows }]) => ({ database, table: n, id, rows: rows.length })),
      unsure: null,
    };
    this.#snapshots.set(name, { facts, tables });
    this.#changes++;
    return facts;
  }

  async dropSnapshot(name: string): Promise<void> {
    this.#snapshot(name);
    this.#snapshots.delete(name);
    this.#changes++;
  }

  async *readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void> {
    throwIfCancelled(signal);
    const table = this.#at(request.table, request.at);
    const columns: PageColumn[] = request.columns.map((name) => findColumn(table, request.table, name));
    const hashed = request.order === 'hash' || request.range !== undefined || request.withHash === true;
    if (hashed && request.salt === undefined)
      throw new Failure('usage.wrong', { message: 'Rows by hash need a salt.' });
    const key = hashed || request.sample ? this.#uniqueKey(request.table, table, request.key) : table.key;
    const hashOf = (row: readonly Value[], salt: string): string => rowHash(salt, pick(table, row, key));
    const bound = request.sample ? hashBound(request.sample.share) : null;
    const kept = table.rows
      .map((row) => ({ row, hash: hashed ? hashOf(row, request.salt ?? '') : '' }))
      .filter(({ hash }) => !request.range || inRange(hash, request.range))
      .filter(({ row }) => !request.sample || bound === null || hashOf(row, request.sample.salt) < bound);
    if (request.order === 'hash') kept.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));
    else if (table.key.length > 0)
      kept.sort((a, b) => compareKeys(pick(table, a.row, table.key), pick(table, b.row, table.key)));
    const size = request.pageRows ?? 8192;
    kept.splice(request.limit ?? kept.length);
    for (let from = 0; from < kept.length; from += size) {
      throwIfCancelled(signal);
      const page = kept.slice(from, from + size);
      const rows = page.map(({ row }) => pick(table, row, request.columns));
      yield packRows(columns, rows, request.withHash ? page.map(({ hash }) => hash) : undefined);
    }
  }

  async countDelta(request: DeltaRequest, signal?: AbortSignal): Promise<DeltaCounts> {
    throwIfCancelled(signal);
    const counts = { inserted: 0, updated: 0, deleted: 0 };
    for (const { flag } of this.#delta(request).changes) counts[flag]++;
    return changedRows(counts) === 0 ? noChanges : counts;
  }

  async *readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void> {
    const { columns, key, changes } = this.#delta(request);
    yield* changedPages(changes, { columns, keyColumns: key.length }, request, signal);
  }

  /** There are no branches here. */
  async *readSides({ source, into }: SidesRequest): AsyncGenerator<SidesPage, void> {
    for (const name of [source, into]) await this.table(name);
    const none: SidesPage[] = [];
    yield* none;
    throw new Failure('branch.unrelated', { source: tableText(source), target: tableText(into) });
  }

  async deltaWay(): Promise<DeltaWay> {
    return { way: 'compare', why: null };
  }

  async previewRestore(target: RestoreTarget, to: string): Promise<RestorePreview> {
    const snapshot = this.#snapshot(to);
    const database = target.level === 'table' ? target.table.database : target.database;
    const suits =
      snapshot.facts.database === database && (target.level === 'table' || snapshot.facts.level === 'database');
    if (!suits) throw new Failure('version.unknown', { snapshot: to, table: database });
    const names = target.level === 'table' ? [target.table.table] : [...snapshot.tables.keys()];
    const now = this.#databases.get(database) ?? new Map<string, MemoryTable>();
    const tables = names.map((table) => {
      const then = this.#at({ database, table }, atSnapshot(to));
      const current = now.get(table) ?? { ...then, rows: [] };
      const counts = { inserted: 0, updated: 0, deleted: 0 };
      const common = then.columns
        .map((column) => column.name)
        .filter((column) => current.columns.some(({ name }) => name === column));
      const sameKey = common.length > 0 && keyText(current.key) === keyText(then.key);
      for (const { flag } of sameKey ? changesBetween(current, then, then.key, common) : allChanged(current, then))
        counts[flag]++;
      return { table: { database, table }, counts };
    });
    const dropped =
      target.level === 'table'
        ? []
        : [...now.keys()].filter((table) => !names.includes(table)).map((table) => ({ database, table }));
    const revived = names.filter((table) => !now.has(table)).map((table) => ({ database, table }));
    const shapeText = ({ columns, key }: MemoryTable): string => JSON.stringify([columns, key]);
    const reshaped = names
      .filter((table) => {
        const current = now.get(table);
        return current && shapeText(current) !== shapeText(this.#at({ database, table }, atSnapshot(to)));
      })
      .map((table) => ({ database, table }));
    const state = keyText([
      to,
      JSON.stringify(target),
      ...[...now].flatMap(([name, table]) => [name, keyText(table.rows.flat())]),
    ]);
    const digest = createHash('sha256').update(state).digest('hex');
    return { target, to, tables, dropped, revived, reshaped, lostGrants: [], warnings: [], digest };
  }

  async restore(preview: RestorePreview, safetyName: string): Promise<RestoreResult> {
    const { target, to } = preview;
    const now = await this.previewRestore(target, to);
    const sum = sumCounts(now.tables.map(({ counts }) => counts));
    const database = target.level === 'table' ? target.table.database : target.database;
    if (now.digest !== preview.digest)
      throw new Failure('restore.moved', {
        table: target.level === 'table' ? tableText(target.table) : database,
        ...sum,
      });
    const tables = this.#databases.get(database) ?? new Map<string, MemoryTable>();
    this.#databases.set(database, tables);
    await this.createSnapshot(safetyName, now.revived.length > 0 ? { level: 'database', database } : target);
    for (const { table } of now.dropped) tables.delete(table);
    for (const { table } of now.tables) tables.set(table.table, structuredClone(this.#at(table, atSnapshot(to))));
    return { rowsChanged: changedRows(sum), safetySnapshot: safetyName, verified: true };
  }

  async editRows(request: RowEdits, signal?: AbortSignal): Promise<RestoreResult> {
    throwIfCancelled(signal);
    const { table, safetySnapshot, edits } = request;
    const rows = editedRows(this.#live(table), request);
    await this.createSnapshot(safetySnapshot, { level: 'table', table });
    this.change(table, (one) => {
      one.rows = rows;
    });
    return { rowsChanged: edits.length, safetySnapshot, verified: true };
  }

  query(request: QueryRequest): AsyncGenerator<RowPage, QueryEnd> {
    throw new Failure('sql.unsupported', { what: `SQL in memory (${request.sql.slice(0, 20)})` });
  }

  async write(statements: readonly Write[]): Promise<number[]> {
    throw new Failure('sql.unsupported', { what: `SQL in memory (${statements.length} statements)` });
  }

  async changeCount(): Promise<number> {
    return this.#changes;
  }

  async compact(): Promise<{ before: number; after: number }> {
    return { before: 0, after: 0 };
  }

  async close(): Promise<void> {
    this.#databases.clear();
    this.#snapshots.clear();
  }

  holds(): boolean {
    return true;
  }

  async load(request: LoadRequest, batches: AsyncIterable<LoadBatch>, signal?: AbortSignal): Promise<LoadResult> {
    const { table: name, mode } = request;
    const existing = this.#databases.get(name.database)?.get(name.table);
    const draft =
      structuredClone(existing) ??
      emptyTable(String(++this.#ids), { columns: addMissing([], request.columns, request.key), key: request.key });
    if (mode === 'sync' && draft.key.length === 0) throw new Failure('table.noKey', { table: tableText(name) });
    const { rows, counts } = await loadInto(draft, request, batches, signal);
    const safetySnapshot = existing ? request.safetySnapshot : null;
    if (safetySnapshot !== null) await this.createSnapshot(safetySnapshot, { level: 'table', table: name });
    const tables = this.#databases.get(name.database) ?? new Map<string, MemoryTable>();
    tables.set(name.table, draft);
    this.#databases.set(name.database, tables);
    this.#changes++;
    return { rows, ...counts, safetySnapshot, created: existing === undefined };
  }

  #database(name: string): Map<string, MemoryTable> {
    const tables = this.#databases.get(name);
    if (!tables) throw new Failure('database.unknown', { database: name });
    return tables;
  }

  #live(name: TableName): MemoryTable {
    const table = this.#databases.get(name.database)?.get(name.table);
    if (!table) throw new Failure('table.unknown', { table: tableText(name) });
    return table;
  }

  #snapshot(name: string): MemorySnapshot {
    const snapshot = this.#snapshots.get(name);
    if (!snapshot) throw new Failure('version.unknown', { snapshot: name });
    return snapshot;
  }

  #at(name: TableName, version: Version): MemoryTable {
    if (version.kind === 'live') return this.#live(name);
    const snapshot = this.#snapshots.get(version.name);
    const table = snapshot?.facts.database === name.database ? snapshot.tables.get(name.table) : undefined;
    if (!table) throw new Failure('version.unknown', { snapshot: version.name, table: tableText(name) });
    return table;
  }

  #uniqueKey(name: TableName, table: MemoryTable, asked: readonly string[] | undefined): readonly string[] {
    const key = asked && asked.length > 0 ? asked : table.key;
    if (key.length === 0) throw new Failure('table.noKey', { table: tableText(name) });
    for (const column of key) findColumn(table, name, column);
    requireKey(table, name, key);
    return key;
  }

  #delta(request: DeltaRequest): { columns: PageColumn[]; key: readonly string[]; changes: Change[] } {
    const from = this.#at(request.table, request.from);
    const to = this.#at(request.table, request.to);
    if (!request.key?.length && keyText(from.key) !== keyText(to.key))
      throw new Failure('delta.schemaChanged', { table: tableText(request.table), detail: 'the key differs' });
    const key = request.key?.length || to.key.length > 0 ? this.#uniqueKey(request.table, to, request.key) : [];
    if (key.length > 0) this.#uniqueKey(request.table, from, key);
    const common = to.columns
      .map(({ name }) => name)
      .filter((name) => from.columns.some((column) => column.name === name));
    const named = request.columns ?? common;
    const names = [...key, ...named.filter((name) => !key.includes(name))];
    for (const name of names) findColumn(from, request.table, name);
    if (names.length === 0) throw new Failure('usage.wrong', { message: 'A delta needs a column.' });
    const columns = names.map((name) => findColumn(to, request.table, name));
    return { columns, key, changes: changesBetween(from, to, key, names) };
  }
}
