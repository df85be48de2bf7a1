/** The tables of the histories: every column type, every kind of key, and values that fit them. */
import type { Random } from '../../../src/base/random.ts';
import type { Value } from '../../../src/data/value.ts';
import type { ColumnShape } from '../backend.ts';

export interface HistoryTable {
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  readonly key: readonly string[];
  /** What the same history is played on: the embedded engine, or the plain model where that cannot hold a type. */
  readonly reference: 'embedded' | 'memory';
  /** False where the server's own RESTORE and CLONE fail: on a key of bytes whose rows are still in its memory. */
  readonly restores?: boolean;
  /** The way that the delta of an untouched shape is found in. */
  readonly way: 'diff' | 'compare';
}

const column = (name: string, type: string, nullable = true): ColumnShape => ({ name, type, nullable });
const id = column('id', 'BIGINT', false);

const keyed = (name: string, columns: readonly ColumnShape[], more: Partial<HistoryTable> = {}): HistoryTable => ({
  name,
  columns: [id, ...columns],
  key: ['id'],
  reference: 'embedded',
  way: 'diff',
  ...more,
});

const byKey = (type: string, way: HistoryTable['way'], more: Partial<HistoryTable> = {}): HistoryTable => ({
  name: `key_${type.toLowerCase().replace(/\W+/g, '_')}`,
  columns: [column('k', type, false), column('v', 'INT')],
  key: ['k'],
  reference: 'embedded',
  way,
  ...more,
});

export const historyTables: readonly HistoryTable[] = [
  keyed('numbers', [
    column('f', 'DOUBLE'),
    column('g', 'FLOAT'),
    column('label', 'TINYINT'),
    column('small', 'SMALLINT'),
    column('n', 'INT UNSIGNED'),
    column('yes', 'BOOL'),
    column('d', 'DECIMAL(12,3)'),
  ]),
  keyed('texts', [
    column('c', 'CHAR(8)'),
    column('v', 'VARCHAR(100)'),
    column('t', 'TEXT'),
    column('select', 'VARCHAR(20)'),
    column('flag', 'VARCHAR(20)'),
  ]),
  keyed('bytes', [column('b', 'BINARY(3)'), column('w', 'VARBINARY(20)'), column('l', 'BLOB')]),
  keyed('times', [
    column('d', 'DATE'),
    column('t', 'TIME(3)'),
    column('a', 'DATETIME(6)'),
    column('s', 'TIMESTAMP(3)'),
    column('z', 'DATETIME'),
  ]),
  keyed('documents', [column('j', 'JSON'), column('u', 'UUID'), column('x', 'VECF32(3)'), column('y', 'VECF64(2)')]),
  keyed('enums', [column('e', "ENUM('red','green','it''s')"), column('n', 'INT')], { way: 'compare' }),
  keyed('sets', [column('s', "SET('a','b','c')"), column('n', 'INT')], { way: 'compare' }),
  keyed('years', [column('y', 'YEAR'), column('n', 'INT')], { way: 'compare' }),
  // An UPDATE to NULL stores 0 on the server, so there is no NULL here.
  keyed('bits', [column('b', 'BIT(10)', false), column('n', 'INT')], { way: 'compare' }),
  keyed('shapes', [column('g', 'GEOMETRY'), column('n', 'INT')], { way: 'compare', reference: 'memory' }),
  keyed('wide', [column('u', 'BIGINT UNSIGNED'), column('d', 'DECIMAL(38,10)')], { reference: 'memory' }),
  byKey('VARCHAR(60)', 'diff'),
  byKey('VARBINARY(20)', 'diff', { restores: false }),
  byKey('DECIMAL(12,3)', 'diff'),
  byKey('DATE', 'diff'),
  byKey('DATETIME', 'diff'),
  byKey('DATETIME(6)', 'compare'),
  byKey('TIME(3)', 'compare'),
  byKey('TIMESTAMP(3)', 'compare'),
  byKey('UUID', 'compare'),
  byKey('BIT(10)', 'compare'),
  byKey('YEAR', 'compare'),
  byKey('DOUBLE', 'compare'),
  byKey('INT UNSIGNED', 'diff'),
  byKey('TINYINT', 'diff'),
  byKey('BIGINT UNSIGNED', 'diff', { reference: 'memory' }),
  {
    name: 'parts',
    columns: [
      column('a', 'BIGINT', false),
      column('day', 'DATE', false),
      column('c', 'VARCHAR(40)', false),
      column('w', 'BLOB'),
    ],
    key: ['c', 'day', 'a'],
    reference: 'embedded',
    way: 'diff',
  },
  {
    name: 'parts_timed',
    columns: [column('at', 'DATETIME(6)', false), column('n', 'INT', false), column('v', 'VARCHAR(20)')],
    key: ['n', 'at'],
    reference: 'embedded',
    way: 'compare',
  },
  {
    name: 'none',
    columns: [column('a', 'BIGINT'), column('b', 'VARCHAR(20)'), column('x', 'DOUBLE')],
    key: [],
    reference: 'embedded',
    way: 'compare',
  },
  {
    name: 'none_wide',
    columns: [
      column('a', 'BIGINT'),
      column('e', "ENUM('red','green')"),
      column('j', 'JSON'),
      column('l', 'BLOB'),
      column('t', 'TEXT'),
      column('d', 'DECIMAL(12,3)'),
      column('s', "SET('a','b','c')"),
      column('y', 'YEAR'),
      column('at', 'DATETIME(6)'),
      column('x', 'VECF32(3)'),
    ],
    key: [],
    reference: 'embedded',
    way: 'compare',
  },
];

const doubles = [0, 1, -1, 0.1, 1 / 3, 0.000025, 123456.125, -0.75, 17];
const floats = [0, 0.5, -0.25, 1.75, 1024.125];
const integers = [0, 1, -1, 9007199254740993n, -9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n), 42];
const texts = ['', 'a', 'A', 'é', 'e\u0301', '😀', '日本語', `q'uo"te\`\\`, '\n', 'ﬀ', '%_', 'INSERT'];
const bytes = [[], [0], [255, 0, 1], [39, 92, 128], [240, 159, 152, 128]].map((list) => new Uint8Array(list));
const three = [
  [0, 0, 0],
  [97, 98, 99],
  [255, 254, 253],
].map((list) => new Uint8Array(list));
const decimals = ['0.000', '1.500', '-1.500', '99999.999', '0.001', '-0.001'];
const longDecimals = ['0.0000000000', '1234567890123456789012345678.0123456789', '-1.5000000000'];
const days = ['2012-02-29', '1970-01-02', '2037-12-31', '2001-01-01', '2026-07-04'];
const documents = ['{"a": 1}', '{"a": 1, "b": [1, 2, null]}', '[]', '"é😀"', 'true', '{"a": {"b": "c"}}'];
const uuids = [
  '6d1b1f73-2dbf-11ed-940f-000c29847904',
  '00000000-0000-0000-0000-000000000001',
  'ffffffff-ffff-1fff-bfff-ffffffffffff',
];

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)] as T;
const members = (type: string): string[] =>
  [...type.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] ?? '').replaceAll("''", "'"));
const clock = (random: Random): string => `0${random.below(10)}:59:0${random.below(10)}`;
const micros = (random: Random): string => pick(random, ['000000', '500000', '123456', '000001']);
const millis = (random: Random): string => pick(random, ['000', '500', '001']);

const made: readonly (readonly [RegExp, (random: Random, type: string) => Value])[] = [
  [/^BIGINT UNSIGNED/, (random) => pick(random, [0, 1, 7, 2n ** 63n, 2n ** 64n - 1n, 9007199254740993n])],
  [/^BIGINT/, (random) => (random.below(3) > 0 ? random.below(40) : pick(random, integers))],
  [/^TINYINT/, (random) => random.below(256) - 128],
  [/^SMALLINT/, (random) => random.below(65536) - 32768],
  [/^INT UNSIGNED/, (random) => pick(random, [0, 1, 7, 100, 2147483648, 4294967295])],
  [/^INT/, (random) => random.below(5)],
  [/^BOOL/, (random) => random.below(2)],
  [/^BIT/, (random) => random.below(1024)],
  [/^YEAR/, (random) => 1990 + random.below(40)],
  [/^DOUBLE/, (random) => pick(random, doubles)],
  [/^FLOAT/, (random) => pick(random, floats)],
  [/^DECIMAL\(38/, (random) => pick(random, longDecimals)],
  [/^DECIMAL/, (random) => pick(random, decimals)],
  [/^DATETIME\(6\)/, (random) => `${pick(random, days)} ${clock(random)}.${micros(random)}`],
  [/^TIMESTAMP\(3\)/, (random) => `${pick(random, days)} ${clock(random)}.${millis(random)}`],
  [/^DATETIME/, (random) => `${pick(random, days)} ${clock(random)}`],
  [/^DATE/, (random) => pick(random, days)],
  [/^TIME\(3\)/, (random) => `${clock(random)}.${millis(random)}`],
  [/^BINARY/, (random) => pick(random, three)],
  [/^(?:VARBINARY|BLOB)/, (random) => pick(random, bytes)],
  [/^JSON/, (random) => pick(random, documents)],
  [/^UUID/, (random) => pick(random, uuids)],
  [/^VECF32/, (random) => `[${random.below(3)}, 0.5, -1]`],
  [/^VECF64/, (random) => `[${random.below(3)}, 0.1]`],
  [/^ENUM/, (random, type) => pick(random, members(type))],
  [
    /^SET/,
    (random, type) =>
      members(type)
        .filter(() => random.below(2) === 0)
        .join(','),
  ],
  [/^GEOMETRY/, (random) => `POINT(${random.below(3)} ${random.below(3)})`],
  [
    /^CHAR/,
    (random) =>
      pick(
        random,
        texts.filter((text) => text.length <= 8),
      ),
  ],
  [/^(?:VARCHAR|TEXT)/, (random) => (random.below(4) === 0 ? `t${random.below(20)}` : pick(random, texts))],
];

/** A value that fits the column; keys are drawn from few values, so that they come back. */
export function valueOf(random: Random, { type, nullable }: ColumnShape): Value {
  if (nullable && random.below(6) === 0) return null;
  const make = made.find(([pattern]) => pattern.test(type))?.[1];
  if (!make) throw new Error(`no values of type ${type}`);
  return make(random, type);
}
