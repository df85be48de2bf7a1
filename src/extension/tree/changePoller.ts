/** Looks for writes by other programs and windows, while somebody can see the tree. */
import { Failure } from '../../base/failure.ts';
import type { Connections } from '../connections/connections.ts';
import { LeaseBeats, readLeases } from './leaseBeats.ts';

/** How often writes by others are looked for, in ms. */
const pollEvery = 5_000;

export interface ChangePollerOptions {
  readonly connections: Pick<Connections, 'open' | 'opened' | 'noticeChange' | 'lookAgain' | 'close'>;
  /** Another file is where the store of a connection was: it was closed, until somebody opens it again. */
  readonly replaced: (id: string, error: Failure) => void;
  /** A look that failed; the next one may not. */
  readonly failed: (error: unknown) => void;
}

export class ChangePoller {
  readonly #options: ChangePollerOptions;
  readonly #changeCounts = new Map<string, number>();
  readonly #beats = new LeaseBeats();
  #poll: ReturnType<typeof setInterval> | undefined;

  constructor(options: ChangePollerOptions) {
    this.#options = options;
  }

  /** Looks now and from time to time from now on. Where writes by others go unseen, what is shown is read again once. */
  wake(): void {
    this.sleep();
    const { connections } = this.#options;
    this.#poll = setInterval(() => void this.look(), pollEvery);
    for (const id of connections.open())
      if (connections.opened(id)?.facts.seesOthers === false) connections.lookAgain(id);
    void this.look();
  }

  sleep(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  /** One look at every open connection; who wrote is told of by `noticeChange`. */
  async look(): Promise<void> {
    const { connections, failed } = this.#options;
    for (const id of connections.open()) {
      try {
        const session = connections.opened(id);
        // Where writes by others go unseen, our own are told by whoever makes them.
        if (session?.facts.seesOthers !== true) continue;
        const now = await session.store.changeCount();
        const before = this.#changeCounts.get(id);
        this.#changeCounts.set(id, now);
        if (before === now) continue;
        const isBeat = this.#beats.isBeat(id, await readLeases(session.store));
        if (before !== undefined && !isBeat) connections.noticeChange(id);
      } catch (error) {
        if (Failure.is(error, 'store.replaced')) await this.#letGo(id, error);
        else failed(error);
      }
    }
  }

  async #letGo(id: string, error: Failure): Promise<void> {
    this.#changeCounts.delete(id);
    await this.#options.connections.close(id, true);
    this.#options.replaced(id, error);
  }

  dispose(): void {
    this.sleep();
  }
}
