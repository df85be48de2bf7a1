/** Columns of pages: what comes out is what went in, and does not hang on what else is in the page. */
import { expect, test } from 'vitest';
import { cellAt, packCells } from '../../src/data/page.ts';
import type { Value } from '../../src/data/value.ts';

const unpacked = (values: readonly Value[]): Value[] => {
  const cells = packCells(values);
  return values.map((_, i) => cellAt(cells, i));
};

const columns: readonly (readonly [string, readonly Value[]])[] = [
  ['numbers', [1, 2.5, null, -3]],
  ['integers beyond 2^53', [1, 2n ** 53n, null, -(2n ** 63n), 2n ** 63n - 1n]],
  ['unsigned integers beyond 2^63', [0, 2n ** 53n, null, 2n ** 63n, 2n ** 64n - 1n]],
  ['texts', ['a', null, '']],
  ['nothing but NULL', [null, null]],
];
test.each(columns)('%s', (_, values) => {
  expect(unpacked(values)).toEqual(values);
});

test('an integer is the same one on every page', () => {
  const value = 2n ** 60n;
  expect([unpacked([value]), unpacked([value, 5]), unpacked([value, 2n ** 63n])].map(([first]) => first)).toEqual([
    value,
    value,
    value,
  ]);
});

test('what no integers of one width hold is written out', () => {
  expect(unpacked([-1, 2n ** 63n])).toEqual([-1, '9223372036854775808']);
});
