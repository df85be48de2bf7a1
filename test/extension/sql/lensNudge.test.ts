import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LensNudge } from '../../../src/extension/sql/lensNudge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function nudge(): { lenses: LensNudge; refreshed: string[]; hide: () => void } {
  const refreshed: string[] = [];
  let visible = true;
  const lenses = new LensNudge({ refresh: (uri) => refreshed.push(uri), isVisible: () => visible });
  return {
    lenses,
    refreshed,
    hide: () => {
      visible = false;
    },
  };
}

test('an editor that asks is not told twice', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  lenses.asked('a');
  vi.runAllTimers();
  expect(refreshed).toEqual(['a']);
});

test('an editor that forgot to ask is told again until it asks', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  vi.advanceTimersToNextTimer();
  expect(refreshed).toEqual(['a', 'a']);
  lenses.asked('a');
  vi.runAllTimers();
  expect(refreshed).toEqual(['a', 'a']);
});

test('an editor that never asks is left alone in the end, and each document counts for itself', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  lenses.refresh('b');
  lenses.asked('b');
  vi.runAllTimers();
  expect(refreshed.filter((uri) => uri === 'a')).toHaveLength(5);
  expect(refreshed.filter((uri) => uri === 'b')).toHaveLength(1);
});

test('an editor that is not on the screen is not told, and none after the end', () => {
  const { lenses, refreshed, hide } = nudge();
  lenses.refresh('a');
  hide();
  vi.runAllTimers();
  expect(refreshed).toEqual(['a']);
  const other = nudge();
  other.lenses.refresh('a');
  other.lenses.dispose();
  vi.runAllTimers();
  expect(other.refreshed).toEqual(['a']);
});
