import { describe, expect, test } from 'vitest';
import { proposeColumns } from '../../../src/app/form/proposeAnswers.ts';
import { column, weather } from './support.ts';

describe('what a form proposes', () => {
  test('the key that was found, the last column with classes as the label, groups as slices, and no free text', () => {
    expect(proposeColumns(weather, [['location', 'date']], 2_922)).toEqual({
      key: ['location', 'date'],
      label: 'weather',
      features: ['location', 'date', 'precipitation'],
      slices: ['location'],
    });
  });

  test('a column called id before another that is unique too, and neither as a feature', () => {
    const columns = [
      column('phone', 'BIGINT', { unique: true }),
      column('id', 'BIGINT', { unique: true }),
      column('age', 'BIGINT', { distinct: 70 }),
      column('churned', 'BOOLEAN', { distinct: 2 }),
    ];
    expect(proposeColumns(columns, [['phone'], ['id']], 7_000)).toEqual({
      key: ['id'],
      label: 'churned',
      features: ['age'],
      slices: [],
    });
  });

  test('what is called label is it, wherever it stands', () => {
    const columns = [column('target', 'BIGINT', { distinct: 2 }), column('city', 'TEXT', { distinct: 3 })];
    expect(proposeColumns(columns, [], 100).label).toBe('target');
  });

  test('nothing where nothing looks like it: a column of one value, or of a thousand, is no label', () => {
    const columns = [column('same', 'TEXT', { distinct: 1 }), column('x', 'DOUBLE')];
    expect(proposeColumns(columns, [], 100)).toMatchObject({ key: [], label: null });
  });
});
