/** What a training's page says that has to be counted, or asked of a model: in the background where that costs nobody anything, else on a click. */
import { Failure } from '../../base/failure.ts';
import { changedRows } from '../../data/change.ts';
import { say } from '../../base/say.ts';
import { type Counted, notCounted } from './trainingState.ts';

/** A delta to live that takes longer is left to a click, in ms. */
const patience = 2_000;

export interface TrainingCounterOptions {
  readonly countsOnClick: () => boolean;
  /** Counts, and advises on what was counted; cancelled when it takes too long. */
  readonly read: (signal: AbortSignal) => Promise<Omit<Counted, 'pending' | 'check'>>;
  /** Asks the newest model about changes that were counted; cancelled when others are counted. Null where it cannot be asked. */
  readonly check: (signal: AbortSignal) => Promise<Counted['check']>;
  /** Looks for leaks in the rows that were counted; cancelled as `check`. Null where nobody could look. */
  readonly leaks?: (signal: AbortSignal) => Promise<readonly string[] | null>;
  /** Other counts are known now. */
  readonly changed: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

export class TrainingCounter {
  readonly #options: TrainingCounterOptions;
  #counted: Counted = notCounted;
  /** Grows with every count, so that one that was overtaken tells nothing. */
  #turn = 0;
  #asking = new AbortController();

  constructor(options: TrainingCounterOptions) {
    this.#options = options;
  }

  /** As it is known now; where a click counts and nobody has clicked, it says so. */
  get counted(): Counted {
    return this.#counted === notCounted && this.#options.countsOnClick() ? uncounted() : this.#counted;
  }

  /** The data changed: what took a click to count is not true any more. */
  outdate(): void {
    if (this.#options.countsOnClick()) this.#counted = notCounted;
  }

  /** The page is of another lineage now: nothing that was counted is about it. */
  forget(): void {
    this.#turn++;
    this.#asking.abort();
    this.#counted = notCounted;
  }

  /** Works the advice and the counts out and tells of them. */
  async count(signal: AbortSignal): Promise<void> {
    const turn = ++this.#turn;
    this.#asking.abort();
    let counted: Counted;
    try {
      counted = { ...(await this.#options.read(signal)), check: null, pending: null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const pending = signal.aborted ? say('Changed. Count what changed to get advice.') : error.message;
      counted = { ...notCounted, pending };
    }
    if (turn !== this.#turn) return;
    this.#counted = counted;
    await this.#options.changed();
    this.#asking = new AbortController();
    if (counted.counts && changedRows(counted.counts) > 0) this.#check(turn).catch(this.#options.failed);
    if (counted.advice) this.#look(turn).catch(this.#options.failed);
  }

  /** Rows are read for it, so that nobody waits either. */
  async #look(turn: number): Promise<void> {
    const { signal } = this.#asking;
    const leaks = await (this.#options.leaks?.(signal) ?? null);
    const { advice } = this.#counted;
    if (turn !== this.#turn || !leaks || leaks.length === 0 || !advice) return;
    this.#counted = { ...this.#counted, advice: { ...advice, leaks } };
    await this.#options.changed();
  }

  /** Takes a process of its own and its time, so nobody waits for it. */
  async #check(turn: number): Promise<void> {
    const { signal } = this.#asking;
    const check = await this.#options.check(signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (turn !== this.#turn || check === null) return;
    this.#counted = { ...this.#counted, check };
    await this.#options.changed();
  }

  /** Nobody looks any more. */
  end(): void {
    this.#turn++;
    this.#asking.abort();
  }

  /** Counts in the background, where that takes no click. */
  countLater(): void {
    if (this.#options.countsOnClick()) return;
    this.count(AbortSignal.timeout(patience)).catch(this.#options.failed);
  }
}

const uncounted = (): Counted => ({ ...notCounted, pending: say('Count what changed to get advice.') });
