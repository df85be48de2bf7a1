import { describe, expect, test } from 'vitest';
import type { DataVerdict } from '../../src/data/judgement.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import { changed, questionOf, type Rows } from './support/question.ts';
import { knowing, shop } from './support/shop.ts';

const old = shop(3_000);
const verdictOf = (now: Rows): DataVerdict => judgeData(questionOf(old, now, knowing));
const kindsIn = (verdict: DataVerdict): string[] => verdict.reasons.map(({ kind }) => kind);

describe('the data’s verdict', () => {
  test('new rows like the old ones are consistent, and nothing changed is none', () => {
    const more = verdictOf(new Map([...old, ...shop(300, 'shop', 3_000)]));
    expect(more).toMatchObject({ verdict: 'consistent', reasons: [], hash: null });
    expect(more.kinds).toEqual({ unchanged: 3_000, labels: 0, features: 0, inserted: 300, firstLabels: 0, removed: 0 });
    expect(verdictOf(old)).toMatchObject({ verdict: 'none', hash: null });
  });

  test('a column that is wrong in one region is told with the region and what it costs', () => {
    const verdict = verdictOf(
      changed(old, (_, row) => (row['region'] === 'West' ? { ...row, x: 100 - Number(row['x']) } : row)),
    );
    expect(verdict.verdict).toBe('suspect');
    expect(verdict.reasons[0]).toMatchObject({
      kind: 'features',
      column: 'x',
      where: { column: 'region', value: 'West' },
      rows: verdict.kinds.features,
    });
    expect(verdict.reasons[0]?.before).toBeGreaterThan(0.85);
    expect(verdict.reasons[0]?.after).toBeLessThan(0.15);
  });

  test('a class that is gone is said', () => {
    const verdict = verdictOf(changed(old, (_, row) => (row['label'] === 'yes' ? null : row)));
    expect(kindsIn(verdict)).toContain('classGone');
    expect(verdict.reasons[0]).toMatchObject({ label: { from: 'yes', to: null } });
  });
});
