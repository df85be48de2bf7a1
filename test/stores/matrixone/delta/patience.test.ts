/** How long DIFF is waited for before the versions are compared. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { withPatience } from '../../../../src/stores/matrixone/delta/patience.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Failure('cancelled')), { once: true });
  });

const giveUp = () => 'given up';

test('gives work up after two seconds where the table is small', async () => {
  let answer: unknown = 'waiting';
  const done = withPatience<unknown>(async () => 100, undefined, untilAborted, giveUp).then((given) => {
    answer = given;
  });
  await vi.advanceTimersByTimeAsync(1_999);
  expect(answer).toBe('waiting');
  await vi.advanceTimersByTimeAsync(2);
  await done;
  expect(answer).toBe('given up');
});

test('waits a microsecond a row where the table is large', async () => {
  let answer: unknown = 'waiting';
  const done = withPatience<unknown>(async () => 60_000_000, undefined, untilAborted, giveUp).then((given) => {
    answer = given;
  });
  await vi.advanceTimersByTimeAsync(59_999);
  expect(answer).toBe('waiting');
  await vi.advanceTimersByTimeAsync(2);
  await done;
  expect(answer).toBe('given up');
});

test('does not ask for the rows, and never aborts, after an answer in time', async () => {
  const rows = vi.fn(async () => 1);
  let told: AbortSignal | undefined;
  const answer = await withPatience<unknown>(
    rows,
    undefined,
    async (signal) => {
      told = signal;
      return 7;
    },
    giveUp,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect([answer, rows.mock.calls.length, told?.aborted]).toEqual([7, 0, false]);
});

const after = <T>(ms: number, value: T): Promise<T> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(value), ms);
  });

test('gives nothing up whose answer came while the rows were counted', async () => {
  let told: AbortSignal | undefined;
  const answer = withPatience<unknown>(
    () => after(1_000, 1),
    undefined,
    (signal) => {
      told = signal;
      return after(2_500, 7);
    },
    giveUp,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect([await answer, told?.aborted]).toEqual([7, false]);
});

test('leaves a cancel of the caller a cancel', async () => {
  const caller = new AbortController();
  const answer = withPatience(async () => 1, caller.signal, untilAborted, giveUp);
  caller.abort();
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
});
