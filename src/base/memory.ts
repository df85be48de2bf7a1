/** What is remembered when the program has ended, in the shape of VS Code's Memento, so that pure code needs no `vscode`. */

/** Values by key, each as it was written last; what is written must be plain data. */
export interface Memory {
  /** The value, or `fallback` where none was ever written. */
  get<T>(key: string, fallback: T): T;
  /** `undefined` forgets the key. */
  update(key: string, value: unknown): PromiseLike<void>;
}
