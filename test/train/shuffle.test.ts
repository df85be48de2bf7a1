import { describe, expect, test } from 'vitest';
import { EncodedRows } from '../../src/train/rows/encodedRows.ts';
import { evenly, shuffledBlocks } from '../../src/train/rows/shuffle.ts';

const order = (length: number, seed: string): number[] =>
  [...shuffledBlocks(length, seed)].flatMap((block) => [...block]);

describe('the order of rows', () => {
  test('visits each row once, in a seeded order', () => {
    for (const length of [0, 1, 1_000, 65_536, 65_537, 200_000])
      expect(order(length, 'a').sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
    expect(order(1_000, 'a')).toEqual(order(1_000, 'a'));
    expect(order(1_000, 'a')).not.toEqual(order(1_000, 'b'));
  });
  test('stays within a block until it is done', () => {
    const blocks = [...shuffledBlocks(200_000, 'a')].map(
      (block) => new Set(block.map((row) => Math.floor(row / 65_536))),
    );
    expect(blocks.map((block) => block.size)).toEqual([1, 1, 1, 1]);
  });
  test('spreads changed rows evenly over replayed ones', () => {
    const place = evenly(30, 170);
    const places = Array.from({ length: 200 }, (_, i) => place(i));
    const of = (first: boolean) => places.filter((one) => one.first === first).map(({ index }) => index);
    expect(of(true)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(of(false)).toEqual(Array.from({ length: 170 }, (_, i) => i));
    for (let start = 0; start < 200; start += 20)
      expect(places.slice(start, start + 20).filter(({ first }) => first)).toHaveLength(3);
    expect(evenly(0, 3)(2)).toEqual({ first: false, index: 2 });
    expect(evenly(3, 0)(2)).toEqual({ first: true, index: 2 });
  });
});

test('encoded rows keep their values over blocks', () => {
  const rows = new EncodedRows({
    stored: 3,
    inputs: 7,
    silent: [],
    spreads: [
      { way: 'copy', from: 0, to: 0, count: 1 },
      { way: 'flagged', from: 1, to: 1, count: 1 },
      { way: 'oneHot', from: 2, to: 3, count: 4 },
    ],
  });
  const count = 140_000;
  for (let i = 0; i < count; i++) rows.push([i, i % 2 === 0 ? Number.NaN : 5, i % 4], 0, i % 3);
  expect(rows.length).toBe(count);
  const inputs = new Float32Array(8).fill(-1);
  for (const i of [0, 1, 1_023, 1_024, 65_535, 65_536, 139_999]) {
    rows.spread(i, inputs, 1);
    const hot = [0, 0, 0, 0].map((_, slot) => (slot === i % 4 ? 1 : 0));
    expect([...inputs]).toEqual([-1, i, i % 2 === 0 ? 0 : 5, i % 2 === 0 ? 1 : 0, ...hot]);
    expect(rows.label(i)).toBe(i % 3);
  }
});
