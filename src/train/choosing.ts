/**
 * Who learns, where a training leaves it open: every learner that fits is tried on some of the train rows and held against the
 * validation rows. What is chosen is written into the plan and stays the lineage's.
 */
import { at } from '../base/assert.ts';
import { Failure } from '../base/failure.ts';
import { percentText } from '../words/numbers.ts';
import { say, together } from '../base/say.ts';
import type { Learner } from '../data/learner.ts';
import type { RowPage } from '../data/page.ts';
import type { LearnerFound, RowSet, TrainRows } from '../data/trainer.ts';
import type { LearnerChoice, Plan, PlanDraft } from '../data/training.ts';
import { noClass } from '../data/trainPage.ts';
import { summedLoss } from './kernel/loss.ts';
import { fitTemperature } from './measure/temperature.ts';
import type { Learners } from './models/table.ts';
import { prepareFull } from './prepare.ts';
import type { Reading } from './reading.ts';
import { labelsOf } from './rows/keptRows.ts';

/** Rows of each set that are looked at. */
const lookRows = 4_000;
/** With fewer validation rows a difference between two learners is a matter of luck. */
const leastRows = 100;
/** An exact learner is taken unless another one's loss is below its own by this share. */
const exactWorth = 0.05;

/** A learner that was tried; `loss` null: it could not be, for this reason. */
interface Tried {
  readonly name: string;
  readonly exact: boolean;
  readonly loss: number | null;
  readonly why: string | null;
}

/** The first pages of the sets, read once for all who are tried. */
function firstRows(rows: TrainRows): TrainRows {
  const kept = new Map<RowSet, RowPage[]>();
  const pagesOf = async (set: RowSet, signal?: AbortSignal): Promise<RowPage[]> => {
    const known = kept.get(set);
    if (known) return known;
    const pages: RowPage[] = [];
    let read = 0;
    for await (const page of rows.read(set, signal)) {
      pages.push(page);
      read += page.rows;
      if (read >= lookRows) break;
    }
    kept.set(set, pages);
    return pages;
  };
  return {
    async *read(set, signal) {
      yield* await pagesOf(set, signal);
    },
    changes: (since, signal) => rows.changes(since, signal),
  };
}

/** The mean loss of classes after temperature, or the root of the mean squared error, on the validation rows. */
async function lossOf(learner: Learner, reading: Reading): Promise<{ readonly loss: number; readonly rows: number }> {
  const { signal } = reading;
  const prepared = await prepareFull(reading, learner, null);
  const labels = await labelsOf(prepared.validation);
  const rows = labels.length;
  if (rows < leastRows) return { loss: 0, rows };
  const { model } = await prepared.train({ signal, epoch: () => {} });
  const answers = await learner.predict(model, prepared.validation, signal);
  if (answers.kind === 'values') {
    const squares = answers.values.reduce((sum, value, i) => sum + (value - at(labels, i)) ** 2, 0);
    return { loss: Math.sqrt(squares / rows), rows };
  }
  const numbers = Int32Array.from(labels, (label) => (label === noClass ? -1 : label));
  const temperature = fitTemperature(answers, numbers);
  return { loss: summedLoss(answers.values, answers.classes, numbers, 1 / temperature) / rows, rows };
}

const choiceOf = (learners: Learners, name: string): LearnerChoice => ({
  name,
  options: learners[name]?.options.defaults ?? {},
});

const lossText = ({ name, loss, why }: Tried): string =>
  loss === null ? say('{0} not at all ({1})', name, why ?? '') : `${name} ${loss.toPrecision(3)}`;

/** The one with the least loss, but an exact one unless that is much better. */
function bestOf(tried: readonly Tried[]): (Tried & { readonly loss: number }) | undefined {
  const able = tried.filter((one): one is Tried & { readonly loss: number } => one.loss !== null);
  const least = (of: typeof able) => [...of].sort((a, b) => a.loss - b.loss)[0];
  const best = least(able);
  const exact = least(able.filter((one) => one.exact));
  return best && exact && best.loss > exact.loss * (1 - exactWorth) ? exact : best;
}

/** The last of the table that is exact, else the first: trees were ahead on most tables that were measured. */
const byRule = (fitting: readonly (readonly [string, Learner])[]): string =>
  (fitting.filter(([, learner]) => learner.absorb !== undefined).at(-1) ?? fitting[0])?.[0] ?? '';

/** As `Trainer.choose` says. */
export async function chooseLearner(
  learners: Learners,
  draft: PlanDraft,
  rows: TrainRows,
  signal: AbortSignal,
): Promise<LearnerFound> {
  const { replaySalt: _salt, counts: known, ...common } = draft;
  const counts = { train: Math.min(known.train, lookRows), delta: 0, replay: 0 };
  const fitting = Object.entries(learners).filter(([, learner]) => learner.fits.includes(draft.task));
  const some = firstRows(rows);
  const tried: Tried[] = [];
  let validation = 0;
  for (const [name, learner] of fitting) {
    const choice = choiceOf(learners, name);
    const plan: Plan = {
      ...common,
      kind: 'full',
      learner: { name, options: { ...choice.options, ...learner.trial } },
      replay: null,
      counts,
    };
    const about = { name, exact: learner.absorb !== undefined };
    try {
      const { loss, rows: count } = await lossOf(learner, { plan, rows: some, signal, watch: null, on: () => {} });
      validation = count;
      if (count < leastRows) break;
      tried.push({ ...about, loss, why: null });
    } catch (error) {
      if (!Failure.is(error, 'plan.unsupported')) throw error;
      tried.push({ ...about, loss: null, why: error.message });
    }
  }
  const best = bestOf(tried);
  if (validation < leastRows || !best) {
    const name = byRule(fitting);
    const why = say(
      'The learner is "{0}": there are too few validation rows ({1}) to try others, and it is exact and was ahead on most tables.',
      name,
      validation,
    );
    return { learner: choiceOf(learners, name), sentence: why };
  }
  const what = draft.task === 'regression' ? say('root mean squared error') : say('log loss');
  const losses = tried.map(lossText).join(', ');
  const isBehind = tried.some(({ loss }) => loss !== null && loss < best.loss);
  const why = best.exact && [
    isBehind && say('None of the others is {0} better.', percentText(exactWorth)),
    say('Its updates are what a full fit would be.'),
  ];
  const sentence = say(
    'The learner is "{0}", by the {1} of a quick look on {2} validation rows: {3}.',
    best.name,
    what,
    validation,
    losses,
  );
  return { learner: choiceOf(learners, best.name), sentence: together(sentence, ...(why || [])) };
}
