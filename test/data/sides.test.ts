/** Times against the edges of a split: the same instant however it is spelled, and whole numbers to their last digit. */
import { describe, expect, test } from 'vitest';
import { packCells } from '../../src/data/page.ts';
import { isEdgeBefore, isTimeBefore, mayBeTested, sidesBy, timeOf } from '../../src/data/splitting/sides.ts';
import type { Value } from '../../src/data/value.ts';
import { LaterThan } from '../../src/judge/leaks/laterThan.ts';

const byTime = (edge: string) => ({
  ...{ splitSalt: 's', test: 0.1, validation: 0 },
  split: { by: 'time' as const, column: 't', test: edge, validation: null },
});

const sideOf = (value: Value, edge: string) =>
  sidesBy(byTime(edge))({ columns: [{ name: 't', type: '' }], cells: [packCells([value])] }, 0, '');

describe('an instant', () => {
  const same = [
    '2026-11-01',
    '2026-11-01 00:00',
    '2026-11-01T00:00:00Z',
    '2026-11-01 00:00:00.0',
    '2026-11-01 00:00:00.000000',
  ];

  test.each(same.flatMap((value) => same.map((edge) => [value, edge] as const)))(
    '%s is at the edge %s',
    (value, edge) => {
      expect(sideOf(value, edge)).toBe('test');
      expect(isEdgeBefore(value, edge)).toBe(false);
      expect(mayBeTested(byTime(value), byTime(edge))).toBe(true);
    },
  );

  test.each([
    ['2026-11-01 10:00:00.12', '2026-11-01 10:00:00.120', 'test'],
    ['2026-11-01 10:00:00.119', '2026-11-01 10:00:00.12', 'train'],
    ['2026-11-01 10:00:00', '2026-11-01 10:00:00.001', 'train'],
    ['2026-11-01 10:00:00.100', '2026-11-01 10:00:00.05', 'test'],
    ['2026-11-01 10:00:10', '2026-11-01 10:00:10.0', 'test'],
  ])('%s by the edge %s: %s', (value, edge, side) => {
    expect(sideOf(value, edge)).toBe(side);
  });
});

describe('a whole number of 64 bits', () => {
  test.each<[Value, string, string]>([
    [9007199254740992n, '9007199254740993', 'train'],
    [9007199254740993n, '9007199254740993', 'test'],
    ['9007199254740992', '9007199254740993', 'train'],
    ['9007199254740993.00', '9007199254740993', 'test'],
    [-9007199254740993n, '-9007199254740992', 'train'],
    [1760000000000000001n, '1760000000000000002', 'train'],
    [1760000000000000001n, '5', 'test'],
    [7, '9007199254740993', 'train'],
    [7n, '7.0', 'test'],
  ])('%s by the edge %s: %s', (value, edge, side) => {
    expect(sideOf(value, edge)).toBe(side);
  });

  test('is one moment with the number that it is, and of another kind than a date', () => {
    expect([timeOf(7n), timeOf('7'), timeOf('7.0')]).toEqual([7, 7, 7]);
    expect(isTimeBefore(9007199254740993n, '2026-01-01 00:00:00')).toBe(null);
    expect(() => sideOf(9007199254740993n, '2026-11-01')).toThrow('one is a number, the other a date');
  });

  test('is later than another by one', () => {
    const later = new LaterThan();
    later.first(timeOf(9007199254740992n) ?? 0);
    later.add(timeOf(9007199254740993n) ?? 0);
    later.add(timeOf('9007199254740992') ?? 0);
    expect(later.done()).toMatchObject({ later: 1, counted: 'exact' });
  });
});
