// What a page says that has to be counted: the last count wins, and where a click counts nothing is counted without one.
import { expect, test, vi } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { CheckView } from '../../../src/protocol/panel.ts';
import { TrainingCounter } from '../../../src/extension/panels/trainingCounter.ts';

const signal = new AbortController().signal;
const of = (rows: number) => ({ rows, counts: { inserted: rows, updated: 0, deleted: 0 }, advice: null });

/** A counter whose reads a test answers. */
function setUp(onClick = false) {
  const reads: { resolve(rows: number): void; reject(error: unknown): void }[] = [];
  const checks: { signal: AbortSignal; resolve(check: CheckView | null): void; reject(error: unknown): void }[] = [];
  const changed = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const failed = vi.fn<(error: unknown) => void>();
  const counter = new TrainingCounter({
    countsOnClick: () => onClick,
    read: () =>
      new Promise((resolve, reject) => {
        reads.push({ resolve: (rows) => resolve(of(rows)), reject });
      }),
    check: (asked) =>
      new Promise((resolve, reject) => {
        checks.push({ signal: asked, resolve, reject });
      }),
    changed,
    failed,
  });
  return { counter, reads, checks, changed, failed };
}

test('counts are told when they are there', async () => {
  const { counter, reads, changed } = setUp();
  const counting = counter.count(signal);
  expect(counter.counted).toMatchObject({ rows: null, pending: null });
  reads[0]?.resolve(3);
  await counting;
  expect(counter.counted).toEqual({ ...of(3), check: null, pending: null });
  expect(changed).toHaveBeenCalledTimes(1);
});

test('a count that was overtaken tells nothing, also when it ends last', async () => {
  const { counter, reads, changed } = setUp();
  const [first, second] = [counter.count(signal), counter.count(signal)];
  reads[1]?.resolve(2);
  await second;
  reads[0]?.resolve(1);
  await first;
  expect(counter.counted.rows).toBe(2);
  expect(changed).toHaveBeenCalledTimes(1);
});

test('what cannot be counted is said in the place of the counts', async () => {
  const { counter, reads } = setUp();
  const counting = counter.count(signal);
  const failure = new Failure('table.unknown', { table: 'shop.orders', near: null });
  reads[0]?.reject(failure);
  await counting;
  expect(counter.counted).toMatchObject({ rows: null, pending: failure.message });
});

test('a count that takes too long is left to a click', async () => {
  const { counter, reads } = setUp();
  const counting = counter.count(AbortSignal.abort());
  reads[0]?.reject(new Failure('cancelled'));
  await counting;
  expect(counter.counted.pending).toBe('Changed. Count what changed to get advice.');
});

test('a bug is no sentence of the page', async () => {
  const { counter, reads, failed } = setUp();
  counter.countLater();
  reads[0]?.reject(new TypeError('x is undefined'));
  await vi.waitFor(() => expect(failed).toHaveBeenCalledWith(new TypeError('x is undefined')));
});

test('where a click counts, nothing is counted without one, and a change takes it back', async () => {
  const { counter, reads } = setUp(true);
  counter.countLater();
  expect(reads).toEqual([]);
  expect(counter.counted.pending).toBe('Count what changed to get advice.');
  const counting = counter.count(signal);
  reads[0]?.resolve(3);
  await counting;
  expect(counter.counted).toMatchObject({ rows: 3, pending: null });
  counter.outdate();
  expect(counter.counted).toMatchObject({ rows: null, pending: 'Count what changed to get advice.' });
});

test('where counting is free, the old counts stay until the new ones are there', async () => {
  const { counter, reads } = setUp();
  const counting = counter.count(signal);
  reads[0]?.resolve(3);
  await counting;
  counter.outdate();
  expect(counter.counted.rows).toBe(3);
});

const said: CheckView = {
  model: 4,
  snapshot: 'v4',
  data: {
    verdict: 'consistent',
    reasons: [],
    notes: [],
    kinds: { unchanged: 9, labels: 0, features: 0, inserted: 3, firstLabels: 0, removed: 0 },
    asked: 'everyRow',
    hash: null,
  },
  dates: [],
  groups: [],
};

test('what the model says of the changes is told after the counts, and nobody waits for it', async () => {
  const { counter, reads, checks, changed } = setUp();
  const counting = counter.count(signal);
  reads[0]?.resolve(3);
  await counting;
  expect(counter.counted.check).toBeNull();
  checks[0]?.resolve(said);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2));
  expect(counter.counted).toEqual({ ...of(3), check: said, pending: null });
});

test('where nothing changed nobody is asked', async () => {
  const { counter, reads, checks } = setUp();
  const counting = counter.count(signal);
  reads[0]?.resolve(0);
  await counting;
  expect(checks).toEqual([]);
});

test('the answer to changes that were overtaken is cancelled and not told', async () => {
  const { counter, reads, checks, changed, failed } = setUp();
  const first = counter.count(signal);
  reads[0]?.resolve(3);
  await first;
  const second = counter.count(signal);
  expect(checks[0]?.signal.aborted).toBe(true);
  checks[0]?.reject(new Failure('cancelled'));
  reads[1]?.resolve(4);
  await second;
  expect(counter.counted).toMatchObject({ rows: 4, check: null });
  counter.end();
  expect(checks[1]?.signal.aborted).toBe(true);
  checks[1]?.resolve(said);
  await Promise.resolve();
  expect([changed.mock.calls.length, failed.mock.calls.length]).toEqual([2, 0]);
});
