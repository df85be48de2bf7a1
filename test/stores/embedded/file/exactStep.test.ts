// A store of format 1 becomes one whose DECIMALs are exact: every value, hash and delta stays, all of it or nothing, and it is said.
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { newestFormat } from '../../../../src/stores/embedded/file/fileFormat.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { keptJson } from '../../../../src/stores/jsonDocument.ts';
import { scratchFolder } from '../../embeddedBackend.ts';
import { rowAt } from '../../../../src/data/page.ts';
import type { Value } from '../../../../src/data/value.ts';
import { asked } from './asked.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/format1/${name}`, import.meta.url));
const store1 = gunzipSync(fixture('store.db.gz'));
const said = JSON.parse(fixture('said.json').toString()) as Record<string, unknown>;

let folder: ReturnType<typeof scratchFolder>;
const path = (): string => join(folder.path, 'store.db');
const open = (more: { readOnly?: boolean; maxBytes?: number } = {}): EmbeddedStore =>
  EmbeddedStore.open({ path: path(), readOnly: false, create: false, ...more });
beforeEach(() => {
  folder = scratchFolder();
  writeFileSync(path(), store1);
});
afterEach(() => folder.remove());

/** What another program does to the file. */
function byAnother<T>(work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path());
  try {
    return work(db);
  } finally {
    db.close();
  }
}
const format = (): unknown => byAnother((db) => db.prepare('PRAGMA user_version').get()?.['user_version']);

async function rowsOfQuery(store: EmbeddedStore, sql: string): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of store.query({ sql })) for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return rows;
}

/** Documents in their one form, wherever they stand: that alone may be told otherwise. */
const withDocuments = (all: Record<string, unknown>): Record<string, { rows: unknown[] }> =>
  JSON.parse(JSON.stringify(all), (_, value: unknown) =>
    typeof value === 'string' && /^\s*[{[]|^ /.test(value) ? (keptJson(value) ?? value) : value,
  ) as Record<string, { rows: unknown[] }>;

/** Rows of a table without a key come back in another order. */
const sorted = (answer: { rows: unknown[] } | undefined): string[] =>
  (answer?.rows ?? []).map((row) => JSON.stringify(row)).sort();

describe('a store of format 1', () => {
  test('answers of every table at every version what it answered, with the same row hashes', async () => {
    const store = open();
    expect(withDocuments(await asked(store, 'shop'))).toEqual(withDocuments(said));
    await store.close();
    expect(format()).toBe(newestFormat());
  });

  test('is read as it stands where it may not be written', async () => {
    const store = open({ readOnly: true });
    expect(await asked(store, 'shop')).toEqual(said);
    expect(await rowsOfQuery(store, 'SELECT SUM(price), MAX(rate) FROM shop.prices WHERE price > 0.52')).toEqual([
      ['100016.74', 0.5],
    ]);
    await store.close();
    expect(format()).toBe(1);
  });

  test('says once that it was moved, and that older versions cannot open it', async () => {
    const first = open();
    expect((await first.facts()).notes).toEqual([expect.stringContaining('Older versions cannot open it any more.')]);
    await first.close();
    const second = open();
    expect((await second.facts()).notes).toBeUndefined();
    await second.close();
  });

  test('keeps conditions, defaults, unique columns and indexes over its DECIMALs', async () => {
    const store = open();
    const run = (sql: string) => rowsOfQuery(store, sql);
    await expect(run('INSERT INTO shop.prices (id, price) VALUES (20, 0.50)')).rejects.toThrow('CHECK');
    await run('INSERT INTO shop.prices (id, price) VALUES (20, 0.51)');
    await expect(run('UPDATE shop.prices SET rate = 0.1 WHERE id = 20')).rejects.toMatchObject({
      code: 'row.conflict',
    });
    await run('INSERT INTO shop.prices (id) VALUES (21)');
    expect(await run('SELECT price, big, more, note FROM shop.prices WHERE id = 21')).toEqual([
      ['1.50', '-7', '2.125', 'a, (b)'],
    ]);
    await store.close();
    const plan = byAnother((db) =>
      db.prepare('EXPLAIN QUERY PLAN SELECT id FROM "shop.prices" WHERE price = 123').all(),
    );
    expect(JSON.stringify(plan)).toContain('shop.prices.by_price');
    expect(byAnother((db) => db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'dear'").get()?.['sql'])).toContain(
      'WHERE ( "price" / 1e2 ) > 10',
    );
  });

  test('gives every table and its indexes back as they were at a snapshot', async () => {
    const store = open();
    for (const table of ['gone', 'prices', 'amounts', 'visits', 'ids', 'docs']) {
      const target = { level: 'table', table: { database: 'shop', table } } as const;
      const preview = await store.previewRestore(target, 'v1');
      expect(await store.restore(preview, `before_${table}`)).toMatchObject({ verified: true });
    }
    const now = await asked(store, 'shop');
    const then = withDocuments(said);
    for (const table of ['gone', 'prices', 'amounts', 'visits', 'ids', 'docs'])
      expect(sorted(withDocuments(now)[`${table} at live`]), table).toEqual(sorted(then[`${table} at v1`]));
    await store.close();
    expect(
      byAnother((db) => db.prepare("SELECT 1 AS there FROM sqlite_schema WHERE name = 'shop.gone.gone_b'").get()),
    ).toEqual({
      there: 1,
    });
  });

  test('takes numbers without a sign up to their end afterwards', async () => {
    const store = open();
    await rowsOfQuery(store, 'INSERT INTO shop.amounts VALUES (5, 18446744073709551615, NULL, 1)');
    expect(await rowsOfQuery(store, 'SELECT MAX(n), MIN(n) FROM shop.amounts')).toEqual([[18446744073709551615n, 1]]);
    await store.close();
  });
});

/** All that lies in the file but its sessions: a transaction leaves one or the other. */
const wholeFile = (): string =>
  byAnother((db) => {
    const schema = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all();
    const tables = schema.filter(
      ({ type, name }) => type === 'table' && !/^(?:_dt_sessions|_dt_meta|sqlite_)/.test(String(name)),
    );
    const rows = tables.map(({ name }) => {
      const all = db.prepare(`SELECT * FROM "${String(name)}"`);
      all.setReadBigInts(true);
      return all.all();
    });
    return JSON.stringify([schema, rows], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  });

/** `DELTATRAIN_KILLS=all` for every statement, and not one of each kind. */
const isEach = process.env['DELTATRAIN_KILLS'] === 'all';

test('killed before a statement of the move, whichever, the file is of the old format or of the new one, and nothing between', async () => {
  const script = fileURLToPath(new URL('moveChild.ts', import.meta.url));
  const before = wholeFile();
  const copy = join(folder.path, 'copy.db');
  copyFileSync(path(), copy);
  const start = (at: number): { isMoved: boolean; statements: string[] } => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${path()}${end}`, { force: true });
    copyFileSync(copy, path());
    const child = spawnSync(process.execPath, ['--no-warnings', script, path(), String(at)], { encoding: 'utf8' });
    return { isMoved: child.stdout === 'moved\n', statements: child.stderr.trim().split('\n') };
  };
  const whole = start(Number.POSITIVE_INFINITY);
  expect(whole.isMoved).toBe(true);
  expect([format(), wholeFile() === before]).toEqual([newestFormat(), false]);
  expect(whole.statements.length).toBeGreaterThan(60);
  const kindOf = (sql: string): string => /^(?:[A-Z]+ )*[A-Z]*/.exec(sql)?.[0] ?? '';
  const kinds = new Map(whole.statements.map((sql, at) => [isEach ? String(at) : kindOf(sql), at]));
  expect([...kinds.keys()].length).toBeGreaterThan(10);
  for (const at of kinds.values()) {
    const { isMoved, statements } = start(at);
    expect([isMoved, statements.length]).toEqual([false, at + 1]);
    expect([format(), wholeFile() === before], `killed before: ${statements.at(-1)}`).toEqual([1, true]);
  }
}, 300_000);

describe('a store of format 1 that cannot be moved', () => {
  const heldBy = async (reason: string): Promise<void> => {
    const store = open();
    const { readOnly, notes } = await store.facts();
    expect([readOnly, notes]).toEqual([true, [expect.stringContaining(reason)]]);
    const write = store.write([{ sql: 'DELETE FROM shop.prices', values: [] }]);
    await expect(write).rejects.toSatisfy(
      (error) => Failure.is(error, 'store.notMoved') && error.message.includes(reason),
    );
    expect(await store.countRows({ database: 'shop', table: 'prices' })).toBe(5);
    await store.close();
    expect(format()).toBe(1);
  };
  const moves = async (): Promise<void> => {
    await open().close();
    expect(format()).toBe(newestFormat());
  };

  test.each([
    ['1.005', 'holds 1.005, which is no DECIMAL(10,2)'],
    ['1e300', 'which is no DECIMAL(10,2)'],
  ])('as it holds the DECIMAL %s: it is named, read as ever, and moved once it is put right', async (value, reason) => {
    byAnother((db) => {
      db.exec('PRAGMA ignore_check_constraints = ON');
      db.exec(`UPDATE "shop.prices" SET price = ${value} WHERE id = 4`);
    });
    await heldBy(reason);
    byAnother((db) => db.exec('UPDATE "shop.prices" SET price = 1.01 WHERE id = 4'));
    // What was logged of the row while it was wrong.
    byAnother((db) => db.exec('UPDATE _dt_log_1 SET c1 = 1.1 WHERE c1 = 1.005 OR c1 = 1e300'));
    await moves();
  });

  test('as another program has a trigger on its table', async () => {
    byAnother((db) => db.exec('CREATE TRIGGER watcher AFTER INSERT ON "shop.prices" BEGIN DELETE FROM theirs; END'));
    await heldBy('The trigger watcher of another program');
    byAnother((db) => db.exec('DROP TRIGGER watcher'));
    await moves();
  });

  test('as another process has it open', async () => {
    byAnother((db) => db.prepare('INSERT INTO _dt_sessions (pid, host) VALUES (?, ?)').run(process.ppid, hostname()));
    await heldBy(`The process ${process.ppid} has it open`);
    byAnother((db) => db.exec('DELETE FROM _dt_sessions'));
    await moves();
  });
});
