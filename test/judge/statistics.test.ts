// The tests and scans of the judge, held against values that are known from elsewhere.
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import { greatestGap, rankingOf, rankingOfValues, ranksOf } from '../../src/judge/statistics/ranking.ts';
import { lossRatio, lostPrefix, lostStretch } from '../../src/judge/statistics/scan.ts';
import {
  normalStrength,
  normalTail,
  poissonUpTo,
  signTest,
  studentQuantile,
  studentTwoSided,
} from '../../src/judge/statistics/tails.ts';

describe('tails', () => {
  test('the sign test with mid-p is the sum that it says', () => {
    // P(X > 8) + P(X = 8) / 2 of ten throws: (10 + 1 + 45 / 2) / 1024.
    expect(signTest(8, 2)).toBeCloseTo(33.5 / 1024, 12);
    expect(signTest(2, 8)).toBeCloseTo(1 - 33.5 / 1024, 12);
    expect(signTest(0, 0)).toBe(1);
    expect(signTest(5, 5)).toBeCloseTo(0.5, 12);
    expect(signTest(0, 1)).toBeCloseTo(0.75, 12);
    expect(signTest(71, 3)).toBeLessThan(1e-4);
    expect(signTest(71, 3)).toBeGreaterThan(0);
    expect(signTest(50_500, 49_500)).toBeCloseTo(normalTail(1_000 / Math.sqrt(100_000)), 5);
  });

  test('Student’s tails are those of the tables, and the normal ones with many rows', () => {
    expect(studentTwoSided(12.706204736432095, 1)).toBeCloseTo(0.05, 10);
    expect(studentTwoSided(2.093024054408263, 19)).toBeCloseTo(0.05, 10);
    expect(studentTwoSided(3, 4)).toBeCloseTo(0.039942, 6);
    expect(studentTwoSided(0, 7)).toBe(1);
    // Of a million the normal tail: what the logarithm of Γ rounds is then the greatest part of the error.
    expect(studentTwoSided(1.959963984540054, 1e6)).toBeCloseTo(0.05, 5);
    expect(studentQuantile(0.05, 1)).toBeCloseTo(12.706204736432095, 8);
    expect(studentQuantile(0.05, 19)).toBeCloseTo(2.093024054408263, 10);
    expect(studentQuantile(0.05, 1e6)).toBeCloseTo(1.959966, 4);
  });

  test('normal and Poisson tails are those of the tables', () => {
    expect(normalTail(0)).toBeCloseTo(0.5, 7);
    expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 7);
    expect(normalTail(-1.644853626951473)).toBeCloseTo(0.95, 6);
    expect(normalStrength(4.5)).toBeCloseTo(5.4688, 3);
    expect(normalStrength(40)).toBeCloseTo(349.437, 1);
    expect(poissonUpTo(0, 20)).toBeCloseTo(Math.exp(-20), 15);
    expect(poissonUpTo(2, 3)).toBeCloseTo(Math.exp(-3) * (1 + 3 + 4.5), 12);
  });
});

describe('ranking', () => {
  const labels = Int32Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const scores = (score: (i: number) => number): Float32Array =>
    Float32Array.from({ length: 800 }, (_, i) => (i % 2 === 1 ? score(i >> 1) : 1 - score(i >> 1)));

  test('equal values share their ranks', () => {
    expect([...ranksOf(Float64Array.of(3, 1, 3, 2))]).toEqual([3.5, 1, 3.5, 2]);
  });

  test('values are ranked as Spearman says, ties at their mean', () => {
    const values = Float64Array.of(1, 2, 3, 4, 5, 5);
    expect(rankingOfValues(values, values)).toEqual({ skill: 1, error: 1 / Math.sqrt(5) });
    expect(
      rankingOfValues(
        values.map((value) => -value),
        values,
      )?.skill,
    ).toBe(-1);
    // 1 − 6 · Σd² / (n³ − n) where there are no ties: Σd² = 4 + 1 + 1 + 1 + 1 of five.
    expect(rankingOfValues(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(3, 1, 2, 5, 4))?.skill).toBeCloseTo(0.6, 12);
    expect(rankingOfValues(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2, 3, 4))).toBe(null);
    expect(
      rankingOfValues(
        values,
        values.map(() => 1),
      ),
    ).toBe(null);
  });

  test('a perfect order has skill 1, its reverse -1, and equal scores none', () => {
    expect(
      rankingOf(
        scores((i) => (i % 4 === 0 ? 0.9 : 0.2)),
        2,
        labels,
      )?.skill,
    ).toBeCloseTo(1, 9);
    expect(
      rankingOf(
        scores((i) => (i % 4 === 0 ? 0.2 : 0.9)),
        2,
        labels,
      )?.skill,
    ).toBeCloseTo(-1, 9);
    expect(
      rankingOf(
        scores(() => 0.5),
        2,
        labels,
      )?.skill,
    ).toBeCloseTo(0, 9);
  });

  test('labels that have nothing to do with the scores leave no skill', () => {
    const random = seededRandom('permuted');
    const skills = Array.from({ length: 40 }, () => {
      const order = Float64Array.from({ length: 400 }, () => random.fraction());
      return (
        rankingOf(
          scores((i) => order[i] ?? 0),
          2,
          labels,
        ) ?? { skill: 1, error: 0 }
      );
    });
    const mean = skills.reduce((sum, { skill }) => sum + skill / 40, 0);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(skills.filter(({ skill, error }) => Math.abs(skill) > 3.5 * error)).toEqual([]);
  });

  test('a class of four rows is not asked', () => {
    expect(rankingOf(scores(() => 0.5).slice(0, 16), 2, Int32Array.of(1, 1, 1, 1, 0, 0, 0, 0))).toBeNull();
  });

  test('the greatest gap is that of the two distributions', () => {
    expect(greatestGap(Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3))).toBe(0);
    expect(greatestGap(Float64Array.of(1, 1, 1), Float64Array.of(2, 2))).toBe(1);
    expect(greatestGap(Float64Array.of(1, 2, 3, 4), Float64Array.of(3, 4, 5, 6))).toBeCloseTo(0.5, 12);
  });
});

describe('scans', () => {
  test('a part that loses as the rest does has no ratio, and one that loses more has one', () => {
    expect(lossRatio(10, 100, 100, 1_000)).toBe(0);
    expect(lossRatio(5, 100, 100, 1_000)).toBe(0);
    expect(lossRatio(40, 100, 100, 1_000)).toBeGreaterThan(25);
  });

  test('the stretch that is gone is found to a row', () => {
    const values = Float64Array.from({ length: 1_000 }, (_, i) => i);
    const rows = new Float64Array(1_000).fill(1);
    const lost = Float64Array.from(values, (i) => ((i >= 300 && i < 360) || i % 200 === 7 ? 1 : 0));
    expect(lostStretch({ values, rows, lost }, [0.3, 0.6, 0.95])).toMatchObject({ from: 300, to: 359, lost: 60 });
  });

  test('the oldest rows are a prefix, and a stretch in the middle is none', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => i);
    const rows = new Float64Array(100).fill(1);
    expect(lostPrefix({ values, rows, lost: Float64Array.from(values, (i) => (i < 30 ? 1 : 0)) }, 0.8)).toEqual({
      to: 29,
      lost: 30,
    });
    const middle = Float64Array.from(values, (i) => (i >= 30 && i < 60 ? 1 : 0));
    expect(lostPrefix({ values, rows, lost: middle }, 0.8)).toBeNull();
  });
});
