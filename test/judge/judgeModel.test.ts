// A child is found worse on unchanged rows alone, better on rows as they are alone, and seldom wrongly.
import { describe, expect, test } from 'vitest';
import { seededRandom, type Random } from '../../src/base/random.ts';
import { judgeModel, type ModelQuestion, type Pairs } from '../../src/judge/judgeModel.ts';
import { lookRule } from '../../src/judge/rule.ts';
import { countPairs } from '../../src/judge/statistics/paired.ts';

/** Rows by who has them right: both, only the parent, only the child. */
function pairs(both: number, parentOnly: number, childOnly: number): Pairs & { kind: 'classes' } {
  const child = new Uint8Array(both + parentOnly + childOnly).fill(1);
  const parent = child.slice();
  child.fill(0, both, both + parentOnly);
  parent.fill(0, both + parentOnly);
  return { kind: 'classes', child, parent };
}

const question = (of: Partial<ModelQuestion>): ModelQuestion => ({
  unchanged: null,
  now: null,
  removed: null,
  baseline: null,
  maxDrop: 0.005,
  look: 7,
  ...of,
});

describe('the model’s verdict', () => {
  test('worse needs a difference beyond maxDrop and a chance below the look’s share', () => {
    const look = (test: Pairs, validation: Pairs | null = null) =>
      judgeModel(question({ unchanged: { test, validation }, now: test }));
    // p of 28 : 10 is .0017, of 27 : 10 .00255; the look's share .0023.
    expect(look(pairs(960, 28, 10)).verdict).toBe('worse');
    expect(look(pairs(960, 27, 10)).verdict).toBe('unclear');
    // A smaller chance, and a difference of .3 points.
    expect(look(pairs(9_910, 60, 30)).verdict).toBe('same');
    expect(look(pairs(960, 30, 10)).look).toEqual({ number: 7, of: 20, alpha: 0.0023 });
  });

  test('validation rows count for worse', () => {
    const test = pairs(960, 22, 10);
    expect(judgeModel(question({ unchanged: { test, validation: null }, now: test })).verdict).toBe('unclear');
    const both = judgeModel(question({ unchanged: { test, validation: pairs(960, 24, 10) }, now: test }));
    expect(both).toMatchObject({ verdict: 'worse', unchanged: { n: 2 * 992 + 2, verdict: 'worse' } });
  });

  test('better is said of rows as they are, and removed rows count as they were', () => {
    const unchanged = { test: pairs(1_000, 2, 2), validation: null };
    const now = pairs(950, 10, 40);
    expect(judgeModel(question({ unchanged, now })).verdict).toBe('better');
    // The child need not know a class any more whose rows were deleted.
    expect(judgeModel(question({ unchanged, now, removed: pairs(0, 60, 0) })).verdict).toBe('unclear');
  });

  test('no worse is said where a drop beyond maxDrop is out of the question, though it may be better', () => {
    // Of 4,000 rows 1 % differ: the standard error is .16 points.
    const look = (lost: number, won: number, of: Partial<ModelQuestion> = {}) => {
      const test = pairs(3_960, lost, won);
      return judgeModel(question({ unchanged: { test, validation: null }, now: test, ...of }));
    };
    expect(look(20, 20).verdict).toBe('same');
    expect(look(10, 30).verdict).toBe('noWorse');
    expect(look(26, 14).verdict).toBe('unclear');
    // Rows that were removed count as they were, here too.
    expect(look(20, 20, { removed: pairs(0, 60, 0) }).verdict).toBe('unclear');
    // Nor is it said where the unchanged rows alone speak against it.
    const against = { test: pairs(400, 14, 3), validation: null };
    expect(judgeModel(question({ unchanged: against, now: pairs(9_000, 20, 20) })).verdict).toBe('unclear');
  });

  test('of children that are worse by maxDrop at most one in twenty is called no worse', () => {
    const random = seededRandom('no worse');
    let called = 0;
    for (let i = 0; i < 2_000; i++) {
      const now = draw(random, 4_000, 0.03, 0.005);
      const { verdict } = judgeModel(question({ unchanged: { test: now, validation: null }, now }));
      called += verdict === 'noWorse' || verdict === 'same' ? 1 : 0;
    }
    expect(called / 2_000).toBeGreaterThan(0.02);
    expect(called / 2_000).toBeLessThan(0.065);
  });

  test('rows as they are never make it worse, and unchanged ones never better', () => {
    const even = { test: pairs(1_000, 9, 9), validation: null };
    expect(judgeModel(question({ unchanged: even, now: pairs(900, 100, 0) })).verdict).toBe('unclear');
    expect(
      judgeModel(question({ unchanged: { test: pairs(900, 0, 100), validation: null }, now: pairs(900, 9, 9) }))
        .verdict,
    ).toBe('unclear');
  });

  test('with a baseline the two share the chance of a false worse', () => {
    const fine = { test: pairs(1_000, 1, 1), validation: null };
    // p of 28 : 10 is .0017: enough for one rival, too little for two.
    const baseline = { test: pairs(961, 28, 10), validation: null };
    expect(judgeModel(question({ unchanged: baseline, now: pairs(1_000, 1, 1) })).verdict).toBe('worse');
    expect(judgeModel(question({ unchanged: fine, now: pairs(1_000, 1, 1), baseline })).verdict).toBe('unclear');
    const worse = { test: pairs(960, 33, 10), validation: null };
    expect(judgeModel(question({ unchanged: fine, now: pairs(1_000, 1, 1), baseline: worse })).baseline?.verdict).toBe(
      'worse',
    );
  });

  test('nothing unchanged is nothing to compare by', () => {
    expect(judgeModel(question({ now: pairs(900, 0, 100) }))).toMatchObject({ verdict: 'none', unchanged: null });
    const empty = { test: pairs(0, 0, 0), validation: null };
    expect(judgeModel(question({ unchanged: empty, now: pairs(900, 0, 100) })).verdict).toBe('none');
  });

  test('a regression is judged by its squared errors', () => {
    const random = seededRandom('errors');
    const labels = Float64Array.from({ length: 500 }, () => random.fraction() * 10);
    const parent = labels.map(() => random.fraction() - 0.5);
    const worse: Pairs = { kind: 'values', parent, labels, child: parent.map((error) => error * 3) };
    expect(judgeModel(question({ unchanged: { test: worse, validation: null }, now: worse }))).toMatchObject({
      verdict: 'worse',
      metric: 'rmse',
    });
    const equal: Pairs = { kind: 'values', parent, labels, child: parent.map((error) => -error) };
    expect(judgeModel(question({ unchanged: { test: equal, validation: null }, now: equal })).verdict).toBe('same');
  });
});

/** So many of n throws that each succeed with a chance. */
function throws(random: Random, n: number, chance: number): number {
  let found = 0;
  for (let i = 0; i < n; i++) if (random.fraction() < chance) found += 1;
  return found;
}

/** Rows on which two models differ, as many as normal draws of them vary, and those of them that the child loses. */
function draw(random: Random, n: number, share: number, drop: number): Pairs {
  let normal = -6;
  for (let i = 0; i < 12; i++) normal += random.fraction();
  const differ = Math.max(0, Math.round(n * share + normal * Math.sqrt(n * share * (1 - share))));
  const lost = throws(random, differ, 0.5 + drop / (2 * share));
  return pairs(n - differ, lost, differ - lost);
}

describe('many looks', () => {
  const isWorse = (random: Random, drop: number): boolean => {
    const unchanged = { test: draw(random, 2_000, 0.06, drop), validation: draw(random, 2_000, 0.06, drop) };
    return judgeModel(question({ unchanged })).verdict === 'worse';
  };

  test('of 2,000 honest lineages of twenty rounds at most 5 % hear a false worse', { timeout: 120_000 }, () => {
    const random = seededRandom('lineages');
    let cried = 0;
    for (let lineage = 0; lineage < 2_000; lineage++) {
      let worse = false;
      for (let look = 0; look < lookRule.looks; look++) worse = isWorse(random, 0) || worse;
      cried += worse ? 1 : 0;
    }
    expect(cried / 2_000).toBeLessThanOrEqual(0.05);
    // Not because the rule never says it: the budget is spent.
    expect(cried / 2_000).toBeGreaterThan(0.03);
  });

  test('nor of regressions, where a look has only ten test and ten validation rows', () => {
    const random = seededRandom('few rows of a regression');
    const values = (): Float64Array =>
      Float64Array.from({ length: 10 }, () => random.fraction() + random.fraction() + random.fraction() - 1.5);
    const few = (): Pairs => ({ kind: 'values', child: values(), parent: values(), labels: values() });
    const isWorseByChance = (): boolean =>
      judgeModel(question({ unchanged: { test: few(), validation: few() } })).verdict === 'worse';
    let cried = 0;
    for (let lineage = 0; lineage < 500; lineage++)
      cried += Array.from({ length: lookRule.looks }, isWorseByChance).includes(true) ? 1 : 0;
    expect(cried / 500).toBeLessThanOrEqual(0.05);
    expect(cried / 500).toBeGreaterThan(0.02);
  });

  test('a single row, or rows of one label, say nothing of a regression', () => {
    const look = (child: number[], parent: number[], labels: number[]) => {
      const test: Pairs = {
        kind: 'values',
        child: Float64Array.from(child),
        parent: Float64Array.from(parent),
        labels: Float64Array.from(labels),
      };
      return judgeModel(question({ unchanged: { test, validation: null }, now: test })).verdict;
    };
    expect(look([90], [1], [5])).toBe('unclear');
    expect(look([90, 80, 70], [1, 1, 1], [5, 5, 5])).toBe('unclear');
    // Three rows that all are worse by the same have one chance in eight to be.
    expect(look([9, 9, 9], [1, 1, 1], [4, 5, 6])).toBe('unclear');
    expect(
      look(
        Array.from({ length: 20 }, () => 9),
        Array.from({ length: 20 }, () => 1),
        [...Array(20).keys()],
      ),
    ).toBe('worse');
  });

  test('drops of 1 and 2 points on 2,000 rows are found as often as by the gate of 0.1, 44 and 96 %, or nearly', () => {
    const random = seededRandom('drops');
    const found = (drop: number): number => {
      let worse = 0;
      for (let i = 0; i < 1_000; i++) worse += isWorse(random, drop) ? 1 : 0;
      return worse / 1_000;
    };
    expect(found(0.01)).toBeGreaterThan(0.9 * 0.44 - 0.03);
    expect(found(0.02)).toBeGreaterThan(0.96);
  });

  test('rows are counted by who lost them', () => {
    const { child, parent } = pairs(3, 2, 1);
    expect(countPairs(child, parent)).toEqual({ n: 6, child: 4, parent: 5, lost: 2, won: 1 });
  });
});
