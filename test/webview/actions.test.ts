// What a click does: one call however often the button is hit, its failure told, and the button free again.
import { expect, test, vi } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { Actions } from '../../webview/page/actions.ts';
import type { Host } from '../../webview/page/host.ts';
import { type Action, emptyState, reduce } from '../../webview/page/state.ts';
import { VerdictWatch } from '../../webview/page/verdictWatch.ts';

interface Call {
  readonly name: string;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A page whose host a test answers. */
function setUp() {
  const calls: Call[] = [];
  const store = {
    state: emptyState,
    dispatch(action: Action): void {
      store.state = reduce(store.state, action);
    },
  };
  const caller = {
    call: (name: string) =>
      new Promise((resolve, reject) => {
        calls.push({ name, resolve, reject });
      }),
  };
  const host = { training: caller } as unknown as Host;
  const names = (): string[] => calls.map(({ name }) => name);
  return { actions: new Actions(host, store, new VerdictWatch()), store, calls, names };
}

test('a double click starts one run', async () => {
  const { actions, store, calls, names } = setUp();
  actions.startRun('delta');
  actions.startRun('delta');
  expect(names()).toEqual(['run/start']);
  calls[0]?.resolve({ run: 1 });
  await vi.waitFor(() => expect(store.state.busy).toEqual([]));
  actions.startRun('delta');
  expect(names()).toEqual(['run/start', 'run/start']);
});

test('what went wrong is told, and the button can be clicked again', async () => {
  const { actions, store, calls, names } = setUp();
  actions.startRun('full');
  const failure = new Failure('run.leased', { training: 'risk', owner: 'ann', since: '10:00' });
  calls[0]?.reject(failure);
  await vi.waitFor(() => expect(store.state.notice).toMatchObject({ kind: 'error', text: failure.message }));
  actions.startRun('full');
  expect(names()).toEqual(['run/start', 'run/start']);
});

test('a person who closed the question is told nothing', async () => {
  const { actions, store, calls } = setUp();
  actions.startRun('full');
  calls[0]?.reject(new Failure('cancelled'));
  await vi.waitFor(() => expect(store.state.busy).toEqual([]));
  expect(store.state.notice).toBeNull();
});
