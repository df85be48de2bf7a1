/** Reads the rows of a file as values of planned columns, and knows when the types that were planned do not hold. */
import { Failure } from '../base/failure.ts';
import { say } from '../base/say.ts';
import type { LoadBatch } from '../data/store.ts';
import type { Value } from '../data/value.ts';
import { familyOf } from './types/cellValue.ts';
import { ColumnReader, type Marks } from './types/columnReader.ts';
import type { RawCell } from './types/rawCell.ts';
import { fitsType } from './types/fitsType.ts';
import type { RawBatch, RawTable } from './types/rawTable.ts';
import type { TypeGuess } from './types/typeGuess.ts';

/** A column with the type that it is read as. */
export interface ReadColumn {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly marks: Marks;
  /** Hears of all cells while the type may still turn out to be another; null where it is certain. */
  readonly guess: TypeGuess | null;
  /** Whether a value is one of the type, where there is another type to try when one is not. */
  readonly mayFit?: (value: Value) => boolean;
}

/** How far a read is. */
export interface ReadProgress {
  readonly rows: number;
  /** Bytes of the file that were read, and of all of it; null where they are not known. */
  readonly bytes: number | null;
  readonly size: number | null;
}

/** The types do not hold: the rest of the file was looked at, and it is read again with the types that do. */
class Misfit extends Error {}

const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

const shortest = (cell: RawCell): string => {
  const text = typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : String(cell);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/**
 * The digits of a decimal are looked at here, where its line is known and its reason can be told; so is the length of a text that got
 * its length from the rows that were seen first.
 */
function ownCheck(type: string, guess: TypeGuess | null): ((value: Value) => boolean) | undefined {
  if (familyOf(type) === 'decimal') return (value) => fitsType(type, value);
  const length = guess && /^VARCHAR\((\d+)\)$/.exec(type)?.[1];
  return length ? () => guess.longest <= Number(length) : undefined;
}

/** What a decimal holds, in words. */
function digitsReason(type: string): string {
  const [, precision = '10', scale = '0'] = /\((\d+)(?:\s*,\s*(\d+))?\)/.exec(type) ?? [];
  return say('{0} holds {1} digits before the point and {2} behind it', type, Number(precision) - Number(scale), scale);
}

function reasonOf(type: string, cell: RawCell): string {
  const text = typeof cell === 'string' ? cell.trim() : shortest(cell);
  const value = Number(text);
  const isNumber = text !== '' && Number.isFinite(value);
  const family = familyOf(type);
  if (family === 'bytes') return say('the column holds bytes, written 0x…');
  if (family === 'decimal' && decimal.test(text)) return digitsReason(type);
  if (isNumber && (family === 'integer' || family === 'float' || family === 'decimal')) {
    if (family === 'integer' && !Number.isInteger(value)) return say('it is not a whole number ({0})', type);
    return say('as {0} it would come back as {1}', type, String(value));
  }
  return say('it is not a {0}', type);
}

export class RowReader {
  readonly #file: string;
  readonly #raw: RawTable;
  readonly #columns: readonly ReadColumn[];
  readonly #readers: readonly ColumnReader[];
  /** Whether the types that the cells speak for by now are those that were planned. */
  readonly #isRight: () => boolean;
  #isMisfit = false;
  /** Columns, by place, with a value that is none of their type. */
  readonly misfits = new Set<number>();

  /** `isSpelled`: plain numbers stay texts. */
  constructor(file: string, raw: RawTable, columns: readonly ReadColumn[], isRight: () => boolean, isSpelled = false) {
    this.#file = file;
    this.#raw = raw;
    this.#columns = columns;
    this.#isRight = isRight;
    this.#readers = columns.map(
      ({ index, type, marks, guess, mayFit = ownCheck(type, guess) }) =>
        new ColumnReader({
          index,
          type,
          format: raw.format,
          marks,
          guess,
          isSpelled,
          ...(mayFit && { holds: mayFit }),
        }),
    );
  }

  /** The types did not hold, and the guesses have seen the whole file meanwhile. */
  get isMisfit(): boolean {
    return this.#isMisfit;
  }

  /** Cells that were read as NULL, by column. */
  get nulled(): readonly (readonly (readonly [string, number])[])[] {
    return this.#readers.map((reader) => [...reader.nulled]);
  }

  /** Ends with an error of its own where `isMisfit`, for whoever asked to read again. */
  async *batches(onProgress: (progress: ReadProgress) => void, signal?: AbortSignal): AsyncGenerator<LoadBatch, void> {
    let rows = 0;
    for await (const batch of this.#raw.read(signal)) {
      this.#readBatch(batch);
      rows += batch.rows.length;
      onProgress({ rows, bytes: batch.bytes ?? null, size: this.#raw.size });
      if (this.#isMisfit && this.#columns.every(({ guess }) => guess === null)) throw new Misfit();
      if (!this.#isMisfit)
        yield {
          rows: this.#chosen(batch.rows),
          // A line of one of several files is no place.
          lines: batch.file === undefined ? batch.lines : null,
        };
    }
    if (rows === 0) throw new Failure('file.empty', { file: this.#file });
    this.#isMisfit ||= !this.#isRight();
    if (this.#isMisfit) throw new Misfit();
  }

  #readBatch(batch: RawBatch): void {
    for (const [c, reader] of this.#readers.entries()) {
      if (this.#isMisfit) {
        reader.guessFrom(batch, 0);
        continue;
      }
      const bad = reader.read(batch);
      if (bad < 0) continue;
      const column = this.#columns[c] as ReadColumn;
      if (column.guess === null && !column.mayFit) throw this.#refused(column, batch, bad);
      this.#isMisfit = true;
      this.misfits.add(c);
      // The guess has heard of the cell itself.
      reader.guessFrom(batch, bad + 1);
    }
  }

  #refused({ name, type, index }: ReadColumn, { rows, lines, file = this.#file }: RawBatch, r: number): Failure {
    const cell = rows[r]?.[index] ?? null;
    return new Failure('value.refused', {
      column: name,
      value: JSON.stringify(shortest(cell)),
      reason: reasonOf(type, cell),
      line: lines?.[r] ?? null,
      file,
    });
  }

  /** By now the cells that are read are values. */
  #chosen(rows: readonly RawCell[][]): readonly (readonly Value[])[] {
    const isAll = this.#columns.every(({ index }, c) => index === c) && rows[0]?.length === this.#columns.length;
    const values = rows as Value[][];
    return isAll ? values : values.map((row) => this.#columns.map(({ index }) => row[index] ?? null));
  }
}
