// The comparison that the other tests here rest on sees what goes and what changes, and nothing else.
import { expect, test } from 'vitest';
import { lost } from './support/holds.ts';

test('a field more is no loss', () => {
  expect(lost({ a: [1, { b: null }] }, { a: [1, { b: null, c: 2 }], version: 2 })).toEqual([]);
});

test.each([
  [{ a: 1 }, {}, '.a is gone'],
  [{ a: { b: 1 } }, { a: { b: 2 } }, '.a.b: 1 ≠ 2'],
  [[1, 2], [1], ': [1,2] ≠ [1]'],
  [{ a: null }, { a: 0 }, '.a: null ≠ 0'],
  [{ sentence: 'x' }, {}, '.sentence is gone'],
  [{ error: { code: 'a' } }, { error: { code: 'b' } }, '.error.code: "a" ≠ "b"'],
])('%j is not held by %j', (then, now, said) => {
  expect(lost(then, now)).toEqual([said]);
});

test('a sentence may be put better, and a failure may say more or other things of itself', () => {
  const then = { sentence: 'x', error: { code: 'a', message: 'b', data: { c: 1 } } };
  expect(lost(then, { sentence: 'y', error: { code: 'a', message: 'd', data: {} } })).toEqual([]);
});
