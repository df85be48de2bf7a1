import { describe, expect, test } from 'vitest';
import { baseOf, fromBase } from '../../../src/train/encode/wide.ts';

describe('the base of a column', () => {
  test.each<[string, Parameters<typeof baseOf>[0], string | null]>([
    ['small numbers', [1, 2.5, null], null],
    ['texts', ['a', '', null], null],
    ['decimals of 15 digits', ['123456789012.345', '0.1'], null],
    ['digits behind the point alone', ['0.12345678901234567890'], null],
    ['zeros in front and behind', ['000000000000000000000012', '12.000000000000000000'], null],
    ['whole numbers beyond ±2^53', [9_007_199_254_740_992n, 9_007_199_254_740_993n], '9007199254740993'],
    ['numbers below', ['-9223372036854775808', '-9223372036854775807'], '-9223372036854775807'],
    ['long decimals', ['12345678901234567.5', '12345678901234567.25'], '12345678901234567'],
    ['one wide number, which doubles tell from the others', [1, 2, 9_223_372_036_854_775_807n], null],
    ['wide ones that doubles tell apart', [2n ** 60n, 2n ** 61n], null],
    ['small ones, which the base would make one', [1, 2, 2n ** 60n, 2n ** 60n + 1n], null],
  ])('%s', (_, values, base) => expect(baseOf(values)).toBe(base));
});

test.each<[Parameters<typeof fromBase>[0], bigint, number]>([
  [9_007_199_254_740_994n, 9_007_199_254_740_993n, 1],
  ['9007199254740992.5', 9_007_199_254_740_993n, -0.5],
  [' 18446744073709551615 ', 18_446_744_073_709_551_614n, 1],
  [5, 9_007_199_254_740_993n, -9_007_199_254_740_988],
  [0.25, 2n ** 60n, -(2 ** 60)],
  ['1e20', 10n ** 20n - 1n, 0],
])('%s is exactly so far from %s', (value, base, far) => {
  expect(fromBase(value, base, Number)).toBe(far);
});

test('what is no number is none', () => {
  expect(fromBase('many', 5n, () => Number.NaN)).toBeNaN();
});
