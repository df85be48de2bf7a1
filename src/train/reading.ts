/** Reads the sets of a run: pages of a table to pages of a learner, with progress, and rows without a label left out and counted. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import type { DeltaPage } from '../data/change.ts';
import { cellAt, pickCells, type RowPage } from '../data/page.ts';
import type { RowsWanted, ReadSet, Rival, RowSet, TrainEvent, TrainRows } from '../data/trainer.ts';
import type { Plan } from '../data/training.ts';
import { type Labels, type RowForm, type RowStream, sideNumbers, type TrainPage } from '../data/trainPage.ts';
import { textOf, type Value } from '../data/value.ts';
import type { TextNumbers } from './classes.ts';
import { type ChosenRow, columnOf, type RowCoder } from './encode/coder.ts';
import { KeptRows } from './rows/keptRows.ts';
import { pauser } from './rows/pause.ts';

/** Milliseconds between two events. */
const eventEvery = 100;

/** Looks at the rows of a run as they are read, and says what it needs to see of them. */
export interface Watch {
  readonly wanted: RowsWanted;
  /** Each page of a set, whenever it is read. */
  page(set: RowSet, page: RowPage): void;
  /** The same, and what of a side is beyond the rows that the plan has at most, where `all` is wanted. */
  every?(set: RowSet, page: RowPage): void;
}

/** What a run hands to everything that reads. */
export interface Reading {
  readonly plan: Plan;
  readonly rows: TrainRows;
  readonly signal: AbortSignal;
  /** Null where nothing is judged. */
  readonly watch: Watch | null;
  on(event: TrainEvent): void;
}

const mostRows = ({ atMost }: Plan, set: ReadSet): number =>
  set === 'validation' || set === 'test' ? (atMost?.[set] ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;

/** The first rows of a page. */
function firstRows(page: RowPage, most: number): RowPage {
  if (page.rows <= most) return page;
  const rows = Array.from({ length: most }, (_, i) => i);
  const cells = page.cells.map((column) => pickCells(column, rows));
  return { ...page, rows: most, cells, ...(page.hashes && { hashes: page.hashes.slice(0, most) }) };
}

/** About how many rows a set has, for progress. */
function expectedRows(plan: Plan, set: ReadSet): number {
  if (set === 'train' || set === 'delta' || set === 'replay') return plan.counts[set];
  if (set === 'baselineDelta') return 0;
  const share = set === 'validation' ? plan.validation : plan.test;
  const rows = Math.round((plan.counts.train * share) / Math.max(1e-9, 1 - plan.validation - plan.test));
  return Math.min(rows, mostRows(plan, set));
}

/** Pages as they come, as events tell how far the reading is. */
async function* told<P extends { readonly rows: number }>(
  reading: Reading,
  set: ReadSet,
  pages: AsyncGenerator<P, void>,
): AsyncGenerator<P, void> {
  const { plan, signal } = reading;
  const pause = pauser(signal);
  const started = performance.now();
  let last = started;
  let read = 0;
  const tell = (): void => {
    last = performance.now();
    const rowsPerSecond = (1000 * read) / Math.max(1, last - started);
    reading.on({ kind: 'reading', set, rows: read, expected: Math.max(read, expectedRows(plan, set)), rowsPerSecond });
  };
  for await (const page of pages) {
    await pause();
    yield page;
    read += page.rows;
    if (performance.now() - last >= eventEvery) tell();
  }
  await pause();
  tell();
}

/** The pages of a set, of a side no more than the plan has at most. */
export async function* readPages(reading: Reading, set: RowSet): AsyncGenerator<RowPage, void> {
  const { plan, rows, signal, watch } = reading;
  let left = mostRows(plan, set);
  for await (const page of told(reading, set, rows.read(set, signal, watch?.wanted))) {
    watch?.every?.(set, page);
    if (left === 0) continue;
    const own = firstRows(page, left);
    left -= own.rows;
    watch?.page(set, own);
    yield own;
  }
}

/** What changed since the snapshot of a rival. */
export const readChanges = (reading: Reading, since: Rival): AsyncGenerator<DeltaPage, void> =>
  told(reading, since === 'parent' ? 'delta' : 'baselineDelta', reading.rows.changes(since, reading.signal));

const isMissing = (value: Value): boolean => value === null || (typeof value === 'number' && Number.isNaN(value));

/** The rows of a page that have a label, with its text. */
export function labelledRows(page: RowPage, label: string): { row: number; text: string }[] {
  const cells = columnOf(page, label);
  const labelled: { row: number; text: string }[] = [];
  for (let row = 0; row < page.rows; row++) {
    const value = cellAt(cells, row);
    if (!isMissing(value)) labelled.push({ row, text: textOf(value) });
  }
  return labelled;
}

/** The rows of a page that have a label, with its value; `plan.unsupported` where one is no number. */
export function valuedRows(page: RowPage, label: string): ChosenRow[] {
  return labelledRows(page, label).map(({ row, text }) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value))
      throw new Failure('plan.unsupported', {
        what: say('"{0}" holds "{1}", which is no number, so it cannot be predicted as one.', label, text),
        hint: say('Train a classification, or leave these rows without a label.'),
      });
    return { row, label: value };
  });
}

/** How the labels of a set are read: the classes known so far, or null for values. */
export interface LabelRule {
  readonly classes: TextNumbers | null;
  /** A class that is not known is added (`grow`), gets the number -1 (`keep`), or its rows are left out (`skip`). */
  readonly unknown: 'grow' | 'keep' | 'skip';
}

/** What the labels of a plan's task are. */
export const labelKind = (plan: Plan): Labels['kind'] => (plan.task === 'regression' ? 'value' : 'class');

function chosenRows(page: RowPage, label: string, { classes, unknown }: LabelRule): ChosenRow[] {
  if (!classes) return valuedRows(page, label);
  const numbered = labelledRows(page, label).map(({ row, text }) => ({
    row,
    label: unknown === 'grow' ? classes.numberOf(text) : classes.find(text),
  }));
  return unknown === 'skip' ? numbered.filter((one) => one.label >= 0) : numbered;
}

const sideOf = (set: RowSet): number =>
  set === 'validation' ? sideNumbers.validation : set === 'test' ? sideNumbers.test : sideNumbers.train;

/** The labelled rows of a page of train rows, coded. */
export const codeTrainRows = (plan: Plan, page: RowPage, coder: RowCoder, rule: LabelRule): TrainPage =>
  coder.code(page, chosenRows(page, plan.label, rule), labelKind(plan), sideNumbers.train);

async function* codedPages<F extends RowForm>(
  reading: Reading,
  set: RowSet,
  coder: RowCoder<F>,
  rule: LabelRule,
  leftOut: (rows: number) => void = () => {},
): AsyncGenerator<TrainPage<F>, void> {
  const { label } = reading.plan;
  for await (const page of readPages(reading, set)) {
    leftOut(page.rows - labelledRows(page, label).length);
    yield coder.code(page, chosenRows(page, label, rule), labelKind(reading.plan), sideOf(set));
  }
}

/** Rows that were read, and how many were left out because they have no label. */
export interface ReadRows<F extends RowForm = RowForm> {
  readonly rows: KeptRows<F>;
  readonly unlabelled: number;
}

/** Reads a set into memory. */
export async function readCoded<F extends RowForm>(
  reading: Reading,
  set: RowSet,
  coder: RowCoder<F>,
  rule: LabelRule,
): Promise<ReadRows<F>> {
  const rows = new KeptRows<F>(coder.form, coder.layout);
  let unlabelled = 0;
  const pages = codedPages(reading, set, coder, rule, (left) => {
    unlabelled += left;
  });
  for await (const page of pages) rows.add(page);
  return { rows, unlabelled };
}

/** A set that is read only when it is asked for, and anew each time. */
export const streamCoded = <F extends RowForm>(
  reading: Reading,
  set: RowSet,
  coder: RowCoder<F>,
  rule: LabelRule,
): RowStream<F> => ({
  form: coder.form,
  layout: coder.layout,
  rows: null,
  read: () => codedPages(reading, set, coder, rule),
});
