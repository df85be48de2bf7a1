/** The tables of the model test, and values at the edges of what their columns hold. */
import type { Random } from '../../../src/base/random.ts';
import type { Value } from '../../../src/data/value.ts';
import type { ColumnShape } from '../backend.ts';

const column = (name: string, type: string, nullable = true): ColumnShape => ({ name, type, nullable });

export const tables: readonly { name: string; columns: readonly ColumnShape[]; key: readonly string[] }[] = [
  {
    name: 'whole',
    columns: [column('id', 'BIGINT', false), column('f', 'DOUBLE'), column('label', 'TINYINT'), column('t', 'TEXT')],
    key: ['id'],
  },
  {
    name: 'text "key"',
    columns: [column('v', 'TEXT'), column('k', 'VARCHAR(4000)', false), column('d', 'DECIMAL(8,3)')],
    key: ['k'],
  },
  {
    name: 'parts',
    columns: [
      column('a', 'BIGINT', false),
      column('day', 'DATE', false),
      column('c', 'TEXT', false),
      column('w', 'BLOB'),
      column('at', 'DATETIME(3)'),
    ],
    key: ['c', 'day', 'a'],
  },
  { name: 'Bytes', columns: [column('k', 'VARBINARY(9000)', false), column('select', 'DOUBLE')], key: ['k'] },
  { name: 'none', columns: [column('a', 'BIGINT'), column('b', 'TEXT'), column('rowid', 'DOUBLE')], key: [] },
];

const numbers = [0, 1, -1, 0.1, 1 / 3, 1e308, 5e-324, 2 ** 53 + 2, 123456789.125];
const integers = [0, 1, -1, 9007199254740993n, -9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n), 9007199254740991, 42];
const texts = [
  '',
  'a',
  'A',
  'a ',
  'é',
  'e\u0301',
  '😀',
  '日本語',
  'a\0b',
  'x'.repeat(3000),
  `q'uo"te\`\\`,
  '\n',
  'ﬀ',
  '\uFFFD',
  '%_',
];
const bytes = [[], [0], [255, 0, 1], Array.from({ length: 9000 }, () => 7)].map((list) => new Uint8Array(list));
const decimals = ['0.000', '1.500', '-1.500', '99999.999', '0.001', '-0.001'];
const days = ['2012-02-29', '1970-01-01', '9999-12-31', '0001-01-01', '2026-07-04'];

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)] as T;

/** A value that fits the column; keys are drawn from few values, so that they come back. */
export function valueFor(random: Random, { type, nullable }: ColumnShape): Value {
  if (nullable && random.below(6) === 0) return null;
  if (type === 'BIGINT') return random.below(3) > 0 ? random.below(40) : pick(random, integers);
  if (type === 'TINYINT') return random.below(256) - 128;
  if (type === 'DOUBLE') return pick(random, numbers);
  if (type.startsWith('DECIMAL')) return pick(random, decimals);
  if (type === 'DATE') return pick(random, days);
  if (type.startsWith('DATETIME'))
    return `${pick(random, days)} 0${random.below(10)}:59:0${random.below(10)}.00${random.below(10)}`;
  if (type === 'BLOB' || type.startsWith('VARBINARY')) return pick(random, bytes);
  return random.below(4) === 0 ? `t${random.below(20)}` : pick(random, texts);
}
