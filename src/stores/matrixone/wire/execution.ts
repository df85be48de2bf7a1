/** One statement in flight: its rows as they come, at the pace of who takes them. */
import type { RawRow, Reading, ServerColumn } from './server.ts';

/** Pauses and goes on with the socket. */
interface Flow {
  pause(): void;
  resume(): void;
}

export class Execution<T> {
  columns: readonly ServerColumn[] = [];
  affected = 0;
  readonly #flow: Flow;
  /** Rows that may wait for the taker before the server has to. */
  readonly #limit: number;
  readonly #reading: Reading<T>;
  #read: ((row: RawRow) => T) | null = null;
  #rows: T[] = [];
  #paused = false;
  #ended = false;
  /** Set when the statement was given up: whatever it answers from then on, its taker hears this. */
  #verdict: { readonly thrown: unknown } | null = null;
  #error: { readonly thrown: unknown } | null = null;
  #wanted = 0;
  #wake: (() => void) | null = null;
  readonly #settled: (() => void)[] = [];
  /** Set when its end is waited for: what an error then means. */
  #meaning: ((thrown: unknown) => unknown) | null = null;

  constructor(flow: Flow, limit: number, reading: Reading<T>) {
    this.#flow = flow;
    this.#limit = limit;
    this.#reading = reading;
  }

  push(row: RawRow): void {
    if (this.#verdict || this.#meaning) return;
    try {
      this.#read ??= this.#reading(this.columns);
      this.#rows.push(this.#read(row));
    } catch (thrown) {
      this.#verdict = { thrown };
      this.#wakeUp();
      return;
    }
    if (this.#rows.length >= Math.max(this.#wanted, this.#limit) && !this.#paused) {
      this.#paused = true;
      this.#flow.pause();
    }
    if (this.#wake !== null && this.#rows.length >= this.#wanted) this.#wakeUp();
  }

  end(): void {
    this.#ended = true;
    this.#settle();
  }

  fail(thrown: unknown): void {
    this.#error ??= { thrown: this.#meaning && !this.isSettled ? this.#meaning(thrown) : thrown };
    this.#settle();
  }

  /** The next `count` rows; fewer: those were the last. */
  async take(count: number): Promise<readonly T[]> {
    this.#wanted = count;
    if (this.#rows.length < count && !this.isSettled && !this.#verdict) {
      const ready = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#goOn();
      await ready;
    }
    this.#wanted = 0;
    const failed = this.#verdict ?? this.#error;
    if (failed) throw failed.thrown;
    if (this.#rows.length <= count) {
      const rows = this.#rows;
      this.#rows = [];
      return rows;
    }
    return this.#rows.splice(0, count);
  }

  /** Gives it up: reads on and throws away, so that the end of a killed statement is heard. Resolves when it is over. */
  giveUp(thrown: unknown): Promise<void> {
    this.#verdict = { thrown };
    this.#rows = [];
    const over = this.isSettled ? Promise.resolve() : new Promise<void>((resolve) => this.#settled.push(resolve));
    this.#goOn();
    return over;
  }

  /** Reads on and throws the rows away; its taker hears how it ended. `meaning`: what an error says that comes from now on. */
  waitOut(meaning: (thrown: unknown) => unknown): Promise<void> {
    this.#meaning = meaning;
    this.#rows = [];
    const over = this.isSettled ? Promise.resolve() : new Promise<void>((resolve) => this.#settled.push(resolve));
    this.#goOn();
    return over;
  }

  get isSettled(): boolean {
    return this.#ended || this.#error !== null;
  }

  get isFailed(): boolean {
    return this.#error !== null;
  }

  #goOn(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#flow.resume();
  }

  #settle(): void {
    this.#wakeUp();
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
