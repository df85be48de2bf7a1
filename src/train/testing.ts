/** Models on test rows: one reading of the rows serves every model, whatever its encoder and classes. */
import { at } from '../base/assert.ts';
import type { Answers, Learner } from '../data/learner.ts';
import { cellAt, type RowPage } from '../data/page.ts';
import type { PairedTest, SliceResult } from '../data/trainer.ts';
import type { Plan } from '../data/training.ts';
import { type RowForm, sideNumbers } from '../data/trainPage.ts';
import { textOf } from '../data/value.ts';
import { TextNumbers } from './classes.ts';
import type { RowCoder } from './encode/coder.ts';
import { bestClass } from './kernel/bestClass.ts';
import { summedLoss } from './kernel/loss.ts';
import { classRows } from './measure/classRows.ts';
import { type Measured, measuredClasses, measuredValues, pairOf, pickMeasured } from './measure/measured.ts';
import { qualityOf } from '../words/measures.ts';
import { labelKind, labelledRows, type Reading, readPages, valuedRows } from './reading.ts';
import { KeptRows } from './rows/keptRows.ts';

/** Slices with fewer test rows are listed, not judged. */
const judgedRows = 50;
/** Slices of one column that are listed, the largest first. */
const mostSlices = 100;

/** What answers for rows: a learner with a model of its own, and what turns its scores into probabilities of classes. */
export interface Answerer {
  readonly learner: Learner;
  readonly model: unknown;
  readonly coder: RowCoder;
  readonly classes: readonly string[];
  readonly temperature: number;
}

/** Test rows that were read once, in the form of every model that is to answer for them. */
export interface TestRows {
  readonly length: number;
  /** Of a classification the label of row `i` is `labelTexts[labels[i]]`; of a regression `labels[i]` is its value. */
  readonly labels: Int32Array | Float64Array;
  readonly labelTexts: readonly string[];
  /** Row hashes, where they were asked for. */
  readonly hashes: readonly string[];
  /** By coder, as it was given. */
  readonly coded: ReadonlyMap<RowCoder, KeptRows<RowForm>>;
  readonly slices: readonly {
    readonly column: string;
    readonly values: Int32Array;
    readonly texts: readonly string[];
  }[];
}

/** Test or validation rows in the form of every model that is to answer for them, page by page. */
export class TestRowsReader {
  readonly #plan: Plan;
  readonly #side: number;
  readonly #texts = new TextNumbers();
  readonly #labels: number[] = [];
  readonly #hashes: string[] = [];
  readonly #coded: Map<RowCoder, KeptRows<RowForm>>;
  readonly #slices: { readonly column: string; readonly numbers: TextNumbers; readonly values: number[] }[];

  constructor(plan: Plan, side: number, coders: readonly RowCoder[], sliceColumns: readonly string[]) {
    this.#plan = plan;
    this.#side = side;
    this.#coded = new Map(coders.map((coder) => [coder, new KeptRows<RowForm>(coder.form, coder.layout)]));
    this.#slices = sliceColumns.map((column) => ({ column, numbers: new TextNumbers(), values: [] }));
  }

  get length(): number {
    return this.#labels.length;
  }

  add(page: RowPage): void {
    const kind = labelKind(this.#plan);
    const { label } = this.#plan;
    const chosen =
      kind === 'value'
        ? valuedRows(page, label)
        : labelledRows(page, label).map(({ row, text }) => ({ row, label: this.#texts.numberOf(text) }));
    for (const one of chosen) this.#labels.push(one.label);
    if (page.hashes) for (const { row } of chosen) this.#hashes.push(at(page.hashes, row));
    for (const [coder, rows] of this.#coded) rows.add(coder.code(page, chosen, kind, this.#side));
    for (const { column, numbers, values } of this.#slices) {
      const index = page.columns.findIndex(({ name }) => name === column);
      if (index < 0) continue;
      const cells = at(page.cells, index);
      for (const { row } of chosen) values.push(numbers.numberOf(textOf(cellAt(cells, row))));
    }
  }

  done(): TestRows {
    const labels = this.#labels;
    return {
      length: labels.length,
      labels: labelKind(this.#plan) === 'value' ? Float64Array.from(labels) : Int32Array.from(labels),
      labelTexts: this.#texts.texts,
      hashes: this.#hashes,
      coded: this.#coded,
      slices: this.#slices.map(({ column, numbers, values }) => ({
        column,
        values: Int32Array.from(values),
        texts: numbers.texts,
      })),
    };
  }
}

/** Reads the test rows for models with these coders. */
export async function readTestRows(
  reading: Reading,
  coders: readonly RowCoder[],
  sliceColumns: readonly string[],
): Promise<TestRows> {
  const rows = new TestRowsReader(reading.plan, sideNumbers.test, coders, sliceColumns);
  for await (const page of readPages(reading, 'test')) rows.add(page);
  return rows.done();
}

/** The labels of rows by a model's own classes, -1 where it has none for them. */
export function labelsFor({ classes }: Pick<Answerer, 'classes'>, { labels, labelTexts }: TestRows): Int32Array {
  const classOf = labelTexts.map((text) => classes.indexOf(text));
  return Int32Array.from(labels, (label) => at(classOf, label));
}

/** What a model answers for rows that were read for its coder. */
export async function ask({ learner, model, coder }: Answerer, rows: TestRows, signal: AbortSignal): Promise<Answers> {
  const coded = rows.coded.get(coder);
  if (!coded) throw new Error('Broken invariant: these rows were not read for this coder');
  return learner.predict(model, coded, signal);
}

/** A model's answers measured by the rows' labels. */
function measure(one: Answerer, answers: Answers, rows: TestRows): Measured {
  if (answers.kind === 'values') return measuredValues(answers.values, Float64Array.from(rows.labels));
  const labels = labelsFor(one, rows);
  const correct = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++)
    correct[i] = bestClass(answers.values, i, answers.classes) === at(labels, i) ? 1 : 0;
  const { classes, temperature } = one;
  const scored = { scores: answers.values, classes, temperature, labels: rows.labels, texts: rows.labelTexts };
  const loss = summedLoss(answers.values, answers.classes, labels, 1 / temperature);
  return measuredClasses(correct, loss, classRows(scored));
}

/** A model's answers for rows that were read for its coder, measured by their labels. */
export const answer = async (one: Answerer, rows: TestRows, signal: AbortSignal): Promise<Measured> =>
  measure(one, await ask(one, rows, signal), rows);

/** The test rows with the answers of child and parent; `parent` null when there is none. */
export interface Compared {
  readonly rows: TestRows;
  readonly child: Measured;
  readonly parent: Measured | null;
  /** Rows of the two that are as they were at the parent's snapshot, as places. */
  readonly unchanged: ReadonlySet<number>;
}

function rowsBySlice(rows: TestRows, column: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const slice = rows.slices.find((one) => one.column === column);
  slice?.values.forEach((value, i) => {
    const text = at(slice.texts, value);
    const list = found.get(text);
    if (list) list.push(i);
    else found.set(text, [i]);
  });
  return found;
}

/** Every slice of the new snapshot's test rows, column by column, the largest first. */
export function sliceResults({ rows, child, parent, unchanged }: Compared): SliceResult[] {
  const compare = (chosen: readonly number[]): PairedTest | null =>
    parent && chosen.length > 0 ? pairOf(pickMeasured(child, chosen), pickMeasured(parent, chosen)) : null;
  return rows.slices.flatMap(({ column }) => {
    const bySize = [...rowsBySlice(rows, column)].sort(
      ([a, rowsA], [b, rowsB]) => rowsB.length - rowsA.length || (a < b ? -1 : 1),
    );
    return bySize.slice(0, mostSlices).map(([value, chosen]): SliceResult => {
      return {
        column,
        value,
        n: chosen.length,
        onSnapshot: compare(chosen),
        onParent: null,
        unchanged: compare(chosen.filter((i) => unchanged.has(i))),
        accuracy: qualityOf(pickMeasured(child, chosen).metrics),
        judged: chosen.length >= judgedRows,
      };
    });
  });
}
