import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LensNudge } from '../../../src/extension/sql/lensNudge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function nudge() {
  const refreshed: string[] = [];
  let visible = true;
  const lenses = new LensNudge({ refresh: (uri) => refreshed.push(uri), isVisible: () => visible });
  const show = (shown: boolean): void => {
    visible = shown;
    lenses.shown();
  };
  return { lenses, refreshed, show };
}

test('an editor that has its lenses is not told twice', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  lenses.asks('a')();
  vi.runAllTimers();
  lenses.shown();
  expect(refreshed).toEqual(['a']);
});

test('an editor that forgot to ask is told again until it has them', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  vi.advanceTimersToNextTimer();
  expect(refreshed).toEqual(['a', 'a']);
  lenses.asks('a')();
  vi.runAllTimers();
  expect(refreshed).toEqual(['a', 'a']);
});

test('an editor that asked and went away before the answer is told again', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  lenses.asks('a');
  vi.advanceTimersToNextTimer();
  expect(refreshed).toEqual(['a', 'a']);
});

test('an answer that was asked for before the last refresh shows too little', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  const answered = lenses.asks('a');
  lenses.refresh('a');
  answered();
  vi.advanceTimersToNextTimer();
  expect(refreshed).toEqual(['a', 'a', 'a']);
});

test('an editor that never asks is left alone in the end, and each document counts for itself', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  lenses.refresh('b');
  lenses.asks('b')();
  vi.runAllTimers();
  expect(refreshed.filter((uri) => uri === 'a')).toHaveLength(7);
  expect(refreshed.filter((uri) => uri === 'b')).toHaveLength(1);
});

test('an editor that is not on the screen is told when it is', () => {
  const { lenses, refreshed, show } = nudge();
  lenses.refresh('a');
  show(false);
  vi.runAllTimers();
  expect(refreshed).toEqual(['a']);
  show(true);
  expect(refreshed).toEqual(['a', 'a']);
});

test('none is told that is closed, and none after the end', () => {
  const { lenses, refreshed } = nudge();
  lenses.refresh('a');
  lenses.refresh('b');
  lenses.closed('a');
  lenses.dispose();
  vi.runAllTimers();
  expect(refreshed).toEqual(['a', 'b']);
});
