// Writes by others are noticed while somebody looks, once each, and the beats of a run are no writes.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { Value } from '../../../src/data/value.ts';
import { packRows } from '../../../src/data/page.ts';
import { ChangePoller } from '../../../src/extension/tree/changePoller.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(seesOthers = true) {
  const state = { changeCount: 1, leases: [] as Value[][], fails: null as Error | null };
  const told: string[] = [];
  const columns = ['run', 'heartbeat_ms'].map((name) => ({ name, type: '' }));
  const store = {
    changeCount: () => (state.fails ? Promise.reject(state.fails) : Promise.resolve(state.changeCount)),
    query: async function* () {
      yield await Promise.resolve(packRows(columns, state.leases));
    },
  };
  const poller = new ChangePoller({
    connections: {
      open: () => ['local'],
      opened: () => ({ facts: { seesOthers }, store }) as never,
      noticeChange: (id) => told.push(`changed ${id}`),
      lookAgain: (id) => told.push(`look again at ${id}`),
      close: async (id, byUser) => void told.push(`closed ${id}${byUser === true ? ' until it is opened' : ''}`),
    },
    replaced: (id, error) => told.push(`${id}: ${error.code}`),
    failed: (error) => told.push(String(error)),
  });
  return { poller, state, told };
}

test('the first look tells nothing, and a write after it is told once', async () => {
  const { poller, state, told } = setUp();
  await poller.look();
  expect(told).toEqual([]);
  state.changeCount = 2;
  await poller.look();
  await poller.look();
  expect(told).toEqual(['changed local']);
});

test('a run that only beats is told to nobody', async () => {
  const { poller, state, told } = setUp();
  state.leases = [['run', 1]];
  await poller.look();
  state.changeCount = 2;
  state.leases = [['run', 2]];
  await poller.look();
  expect(told).toEqual([]);
  state.changeCount = 3;
  await poller.look();
  expect(told).toEqual(['changed local']);
});

test('it looks from time to time while awake, and not while asleep', async () => {
  const { poller, state, told } = setUp();
  poller.wake();
  await vi.advanceTimersByTimeAsync(0);
  state.changeCount = 2;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual(['changed local']);
  poller.sleep();
  state.changeCount = 3;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(['changed local']);
  poller.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['changed local', 'changed local']);
  poller.dispose();
  expect(vi.getTimerCount()).toBe(0);
});

test('a store whose file is another one now is let go, and told of', async () => {
  const { poller, state, told } = setUp();
  state.fails = new Failure('store.replaced', { store: 's.db', change: 'deleted' });
  await poller.look();
  expect(told).toEqual(['closed local until it is opened', 'local: store.replaced']);
});

test('a tree that is shown twice is looked at once', async () => {
  const { poller } = setUp();
  poller.wake();
  poller.wake();
  expect(vi.getTimerCount()).toBe(1);
  poller.dispose();
  await vi.advanceTimersByTimeAsync(0);
});

test('a store that cannot see what others write is read again when somebody comes back', async () => {
  const { poller, state, told } = setUp(false);
  poller.wake();
  state.changeCount = 2;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toEqual(['look again at local']);
  poller.dispose();
});

test('a look that fails is logged, and the next one is made', async () => {
  const { poller, state, told } = setUp();
  await poller.look();
  state.fails = new Error('gone');
  await poller.look();
  state.fails = null;
  state.changeCount = 2;
  await poller.look();
  expect(told).toEqual(['Error: gone', 'changed local']);
});
