import { expect, test } from 'vitest';
import { accuracyLayout, curveLayout, differenceScale, pairsOf, spreadLabels } from '../../webview/ui/chart.ts';
import { models, worse, worseModel } from '../ui/panel/panelData.ts';

test('a model is drawn with the test that shows what it lost, and the other one beside it', () => {
  const { main, other } = pairsOf(worseModel, 'accuracy');
  expect(main).toMatchObject({ test: 'onParent', verdict: 'worse', child: { value: 0.713 }, parent: { value: 0.844 } });
  expect(other).toMatchObject({ test: 'onSnapshot', child: { value: 0.781 } });
});

test('tests that agree are one pair, on the new labels; a first model stands alone', () => {
  const better = models.find((model) => model.number === 4);
  expect(better && pairsOf(better, 'accuracy')).toMatchObject({ main: { test: 'onSnapshot' }, other: null });
  const first = models.find((model) => model.number === 1);
  expect(first && pairsOf(first, 'accuracy')).toMatchObject({
    main: { test: null, parent: null, child: { value: 0.804 } },
    other: null,
  });
});

test('the accuracy chart: every mark inside, in order, higher for better', () => {
  const layout = accuracyLayout(worse.models, 'accuracy', 640, 216);
  expect(layout.points.map((point) => point.model.number)).toEqual([1, 2, 3, 4, 5]);
  expect(layout.width).toBeLessThanOrEqual(640);
  for (const { main, other, x } of layout.points)
    for (const pair of [main, other])
      for (const mark of pair ? [pair.child, pair.parent] : []) {
        if (!mark) continue;
        expect(mark.high).toBeLessThanOrEqual(mark.y);
        expect(mark.low).toBeGreaterThanOrEqual(mark.y);
        expect(mark.high).toBeGreaterThanOrEqual(0);
        expect(mark.low).toBeLessThanOrEqual(216 - 39);
        expect(Math.abs(mark.x - x)).toBeLessThan(layout.slot / 2);
      }
  const last = layout.points.at(-1);
  expect(last?.main.child.y).toBeGreaterThan(last?.main.parent?.y ?? Infinity);
});

test('links lead from each parent to its child, and tell a rejected child', () => {
  const sixth = { ...(models.at(-1) ?? worseModel), number: 6, parent: 4 };
  const layout = accuracyLayout([...worse.models, sixth], 'accuracy', 640, 216);
  expect(layout.links.map((link) => link.rejected)).toEqual([false, false, false, true, false]);
  const fourth = layout.points[3]?.main.child;
  expect(layout.links.slice(3).map((link) => link.from)).toEqual([fourth, fourth]);
});

test('many models get slots of a readable width, and the chart grows wider than its room', () => {
  const many = Array.from({ length: 200 }, (_, i) => ({ ...worseModel, number: i + 1, parent: i || null }));
  const layout = accuracyLayout(many, 'accuracy', 640, 216);
  expect(layout.slot).toBeGreaterThanOrEqual(80);
  expect(layout.width).toBe(layout.slot * 200);
});

test('curves: a line through what is there, a gap where nothing is, a label at the end', () => {
  const box = { width: 200, height: 100, left: 30, right: 50 };
  const { series, ticks } = curveLayout([1, 2, 3], [[1, 0.5, 0.25], [null, null, null], [0.9]], 10, box);
  expect(series[0]?.path).toMatch(/^M30,/);
  expect(series[0]?.end).toMatchObject({ value: 0.25 });
  expect(series[1]).toEqual({ path: '', end: null });
  expect(series[2]?.path).toMatch(/h2$/);
  expect(ticks.length).toBeGreaterThan(1);
  expect(curveLayout([1, 2], [[0.5, 0.5]], 2, box).series[0]?.path).not.toContain('NaN');
  expect(curveLayout([], [[]], 0, box).series[0]?.end).toBeNull();
});

test('epochs that a fast run did not tell of leave room for themselves', () => {
  const box = { width: 130, height: 100, left: 20, right: 20 };
  expect(curveLayout([1, 5, 10], [[1, 0.5, 0.25]], 10, box).series[0]?.end?.x).toBe(110);
  expect(curveLayout([1, 5], [[1, 0.5]], 10, box).series[0]?.end?.x).toBe(60);
});

test('labels are moved apart, and stay in their order and inside', () => {
  expect(spreadLabels([50, 52], 13, 0, 100)).toEqual([50, 63]);
  expect(spreadLabels([52, 50], 13, 0, 100)).toEqual([63, 50]);
  const low = spreadLabels([98, 99, 97], 13, 0, 100);
  expect(Math.max(...low)).toBeLessThanOrEqual(100);
  expect(new Set(low).size).toBe(3);
  expect(spreadLabels([10, 90], 13, 0, 100)).toEqual([10, 90]);
});

test('differences: zero in the middle, the widest interval inside', () => {
  const tests = worse.models.flatMap((model) => model.guard?.onParent ?? []);
  const scale = differenceScale(tests, 60);
  expect(scale(0)).toBe(60);
  for (const one of tests) {
    expect(scale(one.low)).toBeGreaterThanOrEqual(0);
    expect(scale(one.high)).toBeLessThanOrEqual(120);
  }
});
