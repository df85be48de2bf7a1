/** Dates as numbers, and the year as a circle, in arithmetic that is the same on every engine. */
import { daysSince1970 } from '../../base/calendar.ts';

const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?)?/;

/** The year that a day (as above) lies in. */
function yearOf(day: number): number {
  let year = 1970 + Math.floor(day / 365.2425);
  while (daysSince1970(year + 1, 1, 1) <= day) year += 1;
  while (daysSince1970(year, 1, 1) > day) year -= 1;
  return year;
}

/** `2012-01-31` or `2012-01-31 10:00:00` as days since 1970-01-01, the time as a fraction; NaN when it is neither. */
export function daysOf(text: string): number {
  const match = pattern.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match.map((part) => Number(part ?? 0)) as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  return daysSince1970(year, month, day) + (hour * 3600 + minute * 60 + second) / 86_400;
}

export const isDateText = (text: string): boolean => pattern.test(text);

/** How much of its year has passed, in [0, 1). */
export function yearFraction(days: number): number {
  const day = Math.floor(days);
  const year = yearOf(day);
  const start = daysSince1970(year, 1, 1);
  return (days - start) / (daysSince1970(year + 1, 1, 1) - start);
}

export const dayFraction = (days: number): number => days - Math.floor(days);

/** sin and cos on [-π/4, π/4] by their Taylor polynomials, to 1e-13. */
function small(angle: number): { sin: number; cos: number } {
  const q = angle * angle;
  const sin =
    angle * (1 - (q / 6) * (1 - (q / 20) * (1 - (q / 42) * (1 - (q / 72) * (1 - (q / 110) * (1 - q / 156))))));
  const cos =
    1 - (q / 2) * (1 - (q / 12) * (1 - (q / 30) * (1 - (q / 56) * (1 - (q / 90) * (1 - (q / 132) * (1 - q / 182))))));
  return { sin, cos };
}

/** The point on the unit circle after `turns` turns; of Math.sin and Math.cos equal bits are not promised. */
export function circle(turns: number): { sin: number; cos: number } {
  const quarters = Math.round(turns * 4);
  const { sin, cos } = small((turns * 4 - quarters) * (Math.PI / 2));
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return { sin, cos };
    case 1:
      return { sin: cos, cos: -sin };
    case 2:
      return { sin: -sin, cos: -cos };
    default:
      return { sin: -cos, cos: sin };
  }
}
