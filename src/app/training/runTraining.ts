/** The main use case: pin the data, find what changed, train on it (or on everything), test child against parent, register. */
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { Quarantined, RunEvent, RunOutcome, RunPhase } from '../../data/run.ts';
import type { Store } from '../../data/store.ts';
import type { Plan, Training } from '../../data/training.ts';
import type { Model } from '../../data/model.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, live, type Snapshot, snapshotHolds, type Version } from '../../data/version.ts';
import { keptOrGone, removeOwn } from './lease/keptSnapshot.ts';
import { acquireLease, type Lease } from './lease/lease.ts';
import { removeLeftBehind } from './lease/leftBehind.ts';
import { type LineageNow, snapshotOf, startsAnew } from '../registry/lineage.ts';
import type { ExcludedRow } from '../registry/judged/exclusions.ts';
import { leaksSaid } from './leaks/leaksSaid.ts';
import { leaveOut, type LeftOut, planWithout } from './exclusions/leaveOut.ts';
import { quarantine, takeBack } from './exclusions/quarantine.ts';
import { readFittingLineage } from './base/nearestBase.ts';
import { keptFromParent, offeredNotes, unusableNotes } from './planRun.ts';
import { pinVersion } from '../versions/snapshotNames.ts';
import type { Workbench } from './workbench.ts';
import { sameAgain } from './judged/sameAgain.ts';
import { fitAndRegister, nothingChanged, planOf } from './fitAndRegister.ts';
import { nothingToTrain } from './judged/nothingToTrain.ts';
import { oneReading } from './base/oneReading.ts';
import { compare, requireBase, type Start, type TrainRequest } from './runStart.ts';

/**
 * Fails with `run.leased`, `version.unknown`, `version.replaced`, `delta.schemaChanged`, `plan.*`,
 * `run.diverged`, `cancelled`, and what the store says. A run that does not end in a model leaves nothing behind: no row, and
 * no snapshot of its own. The one exception is a trainer that is lost (`run.interrupted`): the snapshot is kept and named, so
 * that the same run can be had again. A run whose program is killed cannot clean up: the next run of the training removes the
 * snapshot that it left, and says so.
 */
export async function runTraining(
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
  const still = await stillAsked(asked, store);
  const phase = phases(on);
  const to = still.request.snapshot ? atSnapshot(still.request.snapshot.name) : live;
  const { lineage, notes } = await readFittingLineage(training, workbench, to);
  const { parent } = lineage;
  const { request, first } = asPossible(still.request, lineage);
  const cleaned = await removeLeftBehind(workbench, training.table, lease.left, request.snapshot?.name ?? null);
  if (request.mode === 'delta' && parent) await requireBase(request, store, parent);
  phase('pin');
  throwIfCancelled(signal);
  const { snapshot, own } = await pin(request, workbench, lease, membershipsOf(training, parent));
  let kept = false;
  try {
    on({ kind: 'pinned', snapshot: snapshot.name, createdAt: snapshot.createdAt, own });
    throwIfCancelled(signal);
    await request.gate?.(snapshot.name, signal);
    phase('diff');
    const run = { request, workbench, lineage, snapshot, to };
    const { left, workbench: bench, start, quarantined } = await beginRun(run, signal);
    start.notes.unshift(
      ...first,
      ...notes,
      ...left.notes,
      ...still.gone,
      ...cleaned,
      ...(await startsAnew(training, lineage, registry)),
      ...offeredNotes(training),
      ...unusableNotes(training),
    );
    const leaks = await leaksOfRun(request, bench.store, start, signal);
    start.notes.push(...leaks);
    const advice = { ...start.advice, leaks };
    on({ kind: 'diffed', from: start.base?.name ?? null, to: snapshot.name, facts: start.facts, advice });
    const outcome = await planned(request, bench, start, left, signal, (settled, plan) => {
      phase('read');
      return fitAndRegister(settled, bench, lease, start, plan, { signal, on, phase });
    }).catch(async (error: unknown) => {
      if (quarantined) await takeBack(workbench, training, quarantined, error);
      throw error;
    });
    kept = outcome.reason === null;
    return quarantined ? { ...outcome, quarantined } : outcome;
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

/** What is found in the rows of a run before it trains on them. */
async function leaksOfRun(
  request: TrainRequest,
  store: Store,
  start: Start,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (nothingChanged(request, start)) return [];
  const { training, mode } = request;
  const { parent, snapshot, rows } = start;
  return leaksSaid(
    {
      ...{ store, training, at: atSnapshot(snapshot.name), rows },
      ...(mode === 'full' ? { parent: null, isFull: true } : { parent }),
    },
    signal,
  );
}

/** A run as it begins: what it is compared with, and what is left out of it. */
interface StartedRun {
  readonly left: LeftOut;
  /** Its store leaves them out. */
  readonly workbench: Workbench;
  readonly start: Start;
  readonly quarantined?: Quarantined;
}

interface RunToBegin {
  readonly request: TrainRequest;
  readonly workbench: Workbench;
  readonly lineage: LineageNow;
  readonly snapshot: Snapshot;
  /** The version that was asked for. */
  readonly to: Version;
}

async function beginRun(
  { request, workbench, lineage, snapshot, to }: RunToBegin,
  signal: AbortSignal,
): Promise<StartedRun> {
  const { training } = request;
  const begin = async (now: LineageNow, besides: readonly ExcludedRow[] = []): Promise<StartedRun> => {
    const compared = [now.parent, now.baseline, now.lastFull];
    const left = await leaveOut(workbench, training, snapshot.name, compared, besides);
    const bench = { ...workbench, store: oneReading(left.store) };
    return { left, workbench: bench, start: await compare(request, bench, now, snapshot, signal) };
  };
  const first = await begin(lineage);
  if (request.onSuspect !== 'quarantine') return first;
  const found = await quarantine(training, workbench, first, (rows) => begin(lineage, rows), signal);
  if (found.kind === 'none') return first;
  // What was held for these rows was archived with them.
  const again =
    found.kind === 'held' ? first : await begin((await readFittingLineage(training, workbench, to)).lineage);
  again.start.notes.push(found.note);
  return found.kind === 'held' ? again : { ...again, quarantined: found.quarantined };
}

/** Goes on with the plan of a run, where there is something to train on that was not trained on before. */
async function planned(
  request: TrainRequest,
  workbench: Workbench,
  start: Start,
  left: LeftOut,
  signal: AbortSignal,
  goOn: (settled: TrainRequest, plan: Plan) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const found = nothingChanged(request, start) ? null : await planOf(request, workbench, start, signal);
  if (found === null) return nothingToTrain(request.training, workbench, start, signal);
  const plan = planWithout(found.plan, left);
  const settled = { ...request, training: found.training };
  if (request.mode === 'delta' && start.parent) start.notes.push(...keptFromParent(found.training, start.parent, plan));
  return (await sameAgain(settled, workbench, start, plan, signal)) ?? goOn(settled, plan);
}

/** Without a model there is nothing to update: then everything is fitted, and that is said. */
function asPossible(
  request: TrainRequest,
  { parent, models }: LineageNow,
): { readonly request: TrainRequest; readonly first: readonly string[] } {
  if (request.mode === 'full' || parent) return { request, first: [] };
  const first =
    models.length === 0
      ? say('There is no model of "{0}" yet, so this is a full fit.', request.training.name)
      : say(
          'No model of "{0}" can be updated: all are held, rejected or archived. So this is a full fit.',
          request.training.name,
        );
  return { request: { ...request, mode: 'full' }, first: [first] };
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

/** The tables that say the side of each row, of this run's split or its parent's: they are pinned with the rows. */
const membershipsOf = ({ split }: Training, parent: Model | null): TableName[] =>
  [split, parent?.plan.split].flatMap((one) => (one?.by === 'table' ? [one.table] : []));

/** The snapshot to train on; `own` when it goes with the run, and the lease then names it. */
async function pin(
  { training, snapshot: given }: TrainRequest,
  workbench: Workbench,
  lease: Lease,
  memberships: readonly TableName[],
): Promise<{ snapshot: Snapshot; own: boolean }> {
  const { store } = workbench;
  const { table } = training;
  const own = given?.own ?? true;
  const snapshot = given
    ? await snapshotOf(store, training.table, given.name)
    : await pinVersion(
        store,
        memberships.length > 0 ? { level: 'database', database: table.database } : { level: 'table', table },
      );
  const missing = given && memberships.find((one) => !snapshotHolds(snapshot, one));
  if (missing)
    throw new Failure('plan.unsupported', {
      what: say('The snapshot {0} does not hold {1}, by which rows are split.', snapshot.name, tableText(missing)),
      hint: say('Train on a snapshot of the database {0}.', table.database),
    });
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
