import { expect, test } from 'vitest';
import type { ModelView, VersionView } from '../../src/protocol/panel.ts';
import { chainOf } from '../../webview/page/chain.ts';
import { fourModels } from '../ui/panel/panelData.ts';

const [first] = fourModels.models;
if (!first) throw new Error('there are models');

const model = (number: number, parent: number | null): ModelView => ({
  ...first,
  number,
  parent,
  snapshot: `v${number}`,
  madeAt: `2026-11-0${number}T00:00:00.000Z`,
});

const version = (snapshot: string, day: number, safety = false): VersionView => ({
  snapshot,
  createdAt: `2026-11-0${day}T12:00:00.000Z`,
  rows: 1,
  safety,
});

const drawn = (models: readonly ModelView[], versions: readonly VersionView[] = []) =>
  chainOf(models, versions).rows.map(({ model: one, version: other, lane, above, below }) => [
    one ? `m${one.number}` : other?.snapshot,
    lane,
    above,
    below,
  ]);

test('a line of models is one lane, newest first', () => {
  expect(drawn([model(1, null), model(2, 1), model(3, 2)])).toEqual([
    ['m3', 0, [], [0]],
    ['m2', 0, [0], [0]],
    ['m1', 0, [0], []],
  ]);
});

test('two children of one model fork, and their lanes end in it', () => {
  // m3 was rejected, and m4 was trained from m2 again.
  expect(drawn([model(1, null), model(2, 1), model(3, 2), model(4, 2)])).toEqual([
    ['m4', 0, [], [0]],
    ['m3', 1, [0], [0, 1]],
    ['m2', 0, [0, 1], [0]],
    ['m1', 0, [0], []],
  ]);
});

test('a full fit begins a chain of its own, and its lane is free for others', () => {
  const chain = chainOf([model(1, null), model(2, 1), model(3, null)], []);
  expect(chain.lanes).toBe(1);
  expect(chain.rows.map(({ below }) => below)).toEqual([[], [0], []]);
});

test('versions that nobody trained on stand where they were made; ways back do not', () => {
  const versions = [version('v1', 1), version('v2', 2), version('v9', 3), version('before_restore_1', 3, true)];
  expect(drawn([model(1, null), model(2, 1)], versions)).toEqual([
    ['v9', 0, [], []],
    ['m2', 0, [], [0]],
    ['m1', 0, [0], []],
  ]);
});

test('a parent that is not there any more ends the lane', () => {
  expect(drawn([model(4, 3)])).toEqual([['m4', 0, [], []]]);
});
