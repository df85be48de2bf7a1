/** A memory that a test hands from one window to the next. */
import type { Memory } from '../../../src/base/memory.ts';

export class MapMemory implements Memory {
  readonly #values = new Map<string, unknown>();

  get<T>(key: string, fallback: T): T {
    return this.#values.has(key) ? (this.#values.get(key) as T) : fallback;
  }

  update(key: string, value: unknown): Promise<void> {
    // As plain data: what only lives in this process would be lost.
    this.#values.set(key, value === undefined ? undefined : structuredClone(value));
    return Promise.resolve();
  }
}
