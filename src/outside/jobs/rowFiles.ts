/** Rows as an outside trainer gets them, and answers as it gives them: Parquet files. */
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { Answers } from '../../data/learner.ts';
import { type Cells, cellAt, type RowPage } from '../../data/page.ts';
import { noClass, type RowStream, type TrainPage } from '../../data/trainPage.ts';
import { readPages } from '../../files/readPages.ts';
import { writePages } from '../../files/writePages.ts';

/** The label of a file of rows. */
export interface LabelColumn {
  readonly name: string;
  /** Empty of a regression. */
  readonly classes: readonly string[];
}

function labelCells({ labels, rows }: TrainPage, { classes }: LabelColumn): Cells {
  if (labels.kind === 'value') return { kind: 'number', values: Float64Array.from(labels.values), nulls: null };
  const texts = Array.from({ length: rows }, (_, i) => {
    const label = at(labels.values, i);
    return label === noClass ? null : at(classes, label);
  });
  return { kind: 'text', values: texts };
}

/** Writes a stream to a Parquet file, its features and behind them its label, or none; the rows written. */
export async function writeRows(
  file: string,
  stream: RowStream<'raw'>,
  label: LabelColumn | null,
  signal: AbortSignal,
): Promise<number> {
  const features = stream.layout.columns;
  const type = label && label.classes.length === 0 ? 'DOUBLE' : 'TEXT';
  const columns = label ? [...features, { name: label.name, type }] : features;
  async function* pages(): AsyncGenerator<RowPage, void> {
    for await (const page of stream.read(signal)) {
      const cells = label ? [...page.cells, labelCells(page, label)] : page.cells;
      if (page.rows > 0) yield { rows: page.rows, columns, cells };
    }
  }
  const wanted = { file, columns: columns.map((column) => ({ ...column, nullable: true })) };
  return (await writePages(wanted, pages(), () => {}, signal)).rows;
}

/** How answers cannot be taken: a reason without a full stop. */
export class AnswersFault extends Error {}

const sumTolerance = 1e-3;
const leastShare = 1e-12;

function numberAt(cells: Cells, i: number, name: string, row: number): number {
  const value = cellAt(cells, i);
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new AnswersFault(
    value === null
      ? say('"{0}" of answer {1} is missing or NaN, and no number', name, row + 1)
      : say('"{0}" of answer {1} is {2}, and no number', name, row + 1, String(value)),
  );
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function requireColumns(found: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !found.includes(name));
  if (missing.length > 0) throw new AnswersFault(say('its answers have no column {0}', quoted(missing)));
  const others = found.filter((name) => !wanted.includes(name));
  if (others.length > 0) throw new AnswersFault(say('its answers have columns that are no class: {0}', quoted(others)));
}

/** The scores of one row: logarithms of its probabilities, so that their softmax is the probabilities. */
function putScores(
  page: RowPage,
  i: number,
  columns: readonly number[],
  names: readonly string[],
  into: { values: Float32Array; row: number },
): void {
  let sum = 0;
  columns.forEach((column, k) => {
    const share = numberAt(at(page.cells, column), i, at(names, k), into.row);
    if (share < 0 || share > 1 + sumTolerance)
      throw new AnswersFault(say('"{0}" of answer {1} is {2}, and no probability', at(names, k), into.row + 1, share));
    sum += share;
    into.values[into.row * names.length + k] = Math.log(Math.max(leastShare, share));
  });
  if (Math.abs(sum - 1) > sumTolerance)
    throw new AnswersFault(
      say('the probabilities of answer {0} add up to {1}, and not to 1', into.row + 1, sum.toFixed(4)),
    );
}

/** Reads the answers for so many rows; throws an AnswersFault where they are not what was asked for. */
export async function readAnswers(
  file: string,
  rows: number,
  classes: readonly string[],
  signal: AbortSignal,
): Promise<Answers> {
  const wanted = classes.length > 0 ? classes : ['value'];
  const scores = new Float32Array(classes.length * rows);
  const values = new Float64Array(classes.length > 0 ? 0 : rows);
  let row = 0;
  try {
    for await (const page of readPages({ file }, signal)) {
      const found = page.columns.map(({ name }) => name);
      requireColumns(found, wanted);
      const columns = wanted.map((name) => found.indexOf(name));
      for (let i = 0; i < page.rows; i++, row++) {
        if (row >= rows) throw new AnswersFault(say('it gave more answers than the {0} that were asked for', rows));
        if (classes.length > 0) putScores(page, i, columns, classes, { values: scores, row });
        else values[row] = numberAt(at(page.cells, at(columns, 0)), i, 'value', row);
      }
    }
  } catch (error) {
    if (Failure.is(error, 'file.unreadable'))
      throw new AnswersFault(say('its answers cannot be read: {0}', error.message));
    if (!Failure.is(error, 'file.empty')) throw error;
  }
  if (row < rows) throw new AnswersFault(say('it gave {0} answers, and {1} were asked for', row, rows));
  return classes.length > 0 ? { kind: 'scores', classes: classes.length, values: scores } : { kind: 'values', values };
}
