/** The main use case: pin the data, find what changed, train on it (or on everything), test child against parent, register. */
import { say } from '../../base/say.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { changedRows, noChanges } from '../../data/change.ts';
import { anchorOf, lineageOf, lineageTip, type Model, modelText } from '../../data/model.ts';
import type { Advice, RunEvent, RunOutcome, RunPhase } from '../../data/run.ts';
import type { Store } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import type { TrainEvent, TrainJob } from '../../data/trainer.ts';
import type { Plan, Training } from '../../data/training.ts';
import { atSnapshot, live, type Snapshot } from '../../data/version.ts';
import { adviceNotes } from './advice.ts';
import { evaluationsOf } from '../registry/evaluations.ts';
import { type KeptSnapshot, keptOrGone, removeOwn } from './keptSnapshot.ts';
import { acquireLease, type Lease } from './lease.ts';
import { removeLeftBehind } from './leftBehind.ts';
import {
  baseOf,
  identityOf,
  isIdentified,
  requireUnchanged,
  rowsAt,
  snapshotOf,
  startsAnew,
} from '../registry/lineage.ts';
import { modelOfRun, type RunStart } from './modelOfRun.ts';
import { orNoLabels } from './noLabels.ts';
import { deltaDraft, fullDraft, keptFromParent, offeredNotes, sameSplit } from './planRun.ts';
import { storeRows } from './rowSets.ts';
import { pinVersion } from '../versions/snapshotNames.ts';
import { weighDelta } from './weighDelta.ts';
import type { Workbench } from './workbench.ts';
import { guardSentence } from '../../words/findingText.ts';
import { countText, rowsText } from '../../words/numbers.ts';

/** What a run is to do. */
export interface TrainRequest {
  readonly training: Training;
  /** `delta`: update the newest usable model with what changed since. `full`: from scratch on everything. */
  readonly mode: 'delta' | 'full';
  /**
   * Train on this snapshot instead of pinning the table as it is. `own`: an interrupted run left it behind, so it is removed
   * when this run does not end in a model either; when it is gone meanwhile, also if its name was taken, the table is pinned anew.
   */
  readonly snapshot?: { readonly name: string; readonly own: false } | KeptSnapshot;
}

/** What a run found out before training. */
interface Start extends RunStart {
  readonly models: readonly Model[];
  readonly trainGrowth: number;
  readonly trainRemoved: number;
  readonly advice: Advice;
  readonly notes: string[];
}

/**
 * Fails with `run.leased`, `model.noParent`, `version.unknown`, `version.replaced`, `delta.schemaChanged`, `plan.*`,
 * `run.diverged`, `cancelled`, and what the store says. A run that does not end in a model leaves nothing behind: no row, and
 * no snapshot of its own. The one exception is a trainer that is lost (`run.interrupted`): the snapshot is kept and named, so
 * that the same run can be had again. A run whose program is killed cannot clean up: the next run of the training removes the
 * snapshot that it left, and says so.
 */
export async function trainOnDelta(
  request: TrainRequest,
  workbench: Workbench,
  signal: AbortSignal,
  on: (event: RunEvent) => void,
): Promise<RunOutcome> {
  throwIfCancelled(signal);
  const { registry, owner, clock, here } = workbench;
  const lease = await acquireLease(registry, request.training, owner, clock, here);
  try {
    return await runLeased(request, workbench, lease, AbortSignal.any([signal, lease.lost]), on);
  } catch (error) {
    const suspect = lease.lost.aborted || Failure.is(error, 'row.conflict');
    const taken = suspect && !signal.aborted ? await lease.taken() : null;
    if (taken) throw taken;
    throw error;
  } finally {
    await lease.release();
  }
}

async function runLeased(
  asked: TrainRequest,
  workbench: Workbench,
  lease: Lease,
  signal: AbortSignal,
  on: (event: RunEvent) => void,
): Promise<RunOutcome> {
  const { training } = asked;
  const { store, registry } = workbench;
  const { request, gone } = await stillAsked(asked, store);
  const phase = phases(on);
  const alike = await registry.modelsWithId(training.id);
  const models = lineageOf(alike, training.name);
  const parent = lineageTip(models);
  const cleaned = await removeLeftBehind(workbench, training.table, lease.left, request.snapshot?.name ?? null);
  if (request.mode === 'delta') await requireBase(request, store, parent);
  phase('pin');
  throwIfCancelled(signal);
  const { snapshot, own } = await pin(request, workbench, lease);
  let kept = false;
  try {
    on({ kind: 'pinned', snapshot: snapshot.name, createdAt: snapshot.createdAt, own });
    throwIfCancelled(signal);
    phase('diff');
    const start = await compare(request, workbench, models, parent, snapshot, signal);
    start.notes.unshift(...gone, ...cleaned, ...startsAnew(training, alike), ...offeredNotes(training));
    on({ kind: 'diffed', from: start.base?.name ?? null, to: snapshot.name, facts: start.facts, advice: start.advice });
    const plan = nothingChanged(request, start) ? null : await planOf(request, workbench, start);
    if (plan === null) return nothingToTrain(training, start);
    if (request.mode === 'delta' && parent) start.notes.push(...keptFromParent(training, parent, plan));
    phase('read');
    const outcome = await fitAndRegister(request, workbench, lease, start, plan, signal, on, phase);
    kept = true;
    return outcome;
  } catch (error) {
    if (!Failure.is(error, 'run.interrupted')) throw error;
    kept = own;
    throw new Failure(
      'run.interrupted',
      { training: training.name, snapshot: own ? snapshot.name : null },
      { cause: error },
    );
  } finally {
    if (own && !kept) await removeOwn(workbench, training.table, snapshot);
  }
}

/** The request without the snapshot that an interrupted run kept, when that is gone; `gone` then says so. */
async function stillAsked(
  asked: TrainRequest,
  store: Store,
): Promise<{ request: TrainRequest; gone: readonly string[] }> {
  const { snapshot, ...anew } = asked;
  const gone = snapshot?.own ? await keptOrGone(store, asked.training.table, snapshot) : [];
  return { request: gone.length > 0 ? anew : asked, gone };
}

/** The snapshot to train on; `own` when it goes with the run, and the lease then names it. */
async function pin(
  { training, snapshot: given }: TrainRequest,
  workbench: Workbench,
  lease: Lease,
): Promise<{ snapshot: Snapshot; own: boolean }> {
  const { store } = workbench;
  const own = given?.own ?? true;
  const snapshot = given
    ? await snapshotOf(store, training.table, given.name)
    : await pinVersion(store, { level: 'table', table: training.table });
  if (!own) return { snapshot, own };
  try {
    await lease.keep(snapshot);
  } catch (error) {
    await removeOwn(workbench, training.table, snapshot);
    throw error;
  }
  return { snapshot, own };
}

/** Tells each phase once, in order, whatever the trainer's events repeat. */
function phases(on: (event: RunEvent) => void): (phase: RunPhase) => void {
  let now: RunPhase | null = null;
  return (phase) => {
    if (phase !== now) on({ kind: 'phase', phase });
    now = phase;
  };
}

/** Before anything is pinned: a delta run that cannot have a base should not leave a trace. */
async function requireBase(request: TrainRequest, store: Store, parent: Model | null): Promise<void> {
  if (parent === null) throw new Failure('model.noParent', { training: request.training.name });
  const to = request.snapshot ? atSnapshot(request.snapshot.name) : live;
  const base = await baseOf(store, request.training, parent, to);
  if (base.why) throw base.why;
}

async function compare(
  request: TrainRequest,
  workbench: Workbench,
  models: readonly Model[],
  parent: Model | null,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Start> {
  const { training, mode } = request;
  const { store, registry } = workbench;
  const notes: string[] = [];
  if (models.length === 0 && (await registry.models(training.name)).length > 0)
    notes.push(
      say(
        '"{0}" has another table, key, label or features than before, so this is the first model of a new lineage.',
        training.name,
      ),
    );
  const found = parent && (await findBase(request, store, parent, snapshot, notes));
  const base = found?.snapshot ?? null;
  if (base && parent && !isIdentified(base, parent))
    notes.push(
      say(
        'Which snapshot "{0}" is cannot be read by every role that trained here; it is taken for the one of {1} because it has as many rows.',
        base.name,
        modelText(parent),
      ),
    );
  const to = atSnapshot(snapshot.name);
  const weighed = await weighDelta({ training, store, models, parent, base: found, to }, signal);
  const { facts, trainGrowth, trainRemoved, earlier, advice } = weighed;
  notes.push(...adviceNotes(mode, advice, earlier));
  const rows = await rowsAt(store, snapshot, training.table);
  return { models, parent, snapshot, rows, base, facts, trainGrowth, trainRemoved, advice, notes };
}

/** The snapshot to compare with, or why there is none. A delta run needs one; a full fit then stands alone and says so. */
async function findBase(
  request: TrainRequest,
  store: Store,
  parent: Model,
  snapshot: Snapshot,
  notes: string[],
): Promise<{ snapshot: Snapshot | null; why: Failure | null }> {
  const { training, mode } = request;
  const base = await baseOf(store, training, parent, atSnapshot(snapshot.name));
  if (mode === 'delta') {
    if (base.why) throw base.why;
    return base;
  }
  if (base.why) notes.push(say('Not compared with {0}: {1}', modelText(parent), base.why.message));
  if (base.why || sameSplit(training, parent.plan)) return base;
  // The child would be tested on rows that its parent was trained on.
  notes.push(say('Not compared with {0}: the shares of test and tune rows differ.', modelText(parent)));
  return { snapshot: null, why: null };
}

/** True for a delta run without a single changed row; its learner need not be asked. */
const nothingChanged = ({ mode }: TrainRequest, { facts }: Start): boolean =>
  mode === 'delta' && facts !== null && changedRows(facts.counts) === 0;

function nothingToTrain(training: Training, start: Start): RunOutcome {
  const { facts, base, snapshot, advice, notes } = start;
  const { inserted, updated, deleted } = facts?.counts ?? noChanges;
  const table = tableText(training.table);
  if (facts === null || inserted + updated + deleted === 0) {
    const sentence = say(
      'Nothing changed in {0} since {1}, so there is nothing to train on.',
      table,
      base?.name ?? snapshot.name,
    );
    return { model: null, reason: 'delta.empty', advice, sentence, notes };
  }
  const sentence = say(
    '{0} of {1} changed since {2}, but no train row with a label: {3} test rows, {4} tune rows, {5} without a label, {6} deleted.',
    rowsText(inserted + updated + deleted),
    table,
    base?.name ?? snapshot.name,
    facts.test,
    facts.tune,
    facts.unlabelled,
    deleted,
  );
  return { model: null, reason: 'delta.untrainable', advice, sentence, notes };
}

/** The plan as the learner completes it; null when it can take nothing in of what changed. */
async function planOf(request: TrainRequest, workbench: Workbench, start: Start): Promise<Plan | null> {
  const { training } = request;
  const { store, registry, trainer } = workbench;
  const at = atSnapshot(start.snapshot.name);
  const info = await store.table(training.table, at);
  const version = await registry.nextNumber(training);
  if (request.mode === 'delta' && start.parent && start.facts) {
    // The parent's run counted its train rows; only the changes are counted here.
    const train = start.parent.cost.rows.train + start.trainGrowth;
    const draft = deltaDraft({ training, info, version, train }, start.parent, start.facts, start.trainRemoved);
    return trainer.plan(draft, start.parent.plan);
  }
  const train = Math.round(start.rows * (1 - training.test - training.tune));
  return trainer.plan(fullDraft({ training, info, version, train }), null);
}

/**
 * The models a run is compared with: none when there is no base, and the baseline only when it is not the parent and was kept
 * from the test rows of this plan: its training rows would make it look good.
 */
function rivalsOf(start: Start, plan: Plan): { parent: Model | null; anchor: Model | null } {
  const parent = start.base ? start.parent : null;
  const anchor = parent ? anchorOf(start.models) : null;
  if (anchor === null || anchor.number === parent?.number) return { parent, anchor: null };
  if (sameSplit(plan, anchor.plan)) return { parent, anchor };
  start.notes.push(say('Not compared with the baseline m{0}: the shares of test and tune rows differ.', anchor.number));
  return { parent, anchor: null };
}

async function fitAndRegister(
  request: TrainRequest,
  workbench: Workbench,
  lease: Lease,
  start: Start,
  plan: Plan,
  signal: AbortSignal,
  on: (event: RunEvent) => void,
  phase: (phase: RunPhase) => void,
): Promise<RunOutcome> {
  const { training } = request;
  const { store, registry, trainer } = workbench;
  const { snapshot, base, notes, facts, advice } = start;
  on({ kind: 'planned', plan });
  const { parent, anchor } = rivalsOf(start, plan);
  const job: TrainJob = {
    plan,
    parent: parent && (await registry.artifact(parent)),
    anchor: anchor && (await registry.artifact(anchor)),
  };
  const rows = storeRows(
    { store, table: training.table, key: training.key, snapshot: snapshot.name, base: base?.name ?? null },
    plan,
  );
  throwIfCancelled(signal);
  const told = (event: TrainEvent): void => {
    phase(phaseOf(event));
    on(event);
  };
  const of = { store, training, snapshot: snapshot.name, rows: start.rows };
  const result = await trainer.run(job, rows, signal, told).catch(async (error: unknown) => {
    throw await orNoLabels(error, of, signal);
  });
  phase('register');
  await requireUnchanged(store, training, base ? [snapshot, base] : [snapshot]);
  throwIfCancelled(signal);
  const identity = identityOf(snapshot, training.table);
  const model = await registry.register({
    training,
    atLeast: plan.version,
    artifact: result.artifact,
    model: modelOfRun({ training, mode: request.mode, workbench, start, plan, result }),
    evaluations: evaluationsOf(result, training.id, identity, parent, anchor),
    guards: [lease.guard()],
  });
  if (result.unlabelled > 0) notes.push(say('{0} rows without a label were left out.', countText(result.unlabelled)));
  const sentence = guardSentence(result.guard, {
    parent: parent && `m${parent.number}`,
    baseline: anchor && `m${anchor.number}`,
    baseSnapshot: base?.name ?? null,
    snapshot: snapshot.name,
    relabelled: facts?.relabelled ?? 0,
  });
  return { model, reason: null, advice, sentence, notes };
}

const phaseOf = (event: TrainEvent): RunPhase =>
  event.kind === 'reading' ? 'read' : event.kind === 'epoch' ? 'train' : 'test';
