/** The proleptic Gregorian calendar in whole numbers, the same on every engine and for every year from 0 on. */

/** A number of a date or a time as two digits. */
export const twoDigits = (part: number): string => String(part).padStart(2, '0');

/** Whether a year has a 29th of February. */
export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The days of a month, 1 to 12, of a year; 0 where there is no such month. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (monthDays[month - 1] ?? 0);

/** Whether the calendar has that day; the month and the day count from 1. */
export const isDay = (year: number, month: number, day: number): boolean => day >= 1 && day <= daysInMonth(year, month);

const code = (text: string, at: number): number => text.charCodeAt(at) - 48;
const pair = (text: string, at: number): number => code(text, at) * 10 + code(text, at + 1);
const isDigit = (digit: number): boolean => digit >= 0 && digit <= 9;
const digitPlaces = [0, 1, 2, 3, 5, 6, 8, 9];

/** Whether a text is a day of the calendar in its one form, `yyyy-mm-dd`. */
export function isDayText(text: string): boolean {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  for (const at of digitPlaces) if (!isDigit(code(text, at))) return false;
  return isDay(pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8));
}

/** Days from 1970-01-01 to a date (Howard Hinnant, "days_from_civil"); a day beyond its month counts on into the next. */
export function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
