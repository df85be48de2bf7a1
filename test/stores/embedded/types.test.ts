/** What each column type holds, in which form it comes back, and what is refused with its reason. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Value } from '../../../src/data/value.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { rowHash } from '../../../src/stores/hashRows.ts';
import type { Opened } from '../backend.ts';
import { embeddedBackend } from '../embeddedBackend.ts';
import { hashesOf, loadRows, rowsOf } from '../reading.ts';

const table = { database: 'd', table: 't' };
const id = { name: 'id', type: 'INT', nullable: false };
const bytes = (...list: number[]) => new Uint8Array(list);

describe('column types', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await embeddedBackend.open();
  });
  afterEach(() => opened.close());
  const load = (type: string, value: Value) =>
    loadRows(opened.store, table, [id, { name: 'c', type, nullable: true }], ['id'], [[1, value]]);

  test.each<[string, Value, Value]>([
    ['TINYINT', -128, -128],
    ['BIGINT', -(2n ** 63n), -(2n ** 63n)],
    ['BIGINT', 2n ** 53n, 2n ** 53n],
    ['BIGINT', '12', 12],
    ['BIGINT UNSIGNED', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['BIT(8)', 255, 255],
    ['BOOL', 'true', 1],
    ['DOUBLE', -0, 0],
    ['DOUBLE', 2 ** 53 + 2, 2 ** 53 + 2],
    ['DOUBLE', '1e3', 1000],
    ['DECIMAL(10,2)', '1.5', '1.50'],
    ['DECIMAL(10,2)', -0, '0.00'],
    ['DECIMAL(15,5)', '-1234567890.12345', '-1234567890.12345'],
    ['DECIMAL(15,15)', 1e-7, '0.000000100000000'],
    ['DECIMAL(18,4)', '-99999999999999.9999', '-99999999999999.9999'],
    ['DECIMAL(18,0)', 9007199254740993n, '9007199254740993'],
    ['DECIMAL(38,10)', '-1234567890123456789012345678.0123456789', '-1234567890123456789012345678.0123456789'],
    ['DECIMAL(38,0)', '99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['DECIMAL(20,2)', '-0', '0.00'],
    ['BIGINT UNSIGNED', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['BIGINT UNSIGNED', 2n ** 63n, 2n ** 63n],
    ['BIGINT UNSIGNED', 5, 5],
    ['FLOAT', 0.1, 0.1],
    ['FLOAT', 0.123456789, 0.12345679],
    ['FLOAT', 16777217, 16777216],
    ['VARCHAR(10)', '', ''],
    ['VARCHAR(3)', 'é😀b', 'é😀b'],
    ['TEXT', 'a\0b😀', 'a\0b😀'],
    ['TEXT', 12, '12'],
    [`ENUM('a','it''s (b)')`, `it's (b)`, `it's (b)`],
    ['JSON', '{"b":1,"a":[1,2]}', '{"a": [1, 2], "b": 1}'],
    ['BLOB', bytes(), bytes()],
    ['VARBINARY(3)', bytes(0, 255, 0), bytes(0, 255, 0)],
    ['DATE', '2012-1-5', '2012-01-05'],
    ['DATE', '2012-02-29', '2012-02-29'],
    ['DATETIME', '2012-01-05', '2012-01-05 00:00:00'],
    ['DATETIME(3)', '2012-01-05T10:20:30.5', '2012-01-05 10:20:30.500'],
    ['TIMESTAMP(6)', '2012-01-05 10:20:30.123456', '2012-01-05 10:20:30.123456'],
    ['TIME', '-12:00:01', '-12:00:01'],
    ['VECF32(3)', '[1,2.5, -3]', '[1, 2.5, -3]'],
    ['INT', null, null],
  ])('%s holds %o', async (type, value, expected) => {
    await load(type, value);
    await opened.store.createSnapshot('v1', { level: 'table', table });
    const there = await rowsOf(opened.store, table, live, ['c']);
    expect(there).toEqual([[expected]]);
    expect(Object.is(there[0]?.[0], -0)).toBe(false);
    await opened.change.remove(table, { id: 1 });
    expect(await rowsOf(opened.store, table, atSnapshot('v1'), ['c'])).toEqual([[expected]]);
  });

  test.each<[string, Value, RegExp]>([
    ['TINYINT', 128, /holds -128 to 127/],
    ['INT UNSIGNED', -1, /holds 0 to 4294967295/],
    ['BIGINT UNSIGNED', 2n ** 64n, /holds 0 to 18446744073709551615/],
    ['BIGINT', 1.5, /not a whole number/],
    ['BIGINT', 'ten', /not a whole number/],
    ['DOUBLE', Number.NaN, /not a finite number/],
    ['DOUBLE', Number.POSITIVE_INFINITY, /not a finite number/],
    ['DOUBLE', '1,5', /not a finite number/],
    ['FLOAT', 1e39, /too large for FLOAT/],
    ['DECIMAL(5,2) UNSIGNED', '-1', /cannot be negative/],
    ['DECIMAL(4,2)', '1.005', /not a DECIMAL\(4,2\)/],
    ['DECIMAL(4,2)', '100.00', /not a DECIMAL\(4,2\)/],
    ['DATE', '2011-02-29', /not a DATE/],
    ['DATE', '2011-02-01 10:00:00', /not a DATE/],
    ['DATETIME', '2011-02-01 25:00:00', /not a DATETIME/],
    ['DATETIME', '2011-02-01 10:00:00.5', /not a DATETIME/],
    ['TEXT', '\ud800', /lone surrogate/],
    ['VARCHAR(3)', 'abcd', /too long for VARCHAR\(3\)/],
    ['CHAR', 'ab', /too long for CHAR/],
    ['VARBINARY(2)', bytes(1, 2, 3), /too long for VARBINARY\(2\)/],
    ['TEXT', bytes(1), /text, not bytes/],
    [`ENUM('a','b')`, 'c', /one of/],
    ['JSON', '{a}', /valid JSON/],
    ['BLOB', 'text', /holds bytes/],
    ['VECF64(2)', '[1, x]', /a vector is written/],
  ])('%s refuses %o, and names column and line', async (type, value, reason) => {
    await expect(load(type, value)).rejects.toMatchObject({
      code: 'value.refused',
      data: { column: 'c', line: 2, reason: expect.stringMatching(reason) as string },
    });
    await expect(opened.store.table(table)).rejects.toMatchObject({ code: 'table.unknown' });
  });

  test.each(['DECIMAL(39,2)', 'DECIMAL(38,31)', 'BIT(64)', 'GEOMETRY', 'DATETIME(7)', ''])(
    'a column of type "%s" is refused',
    async (type) => {
      await expect(load(type, null)).rejects.toMatchObject({ code: 'store.unsupported' });
    },
  );

  const keys: readonly [string, readonly string[], readonly (readonly Value[])[]][] = [
    ['whole numbers', ['BIGINT'], [[0], [-5], [2n ** 63n - 1n], [-(2n ** 63n)], [9007199254740993n]]],
    ['text', ['VARCHAR(90)'], [[''], ['a'], ['é'], ['e\u0301'], ['😀'], ['a\0b'], [`q'"`], ['x'.repeat(80)]]],
    ['bytes', ['VARBINARY(10)'], [[bytes()], [bytes(0)], [bytes(255, 0)]]],
    ['decimals', ['DECIMAL(8,3)'], [['0.000'], ['-1.500'], ['12345.678']]],
    ['doubles', ['DOUBLE'], [[0], [0.1], [1e21], [5e-324], [-1.5]]],
    ['dates', ['DATE'], [['2012-01-05'], ['1999-12-31']]],
    [
      'several parts',
      ['VARCHAR(20)', 'DATETIME(3)', 'INT'],
      [
        ['a', '2012-01-05 00:00:00.000', 1],
        ['é😀', '2012-01-05 00:00:00.000', -1],
        ['', '1999-12-31 23:59:59.999', 11],
      ],
    ],
  ];
  test.each(keys)(
    'the hash of a key of %s is md5 of its canonical text, in SQL as in JavaScript',
    async (_, types, rows) => {
      const columns = types.map((type, i) => ({ name: `k${i}`, type, nullable: false }));
      const names = columns.map(({ name }) => name);
      await loadRows(opened.store, table, columns, names, rows);
      const request = { table, at: live, columns: names, order: 'hash', salt: 'split:é:1' } as const;
      const found = await rowsOf(opened.store, table, live, names, request);
      const hashes = await hashesOf(opened.store, request);
      expect(hashes).toEqual(found.map((row) => rowHash(request.salt, row)));
      expect(hashes).toEqual(rows.map((row) => rowHash(request.salt, row)).sort());
    },
  );

  test('the hash of known keys', () => {
    expect(rowHash('s', [12])).toBe('e3fb4ede382f09032552de3a96404ce6');
    expect(rowHash('s', ['a', 'é'])).toBe('faa578ace52c923f6f82a8248661e604');
  });
});
