// The interval of a share, by its equation and by what others published.
import { expect, test } from 'vitest';
import { holm, wilson } from '../../src/base/statistics.ts';

test('the interval of Wilson solves its equation', () => {
  // The bounds are the p for which |share - p| is 1.96 of p's own standard errors.
  for (const [right, n] of [
    [81, 263],
    [15, 148],
    [0, 20],
    [29, 29],
  ] as const) {
    const { low, high } = wilson(right / n, n);
    for (const p of [low, high])
      if (p > 1e-12 && p < 1 - 1e-12)
        expect(Math.abs(right / n - p) / Math.sqrt((p * (1 - p)) / n)).toBeCloseTo(1.959964, 5);
  }
  // Newcombe 1998, table I, method 3.
  expect(wilson(81 / 263, 263).low).toBeCloseTo(0.2553, 4);
  expect(wilson(81 / 263, 263).high).toBeCloseTo(0.3662, 4);
  expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
});

test('where nothing was counted everything is possible', () => {
  expect(wilson(0.5, 0)).toEqual({ low: 0, high: 1 });
});

test('of several tests those speak that Holm’s step-down leaves, whatever their order', () => {
  // His own example: .01 and .005 hold against .05 / 3 and .05 / 4; .03 does not against .05 / 2, and so neither does .04.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([true, false, false, true]);
  expect(holm([0.02])).toEqual([true]);
  expect(holm([0.02, 0.9, 0.9])).toEqual([false, false, false]);
  expect(holm([0.001, 0.002])).toEqual([true, true]);
  expect(holm([])).toEqual([]);
});
