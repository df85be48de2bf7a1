/** The columns of a model's answers: prediction, probabilities, and which model it was. */
import { at } from '../../base/assert.ts';
import { say } from '../../base/say.ts';
import { type Model, modelText } from '../../data/model.ts';
import type { Cells, PageColumn } from '../../data/page.ts';
import type { AnswerPage } from '../../data/predicting/predicting.ts';

/** With more classes only the likeliest one's probability is written. */
const mostProbabilities = 100;

/** What stands behind the kept columns. */
export interface AnswerColumns {
  readonly columns: readonly PageColumn[];
  readonly cells: (answers: AnswerPage) => Cells[];
  /** Sentences. */
  readonly notes: readonly string[];
}

/** The name, or with a number behind it where it is taken: whatever its case, since tables do not tell cases apart. */
function freeName(name: string, taken: Set<string>): string {
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name}_${n}`;
    if (taken.has(free.toLowerCase())) continue;
    taken.add(free.toLowerCase());
    return free;
  }
}

const numbers = (values: Float64Array): Cells => ({ kind: 'number', values, nulls: null });
const texts = (values: readonly string[]): Cells => ({ kind: 'text', values });

/** One share of each row. */
const sharesOf = (probabilities: Float32Array, classes: number, rows: number, of: (row: number) => number): Cells =>
  numbers(Float64Array.from({ length: rows }, (_, i) => at(probabilities, i * classes + of(i))));

/**
 * `prediction` (a class as text, or a value), of a classification `probability` (of that class) and `p_…` for each class, `model` and
 * `model_snapshot` (which data it was trained on). A name that a kept column has gets a number.
 */
export function answerColumns(model: Model, kept: readonly PageColumn[]): AnswerColumns {
  const { classes, plan, snapshot } = model;
  const isValue = plan.task === 'regression';
  const each = !isValue && classes.length <= mostProbabilities ? classes : [];
  const taken = new Set(kept.map(({ name }) => name.toLowerCase()));
  const wanted: readonly (readonly [string, string])[] = [
    ['prediction', isValue ? 'DOUBLE' : 'TEXT'],
    ...(isValue ? [] : [['probability', 'DOUBLE'] as const]),
    ...each.map((name) => [`p_${name}`, 'DOUBLE'] as const),
    ['model', 'TEXT'],
    ['model_snapshot', 'TEXT'],
  ];
  const columns = wanted.map(([name, type]) => ({ name: freeName(name, taken), type }));
  const name = modelText(model);
  return {
    columns,
    cells({ rows, best, probabilities, values }) {
      const named = [name, snapshot.name].map((text) => texts(Array.from({ length: rows }, () => text)));
      if (values) return [numbers(values), ...named];
      if (!best || !probabilities) throw new Error('Broken invariant: an answer is a value or a class');
      const share = (of: (row: number) => number): Cells => sharesOf(probabilities, classes.length, rows, of);
      return [
        texts(Array.from(best, (number) => at(classes, number))),
        share((i) => at(best, i)),
        ...each.map((_, k) => share(() => k)),
        ...named,
      ];
    },
    notes:
      isValue || each.length > 0
        ? []
        : [say('There are {0} classes: only the probability of the likeliest one is written.', classes.length)],
  };
}
