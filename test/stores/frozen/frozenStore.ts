/** A third store, which can only be read: one file of JSON, of the kind `frozen`. It shows what a backend has to be, and no more. */
import { existsSync, readFileSync } from 'node:fs';
import { Failure, throwIfCancelled } from '../../../src/base/failure.ts';
import { type Change, type DeltaCounts, type DeltaPage } from '../../../src/data/change.ts';
import { type PageColumn, packRows, type RowPage } from '../../../src/data/page.ts';
import { hashBound, inRange } from '../../../src/data/rowHash.ts';
import type {
  Branch,
  DeltaRequest,
  DeltaWay,
  LocalStore,
  QueryRequest,
  RecoveryWindow,
  RestorePreview,
  RowsRequest,
  SidesPage,
  SidesRequest,
  StoreFacts,
} from '../../../src/data/store.ts';
import { type TableInfo, type TableName, tableText } from '../../../src/data/table.ts';
import { sameValue, textOf, type Value } from '../../../src/data/value.ts';
import { live, type Snapshot, snapshotHolds, type Version } from '../../../src/data/version.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import { changedPages, changesBetween, compareKeys, keyText } from '../memory/rows.ts';
import { type Frozen, type FrozenTable, thaw } from './format.ts';

/** The values of a row in these columns. */
function pick({ info }: FrozenTable, row: readonly Value[], names: readonly string[]): Value[] {
  return names.map((name) => row[info.columns.findIndex((column) => column.name === name)] ?? null);
}

function columnOf({ info }: FrozenTable, column: string): PageColumn {
  const found = info.columns.find(({ name }) => name === column);
  if (!found) throw new Failure('column.unknown', { column, table: tableText(info.name) });
  return found;
}

function requireUnique(table: FrozenTable, key: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const [name, column] = [tableText(table.info.name), key.join(', ')];
  if (key.length === 0) throw new Failure('table.noKey', { table: name });
  for (const row of table.rows) {
    const values = pick(table, row, key);
    const value = values.map(textOf).join(', ');
    if (values.includes(null)) throw new Failure('value.refused', { column, value, reason: 'a key cannot be NULL' });
    if (seen.has(keyText(values))) throw new Failure('table.duplicateKey', { table: name, key: column, value });
    seen.add(keyText(values));
  }
  return key;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The store port over such a file. Whatever would change something is `store.readOnly`, and there is no SQL. */
export class FrozenStore implements LocalStore {
  readonly #path: string;
  readonly #frozen: Frozen;

  constructor(path: string) {
    if (!existsSync(path)) throw new Failure('store.unreachable', { store: path, reason: 'there is no such file' });
    this.#path = path;
    this.#frozen = thaw(readFileSync(path, 'utf8'));
  }

  async facts(): Promise<StoreFacts> {
    return {
      kind: 'frozen',
      label: this.#path,
      engine: 'JSON',
      release: null,
      readOnly: true,
      dialect: 'none',
      snapshotLevels: [],
      isRemote: false,
      isShared: false,
      seesOthers: true,
      limits: ['It can only be read.'],
    };
  }

  async databases(): Promise<string[]> {
    return [...new Set(this.#tables().map(({ name }) => name.database))].sort();
  }

  async tables(database: string): Promise<TableInfo[]> {
    const found = this.#tables().filter(({ name }) => name.database === database);
    if (found.length === 0) throw new Failure('database.unknown', { database });
    return found.sort((a, b) => byText(a.name.table, b.name.table));
  }

  async table(name: TableName, at: Version = live): Promise<TableInfo> {
    return this.#at(name, at).info;
  }

  async countRows(name: TableName, at: Version = live): Promise<number> {
    return this.#at(name, at).rows.length;
  }

  async snapshots(): Promise<Snapshot[]> {
    return [...this.#frozen.snapshots];
  }

  async findSnapshot(name: string, table: TableName): Promise<Snapshot | null> {
    return this.#frozen.snapshots.find((one) => one.name === name && snapshotHolds(one, table)) ?? null;
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

  async *readRows(request: RowsRequest, signal?: AbortSignal): AsyncGenerator<RowPage, void> {
    throwIfCancelled(signal);
    const table = this.#at(request.table, request.at);
    const { salt, range, sample, order } = request;
    const columns = request.columns.map((name) => columnOf(table, name));
    const isHashed = order === 'hash' || range !== undefined || request.withHash === true;
    if (isHashed && salt === undefined) throw new Failure('usage.wrong', { message: 'Rows by hash need a salt.' });
    const key = isHashed || sample ? requireUnique(table, request.key ?? table.info.key) : table.info.key;
    const hashOf = (row: readonly Value[], by: string): string => rowHash(by, pick(table, row, key));
    const bound = sample ? hashBound(sample.share) : null;
    let rows = table.rows.map((row) => ({ row, hash: isHashed ? hashOf(row, salt ?? '') : '' }));
    if (range) rows = rows.filter(({ hash }) => inRange(hash, range));
    if (sample && bound !== null) rows = rows.filter(({ row }) => hashOf(row, sample.salt) < bound);
    const own = table.info.key;
    rows.sort((a, b) =>
      order === 'hash' ? byText(a.hash, b.hash) : compareKeys(pick(table, a.row, own), pick(table, b.row, own)),
    );
    rows = rows.slice(0, request.limit);
    const size = request.pageRows ?? 8192;
    for (let from = 0; from < rows.length; from += size) {
      throwIfCancelled(signal);
      const page = rows.slice(from, from + size);
      const cells = page.map(({ row }) => pick(table, row, request.columns));
      yield packRows(columns, cells, request.withHash ? page.map(({ hash }) => hash) : undefined);
    }
  }

  async countDelta(request: DeltaRequest, signal?: AbortSignal): Promise<DeltaCounts> {
    throwIfCancelled(signal);
    const counts = { inserted: 0, updated: 0, deleted: 0 };
    for (const { flag } of this.#delta(request).changes) counts[flag]++;
    return counts;
  }

  async *readDelta(request: DeltaRequest, signal?: AbortSignal): AsyncGenerator<DeltaPage, void> {
    const { columns, key, changes } = this.#delta(request);
    yield* changedPages(changes, { columns, keyColumns: key.length }, request, signal);
  }

  async deltaWay(): Promise<DeltaWay> {
    return { way: 'compare', why: null };
  }

  async *readSides({ source, into }: SidesRequest): AsyncGenerator<SidesPage, void> {
    for (const name of [source, into]) await this.table(name);
    const none: SidesPage[] = [];
    yield* none;
    throw new Failure('branch.unrelated', { source: tableText(source), target: tableText(into) });
  }

  query({ sql }: QueryRequest): AsyncGenerator<RowPage, never> {
    throw new Failure('sql.unsupported', { what: `SQL of a frozen store (${sql.slice(0, 20)})` });
  }

  createSnapshot = (): Promise<never> => this.#refuse();
  dropSnapshot = (): Promise<never> => this.#refuse();
  previewRestore = (): Promise<RestorePreview> => this.#refuse();
  restore = (): Promise<never> => this.#refuse();
  editRows = (): Promise<never> => this.#refuse();
  write = (): Promise<never> => this.#refuse();
  load = (): Promise<never> => this.#refuse();
  compact = (): Promise<never> => this.#refuse();

  holds(): boolean {
    return false;
  }

  async changeCount(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {}

  async #refuse(): Promise<never> {
    throw new Failure('store.readOnly', { store: this.#path });
  }

  #tables(): TableInfo[] {
    return Object.values(this.#frozen.versions[''] ?? {}).map(({ info }) => info);
  }

  #at(name: TableName, version: Version): FrozenTable {
    const text = tableText(name);
    const snapshot = version.kind === 'live' ? '' : version.name;
    const found = this.#frozen.versions[snapshot]?.[text];
    if (found) return found;
    if (version.kind === 'live') throw new Failure('table.unknown', { table: text });
    throw new Failure('version.unknown', { snapshot, table: text });
  }

  #delta(request: DeltaRequest): { columns: readonly PageColumn[]; key: readonly string[]; changes: Change[] } {
    const [from, to] = [this.#at(request.table, request.from), this.#at(request.table, request.to)];
    const key = request.key ?? to.info.key;
    if (request.key) for (const side of [from, to]) requireUnique(side, key);
    const common = to.info.columns.filter(({ name }) => from.info.columns.some((column) => column.name === name));
    for (const name of request.columns ?? []) columnOf(to, name);
    const rest = (request.columns ?? common.map(({ name }) => name)).filter((name) => !key.includes(name));
    const names = [...key, ...rest];
    const side = ({ info, rows }: FrozenTable) => ({ ...info, rows: rows.map((row) => [...row]) });
    const isSameKey = keyText(from.info.key) === keyText(to.info.key) || request.key !== undefined;
    if (!isSameKey) throw new Failure('table.noKey', { table: tableText(request.table) });
    const changes = changesBetween(side(from), side(to), key, names);
    const isChange = ({ before, after }: Change): boolean =>
      !before || !after || before.some((value, i) => !sameValue(value, after[i] ?? null));
    return { columns: names.map((name) => columnOf(to, name)), key, changes: changes.filter(isChange) };
  }
}
