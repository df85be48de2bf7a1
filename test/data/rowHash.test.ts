import { expect, test } from 'vitest';
import { hashBound, inRange, isWindow, nextWindow, splitRanges, windowRanges } from '../../src/data/rowHash.ts';
import type { Replay } from '../../src/data/training.ts';

const shares = { test: 0.1, validation: 0.15 };
/** Hashes that lie evenly in the train rows' part of the order. */
const evenly = Array.from({ length: 3_000 }, (_, i) => hashBound(0.25 + (0.75 * (i + 0.5)) / 3_000) ?? '');
const within = (window: Extract<Replay, { from: string }>): string[] =>
  windowRanges(shares, window).flatMap((range) => evenly.filter((hash) => inRange(hash, range)));

test('windows of a lineage lie end to end: every row is in one before any is in two', () => {
  let before: Replay | null = null;
  const seen = new Map<string, number>();
  for (let depth = 1; depth <= 10; depth++) {
    const window = nextWindow(shares, 0.1, before, 'seed');
    const rows = within(window);
    expect(Math.abs(rows.length - 300)).toBeLessThanOrEqual(1);
    expect(rows).toEqual([...rows].sort());
    for (const row of rows) seen.set(row, (seen.get(row) ?? 0) + 1);
    if (before && isWindow(before)) expect(window.from).toBe(before.below);
    before = window;
  }
  // Ten windows of a tenth, each rounded by less than a row.
  expect([...seen.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(1);
  expect(seen.size).toBeGreaterThanOrEqual(evenly.length - 1);
});

test('the first window of a lineage is drawn by its seed, and never reaches into test and validation rows', () => {
  const starts = Array.from({ length: 40 }, (_, i) => nextWindow(shares, 0.4, null, `${i}`));
  expect(new Set(starts.map(({ from }) => from)).size).toBe(40);
  expect(nextWindow(shares, 0.4, null, '7')).toEqual(starts[7]);
  const { train } = splitRanges(shares);
  for (const window of starts) {
    expect(within(window).length).toBeGreaterThanOrEqual(1_199);
    for (const { from } of windowRanges(shares, window)) expect(from !== null && inRange(from, train)).toBe(true);
  }
  expect(starts.filter(({ from, below }) => below < from).length).toBeGreaterThan(5);
});

test('a window that ends where the order ends is one range, and the next one begins with it', () => {
  const first = splitRanges(shares).train.from ?? '';
  const half = { from: hashBound(0.625) ?? '', below: first };
  expect(windowRanges(shares, half)).toEqual([{ from: half.from, below: null }]);
  expect(nextWindow(shares, 0.5, half, 'seed')).toEqual({ from: first, below: half.from });
  const none = { test: 0, validation: 0 };
  const { from, below } = nextWindow(none, 0.5, { from: hashBound(0.5) ?? '', below: hashBound(0) ?? '' }, 'seed');
  expect([from, below]).toEqual([hashBound(0), hashBound(0.5)]);
});
