/** The walkthrough, which opens with a person's first look at the view and never again. */
import type { Disposable } from '../../base/disposable.ts';
import type { Memory } from '../../base/memory.ts';

/** The view, as far as it can be looked at. */
export interface Viewed {
  readonly visible: boolean;
  onDidChangeVisibility(listener: () => void): Disposable;
}

export interface FirstViewOptions {
  /** What is remembered of this person, in every window. */
  readonly memory: Memory;
  readonly open: () => PromiseLike<unknown>;
  /** A command of ours runs: it may have opened the view itself, to show something in it or beside it. */
  readonly isBusy: () => boolean;
}

const key = 'walkthroughShown';

/** Whom a command of ours led to the view has begun already: what the command shows is not covered, then or later. */
export function showWalkthroughOnce(view: Viewed, { memory, open, isBusy }: FirstViewOptions): Disposable {
  const look = (): void => {
    if (!view.visible || memory.get(key, false)) return;
    watch.dispose();
    const isLedHere = isBusy();
    // Remembered first: a window that is closed meanwhile has shown it too.
    void memory.update(key, true).then(() => (isLedHere ? undefined : open()));
  };
  const watch = view.onDidChangeVisibility(look);
  look();
  return watch;
}
