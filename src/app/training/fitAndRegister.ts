/** The second half of a run: the plan as its learner completes it, training and testing, and the row in the registry. */
import { say } from '../../base/say.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import { changedRows } from '../../data/change.ts';
import { type Model } from '../../data/model.ts';
import type { RunEvent, RunOutcome, RunPhase } from '../../data/run.ts';
import type { TrainEvent, TrainJob } from '../../data/trainer.ts';
import type { Plan, Training } from '../../data/training.ts';
import { atSnapshot, type Snapshot } from '../../data/version.ts';
import { evaluationsOf } from '../registry/evaluations.ts';
import { type Lease } from './lease/lease.ts';
import { exactSentence } from '../registry/exactness.ts';
import { factsRow, putFacts } from '../registry/judged/judgements.ts';
import { baseOf, identityOf, requireUnchanged, sinceFullFit } from '../registry/lineage.ts';
import { judgeBrief } from './judged/judgeBrief.ts';
import { modelOfRun } from './modelOfRun.ts';
import { orNoLabels } from './noLabels.ts';
import { deltaDraft, fullDraft, type PlanFacts } from './planRun.ts';
import { movedRows } from './rows/movedRows.ts';
import { type RowPlaces } from './rows/rowPlaces.ts';
import { storeRows } from './rows/rowSets.ts';
import { OddCells } from './judged/oddCells.ts';
import { heldAlready, heldFor } from './judged/sameAgain.ts';
import type { Workbench } from './workbench.ts';
import { guardSentence } from '../../words/findingText.ts';
import { outcomeSentence } from '../../words/outcomeText.ts';
import { countText } from '../../words/numbers.ts';
import type { Start, TrainRequest } from './runStart.ts';

/** True for a delta run without a single changed row; its learner need not be asked. */
export const nothingChanged = ({ mode }: TrainRequest, { facts }: Start): boolean =>
  mode === 'delta' && facts !== null && changedRows(facts.counts) === 0;

/**
 * A training that leaves its learner open, with the one that its models have, or that a quick look at the rows finds: a
 * lineage never changes its learner by itself.
 */
async function withLearner(of: PlanFacts, workbench: Workbench, start: Start, signal: AbortSignal): Promise<Training> {
  const { training } = of;
  if (training.learner.name !== 'auto') return training;
  if (start.parent) return { ...training, learner: start.parent.plan.learner };
  const draft = fullDraft(of);
  const places = { store: workbench.store, table: training.table, key: training.key };
  const rows = storeRows({ ...places, at: atSnapshot(start.snapshot.name), base: null }, { ...draft, replay: null });
  const table = { store: workbench.store, training, snapshot: start.snapshot.name, rows: start.rows };
  const { learner, sentence } = await workbench.trainer.choose(draft, rows, signal).catch(async (error: unknown) => {
    throw await orNoLabels(error, table, signal);
  });
  start.notes.push(sentence);
  return { ...training, learner };
}

/** A run's training with the learner that was settled, and its plan as that completes it. */
export interface Planned {
  readonly training: Training;
  readonly plan: Plan;
}

/** Null when the learner can take nothing in of what changed. */
export async function planOf(
  request: TrainRequest,
  workbench: Workbench,
  start: Start,
  signal: AbortSignal,
): Promise<Planned | null> {
  const { store, registry } = workbench;
  const asked = request.training;
  const info = await store.table(asked.table, atSnapshot(start.snapshot.name));
  const version = await registry.nextNumber(asked);
  if (asked.task === 'regression' && start.parent === null)
    start.notes.push(
      say(
        '"{0}" is predicted as a number. Write "task": "classification" to predict its values as classes.',
        asked.label,
      ),
    );
  const trainRows = Math.round(start.rows * (1 - asked.test - asked.validation));
  const training = await withLearner(
    { training: asked, info, version, depth: 0, train: trainRows },
    workbench,
    start,
    signal,
  );
  const plan = await completed({ ...request, training }, workbench, start, { info, version, train: trainRows });
  return plan && { training, plan };
}

/** The plan as the learner completes it. */
async function completed(
  request: TrainRequest,
  { trainer }: Workbench,
  start: Start,
  { info, version, train: rows }: Omit<PlanFacts, 'training' | 'depth'>,
): Promise<Plan | null> {
  const { training } = request;
  const moved = movedRows(request, start);
  if (request.mode === 'delta' && start.parent && start.facts) {
    // The parent's run counted its train rows; only the changes are counted here.
    const train = start.parent.cost.rows.train + start.trainGrowth;
    const depth = sinceFullFit(start.models, start.parent).updates + 1;
    const draft = deltaDraft(
      { training, info, version, depth, train, moved },
      start.parent,
      start.facts,
      start.trainRemoved,
    );
    return trainer.plan(draft, start.parent.plan);
  }
  return trainer.plan(fullDraft({ training, info, version, depth: 0, train: rows, moved }), null);
}

/** A model that a run is compared with, and the snapshot by which it is told which rows are as they were. */
interface Rivals {
  readonly parent: Model | null;
  readonly baseline: Model | null;
  readonly baselineSnapshot: Snapshot | null;
}

/** The models a run is compared with: none when there is no base, and the baseline only when it is not the parent. */
async function rivalsOf({ training }: TrainRequest, { store }: Workbench, start: Start): Promise<Rivals> {
  const parent = start.base ? start.parent : null;
  const { baseline, snapshot, notes } = start;
  if (parent === null || baseline === null || baseline.number === parent.number)
    return { parent, baseline: null, baselineSnapshot: null };
  const base = await baseOf(store, training, baseline, atSnapshot(snapshot.name));
  if (base.snapshot) return { parent, baseline, baselineSnapshot: base.snapshot };
  notes.push(say('Not compared with the baseline m{0}: {1}', baseline.number, base.why.message));
  return { parent, baseline: null, baselineSnapshot: null };
}

/** How a run is cut off, and told of. */
interface RunHooks {
  readonly signal: AbortSignal;
  readonly on: (event: RunEvent) => void;
  readonly phase: (phase: RunPhase) => void;
}

/** The places of a run's rows. */
const placesOf = (
  { table, key }: Training,
  { store }: Workbench,
  { snapshot, base }: Start,
  { parent, baseline, baselineSnapshot }: Rivals,
): RowPlaces => ({
  store,
  table,
  key,
  at: atSnapshot(snapshot.name),
  base: base?.name ?? null,
  baseline: baselineSnapshot?.name ?? null,
  rivals: { parent: parent?.plan ?? null, baseline: baseline?.plan ?? null },
});

/** Trains, judges and registers; what the trainer and the registry fail with. */
export async function fitAndRegister(
  request: TrainRequest,
  workbench: Workbench,
  lease: Lease,
  start: Start,
  plan: Plan,
  { signal, on, phase }: RunHooks,
): Promise<RunOutcome> {
  const { training } = request;
  const { store, registry, trainer } = workbench;
  const { snapshot, base, models } = start;
  on({ kind: 'planned', plan });
  const rivals = await rivalsOf(request, workbench, start);
  const { parent, baseline, baselineSnapshot } = rivals;
  const to = atSnapshot(snapshot.name);
  const changed = base && { hashes: start.updated, base, to, snapshot };
  const job: TrainJob = {
    plan,
    parent: parent && (await registry.artifact(parent)),
    baseline: baseline && (await registry.artifact(baseline)),
    judge: await judgeBrief({ training, workbench, models, parent, baseline, changed, notes: start.notes }, signal),
    ...(training.metric !== undefined && { metric: training.metric }),
  };
  const odd = new OddCells(plan);
  const rows = odd.watch(storeRows(placesOf(training, workbench, start, rivals), plan));
  throwIfCancelled(signal);
  const told = (event: TrainEvent): void => {
    phase(phaseOf(event));
    on(event);
  };
  const of = { store, training, snapshot: snapshot.name, rows: start.rows };
  const result = await trainer.run(job, rows, signal, told).catch(async (error: unknown) => {
    throw await orNoLabels(error, of, signal);
  });
  start.notes.push(...odd.notes());
  phase('register');
  await requireUnchanged(
    store,
    training,
    [snapshot, base, baselineSnapshot].flatMap((one) => one ?? []),
  );
  throwIfCancelled(signal);
  const { onSuspect = 'hold' } = request;
  const held = onSuspect === 'warn' ? null : await heldFor(registry, models, result.judgement);
  if (held) return heldAlready(held, start);
  if (onSuspect === 'warn' && result.judgement?.data.verdict === 'suspect')
    start.notes.push(say('These changes are suspect, and nobody is asked: "onSuspect" of the training is "warn".'));
  const made = result.facts.parents;
  const model = await registry.register({
    training,
    atLeast: plan.version,
    artifact: result.artifact,
    model: modelOfRun({ training, mode: request.mode, workbench, start, plan, result, onSuspect }),
    evaluations: evaluationsOf(result, training, identityOf(snapshot, training.table), parent, baseline),
    guards: [lease.guard()],
    facts: result.facts.own,
    ...(parent &&
      made && {
        beside: {
          writes: putFacts(training.id, parent.number, made, parent.judgement !== undefined),
          rows: [factsRow(training.id, parent.number, made)],
        },
      }),
  });
  return trained(model, start, rivals, result.unlabelled);
}

/** How a run is told of that has registered a model. */
function trained(model: Model, start: Start, { parent, baseline }: Rivals, unlabelled: number): RunOutcome {
  const { notes, advice, base, models } = start;
  if (unlabelled > 0) notes.push(say('{0} rows without a label were left out.', countText(unlabelled)));
  const gate = guardSentence(model.guard, {
    parent: parent && `m${parent.number}`,
    baseline: baseline && `m${baseline.number}`,
    baseSnapshot: base?.name ?? null,
    snapshot: model.snapshot.name,
    relabelled: model.relabelled,
  });
  const sentence = outcomeSentence(model, gate);
  return { model, reason: null, advice, sentence, gate, exact: exactSentence(model, models), notes };
}

const phaseOf = (event: TrainEvent): RunPhase =>
  event.kind === 'reading' ? 'read' : event.kind === 'testing' ? 'test' : 'train';
