/** The registry row of a run that ended well. */
import type { Model } from '../../data/model.ts';
import type { DeltaFacts } from '../../data/run.ts';
import { tableText } from '../../data/table.ts';
import type { TrainResult } from '../../data/trainer.ts';
import type { Plan, Training } from '../../data/training.ts';
import type { Snapshot } from '../../data/version.ts';
import type { OnSuspect } from '../config/config.ts';
import { identityOf } from '../registry/lineage.ts';
import type { Workbench } from './workbench.ts';

/** What a run found out before training, as far as it is registered. */
export interface RunStart {
  readonly parent: Model | null;
  readonly snapshot: Snapshot;
  /** Rows of the table in it. */
  readonly rows: number;
  /** The parent's snapshot; null when nothing is compared with it. */
  readonly base: Snapshot | null;
  readonly facts: DeltaFacts | null;
}

/**
 * Suspect data are asked about, and their model is never rejected: on unchanged rows it may rightly lose. Where nobody is to be asked
 * (`warn`), the quality gate alone decides.
 */
function statusOf({ judgement, guard }: TrainResult, onSuspect: OnSuspect): Model['status'] {
  if (judgement?.data.verdict === 'suspect' && onSuspect !== 'warn') return 'held';
  return guard.verdict === 'worse' ? 'rejected' : 'candidate';
}

/** The model as it is registered, without the number that the registry gives it. */
export function modelOfRun(of: {
  training: Training;
  mode: Model['kind'];
  workbench: Workbench;
  start: RunStart;
  plan: Plan;
  result: TrainResult;
  onSuspect: OnSuspect;
}): Omit<Model, 'number'> {
  const { training, mode } = of;
  const { parent, base, snapshot, facts } = of.start;
  const { result, plan } = of;
  return {
    training: training.name,
    trainingId: training.id,
    parent: parent?.number ?? null,
    kind: mode,
    status: statusOf(result, of.onSuspect),
    table: tableText(training.table),
    base: mode === 'delta' && base ? identityOf(base, training.table) : null,
    snapshot: identityOf(snapshot, training.table),
    rows: of.start.rows,
    delta: facts?.counts ?? null,
    relabelled: facts?.relabelled ?? 0,
    learner: plan.learner.name,
    plan,
    seed: plan.seed,
    classes: result.classes,
    metrics: result.metrics,
    guard: result.guard,
    ...(result.judgement && { judgement: result.judgement }),
    slices: result.slices,
    epochs: result.epochs,
    attempts: result.attempts,
    kept: result.kept,
    cost: result.cost,
    note: '',
    kernelSha256: result.kernelSha256,
    weightsSha256: result.weightsSha256,
    artifactSha256: result.artifactSha256,
    artifactBytes: result.artifact.length,
    madeBy: of.workbench.owner,
    madeAt: new Date(of.workbench.clock.now()).toISOString(),
    toolVersion: of.workbench.toolVersion,
  };
}
