/** Weeks of the year as MySQL counts them (its manual, WEEK(): modes 0 to 3, which are %U, %u, %V and %v of DATE_FORMAT). */

import { daysSince1970 } from '../../../base/calendar.ts';

/** How weeks are counted. */
export interface WeekRule {
  /** Otherwise a week begins on Sunday. */
  readonly mondayFirst: boolean;
  /** The first days of January may belong to the last week of the year before, and the last of December to the next one's first. */
  readonly ofYears: boolean;
}

/**
 * The week of a date, and the year that it is counted to. The first week of a year is that of its first Sunday, or, where weeks begin on
 * Monday, the first with four days in it.
 */
export function weekOf(date: Date, rule: WeekRule): { readonly week: number; readonly year: number } {
  const { mondayFirst, ofYears } = rule;
  let year = date.getUTCFullYear();
  const today = daysSince1970(year, date.getUTCMonth() + 1, date.getUTCDate());
  // How far into its week a day is: 1970 began on a Thursday.
  const into = (day: number): number => (((day + (mondayFirst ? 3 : 4)) % 7) + 7) % 7;
  /** The day on which the first week of a year begins. */
  const start = (of: number): number => {
    const first = daysSince1970(of, 1, 1);
    const isLate = mondayFirst ? into(first) >= 4 : into(first) !== 0;
    return first - into(first) + (isLate ? 7 : 0);
  };
  if (today < start(year)) {
    if (!ofYears) return { week: 0, year };
    year--;
  } else if (ofYears && today >= start(year + 1)) return { week: 1, year: year + 1 };
  return { week: Math.floor((today - start(year)) / 7) + 1, year };
}
