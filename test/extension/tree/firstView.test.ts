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
  const window = (visible: boolean) => {
    const changed = new Emitter<void>();
    const view = { visible, onDidChangeVisibility: (listener: () => void) => changed.event(listener) };
    showWalkthroughOnce(view, memory, opened);
    return (now: boolean): void => {
      view.visible = now;
      changed.fire();
    };
  };
  return { opened, window };
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
