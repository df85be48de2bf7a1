/** Makes values of one column of a file, a batch at a time; where its type is not certain yet, it goes on finding it out. */
import type { TypeFamily } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';
import { cellValue, familyOf } from './cellValue.ts';
import { isShortWhole, plainFraction } from '../../data/loading/plainNumber.ts';
import type { RawCell } from './rawCell.ts';
import type { RawBatch, RawTable } from './rawTable.ts';
import type { TypeGuess } from './typeGuess.ts';

/** Cells that mean "missing": in columns of numbers, times and truth values, and in columns of text where `inText`. */
export interface Marks {
  readonly all: ReadonlySet<string>;
  readonly inText: boolean;
}

export interface ReaderOptions {
  /** Its place in the rows of the file. */
  readonly index: number;
  /** As declared, in MySQL words. */
  readonly type: string;
  readonly format: RawTable['format'];
  readonly marks: Marks;
  /** What hears of all cells while the type may still change; null where it may not. */
  readonly guess: TypeGuess | null;
  /** Plain numbers stay as they are spelled. */
  readonly isSpelled?: boolean;
  /** Whether a value of the right kind is one of the type. */
  readonly holds?: (value: Value) => boolean;
}

const marked: ReadonlySet<TypeFamily> = new Set(['integer', 'float', 'decimal', 'boolean', 'date', 'datetime', 'time']);

/** Reads one column, batch by batch. */
export class ColumnReader {
  readonly #options: ReaderOptions;
  readonly #family: TypeFamily;
  readonly #hasMarks: boolean;
  /** Cells that were read as NULL, and how often. */
  readonly nulled = new Map<string, number>();

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#family = familyOf(options.type);
    const { all, inText } = options.marks;
    this.#hasMarks =
      options.format === 'csv' && all.size > 0 && (marked.has(this.#family) || (inText && this.#family === 'text'));
  }

  /**
   * Puts values in the place of the cells. −1 where all could be, else the first row whose cell is none of the type: it and the rows
   * behind it stay as they are, but for those that the guess has heard of.
   */
  read(batch: RawBatch): number {
    if (this.#options.format === 'csv') {
      if (this.#family === 'integer' || this.#family === 'float') return this.#readNumbers(batch);
      if (this.#family === 'text' && !this.#hasMarks && this.#options.guess === null) return -1;
    }
    const { rows } = batch;
    for (let r = 0; r < rows.length; r++) {
      const value = this.#value(batch, r);
      if (value === undefined) return r;
      (rows[r] as RawCell[])[this.#options.index] = value;
    }
    return -1;
  }

  /** Tells the guess of the cells from a row on, and makes nothing of them. */
  guessFrom({ rows, quoted }: RawBatch, from: number): void {
    const { guess, index } = this.#options;
    if (guess === null) return;
    for (let r = from; r < rows.length; r++) {
      const row = rows[r] as RawCell[];
      guess.add(row[index] as RawCell, quoted?.[r * row.length + index] === 1);
    }
  }

  #value(batch: RawBatch, r: number): Value | undefined {
    const { index, format, guess, holds } = this.#options;
    const row = batch.rows[r] as RawCell[];
    const cell = row[index] as RawCell;
    const isQuoted = batch.quoted?.[r * row.length + index] === 1;
    guess?.add(cell, isQuoted);
    if (cell === null) return null;
    if (this.#hasMarks && typeof cell === 'string' && this.#isMark(cell, isQuoted)) return null;
    const value = cellValue(cell, this.#family, format);
    return holds && value !== undefined && !holds(value) ? undefined : value;
  }

  #isMark(cell: string, isQuoted: boolean): boolean {
    const isText = this.#family === 'text';
    const text = isText ? cell : cell.trim();
    if ((isText && isQuoted) || !this.#options.marks.all.has(text)) return false;
    this.nulled.set(text, (this.nulled.get(text) ?? 0) + 1);
    return true;
  }

  /** Most numbers of a file are plain, so these are looked at first, and counted together. */
  #readNumbers(batch: RawBatch): number {
    const { index, guess, isSpelled = false } = this.#options;
    const { rows, quoted } = batch;
    const isWhole = this.#family === 'integer';
    const width = rows[0]?.length ?? 0;
    const seen = new PlainNumbers(guess);
    let r = 0;
    for (; r < rows.length; r++) {
      const row = rows[r] as RawCell[];
      const cell = row[index] as RawCell;
      if (cell === null) seen.nulls += 1;
      else {
        const fraction = typeof cell === 'string' ? fractionOf(cell, isWhole) : -1;
        const value = fraction < 0 ? this.#value(batch, r) : isSpelled ? (cell as string) : Number(cell);
        if (value === undefined) break;
        if (fraction >= 0)
          seen.add(cell as string, fraction, quoted === null ? 0 : (quoted[r * width + index] as number));
        row[index] = value;
      }
    }
    seen.tell();
    return r === rows.length ? -1 : r;
  }
}

const fractionOf = (cell: string, isWhole: boolean): number =>
  isWhole ? (isShortWhole(cell) ? 0 : -1) : plainFraction(cell);

/** What a guess has to know of plain numbers, gathered first. */
class PlainNumbers {
  nulls = 0;
  readonly #guess: TypeGuess | null;
  #count = 0;
  #quoted = 0;
  #hasWhole = false;
  #least = Number.POSITIVE_INFINITY;
  #most = -1;

  constructor(guess: TypeGuess | null) {
    this.#guess = guess;
  }

  add(cell: string, fraction: number, quoted: number): void {
    if (this.#guess === null) return;
    this.#count += 1;
    this.#quoted += quoted;
    if (fraction === 0 && !cell.endsWith('.')) {
      this.#hasWhole = true;
      return;
    }
    if (fraction < this.#least) this.#least = fraction;
    if (fraction > this.#most) this.#most = fraction;
    if (fraction > 1 && cell.charCodeAt(cell.length - 1) === 48) this.#guess.addZeroEnd(cell);
  }

  tell(): void {
    this.#guess?.addNulls(this.nulls);
    this.#guess?.addPlain(this.#count, this.#quoted, this.#hasWhole, this.#least, this.#most);
  }
}
