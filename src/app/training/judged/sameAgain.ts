/** Tells a run that would only repeat what is there: a full fit of the same data by the same plan, or data that are held already. */
import { outsideLearnerName } from '../../config/learners.ts';
import { say } from '../../../base/say.ts';
import { changedRows } from '../../../data/change.ts';
import type { RunJudgement } from '../../../data/judgement.ts';
import { type Model, type ModelHead, modelText } from '../../../data/model.ts';
import type { RunOutcome } from '../../../data/run.ts';
import type { Plan } from '../../../data/training.ts';
import { atSnapshot } from '../../../data/version.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Start, TrainRequest } from '../runStart.ts';
import type { Workbench } from '../workbench.ts';
import { rowsSince } from '../rowsSince.ts';

/** Whether key, features and label of every row are what they were for a model. */
async function isSameData(
  { training }: TrainRequest,
  { store }: Workbench,
  { snapshot, parent, facts }: Start,
  model: ModelHead,
  signal: AbortSignal,
): Promise<boolean> {
  if (facts !== null && parent?.number === model.number) return changedRows(facts.counts) === 0;
  return (await rowsSince(store, training, model, atSnapshot(snapshot.name), signal)) === 0;
}

/** What of a plan decides about the weights of a full fit, beside the rows. */
const decisive = ({ version: _version, counts: _counts, ...rest }: Plan): string => JSON.stringify(rest);

/** The full fit that this one would be, to the bit; null where it is another. */
async function sameFit(
  request: TrainRequest,
  workbench: Workbench,
  start: Start,
  plan: Plan,
  signal: AbortSignal,
): Promise<Model | null> {
  const { lastFull } = start;
  if (request.mode !== 'full' || !lastFull || lastFull.status === 'archived') return null;
  // Another version may train with another kernel.
  if (lastFull.toolVersion !== workbench.toolVersion || decisive(lastFull.plan) !== decisive(plan)) return null;
  return (await isSameData(request, workbench, start, lastFull, signal)) ? lastFull : null;
}

/** The newest held model, where it holds these very rows. */
async function heldData(
  request: TrainRequest,
  workbench: Workbench,
  start: Start,
  signal: AbortSignal,
): Promise<Model | null> {
  const held = start.models.find(({ status }) => status === 'held');
  if (!held || !(await isSameData(request, workbench, start, held, signal))) return null;
  return workbench.registry.byNumber(held.trainingId, held.number, held.training);
}

/** The held model whose reasons these are; null where there is none. */
export async function heldFor(
  registry: Registry,
  models: readonly ModelHead[],
  judgement: RunJudgement | null,
): Promise<Model | null> {
  const hash = judgement?.data.hash ?? null;
  if (hash === null) return null;
  const held = models.filter(({ status }) => status === 'held').map(({ number }) => number);
  const [first] = models;
  const whole = first && held.length > 0 ? await registry.byNumbers(first.trainingId, held) : [];
  return whole.find((model) => model.judgement?.data.hash === hash) ?? null;
}

/** How a run ends whose data are held already. */
export function heldAlready(model: Model, { advice, notes }: Start): RunOutcome {
  const sentence = say(
    '{0} holds these changes already, for the same reasons: it waits for a person.',
    modelText(model),
  );
  return { model, reason: 'model.held', advice, sentence, exact: null, notes };
}

/** How a run ends before it trains, where it would only repeat what is there; null where it would not. */
export async function sameAgain(
  request: TrainRequest,
  workbench: Workbench,
  start: Start,
  plan: Plan,
  signal: AbortSignal,
): Promise<RunOutcome | null> {
  const held = request.onSuspect === 'warn' ? null : await heldData(request, workbench, start, signal);
  if (held) return heldAlready(held, start);
  // What a program does now stands in no plan.
  if (plan.learner.name === outsideLearnerName) return null;
  const same = await sameFit(request, workbench, start, plan, signal);
  if (!same) return null;
  const { advice, notes } = start;
  const sentence = say(
    'The same model as {0}: no row changed since, and it was trained fully by the same plan.',
    modelText(same),
  );
  return { model: same, reason: 'model.same', advice, sentence, exact: null, notes };
}
