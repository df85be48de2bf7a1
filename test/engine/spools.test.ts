/** The engine's scratch copies of results and deltas, through a forked process. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changeAt, type DeltaPage } from '../../src/data/change.ts';
import { rowAt } from '../../src/data/page.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live, type Version } from '../../src/data/version.ts';
import {
  type EngineContract,
  type SpoolSource,
  type SpoolView,
  wholeView as whole,
} from '../../src/protocol/engine.ts';
import type { Caller } from '../../src/protocol/rpc.ts';
import { fill, run, useEngines } from './support/engine.ts';

const engines = useEngines();
const table = { database: 'd', table: 't' };

async function drain<T, End>(stream: AsyncGenerator<T, End>): Promise<{ items: T[]; end: End }> {
  const items: T[] = [];
  for (;;) {
    const step = await stream.next();
    if (step.done) return { items, end: step.value };
    items.push(step.value);
  }
}

async function spooled(caller: Caller<EngineContract>, source: SpoolSource, maxRows = 1e6) {
  const { items, end } = await drain(caller.stream('spool/open', { source, maxRows }));
  const id = items[0]?.id as number;
  const read = async (start: number, count: number, view: SpoolView): Promise<{ total: number; rows: Value[][] }> => {
    const { total, page, delta } = await caller.call('spool/page', { id, start, count, view });
    const rows = page
      ? Array.from({ length: page.rows }, (_, i) => rowAt(page, i))
      : Array.from({ length: delta?.rows ?? 0 }, (_, i) => {
          const change = changeAt(delta as DeltaPage, i);
          return [change.flag, ...(change.after ?? change.before ?? [])];
        });
    return { total, rows };
  };
  return { id, items, end, read };
}

/** `d.t` with a snapshot `s`, and 2 rows inserted, 3 updated, 1 deleted since. */
async function changed(name: string) {
  const engine = await engines.start(name);
  await fill(engine.store, 1000);
  await engine.store.createSnapshot('s', { level: 'table', table });
  await run(
    engine.store,
    "INSERT INTO d.t VALUES (2001, 5, 'new', 1.5), (2002, 6, 'new', 100)",
    "UPDATE d.t SET kind = 'fixed' WHERE id IN (10, 20, 30)",
    'DELETE FROM d.t WHERE id = 40',
  );
  return engine;
}

const delta: SpoolSource = { kind: 'delta', delta: { table, from: atSnapshot('s'), to: live } };

describe('a scratch copy of a result', () => {
  const query = (sql: string): SpoolSource => ({ kind: 'query', query: { sql } });

  it('that is just full is whole, and one row more is told as left out', async () => {
    const { caller } = await changed('full.db');
    const rows = query('SELECT id FROM d.t ORDER BY id LIMIT 6');
    // The delta of the store has 6 rows as well.
    for (const source of [rows, delta]) {
      expect((await spooled(caller, source, 6)).end, source.kind).toMatchObject({ rows: 6, truncated: false });
      expect((await spooled(caller, source, 5)).end, source.kind).toMatchObject({ rows: 5, truncated: true });
    }
  });

  it('gives any page, sorted and filtered', async () => {
    const { caller, store } = await engines.start('spool.db');
    await fill(store, 5000);
    const { items, end, read } = await spooled(caller, query('SELECT * FROM d.t ORDER BY id'));
    expect(end).toMatchObject({ rows: 5000, truncated: false });
    expect(items[0]?.columns.map(({ name }) => name)).toEqual(['id', 'x', 'kind', 'p']);
    expect(await read(4998, 10, whole)).toEqual({
      total: 5000,
      rows: [
        [4999, 2499.5, 'kind4', '1249.75'],
        [5000, 2500, 'kind0', '1250.00'],
      ],
    });
    const last = await read(0, 1, { ...whole, sort: [{ column: 0, descending: true }] });
    expect(last.rows[0]?.[0]).toBe(5000);
    // A decimal travels as text and still sorts as a number.
    const largest = await read(0, 1, { ...whole, sort: [{ column: 3, descending: true }] });
    expect(largest.rows[0]?.[3]).toBe('1250.00');
    const filtered = await read(999, 5, { ...whole, sort: [{ column: 1, descending: false }], filter: 'KIND3' });
    expect(filtered.total).toBe(1000);
    expect(filtered.rows).toEqual([[4998, 2499, 'kind3', '1249.50']]);
    expect(await read(0, 5, { ...whole, filter: 'no such text' })).toEqual({ total: 0, rows: [] });
  });

  it('keeps and sorts numbers of 64 bits without a sign and DECIMALs of 38 digits', async () => {
    const { caller, store } = await engines.start('exact.db');
    const [high, low] = [18446744073709551615n, 9223372036854775808n];
    const wide = '12345678901234567890123456789012345.';
    await run(
      store,
      'CREATE DATABASE d',
      'CREATE TABLE d.e (id INT PRIMARY KEY, u BIGINT UNSIGNED, w DECIMAL(38,3))',
      `INSERT INTO d.e VALUES (1, ${high}, ${wide}002), (2, 5, -${wide}001), (3, ${low}, ${wide}001), (4, NULL, NULL)`,
    );
    const { read } = await spooled(caller, query('SELECT u, w, id FROM d.e ORDER BY id'));
    const sorted = async (column: number) =>
      (await read(0, 9, { ...whole, sort: [{ column, descending: false }] })).rows;
    expect((await sorted(0)).map(([u]) => u)).toEqual([null, 5, low, high]);
    expect((await sorted(1)).map(([, w]) => w)).toEqual([null, `-${wide}001`, `${wide}001`, `${wide}002`]);
    const cells = [{ kind: 'is', column: 0, value: String(low) }] as const;
    expect((await read(0, 9, { ...whole, cells })).rows).toEqual([[low, `${wide}001`, 3]]);
  });

  it('is a table at a version too: its key first, and as it was then', async () => {
    const { caller } = await changed('table.db');
    const at = (version: Version): SpoolSource => ({ kind: 'table', table, at: version });
    const then = await spooled(caller, at(atSnapshot('s')));
    expect(then.end).toMatchObject({ rows: 1000, truncated: false });
    expect(then.items[0]?.columns.map(({ name }) => name)).toEqual(['id', 'x', 'kind', 'p']);
    const filter = { kind: 'is', column: 0, value: '20' } as const;
    expect((await then.read(0, 10, { ...whole, cells: [filter] })).rows.map((row) => row[2])).toEqual(['kind0']);
    const now = await spooled(caller, at(live));
    expect(now.end).toMatchObject({ rows: 1001 });
    expect((await now.read(0, 10, { ...whole, cells: [filter] })).rows.map((row) => row[2])).toEqual(['fixed']);
  });

  it('keeps every value as it is', async () => {
    const { caller, store } = await engines.start('values.db');
    await run(
      store,
      'CREATE DATABASE d',
      'CREATE TABLE d.v (id BIGINT PRIMARY KEY, t TEXT, b BLOB, x DOUBLE)',
      `INSERT INTO d.v VALUES (-9223372036854775808, '', x'00ff', 0.1), (9007199254740993, NULL, NULL, NULL), (9223372036854775807, 'ä', x'', 1e300)`,
    );
    const { read } = await spooled(caller, query('SELECT * FROM d.v ORDER BY id'));
    expect((await read(0, 9, whole)).rows).toEqual([
      [-(2n ** 63n), '', Uint8Array.of(0, 255), 0.1],
      [9007199254740993n, null, null, null],
      [2n ** 63n - 1n, 'ä', new Uint8Array(0), 1e300],
    ]);
    expect((await read(0, 9, { ...whole, sort: [{ column: 0, descending: true }] })).rows.map((row) => row[0])).toEqual(
      [2n ** 63n - 1n, 9007199254740993n, -(2n ** 63n)],
    );
  });

  it('is bounded, and says so', async () => {
    const { caller, store } = await engines.start('bound.db');
    await fill(store, 20_000);
    const { end, read } = await spooled(caller, query('SELECT id FROM d.t ORDER BY id'), 100);
    expect(end).toMatchObject({ rows: 100, truncated: true });
    expect((await read(0, 1000, whole)).rows).toHaveLength(100);
    const exact = await spooled(caller, query('SELECT id FROM d.t WHERE id <= 100'), 100);
    expect(exact.end).toMatchObject({ rows: 100, truncated: false });
  });

  it('holds the columns of an empty result, and nothing for a statement without rows', async () => {
    const { caller, store } = await engines.start('empty.db');
    await fill(store, 10);
    const empty = await spooled(caller, query('SELECT id, kind FROM d.t WHERE id < 0'));
    expect(empty.items[0]).toMatchObject({ rows: 0, columns: [{ name: 'id' }, { name: 'kind' }] });
    expect(await empty.read(0, 5, whole)).toEqual({ total: 0, rows: [] });
    const update = await spooled(caller, query('UPDATE d.t SET x = 1 WHERE id > 5'));
    expect(update.end).toMatchObject({ columns: [], affected: 5, truncated: false });
  });

  it('is gone when it is closed, and when filling it failed', async () => {
    const { caller, store } = await engines.start('gone.db');
    await fill(store, 10);
    const { id } = await spooled(caller, query('SELECT id FROM d.t'));
    await caller.call('spool/close', { id });
    await expect(caller.call('spool/page', { id, start: 0, count: 1, view: whole })).rejects.toThrow('closed');
    await expect(spooled(caller, query('SELECT nothing FROM d.t'))).rejects.toMatchObject({ code: 'column.unknown' });
    await expect(caller.call('spool/page', { id: id + 1, start: 0, count: 1, view: whole })).rejects.toThrow('closed');
  });
});

describe('a scratch copy of a delta', () => {
  it('gives before and after, by flag, sorted and filtered', async () => {
    const { caller } = await changed('delta.db');
    const { id, end, read } = await spooled(caller, delta);
    expect(end).toMatchObject({ rows: 6, truncated: false });
    const page = await caller.call('spool/page', { id, start: 0, count: 10, view: { ...whole, flag: 'updated' } });
    expect(page.total).toBe(3);
    expect(page.delta?.keyColumns).toBe(1);
    expect(changeAt(page.delta as DeltaPage, 0)).toEqual({
      flag: 'updated',
      before: [10, 5, 'kind0', '2.50'],
      after: [10, 5, 'fixed', '2.50'],
    });
    const sorted = await read(0, 10, { ...whole, sort: [{ column: 3, descending: false }] });
    expect(sorted.rows.map((row) => row[1])).toEqual([2001, 10, 20, 30, 40, 2002]);
    // The text of the row as it was is searched too.
    expect((await read(0, 10, { ...whole, filter: 'kind0' })).rows.map((row) => row[0])).toEqual([
      'updated',
      'updated',
      'updated',
      'deleted',
    ]);
  });

  it('is filtered by cells, by what became of them, and by the side of a training, all together', async () => {
    const { caller } = await changed('cells.db');
    const salt = 'split:1';
    const { id, read } = await spooled(caller, {
      kind: 'delta',
      delta: { table, from: atSnapshot('s'), to: live, order: 'hash', salt, withHash: true },
    });
    const ids = async (view: Partial<SpoolView>): Promise<unknown[]> =>
      (await read(0, 10, { ...whole, ...view })).rows.map((row) => row[1]).sort((a, b) => Number(a) - Number(b));
    expect(await ids({ cells: [{ kind: 'is', column: 2, value: 'fixed' }] })).toEqual([10, 20, 30]);
    // A deleted row is what it was.
    expect(await ids({ cells: [{ kind: 'is', column: 2, value: 'kind0' }] })).toEqual([40]);
    expect(await ids({ cells: [{ kind: 'is', column: 0, value: '20' }] })).toEqual([20]);
    expect(await ids({ cells: [{ kind: 'changed', column: 2 }] })).toEqual([10, 20, 30]);
    expect(await ids({ cells: [{ kind: 'between', column: 0, from: 20, to: 30 }] })).toEqual([20, 30]);
    expect(await ids({ cells: [{ kind: 'between', column: 2, from: 'fix', to: 'fixed' }] })).toEqual([10, 20, 30]);
    expect(await ids({ cells: [{ kind: 'between', column: 0, from: 21, to: 22 }] })).toEqual([]);
    expect(await ids({ cells: [{ kind: 'changed', column: 1 }] })).toEqual([]);
    const became = { kind: 'became', column: 2, from: 'kind0', to: 'fixed' } as const;
    expect(await ids({ cells: [became], filter: '20' })).toEqual([20]);
    expect(await ids({ cells: [{ ...became, to: null }] })).toEqual([]);
    const half = '8'.padEnd(32, '0');
    const [low, high] = [
      { from: null, below: half },
      { from: half, below: null },
    ];
    const [inLow, inHigh] = [await ids({ hashes: low }), await ids({ hashes: high })];
    expect([...inLow, ...inHigh].sort((a, b) => Number(a) - Number(b))).toEqual(await ids({}));
    const page = await caller.call('spool/page', { id, start: 0, count: 10, view: { ...whole, hashes: low } });
    expect(page.delta?.hashes?.every((hash) => hash < half)).toBe(true);
  });

  it('tells which columns changed, and what from and to, with the counts', async () => {
    const { caller } = await changed('pairs.db');
    const { id } = await spooled(caller, delta);
    expect(await caller.call('spool/changes', { id })).toEqual([0, 0, 3, 0]);
    const others = { pairs: 0, rows: 0 };
    const pairs = (view: SpoolView) => caller.call('spool/pairs', { id, column: 2, view });
    expect(await pairs(whole)).toEqual({ column: 2, pairs: [{ from: 'kind0', to: 'fixed', rows: 3 }], others });
    expect((await pairs({ ...whole, filter: '20' })).pairs).toEqual([{ from: 'kind0', to: 'fixed', rows: 1 }]);
    expect(await caller.call('spool/pairs', { id, column: 1, view: whole })).toEqual({ column: 1, pairs: [], others });
  });

  it('is sorted by two columns, the first of which counts most', async () => {
    const { caller } = await changed('two.db');
    const { read } = await spooled(caller, delta);
    const sort = [
      { column: 2, descending: false },
      { column: 0, descending: true },
    ];
    expect((await read(0, 10, { ...whole, sort })).rows.map((row) => row[1])).toEqual([30, 20, 10, 40, 2002, 2001]);
  });

  it('shows how columns are spread against the base', async () => {
    const { caller } = await changed('spread.db');
    const { id } = await spooled(caller, delta);
    const kind = await caller.call('spool/distribution', { id, column: 2 });
    expect(kind.bins.find(({ value }) => value === 'fixed')).toEqual({ value: 'fixed', delta: 3, base: 0 });
    expect(kind.bins.find(({ value }) => value === 'kind0')).toEqual({ value: 'kind0', delta: 0, base: 200 });
    const x = await caller.call('spool/distribution', { id, column: 1 });
    expect(x.bins).toHaveLength(20);
    expect(x.bins.reduce((sum, bin) => sum + bin.delta, 0)).toBe(5);
    expect(x.bins.reduce((sum, bin) => sum + bin.base, 0)).toBe(1000);
  });

  it('is exported as rows, and as SQL that makes the older version the newer', async () => {
    const { caller, store } = await changed('export.db');
    const { id } = await spooled(caller, delta);
    const write = async (name: string, view: SpoolView, columns: readonly number[] | null = null) => {
      const file = engines.at(name);
      await drain(caller.stream('spool/export', { id, file, view, columns }));
      return readFileSync(file, 'utf8');
    };
    expect(await write('d.csv', { ...whole, flag: 'updated', filter: '20' })).toBe(
      'flag,id,before.x,after.x,before.kind,after.kind,before.p,after.p\nupdated,20,10,10,kind0,fixed,5.00,5.00\n',
    );
    // Only what is shown: the key, and the columns that were kept.
    expect(await write('e.csv', { ...whole, flag: 'updated', filter: '20' }, [2])).toBe(
      'flag,id,before.kind,after.kind\nupdated,20,kind0,fixed\n',
    );
    expect(JSON.parse(await write('d.jsonl', { ...whole, flag: 'deleted' }))).toEqual({
      flag: 'deleted',
      key: { id: 40 },
      before: { x: 20, kind: 'kind0', p: '10.00' },
      after: null,
    });
    const sql = await write('d.sql', whole);
    const preview = await store.previewRestore({ level: 'table', table }, 's');
    await store.restore(preview, 'safe');
    const statements = sql.split('\n').filter((line) => /^(INSERT|UPDATE|DELETE)/.test(line));
    for (const statement of statements)
      for await (const page of store.query({ sql: statement.replace(/;$/, ''), database: 'd' })) void page;
    expect(await store.countDelta({ table, from: atSnapshot('safe'), to: live })).toEqual({
      inserted: 0,
      updated: 0,
      deleted: 0,
    });
  });

  it('leaves no file behind, not even after a kill', async () => {
    const { caller, child } = await changed('files2.db');
    await spooled(caller, delta);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(engines.at('.')).filter((name) => name.startsWith('etilqs'))).toEqual([]);
  });
});
