import { describe, expect, test } from 'vitest';
import type { PairedTest, Verdict } from '../../src/data/trainer.ts';
import { verdictOf } from '../../src/train/measure/guard.ts';
import { mcnemar, pairedTest } from '../../src/judge/statistics/paired.ts';
import { metricsOf } from '../../src/train/measure/metrics.ts';
import { fitTemperature } from '../../src/train/measure/temperature.ts';

/** Rows of each of the four kinds: both right, only the parent, only the child, neither. */
function answers(both: number, parentOnly: number, childOnly: number, neither: number): PairedTest {
  const row = (child: number, parent: number, count: number) =>
    Array.from({ length: count }, () => ({ child, parent }));
  const rows = [...row(1, 1, both), ...row(0, 1, parentOnly), ...row(1, 0, childOnly), ...row(0, 0, neither)];
  return pairedTest(
    Uint8Array.from(rows, ({ child }) => child),
    Uint8Array.from(rows, ({ parent }) => parent),
  );
}

describe('metrics', () => {
  test('McNemar is exact for few rows and normal for many, and they meet', () => {
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(5, 5)).toBe(1);
    // 2 · (1 + 10 + 45) / 1024
    expect(mcnemar(2, 8)).toBeCloseTo(112 / 1024, 12);
    expect(mcnemar(8, 2)).toBeCloseTo(112 / 1024, 12);
    expect(mcnemar(0, 6)).toBeCloseTo(2 / 64, 12);
    expect(mcnemar(950, 1_049)).toBeCloseTo(mcnemar(951, 1_049), 2);
    // z = (100 - 1) / sqrt(2500) = 1.98, two-sided.
    expect(mcnemar(1_200, 1_300)).toBeCloseTo(0.0477, 4);
  });

  test('a paired test counts what changed', () => {
    const one = answers(700, 40, 60, 200);
    expect(one).toMatchObject({ n: 1_000, child: 0.76, parent: 0.74, difference: 0.02 });
    // By hand: 20/1002 ± 1.96 · sqrt(101 - 400/1002) / 1002.
    expect(one.low).toBeCloseTo(20 / 1002 - 0.019618, 5);
    expect(one.high).toBeCloseTo(20 / 1002 + 0.019618, 5);
    expect(one.detectable).toBeCloseTo((2.801585 * Math.sqrt(101)) / 1002, 6);
    // No discordant row among few is no proof that there is no difference.
    expect(answers(60, 0, 0, 10).high).toBeGreaterThan(0.02);
  });

  test('accuracy and log loss of a set', () => {
    expect(metricsOf(Uint8Array.of(1, 0, 1, 1), 2)).toMatchObject({ accuracy: 0.75, logLoss: 0.5, n: 4 });
  });

  test('the temperature finds how sure scores may be', () => {
    // 80 % of labels are the first class, and the scores say 99.7 %: the right sharpness is ln(4) / 6.
    const labels = Int32Array.from({ length: 1_000 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    const values = Float32Array.from({ length: 2_000 }, (_, i) => (i % 2 === 0 ? 6 : 0));
    expect(fitTemperature({ classes: 2, values }, labels)).toBeCloseTo(6 / Math.log(4), 2);
    expect(fitTemperature({ classes: 2, values }, labels.subarray(0, 10))).toBe(1);
  });
});

describe('the guard', () => {
  const named: Record<string, { test: PairedTest; verdict: Verdict }> = {
    'the whole interval below 0': { test: answers(800, 50, 20, 130), verdict: 'worse' },
    'the interval inside the tolerance': { test: answers(9_000, 3, 3, 994), verdict: 'same' },
    'the whole interval above 0': { test: answers(800, 20, 50, 130), verdict: 'better' },
    neither: { test: answers(800, 40, 45, 115), verdict: 'unclear' },
    'few rows, none discordant': { test: answers(60, 0, 0, 10), verdict: 'unclear' },
  };
  test.each(Object.entries(named))('%s', (_, { test: one, verdict }) => {
    expect(verdictOf(one, 0.005)).toBe(verdict);
  });

  test('a clear drop beyond the tolerance is worse although the interval touches 0', () => {
    const one = { ...answers(800, 40, 45, 115), difference: -0.01, low: -0.02, high: 0.0001, p: 0.049 };
    expect(verdictOf(one, 0.005)).toBe('worse');
    expect(verdictOf({ ...one, p: 0.051 }, 0.005)).toBe('unclear');
    expect(verdictOf(one, 0.02)).toBe('unclear');
  });
});
