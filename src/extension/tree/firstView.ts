/** The walkthrough, which opens with the first look at the view and never again. */
import type { Disposable } from '../../base/disposable.ts';
import type { Memory } from '../../base/memory.ts';

/** The view, as far as it can be looked at. */
export interface Viewed {
  readonly visible: boolean;
  onDidChangeVisibility(listener: () => void): Disposable;
}

const key = 'walkthroughShown';

/** `memory`: what is remembered of this person, in every window. */
export function showWalkthroughOnce(view: Viewed, memory: Memory, open: () => PromiseLike<unknown>): Disposable {
  const look = (): void => {
    if (!view.visible || memory.get(key, false)) return;
    watch.dispose();
    // Remembered first: a window that is closed meanwhile has shown it too.
    void memory.update(key, true).then(open);
  };
  const watch = view.onDidChangeVisibility(look);
  look();
  return watch;
}
