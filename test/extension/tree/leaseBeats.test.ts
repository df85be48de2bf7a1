// A run that only beats is no change to look at; one that begins or ends is, and so is everything between two beats.
import { expect, test } from 'vitest';
import { LeaseBeats } from '../../../src/extension/tree/leaseBeats.ts';

const leases = (beats: Record<string, number>): Map<string, number> => new Map(Object.entries(beats));

test.each<[string, Record<string, number>, Record<string, number>, boolean]>([
  ['a beat', { a: 1 }, { a: 2 }, true],
  ['one of two that beats', { a: 1, b: 1 }, { a: 1, b: 2 }, true],
  ['no beat: somebody wrote', { a: 1 }, { a: 1 }, false],
  ['no run at all: somebody wrote', {}, {}, false],
  ['a run that began', {}, { a: 1 }, false],
  ['a run that ended', { a: 1 }, {}, false],
  ['a run in the place of another', { a: 1 }, { b: 2 }, false],
])('%s', (_, before, now, isBeat) => {
  const beats = new LeaseBeats();
  expect(beats.isBeat('local', leases(before))).toBe(false);
  expect(beats.isBeat('local', leases(now))).toBe(isBeat);
});

test('connections are told apart', () => {
  const beats = new LeaseBeats();
  beats.isBeat('one', leases({ a: 1 }));
  expect(beats.isBeat('other', leases({ a: 2 }))).toBe(false);
});
