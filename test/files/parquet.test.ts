/** Parquet of other programs: every compression, every kind of value, exact at the top and nested, columns by their place. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/base/limits.ts';
import { useFolder } from './support/folder.ts';
import { failureOf, imports, rowsOf, typesIn } from './support/imports.ts';

const folder = useFolder();

type Written = Parameters<typeof parquetWriteBuffer>[0];
type Element = NonNullable<Written['schema']>[number];

const written = (options: Written): Uint8Array => new Uint8Array(parquetWriteBuffer(options));

/** A file of `id` and one column `x` of this element, with what is below it. */
const oneColumn = (data: Written['columnData'][number]['data'], ...elements: Element[]): Uint8Array =>
  written({
    columnData: [
      { name: 'id', data: Array.from(data, (_, i) => i + 1) },
      { name: 'x', data },
    ],
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'id', type: 'INT32', repetition_type: 'REQUIRED' },
      ...elements,
    ],
  });

/** A block of LZ4 with one run of literals, as a Parquet page has it. */
function lz4(input: Uint8Array): Uint8Array {
  if (input.length < 15) return Uint8Array.of(input.length << 4, ...input);
  const rest = input.length - 15;
  const lengths = [...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255];
  return Uint8Array.of(15 << 4, ...lengths, ...input);
}

const packers = {
  UNCOMPRESSED: (bytes: Uint8Array) => bytes,
  GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
  BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliCompressSync(bytes)),
  ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)),
  LZ4_RAW: lz4,
};

describe('compressions', () => {
  it.each([...Object.keys(packers), 'SNAPPY'] as (keyof typeof packers | 'SNAPPY')[])('%s is read', async (codec) => {
    const { store, take } = imports(folder);
    const bytes = written({
      columnData: [
        { name: 'id', data: Array.from({ length: 500 }, (_, i) => i), type: 'INT32', nullable: false },
        { name: 's', data: Array.from({ length: 500 }, (_, i) => `text ${i % 7}`), type: 'STRING' },
      ],
      codec,
      compressors: packers,
    });
    await take('a.parquet', bytes);
    const rows = await rowsOf(store);
    expect(rows).toHaveLength(500);
    expect(rows[499]).toEqual([499, 'text 2']);
  });

  it('a page that says less than it unpacks to is refused', async () => {
    const { take } = imports(folder);
    const bytes = written({
      columnData: [{ name: 'id', data: Array.from({ length: 500 }, (_, i) => i), type: 'INT32', nullable: false }],
      codec: 'GZIP',
      compressors: { GZIP: (input) => new Uint8Array(gzipSync(Buffer.concat([input, Buffer.alloc(10_000_000)]))) },
    });
    expect(await failureOf(take('a.parquet', bytes))).toMatchObject({ code: 'file.unreadable' });
  });

  it('is read from a .parq file too', async () => {
    const { store, take } = imports(folder);
    await take('a.parq', written({ columnData: [{ name: 'id', data: [1, 2], type: 'INT32', nullable: false }] }));
    expect(await rowsOf(store)).toEqual([[1], [2]]);
  });
});

describe('values', () => {
  const optional = { name: 'x', repetition_type: 'OPTIONAL' } as const;
  it.each<[string, Uint8Array, string, unknown[]]>([
    [
      'a decimal that says 50 digits and has a few',
      oneColumn([12345n, -5n], { ...optional, type: 'INT64', converted_type: 'DECIMAL', precision: 50, scale: 2 }),
      'DECIMAL(38,2)',
      ['123.45', '-0.05'],
    ],
    [
      'a decimal of 38 digits',
      oneColumn([1234567890123456789n, -(10n ** 38n - 1n)], {
        ...optional,
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 16,
        converted_type: 'DECIMAL',
        precision: 38,
        scale: 2,
      }),
      'DECIMAL(38,2)',
      ['12345678901234567.89', `-${'9'.repeat(36)}.99`],
    ],
    [
      'an enumeration',
      oneColumn(
        ['a', 'b'].map((s) => Buffer.from(s)),
        { ...optional, type: 'BYTE_ARRAY', converted_type: 'ENUM' },
      ),
      'TEXT',
      ['a', 'b'],
    ],
    [
      'unsigned 64 bits that 63 hold',
      oneColumn([1n, 2n ** 63n - 1n], { ...optional, type: 'INT64', converted_type: 'UINT_64' }),
      'BIGINT UNSIGNED',
      [1, 2n ** 63n - 1n],
    ],
    [
      'unsigned 64 bits',
      oneColumn([1n, 2n ** 64n - 1n], { ...optional, type: 'INT64', converted_type: 'UINT_64' }),
      'BIGINT UNSIGNED',
      [1, 18446744073709551615n],
    ],
    [
      'nanoseconds that are microseconds',
      oneColumn([1_000_000_001_000n], {
        ...optional,
        type: 'INT64',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' },
      }),
      'DATETIME(6)',
      ['1970-01-01 00:16:40.000001'],
    ],
    [
      'nanoseconds',
      oneColumn([1_000_000_001_234n], {
        ...optional,
        type: 'INT64',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' },
      }),
      'TEXT',
      ['1970-01-01 00:16:40.000001234'],
    ],
  ])('%s', async (_, bytes, type, values) => {
    const { store, take } = imports(folder);
    await take('a.parquet', bytes);
    expect((await typesIn(store))['x']).toBe(type);
    expect((await rowsOf(store)).map(([, x]) => x)).toEqual(values);
  });

  it('that the store does not hold become text, and it is said', async () => {
    const { take } = imports(folder);
    const more = { converted_type: 'DECIMAL', precision: 50, scale: 2 } as const;
    const element: Element = { ...optional, type: 'FIXED_LEN_BYTE_ARRAY', type_length: 20, ...more };
    const { notes } = await take('a.parquet', oneColumn([10n ** 40n], element));
    expect(notes).toEqual(['x: DECIMAL(50,2) in the file, which this store does not hold for every value, is TEXT.']);
  });

  it('within lists, maps and structs are the same as at the top', async () => {
    const { store, take } = imports(folder);
    const list: Element[] = [
      { name: 'x', converted_type: 'LIST', num_children: 1, repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', num_children: 5, repetition_type: 'OPTIONAL' },
      { name: 'whole', type: 'INT64', repetition_type: 'OPTIONAL' },
      {
        name: 'amount',
        type: 'INT64',
        converted_type: 'DECIMAL',
        precision: 18,
        scale: 2,
        repetition_type: 'OPTIONAL',
      },
      { name: 'at', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: 'OPTIONAL' },
      { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'OPTIONAL' },
      { name: 'real', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
    ];
    const struct = {
      whole: 9007199254740993n,
      amount: 1234567.89,
      at: new Date(1),
      day: new Date(0),
      real: Number.NaN,
    };
    await take('a.parquet', oneColumn([[struct], []], ...list));
    const rows = await rowsOf(store);
    expect(String(rows[0]?.[1])).toContain('"whole": 9007199254740993');
    expect(String(rows[0]?.[1])).toContain('"at": "1970-01-01 00:00:00.001000"');
    expect(String(rows[0]?.[1])).toContain('"day": "1970-01-01"');
    expect(String(rows[0]?.[1])).toContain('"real": null');
    expect(String(rows[0]?.[1])).toContain('"amount": 1234567.89');
    expect(rows[1]?.[1]).toBe('[]');
  });
});

it('columns are told apart by their place', async () => {
  const { store, take } = imports(folder);
  const bytes = written({
    columnData: [
      { name: 'id', data: [1], type: 'INT32', nullable: false },
      { name: 'a.b', data: ['dot'], type: 'STRING' },
      { name: '__proto__', data: ['proto'], type: 'STRING' },
    ],
  });
  await take('a.parquet', bytes);
  expect(await rowsOf(store)).toEqual([[1, 'dot', 'proto']]);
});

it('a row group of many rows is read a window at a time', async () => {
  const { store, take } = imports(folder);
  const rows = 600_000;
  const bytes = written({
    columnData: [
      { name: 'id', data: Int32Array.from({ length: rows }, (_, i) => i), type: 'INT32', nullable: false },
      { name: 'x', data: new Float64Array(rows).fill(1.5), type: 'DOUBLE', nullable: false },
    ],
    rowGroupSize: rows,
  });
  const { inserted } = await take('a.parquet', bytes);
  expect(inserted).toBe(rows);
  expect((await store.table({ database: 'd', table: 't' })).columns).toHaveLength(2);
});

it('a page of a few bytes that holds millions of values is refused before it is unpacked', async () => {
  const { store, take } = imports(folder);
  const rows = 4_300_000;
  const bytes = written({
    columnData: [{ name: 'x', data: new Int32Array(rows).fill(5), type: 'INT32', nullable: false }],
    rowGroupSize: rows,
    pageSize: 1 << 30,
  });
  const failure = await failureOf(take('a.parquet', bytes, { rename: { x: 'id' } }));
  expect(failure.message).toMatch(
    /^Column x of .*a\.parquet has too many values in one page: 4,300,000, and at most 4,194,304 are read\./,
  );
  expect(await store.databases()).toEqual([]);
});

it('a cell beyond the limit is refused by its row and column', async () => {
  const { store, take } = imports(folder);
  const x = ['a', 'x'.repeat(limits.record.most + 1)];
  const bytes = written({
    columnData: [
      { name: 'id', data: [1, 2] },
      { name: 'x', data: x },
    ],
    codec: 'UNCOMPRESSED',
  });
  const failure = await failureOf(take('a.parquet', bytes));
  expect(failure.message).toMatch(
    /a\.parquet, row 2, column x is too long: 67,108,865, and at most 67,108,864 are read/,
  );
  expect(await store.databases()).toEqual([]);
});
