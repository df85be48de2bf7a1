import { expect, test } from 'vitest';
import { changeSince, lineageOf, matrixOf, shadeOf, shortVersion, transferOf } from '../../webview/page/matrix.ts';
import { worse, worseModel } from '../ui/panel/panelData.ts';

const matrix = matrixOf(worse.models, worse.versions, worse.matrix, 'accuracy');

test('the diagonal comes from the models themselves, the rest from evaluations', () => {
  expect(matrix.versions).toEqual(['weather_v1', 'weather_v2', 'weather_v3', 'weather_v4', 'weather_v4b']);
  expect(matrix.cell(3, 'weather_v3')?.accuracy).toBe(0.831);
  expect(matrix.cell(3, 'weather_v1')?.accuracy).toBe(0.803);
  expect(matrix.cell(2, 'weather_v4')).toBeUndefined();
});

test('safety snapshots are no versions; a version whose snapshot is gone still is one', () => {
  const safety = { snapshot: 'before', createdAt: '', rows: 1, safety: true };
  const without = matrixOf(worse.models, [...worse.versions.slice(1), safety], worse.matrix, 'accuracy');
  expect(without.versions).toEqual(['weather_v1', 'weather_v2', 'weather_v3', 'weather_v4', 'weather_v4b']);
});

test('change since a version was trained', () => {
  expect(changeSince(matrix, worseModel, 'weather_v4')).toBeCloseTo(0.713 - 0.844);
  expect(changeSince(matrix, worseModel, 'weather_v4b')).toBe(0);
  expect(changeSince(matrix, worseModel, 'weather_v2')).toBeUndefined();
});

test('forgetting and backward transfer, over the earlier versions that are known', () => {
  const found = transferOf(matrix, worseModel);
  expect(found).toMatchObject({ known: 3, versions: 4 });
  expect(found.backward).toBeCloseTo((0.801 - 0.804 + (0.748 - 0.831) + (0.713 - 0.844)) / 3);
  expect(found.forgetting).toBeCloseTo((0.807 - 0.801 + (0.835 - 0.748) + (0.844 - 0.713)) / 3);
  const first = worse.models[0];
  expect(first && transferOf(matrix, first)).toEqual({ forgetting: null, backward: null, known: 0, versions: 0 });
});

test('shades run from the least to the greatest', () => {
  expect(shadeOf(0.7, [0.7, 0.8, 0.9])).toBe(0);
  expect(shadeOf(0.9, [0.7, 0.8, 0.9])).toBe(9);
  expect(shadeOf(0.8, [0.8])).toBe(5);
});

test('version names lose what they all begin with, at a word', () => {
  expect(shortVersion('weather_v4b', matrix.versions)).toBe('v4b');
  expect(shortVersion('only_one', ['only_one'])).toBe('only_one');
  expect(shortVersion('a1', ['a1', 'a2'])).toBe('a1');
});

test('a lineage is a model and its parents, oldest first; a broken chain ends it', () => {
  expect(lineageOf(worse.models, worseModel).map((model) => model.number)).toEqual([1, 2, 3, 4, 5]);
  expect(lineageOf(worse.models.slice(2), worseModel).map((model) => model.number)).toEqual([3, 4, 5]);
});
