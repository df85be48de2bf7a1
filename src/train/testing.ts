/** Models on test rows: one reading of the rows serves every model, whatever its encoder and classes. */
import { at } from '../base/assert.ts';
import { cellAt } from '../data/page.ts';
import type { Metrics, PairedTest, RowSet, SliceResult } from '../data/trainer.ts';
import { textOf } from '../data/value.ts';
import type { Artifact } from './artifact.ts';
import { TextNumbers } from './classes.ts';
import type { Encoder } from './encode/encoder.ts';
import { EncodedRows } from './encodedRows.ts';
import { bestClass, summedLoss } from './kernel/loss.ts';
import { learners } from './models/table.ts';
import { metricsOf, pairedTest } from './metrics.ts';
import { labelledRows, PageEncoder, type Reading, readPages } from './reading.ts';

/** Slices with fewer test rows are listed, not judged. */
const judgedRows = 50;
/** Slices of one column that are listed, the largest first. */
const mostSlices = 100;

/** The part of an artifact that answers for rows. */
export type Answerer = {
  readonly model: Artifact['model'];
  readonly manifest: Pick<Artifact['manifest'], 'learner' | 'classes' | 'temperature'>;
};

export interface TestRows {
  readonly length: number;
  /** The label of row `i` is `labelTexts[labels[i]]`. */
  readonly labels: Int32Array;
  readonly labelTexts: readonly string[];
  /** By encoder, as it was given. */
  readonly encoded: ReadonlyMap<Encoder, EncodedRows>;
  readonly slices: readonly {
    readonly column: string;
    readonly values: Int32Array;
    readonly texts: readonly string[];
  }[];
}

/** Reads a set of test rows for models with these encoders. */
export async function readTestRows(
  reading: Reading,
  set: RowSet,
  encoders: readonly Encoder[],
  sliceColumns: readonly string[],
): Promise<TestRows> {
  const texts = new TextNumbers();
  const labels: number[] = [];
  const encoded = new Map(encoders.map((encoder) => [encoder, new EncodedRows(encoder.layout)]));
  const writers = [...encoded].map(([encoder, rows]) => ({ page: new PageEncoder(encoder), rows }));
  const slices = sliceColumns.map((column) => ({ column, numbers: new TextNumbers(), values: [] as number[] }));
  for await (const page of readPages(reading, set)) {
    const labelled = labelledRows(page, reading.plan.label);
    for (const { text } of labelled) labels.push(texts.numberOf(text));
    const chosen = labelled.map(({ row }) => ({ row, label: -1 }));
    for (const writer of writers) writer.page.add(page, chosen, writer.rows);
    for (const { column, numbers, values } of slices) {
      const index = page.columns.findIndex(({ name }) => name === column);
      if (index < 0) continue;
      const cells = at(page.cells, index);
      for (const { row } of labelled) values.push(numbers.numberOf(textOf(cellAt(cells, row))));
    }
  }
  return {
    length: labels.length,
    labels: Int32Array.from(labels),
    labelTexts: texts.texts,
    encoded,
    slices: slices.map(({ column, numbers, values }) => ({
      column,
      values: Int32Array.from(values),
      texts: numbers.texts,
    })),
  };
}

export interface Answers {
  /** 1 where the best class is the label. */
  readonly correct: Uint8Array;
  readonly metrics: Metrics;
}

/** A model's answers for rows that were read for its encoder. */
export async function answer(one: Answerer, encoder: Encoder, rows: TestRows, signal: AbortSignal): Promise<Answers> {
  const { learner, classes, temperature } = one.manifest;
  const encoded = rows.encoded.get(encoder);
  if (!encoded) throw new Error('These test rows were not read for this encoder');
  const scores = await learners[learner].predict(one.model, encoded, signal);
  const classOf = rows.labelTexts.map((text) => classes.indexOf(text));
  const labels = rows.labels.map((label) => at(classOf, label));
  const correct = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++)
    correct[i] = bestClass(scores.values, i, scores.classes) === at(labels, i) ? 1 : 0;
  const loss = summedLoss(scores.values, scores.classes, labels, 1 / temperature);
  return { correct, metrics: metricsOf(correct, loss) };
}

const pick = (correct: Uint8Array, rows: readonly number[]): Uint8Array => Uint8Array.from(rows, (i) => at(correct, i));

/** A set of test rows with the answers of child and parent; `parent` null when there is none. */
export interface Compared {
  readonly rows: TestRows;
  readonly child: Uint8Array;
  readonly parent: Uint8Array | null;
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
        one?.parent && chosen.length > 0 ? pairedTest(pick(one.child, chosen), pick(one.parent, chosen)) : null;
      const right = rows.reduce((sum, i) => sum + at(onSnapshot.child, i), 0);
      return {
        column,
        value,
        n: rows.length,
        onSnapshot: compare(onSnapshot, rows),
        onParent: compare(onParent, before?.get(value) ?? []),
        accuracy: right / rows.length,
        judged: rows.length >= judgedRows,
      };
    });
  });
}
