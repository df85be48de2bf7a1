import { expect, test, vi } from 'vitest';
import { Emitter } from '../../../src/base/event.ts';
import { showWalkthroughOnce } from '../../../src/extension/tree/firstView.ts';

function world() {
  const kept = new Map<string, unknown>();
  const memory = {
    get: <T>(key: string, fallback: T): T => (kept.has(key) ? (kept.get(key) as T) : fallback),
    update: async (key: string, value: unknown): Promise<void> => void kept.set(key, value),
  };
  const opened = vi.fn(async () => undefined);
  let isBusy = false;
  const window = (visible: boolean) => {
    const changed = new Emitter<void>();
    const view = { visible, onDidChangeVisibility: (listener: () => void) => changed.event(listener) };
    showWalkthroughOnce(view, { memory, open: opened, isBusy: () => isBusy });
    return (now: boolean): void => {
      view.visible = now;
      changed.fire();
    };
  };
  const during = (act: () => void): void => {
    isBusy = true;
    act();
    isBusy = false;
  };
  return { opened, window, during, kept };
}

test('it opens with the first look at the view, and with no later one', async () => {
  const { opened, window } = world();
  const show = window(false);
  expect(opened).not.toHaveBeenCalled();
  show(true);
  await vi.waitFor(() => expect(opened).toHaveBeenCalledTimes(1));
  show(false);
  show(true);
  window(true);
  await Promise.resolve();
  expect(opened).toHaveBeenCalledTimes(1);
});

test('a view that is there from the start has been looked at', async () => {
  const { opened, window } = world();
  window(true);
  await vi.waitFor(() => expect(opened).toHaveBeenCalledTimes(1));
});

test('it covers nothing that a command shows which opened the view by itself, then or later', async () => {
  const { opened, window, during, kept } = world();
  const show = window(false);
  during(() => show(true));
  await vi.waitFor(() => expect(kept.get('walkthroughShown')).toBe(true));
  show(false);
  show(true);
  await Promise.resolve();
  expect(opened).not.toHaveBeenCalled();
});
