import { describe, expect, test } from 'vitest';
import { fullEpochs, replayRule, updateEpochs } from '../../../src/train/models/mlp/replay.ts';
import type { MlpOptions } from '../../../src/train/models/mlp/options.ts';

const options: MlpOptions = {
  hidden: [64, 32],
  batch: 128,
  learningRate: 3e-3,
  epochs: 20,
  replayShare: 0.2,
  replayRows: 10_000,
  distillation: 0.5,
};

describe('what a delta update replays', () => {
  test('a share of a large table', () => {
    const { share, epochs, rate } = replayRule(options, 92_700, 2_878);
    expect(share * (92_700 - 2_878)).toBeCloseTo(0.2 * 92_700, 6);
    expect({ epochs, rate }).toEqual({ epochs: 2, rate: 1 });
  });
  test('at least 10,000 rows with the changed ones', () => {
    const { share, epochs } = replayRule(options, 20_000, 1_000);
    expect(share * 19_000).toBeCloseTo(9_000, 6);
    expect(epochs).toBe(4);
  });
  test('all of a small table, more often', () => {
    expect(replayRule(options, 5_000, 1_000)).toEqual({ share: 1, asWindow: false, epochs: 8, rate: 1 });
    expect(replayRule(options, 1_000, 100)).toEqual({ share: 1, asWindow: false, epochs: 30, rate: 1 });
    expect(replayRule(options, 1_000, 1_000)).toEqual({ share: 0, asWindow: false, epochs: 30, rate: 1 });
  });
  test('nothing when the plan says so, and then gently', () => {
    const none = { ...options, replayShare: 0, replayRows: 0 };
    expect(replayRule(none, 50_000, 1_000)).toEqual({ share: 0, asWindow: false, epochs: 3, rate: 0.1 });
  });
  const open = { replayShare: null, replayRows: null };
  test('where nothing is said, of a large table 40,000 rows in one epoch, however large it is, and two with a new class', () => {
    for (const trainRows of [80_000, 1_000_000, 50_000_000]) {
      const { share, ...rule } = replayRule(open, trainRows, 3_000);
      expect(share * (trainRows - 3_000)).toBeCloseTo(40_000, 3);
      expect(rule).toEqual({ asWindow: true, epochs: 1, rate: 1 });
      expect(replayRule(open, trainRows, 3_000, 1)).toMatchObject({ asWindow: true, epochs: 2 });
    }
  });
  test('below that, and where little is left unchanged, and by what a file says: a share, as ever', () => {
    const usual = { replayShare: 0.2, replayRows: 10_000 };
    for (const [trainRows, deltaRows] of [
      [79_999, 3_000],
      [20_000, 1_000],
      [90_000, 60_000],
    ] as const)
      expect(replayRule(open, trainRows, deltaRows)).toEqual(replayRule(usual, trainRows, deltaRows));
    expect(replayRule(usual, 1_000_000, 3_000)).toMatchObject({ asWindow: false, epochs: 2 });
    expect(replayRule({ replayShare: null, replayRows: 60_000 }, 100_000, 0)).toMatchObject({
      share: 0.6,
      asWindow: false,
    });
  });
  test('epochs fall as rows grow, never below 2', () => {
    expect([9_999, 13_000, 20_000, 1e6].map((rows) => updateEpochs(rows, 1e6))).toEqual([4, 3, 2, 2]);
  });
  test('a full fit of few rows takes more epochs, within ten times the plan', () => {
    expect([100, 1_000, 2_000, 5_000, 1e6].map((rows) => fullEpochs(options, rows))).toEqual([200, 100, 50, 20, 20]);
  });
});
