/** The results of a connection's statements, oldest first: the newest of them are kept, with their rows. */
import { live, versionText } from '../../data/version.ts';
import type { StatementResult } from '../../protocol/panel.ts';

/** Results that are kept; older ones go with their rows. */
const mostResults = 20;

export class ResultList {
  #all: readonly StatementResult[] = [];

  get all(): readonly StatementResult[] {
    return this.#all;
  }

  /** Adds a result, or replaces the one with its id; answers those that had to go for it. */
  put(result: StatementResult): readonly StatementResult[] {
    const isKnown = this.#all.some(({ id }) => id === result.id);
    const all = isKnown ? this.#all.map((one) => (one.id === result.id ? result : one)) : [...this.#all, result];
    this.#all = all.slice(-mostResults);
    return all.slice(0, -mostResults);
  }

  /** Something of the connection changed: a delta to or from live may be another one now. True when there is such a one. */
  outdate(): boolean {
    const isOld = ({ state, delta }: StatementResult): boolean =>
      state === 'done' && delta !== null && !delta.outdated && [delta.from, delta.to].includes(versionText(live));
    if (!this.#all.some(isOld)) return false;
    this.#all = this.#all.map((one) =>
      one.delta && isOld(one) ? { ...one, delta: { ...one.delta, outdated: true } } : one,
    );
    return true;
  }
}
