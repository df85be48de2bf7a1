/** Typed events of VS Code's shape, so that pure code can emit and the shell can subscribe. */
import type { Disposable } from './disposable.ts';

/**
 * Subscribes a listener; what it answers unsubscribes it. The shape is VS Code's, so either kind can be handed to the
 * other.
 */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The one who tells: `fire` calls each listener in the order they came, and returns when all have returned. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // A wrapper, so that the same function may subscribe twice and leave once.
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
