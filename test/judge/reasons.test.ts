// Each reason with a small delta on both sides of its threshold.
import { describe, expect, test } from 'vitest';
import type { DataVerdict, Reason } from '../../src/data/judgement.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import type { DataQuestion } from '../../src/judge/question.ts';
import { changed, hashOf, type Parent, questionOf, type Row, type Rows, way } from './support/question.ts';
import { knowing, shop } from './support/shop.ts';

const old = shop(4_000);
const found = (verdict: DataVerdict, kind: Reason['kind']): Reason | undefined =>
  verdict.reasons.find((reason) => reason.kind === kind);
const judged = (now: Rows, more: Partial<DataQuestion> = {}, before: Rows = old): DataVerdict =>
  judgeData(questionOf(before, now, knowing, more));

/** The first so many rows that a condition holds for become others. */
function firstRows(
  rows: Rows,
  count: number,
  isMeant: (row: Row, id: number) => boolean,
  change: (row: Row, i: number) => Row | null,
): Rows {
  let met = 0;
  return changed(rows, (id, row) => (isMeant(row, id) && met < count ? change(row, met++) : row));
}

const isRight = (row: Row): boolean => (Number(row['x']) >= 50 ? 'yes' : 'no') === row['label'];
const isUnseen = (id: number): boolean => Number.parseInt(hashOf(id).slice(0, 8), 16) / 2 ** 32 < 0.3;
const other = (row: Row): Row => ({ ...row, label: row['label'] === 'yes' ? 'no' : 'yes' });

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
    expect(lost(0.35)).toMatchObject({ label: { from: 'maybe', to: null }, rows: 35, of: 100 });
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
    const { from, to } = exchanged(200)?.label ?? { from: null, to: null };
    expect(new Set([from, to])).toEqual(new Set(['East', 'West']));
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

describe('rows that came', () => {
  const came = (count: number, as: (row: Row, i: number) => Row = (row) => row): DataVerdict =>
    judged(new Map([...old, ...[...shop(count, 'shop', 4_000)].map(([id, row], i) => [id, as(row, i)] as const)]));

  test('that the parent no longer ranks', () => {
    const wrong = (share: number): Reason | undefined =>
      found(
        came(600, (row, i) => (i % 100 < share ? { ...row, label: i % 2 ? 'yes' : 'no' } : row)),
        'inserted',
      );
    expect(wrong(30)).toBeUndefined();
    expect(wrong(95)).toMatchObject({ rows: 600, of: 600 });
    expect(
      found(
        came(49, (row, i) => ({ ...row, label: i % 2 ? 'yes' : 'no' })),
        'inserted',
      ),
    ).toBeUndefined();
  });

  test('beyond what the encoder knows', () => {
    const beyond = (count: number): Reason | undefined =>
      found(
        came(100, (row, i) => (i < count ? { ...row, z: 9_000 } : row)),
        'newBeyond',
      );
    expect(beyond(4)).toBeUndefined();
    expect(beyond(5)).toMatchObject({ column: 'z', after: 0.05 });
  });

  test('with one value', () => {
    const one = (count: number): Reason | undefined =>
      found(
        came(100, (row, i) => (i < count ? { ...row, z: 7 } : row)),
        'newOneValue',
      );
    expect(one(97)).toBeUndefined();
    expect(one(98)).toMatchObject({ column: 'z', label: { from: null, to: '7' } });
    // All of one region: a batch, and honest.
    expect(came(100, (row) => ({ ...row, region: 'West' })).verdict).toBe('consistent');
  });

  test('without a class', () => {
    const without = (count: number): Reason | undefined =>
      found(
        came(200, (row, i) => ({ ...row, x: 10 + (i % 30), label: i < count ? 'yes' : 'no' })),
        'labelMissing',
      );
    expect(without(12)).toBeUndefined();
    expect(without(5)).toMatchObject({ label: { from: 'yes', to: null }, rows: 5, of: 200 });
  });

  test('as copies of others', () => {
    const rows = [...old.values()];
    const copies = (count: number): Reason | undefined =>
      found(
        came(100, (row, i) => (i < count ? (rows[i] ?? row) : row)),
        'duplicates',
      );
    expect(copies(29)).toBeUndefined();
    expect(copies(30)).toMatchObject({ rows: 30, of: 100, after: 0.3 });
  });

  test('by a first label are rows that came, not labels that changed', () => {
    const before = changed(old, (id, row) => (id % 10 === 0 ? { ...row, label: null } : row));
    const verdict = judgeData(questionOf(before, old, knowing, { day: 20_800 }));
    expect(verdict).toMatchObject({
      verdict: 'consistent',
      kinds: { labels: 0, inserted: 0, firstLabels: 400, unchanged: 3_600 },
    });
    const [note] = verdict.notes.filter(({ kind }) => kind === 'firstLabels');
    expect(note?.rows).toBe(400);
    expect(note?.value ?? 0).toBeLessThan(note?.upper ?? 0);
  });
});

describe('rows that went', () => {
  const went = (isGone: (row: Row, id: number) => boolean): DataVerdict =>
    judged(changed(old, (id, row) => (isGone(row, id) ? null : row)));

  test('are many from a tenth on', () => {
    const share = (count: number): Reason | undefined =>
      found(
        went((_, id) => (id * 7) % 4_000 < count),
        'manyRemoved',
      );
    expect(share(399)).toBeUndefined();
    expect(share(400)).toMatchObject({ rows: 400, of: 4_000 });
  });

  test('of a class of which nearly nothing is left', () => {
    const gone = (share: number): Reason | undefined => {
      const rare = changed(old, (id, row) => (id % 100 === 0 ? { ...row, label: 'maybe' } : row));
      let met = 0;
      const now = changed(rare, (_, row) => (row['label'] === 'maybe' && met++ < 40 * share ? null : row));
      return found(judged(now, {}, rare), 'classGone');
    };
    expect(gone(0.9)).toBeUndefined();
    expect(gone(0.95)).toMatchObject({ label: { from: 'maybe', to: null }, rows: 38, of: 40 });
  });

  test('of a class, and of a value, more than of the rest', () => {
    const value = (every: number): Reason | undefined =>
      found(
        went((row, id) => row['region'] === 'West' && id % 100 < every),
        'valueLostRows',
      );
    expect(value(22)).toBeUndefined();
    expect(value(30)).toMatchObject({ column: 'region', where: { column: 'region', value: 'West' } });
    const ofClass = (every: number): Reason | undefined =>
      found(
        went((row, id) => row['label'] === 'yes' && id % 100 < every),
        'classLostRows',
      );
    expect(ofClass(22)).toBeUndefined();
    expect(ofClass(30)).toMatchObject({ label: { from: 'yes', to: null } });
  });

  test('of a stretch of keys', () => {
    const stretch = (rows: number): Reason | undefined =>
      found(
        went((_, id) => (id >= 2_000 && id < 2_000 + rows) || id % 100 === 3),
        'stretchLostRows',
      );
    expect(stretch(15)).toBeUndefined();
    const reason = stretch(60);
    expect(reason).toMatchObject({ column: 'id' });
    const { from = 0, to = 0 } = reason?.where && 'from' in reason.where ? reason.where : {};
    expect(Math.abs(from - 2_000)).toBeLessThan(8);
    expect(Math.abs(to - 2_059)).toBeLessThan(8);
  });

  test('at random, or the oldest, are no reason', () => {
    expect(went((_, id) => (id * 37) % 100 < 3).verdict).toBe('consistent');
    const oldest = went((_, id) => id < 200);
    expect(oldest.verdict).toBe('consistent');
    expect(oldest.notes).toContainEqual(expect.objectContaining({ kind: 'retention', column: 'id', rows: 200 }));
  });

  test('of those that the parent gets wrong', () => {
    const wrong = (share: number): Reason | undefined =>
      found(
        went((row, id) => !isRight(row) && id % 100 < share),
        'stretchLostRows',
      );
    expect(wrong(15)).toBeUndefined();
    expect(wrong(60)).toMatchObject({ column: null, where: null });
  });
});

describe('bad input', () => {
  test('a parent that knows its train rows by heart is asked about the others alone', () => {
    const byHeart: Parent = (row) => (row['label'] === 'yes' ? [0.01, 0.99] : [0.99, 0.01]);
    const now = firstRows(old, 200, isRight, other);
    const question = questionOf(old, now, knowing);
    const { parent } = question;
    if (!parent) throw new Error('There is a parent');
    const train = questionOf(old, now, byHeart).parent?.train ?? parent.train;
    const verdict = judgeData({ ...question, parent: { ...parent, train } });
    expect(verdict.asked).toBe('unseenRows');
    expect(found(verdict, 'labels')?.asked).toBeLessThan(100);
    expect(verdict.notes.some(({ kind }) => kind === 'testRowsAlone')).toBe(true);
  });

  test('without probabilities columns, copies and removed rows are still judged', () => {
    const now = firstRows(old, 300, isRight, (row) => ({ ...row, z: 9_000 }));
    const kinds = judgeData(questionOf(old, now, null)).reasons.map(({ kind }) => kind);
    expect(kinds).toContain('columnBeyond');
    expect(kinds).not.toContain('features');
    expect(
      judgeData(
        questionOf(
          old,
          changed(old, (id, row) => (id % 3 ? row : null)),
          null,
        ),
      ).reasons[0]?.kind,
    ).toBe('manyRemoved');
  });

  test('a regression has no classes', () => {
    const judgedAs = {
      ...way,
      label: 'z',
      task: 'regression',
      columns: way.columns.filter(({ name }) => name !== 'z'),
    } as const;
    const now = changed(old, (id, row) =>
      id % 10 === 0 ? { ...row, x: 9_000 } : id % 10 === 1 ? { ...row, z: null } : row,
    );
    const verdict = judgeData(questionOf(old, now, null, { judged: judgedAs }));
    expect(verdict.reasons.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['columnBeyond', 'manyRemoved']));
    expect(verdict.kinds).toMatchObject({ features: 400, removed: 400 });
  });

  test('every label taken away is every row gone', () => {
    const verdict = judged(changed(old, (_, row) => ({ ...row, label: null })));
    expect(verdict.kinds).toMatchObject({ removed: 4_000, unchanged: 0 });
    expect(verdict.reasons.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['classGone', 'manyRemoved']));
  });

  test('every row removed, every row new, one class, a class that nobody knew', () => {
    expect(judged(new Map()).verdict).toBe('suspect');
    expect(judged(shop(4_000, 'shop', 10_000)).verdict).toBe('suspect');
    const one = changed(old, (_, row) => ({ ...row, label: 'no' }));
    expect(judgeData(questionOf(one, new Map([...one, ...shop(50, 'shop', 4_000)]), knowing)).kinds.inserted).toBe(50);
    const unknown = new Map([
      ...old,
      ...[...shop(200, 'shop', 4_000)].map(([id, row]) => [id, { ...row, label: 'new' }] as const),
    ]);
    expect(judged(unknown).kinds.inserted).toBe(200);
    expect(judged(firstRows(old, 1, isRight, () => null)).verdict).toBe('consistent');
  });

  test('a column of which nothing is known of the base is left out', () => {
    const question = questionOf(
      old,
      firstRows(old, 300, isRight, (row) => ({ ...row, z: 9_000 })),
      knowing,
    );
    const facts = { ...question.facts, columns: question.facts.columns.filter(({ name }) => name !== 'z') };
    expect(judgeData({ ...question, facts }).reasons).toEqual([]);
  });
});
