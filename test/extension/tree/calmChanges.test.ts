// Changes of the tree wait for reads, are told once, and are not lost.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CalmChanges } from '../../../src/extension/tree/calmChanges.ts';

let told: (string[] | undefined)[];
let changes: CalmChanges<string>;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  changes = new CalmChanges((changed) => told.push(changed));
});
afterEach(() => {
  changes.dispose();
  vi.useRealTimers();
});

test('a change in a quiet tree is told at once', () => {
  changes.changed('weather');
  expect(told).toEqual([['weather']]);
});

test('changes during a read wait for its end, and each is told once', async () => {
  let end = (): void => {};
  const read = changes.whileReading(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  for (const name of ['weather', 'snapshots', 'weather']) changes.changed(name);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([]);
  end();
  await read;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toEqual([['weather', 'snapshots']]);
});

test('a change of everything stands for the others', async () => {
  await changes.whileReading(async () => {
    changes.changed('weather');
    changes.changed(undefined);
  });
  await vi.runAllTimersAsync();
  expect(told).toEqual([undefined]);
});

test('what was told is read before the next is told', async () => {
  changes.changed('weather');
  changes.changed('snapshots');
  expect(told).toEqual([['weather']]);
  await vi.runAllTimersAsync();
  expect(told).toEqual([['weather'], ['snapshots']]);
});

test('a read that fails holds nothing back for good', async () => {
  await expect(changes.whileReading(() => Promise.reject(new Error('no store')))).rejects.toThrow('no store');
  changes.changed('weather');
  await vi.runAllTimersAsync();
  expect(told).toEqual([['weather']]);
});
