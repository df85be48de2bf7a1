// What a server sends, as values: by the column's declared type and by its packet, the same as the embedded engine keeps.
import { describe, expect, test } from 'vitest';
import { rowAt } from '../../../src/data/page.ts';
import type { Value } from '../../../src/data/value.ts';
import {
  decoderOf,
  decoderOfColumn,
  pageOf,
  typeOfColumn,
  valuesReading,
} from '../../../src/stores/matrixone/tables/decode.ts';
import type { ServerColumn } from '../../../src/stores/matrixone/wire/server.ts';

test.each<[string, string | number[], Value]>([
  ['INT', '5', 5],
  ['INT', '-2147483648', -2147483648],
  ['INT', '-0', 0],
  ['BIGINT', '9007199254740993', 9007199254740993n],
  ['BIGINT', '-9007199254740991', -9007199254740991],
  ['BIGINT UNSIGNED', '18446744073709551615', 18446744073709551615n],
  ['TINYINT UNSIGNED', '255', 255],
  ['BOOL', '1', 1],
  ['BOOL', 'true', 1],
  ['YEAR', '2026', 2026],
  ['BIT(8)', [7], 7],
  ['BIT(64)', [255, 255, 255, 255, 255, 255, 255, 255], 18446744073709551615n],
  ['FLOAT', '0.1', 0.1],
  ['DOUBLE', '-0', 0],
  ['DOUBLE', 'NaN', Number.NaN],
  ['DOUBLE', '+Inf', Infinity],
  ['DOUBLE', '-Infinity', -Infinity],
  ['DOUBLE', `1${'0'.repeat(308)}`, 1e308],
  ['DECIMAL(10,2)', '2.50', '2.50'],
  ['DECIMAL(10,2)', '2', '2.00'],
  ['DECIMAL(10,2)', '-0.00', '0.00'],
  ['DECIMAL(38,10)', '-1234567890123456789012345678.0000000001', '-1234567890123456789012345678.0000000001'],
  ['DATE', '2020-02-29', '2020-02-29'],
  ['DATETIME', '2026-07-24 11:30:11', '2026-07-24 11:30:11'],
  ['DATETIME(6)', '2026-07-24 00:00:00', '2026-07-24 00:00:00.000000'],
  ['DATETIME(6)', '2026-07-24 00:00:00.000000', '2026-07-24 00:00:00.000000'],
  ['TIMESTAMP(3)', '2026-07-24 11:30:11.5', '2026-07-24 11:30:11.500'],
  ['DATETIME', '2026-07-24 00:00:00.000000', '2026-07-24 00:00:00'],
  ['TIME(2)', '-838:59:59', '-838:59:59.00'],
  ['VARCHAR(20)', 'A🎉日', 'A🎉日'],
  ["ENUM('a','b')", 'b', 'b'],
  ['UUID', '6d1b1fdb-21bf-11ed-940f-000c29847904', '6d1b1fdb-21bf-11ed-940f-000c29847904'],
  ['JSON', '{"a": 1}', '{"a": 1}'],
  ['VECF32(3)', '[0.1,2, 3]', '[0.1, 2, 3]'],
  ['VECF64(2)', '[]', '[]'],
  ['BLOB', [0xde, 0xad, 0], new Uint8Array([0xde, 0xad, 0])],
  ['VARBINARY(9)', [], new Uint8Array([])],
  ['GEOMETRY', 'POINT(9 9)', 'POINT(9 9)'],
])('%s %j', (type, sent, value) => {
  const cell = typeof sent === 'string' ? Buffer.from(sent) : Buffer.from(sent);
  expect(decoderOf(type)(cell)).toEqual(value);
});

const column = (code: number, charset: number, more: Partial<ServerColumn> = {}): ServerColumn => ({
  name: 'c',
  code,
  charset,
  unsigned: false,
  decimals: 0,
  ...more,
});

describe('by the packet alone', () => {
  test.each<[string, ServerColumn, string | number[], Value]>([
    ['BIGINT UNSIGNED', column(8, 63, { unsigned: true }), '18446744073709551615', 18446744073709551615n],
    ['DECIMAL(38,2)', column(0, 63, { decimals: 2 }), '2.5', '2.50'],
    ['DECIMAL', column(0, 0), '2.5000', '2.5000'],
    ['DATETIME(6)', column(12, 63, { decimals: 6 }), '2020-01-01 00:00:00', '2020-01-01 00:00:00.000000'],
    ['DATETIME', column(12, 0), '2020-01-01 00:00:00.250', '2020-01-01 00:00:00.250'],
    ['VARCHAR', column(253, 33), 'A🎉', 'A🎉'],
    ['TEXT', column(252, 33), 'A🎉', 'A🎉'],
    ['TEXT', column(241, 0), 'A🎉', 'A🎉'],
    ['BLOB', column(252, 63), [65], new Uint8Array([65])],
    ['VARBINARY', column(15, 63), [65], new Uint8Array([65])],
    ['VARCHAR', column(15, 33), '[1, 2]', '[1, 2]'],
    ['', column(15, 0), 'INSERT', 'INSERT'],
    ['', column(15, 0), [0xff, 0xfe], new Uint8Array([0xff, 0xfe])],
    ['BIT(64)', column(16, 63), [1, 0], 256],
    ['YEAR', column(13, 63), '2026', 2026],
    ['JSON', column(245, 63), '[1]', '[1]'],
    ['GEOMETRY', column(255, 63), 'POINT(0 0)', 'POINT(0 0)'],
  ])('%s', (type, of, sent, value) => {
    expect(typeOfColumn(of)).toBe(type);
    expect(decoderOfColumn(of)(typeof sent === 'string' ? Buffer.from(sent) : Buffer.from(sent))).toEqual(value);
  });
});

test('a page is decoded by the declared types, and by the packet where none is declared', () => {
  const page = {
    columns: [column(15, 0, { name: 'flag' }), column(8, 0, { name: 'id' }), column(252, 0, { name: 'b' })],
    rows: [
      [Buffer.from('INSERT'), Buffer.from('1'), Buffer.from('é')],
      [Buffer.from('DELETE'), null, null],
    ],
  };
  const columns = [
    { name: 'flag', type: '' },
    { name: 'id', type: 'BIGINT' },
    { name: 'b', type: 'BLOB' },
  ];
  const decoded = pageOf(columns, page.rows.map(valuesReading(columns)(page.columns)));
  expect(decoded.columns).toEqual(columns);
  expect([rowAt(decoded, 0), rowAt(decoded, 1)]).toEqual([
    ['INSERT', 1, new Uint8Array([0xc3, 0xa9])],
    ['DELETE', null, null],
  ]);
});

test('bytes are copies: the packet may go', () => {
  const cell = Buffer.from([1, 2, 3]);
  const value = decoderOf('BLOB')(cell);
  cell.fill(0);
  expect(value).toEqual(new Uint8Array([1, 2, 3]));
});
