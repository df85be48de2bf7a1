/** Holds changes of a tree back while the tree is being read: VS Code loses the children of what changes under a read. */

/** How long nothing may have been read before changes are told, in ms; the editor reads one level after the other. */
const calm = 200;

export class CalmChanges<T> {
  readonly #tell: (changed: T[] | undefined) => void;
  readonly #waiting = new Set<T>();
  #all = false;
  #reads = 0;
  #lastActive = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` gets what changed, each once, or undefined when everything did. */
  constructor(tell: (changed: T[] | undefined) => void) {
    this.#tell = tell;
  }

  async whileReading<R>(read: () => Promise<R>): Promise<R> {
    this.#reads += 1;
    try {
      return await read();
    } finally {
      this.#reads -= 1;
      this.#lastActive = performance.now();
    }
  }

  /** Told at once when nothing is being read; undefined stands for everything. */
  changed(one: T | undefined): void {
    if (one === undefined) this.#all = true;
    else this.#waiting.add(one);
    if (this.#timer === undefined) this.#tellWhenCalm();
  }

  #tellWhenCalm(): void {
    const left = this.#reads > 0 ? calm : this.#lastActive + calm - performance.now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.#tellWhenCalm(), left);
      return;
    }
    this.#timer = undefined;
    // What is told is read again, so the next change waits for that.
    this.#lastActive = performance.now();
    const changed = this.#all ? undefined : [...this.#waiting];
    this.#all = false;
    this.#waiting.clear();
    this.#tell(changed);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
