/** The five detectors on rows that are made for them: what is there is named with its number, and what is not there is not. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import type { Side } from '../../src/data/splitting/sides.ts';
import type { FeatureKind } from '../../src/data/training.ts';
import type { Value } from '../../src/data/value.ts';
import { LabelLeaks } from '../../src/judge/leaks/labelLeak.ts';
import { LaterThan } from '../../src/judge/leaks/laterThan.ts';
import { SharedValues } from '../../src/judge/leaks/sharedValues.ts';

const random = seededRandom('leaks');

type Task = 'classification' | 'regression';

function labelLeaks(task: Task, rows: readonly (readonly [Value, Value])[], kind: FeatureKind = 'number') {
  const leaks = new LabelLeaks([{ name: 'x', kind }], task);
  for (const [x, label] of rows) leaks.add(() => x, label);
  return leaks.done();
}

const rowsOf = (n: number, row: (u: number, i: number) => readonly [Value, Value]) =>
  Array.from({ length: n }, (_, i) => row(random.fraction(), i));

describe('a feature that determines the label', () => {
  test.each<[string, (u: number, i: number) => readonly [Value, Value]]>([
    ['by a threshold', (u) => [u, u > 0.7 ? 'yes' : 'no']],
    ['by its values, of which many mean the same', (u) => [Math.floor(u * 30), Math.floor(u * 30) % 2]],
    ['as a text', (u) => [`code ${Math.floor(u * 9)}`, u * 9 < 4 ? 'yes' : 'no']],
    ['of a rare class', (u) => [u < 0.02 ? 1 : u < 0.5 ? 2 : 3, u < 0.02 ? 'fraud' : 'fine']],
    ['by being there at all', (u, i) => [u < 0.4 ? null : i, u < 0.4 ? 'open' : 'closed']],
  ])('%s', (_, row) => {
    expect(labelLeaks('classification', rowsOf(4_000, row))).toMatchObject([{ feature: 'x', equals: false }]);
  });

  test('and one that equals it', () => {
    const rows = rowsOf(400, (u) => [u < 0.5 ? 'a' : 'b', u < 0.5 ? 'a' : 'b']);
    expect(labelLeaks('classification', rows)).toMatchObject([{ equals: true, right: 200, asked: 200 }]);
  });

  test('of a number', () => {
    expect(
      labelLeaks(
        'regression',
        rowsOf(4_000, (u) => [u, 3 * u + 2]),
      ),
    ).toHaveLength(1);
    expect(
      labelLeaks(
        'regression',
        rowsOf(4_000, (u) => [u, 3 * u + random.fraction()]),
      ),
    ).toEqual([]);
  });

  const decimal = (u: number) => u.toFixed(9);
  const wide = (u: number) => 2n ** 60n + BigInt(Math.floor(u * 1e6));
  const day = (u: number) =>
    new Date(Date.UTC(2026, 0, 1) + Math.floor(u * 3e10)).toISOString().replace('T', ' ').slice(0, 23);

  test.each<[string, FeatureKind, Task, (u: number, i: number) => readonly [Value, Value]]>([
    ['a DECIMAL', 'number', 'classification', (u) => [decimal(u), u > 0.7 ? 'yes' : 'no']],
    ['a DECIMAL', 'number', 'regression', (u) => [decimal(u), 3 * u + 2]],
    ['a number of 64 bits', 'number', 'classification', (u) => [wide(u), u > 0.7 ? 'yes' : 'no']],
    ['a number of 64 bits', 'number', 'regression', (u) => [wide(u), Math.floor(u * 1e6)]],
    [
      'numbers of 64 bits as a page of both kinds has them',
      'number',
      'classification',
      (u) => [u < 0.3 ? 5 : `${wide(u)}`, u > 0.7 ? 'yes' : 'no'],
    ],
    ['a date', 'date', 'classification', (u) => [day(u), u > 0.7 ? 'yes' : 'no']],
  ])('%s (%s, %s)', (_, kind, task, row) => {
    expect(labelLeaks(task, rowsOf(4_000, row), kind)).toMatchObject([{ feature: 'x', equals: false }]);
  });

  test.each<[string, FeatureKind, Task, (u: number, i: number) => readonly [Value, Value]]>([
    ['as a DECIMAL', 'number', 'classification', (u) => [(u < 0.5 ? 1 : 0).toFixed(2), u < 0.5 ? 1 : 0]],
    ['as a DECIMAL of another scale', 'number', 'regression', (u) => [u.toFixed(9), `${u.toFixed(9)}00`]],
    ['though each value is there once', 'category', 'classification', (_u, i) => [`code ${i}`, `code ${i}`]],
    [
      'of a class of a few rows',
      'number',
      'classification',
      (_u, i) => [i % 1_000 === 0 ? 1 : 0, i % 1_000 === 0 ? 1 : 0],
    ],
  ])('that equals it, %s (%s, %s)', (_, kind, task, row) => {
    const leaks = labelLeaks(task, rowsOf(4_000, row), kind);
    expect(leaks).toMatchObject([{ feature: 'x', equals: true }]);
  });

  test('a few rows that are equal are so by chance', () => {
    expect(
      labelLeaks(
        'classification',
        rowsOf(10, (_, i) => [i % 2, i % 2]),
      ),
    ).toEqual([]);
  });

  test.each<[string, (u: number, i: number) => readonly [Value, Value]]>([
    ['a good feature', (u) => [u, u > 0.7 !== random.fraction() < 0.03 ? 'yes' : 'no']],
    ['an identifier', (u, i) => [`user ${i}`, u < 0.5 ? 'yes' : 'no']],
    ['one class', (u) => [u, 'no']],
    ['one class that the feature has, too', () => ['no', 'no']],
    ['a DECIMAL that tells nothing', (u) => [random.fraction().toFixed(9), u < 0.5 ? 'yes' : 'no']],
    ['a class of a few rows', (u, i) => [i, i % 1_000 === 0 ? 'yes' : 'no']],
    ['no value at all', (u) => [null, u < 0.5 ? 'yes' : 'no']],
    ['NaN', (u) => [Number.NaN, u < 0.5 ? 'yes' : 'no']],
  ])('is not: %s', (_, row) => {
    expect(labelLeaks('classification', rowsOf(4_000, row))).toEqual([]);
  });
});

const sides: readonly Side[] = ['train', 'train', 'test', 'validation'];

test('shared values are counted, and of more than can be held about how many they are', () => {
  const [whole, part] = [new SharedValues(), new SharedValues(1_000)];
  for (let i = 0; i < 40_000; i++)
    for (const counts of [whole, part]) {
      counts.add(`g${i >> 2}`, i < 20_000 ? (sides[i % 4] ?? 'train') : 'train');
    }
  expect(whole.done()).toEqual({ trainAndTest: 5_000, several: 5_000, testRows: 5_000, counted: 'exact' });
  const about = part.done();
  expect(about.counted).toBe('about');
  expect(Math.abs(about.trainAndTest - 5_000)).toBeLessThan(1_000);
});

describe('rows later than the first of others', () => {
  const counted = (order: (rows: number[]) => number[], most?: number) => {
    const later = new LaterThan(false, most);
    const rows = Array.from({ length: 1_000 }, (_, i) => i);
    for (const i of order(rows)) {
      const moment = `2026-01-01 00:00:00.${String(i).padStart(3, '0')}`;
      if (i === 400 || i === 700) later.first(moment);
      else later.add(moment);
    }
    return later.done();
  };

  test('in whatever order they come', () => {
    const shuffled = (rows: number[]) =>
      rows
        .map((row) => [seededRandom(`s${row}`).fraction(), row] as const)
        .sort(([a], [b]) => a - b)
        .map(([, row]) => row);
    for (const order of [(rows: number[]) => rows, (rows: number[]) => rows.toReversed(), shuffled])
      expect(counted(order)).toEqual({ first: '2026-01-01 00:00:00.400', later: 598, counted: 'exact' });
  });

  test('at least, where not all moments could be held', () => {
    const found = counted((rows) => [...rows.filter((i) => i !== 400 && i !== 700), 700, 400], 100);
    expect(found?.counted).toBe('atLeast');
    expect(found?.later).toBeLessThan(598);
  });

  test('none without a first one', () => {
    expect(new LaterThan().done()).toBe(null);
  });
});
