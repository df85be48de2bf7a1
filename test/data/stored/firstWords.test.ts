import { expect, test } from 'vitest';
import { inBothWords, kept, readKept } from '../../../src/data/stored/firstWords.ts';

const cost = { rows: { train: 1 }, seen: 4, fullSeen: 9, readSeconds: 1 };

test('what is kept has the words of the first version, in the order in which they stood, and reads back', () => {
  expect(JSON.stringify(kept(cost))).toBe('{"rows":{"train":1},"visits":4,"fullVisits":9,"readSeconds":1}');
  expect(readKept<typeof cost>(kept(cost))).toEqual(cost);
});

test('a document has both, each with the same value', () => {
  expect(inBothWords({ validation: 1, validationAccuracy: null, onBaseline: 2, seen: 3, fullSeen: 4 })).toEqual({
    ...{ tune: 1, tuneAccuracy: null, onAnchor: 2, visits: 3, fullVisits: 4 },
    ...{ validation: 1, validationAccuracy: null, onBaseline: 2, seen: 3, fullSeen: 4 },
  });
});
