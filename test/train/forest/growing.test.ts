import { describe, expect, test } from 'vitest';
import { at } from '../../../src/base/assert.ts';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import type { BinLayout } from '../../../src/data/trainPage.ts';
import { growTrees } from '../../../src/train/models/forest/growing.ts';
import type { ForestSettings } from '../../../src/train/models/forest/options.ts';
import { changedBag, emptyBag, type RowBag } from '../../../src/train/models/forest/rowBag.ts';
import { shapeOf } from '../../../src/train/models/forest/state.ts';
import { type Trees, treesFault, widerTrees } from '../../../src/train/models/forest/trees.ts';

const layout: BinLayout = {
  features: [
    { name: 'size', bins: 60, ordered: true },
    { name: 'place', bins: 9, ordered: false },
    { name: 'flag', bins: 3, ordered: true },
    { name: 'day', bins: 256, ordered: true },
    { name: 'nothing', bins: 2, ordered: true },
  ],
};
const width = layout.features.length;
const pause = (): Promise<void> => Promise.resolve();

/** A row and its label, which follows from two of its features, with some noise. */
function someRow(random: Random, classes: number): { readonly bins: number[]; readonly label: number } {
  const bins = layout.features.map((feature) => random.below(feature.bins));
  const signal = at(bins, 0) / 20 + (at(bins, 1) % 3) + random.below(2);
  return { bins, label: classes === 0 ? Math.round(signal * 1_000) - 3_000 : Math.floor(signal) % classes };
}

type Row = ReturnType<typeof someRow>;

/** One bag of signed rows, through the sort and the merge of the product. */
function bagOf(rows: readonly (Row & { readonly times: number })[]): RowBag {
  let bag = emptyBag(width);
  for (const { bins, label, times } of rows) {
    const one = { features: width, bins: Uint8Array.from(bins), labels: Int32Array.of(label) };
    bag = changedBag(bag, { ...one, times: Int32Array.of(times) });
  }
  return bag;
}

/** Changes as a bag, whose times may be negative: sorted as a bag of rows is. */
function changesOf(gone: readonly Row[], come: readonly Row[]): RowBag {
  const keyOf = ({ bins, label }: Row): string => JSON.stringify([bins, label]);
  const times = new Map<string, { row: Row; times: number }>();
  for (const [rows, sign] of [[gone, -1] as const, [come, 1] as const])
    for (const row of rows) {
      const found = times.get(keyOf(row)) ?? { row, times: 0 };
      times.set(keyOf(row), { row, times: found.times + sign });
    }
  const kept = [...times.values()].filter((one) => one.times !== 0);
  const sorted = bagOf(kept.map(({ row }) => ({ ...row, times: 1 })));
  return {
    ...sorted,
    times: sorted.labels.map((label, i) => {
      const bins = [...sorted.bins.subarray(i * width, (i + 1) * width)];
      return times.get(keyOf({ bins, label }))?.times ?? 0;
    }),
  };
}

const base: ForestSettings = {
  ...{ trees: 3, seed: 7, candidates: 16, leaf: 3, randomLevels: 2, ranks: 8, keptFrom: 16, smoothing: 1 },
};

const cases: readonly (readonly [string, number, Partial<ForestSettings>])[] = [
  ['three classes', 3, {}],
  ['the best gain', 3, { ranks: 0 }],
  ['no random levels, leaves of one row', 2, { randomLevels: 0, leaf: 1 }],
  ['many random levels', 2, { randomLevels: 6 }],
  ['counts that are kept of every node', 3, { keptFrom: 2 }],
  ['counts that are kept of no node', 3, { keptFrom: 1_000_000 }],
  ['one candidate', 2, { candidates: 1 }],
  ['numbers', 0, {}],
  ['numbers, with counts kept of few nodes', 0, { keptFrom: 200, leaf: 10 }],
];

describe.each(cases)('trees of %s', (_, classes, change) => {
  test('are the same after updates as from the rows that are left, whatever the size of the update', async () => {
    const settings = { ...base, ...change };
    const shape = shapeOf({ settings, classes });
    const random = seededRandom(`rounds of ${JSON.stringify(change)}`);
    const rows = Array.from({ length: 700 }, () => someRow(random, classes));
    let bag = bagOf(rows.map((row) => ({ ...row, times: 1 })));
    let { trees } = await growTrees(bag, layout, shape, null, pause);
    for (const size of [1, 3, 30, 300, 0, 120, 2]) {
      const gone = Array.from({ length: size }, () => at(rows.splice(random.below(rows.length), 1), 0));
      const come = Array.from({ length: size === 0 ? 1 : Math.ceil(size / 2) }, () => someRow(random, classes));
      rows.push(...come);
      const changes = changesOf(gone, come);
      const before = bag;
      bag = changedBag(before, changes);
      const from = { trees, changes, rows: before.times.reduce((sum, count) => sum + count, 0) };
      const updated = await growTrees(bag, layout, shape, from, pause);
      const full = await growTrees(bag, layout, shape, null, pause);
      expect(updated.trees, `after ${size} rows went`).toEqual(full.trees);
      expect(treesFault(updated.trees, shape)).toBeNull();
      ({ trees } = updated);
    }
    expect(bagOf(rows.map((row) => ({ ...row, times: 1 })))).toEqual(bag);
  });
});

test('a small update goes over a small part of the rows', async () => {
  const random = seededRandom('share');
  const rows = Array.from({ length: 3_000 }, () => ({ ...someRow(random, 3), times: 1 }));
  const shape = shapeOf({ settings: base, classes: 3 });
  const bag = bagOf(rows);
  const { trees } = await growTrees(bag, layout, shape, null, pause);
  const changes = changesOf(rows.slice(0, 3), []);
  const left = changedBag(bag, changes);
  const { share } = await growTrees(left, layout, shape, { trees, changes, rows: 3_000 }, pause);
  expect(share).toBeLessThan(0.15);
});

test('equal rows are one row, however often', async () => {
  const shape = shapeOf({ settings: base, classes: 2 });
  const row = { bins: [1, 2, 1, 3, 0], label: 0 };
  const other = { bins: [50, 2, 1, 3, 0], label: 1 };
  const bag = bagOf([
    { ...row, times: 40 },
    { ...other, times: 60 },
  ]);
  expect([...bag.times]).toEqual([40, 60]);
  const changes = changesOf([row, row], []);
  const left = changedBag(bag, changes);
  expect([...left.times]).toEqual([38, 60]);
  const { trees } = await growTrees(bag, layout, shape, null, pause);
  const updated = await growTrees(left, layout, shape, { trees, changes, rows: 100 }, pause);
  expect(updated.trees).toEqual((await growTrees(left, layout, shape, null, pause)).trees);
});

test('a row that was never learnt cannot be taken back', () => {
  const bag = bagOf([{ bins: [1, 2, 1, 3, 0], label: 0, times: 1 }]);
  expect(() => changedBag(bag, changesOf([{ bins: [1, 2, 1, 3, 0], label: 1 }], []))).toThrow(
    'it never learnt a row that is to be taken back. Train fully.',
  );
});

test('trees for more classes are the same trees', async () => {
  const random = seededRandom('wider');
  const bag = bagOf(Array.from({ length: 500 }, () => ({ ...someRow(random, 3), times: 1 })));
  const grown = (classes: number): Promise<{ trees: Trees }> =>
    growTrees(bag, layout, shapeOf({ settings: base, classes }), null, pause);
  const { trees } = await grown(3);
  expect(widerTrees(trees, shapeOf({ settings: base, classes: 3 }), 2)).toEqual((await grown(5)).trees);
});

test('bytes that are no trees are told from such that are', async () => {
  const random = seededRandom('fault');
  const shape = shapeOf({ settings: base, classes: 3 });
  const bag = bagOf(Array.from({ length: 200 }, () => ({ ...someRow(random, 3), times: 1 })));
  const { trees } = await growTrees(bag, layout, shape, null, pause);
  const fault = (change: Partial<Trees>): string | null => treesFault({ ...trees, ...change }, shape);
  expect(fault({})).toBeNull();
  expect(fault({ lengths: trees.lengths.slice(1) })).toBe('it has another number of trees than it says');
  expect(fault({ bytes: trees.bytes.slice(1) })).toBe('its trees are longer or shorter than it says');
  expect(fault({ bytes: trees.bytes.map(() => 255) })).toBe('one of its trees is none');
  expect(fault({ bytes: trees.bytes.map(() => 2) })).toBe('one of its trees is none');
});
