// Each reason with a small delta on both sides of its threshold.
import { describe, expect, test } from 'vitest';
import type { DataVerdict, Reason } from '../../src/data/judgement.ts';
import { changed, type Row } from './support/question.ts';
import { old, found, judged, firstRows, isRight, isUnseen, other } from './support/judged.ts';

describe('labels that were changed', () => {
  // All of these rows the parent has right as they were.
  const flipped = (count: number): DataVerdict => judged(firstRows(old, count, isRight, other));

  test('against the parent are asked about from a chance of 1e-4 on, and corrections are not', () => {
    expect(found(flipped(12), 'labels')).toBeUndefined();
    expect(found(flipped(40), 'labels')).toMatchObject({ rows: 40, asked: 40, before: 1, after: 0 });
    const corrected = judged(firstRows(old, 200, (row) => !isRight(row), other));
    expect(corrected.verdict).toBe('consistent');
  });

  test('in a stretch are told with the whole stretch: every row that is spoken of lies in it', () => {
    const inStretch = (z: unknown): boolean => Number(z) > 40 && Number(z) < 60;
    const now = changed(old, (_, row) => (isRight(row) && inStretch(row['z']) ? other(row) : row));
    const places = [...now].flatMap(([id, row]) => (row === old.get(id) ? [] : [Number(row['z'])]));
    const where = found(judged(now), 'labels')?.where;
    expect(where).toEqual({ column: 'z', from: Math.min(...places), to: Math.max(...places) });
  });

  test('by pair', () => {
    const pair = (count: number): Reason | undefined =>
      found(judged(firstRows(old, count, (row) => isRight(row) && row['label'] === 'yes', other)), 'labelPair');
    expect(pair(10)).toBeUndefined();
    expect(pair(40)).toMatchObject({ label: { from: 'yes', to: 'no' }, rows: 40 });
  });

  test('are not asked about where rows that the parent has not seen do not say so', () => {
    // Train rows were learnt as they were; of the others half were wrong.
    let met = 0;
    const now = changed(old, (id, row) => {
      if (row['label'] !== 'yes' || Number(row['x']) < 50) return row;
      return !isUnseen(id) && met++ < 120 ? other(row) : row;
    });
    const mixed = firstRows(now, 40, (row, id) => isUnseen(id) && !isRight(row) && row['label'] === 'yes', other);
    expect(found(judged(mixed), 'labelPair')).toBeUndefined();
    expect(found(judged(now), 'labels')).toBeDefined();
  });

  test('and a class that lost a third of its rows', () => {
    const rare = changed(old, (id, row) => (id % 40 === 0 ? { ...row, label: 'maybe' } : row));
    const lost = (share: number): Reason | undefined =>
      found(
        judged(
          firstRows(
            rare,
            100 * share,
            (row) => row['label'] === 'maybe',
            (row) => ({ ...row, label: 'no' }),
          ),
          {},
          rare,
        ),
        'classLost',
      );
    expect(lost(0.34)).toBeUndefined();
    expect(lost(0.35)?.recall).toBeUndefined();
    expect(lost(0.35)).toMatchObject({ label: { from: 'maybe', to: null }, rows: 35, of: 100 });
  });

  test('of a rare class are told with its recall: the parent finds those that changed as it finds those that did not', () => {
    const isRare = (row: Row): boolean => row['label'] === 'yes' && Number(row['x']) >= 95;
    // Beside them as many that the parent gets wrong: its recall of the class is not 1.
    const rare = changed(old, (id, row) => (row['label'] === 'yes' && !isRare(row) && id % 20 > 0 ? other(row) : row));
    const half = firstRows(rare, 100, isRare, other);
    const { reasons } = judged(half, {}, rare);
    const told = reasons.find(({ kind }) => kind === 'classLost' || kind === 'labels');
    expect(told?.recall).toMatchObject({ class: 'yes', rows: 100, changed: 1 });
    expect(told?.recall?.unchanged).toBeGreaterThan(0.5);
    expect(told?.recall?.unchanged).toBeLessThan(1);
  });

  test('of several classes have no recall of one', () => {
    expect(found(flipped(40), 'labels')?.recall).toBeUndefined();
  });

  test('of one group', () => {
    // Half of the labels in a stretch of z, among as many corrections elsewhere.
    const stretch = (width: number): DataVerdict =>
      judged(
        changed(old, (_, row) => {
          const z = Number(row['z']);
          if (!isRight(row)) return other(row);
          return z > 40 && z < 40 + width && row['label'] === 'no' ? other(row) : row;
        }),
      );
    expect(found(stretch(0.5), 'group')).toBeUndefined();
    expect(found(stretch(8), 'group')).toMatchObject({ label: { from: 'no', to: 'yes' } });
  });
});

describe('features that were changed', () => {
  const moved = (count: number, to: (row: Row, i: number) => Row): DataVerdict =>
    judged(firstRows(old, count, isRight, to));
  const across = (row: Row): Row => ({ ...row, x: 100 - Number(row['x']) });

  test('and cost the parent are asked about from twenty rows on', () => {
    expect(found(moved(19, across), 'features')).toBeUndefined();
    expect(found(moved(25, across), 'features')).toMatchObject({ column: 'x', rows: 25, before: 1, after: 0 });
  });

  test('and cost it nothing are not', () => {
    expect(
      found(
        moved(100, (row) => ({ ...row, z: Number(row['z']) + 3 })),
        'features',
      ),
    ).toBeUndefined();
  });

  test('beyond what the encoder knows', () => {
    const beyond = (count: number): Reason | undefined =>
      found(
        moved(200, (row, i) => ({ ...row, z: i < count ? 9_000 : Number(row['z']) + 1 })),
        'columnBeyond',
      );
    expect(beyond(9)).toBeUndefined();
    expect(beyond(10)).toMatchObject({ column: 'z', before: 0, after: 0.05, rows: 200 });
  });

  test('to one value', () => {
    const one = (count: number): Reason | undefined =>
      found(
        moved(100, (row, i) => ({ ...row, z: i < count ? 7 : Number(row['z']) + 1 })),
        'columnOneValue',
      );
    expect(one(89)).toBeUndefined();
    expect(one(90)).toMatchObject({ column: 'z', label: { from: null, to: '7' }, after: 0.9 });
    // What was replaced was one value already.
    const before = firstRows(old, 100, isRight, (row) => ({ ...row, z: 5 }));
    expect(
      found(
        judged(
          firstRows(before, 100, isRight, (row) => ({ ...row, z: 7 })),
          {},
          before,
        ),
        'columnOneValue',
      ),
    ).toBeUndefined();
  });

  test('to nothing', () => {
    expect(
      found(
        moved(40, (row) => ({ ...row, z: null })),
        'columnOneValue',
      ),
    ).toMatchObject({ label: { from: null, to: 'NULL' } });
  });

  test('to values that lie elsewhere', () => {
    const shifted = (by: number): Reason | undefined =>
      found(
        moved(300, (row) => ({ ...row, z: Number(row['z']) + by })),
        'columnMoved',
      );
    expect(shifted(60)).toBeUndefined();
    expect(shifted(85)).toMatchObject({ column: 'z', direction: 'up' });
    expect(
      found(
        moved(199, (row) => ({ ...row, z: Number(row['z']) + 85 })),
        'columnMoved',
      ),
    ).toBeUndefined();
  });

  test('in three of a hundred rows', () => {
    const rewritten = (count: number): Reason | undefined =>
      found(
        moved(count, (row) => ({ ...row, z: Number(row['z']) * 1.1 })),
        'columnRewritten',
      );
    expect(rewritten(119)).toBeUndefined();
    expect(rewritten(120)).toMatchObject({ column: 'z', rows: 120, direction: 'up' });
  });

  test('to each other', () => {
    const swap: Readonly<Record<string, string>> = { West: 'East', East: 'West' };
    const exchanged = (count: number): Reason | undefined =>
      found(
        moved(count, (row) => ({ ...row, region: swap[String(row['region'])] ?? row['region'] ?? null })),
        'categoriesExchanged',
      );
    expect(exchanged(60)).toBeUndefined();
    expect(exchanged(200)).toMatchObject({ column: 'region' });
    // In one order, whichever is met first: an approval holds for it.
    expect(exchanged(200)?.label).toEqual({ from: 'East', to: 'West' });
  });

  test('to each other in a column of two values, unless they lie all over the table, as honest changes of a flag do', () => {
    const flag = (row: Row): Row => ({
      ...row,
      region: row['region'] === 'West' || row['region'] === 'East' ? 'no' : 'yes',
    });
    const before = changed(old, (_, row) => flag(row));
    const flipped = (isMeant: (row: Row) => boolean): Reason | undefined => {
      const now = firstRows(before, 100, isMeant, (row) => ({
        ...row,
        region: row['region'] === 'yes' ? 'no' : 'yes',
      }));
      return found(judged(now, {}, before), 'categoriesExchanged');
    };
    expect(flipped(({ z }) => Number(z) % 1 < 0.03)).toBeUndefined();
    expect(flipped(({ z }) => Number(z) < 5)).toMatchObject({ rows: 100, where: { column: 'z' } });
  });

  test('to values of other rows', () => {
    const values = [...old.values()].map((row) => row['z'] ?? null);
    const mixed = (count: number): Reason | undefined =>
      found(
        moved(count, (row, i) => ({ ...row, z: values[(i * 7 + 13) % count] ?? null })),
        'sameValuesElsewhere',
      );
    expect(mixed(60)).toBeUndefined();
    expect(mixed(1_000)).toMatchObject({ column: 'z' });
    // The same distribution, since each moved by little.
    const nudged = moved(1_000, (row) => ({ ...row, z: Number(row['z']) + 0.5 }));
    expect(found(nudged, 'sameValuesElsewhere')).toBeUndefined();
  });

  test('of rows that returned to an older version', () => {
    const now = firstRows(old, 30, isRight, (row) => ({ ...row, z: 1 + Number(row['z']) }));
    expect(found(judged(now, { returned: 19 }), 'rowsReturned')).toBeUndefined();
    expect(found(judged(now, { returned: 20 }), 'rowsReturned')).toMatchObject({ rows: 20 });
    expect(found(judged(now, { returned: 20, restored: true }), 'rowsReturned')).toBeUndefined();
  });
});
