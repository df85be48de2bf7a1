// The digest against Node's own, over every length around a block border.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/sha256.ts';

test('the digest is the one Node computes, whatever the length', () => {
  for (let length = 0; length <= 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
    expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test('text is hashed as UTF-8, and a view by its own bytes only', () => {
  expect(sha256('naïve 🌧')).toBe(createHash('sha256').update('naïve 🌧', 'utf8').digest('hex'));
  const large = new Uint8Array(100_003).fill(201);
  expect(sha256(large.subarray(3, 90_001))).toBe(createHash('sha256').update(large.subarray(3, 90_001)).digest('hex'));
});
