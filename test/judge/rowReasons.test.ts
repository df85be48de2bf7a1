// Rows that came and rows that went as reasons to ask a person, and input that is bad.
import { describe, expect, test } from 'vitest';
import type { DataVerdict, Reason } from '../../src/data/judgement.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import { changed, type Parent, questionOf, type Row, way } from './support/question.ts';
import { knowing, shop } from './support/shop.ts';
import { old, found, judged, firstRows, isRight, other } from './support/judged.ts';

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
