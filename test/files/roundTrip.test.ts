/** import(export(x)) = x, over random tables of every type and every format, on a real store. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { type Random, seededRandom } from '../../src/base/random.ts';
import { rowAt } from '../../src/data/page.ts';
import type { LocalStore } from '../../src/data/store.ts';
import type { TableName } from '../../src/data/table.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot, live, type Version } from '../../src/data/version.ts';
import { exportTable } from '../../src/files/exportTable.ts';
import { importFile } from '../../src/files/importFile.ts';
import { useFolder } from './support/folder.ts';

const folder = useFolder();

const texts = [
  '',
  ' ',
  'a',
  'NULL',
  '0',
  '007',
  '1e5',
  'true',
  '2012-01-31',
  '"',
  '""',
  'a,b',
  'a\tb',
  'a\nb',
  'a\r\nb',
  '\r',
  '\ufeffx',
  '\u2028',
  'ä\u0000é',
  '\u{1F600}',
  "it's",
  '\\',
  '=1+1',
  '{"base64":"AA=="}',
  '[1]',
];
const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)] as T;
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.below(10)).join('');
const dateOf = (random: Random): string =>
  new Date((random.below(60_000) - 20_000) * 86_400_000).toISOString().slice(0, 10);
const timeOf = (random: Random): string =>
  [24, 60, 60].map((bound) => String(random.below(bound)).padStart(2, '0')).join(':');

/** A declared type and a draw of its values, in their canonical form. */
const kinds: readonly [string, (random: Random) => Value][] = [
  ['BIGINT', (r) => pick(r, [0, -1, r.next(), 9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n])],
  ['INT', (r) => r.below(2000) - 1000],
  ['DOUBLE', (r) => pick(r, [0, 0.1, -1.5, 1e300, 5e-324, 1e21, r.fraction(), r.next()])],
  ['DECIMAL(12,3)', (r) => `${r.below(2) ? '-' : ''}${1 + r.below(1e8)}.${digits(r, 3)}`],
  ['DECIMAL(18,6)', (r) => `${r.below(2) ? '-' : ''}${1 + r.below(1e9)}${digits(r, 3)}.${digits(r, 6)}`],
  ['DECIMAL(38,10)', (r) => `${r.below(2) ? '-' : ''}${1 + r.below(9)}${digits(r, r.below(28))}.${digits(r, 10)}`],
  ['BIGINT UNSIGNED', (r) => pick(r, [0, 7, 2n ** 63n, 2n ** 64n - 1n, 9007199254740993n])],
  ['FLOAT', (r) => pick(r, [0, 0.1, -2.5, 16777216, 1e30])],
  ['BOOLEAN', (r) => r.below(2)],
  ['TEXT', (r) => pick(r, texts) + (r.below(3) === 0 ? pick(r, texts) : '')],
  ['VARCHAR(40)', (r) => pick(r, texts)],
  ['JSON', (r) => pick(r, ['{}', '[]', '{"a": [1, null, "x\\"\\n"], "b": {}}', '"text"', '1.5', 'true', '["1"]'])],
  ['BLOB', (r) => Uint8Array.from({ length: r.below(4) }, () => r.below(256))],
  ['DATE', dateOf],
  ['DATETIME', (r) => `${dateOf(r)} ${timeOf(r)}`],
  ['DATETIME(6)', (r) => `${dateOf(r)} ${timeOf(r)}.${digits(r, 6)}`],
  ['TIME(3)', (r) => `${timeOf(r)}.${digits(r, 3)}`],
  ['VECF32(2)', (r) => `[${r.below(10)}, ${r.below(10) / 4}]`],
];

async function run(store: LocalStore, sql: string): Promise<void> {
  for await (const page of store.query({ sql })) expect(page.rows).toBe(0);
}

async function rowsOf(store: LocalStore, table: TableName, at: Version = live): Promise<Value[][]> {
  const columns = (await store.table(table, at)).columns.map(({ name }) => name);
  const rows: Value[][] = [];
  for await (const page of store.readRows({ table, at, columns, order: 'key' }))
    for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return rows;
}

interface Made {
  readonly columns: readonly { name: string; type: string; nullable: boolean }[];
  readonly rows: Value[][];
}

function makeTable(random: Random): Made {
  const width = 1 + random.below(kinds.length);
  const chosen = Array.from({ length: width }, () => pick(random, kinds));
  const names = ['va', 'v b', 'v"c', 'v,d', 'vé'];
  const columns = [
    { name: 'id', type: 'BIGINT', nullable: false },
    ...chosen.map(([type], i) => ({ name: `${pick(random, names)}${i}`, type, nullable: true })),
  ];
  const rows = Array.from({ length: 1 + random.below(40) }, (_, id): Value[] => [
    id,
    ...chosen.map(([, draw]) => (random.below(6) === 0 ? null : draw(random))),
  ]);
  return { columns, rows };
}

async function fill(store: LocalStore, table: TableName, { columns, rows }: Made): Promise<void> {
  async function* batches() {
    yield { rows, lines: null };
  }
  await store.load({ table, columns, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null }, batches());
}

describe.each(['csv', 'tsv', 'jsonl', 'parquet'])('a %s file', (extension) => {
  it('brings back what was written', async () => {
    const store = folder.store();
    for (let round = 0; round < 60; round++) {
      const made = makeTable(seededRandom(`${extension} ${round}`));
      const from = { database: 'd', table: `from${round}` };
      const to = { database: 'd', table: `to${round}` };
      await fill(store, from, made);
      await fill(store, to, {
        ...made,
        rows: made.rows.slice(0, 1).map((row) => row.map((v, i) => (i === 0 ? v : null))),
      });
      const file = folder.at(`x${round}.${extension}`);
      const before = await rowsOf(store, from);
      expect(before).toEqual(made.rows);
      expect(await exportTable(store, { table: from, at: live, file })).toEqual({ rows: made.rows.length });
      await importFile(store, { file, table: to, key: null, mode: 'sync', safetySnapshot: null, maxDeletes: null });
      expect(await rowsOf(store, to), `round ${round}`).toEqual(before);
      if (extension !== 'parquet') continue;
      // Parquet carries the declared types, so that a new table is the same table.
      const fresh = { database: 'd', table: `fresh${round}` };
      await importFile(store, {
        file,
        table: fresh,
        key: ['id'],
        mode: 'upsert',
        safetySnapshot: null,
        maxDeletes: null,
      });
      expect(await rowsOf(store, fresh), `round ${round}, new table`).toEqual(before);
      expect((await store.table(fresh)).columns.map(({ type }) => type)).toEqual(made.columns.map(({ type }) => type));
    }
  });
});

describe('an export', () => {
  const table = { database: 'd', table: 't' };
  const threeRows: Made = {
    columns: [
      { name: 'id', type: 'BIGINT', nullable: false },
      { name: 'v', type: 'TEXT', nullable: true },
    ],
    rows: [
      [1, 'a'],
      [2, null],
      [3, ''],
    ],
  };

  it('is readable by others', async () => {
    const store = folder.store();
    await fill(store, table, threeRows);
    await exportTable(store, { table, at: live, file: folder.at('x.csv') });
    await exportTable(store, { table, at: live, file: folder.at('x.jsonl') });
    expect(readFileSync(folder.at('x.csv'), 'utf8')).toBe('id,v\n1,a\n2,\n3,""\n');
    expect(readFileSync(folder.at('x.jsonl'), 'utf8')).toBe('{"id":1,"v":"a"}\n{"id":2,"v":null}\n{"id":3,"v":""}\n');
  });

  it('reads at a snapshot', async () => {
    const store = folder.store();
    await fill(store, table, threeRows);
    await store.createSnapshot('s', { level: 'table', table });
    await run(store, 'DELETE FROM d.t WHERE id > 1');
    await exportTable(store, { table, at: atSnapshot('s'), file: folder.at('x.csv') });
    expect(readFileSync(folder.at('x.csv'), 'utf8').split('\n')).toHaveLength(5);
  });

  it('writes a header for an empty table', async () => {
    const store = folder.store();
    await fill(store, table, threeRows);
    await run(store, 'DELETE FROM d.t WHERE id > 0');
    for (const name of ['x.csv', 'x.jsonl', 'x.parquet'])
      expect(await exportTable(store, { table, at: live, file: folder.at(name) })).toEqual({ rows: 0 });
    expect(readFileSync(folder.at('x.csv'), 'utf8')).toBe('id,v\n');
  });

  it('that is cancelled or fails leaves no file, and the old one as it was', async () => {
    const store = folder.store();
    const rows = Array.from({ length: 30_000 }, (_, i): Value[] => [i, `row ${i}`]);
    await fill(store, table, { ...threeRows, rows });
    const kept = folder.write('x.csv', 'old');
    const before = folder.files();
    for (const name of ['x.csv', 'y.jsonl', 'z.parquet']) {
      const controller = new AbortController();
      const cancelled = exportTable(
        store,
        { table, at: live, file: folder.at(name) },
        () => controller.abort(),
        controller.signal,
      );
      await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    }
    expect(folder.files()).toEqual(before);
    expect(readFileSync(kept, 'utf8')).toBe('old');
    const nowhere = exportTable(store, { table, at: live, file: folder.at('no/such/x.csv') });
    await expect(nowhere).rejects.toThrow(Failure);
    await expect(nowhere).rejects.toMatchObject({ code: 'file.unwritable' });
  });
});
