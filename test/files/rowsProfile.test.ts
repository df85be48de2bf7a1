import { describe, expect, test } from 'vitest';
import { mostDistinct, RowsProfile } from '../../src/files/rowsProfile.ts';

function profileOf(
  rows: readonly (readonly (string | null)[])[],
  sets: readonly (readonly number[])[] = [],
): RowsProfile {
  const profile = new RowsProfile(rows[0]?.length ?? 0, sets);
  for (const row of rows) profile.add(row);
  return profile;
}

describe('what rows say of their columns', () => {
  test('a column is unique when no two rows share a value and none lacks one', () => {
    const profile = profileOf([
      ['1', 'a', 'x'],
      ['2', 'a', null],
      ['3', 'b', 'y'],
    ]);
    expect(profile.column(0)).toEqual({ unique: true, distinct: 3, empty: 0 });
    expect(profile.column(1)).toEqual({ unique: false, distinct: 2, empty: 0 });
    expect(profile.column(2)).toEqual({ unique: false, distinct: 2, empty: 1 });
  });

  test('columns together are unique, or the two rows are named that are the same in them', () => {
    const rows = [
      ['Seattle', '2012', 'rain'],
      ['Seattle', '2013', 'rain'],
      ['New York', '2012', 'sun'],
    ];
    const profile = profileOf(rows, [
      [0, 1],
      [0, 2],
    ]);
    expect(profile.set(0)).toEqual({ unique: true, repeat: null });
    expect(profile.set(1)).toEqual({ unique: false, repeat: { first: 1, second: 2, values: ['Seattle', 'rain'] } });
  });

  test('two cells are not taken for one: a|bc is not ab|c', () => {
    const rows = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['1:a', '2:bc'],
    ];
    expect(profileOf(rows, [[0, 1]]).set(0).unique).toBe(true);
  });

  test('values are counted up to a limit, and long ones are told apart by all of their text', () => {
    const many = profileOf(Array.from({ length: mostDistinct + 1 }, (_, i) => [String(i)]));
    expect(many.column(0)).toEqual({ unique: true, distinct: null, empty: 0 });
    const long = 'x'.repeat(100_000);
    const last = profileOf([[`${long}a`], [`${long}b`], [`${long}a`]]);
    expect(last.column(0)).toMatchObject({ unique: false, distinct: 2 });
  });

  test('no row makes nothing unique', () => {
    expect(new RowsProfile(1).column(0)).toEqual({ unique: false, distinct: 0, empty: 0 });
  });
});
