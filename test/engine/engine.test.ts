/** The engine process, forked for real: the store port through it, files, scratch copies, cancelling, and its end. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changeAt, type DeltaPage } from '../../src/data/change.ts';
import { rowAt } from '../../src/data/page.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live } from '../../src/data/version.ts';
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

describe('the language of a process', () => {
  it('is the one it is told, for what it says itself', async () => {
    const { caller } = await engines.start('language.db');
    await caller.call('process/language', { strings: { 'there is no such file': 'es gibt keine solche Datei' } });
    const file = '/nowhere/at all.csv';
    await expect(caller.call('file/preview', { file })).rejects.toThrow(/es gibt keine solche Datei/);
  });
});

describe('the store port through a process', () => {
  it('answers everything', async () => {
    const { store } = await changed('port.db');
    expect(await store.facts()).toMatchObject({ kind: 'embedded', readOnly: false });
    expect(await store.databases()).toEqual(['d']);
    expect((await store.tables('d')).map(({ name }) => name.table)).toEqual(['t']);
    expect((await store.table(table, atSnapshot('s'))).key).toEqual(['id']);
    expect([await store.countRows(table), await store.countRows(table, atSnapshot('s'))]).toEqual([1001, 1000]);
    expect((await store.snapshots()).map(({ name }) => name)).toEqual(['s']);
    const request = { table, from: atSnapshot('s'), to: live };
    expect(await store.countDelta(request)).toEqual({ inserted: 2, updated: 3, deleted: 1 });
    expect(await store.deltaWay(request)).toEqual({ way: 'log', why: null });
    const pages = await drain(store.readDelta({ ...request, pageRows: 4 }));
    expect(pages.items.map(({ rows }) => rows)).toEqual([4, 2]);
    let rows = 0;
    for await (const page of store.readRows({ table, at: live, columns: ['id'], order: 'key', pageRows: 100 }))
      rows += page.rows;
    expect(rows).toBe(1001);
    const before = await store.changeCount();
    expect(await store.write([{ sql: 'DELETE FROM d.t WHERE id = ?', values: [1], expect: 1 }])).toEqual([1]);
    expect(await store.changeCount()).not.toBe(before);
    const preview = await store.previewRestore({ level: 'table', table }, 's');
    expect(await store.restore(preview, 'safe')).toMatchObject({
      rowsChanged: 7,
      safetySnapshot: 'safe',
      verified: true,
    });
    await store.dropSnapshot('safe');
    expect((await store.compact()).after).toBeGreaterThan(0);
    await expect(store.dropSnapshot('safe')).rejects.toMatchObject({ code: 'version.unknown' });
    await store.close();
  });

  it('copies the columns of a delta that are shown, and every changed row', async () => {
    const { caller, store } = await changed('shown.db');
    const request = { table, from: atSnapshot('s'), to: live, shown: ['kind'] };
    const { end, read } = await spooled(caller, { kind: 'delta', delta: request });
    expect(end.columns.map(({ name }) => name)).toEqual(['id', 'kind']);
    expect((await read(0, 2, { ...whole, flag: 'inserted' })).rows).toEqual([
      ['inserted', 2001, 'new'],
      ['inserted', 2002, 'new'],
    ]);
    expect((await read(0, 10, whole)).total).toBe(6);
    const none = await spooled(caller, { kind: 'delta', delta: { ...request, from: live } });
    expect(none.end.columns.map(({ name }) => name)).toEqual(['id', 'kind']);
    await store.close();
  });

  it('tells the end of the process as the loss of the store', async () => {
    const { store, child } = await engines.start('lost.db');
    await fill(store, 20_000);
    const reading = drain(store.readRows({ table, at: live, columns: ['id'], order: 'key', pageRows: 10 }));
    child.kill('SIGKILL');
    await expect(reading).rejects.toThrow(/The process that served .*lost[.]db/);
    await expect(store.databases()).rejects.toMatchObject({ code: 'store.lost' });
    // What was committed is there for the next process.
    expect(await (await engines.start('lost.db')).store.countRows(table)).toBe(20_000);
  });

  it('ends when its parent lets go, also with work under way', async () => {
    const { store, child } = await engines.start('end.db');
    await fill(store, 20_000);
    const stream = store.readRows({ table, at: live, columns: ['id'], order: 'key', pageRows: 10 });
    await stream.next();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    expect(await ended).toBe(0);
  });

  it('cancels between pages, and answers the next request', async () => {
    const { store } = await engines.start('cancel.db');
    await fill(store, 20_000);
    const controller = new AbortController();
    let pages = 0;
    const reading = (async () => {
      const request = { table, at: live, columns: ['id'], order: 'key' as const, pageRows: 10 };
      for await (const page of store.readRows(request, controller.signal)) {
        pages += page.rows > 0 ? 1 : 0;
        if (pages === 3) controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    expect(pages).toBeLessThan(10);
    expect(await store.countRows(table)).toBe(20_000);
  });

  it('refuses a file that is no store', async () => {
    const { caller } = await engines.start('ok.db');
    const file = engines.at('other.db');
    writeFileSync(file, 'something else');
    const open = { kind: 'embedded', path: file, readOnly: false, create: true } as const;
    await expect(caller.call('store/open', open)).rejects.toMatchObject({ code: 'store.notAStore' });
    expect(readFileSync(file, 'utf8')).toBe('something else');
  });
});

describe('files through a process', () => {
  it('previews, imports with progress, and exports', async () => {
    const { caller, store } = await engines.start('files.db');
    const file = engines.at('in.csv');
    writeFileSync(file, `id,v\n${Array.from({ length: 10_000 }, (_, i) => `${i},${i / 2}`).join('\n')}\n`);
    const preview = await caller.call('file/preview', { file });
    expect(preview).toMatchObject({
      format: 'csv',
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 'v', type: 'DOUBLE' },
      ],
    });
    expect(preview.sample.rows).toBe(20);
    const request = { file, table, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null } as const;
    const { items, end } = await drain(caller.stream('table/import', request));
    expect(end).toMatchObject({ rows: 10_000, inserted: 10_000, created: true });
    expect(items.map(({ rows }) => rows)).toEqual([...items.map(({ rows }) => rows)].sort((a, b) => a - b));
    const out = await drain(caller.stream('table/export', { table, at: live, file: engines.at('out.jsonl') }));
    expect(out.end).toEqual({ rows: 10_000 });
    expect(readFileSync(engines.at('out.jsonl'), 'utf8').split('\n')[1]).toBe('{"id":1,"v":0.5}');
    expect(await store.countRows(table)).toBe(10_000);
  });

  it('cancels an import, and nothing is there', async () => {
    const { caller, store } = await engines.start('stop.db');
    const file = engines.at('big.csv');
    writeFileSync(file, `id,v\n${Array.from({ length: 200_000 }, (_, i) => `${i},${i}`).join('\n')}\n`);
    const controller = new AbortController();
    const request = { file, table, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null } as const;
    const importing = (async () => {
      for await (const { rows } of caller.stream('table/import', request, controller.signal))
        if (rows > 0) controller.abort();
    })();
    await expect(importing).rejects.toMatchObject({ code: 'cancelled' });
    expect(await store.databases()).toEqual([]);
  });
});
