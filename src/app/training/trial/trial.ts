/** A trial of a learner on rows that are made up: that it learns, goes on, answers, and does what it says of itself. */
import { say } from '../../../base/say.ts';
import { seededRandom } from '../../../base/random.ts';
import { sha256 } from '../../../base/sha256.ts';
import { Failure } from '../../../base/failure.ts';
import { flagNames, type DeltaPage } from '../../../data/change.ts';
import { packRows, type PageColumn, type RowPage } from '../../../data/page.ts';
import { inRange, splitRanges } from '../../../data/rowHash.ts';
import type { RowSet, Trainer, TrainRows } from '../../../data/trainer.ts';
import type { LearnerChoice, Plan, PlanDraft, Task } from '../../../data/training.ts';
import type { Value } from '../../../data/value.ts';

/** What was tried, and how it went: a sentence each. */
export interface Tried {
  readonly what: string;
  readonly ok: boolean;
  readonly sentence: string;
}

interface MadeUp {
  readonly key: number;
  readonly hash: string;
  readonly values: readonly Value[];
}

const shares = { test: 0.2, validation: 0.2 };
const firstRows = 600;
const allRows = 660;
const colours = ['red', 'green', 'blue'];

const columnsOf = (task: Task): PageColumn[] => [
  { name: 'size', type: 'DOUBLE' },
  { name: 'count', type: 'BIGINT' },
  { name: 'colour', type: 'VARCHAR(10)' },
  { name: 'day', type: 'DATE' },
  { name: 'answer', type: task === 'regression' ? 'DOUBLE' : 'VARCHAR(10)' },
];

function madeUp(key: number, task: Task, isChanged: boolean): MadeUp {
  const random = seededRandom(`trial:${key}${isChanged ? ':changed' : ''}`);
  const size = random.fraction() * 4 - 2;
  const colour = random.below(colours.length);
  const score = size + colour - 1;
  const day = `2024-0${1 + random.below(9)}-1${random.below(9)}`;
  const answer = task === 'regression' ? score : score > 0 ? 'yes' : 'no';
  const own = random.fraction() < 0.05 ? null : size;
  return {
    key,
    hash: sha256(`trial:${key}`).slice(0, 32),
    values: [own, random.below(100), colours[colour] ?? '', day, answer],
  };
}

const byHash = (a: MadeUp, b: MadeUp): number => (a.hash < b.hash ? -1 : 1);
const numbers = (to: number): number[] => Array.from({ length: to }, (_, key) => key);
const isChanged = (key: number): boolean => key < 30;
const isDeleted = (key: number): boolean => key >= 30 && key < 45;

/** The rows of a run: first ones, or those that came after with what changed since. */
function trialRows(
  task: Task,
  of: 'first' | 'second',
): { readonly rows: TrainRows; readonly count: (set: RowSet) => number } {
  const columns = columnsOf(task);
  const first = numbers(firstRows).map((key) => madeUp(key, task, false));
  const second = numbers(allRows)
    .filter((key) => !isDeleted(key))
    .map((key) => madeUp(key, task, isChanged(key)));
  const now = (of === 'first' ? first : second).sort(byHash);
  const ranges = splitRanges(shares);
  const side = (set: RowSet): MadeUp[] =>
    set === 'replay' ? [] : now.filter(({ hash }) => inRange(hash, ranges[set]));
  const changed = numbers(allRows)
    .filter((key) => isChanged(key) || isDeleted(key) || key >= firstRows)
    .map((key) => ({
      was: key < firstRows ? madeUp(key, task, false) : null,
      is: isDeleted(key) ? null : madeUp(key, task, isChanged(key)),
    }))
    .sort((a, b) => byHash((a.is ?? a.was) as MadeUp, (b.is ?? b.was) as MadeUp));
  const nothing = columns.map((): Value => null);
  const read = (set: RowSet): RowPage =>
    packRows(
      columns,
      side(set).map(({ values }) => values),
    );
  return {
    count: (set) => side(set).length,
    rows: {
      async *read(set) {
        yield read(set);
      },
      async *changes(): AsyncGenerator<DeltaPage, void> {
        const image = (which: 'was' | 'is') =>
          packRows(
            [{ name: 'key', type: 'BIGINT' }, ...columns],
            changed.map((one) => [one[which]?.key ?? null, ...(one[which]?.values ?? nothing)]),
          ).cells;
        yield {
          rows: changed.length,
          keyColumns: 1,
          columns: [{ name: 'key', type: 'BIGINT' }, ...columns],
          flags: Uint8Array.from(changed, ({ was, is }) =>
            flagNames.indexOf(!was ? 'inserted' : is ? 'updated' : 'deleted'),
          ),
          before: image('was'),
          after: image('is'),
          hashes: changed.map(({ was, is }) => (is ?? was)?.hash ?? ''),
        };
      },
    },
  };
}

const draftOf = (learner: LearnerChoice, task: Task, kind: Plan['kind'], counts: PlanDraft['counts']): PlanDraft => ({
  ...{
    format: 2,
    kind,
    learner,
    task,
    label: 'answer',
    slices: [],
    seed: 1,
    version: 1,
    splitSalt: 'trial',
    ...shares,
  },
  depth: kind === 'full' ? 0 : 1,
  features: columnsOf(task)
    .slice(0, -1)
    .map(({ name, type }) => ({ name, type, kind: null })),
  ...{ maxDrop: 0.005, replaySalt: 'replay', counts },
});

/** Trains, trains again, goes on, and asks; ends with the first step that fails, whose reason is its sentence. */
export async function tryLearner(
  learner: LearnerChoice,
  task: Task,
  trainer: Trainer,
  signal: AbortSignal,
): Promise<Tried[]> {
  const tried: Tried[] = [];
  const step = async <T>(
    what: string,
    work: () => Promise<T>,
    told: (found: T) => Omit<Tried, 'what'>,
  ): Promise<T | null> => {
    try {
      const found = await work();
      tried.push({ what, ...told(found) });
      return found;
    } catch (error) {
      if (!(error instanceof Failure) || Failure.is(error, 'cancelled') || Failure.is(error, 'trainer.notAllowed'))
        throw error;
      tried.push({ what, ok: false, sentence: error.message });
      return null;
    }
  };
  const first = trialRows(task, 'first');
  const second = trialRows(task, 'second');
  const run = async (draft: PlanDraft, rows: TrainRows, parent: { artifact: Uint8Array; plan: Plan } | null) => {
    const plan = await trainer.plan(draft, parent?.plan ?? null);
    if (!plan) throw new Error('Broken invariant: there are changes to train on');
    const job = { plan, parent: parent?.artifact ?? null, baseline: null };
    return { plan, ...(await trainer.run(job, rows, signal, () => {})) };
  };
  const full = draftOf(learner, task, 'full', { train: first.count('train'), delta: 0, removed: 0 });
  const made = await step(
    'train',
    () => run(full, first.rows, null),
    ({ artifact }) => ({
      ok: true,
      sentence: say('It learnt everything; its model is kept in {0} bytes.', artifact.length),
    }),
  );
  if (!made) return tried;
  await step(
    'again',
    () => run(full, first.rows, null),
    ({ weightsSha256 }) =>
      weightsSha256 === made.weightsSha256
        ? { ok: true, sentence: say('The same rows and seed gave the same bytes.') }
        : {
            ok: true,
            sentence: say('The same rows and seed gave other bytes, so no model of it can be reproduced bit for bit.'),
          },
  );
  const changes = draftOf(learner, task, 'delta', { train: second.count('train'), delta: 60, removed: 30 });
  const child = await step(
    'update',
    () => run(changes, second.rows, made),
    () => ({ ok: true, sentence: say('It went on from its parent with what changed.') }),
  );
  await step(
    'predict',
    async () => {
      let rows = 0;
      const asked = trainer.predict(
        { artifact: (child ?? made).artifact, name: 'trial' },
        () => second.rows.read('test'),
        signal,
      );
      for await (const page of asked) rows += page.rows;
      return rows;
    },
    (rows) => ({
      ok: rows === second.count('test'),
      sentence: say('It answered for {0} rows that it had not seen.', rows),
    }),
  );
  return tried;
}
