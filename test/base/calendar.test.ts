// The calendar against that of the engine's Date, which counts the same days.
import { expect, test } from 'vitest';
import { daysInMonth, daysSince1970, isDay, isLeapYear, twoDigits } from '../../src/base/calendar.ts';

/** Without the years 0 to 99 meaning 1900 to 1999. */
const dateOf = (year: number, month: number, day: number): Date => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
};

test('every day from the year 0 to 9999 is the one before and one more', () => {
  let expected = dateOf(0, 1, 1).getTime() / 86_400_000;
  const wrong: string[] = [];
  for (let year = 0; year <= 9999; year++)
    for (let month = 1; month <= 12; month++) {
      if (daysSince1970(year, month, 1) !== expected) wrong.push(`${year}-${month}`);
      expected += daysInMonth(year, month);
    }
  expect(wrong).toEqual([]);
  expect(expected).toBe(dateOf(10_000, 1, 1).getTime() / 86_400_000);
});

test('a century is a leap year only where 400 divides it', () => {
  expect([0, 4, 1900, 2000, 2023, 2024, 2100].map(isLeapYear)).toEqual([true, true, false, true, false, true, false]);
});

test('a day that no calendar has is none', () => {
  const none: [number, number, number][] = [
    [2023, 2, 29],
    [1900, 2, 29],
    [2024, 2, 30],
    [2024, 4, 31],
    [2024, 0, 1],
    [2024, 13, 1],
    [2024, 1, 0],
    [2024, 12, 32],
  ];
  expect(none.filter(([year, month, day]) => isDay(year, month, day))).toEqual([]);
  expect([isDay(2024, 2, 29), isDay(2000, 2, 29), isDay(0, 2, 29), isDay(2024, 12, 31)]).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

test('a number is written with two digits, and with more where it has more', () => {
  expect([0, 7, 12, 838].map(twoDigits)).toEqual(['00', '07', '12', '838']);
});
