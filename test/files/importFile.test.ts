/** Importing CSV, JSON Lines and Parquet into a real store: types, matching, refusals with line and column. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { importFile, previewFile } from '../../src/files/importFile.ts';
import { useFolder } from './support/folder.ts';
import { failureOf, request, rowsOf, table } from './support/imports.ts';

const folder = useFolder();
const typesOf = async (file: string): Promise<Record<string, string>> =>
  Object.fromEntries((await previewFile(file)).columns.map(({ name, type }) => [name, type]));

describe('types of a CSV file', () => {
  it.each<[string, string[], string]>([
    ['whole numbers', ['1', '-2', '', '9007199254740993'], 'BIGINT'],
    ['numbers', ['1', '2.5', '-1e-3', '.5'], 'DOUBLE'],
    ['codes with a leading zero', ['007', '1'], 'TEXT'],
    ['numbers too large to count exactly', ['9007199254740993', '0.5'], 'DECIMAL(20,1)'],
    ['numbers of 64 bits without a sign', ['9223372036854775808'], 'BIGINT UNSIGNED'],
    ['the largest 64-bit number', ['9223372036854775807', '-9223372036854775808'], 'BIGINT'],
    ['booleans', ['true', 'FALSE', ''], 'BOOLEAN'],
    ['dates', ['2012-02-29', '1999-12-31'], 'DATE'],
    ['no dates', ['2013-02-29'], 'TEXT'],
    ['times of day', ['2012-01-01 10:00:00', '2012-01-01T23:59:59'], 'DATETIME'],
    ['times with fractions', ['2012-01-01 10:00:00.5', '2012-01-01 10:00:00.125', '2012-01-02'], 'DATETIME(3)'],
    ['nothing at all', ['', '""'], 'TEXT'],
    ['a bit of everything', ['1', 'true', 'x'], 'TEXT'],
    ['infinity', ['1e999'], 'TEXT'],
  ])('%s', async (_, cells, type) => {
    const file = folder.write('a.csv', `id,c\n${cells.map((cell, i) => `${i},${cell}`).join('\n')}\n`);
    expect((await typesOf(file))['c']).toBe(type);
  });
});

describe('a CSV file', () => {
  it('gives typed values; an empty cell is NULL, but a quoted one in a text column is empty text', async () => {
    const store = folder.store();
    const file = folder.write(
      'a.csv',
      '\ufeffid,n,t,d,b\r\n1,1.5,"",2012-01-31,true\r\n2,,,,\r\n3,-0,"a ""b""\nc,","",false\r\n\r\n',
    );
    const result = await importFile(store, request(file));
    expect(result).toMatchObject({ rows: 3, inserted: 3, updated: 0, deleted: 0, created: true });
    expect(await rowsOf(store)).toEqual([
      [1, 1.5, '', '2012-01-31', 1],
      [2, null, null, null, null],
      [3, 0, 'a "b"\nc,', null, 0],
    ]);
    expect((await store.table(table)).columns.map(({ type }) => type)).toEqual([
      'BIGINT',
      'DOUBLE',
      'TEXT',
      'DATE',
      'BOOLEAN',
    ]);
  });

  it('gives a text key a length', async () => {
    const store = folder.store();
    await importFile(store, request(folder.write('a.csv', 'id,v\nab,1\n')));
    expect((await store.table(table)).columns[0]).toMatchObject({ type: 'VARCHAR(255)', nullable: false });
  });

  it('reads tab-separated files', async () => {
    const store = folder.store();
    await importFile(store, request(folder.write('a.tsv', 'id\tv\n1\ta,b\n')));
    expect(await rowsOf(store)).toEqual([[1, 'a,b']]);
  });

  it('takes the types of the table that is there, and updates it', async () => {
    const store = folder.store();
    for await (const _ of store.query({ sql: 'CREATE DATABASE d' })) expect(_).toBeUndefined();
    const create = 'CREATE TABLE d.t (id VARCHAR(9) PRIMARY KEY, p DECIMAL(10,2), j JSON, b BLOB)';
    for await (const _ of store.query({ sql: create })) expect(_).toBeUndefined();
    await importFile(
      store,
      request(folder.write('a.csv', 'p,id,b,j\n1.5,007,0x00ff,"{""a"":1}"\n2,8,0x,\n'), { key: null }),
    );
    const again = folder.write('b.csv', 'id,p\n007,1.50\n8,3\n9,4\n');
    const left = { reading: { leaveColumns: true } };
    expect(await importFile(store, request(again, left))).toMatchObject({ inserted: 1, updated: 1, unchanged: 1 });
    expect(await rowsOf(store)).toEqual([
      ['007', '1.50', '{"a": 1}', Uint8Array.of(0, 255)],
      ['8', '3.00', null, new Uint8Array(0)],
      ['9', '4.00', null, null],
    ]);
  });

  it('tells how far it is', async () => {
    const store = folder.store();
    const text = `id,v\n${Array.from({ length: 50_000 }, (_, i) => `${i},${i}`).join('\n')}`;
    const heard: (readonly [number, number | null])[] = [];
    const hear = ({ rows, bytes }: { rows: number; bytes: number | null }) => heard.push([rows, bytes]);
    await importFile(store, request(folder.write('a.csv', text)), hear);
    expect(heard.length).toBeGreaterThan(2);
    expect(heard.map(([rows]) => rows)).toEqual(heard.map(([rows]) => rows).toSorted((a, b) => a - b));
    expect(heard.at(-1)).toEqual([50_000, text.length]);
  });
});

describe('what is wrong with a file', () => {
  it.each<[string, string, string | Uint8Array, object]>([
    ['a short line', 'a.csv', 'id,v\n1,2\n\n3\n', { code: 'file.badLine', data: { line: 4, column: 2 } }],
    [
      'a long line after a cell of several lines',
      'a.csv',
      'id,v\n1,"a\nb"\n3,4,5\n',
      { code: 'file.badLine', data: { line: 4, column: 3 } },
    ],
    ['an open quote', 'a.csv', 'id,v\n1,2\n2,"x\n3,4\n', { code: 'file.badLine', data: { line: 3, column: 2 } }],
    ['text after a quote', 'a.csv', 'id,v\n1,2\n2,"x"y\n', { code: 'file.badLine', data: { line: 3, column: 2 } }],
    ['a quote in a cell', 'a.csv', 'id,v\n1,2\n2,5" pipe\n', { code: 'file.badLine', data: { line: 3, column: 2 } }],
    [
      'a byte that is not UTF-8 among lines that are',
      'a.csv',
      Uint8Array.of(105, 100, 10, 0xc3, 0xa4, 10, 49, 10, 0xe4, 10),
      { code: 'file.badLine', data: { line: 4 } },
    ],
    ['a name that stands twice', 'a.csv', 'id,v,v\n', { code: 'file.badLine', data: { line: 1, column: 3 } }],
    ['nothing in it', 'a.csv', '', { code: 'file.empty' }],
    ['a header only', 'a.csv', 'id,v\n', { code: 'file.empty' }],
    ['blank lines only', 'a.jsonl', '\n\n', { code: 'file.empty' }],
    ['an unknown name', 'a.xlsx', 'x', { code: 'file.unknownFormat' }],
    ['bad JSON', 'a.jsonl', '{"id":1}\n{"id":2,}\n', { code: 'file.badLine', data: { line: 2, column: 9 } }],
    ['JSON that is cut off', 'a.jsonl', '{"id":1}\n{"id":', { code: 'file.badLine', data: { line: 2, column: 7 } }],
    ['no object', 'a.jsonl', '{"id":1}\n[1]\n', { code: 'file.badLine', data: { line: 2 } }],
    ['no Parquet', 'a.parquet', 'PAR1 not really PAR1', { code: 'file.unreadable' }],
    ['too short for Parquet', 'a.parquet', 'P', { code: 'file.unreadable' }],
    ['no key column', 'a.csv', 'Id,v\n1,2\n', { code: 'column.unknown', data: { column: 'id', near: 'Id' } }],
    ['a NULL key', 'a.csv', 'id,v\n1,2\n,3\n', { code: 'value.refused', data: { column: 'id', line: 3 } }],
    [
      'a key that stands twice',
      'a.csv',
      'id,v\n1,2\n2,3\n1,4\n',
      { code: 'table.duplicateKey', data: { key: 'id', value: '1', line: 4 } },
    ],
  ])('%s', async (_, name, contents, expected) => {
    const store = folder.store();
    const error = await failureOf(importFile(store, request(folder.write(name, contents))));
    expect(error).toMatchObject(expected);
    expect(await store.databases()).toEqual([]);
  });

  it('a value that does not fit, by line and column; nothing was changed', async () => {
    const store = folder.store();
    await importFile(store, request(folder.write('a.csv', 'id,v\n1,2\n')));
    const error = await failureOf(importFile(store, request(folder.write('b.csv', 'id,v\n5,5\n6,x\n'))));
    expect(error).toMatchObject({ code: 'value.refused', data: { column: 'v', value: '"x"', line: 3 } });
    expect(await rowsOf(store)).toEqual([[1, 2]]);
  });

  it('a column that the table does not have', async () => {
    const store = folder.store();
    await importFile(store, request(folder.write('a.csv', 'id,value\n1,2\n')));
    const error = await failureOf(importFile(store, request(folder.write('b.csv', 'id,valu\n1,2\n'))));
    expect(error).toMatchObject({ code: 'file.otherColumns', data: { unknown: ['valu'], missing: ['value'] } });
    expect(error.message).toContain('--map valu=value');
  });

  it('a fault far down, by the line at which it begins', async () => {
    const head = `id,v\n${'1,"a\nb"\n'.repeat(50)}`;
    const tail = '3,4\n'.repeat(200);
    for (const [fault, line] of [
      ['2,"open', 102],
      ['2,"x"y', 102],
      ['2,5" pipe', 102],
      ['2,"x\nz"y', 103],
      ['2', 102],
    ] as const) {
      const file = folder.write('a.csv', `${head}${fault}\n${tail}`);
      expect(await failureOf(previewFile(file))).toMatchObject({ code: 'file.badLine', data: { line, column: 2 } });
    }
  });

  it('no such file', async () => {
    const store = folder.store();
    for (const name of ['no.csv', 'no.jsonl', 'no.parquet'])
      expect(await failureOf(importFile(store, request(folder.at(name))))).toMatchObject({
        code: 'file.unreadable',
        data: { reason: 'there is no such file' },
      });
  });

  it('a new table without a key', async () => {
    const store = folder.store();
    const error = await failureOf(importFile(store, request(folder.write('a.csv', 'id\n1\n'), { key: null })));
    expect(error.code).toBe('table.noKey');
  });
});

describe('sync', () => {
  it('deletes what is not in the file, after a safety snapshot, and not too much', async () => {
    const store = folder.store();
    const lines = Array.from({ length: 10 }, (_, i) => `${i},${i}`);
    await importFile(store, request(folder.write('a.csv', `id,v\n${lines.join('\n')}\n`)));
    const file = folder.write('b.csv', `id,v\n${lines.slice(3).join('\n')}\n`);
    const sync = request(file, { mode: 'sync', safetySnapshot: 't_before_import_1', maxDeletes: 0.2 });
    expect(await failureOf(importFile(store, sync))).toMatchObject({
      code: 'load.tooManyDeletes',
      data: { deleted: 3, rows: 10 },
    });
    expect(await store.snapshots()).toEqual([]);
    expect(await importFile(store, { ...sync, maxDeletes: null })).toMatchObject({
      deleted: 3,
      unchanged: 7,
      safetySnapshot: 't_before_import_1',
    });
    expect(await store.countRows(table, { kind: 'snapshot', name: 't_before_import_1' })).toBe(10);
    expect(await store.countRows(table)).toBe(7);
  });

  it('can be cancelled, and then has changed nothing', async () => {
    const store = folder.store();
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i},${i}`);
    const controller = new AbortController();
    const file = folder.write('a.csv', `id,v\n${lines.join('\n')}\n`);
    const stop = (): void => controller.abort();
    expect((await failureOf(importFile(store, request(file), stop, controller.signal))).code).toBe('cancelled');
    expect(await store.databases()).toEqual([]);
  });
});

describe('JSON Lines', () => {
  it('unites the keys of all lines, and keeps nested values as JSON', async () => {
    const store = folder.store();
    const file = folder.write(
      'a.jsonl',
      [
        '{"id":1,"tags":["a",{"n":12345678901234567890}],"ok":true}',
        '',
        '{"when":"2012-01-01","id":2,"big":9007199254740993,"bytes":{"base64":"AP8="}}',
        '{"id":3,"mixed":1,"line":"\u2028x"}',
        '{"id":4,"mixed":"one"}',
      ].join('\n'),
    );
    expect(await typesOf(file)).toEqual({
      id: 'BIGINT',
      tags: 'JSON',
      ok: 'BOOLEAN',
      when: 'DATE',
      big: 'BIGINT',
      bytes: 'BLOB',
      mixed: 'TEXT',
      line: 'TEXT',
    });
    await importFile(store, request(file));
    expect(await rowsOf(store)).toEqual([
      [1, '["a", {"n": 12345678901234567890}]', 1, null, null, null, null, null],
      [2, null, null, '2012-01-01', 9007199254740993n, Uint8Array.of(0, 255), null, null],
      [3, null, null, null, null, null, '1', '\u2028x'],
      [4, null, null, null, null, null, 'one', null],
    ]);
  });
});

describe('Parquet', () => {
  it('reads the types of other writers, several row groups, and NaN as NULL', async () => {
    const store = folder.store();
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'id', data: [1, 2, 3], type: 'INT32', nullable: false },
        { name: 'x', data: [1.5, Number.NaN, null], type: 'DOUBLE' },
        { name: 's', data: ['a', '', null], type: 'STRING' },
        { name: 'ok', data: [true, false, null], type: 'BOOLEAN' },
        { name: 'at', data: [new Date(1), new Date(-1), null], type: 'TIMESTAMP' },
        { name: 'raw', data: [Uint8Array.of(255), new Uint8Array(0), null], type: 'BYTE_ARRAY' },
      ],
      rowGroupSize: 2,
    });
    await importFile(store, request(folder.write('a.parquet', new Uint8Array(bytes))));
    const { columns } = await store.table(table);
    expect(columns.map(({ type }) => type)).toEqual(['BIGINT', 'DOUBLE', 'TEXT', 'BOOLEAN', 'DATETIME(3)', 'BLOB']);
    expect(await rowsOf(store)).toEqual([
      [1, 1.5, 'a', 1, '1970-01-01 00:00:00.001', Uint8Array.of(255)],
      [2, null, '', 0, '1969-12-31 23:59:59.999', new Uint8Array(0)],
      [3, null, null, null, null, null],
    ]);
  });

  it('keeps every digit of a decimal, and nested values as JSON', async () => {
    const store = folder.store();
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'id', data: [1, 2] },
        { name: 'p', data: [12345678901234n, -5n] },
        { name: 'list', data: [[1, 2], []] },
      ],
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'id', type: 'INT32', repetition_type: 'REQUIRED' },
        { name: 'p', type: 'INT64', converted_type: 'DECIMAL', precision: 15, scale: 3, repetition_type: 'OPTIONAL' },
        { name: 'list', converted_type: 'LIST', num_children: 1, repetition_type: 'OPTIONAL' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
      ],
    });
    await importFile(store, request(folder.write('a.parquet', new Uint8Array(bytes))));
    expect(await rowsOf(store)).toEqual([
      [1, '12345678901.234', '[1, 2]'],
      [2, '-0.005', '[]'],
    ]);
  });
});
