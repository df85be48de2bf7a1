/** Watches over one statement: a server that stays silent for too long, and a caller who changes their mind. */
import type { Socket } from 'node:net';
import { Failure } from '../../../base/failure.ts';

interface Watched {
  readonly socket: Socket;
  readonly label: string;
  /** Silence that is too long: bytes in either direction are a sign of life. Null: none is. */
  readonly deadlineMs: number | null;
  readonly signal: AbortSignal | undefined;
  /** Called once at most. */
  readonly stop: (failure: Failure) => void;
}

export class Watch {
  readonly #watched: Watched;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(watched: Watched) {
    this.#watched = watched;
    watched.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Waits for the server: only then does the time run. */
  async during<T>(wait: () => Promise<T>): Promise<T> {
    this.#arm();
    try {
      return await wait();
    } finally {
      this.#disarm();
    }
  }

  end(): void {
    this.#isOver = true;
    this.#disarm();
    this.#watched.signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#halt(new Failure('cancelled'));

  #arm(): void {
    const { deadlineMs: limit, label } = this.#watched;
    if (limit === null || this.#isOver) return;
    const traffic = this.#traffic();
    this.#timer = setTimeout(() => {
      if (this.#traffic() !== traffic) this.#arm();
      else this.#halt(new Failure('store.timeout', { store: label, seconds: limit / 1000 }));
    }, limit);
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #halt(failure: Failure): void {
    if (this.#isOver) return;
    this.end();
    this.#watched.stop(failure);
  }

  #traffic(): number {
    const { socket } = this.#watched;
    return socket.bytesRead + socket.bytesWritten;
  }
}
