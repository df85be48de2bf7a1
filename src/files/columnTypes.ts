/** What the columns of a file are: as the person, the table, the file or its cells say it, and the store can hold it. */
import { type Reading, usualMarks } from '../data/loading/reading.ts';
import type { Value } from '../data/value.ts';
import { nulledNote, oddNote, otherTypeNote } from './importNotes.ts';
import type { PlannedColumn } from './planColumns.ts';
import type { ReadColumn, RowReader } from './rowReader.ts';
import { familyOf } from './types/cellValue.ts';
import { fitsType } from './types/fitsType.ts';
import type { RawTable } from './types/rawTable.ts';
import { keyType, TypeGuess } from './types/typeGuess.ts';

/** Whether the store can have a column of a type, and keeps all of its values. */
export type Holds = (type: string) => boolean;

export class ColumnTypes {
  readonly #raw: RawTable;
  readonly #columns: readonly PlannedColumn[];
  readonly #key: readonly string[];
  readonly #holds: Holds;
  readonly #marks: ReadonlySet<string>;
  readonly #marksAreChosen: boolean;
  /** By planned column; null where its type is known without. */
  #guesses: readonly (TypeGuess | null)[] = [];
  /** By planned column: types that were tried, and do not hold all of its values. */
  readonly #tried: number[];

  constructor(
    raw: RawTable,
    columns: readonly PlannedColumn[],
    key: readonly string[],
    reading: Reading,
    holds: Holds,
  ) {
    this.#raw = raw;
    this.#columns = columns;
    this.#key = key;
    this.#holds = holds;
    this.#marksAreChosen = reading.na !== undefined;
    this.#marks = new Set(raw.format === 'csv' ? (reading.na ?? usualMarks) : []);
    this.#tried = columns.map(() => 0);
    this.forget();
  }

  get guesses(): readonly (TypeGuess | null)[] {
    return this.#guesses;
  }

  /** Guesses that have heard of no cell yet, in the place of those that have. */
  forget(): void {
    this.#guesses = this.#columns.map(({ type, index }) => {
      if (type !== null || this.#raw.columns[index]?.type !== null) return null;
      return this.#raw.guesses?.[index] ?? new TypeGuess(this.#raw.format === 'csv', this.#marks, this.#marksAreChosen);
    });
  }

  /** The guesses have heard of all cells, or there are none. */
  get areKnown(): boolean {
    return this.#raw.guesses !== null || this.#guesses.every((guess) => guess === null);
  }

  /** All cells of the column stand in quotes, and those of others do not: so it is text. */
  #isQuoted(c: number): boolean {
    const guess = this.#guesses[c];
    if (!guess || guess.quoted === 0 || guess.unquoted > 0) return false;
    return this.#raw.dialect?.areQuoted !== true || this.#guesses.some((other) => other !== null && other.unquoted > 0);
  }

  /** Types of the file's own schema that the store can have, the best first. */
  #choices(index: number): readonly string[] {
    const { type = null, instead = [] } = this.#raw.columns[index] ?? {};
    return [...(type === null ? [] : [type]), ...instead].filter(
      (choice) => instead.length === 0 || this.#holds(choice),
    );
  }

  #typeOf(c: number): string {
    const { name, index, type: known } = this.#columns[c] as PlannedColumn;
    if (known !== null) return known;
    const guess = this.#guesses[c] ?? null;
    const found = guess === null ? (this.#choices(index)[this.#tried[c] ?? 0] ?? 'TEXT') : guess.type(this.#holds);
    const type = this.#isQuoted(c) ? 'TEXT' : found;
    return this.#key.includes(name) ? keyType(type, guess?.longest ?? null) : type;
  }

  /** As they are read when every cell was heard of. */
  columns(): ReadColumn[] {
    return this.#columns.map(({ index, name, type: known }, c) => {
      const type = this.#typeOf(c);
      const others = known === null ? this.#choices(index).length : 0;
      return {
        index,
        name,
        type,
        marks: this.#marksOf(c),
        guess: null,
        ...(others > 1 && { mayFit: (value: Value) => fitsType(type, value) }),
      };
    });
  }

  #marksOf(c: number): ReadColumn['marks'] {
    return { all: this.#marks, inText: this.#marksAreChosen || (this.#guesses[c]?.marksAreNull ?? false) };
  }

  /** The columns with guesses that hear of all cells anew, to find out whether the types hold. */
  withGuesses(columns: readonly ReadColumn[]): ReadColumn[] {
    this.forget();
    return columns.map((column, c) => ({ ...column, guess: this.#guesses[c] ?? null }));
  }

  /** Asks later whether these are the types that the cells, all heard of by then, speak for. */
  areAs(columns: readonly ReadColumn[]): () => boolean {
    return () =>
      columns.every(
        ({ type, marks, guess }, c) =>
          guess === null || (type === this.#typeOf(c) && marks.inText === this.#marksOf(c).inText),
      );
  }

  /** These columns, by place, had a value that is none of their type. */
  rule(misfits: ReadonlySet<number>): void {
    for (const c of misfits) if (this.#guesses[c] === null) this.#tried[c] = (this.#tried[c] ?? 0) + 1;
  }

  notes(nulled: RowReader['nulled']): string[] {
    return this.#columns.flatMap(({ name, index, type: known }, c) => {
      const guess = this.#guesses[c];
      const type = this.#typeOf(c);
      const notes = [nulledNote(name, nulled[c] ?? [])];
      if (guess && familyOf(type) === 'text') notes.push(oddNote(name, guess, this.#holds, this.#isQuoted(c)));
      const declared = this.#raw.columns[index]?.type ?? null;
      if (known === null && declared !== null && !this.#key.includes(name))
        notes.push(otherTypeNote(name, declared, type));
      return notes.filter((note) => note !== null);
    });
  }
}

/** Tells the guesses of the first rows, or of all. */
export async function look(
  raw: RawTable,
  types: ColumnTypes,
  signal?: AbortSignal,
  batches = Number.POSITIVE_INFINITY,
): Promise<void> {
  const columns = types.withGuesses(types.columns());
  let seen = 0;
  for await (const batch of raw.read(signal)) {
    for (const { index, guess } of columns)
      if (guess)
        for (const [r, row] of batch.rows.entries())
          guess.add(row[index] ?? null, batch.quoted?.[r * row.length + index] === 1);
    seen += 1;
    if (seen >= batches) return;
  }
}

const sampleBatches = 2;

/** The columns as the first rows speak for them, with guesses that go on. */
export async function sampled(raw: RawTable, types: ColumnTypes, signal?: AbortSignal): Promise<ReadColumn[]> {
  await look(raw, types, signal, sampleBatches);
  return types.withGuesses(types.columns());
}
