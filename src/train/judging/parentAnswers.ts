/** What the parent says of changed rows as they were and as they are, and of rows that did not change. */
import { at } from '../../base/assert.ts';
import type { AnsweredRows, ParentAnswers, ParentValues } from '../../judge/question.ts';
import { probabilitiesOf } from '../measure/probabilities.ts';
import type { KeptRows } from '../rows/keptRows.ts';
import type { Party } from '../stored.ts';
import { ask, labelsFor, type TestRows } from '../testing.ts';
import type { RowForm } from '../../data/trainPage.ts';
import type { SeenRows } from './seenChanges.ts';

/** Some rows of a matrix. */
function rowsOf(values: Float32Array, classes: number, rows: readonly number[]): Float32Array {
  const picked = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => picked.set(values.subarray(row * classes, (row + 1) * classes), i * classes));
  return picked;
}

const noRows: AnsweredRows = { probabilities: new Float32Array(0), labels: new Int32Array(0) };

function joined(a: AnsweredRows, b: AnsweredRows): AnsweredRows {
  const probabilities = new Float32Array(a.probabilities.length + b.probabilities.length);
  probabilities.set(a.probabilities);
  probabilities.set(b.probabilities, a.probabilities.length);
  return { probabilities, labels: Int32Array.from([...a.labels, ...b.labels]) };
}

/** Rows that are asked about at most, of each kind: they come in hash order, so the first ones are a sample. */
const mostAsked = 10_000;

/** The parent's answers for rows that are as they were, at most so many. */
async function unchangedOf(
  parent: Party,
  rows: TestRows | null,
  most: number,
  isUnchanged: (hash: string) => boolean,
  signal: AbortSignal,
): Promise<AnsweredRows> {
  if (!rows || rows.length === 0) return noRows;
  const answers = await ask(parent, rows, signal);
  if (answers.kind === 'values') return noRows;
  const kept: number[] = [];
  for (let i = 0; i < rows.length && kept.length < most; i++) if (isUnchanged(at(rows.hashes, i))) kept.push(i);
  const labels = labelsFor(parent, rows);
  const scores = { ...answers, values: rowsOf(answers.values, answers.classes, kept) };
  return {
    probabilities: probabilitiesOf(scores, parent.temperature),
    labels: Int32Array.from(kept, (i) => at(labels, i)),
  };
}

/** Rows that the parent was not trained on, and some that it was, read for its coder. */
export interface AskedRows {
  readonly test: TestRows | null;
  readonly validation: TestRows | null;
  readonly train: TestRows | null;
}

/** What a parent that answers values says of unchanged rows, with their labels. */
async function valuesOf(
  parent: Party,
  rows: TestRows | null,
  isAsked: (hash: string) => boolean,
  signal: AbortSignal,
): Promise<{ answers: number[]; labels: number[] }> {
  const found = { answers: [] as number[], labels: [] as number[] };
  if (!rows || rows.length === 0) return found;
  const answers = await ask(parent, rows, signal);
  if (answers.kind !== 'values') return found;
  rows.hashes.forEach((hash, i) => {
    if (!isAsked(hash)) return;
    found.answers.push(at(answers.values, i));
    found.labels.push(at(rows.labels, i));
  });
  return found;
}

/** What a parent that answers values says of the changed rows; null of one that answers classes. `isUnseen` as in `parentAnswers`. */
export async function parentValues(
  parent: Party,
  seen: SeenRows,
  asked: Pick<AskedRows, 'test' | 'validation'>,
  isUnseen: (hash: string) => boolean,
  signal: AbortSignal,
): Promise<ParentValues | null> {
  if (seen.changed.task !== 'regression') return null;
  const images = async (rows: KeptRows<RowForm>): Promise<Float64Array | null> => {
    const answers = await parent.learner.predict(parent.model, rows, signal);
    if (answers.kind !== 'values') return null;
    return Float64Array.from(seen.changed.hashes, (hash) => at(answers.values, seen.order.get(hash) ?? 0));
  };
  const before = await images(seen.before);
  const after = await images(seen.after);
  if (!before || !after) return null;
  const isAsked = (hash: string): boolean => !seen.hashes.has(hash) && isUnseen(hash);
  const test = await valuesOf(parent, asked.test, isAsked, signal);
  const validation = await valuesOf(parent, asked.validation, isAsked, signal);
  const both = (of: 'answers' | 'labels'): Float64Array => Float64Array.from([...test[of], ...validation[of]]);
  return { before, after, unseen: { answers: both('answers'), labels: both('labels') } };
}

/** `isUnseen`: whether a row is none of those that the parent or an ancestor was trained on. Null for a regression. */
export async function parentAnswers(
  parent: Party,
  seen: SeenRows,
  asked: AskedRows,
  isUnseen: (hash: string) => boolean,
  signal: AbortSignal,
): Promise<ParentAnswers | null> {
  const images = async (rows: KeptRows<RowForm>): Promise<Float32Array | null> => {
    const answers = await parent.learner.predict(parent.model, rows, signal);
    if (answers.kind === 'values') return null;
    const places = seen.changed.hashes.map((hash) => seen.order.get(hash) ?? 0);
    const scores = { ...answers, values: rowsOf(answers.values, answers.classes, places) };
    return probabilitiesOf(scores, parent.temperature);
  };
  const before = await images(seen.before);
  const after = await images(seen.after);
  if (!before || !after) return null;
  const isUnchanged = (hash: string): boolean => !seen.hashes.has(hash);
  const isAsked = (hash: string): boolean => isUnchanged(hash) && isUnseen(hash);
  const unseen = joined(
    await unchangedOf(parent, asked.test, mostAsked, isAsked, signal),
    await unchangedOf(parent, asked.validation, mostAsked, isAsked, signal),
  );
  const isTrain = (hash: string): boolean => isUnchanged(hash) && !isUnseen(hash);
  const train = await unchangedOf(parent, asked.train, mostAsked, isTrain, signal);
  return { classes: parent.classes, before, after, unseen, train };
}
