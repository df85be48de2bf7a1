/** Rows that a training leaves out: each by its hash, for as long as its content is what it was. */
import type { Exclusion } from '../../registry/judged/exclusions.ts';

/** Of one version of a table. */
export class ExcludedRows {
  readonly #contents = new Map<string, Set<string>>();

  constructor(exclusions: readonly Pick<Exclusion, 'rows'>[]) {
    for (const { rows } of exclusions)
      for (const { hash, content } of rows) {
        const contents = this.#contents.get(hash) ?? new Set<string>();
        this.#contents.set(hash, contents.add(content));
      }
  }

  get isEmpty(): boolean {
    return this.#contents.size === 0;
  }

  /** Rows, at most so many of them in a version. */
  get size(): number {
    return this.#contents.size;
  }

  /** `content` is asked for where the hash alone does not say no, which is seldom. */
  has(hash: string, content: () => string): boolean {
    return this.#contents.get(hash)?.has(content()) ?? false;
  }

  /** What is in one of the two and not in the other, by hash. */
  differing(other: ExcludedRows): Map<string, ReadonlySet<string>> {
    const found = new Map<string, ReadonlySet<string>>();
    for (const hash of new Set([...this.#contents.keys(), ...other.#contents.keys()])) {
      const [own, others] = [
        this.#contents.get(hash) ?? new Set<string>(),
        other.#contents.get(hash) ?? new Set<string>(),
      ];
      const contents = new Set([...own, ...others].filter((content) => own.has(content) !== others.has(content)));
      if (contents.size > 0) found.set(hash, contents);
    }
    return found;
  }
}
