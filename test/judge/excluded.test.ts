// Rows that a person left out are gone for training and facts, and nothing is said of their going.
import { expect, test } from 'vitest';
import { judgeData } from '../../src/judge/judgeData.ts';
import { forwardFacts } from '../../src/judge/facts/baseFacts.ts';
import { deltaOf, factsOfRows, questionOf, way } from './support/question.ts';
import { knowing, shop } from './support/shop.ts';

const old = shop(4_000);
const now = new Map([...old].filter(([id, row]) => row['region'] !== 'West' || id % 100 >= 40));
const gone = new Set([...old.keys()].filter((id) => !now.has(id)));

test('what another hand deleted is suspect, and the same rows left out by a person are not', () => {
  const question = questionOf(old, now, knowing);
  expect(judgeData(question)).toMatchObject({ verdict: 'suspect', kinds: { removed: gone.size } });
  const changes = deltaOf(old, now, way, { test: 0.2, validation: 0.1 }, 1_000, gone);
  expect(judgeData({ ...question, changes })).toMatchObject({
    verdict: 'consistent',
    reasons: [],
    kinds: { removed: 0, unchanged: now.size },
  });
});

test('the facts go on without them, as if all rows had been counted anew', () => {
  const changes = deltaOf(old, now, way, { test: 0.2, validation: 0.1 }, 1_000, gone);
  const forward = forwardFacts(factsOfRows(old), changes);
  const anew = factsOfRows(now);
  expect(forward.rows).toBe(anew.rows);
  for (const row of changes.contentBefore) expect(forward.contents.count(row)).toBe(anew.contents.count(row));
});
