// What a network starts from.
import { expect, test } from 'vitest';
import { freshWeights } from '../../../src/train/models/mlp/layers.ts';

test('an input that the fit never saw has no say: it begins with no weight, and the others are drawn as if it had one', () => {
  const sizes = [4, 3, 2];
  const [heard = new Float32Array(), ...others] = freshWeights(sizes, 'seed', []);
  const [partly, ...rest] = freshWeights(sizes, 'seed', [1, 3]);
  const units = 3;
  const expected = Float32Array.from(heard, (value, at) => ([1, 3].includes(Math.floor(at / units)) ? 0 : value));
  expect(heard.every((value) => value !== 0)).toBe(true);
  expect(partly).toEqual(expected);
  expect(rest).toEqual(others);
});
