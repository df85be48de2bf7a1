// What was approved is not asked again; what is larger, elsewhere, older or gone for good is.
import { describe, expect, test } from 'vitest';
import type { Approval, DataVerdict, Reason } from '../../src/data/judgement.ts';
import { approvalOf, approvedBy } from '../../src/judge/approvals.ts';
import { judgeData, removedTestRows } from '../../src/judge/judgeData.ts';
import { changed, questionOf, type Rows } from './support/question.ts';
import { knowing, shop } from './support/shop.ts';

const old = shop(4_000);
const scaled = (rows: Rows, by: number, region = 'West'): Rows =>
  changed(rows, (_, row) => (row['region'] === region ? { ...row, z: Number(row['z']) * by } : row));
const approve = (verdict: DataVerdict): Approval[] =>
  verdict.reasons.flatMap((reason, id) => {
    const approval = approvalOf(reason);
    return approval ? [{ id, ...approval }] : [];
  });
const judged = (now: Rows, approvals: readonly Approval[] = []): DataVerdict =>
  judgeData(questionOf(old, now, knowing, { approvals }));

describe('an approval', () => {
  const first = judged(scaled(old, 1.1));
  const approvals = approve(first);

  test('of a slice × 1.1 lets the next × 1.1 of it pass, and says so', () => {
    expect(first.verdict).toBe('suspect');
    const next = judged(scaled(old, 1.1), approvals);
    expect(next).toMatchObject({ verdict: 'consistent', reasons: [], hash: null });
    expect(next.notes.filter(({ kind }) => kind === 'approved')).toHaveLength(first.reasons.length);
    expect(judged(scaled(old, 1.12), approvals).verdict).toBe('consistent');
  });

  test.each([
    ['× 1000', scaled(old, 1_000)],
    ['× 1.3', scaled(old, 1.3)],
    ['× .9', scaled(old, 0.9)],
    ['× 1.1 of another region', scaled(old, 1.1, 'East')],
    ['× 1.1 of two regions', scaled(scaled(old, 1.1), 1.1, 'East')],
  ])('of a slice × 1.1 does not hold for %s', (_, now) => {
    expect(judged(now, approvals).verdict).toBe('suspect');
  });

  test('ends with its rounds', () => {
    const spent = approvals.map((approval) => ({ ...approval, roundsLeft: 0 }));
    expect(judged(scaled(old, 1.1), spent).verdict).toBe('suspect');
    expect(approvals.every(({ roundsLeft }) => roundsLeft === 5)).toBe(true);
  });

  test('of one column is none of another', () => {
    const other = approvals.map((approval) => ({ ...approval, column: 'x' }));
    expect(judged(scaled(old, 1.1), other).verdict).toBe('suspect');
  });
});

describe('what vanished', () => {
  const gone = judged(changed(old, (_, row) => (row['label'] === 'yes' ? null : row)));

  test('is asked every time', () => {
    const reason = gone.reasons.find(({ kind }) => kind === 'classGone');
    expect(reason && approvalOf(reason)).toBeNull();
    const region = judged(changed(old, (_, row) => (row['region'] === 'West' ? null : row)));
    const lost = region.reasons.find(({ kind }) => kind === 'valueLostRows');
    expect(lost && approvalOf(lost)).toBeNull();
  });

  test('half of it may be remembered', () => {
    const half = judged(changed(old, (id, row) => (row['region'] === 'West' && id % 2 ? null : row)));
    const lost = half.reasons.find(({ kind }) => kind === 'valueLostRows');
    expect(lost).toMatchObject({ where: { column: 'region', value: 'West' } });
    expect(lost && approvalOf(lost)).toMatchObject({ roundsLeft: 5 });
  });
});

test('a range holds for about the same range alone', () => {
  const reason: Reason = {
    kind: 'columnRewritten',
    column: 'z',
    label: null,
    where: { column: 'x', from: 20, to: 40 },
    rows: 400,
    of: 4_000,
    asked: 0,
    before: null,
    after: 0.1,
    p: null,
    direction: 'up',
    size: 1,
    strength: 2,
  };
  const approval: Approval = { id: 3, ...(approvalOf(reason) ?? { ...reason, share: 0.1, roundsLeft: 5 }) };
  const at = (from: number, to: number): Reason => ({ ...reason, where: { column: 'x', from, to } });
  expect(approvedBy(at(21, 39), [approval])).toBe(approval);
  expect(approvedBy(at(17, 40), [approval])).toBeNull();
  expect(approvedBy({ ...reason, where: null }, [approval])).toBeNull();
  expect(approvedBy({ ...reason, where: { column: 'x', value: '20' } }, [approval])).toBeNull();
  expect(approvedBy({ ...reason, size: 1.5, rows: 600 }, [approval])).toBe(approval);
  expect(approvedBy({ ...reason, size: 1.51 }, [approval])).toBeNull();
  expect(approvedBy({ ...reason, rows: 601 }, [approval])).toBeNull();
});

describe('removed test rows', () => {
  const question = questionOf(
    old,
    changed(old, (id, row) => (row['region'] === 'West' && id % 2 ? null : row)),
    knowing,
  );
  const verdict = judgeData(question);

  test('count as they were', () => {
    const rows = removedTestRows(question, verdict);
    expect(rows.length).toBeGreaterThan(50);
    expect([...rows].every((row) => question.changes.sides[row] === 2)).toBe(true);
  });

  test('count no more once their removal is approved', () => {
    const approved = judgeData({ ...question, approvals: approve(verdict) });
    expect(approved.verdict).toBe('consistent');
    expect(removedTestRows(question, approved)).toHaveLength(0);
  });

  test('of retention do not count', () => {
    const aged = questionOf(
      old,
      changed(old, (id, row) => (id < 300 ? null : row)),
      knowing,
    );
    const found = judgeData(aged);
    expect(found.verdict).toBe('consistent');
    expect(found.notes.find(({ kind }) => kind === 'retention')).toMatchObject({ column: 'id', rows: 300, value: 299 });
    expect(removedTestRows(aged, found)).toHaveLength(0);
  });
});
