// Labels of a regression that were changed, on both sides of every threshold: what the parent answers lies nearer to the old ones or to the new ones.
import { describe, expect, test } from 'vitest';
import { at } from '../../src/base/assert.ts';
import type { Approval, DataVerdict } from '../../src/data/judgement.ts';
import { approvalOf } from '../../src/judge/approvals.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import { suspectGroups } from '../../src/judge/suspectGroups.ts';
import { firstRows, found, isUnseen } from './support/judged.ts';
import { hashOf, questionOf, type Row, type Rows, way } from './support/question.ts';
import { shop } from './support/shop.ts';

const noise = 20;
/** The root mean square of 0 and 20 in turns. */
const error = noise / Math.SQRT2;
const knows = (x: number): number => 10 * x;
/** Rents that a parent knows to within 20: every second one is right to the cent. */
const old: Rows = new Map(
  [...shop(2_000)].map(([id, row]) => [id, { ...row, label: knows(Number(row['x'])) + (id % 2) * noise }]),
);

function questionTo(now: Rows, before = old, approvals: readonly Approval[] = []) {
  const question = questionOf(before, now, null, { judged: { ...way, task: 'regression' }, approvals });
  const { changes } = question;
  const place = changes.columns.findIndex(({ name }) => name === 'x');
  const answers = (image: readonly Float64Array[]): Float64Array => at(image, place).map(knows);
  const changed = new Set(changes.hashes);
  const unseen = [...before].filter(([id]) => isUnseen(id) && !changed.has(hashOf(id))).map(([, row]) => row);
  const values = {
    before: answers(changes.before),
    after: answers(changes.after),
    unseen: {
      answers: Float64Array.from(unseen, (row) => knows(Number(row['x']))),
      labels: Float64Array.from(unseen, (row) => Number(row['label'])),
    },
  };
  return { ...question, values };
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
    expect(verdict.notes).toMatchObject([{ kind: 'testRowsAlone', rows: 0, of: 300, text: 'values' }]);
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
        (rent) => factor * rent + 2 * noise,
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

  test('of a whole column in another unit are held, though no row is left as it was', () => {
    expect(
      found(
        judged(
          moved(
            2_000,
            (rent) => rent * 100,
            () => true,
          ),
        ),
        'labelValues',
      ),
    ).toMatchObject({ rows: 2_000 });
  });

  test('of new rows are held where one in twenty of them lies beyond all labels, and copies are no new rows', () => {
    const fresh = (count: number, beyond: number): Rows =>
      new Map([
        ...old,
        ...[...shop(count, 'new', 5_000)].map(([id, row], i) => {
          const rent = knows(Number(row['x']));
          return [id, { ...row, label: i < beyond ? (rent + noise) * 1_000 : rent }] as const;
        }),
      ]);
    expect(found(judged(fresh(49, 49)), 'newLabelBeyond')).toBeUndefined();
    expect(judged(fresh(100, 4)).verdict).toBe('consistent');
    const held = judged(fresh(100, 6));
    expect(held.reasons).toMatchObject([{ kind: 'newLabelBeyond', rows: 6, of: 100, before: 0, after: 0.06 }]);
    expect(suspectGroups(questionTo(fresh(100, 6)), held.reasons).groups).toMatchObject([
      { change: 'inserted', rows: 6, share: 0.06, where: { column: 'label' } },
    ]);
  });
});

test('new rows whose labels a regression’s parent no longer ranks are held', () => {
  const fresh = (count: number, isMixed: boolean): Rows => {
    const rows = [...shop(count, 'fresh', 7_000)];
    return new Map([
      ...old,
      ...rows.map(([id, row], i) => {
        const [, other = row] = rows[(i * 7 + 3) % count] ?? [];
        return [id, { ...row, label: knows(Number((isMixed ? other : row)['x'])) }] as const;
      }),
    ]);
  };
  expect(judged(fresh(400, false)).verdict).toBe('consistent');
  expect(found(judged(fresh(49, true)), 'inserted')).toBeUndefined();
  const held = judged(fresh(400, true));
  expect(suspectGroups(questionTo(fresh(400, true)), held.reasons).groups).toMatchObject([
    { change: 'inserted', rows: 400, share: 1 },
  ]);
  const { before, after, asked } = found(held, 'inserted') ?? {};
  expect(before).toBeGreaterThan(0.99);
  expect(Math.abs(after ?? 1)).toBeLessThan(0.2);
  expect(asked).toBe(400);
});

describe('features of a regression', () => {
  const shifted = (by: number) => firstRows(old, 80, unseen, (row) => ({ ...row, x: Number(row['x']) + by / 10 }));

  test('that were changed are held where the parent loses by them, in nats of its usual error', () => {
    // Each loses ((0 or 20) − by)² / 2σ² more than without.
    expect(found(judged(shifted(noise)), 'features')).toBeUndefined();
    expect(found(judged(shifted(-3 * noise)), 'features')).toMatchObject({ column: 'x', rows: 80, asked: 80 });
    expect(found(judged(shifted(-noise / 200)), 'features')).toBeUndefined();
    const { before, after } = found(judged(shifted(-3 * noise)), 'features') ?? {};
    expect(before).toBeGreaterThan(0.99);
    expect(after).toBeLessThan(before ?? 0);
  });

  test('of train rows alone are not asked about', () => {
    const train = firstRows(
      old,
      300,
      (_, id) => !isUnseen(id),
      (row) => ({ ...row, x: Number(row['x']) - 9 }),
    );
    expect(found(judged(train), 'features')).toBeUndefined();
    expect(judged(train).asked).toBe('unseenRows');
  });
});
