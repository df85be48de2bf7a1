/** Reads the sets of a run: pages to encoded rows, with progress, and rows without a label left out and counted. */
import { at } from '../base/assert.ts';
import { Failure } from '../base/failure.ts';
import { type Cells, cellAt, type RowPage } from '../data/page.ts';
import type { RowSet, TrainEvent, TrainRows } from '../data/trainer.ts';
import type { FeatureKind, Plan } from '../data/training.ts';
import { textOf, type Value } from '../data/value.ts';
import { inClassOrder, TextNumbers } from './classes.ts';
import { Encoder, type FeatureCode, fitFeature } from './encode/encoder.ts';
import { guessKind } from './encode/guess.ts';
import { rawColumn } from './encode/raw.ts';
import { EncodedRows } from './encodedRows.ts';
import { pauser } from './pause.ts';

/** Rows that a guess of a column's kind looks at. */
const guessRows = 4_096;
/** Milliseconds between two events. */
const eventEvery = 100;

/** What a run hands to everything that reads. */
export interface Reading {
  readonly plan: Plan;
  readonly rows: TrainRows;
  readonly signal: AbortSignal;
  on(event: TrainEvent): void;
}

function columnOf(page: RowPage, name: string): Cells {
  const index = page.columns.findIndex((column) => column.name === name);
  if (index < 0) throw new Failure('column.unknown', { column: name, table: 'The table' });
  return at(page.cells, index);
}

/** About how many rows a set has, for progress. */
function expectedRows(plan: Plan, set: RowSet): number {
  if (set === 'train' || set === 'delta' || set === 'replay') return plan.counts[set];
  const share = set === 'tune' ? plan.tune : plan.test;
  return Math.round((plan.counts.train * share) / Math.max(1e-9, 1 - plan.tune - plan.test));
}

/** The pages of a set, as events tell how far the reading is. */
export async function* readPages(reading: Reading, set: RowSet): AsyncGenerator<RowPage, void> {
  const { plan, rows, signal } = reading;
  const pause = pauser(signal);
  const started = performance.now();
  let told = started;
  let read = 0;
  const tell = (): void => {
    told = performance.now();
    const rowsPerSecond = (1000 * read) / Math.max(1, told - started);
    reading.on({ kind: 'reading', set, rows: read, expected: Math.max(read, expectedRows(plan, set)), rowsPerSecond });
  };
  for await (const page of rows.read(set, signal)) {
    await pause();
    yield page;
    read += page.rows;
    if (performance.now() - told >= eventEvery) tell();
  }
  await pause();
  tell();
}

/** The rows of a page that have a label, with its text. */
export function labelledRows(page: RowPage, label: string): { row: number; text: string }[] {
  const cells = columnOf(page, label);
  const labelled: { row: number; text: string }[] = [];
  for (let row = 0; row < page.rows; row++) {
    const value = cellAt(cells, row);
    if (value !== null && !(typeof value === 'number' && Number.isNaN(value)))
      labelled.push({ row, text: textOf(value) });
  }
  return labelled;
}

/** Encodes rows of pages by a frozen encoder. */
export class PageEncoder {
  readonly #encoder: Encoder;
  readonly #row: Float32Array;

  constructor(encoder: Encoder) {
    this.#encoder = encoder;
    this.#row = new Float32Array(encoder.layout.stored);
  }

  /** Adds the chosen rows of a page to `target`. */
  add(page: RowPage, chosen: readonly { readonly row: number; readonly label: number }[], target: EncodedRows): void {
    const { features } = this.#encoder.state;
    const raw = features.map(({ name, kind }, f) =>
      rawColumn(kind, columnOf(page, name), page.rows, (text) => this.#encoder.slotOf(f, text)),
    );
    for (const { row, label } of chosen) {
      this.#encoder.write((f) => at(at(raw, f), row), this.#row);
      target.push(this.#row, 0, label);
    }
  }
}

export interface ReadRows {
  readonly rows: EncodedRows;
  readonly unlabelled: number;
}

/**
 * Reads a set by a frozen encoder. A class that is not in `classes` is added to it (`grow`), its rows get the label -1
 * (`keep`), or they are left out (`skip`).
 */
export async function readEncoded(
  reading: Reading,
  set: RowSet,
  encoder: Encoder,
  classes: TextNumbers,
  unknown: 'grow' | 'keep' | 'skip',
): Promise<ReadRows> {
  const rows = new EncodedRows(encoder.layout);
  const encode = new PageEncoder(encoder);
  let unlabelled = 0;
  for await (const page of readPages(reading, set)) {
    const labelled = labelledRows(page, reading.plan.label);
    unlabelled += page.rows - labelled.length;
    const numbered = labelled.map(({ row, text }) => ({
      row,
      label: unknown === 'grow' ? classes.numberOf(text) : classes.find(text),
    }));
    encode.add(page, unknown === 'skip' ? numbered.filter(({ label }) => label >= 0) : numbered, rows);
  }
  return { rows, unlabelled };
}

/** The kinds of the plan's features: as the plan says, else guessed from the first rows. */
function kindsOf(plan: Plan, pages: readonly RowPage[]): FeatureKind[] {
  return plan.features.map(({ name, type, kind }) => {
    if (kind) return kind;
    const values: Value[] = [];
    for (const page of pages) {
      const cells = columnOf(page, name);
      for (let i = 0; i < page.rows && values.length < guessRows; i++) values.push(cellAt(cells, i));
    }
    return guessKind(name, type, values);
  });
}

export interface FittedRows extends ReadRows {
  readonly encoder: Encoder;
  readonly classes: readonly string[];
}

/** Reads the train rows once, fits encoder and classes to them, and encodes them. */
export async function readAndFit(reading: Reading): Promise<FittedRows> {
  const { plan } = reading;
  const labels = new TextNumbers();
  const categories = plan.features.map(() => new TextNumbers());
  /** Raw numbers page by page, feature by feature, of labelled rows. */
  const raw: { columns: Float64Array[]; labels: Int32Array }[] = [];
  let unlabelled = 0;
  let kinds: FeatureKind[] | undefined;
  let waiting: RowPage[] = [];
  let seen = 0;
  const take = (page: RowPage, known: readonly FeatureKind[]): void => {
    const labelled = labelledRows(page, plan.label);
    unlabelled += page.rows - labelled.length;
    const columns = plan.features.map(({ name }, f) => {
      const all = rawColumn(at(known, f), columnOf(page, name), page.rows, (text) => at(categories, f).numberOf(text));
      return labelled.length === page.rows ? all : Float64Array.from(labelled, ({ row }) => at(all, row));
    });
    raw.push({ columns, labels: Int32Array.from(labelled, ({ text }) => labels.numberOf(text)) });
  };
  const takeWaiting = (): FeatureKind[] => {
    const known = kindsOf(plan, waiting);
    for (const page of waiting) take(page, known);
    waiting = [];
    return known;
  };
  for await (const page of readPages(reading, 'train')) {
    if (kinds) take(page, kinds);
    else {
      waiting.push(page);
      seen += page.rows;
      if (seen >= guessRows) kinds = takeWaiting();
    }
  }
  const known = kinds ?? takeWaiting();
  const pause = pauser(reading.signal);
  const features: FeatureCode[] = [];
  for (const [f, { name }] of plan.features.entries()) {
    const pieces = raw.map(({ columns }) => at(columns, f));
    features.push(fitFeature(name, at(known, f), pieces, at(categories, f).texts));
    await pause();
  }
  const encoder = new Encoder({ format: 1, features });
  const classes = inClassOrder(labels.texts);
  const classOf = labels.texts.map((text) => classes.indexOf(text));
  const slots = features.map((code, f) =>
    code.kind === 'category' ? at(categories, f).texts.map((text) => encoder.slotOf(f, text)) : null,
  );
  const rows = new EncodedRows(encoder.layout);
  const stored = new Float32Array(encoder.layout.stored);
  for (const piece of raw) {
    for (let i = 0; i < piece.labels.length; i++) {
      encoder.write((f) => {
        const value = at(at(piece.columns, f), i);
        const slotsOfFeature = at(slots, f);
        return slotsOfFeature === null || Number.isNaN(value) ? value : at(slotsOfFeature, value);
      }, stored);
      rows.push(stored, 0, at(classOf, at(piece.labels, i)));
    }
    // Encoded by now; the next pieces need the room.
    piece.columns.length = 0;
    await pause();
  }
  return { encoder, classes, rows, unlabelled };
}
