/** Models on test rows: one reading of the rows serves every model, whatever its encoder and classes. */
import { at } from '../base/assert.ts';
import type { Learner } from '../data/learner.ts';
import { cellAt } from '../data/page.ts';
import type { PairedTest, RowSet, SliceResult } from '../data/trainer.ts';
import { type RowForm, sideNumbers } from '../data/trainPage.ts';
import { textOf } from '../data/value.ts';
import { TextNumbers } from './classes.ts';
import type { RowCoder } from './encode/coder.ts';
import { bestClass, summedLoss } from './kernel/loss.ts';
import { type Measured, measuredClasses, measuredValues, pairOf, pickMeasured, qualityOf } from './measure/measured.ts';
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
  /** By coder, as it was given. */
  readonly coded: ReadonlyMap<RowCoder, KeptRows<RowForm>>;
  readonly slices: readonly {
    readonly column: string;
    readonly values: Int32Array;
    readonly texts: readonly string[];
  }[];
}

/** Reads a set of test rows for models with these coders. */
export async function readTestRows(
  reading: Reading,
  set: RowSet,
  coders: readonly RowCoder[],
  sliceColumns: readonly string[],
): Promise<TestRows> {
  const { label } = reading.plan;
  const ofValues = labelKind(reading.plan) === 'value';
  const texts = new TextNumbers();
  const labels: number[] = [];
  const coded = new Map(coders.map((coder) => [coder, new KeptRows<RowForm>(coder.form, coder.layout)]));
  const slices = sliceColumns.map((column) => ({ column, numbers: new TextNumbers(), values: [] as number[] }));
  for await (const page of readPages(reading, set)) {
    const chosen = ofValues
      ? valuedRows(page, label)
      : labelledRows(page, label).map(({ row, text }) => ({ row, label: texts.numberOf(text) }));
    for (const one of chosen) labels.push(one.label);
    for (const [coder, rows] of coded) rows.add(coder.code(page, chosen, labelKind(reading.plan), sideNumbers.test));
    for (const { column, numbers, values } of slices) {
      const index = page.columns.findIndex(({ name }) => name === column);
      if (index < 0) continue;
      const cells = at(page.cells, index);
      for (const { row } of chosen) values.push(numbers.numberOf(textOf(cellAt(cells, row))));
    }
  }
  return {
    length: labels.length,
    labels: ofValues ? Float64Array.from(labels) : Int32Array.from(labels),
    labelTexts: texts.texts,
    coded,
    slices: slices.map(({ column, numbers, values }) => ({
      column,
      values: Int32Array.from(values),
      texts: numbers.texts,
    })),
  };
}

/** A model's answers for rows that were read for its coder, measured by their labels. */
export async function answer(one: Answerer, rows: TestRows, signal: AbortSignal): Promise<Measured> {
  const { learner, model, coder, classes, temperature } = one;
  const coded = rows.coded.get(coder);
  if (!coded) throw new Error('These test rows were not read for this coder');
  const answers = await learner.predict(model, coded, signal);
  if (answers.kind === 'values') return measuredValues(answers.values, Float64Array.from(rows.labels));
  const classOf = rows.labelTexts.map((text) => classes.indexOf(text));
  const labels = Int32Array.from(rows.labels, (label) => at(classOf, label));
  const correct = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++)
    correct[i] = bestClass(answers.values, i, answers.classes) === at(labels, i) ? 1 : 0;
  return measuredClasses(correct, summedLoss(answers.values, answers.classes, labels, 1 / temperature));
}

/** A set of test rows with the answers of child and parent; `parent` null when there is none. */
export interface Compared {
  readonly rows: TestRows;
  readonly child: Measured;
  readonly parent: Measured | null;
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
export function sliceResults(onSnapshot: Compared, onParent: Compared | null): SliceResult[] {
  return onSnapshot.rows.slices.flatMap(({ column }) => {
    const before = onParent && rowsBySlice(onParent.rows, column);
    const bySize = [...rowsBySlice(onSnapshot.rows, column)].sort(
      ([a, rowsA], [b, rowsB]) => rowsB.length - rowsA.length || (a < b ? -1 : 1),
    );
    return bySize.slice(0, mostSlices).map(([value, rows]): SliceResult => {
      const compare = (one: Compared | null, chosen: readonly number[]): PairedTest | null =>
        one?.parent && chosen.length > 0
          ? pairOf(pickMeasured(one.child, chosen), pickMeasured(one.parent, chosen))
          : null;
      return {
        column,
        value,
        n: rows.length,
        onSnapshot: compare(onSnapshot, rows),
        onParent: compare(onParent, before?.get(value) ?? []),
        accuracy: qualityOf(pickMeasured(onSnapshot.child, rows).metrics),
        judged: rows.length >= judgedRows,
      };
    });
  });
}
