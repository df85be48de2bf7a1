/** Reads the train rows of a full fit once, finds out what they are, and codes them as the learner reads them. */
import { at } from '../base/assert.ts';
import { cellAt, type RowPage } from '../data/page.ts';
import type { FeatureKind, Plan } from '../data/training.ts';
import { type Labels, type RowForm, sideNumbers, type TrainPage } from '../data/trainPage.ts';
import type { Value } from '../data/value.ts';
import { inClassOrder, TextNumbers } from './classes.ts';
import { columnOf, fitCoder, type RowCoder } from './encode/coder.ts';
import { guessKind } from './encode/guess.ts';
import { rawColumn } from './encode/raw.ts';
import { baseOf } from './encode/wide.ts';
import { labelKind, labelledRows, type ReadRows, type Reading, readPages, valuedRows } from './reading.ts';
import { KeptRows } from './rows/keptRows.ts';
import { pauser } from './rows/pause.ts';

/** Rows that a guess of a column's kind looks at. */
const guessRows = 4_096;

/** How a column is made numbers of. */
interface Read {
  readonly kind: FeatureKind;
  readonly base: string | null;
}

/** Of the plan's features: kinds as the plan says, else guessed from the first rows, as is the base of numbers that no double holds. */
function readsOf(plan: Plan, pages: readonly RowPage[]): Read[] {
  return plan.features.map(({ name, type, kind: said }) => {
    const values: Value[] = [];
    for (const page of pages) {
      const cells = columnOf(page, name);
      for (let i = 0; i < page.rows && values.length < guessRows; i++) values.push(cellAt(cells, i));
    }
    const kind = said ?? guessKind(name, type, values);
    // Plans of before are carried out as they were.
    return { kind, base: kind === 'number' && plan.format >= 3 ? baseOf(values) : null };
  });
}

/** Train rows as a learner reads them, with the coder and the classes that were found in them; no classes of a regression. */
export interface FittedRows extends ReadRows {
  readonly coder: RowCoder;
  readonly classes: readonly string[];
}

/** Labels as they come: classes are numbered as they are met, and in their order when all are known. */
class LabelsAsRead {
  readonly #plan: Plan;
  readonly #numbers = new TextNumbers();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** The rows of a page that have a label. */
  take(page: RowPage): { readonly rows: readonly number[]; readonly labels: Labels } {
    const { label } = this.#plan;
    if (labelKind(this.#plan) === 'value') {
      const chosen = valuedRows(page, label);
      const values = Float64Array.from(chosen, (one) => one.label);
      return { rows: chosen.map(({ row }) => row), labels: { kind: 'value', values } };
    }
    const chosen = labelledRows(page, label);
    const values = Uint32Array.from(chosen, ({ text }) => this.#numbers.numberOf(text));
    return { rows: chosen.map(({ row }) => row), labels: { kind: 'class', values } };
  }

  /** The classes in their order, and how labels that were taken are numbered in it. */
  settle(): { readonly classes: string[]; readonly ordered: (labels: Labels) => Labels } {
    const { texts } = this.#numbers;
    const classes = inClassOrder(texts);
    const classOf = texts.map((text) => classes.indexOf(text));
    return {
      classes,
      ordered: (labels) =>
        labels.kind === 'value' ? labels : { kind: 'class', values: labels.values.map((value) => at(classOf, value)) },
    };
  }
}

function keep(coder: RowCoder, pages: Iterable<TrainPage>): KeptRows<RowForm> {
  const rows = new KeptRows<RowForm>(coder.form, coder.layout);
  for (const page of pages) rows.add(page);
  return rows;
}

/** Cells need no fit, and stay as they are. */
async function readRaw(reading: Reading): Promise<FittedRows> {
  const { features } = reading.plan;
  const labels = new LabelsAsRead(reading.plan);
  const coder = await fitCoder(
    'raw',
    features.map(({ name, type }) => ({ name, type, kind: 'category', pieces: [], texts: [], base: null })),
    async () => {},
  );
  const pages: TrainPage[] = [];
  let unlabelled = 0;
  for await (const page of readPages(reading, 'train')) {
    const taken = labels.take(page);
    unlabelled += page.rows - taken.rows.length;
    const chosen = taken.rows.map((row) => ({ row, label: 0 }));
    pages.push({ ...coder.code(page, chosen, labelKind(reading.plan), sideNumbers.train), labels: taken.labels });
  }
  const { classes, ordered } = labels.settle();
  const rows = keep(
    coder,
    pages.map((page) => ({ ...page, labels: ordered(page.labels) })),
  );
  return { coder, classes, rows, unlabelled };
}

/** Reads the train rows once, fits coder and classes to them, and codes them. */
export async function readAndFit(reading: Reading, form: RowForm): Promise<FittedRows> {
  if (form === 'raw') return readRaw(reading);
  const { plan } = reading;
  const labels = new LabelsAsRead(plan);
  const categories = plan.features.map(() => new TextNumbers());
  /** Raw numbers page by page, feature by feature, of labelled rows. */
  const raw: { columns: Float64Array[]; labels: Labels }[] = [];
  let unlabelled = 0;
  let reads: Read[] | undefined;
  let waiting: RowPage[] = [];
  let seen = 0;
  const take = (page: RowPage, known: readonly Read[]): void => {
    const taken = labels.take(page);
    unlabelled += page.rows - taken.rows.length;
    const columns = plan.features.map(({ name }, f) => {
      const { kind, base } = at(known, f);
      const numberOf = (text: string): number => at(categories, f).numberOf(text);
      const all = rawColumn(kind, columnOf(page, name), page.rows, numberOf, base ?? undefined);
      return taken.rows.length === page.rows ? all : Float64Array.from(taken.rows, (row) => at(all, row));
    });
    raw.push({ columns, labels: taken.labels });
  };
  const takeWaiting = (): Read[] => {
    const known = readsOf(plan, waiting);
    for (const page of waiting) take(page, known);
    waiting = [];
    return known;
  };
  for await (const page of readPages(reading, 'train')) {
    if (reads) take(page, reads);
    else {
      waiting.push(page);
      seen += page.rows;
      if (seen >= guessRows) reads = takeWaiting();
    }
  }
  const known = reads ?? takeWaiting();
  const pause = pauser(reading.signal);
  const features = plan.features.map(({ name, type }, f) => ({
    name,
    type,
    ...at(known, f),
    pieces: raw.map(({ columns }) => at(columns, f)),
    texts: at(categories, f).texts,
  }));
  const coder = await fitCoder(form, features, pause);
  const { numbers } = coder;
  if (!numbers) throw new Error('Broken invariant: this coder takes no numbers');
  const { classes, ordered } = labels.settle();
  const slots = features.map(({ kind, texts }, f) =>
    kind === 'category' ? texts.map((text) => numbers.slotOf(f, text)) : null,
  );
  const rows = new KeptRows<RowForm>(coder.form, coder.layout);
  for (const piece of raw) {
    const value = (f: number, i: number): number => {
      const own = at(at(piece.columns, f), i);
      const slotsOfFeature = at(slots, f);
      return slotsOfFeature === null || Number.isNaN(own) ? own : at(slotsOfFeature, own);
    };
    rows.add(numbers.code(value, ordered(piece.labels), sideNumbers.train));
    // Coded by now; the next pieces need the room.
    piece.columns.length = 0;
    await pause();
  }
  return { coder, classes, rows, unlabelled };
}
