/** Bounds what a server can make us hold: before the login is over, before the first row, in a row, in an answer that is kept whole. */
import { Failure } from '../../../base/failure.ts';

/** The server's own packets end at 64 MB, and a row is one packet. */
export const mostBytes = {
  login: 256 * 1024,
  columns: 16 * 1024 * 1024,
  row: 256 * 1024 * 1024,
  answer: 512 * 1024 * 1024,
} as const;

type What = keyof typeof mostBytes;

const sizeText = (bytes: number): string => (bytes < 1 << 20 ? `${bytes >> 10} kB` : `${bytes >> 20} MB`);

/** That a server sent more than it may. */
export const flooded = (store: string, what: What): Failure =>
  new Failure('store.flooded', { store, most: sizeText(mostBytes[what]), what });

/** Counts what came since the last thing that could be used. */
export class Flood {
  #waitsFor: 'columns' | 'row' = 'columns';
  #unused = 0;
  /** Of an answer that is kept whole; null where its rows are taken as they come. */
  #whole: number | null = null;

  /** A statement begins, or the one before is over. */
  begin(isKeptWhole: boolean): void {
    this.#waitsFor = 'columns';
    this.#unused = 0;
    this.#whole = isKeptWhole ? 0 : null;
  }

  /** Columns or a row were understood. */
  used(): void {
    this.#waitsFor = 'row';
    this.#unused = 0;
  }

  /** What there is too much of; null as long as it is within bounds. */
  take(bytes: number): What | null {
    this.#unused += bytes;
    if (this.#unused > mostBytes[this.#waitsFor]) return this.#waitsFor;
    if (this.#whole === null) return null;
    this.#whole += bytes;
    return this.#whole > mostBytes.answer ? 'answer' : null;
  }
}
