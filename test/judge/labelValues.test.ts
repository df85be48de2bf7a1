// Labels of a regression that were changed, on both sides of every threshold: what the parent answers lies nearer to the old ones or to the new ones.
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/assert.ts';
import type { Approval, DataVerdict } from '../../src/data/judgement.ts';
import { approvalOf } from '../../src/judge/approvals.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import { suspectGroups } from '../../src/judge/suspectGroups.ts';
import { firstRows, found, isUnseen } from './support/judged.ts';
import { questionOf, type Row, type Rows, way } from './support/question.ts';
import { shop } from './support/shop.ts';

const error = 20;
const knows = (x: number): number => 10 * x;
/** Rents that a parent knows to within 20: every second one is right to the cent. */
const old: Rows = new Map(
  [...shop(2_000)].map(([id, row]) => [id, { ...row, label: knows(Number(row['x'])) + (id % 2) * error }]),
);

function questionTo(now: Rows, before = old, approvals: readonly Approval[] = []) {
  const question = questionOf(before, now, null, { judged: { ...way, task: 'regression' }, approvals });
  const { changes } = question;
  const x = at(
    changes.before,
    changes.columns.findIndex(({ name }) => name === 'x'),
  );
  return { ...question, values: { before: x.map(knows), error } };
}

const judged = (now: Rows, before = old, approvals: readonly Approval[] = []): DataVerdict =>
  judgeData(questionTo(now, before, approvals));

const moved = (count: number, by: (rent: number) => number, isMeant: (row: Row, id: number) => boolean) =>
  firstRows(old, count, isMeant, (row) => ({ ...row, label: by(Number(row['label'])) }));
const unseen = (_: Row, id: number): boolean => isUnseen(id);

describe('labels of a regression', () => {
  test('are held where enough rows that the parent was not trained on speak for the old ones', () => {
    // ½ · 2⁻¹² is .00012, ½ · 2⁻¹³ .00006.
    expect(judged(moved(12, (rent) => rent + 1e5, unseen)).verdict).toBe('consistent');
    expect(found(judged(moved(13, (rent) => rent + 1e5, unseen)), 'labelValues')).toMatchObject({
      rows: 13,
      asked: 13,
      before: 1,
      after: 0,
      direction: 'up',
    });
  });

  test('of train rows alone say nothing, and the verdict says who was asked', () => {
    const verdict = judged(
      moved(
        300,
        (rent) => rent * 100,
        (_, id) => !isUnseen(id),
      ),
    );
    expect([verdict.verdict, verdict.asked]).toEqual(['consistent', 'unseenRows']);
    expect(verdict.notes).toMatchObject([{ kind: 'testRowsAlone', rows: 0, of: 300 }]);
  });

  test('that moved by less than the parent errs are no reason, though all of them lie further from its answers', () => {
    const dearer = (by: number) =>
      found(
        judged(
          moved(
            2_000,
            (rent) => rent + by * error,
            () => true,
          ),
        ),
        'labelValues',
      );
    expect(dearer(0.95)).toBeUndefined();
    expect(dearer(1.05)).toMatchObject({ before: 1, after: 0, direction: 'up' });
  });

  test('that were wrong and are put right are honest', () => {
    const wrong = moved(200, (rent) => rent + 300, unseen);
    expect(judged(old, wrong).verdict).toBe('consistent');
    expect(judged(wrong).verdict).toBe('suspect');
  });

  test('are one group of suspects, and approved as such: the same again is not asked, a thousand times as much is', () => {
    const dearer = (factor: number): Rows =>
      moved(
        1_000,
        (rent) => factor * rent + 2 * error,
        () => true,
      );
    const first = judged(dearer(1.1));
    const [reason] = first.reasons;
    const approval = reason && approvalOf(reason);
    if (!approval) throw new Error('nothing to approve');
    expect(judged(dearer(1.1), old, [{ id: 1, ...approval }]).verdict).toBe('consistent');
    expect(judged(dearer(1_000), old, [{ id: 1, ...approval }]).reasons[0]?.kind).toBe('labelValues');
    const { groups } = suspectGroups(questionTo(dearer(1.1)), first.reasons);
    expect(groups).toMatchObject([{ change: 'labels', rows: 1_000, share: 1 }]);
  });
});
