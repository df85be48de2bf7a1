/** One random history, applied to the embedded store (through its two windows) and to the reference store alike. */
import { statSync } from 'node:fs';
import { expect } from 'vitest';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import { hashBound } from '../../../src/data/rowHash.ts';
import type { TableName } from '../../../src/data/table.ts';
import type { Value } from '../../../src/data/value.ts';
import { atSnapshot, live, snapshotHolds, type Version } from '../../../src/data/version.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { keyText } from '../memory/rows.ts';
import { MemoryStore } from '../memory/store.ts';
import type { ColumnShape } from '../backend.ts';
import { sqlChanger } from '../embeddedBackend.ts';
import { memoryChanger } from '../memoryBackend.ts';
import { deltaOf, loadRows, rowsOf } from '../reading.ts';
import { type OutsideWrite, outsideKinds, swapFile, writeOutside } from './fuzz/otherPrograms.ts';
import { tables, valueFor } from './modelValues.ts';
import { changeText, database, nameOf, outcome, type Side, snapshotFacts, sorted } from './fuzz/modelSides.ts';

export class Model {
  readonly history: string[] = [];
  checks = 0;
  readonly #random: Random;
  /** For what others do. */
  readonly #others: Random;
  readonly #path: string;
  readonly #memory = new MemoryStore();
  readonly #right: Side;
  /** Two windows on the same file: every operation goes through one of them. */
  #windows: EmbeddedStore[] = [];
  #snapshots: string[] = [];
  #named = 0;

  constructor(seed: string, path: string) {
    this.#random = seededRandom(seed);
    this.#others = seededRandom(`${seed} others`);
    this.#path = path;
    this.#right = { store: this.#memory, change: memoryChanger(this.#memory) };
  }

  async begin(): Promise<void> {
    this.#windows = [this.#open(), this.#open()];
    for (const { name, columns, key } of tables)
      await this.#both((side) => side.change.createTable(nameOf(name), columns, key));
  }

  async end(): Promise<void> {
    for (const window of this.#windows) await window.close();
  }

  #open(): EmbeddedStore {
    return EmbeddedStore.open({ path: this.#path, readOnly: false, create: true });
  }

  #below(bound: number): number {
    return this.#random.below(bound);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  #left(): Side {
    const store = this.#pick(this.#windows);
    return { store, change: sqlChanger(store) };
  }

  async #both<T>(run: (side: Side) => Promise<T>): Promise<T> {
    const left = await outcome(() => run(this.#left()));
    const right = await outcome(() => run(this.#right));
    expect('code' in left ? left.code : 'done').toBe('code' in right ? right.code : 'done');
    if ('code' in right || 'code' in left) throw new Error(`refused: ${'code' in right ? right.code : ''}`);
    return left.value;
  }

  #say(text: string): void {
    this.history.push(text.slice(0, 120));
  }

  async step(): Promise<void> {
    const draw = this.#below(100);
    if (draw < 53) await this.#changeRows();
    else if (draw < 64) await this.#pin();
    else if (draw < 81) await this.#check();
    else if (draw < 85) await this.#restore();
    else if (draw < 91) await this.#drop();
    else if (draw < 95) await this.#load();
    else if (draw < 98) await this.#changeShape();
    else await this.#reopen();
    // Draws of their own, so that the rest of a history stays what it was.
    if (this.#others.below(100) < 6) await this.#writeOutside();
    if (this.#others.below(1000) < 6) await this.#swap();
    if (this.#others.below(1000) < 6) await this.#fillDisk();
  }

  async #shape(): Promise<{
    table: TableName;
    columns: readonly ColumnShape[];
    key: readonly string[];
    rows: Value[][];
  }> {
    const table = nameOf(this.#pick(tables).name);
    const { columns, key } = await this.#memory.table(table);
    const rows = await rowsOf(
      this.#memory,
      table,
      live,
      columns.map(({ name }) => name),
    );
    return { table, columns, key, rows };
  }

  /** A row whose key no row has; undefined when the draws all clash. */
  #freshRow(columns: readonly ColumnShape[], key: readonly string[], rows: readonly Value[][]): Value[] | undefined {
    const keyOf = (row: readonly Value[]): string =>
      keyText(columns.flatMap(({ name }, i) => (key.includes(name) ? [row[i] ?? null] : [])));
    const taken = new Set(rows.map(keyOf));
    for (let tries = 0; tries < 6; tries++) {
      const row = columns.map((column) => valueFor(this.#random, column));
      if (key.length === 0 || !taken.has(keyOf(row))) return row;
    }
    return undefined;
  }

  #where(columns: readonly ColumnShape[], key: readonly string[], row: readonly Value[]): Record<string, Value> {
    const names = key.length > 0 ? key : columns.map(({ name }) => name);
    return Object.fromEntries(
      names.map((name) => [name, row[columns.findIndex((column) => column.name === name)] ?? null]),
    );
  }

  async #changeRows(): Promise<void> {
    const { table, columns, key, rows } = await this.#shape();
    const names = columns.map(({ name }) => name);
    const draw = this.#below(10);
    const fresh = this.#freshRow(columns, key, rows);
    const chosen = rows.length > 0 ? this.#pick(rows) : undefined;
    if (!chosen || draw < 4) {
      if (!fresh) return;
      this.#say(`insert ${table.table} ${keyText(fresh)}`);
      await this.#both((side) => side.change.insert(table, names, [fresh]));
      return;
    }
    const where = this.#where(columns, key, chosen);
    if (draw < 6) {
      this.#say(`delete ${table.table} ${keyText(Object.values(where))}`);
      await this.#both((side) => side.change.remove(table, where));
      // Deleted and inserted again as it was: no change.
      if (draw === 5 && key.length > 0) await this.#both((side) => side.change.insert(table, names, [chosen]));
      return;
    }
    const set = this.#newCells(columns, key, chosen, fresh);
    if (!set) return;
    this.#say(`update ${table.table} ${keyText(Object.values(set))} where ${keyText(Object.values(where))}`);
    await this.#both((side) => side.change.update(table, set, where));
  }

  /** Another value for one cell, or the same one (no change), or another key; undefined when no free key was found. */
  #newCells(
    columns: readonly ColumnShape[],
    key: readonly string[],
    row: readonly Value[],
    fresh: readonly Value[] | undefined,
  ): Record<string, Value> | undefined {
    const i = this.#below(columns.length);
    const column = columns[i] as ColumnShape;
    if (key.includes(column.name)) return fresh && this.#where(columns, key, fresh);
    return { [column.name]: this.#below(4) === 0 ? (row[i] ?? null) : valueFor(this.#random, column) };
  }

  async #pin(): Promise<void> {
    const name = `s${++this.#named}`;
    const table = nameOf(this.#pick(tables).name);
    const target =
      this.#below(4) === 0 ? ({ level: 'database', database } as const) : ({ level: 'table', table } as const);
    this.#say(`snapshot ${name} of ${target.level === 'table' ? table.table : 'all'}`);
    await this.#both((side) => side.store.createSnapshot(name, target));
    this.#snapshots.push(name);
  }

  async #drop(): Promise<void> {
    if (this.#snapshots.length === 0) return;
    const name = this.#pick(this.#snapshots);
    this.#say(`drop ${name}`);
    await this.#both((side) => side.store.dropSnapshot(name));
    this.#snapshots = this.#snapshots.filter((other) => other !== name);
  }

  async #versions(table: TableName): Promise<Version[]> {
    const held = (await this.#memory.snapshots()).filter((one) => snapshotHolds(one, table));
    return [live, ...held.map(({ name }) => atSnapshot(name))];
  }

  async #check(): Promise<void> {
    const table = nameOf(this.#pick(tables).name);
    const versions = await this.#versions(table);
    await this.#checkRows(table, this.#pick(versions));
    await this.#checkDelta(table, this.#pick(versions), this.#pick(versions));
  }

  async #checkRows(table: TableName, at: Version): Promise<void> {
    this.checks++;
    const { store } = this.#left();
    const expected = await this.#memory.table(table, at);
    const found = await store.table(table, at);
    expect(found.columns).toEqual(expected.columns);
    expect(found.key).toEqual(expected.key);
    const names = expected.columns.map(({ name }) => name);
    const pageRows = 1 + this.#below(20);
    const rows = await rowsOf(store, table, at, names, { pageRows });
    const right = await rowsOf(this.#memory, table, at, names);
    if (expected.key.length > 0) {
      expect(rows.map((row) => keyText(row))).toEqual(right.map((row) => keyText(row)));
      const share = this.#below(3) === 0 ? 1 : 0.7;
      const range = { from: this.#below(2) === 0 ? null : hashBound(0.2), below: hashBound(share) };
      const sample = this.#below(2) === 0 ? {} : { sample: { salt: `s${this.#below(3)}`, share: 0.6 } };
      const hashed = { order: 'hash', salt: 'x', range, pageRows, withHash: true, ...sample } as const;
      expect((await rowsOf(store, table, at, names, hashed)).map((row) => keyText(row))).toEqual(
        (await rowsOf(this.#memory, table, at, names, hashed)).map((row) => keyText(row)),
      );
    } else expect(sorted(rows)).toEqual(sorted(right));
    expect(await store.countRows(table, at)).toBe(right.length);
  }

  async #checkDelta(table: TableName, from: Version, to: Version): Promise<void> {
    this.checks++;
    const { store } = this.#left();
    const common = (await this.#memory.table(table, to)).columns.map(({ name }) => name);
    const some = this.#below(3) === 0 ? { columns: common.filter(() => this.#below(2) === 0) } : {};
    const request = { table, from, to, pageRows: 1 + this.#below(9), ...some };
    const left = await outcome(() => deltaOf(store, request));
    const right = await outcome(() => deltaOf(this.#memory, request));
    const shown = (result: typeof left) => ('code' in result ? result.code : result.value.map(changeText).sort());
    expect(shown(left)).toEqual(shown(right));
    expect(await outcome(() => store.countDelta(request))).toEqual(
      await outcome(() => this.#memory.countDelta(request)),
    );
  }

  async #restore(): Promise<void> {
    if (this.#snapshots.length === 0) return;
    const to = this.#pick(await this.#memory.snapshots());
    const held = (to.tables ?? []).map((one) => one.table);
    const table = this.#pick(held);
    const whole = to.level === 'database' && this.#below(2) === 0;
    const target = whole
      ? ({ level: 'database', database } as const)
      : ({ level: 'table', table: nameOf(table) } as const);
    const safety = `s${++this.#named}`;
    this.#say(`restore ${whole ? 'all' : table} to ${to.name}, safety ${safety}`);
    await this.#both(async ({ store }) => store.restore(await store.previewRestore(target, to.name), safety));
    this.#snapshots.push(safety);
    for (const name of whole ? held : [table]) await this.#checkRows(nameOf(name), live);
  }

  async #load(): Promise<void> {
    const { table, columns, key, rows } = await this.#shape();
    if (key.length === 0) return;
    const kept = rows
      .filter(() => this.#below(3) > 0)
      .map((row) =>
        row.map((value, i) => {
          const column = columns[i] as ColumnShape;
          return !key.includes(column.name) && this.#below(5) === 0 ? valueFor(this.#random, column) : value;
        }),
      );
    const fresh = this.#freshRow(columns, key, rows);
    const file = fresh ? [...kept, fresh] : kept;
    const mode = this.#below(2) === 0 ? 'sync' : 'upsert';
    const safety = this.#below(2) === 0 ? `s${++this.#named}` : null;
    this.#say(`${mode} ${table.table} ${file.length} rows, safety ${safety}`);
    const results = await this.#same(({ store }) =>
      loadRows(store, table, columns, key, file, { mode, safetySnapshot: safety }),
    );
    if (results.safetySnapshot) this.#snapshots.push(results.safetySnapshot);
  }

  /** As `#both`, and the results must be equal too. */
  async #same<T>(run: (side: Side) => Promise<T>): Promise<T> {
    const results: T[] = [];
    await this.#both(async (side) => results.push(await run(side)));
    expect(results[0]).toEqual(results[1]);
    return results[1] as T;
  }

  async #changeShape(): Promise<void> {
    const { table, columns, key } = await this.#shape();
    const plain = columns.filter(({ name }) => !key.includes(name));
    const fresh = `n${++this.#named}`;
    const column = this.#pick(columns);
    const draw = this.#below(5);
    this.#say(`shape ${draw} of ${table.table}, ${column.name}, ${fresh}`);
    if (draw === 0) await this.#both((side) => side.change.truncate(table));
    else if (draw === 1)
      await this.#both((side) => side.change.addColumn(table, { name: fresh, type: 'VARCHAR(4000)', nullable: true }));
    else if (draw === 2) await this.#both((side) => side.change.renameColumn(table, column.name, fresh));
    else if (draw === 3 && plain.length > 1) {
      const { name } = this.#pick(plain);
      await this.#both((side) => side.change.dropColumn(table, name));
    } else if (draw === 4) {
      const made = tables.find(({ name }) => name === table.table);
      await this.#both(async (side) => {
        await side.change.dropTable(table);
        await side.change.createTable(table, made?.columns ?? columns, made?.key ?? key);
      });
    }
  }

  async #reopen(): Promise<void> {
    const i = this.#below(2);
    this.#say(`reopen window ${i}`);
    if (this.#below(3) === 0) {
      const other = this.#windows[1 - i] as EmbeddedStore;
      await (this.#windows[i] as EmbeddedStore).close();
      this.#say('compact');
      await other.compact();
    } else await (this.#windows[i] as EmbeddedStore).close();
    this.#windows[i] = this.#open();
  }

  /** Another program writes to a row of a table with a key. */
  async #writeOutside(): Promise<void> {
    const { table, columns, key, rows } = await this.#shape();
    const plain = columns.map(({ name }) => name).filter((name) => !key.includes(name));
    if (key.length === 0 || rows.length < 2 || plain.length === 0) return;
    const row = this.#others.below(rows.length);
    const from = this.#others.below(rows.length);
    const kind = outsideKinds[this.#others.below(outsideKinds.length)] as OutsideWrite['kind'];
    if (kind === 'move' && row === from) return;
    const column = plain[this.#others.below(plain.length)] as string;
    this.#say(`outside ${kind} ${table.table} ${row} ${from} ${column}`);
    const names = columns.map(({ name }) => name);
    writeOutside(
      this.#path,
      { stored: `${table.database}.${table.table}`, columns: names, key },
      { kind, row, from, column },
    );
    const cells = (place: number, some: readonly string[]): Record<string, Value> =>
      Object.fromEntries(some.map((name) => [name, rows[place]?.[names.indexOf(name)] ?? null]));
    const { change } = this.#right;
    if (kind === 'delete') await change.remove(table, cells(row, key));
    if (kind === 'cell') await change.update(table, cells(from, [column]), cells(row, key));
    if (kind === 'replace') await change.update(table, cells(from, plain), cells(row, key));
    if (kind !== 'move') return;
    await change.remove(table, cells(from, key));
    await change.update(table, cells(from, key), cells(row, key));
  }

  /** The file is put back by another program while both windows are open: neither writes into it, and a new one goes on from there. */
  async #swap(): Promise<void> {
    this.#say('swap the file');
    await swapFile(this.#path);
    for (const window of this.#windows) {
      expect(await outcome(() => window.createSnapshot('lost', { level: 'database', database }))).toEqual({
        code: 'store.replaced',
      });
      await window.close();
    }
    this.#windows = [this.#open(), this.#open()];
    await this.#checkRows(nameOf(this.#pick(tables).name), live);
  }

  /** A load that the disk has no room for: nothing of it is there afterwards, whatever was written before it was full. */
  async #fillDisk(): Promise<void> {
    const { table, columns, key, rows } = await this.#shape();
    if (key.length === 0) return;
    const many = Array.from({ length: 400 }, () => this.#freshRow(columns, key, rows)).filter(
      (row) => row !== undefined,
    );
    const keyOf = (row: readonly Value[]): string => keyText(Object.values(this.#where(columns, key, row)));
    const file = [...new Map(many.map((row) => [keyOf(row), row])).values()];
    if (file.length === 0) return;
    this.#say(`full disk: ${table.table} ${file.length} rows`);
    const maxBytes = statSync(this.#path).size;
    const full = EmbeddedStore.open({ path: this.#path, readOnly: false, create: false, maxBytes });
    try {
      const ended = await outcome(() =>
        loadRows(full, table, columns, key, file, { mode: 'upsert', safetySnapshot: null }),
      );
      if ('code' in ended) expect(ended.code).toBe('store.full');
      // What fitted into free pages is there.
      else await loadRows(this.#memory, table, columns, key, file, { mode: 'upsert', safetySnapshot: null });
    } finally {
      await full.close();
    }
    await this.#checkRows(table, live);
  }

  async checkAll(): Promise<void> {
    for (const { name } of tables) {
      const table = nameOf(name);
      const versions = await this.#versions(table);
      for (const at of versions) await this.#checkRows(table, at);
      for (let i = 0; i < 6; i++) await this.#checkDelta(table, this.#pick(versions), this.#pick(versions));
    }
    expect(await snapshotFacts(this.#left().store)).toEqual(await snapshotFacts(this.#memory));
  }
}
