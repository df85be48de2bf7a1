/** One random history of one table, played on MatrixOne and on a reference, whose deltas must agree row by row. */
import { expect } from 'vitest';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Change } from '../../../src/data/change.ts';
import type { DeltaRequest, LocalStore } from '../../../src/data/store.ts';
import type { TableName } from '../../../src/data/table.ts';
import { textOf, type Value } from '../../../src/data/value.ts';
import { atSnapshot, live, type Version, versionText } from '../../../src/data/version.ts';
import type { Changer, ColumnShape } from '../backend.ts';
import { deltaOf, hashesOf, rowsOf } from '../reading.ts';
import { type HistoryTable, valueOf } from './historyTables.ts';

export interface Side {
  readonly store: LocalStore;
  readonly change: Changer;
}

/** Integers are the same number in every form in which a page holds them. */
const keyText = (values: readonly Value[]): string => JSON.stringify(values.map(textOf));

const changeText = ({ flag, before, after }: Change): string =>
  `${flag} ${before ? keyText(before) : '-'} ${after ? keyText(after) : '-'}`;

const mostSnapshots = 6;

async function outcome<T>(call: () => Promise<T>): Promise<{ value: T } | { code: string }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { code: error.code === 'sql.failed' ? error.message : String(error.code) };
  }
}

export class History {
  readonly said: string[] = [];
  readonly ways = new Set<string>();
  checks = 0;
  readonly #random: Random;
  readonly #shape: HistoryTable;
  readonly #table: TableName;
  readonly #left: Side;
  readonly #right: Side;
  readonly #prefix: string;
  #snapshots: string[] = [];
  #named = 0;

  constructor(seed: string, shape: HistoryTable, database: string, left: Side, right: Side) {
    this.#random = seededRandom(`${seed} ${shape.name}`);
    this.#shape = shape;
    this.#table = { database, table: shape.name };
    this.#left = left;
    this.#right = right;
    this.#prefix = `${shape.name}_`;
  }

  async begin(): Promise<void> {
    await this.#create();
    for (let i = 0; i < 6; i++) await this.#insert();
    await this.#pin();
  }

  async end(): Promise<void> {
    for (const name of this.#snapshots) await this.#left.store.dropSnapshot(name);
  }

  async step(): Promise<void> {
    const draw = this.#random.below(100);
    if (draw < 20) await this.#insert();
    else if (draw < 45) await this.#update();
    else if (draw < 55) await this.#remove();
    else if (draw < 66) await this.#pin();
    else if (draw < 90) await this.checkDelta(this.#version(), this.#version());
    else if (draw < 94) await this.#restore();
    else await this.#upheaval(this.#random.below(7));
  }

  /** Pairs of versions, each both ways. */
  async checkPairs(pairs: number): Promise<void> {
    for (let i = 0; i < pairs; i++) {
      const [from, to] = [this.#version(), this.#version()];
      await this.checkDelta(from, to);
      await this.checkDelta(to, from);
    }
  }

  async #both<T>(run: (side: Side) => Promise<T>): Promise<T> {
    const right = await run(this.#right);
    await run(this.#left);
    return right;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random.below(items.length)] as T;
  }

  #version(): Version {
    const i = this.#random.below(this.#snapshots.length + 2);
    return i < this.#snapshots.length ? atSnapshot(this.#snapshots[i] ?? '') : live;
  }

  async #create(): Promise<void> {
    const { columns, key } = this.#shape;
    const plain = columns.map((column) => (column.type === 'GEOMETRY' ? { ...column, type: 'TEXT' } : column));
    await this.#left.change.createTable(this.#table, columns, key);
    await this.#right.change.createTable(this.#table, this.#shape.reference === 'memory' ? plain : columns, key);
  }

  /** Columns as they are now, with the types they were declared with. */
  async #columns(): Promise<readonly ColumnShape[]> {
    const { columns } = await this.#right.store.table(this.#table);
    const declared = new Map(this.#shape.columns.map((column) => [column.name, column]));
    return columns.map((column) => declared.get(column.name) ?? column);
  }

  async #rows(columns: readonly ColumnShape[]): Promise<Value[][]> {
    const names = columns.map(({ name }) => name);
    const rows = await rowsOf(this.#right.store, this.#table, live, names);
    // A page with integers beyond 64 bits holds all of its large ones as text.
    return rows.map((row) =>
      row.map((value, i) =>
        columns[i]?.type.startsWith('BIGINT') && typeof value === 'string' ? BigInt(value) : value,
      ),
    );
  }

  #where(columns: readonly ColumnShape[], row: readonly Value[]): Record<string, Value> {
    const { key } = this.#shape;
    const names = key.length > 0 ? key : [this.#shape.columns[0]?.name ?? ''];
    return Object.fromEntries(
      names.map((name) => [name, row[columns.findIndex((column) => column.name === name)] ?? null]),
    );
  }

  /** A row whose key no row has; undefined when the draws all clash. */
  #fresh(columns: readonly ColumnShape[], rows: readonly Value[][]): Value[] | undefined {
    const { key } = this.#shape;
    const idOf = (row: readonly Value[]): string => keyText(Object.values(this.#where(columns, row)));
    const taken = new Set(rows.map(idOf));
    for (let tries = 0; tries < 8; tries++) {
      const row = columns.map((column) => valueOf(this.#random, column));
      if (key.length === 0 || !taken.has(idOf(row))) return row;
    }
    return undefined;
  }

  async #insert(): Promise<void> {
    const columns = await this.#columns();
    const row = this.#fresh(columns, await this.#rows(columns));
    if (!row) return;
    this.said.push(`insert ${keyText(row)}`);
    const names = columns.map(({ name }) => name);
    await this.#both(({ change }) => change.insert(this.#table, names, [row]));
  }

  async #update(): Promise<void> {
    const columns = await this.#columns();
    const rows = await this.#rows(columns);
    if (rows.length === 0) return;
    const row = this.#pick(rows);
    const i = this.#random.below(columns.length);
    const column = columns[i] as ColumnShape;
    const where = this.#where(columns, row);
    let set: Record<string, Value>;
    if (this.#shape.key.includes(column.name)) {
      const fresh = this.#fresh(columns, rows);
      if (!fresh) return;
      set = this.#where(columns, fresh);
    } else set = { [column.name]: this.#random.below(4) === 0 ? (row[i] ?? null) : valueOf(this.#random, column) };
    this.said.push(`update ${keyText(Object.values(set))} where ${keyText(Object.values(where))}`);
    if (column.type !== 'GEOMETRY') {
      await this.#both(({ change }) => change.update(this.#table, set, where));
      return;
    }
    // An UPDATE takes no text for a shape, an INSERT does.
    const { database, table } = this.#table;
    const condition = Object.keys(where).map((name) => `\`${name}\` = ?`);
    const sql = `UPDATE \`${database}\`.\`${table}\` SET \`${column.name}\` = ST_GeomFromText(?) WHERE ${condition.join(' AND ')}`;
    await this.#left.store.write([{ sql, values: [set[column.name] ?? null, ...Object.values(where)] }]);
    await this.#right.change.update(this.#table, set, where);
  }

  async #remove(): Promise<void> {
    const columns = await this.#columns();
    const rows = await this.#rows(columns);
    if (rows.length === 0) return;
    const row = this.#pick(rows);
    const where = this.#where(columns, row);
    const isBack = this.#shape.key.length > 0 && this.#random.below(3) === 0;
    this.said.push(`delete ${keyText(Object.values(where))}${isBack ? ' and insert it again' : ''}`);
    await this.#both(async ({ change }) => {
      await change.remove(this.#table, where);
      if (!isBack) return;
      const names = columns.map(({ name }) => name);
      await change.insert(this.#table, names, [row]);
    });
  }

  async #pin(): Promise<void> {
    if (this.#snapshots.length >= mostSnapshots) {
      const name = this.#pick(this.#snapshots);
      this.said.push(`drop ${name}`);
      await this.#both(({ store }) => store.dropSnapshot(name));
      this.#snapshots = this.#snapshots.filter((other) => other !== name);
    }
    const name = `${this.#prefix}${++this.#named}`;
    this.said.push(`snapshot ${name}`);
    await this.#both(({ store }) => store.createSnapshot(name, { level: 'table', table: this.#table }));
    this.#snapshots.push(name);
  }

  async checkDelta(from: Version, to: Version): Promise<void> {
    this.checks++;
    const columns = (await this.#right.store.table(this.#table, to)).columns.map(({ name }) => name);
    const some = this.#random.below(3) === 0 ? { columns: columns.filter(() => this.#random.below(2) === 0) } : {};
    const request: DeltaRequest = { table: this.#table, from, to, pageRows: 1 + this.#random.below(9), ...some };
    this.said.push(`delta ${versionText(from)} ${versionText(to)} ${some.columns?.join(',') ?? ''}`);
    await this.#compare(request);
    if (this.#shape.key.length > 0) await this.#compareHashed({ ...request, order: 'hash', salt: 's', withHash: true });
  }

  async #compare(request: DeltaRequest): Promise<void> {
    const [left, right] = [this.#left.store, this.#right.store];
    const way = await outcome(() => left.deltaWay(request));
    if ('value' in way) this.ways.add(way.value.way);
    const found = await outcome(() => deltaOf(left, request));
    const expected = await outcome(() => deltaOf(right, request));
    // Without a key, order means nothing.
    const shown = (result: typeof found): unknown => {
      if ('code' in result) return result.code;
      const texts = result.value.map(changeText);
      return this.#shape.key.length > 0 ? texts : texts.sort();
    };
    expect(shown(found)).toEqual(shown(expected));
    expect(await outcome(() => left.countDelta(request))).toEqual(await outcome(() => right.countDelta(request)));
  }

  async #compareHashed(request: DeltaRequest): Promise<void> {
    const read = async ({ store }: Side) => {
      const rows: string[] = [];
      for await (const page of store.readDelta(request)) rows.push(...(page.hashes ?? []));
      return { rows, changes: (await deltaOf(store, request)).map(changeText) };
    };
    const found = await outcome(() => read(this.#left));
    expect(found).toEqual(await outcome(() => read(this.#right)));
  }

  async #restore(): Promise<void> {
    if (this.#shape.restores === false) return;
    const to = this.#pick(this.#snapshots);
    const safety = `${this.#prefix}${++this.#named}`;
    this.said.push(`restore ${to}, safety ${safety}`);
    const target = { level: 'table', table: this.#table } as const;
    const restored = async ({ store }: Side): Promise<unknown> => {
      const preview = await store.previewRestore(target, to);
      const result = await store.restore(preview, safety);
      return { tables: preview.tables, reshaped: preview.reshaped, result };
    };
    const right = await restored(this.#right);
    expect(await restored(this.#left)).toEqual(right);
    this.#snapshots.push(safety);
  }

  async #upheaval(draw: number): Promise<void> {
    const { key } = this.#shape;
    const columns = await this.#columns();
    const plain = columns.filter(({ name }, i) => !key.includes(name) && (key.length > 0 || i > 0));
    const fresh = `n${++this.#named}`;
    this.said.push(`upheaval ${draw}`);
    if (draw === 0) await this.#both(({ change }) => change.truncate(this.#table));
    else if (draw === 1) {
      const added = { name: fresh, type: 'VARCHAR(20)', nullable: true };
      await this.#both(({ change }) => change.addColumn(this.#table, added));
    } else if (draw === 2 && plain.length > 1) {
      const { name } = this.#pick(plain);
      await this.#both(({ change }) => change.dropColumn(this.#table, name));
    } else if (draw === 3) await this.#recreate();
    else if (draw === 4) await this.#removeAll();
    else if (draw === 5) await this.#renameAndBack();
    else if (plain.length > 0) {
      // What it held before is another column for the delta, on both engines.
      const { name, type } = this.#pick(plain);
      if (/^(?:VARCHAR|INT|TEXT)/.test(type))
        await this.#both(({ change }) => change.renameColumn(this.#table, name, fresh));
    }
  }

  async #recreate(): Promise<void> {
    await this.#both(({ change }) => change.dropTable(this.#table));
    await this.#create();
    for (let i = 0; i < 3; i++) await this.#insert();
  }

  /** Without a condition, which the server turns into a TRUNCATE. */
  async #removeAll(): Promise<void> {
    const columns = await this.#columns();
    const rows = await this.#rows(columns);
    const { database, table } = this.#table;
    await this.#left.store.write([{ sql: `DELETE FROM \`${database}\`.\`${table}\``, values: [] }]);
    const wheres = new Map(rows.map((row) => [keyText(Object.values(this.#where(columns, row))), row]));
    for (const row of wheres.values()) await this.#right.change.remove(this.#table, this.#where(columns, row));
  }

  /** A row is deleted under another name, which DIFF would miss while the table bears it. */
  async #renameAndBack(): Promise<void> {
    const { database, table } = this.#table;
    const run = (sql: string, values: readonly Value[] = []) => this.#left.store.write([{ sql, values }]);
    const rename = (from: string, to: string) =>
      run(`RENAME TABLE \`${database}\`.\`${from}\` TO \`${database}\`.\`${to}\``);
    const other = { database, table: `${table}_other` };
    const columns = await this.#columns();
    const rows = await this.#rows(columns);
    await rename(table, other.table);
    if (rows.length > 0) {
      const where = this.#where(columns, this.#pick(rows));
      await this.#left.change.remove(other, where);
      await this.#right.change.remove(this.#table, where);
    }
    await rename(other.table, table);
  }

  async hashes(version: Version): Promise<readonly [string[], string[]]> {
    const [first = ''] = this.#shape.columns.map(({ name }) => name);
    const request = { table: this.#table, at: version, columns: [first], order: 'hash', salt: 'x' } as const;
    return [await hashesOf(this.#left.store, request), await hashesOf(this.#right.store, request)];
  }
}
