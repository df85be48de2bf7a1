/** Rows as a learner gets them, made by the product's own reading from small tables: a first version, and one after it. */
import type { Learner } from '../../../src/data/learner.ts';
import type { Plan, Task } from '../../../src/data/training.ts';
import type { RowForm, RowStream } from '../../../src/data/trainPage.ts';
import type { Value } from '../../../src/data/value.ts';
import { TextNumbers } from '../../../src/train/classes.ts';
import type { RowCoder } from '../../../src/train/encode/coder.ts';
import { readAndFit } from '../../../src/train/fitting.ts';
import { codeTrainRows, type LabelRule, type Reading } from '../../../src/train/reading.ts';
import { joinStreams, KeptRows } from '../../../src/train/rows/keptRows.ts';
import { type Case, caseOf, type Table } from './cases.ts';
import { changedTable, shop, shopRows } from './shop.ts';

/** All that a learner may be handed. */
export interface Stage {
  readonly reading: Reading;
  readonly coder: RowCoder;
  readonly classes: readonly string[];
  /** Classes that the stage before had not. */
  readonly newClasses: number;
  readonly train: RowStream;
  readonly validation: RowStream;
  readonly delta: RowStream;
  /** Rows that were updated or deleted, as they were. */
  readonly before: RowStream;
  readonly replay: RowStream;
  readonly nothing: RowStream;
  readonly counts: Plan['counts'];
  /** The quality of the best answer that looks at no row. */
  readonly guess: number;
}

/** The label as a number: what a place is worth, and some noise. */
const priced = (table: Table): Table => ({
  columns: [
    ...[2, 0, 1, 3, 4].map((i) => table.columns[i] ?? { name: '', type: '' }),
    { name: 'price', type: 'DECIMAL(8,3)' },
  ],
  rows: new Map(
    [...table.rows].map(([key, row]): [typeof key, Value[]] => {
      const [size, weight, place, day, open] = row;
      const price = String(place).length * 10 + (Number(key) % 7) / 8;
      return [key, [place ?? null, size ?? null, weight ?? null, day ?? null, open ?? null, price.toFixed(3)]];
    }),
  ),
});

const first = shop(0, 1_500);

/** Rows inserted, some of them with a class of their own, others corrected, without a label, and deleted. */
const secondOf = (classes: 'known' | 'new'): Table =>
  changedTable(first, [
    ...shopRows(1_500, 1_800),
    ...[...shopRows(1_800, 1_900)].map(([key, row]): [number, Value[]] =>
      classes === 'new' ? [key, [...row.slice(0, 5), 'huge']] : [key, row],
    ),
    ...shopRows(0, 80, 'corrected'),
    ...[...shopRows(80, 100)].map(([key, row]): [number, Value[]] => [key, [...row.slice(0, 5), null]]),
    ...Array.from({ length: 60 }, (_, i): [number, null] => [100 + i, null]),
  ]);

interface StageOptions {
  readonly pageRows?: number;
  /** The stage that this one follows: its coder is frozen, and its classes come first. */
  readonly after?: Stage;
  /** Whether the changed rows have a class that no row had before. */
  readonly changes?: 'known' | 'new';
}

/** The share of the most frequent label among the test rows. */
function guessOf(rows: readonly (readonly Value[])[]): number {
  const met = new Map<string, number>();
  for (const row of rows) met.set(String(row.at(-1)), (met.get(String(row.at(-1))) ?? 0) + 1);
  return Math.max(...met.values()) / rows.length;
}

function caseFor(task: Task, { pageRows = 1_000, after, changes = 'new' }: StageOptions): Case {
  const table = (one: Table): Table => (task === 'regression' ? priced(one) : one);
  return after
    ? caseOf(table(secondOf(changes)), { before: table(first), pageRows, task })
    : caseOf(table(first), { pageRows, task });
}

/** The first version, or with `after` the second one with what changed. */
export async function stageOf(learner: Learner, options: StageOptions = {}): Promise<Stage> {
  const { after } = options;
  const task = learner.fits[0] ?? 'classification';
  const ofClasses = task === 'classification';
  const one = caseFor(task, options);
  const { signal } = new AbortController();
  const reading: Reading = { plan: one.plan, rows: one.rows, signal, watch: null, on: () => {} };
  const fitted = after ? null : await readAndFit(reading, learner.rows);
  const root = fitted ?? after;
  if (!root) throw new Error('a stage is the first, or follows one');
  const { coder } = root;
  const numbers = new TextNumbers(root.classes);
  const known = numbers.texts.length;
  const rule = (unknown: LabelRule['unknown']): LabelRule => ({
    classes: ofClasses ? numbers : null,
    unknown,
  });
  const read = (set: keyof typeof one.sets, unknown: LabelRule['unknown']): KeptRows<RowForm> => {
    const rows = new KeptRows<RowForm>(coder.form, coder.layout);
    for (const page of one.pages(set)) rows.add(codeTrainRows(one.plan, page, coder, rule(unknown)));
    return rows;
  };
  const delta = read('delta', 'grow');
  const before = joinStreams<RowForm>(read('before', 'keep'), read('removed', 'keep'));
  const replay = read('replay', 'grow');
  const train = fitted?.rows ?? read('train', 'skip');
  return {
    reading,
    coder,
    classes: ofClasses ? [...numbers.texts] : [],
    newClasses: numbers.texts.length - known,
    train,
    validation: read('validation', 'keep'),
    delta,
    before,
    replay,
    nothing: new KeptRows<RowForm>(coder.form, coder.layout),
    counts: one.plan.counts,
    guess: ofClasses ? guessOf(one.sets.test) : 0,
  };
}
