/** How moments, ages and durations read, everywhere. */
import { twoDigits } from '../base/calendar.ts';
import { say } from '../base/say.ts';
import { countText } from './numbers.ts';

/** Milliseconds since 1970 as `2026-01-31 12:00:00 UTC`. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** The day and minute in local time: `2026-11-24 18:31`. What is no moment stays as it is. */
export function momentText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

const day = 86_400_000;
const steps: readonly (readonly [length: number, words: (n: number) => string])[] = [
  [365 * day, (n) => (n === 1 ? say('1 year ago') : say('{0} years ago', countText(n)))],
  [30 * day, (n) => (n === 1 ? say('1 month ago') : say('{0} months ago', countText(n)))],
  [day, (n) => (n === 1 ? say('1 day ago') : say('{0} days ago', countText(n)))],
  [3_600_000, (n) => (n === 1 ? say('1 hour ago') : say('{0} hours ago', countText(n)))],
  [60_000, (n) => (n === 1 ? say('1 minute ago') : say('{0} minutes ago', countText(n)))],
];

/** How long ago a moment was; both times in milliseconds since 1970. */
export function ageText(then: number, now: number): string {
  const passed = Math.max(0, now - then);
  for (const [length, words] of steps) {
    const n = Math.floor(passed / length);
    if (n >= 1) return words(n);
  }
  return say('just now');
}

/** `85 ms`, `2.4 s`, `2 min 03 s` */
export function durationText(seconds: number): string {
  if (seconds < 0.0995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 99.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return say('{0} min {1} s', minutes, twoDigits(Math.round(seconds) % 60));
}
