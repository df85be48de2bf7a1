// A page gets its state although a question or an answer is lost, and asks no more once it has it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askUntilAnswered } from '../../webview/page/ready.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers the questions from number `from` on; the others are lost. */
function host(from: number) {
  let asked = 0;
  return {
    ask: (): Promise<number> => {
      const number = ++asked;
      return number < from ? new Promise(() => {}) : Promise.resolve(number);
    },
    asked: () => asked,
  };
}

test.each([
  [1, 0],
  [2, 2_000],
  [3, 6_000],
])('question %i is answered after %i ms, and none is put after it', async (from, ms) => {
  const { ask, asked } = host(from);
  const answer = askUntilAnswered(ask, () => true);
  await vi.advanceTimersByTimeAsync(ms);
  expect(await answer).toBe(from);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(from);
});

test('nothing is asked while asking does harm', async () => {
  const { ask, asked } = host(2);
  let harmless = false;
  const answer = askUntilAnswered(ask, () => harmless);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked()).toBe(1);
  harmless = true;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await answer).toBe(2);
});

test('a failure is an answer', async () => {
  const answer = askUntilAnswered(
    () => Promise.reject(new Error('no state')),
    () => true,
  );
  await expect(answer).rejects.toThrow('no state');
});
