/** Repeats how a model came to be, from what is stored, and compares the hash of the weights. */
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { type Model, modelText } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import { parseTableName } from '../../data/table.ts';
import type { TrainEvent, TrainResult } from '../../data/trainer.ts';
import { planFormats, type Training } from '../../data/training.ts';
import { atSnapshot, type SnapshotIdentity } from '../../data/version.ts';
import { isExact } from '../config/learners.ts';
import { isSameSnapshot, snapshotOf } from '../registry/lineage.ts';
import { leaveOutAgain } from '../training/exclusions/leaveOut.ts';
import { storeRows } from '../training/rows/rowSets.ts';
import type { Workbench } from '../training/workbench.ts';

/** What came of repeating a model; hashes are lower-case hex. */
export interface Reproduction {
  /** `weather/m3` */
  readonly model: string;
  readonly identical: boolean;
  readonly weightsSha256: string;
  readonly expected: string;
  /** By a full fit with its encoder, not by its own step. */
  readonly inFull: boolean;
  /** Runs that were repeated: 1, or with `fromRoot` every step since the last full fit. */
  readonly steps: number;
}

export type ReproduceEvent =
  | { readonly kind: 'step'; readonly model: string; readonly step: number; readonly steps: number }
  | TrainEvent;

type Parts = Pick<Workbench, 'store' | 'registry' | 'trainer'>;

/**
 * One step from the parent's stored artifact; `fromRoot`: every step since the last full fit, each from the weights just made.
 * `inFull`: by a fit on every row of its snapshot with its own encoder, for a learner that is exact; else `plan.unsupported`.
 * Nothing is written. `version.unknown` or `version.replaced` when a snapshot it needs is not there any more; `model.incompatible` when
 * this version does not have the kernel or the rule of draws that it was made with.
 */
export async function reproduceModel(
  ref: string,
  how: { readonly fromRoot: boolean; readonly inFull?: boolean },
  parts: Parts,
  signal: AbortSignal,
  on: (event: ReproduceEvent) => void,
): Promise<Reproduction> {
  const { registry } = parts;
  const model = await registry.model(ref);
  if (how.inFull) return inFullOf(model, parts, signal, on);
  const chain = how.fromRoot ? await chainTo(parts, model) : [model];
  const training = await trainingOfModel(parts, model);
  let artifact = await startOf(parts, chain[0] ?? model);
  let last: TrainResult | null = null;
  for (const [i, step] of chain.entries()) {
    throwIfCancelled(signal);
    on({ kind: 'step', model: modelText(step), step: i + 1, steps: chain.length });
    last = await repeat(step, training, { parent: artifact, frozen: null }, parts, signal, on);
    artifact = last.artifact;
  }
  const weightsSha256 = last?.weightsSha256 ?? '';
  return {
    model: modelText(model),
    identical: weightsSha256 === model.weightsSha256,
    weightsSha256,
    expected: model.weightsSha256,
    inFull: false,
    steps: chain.length,
  };
}

/** The other side of "identical to a full fit with this encoder". */
async function inFullOf(
  model: Model,
  parts: Parts,
  signal: AbortSignal,
  on: (event: ReproduceEvent) => void,
): Promise<Reproduction> {
  if (!isExact(model.learner))
    throw new Failure('plan.unsupported', {
      what: say(
        '{0} was made by the learner "{1}", whose updates come near a full fit and are not the same.',
        modelText(model),
        model.learner,
      ),
      hint: say('Reproduce it by its own steps.'),
    });
  const training = await trainingOfModel(parts, model);
  const frozen = await parts.registry.artifact(model);
  on({ kind: 'step', model: modelText(model), step: 1, steps: 1 });
  const full = {
    ...model,
    kind: 'full' as const,
    base: null,
    plan: { ...model.plan, kind: 'full' as const, replay: null },
  };
  const { weightsSha256 } = await repeat(full, training, { parent: null, frozen }, parts, signal, on);
  const expected = model.weightsSha256;
  return {
    model: modelText(model),
    identical: weightsSha256 === expected,
    weightsSha256,
    expected,
    inFull: true,
    steps: 1,
  };
}

/** The models from the last full fit down to this one. */
async function chainTo(parts: Parts, model: Model): Promise<Model[]> {
  const chain = [model];
  for (let first = model; first.kind === 'delta'; ) {
    first = await parts.registry.byNumber(model.trainingId, first.parent ?? 0, model.training);
    chain.unshift(first);
  }
  return chain;
}

async function trainingOfModel(parts: Parts, model: Model): Promise<Training> {
  const training = await parts.registry.training(model);
  if (!training) throw new Failure('training.unknown', { training: model.training });
  return training;
}

/** The artifact a delta step starts from. */
async function startOf(parts: Parts, first: Model): Promise<Uint8Array | null> {
  if (first.kind === 'full' || first.parent === null) return null;
  return parts.registry.artifact(await parts.registry.byNumber(first.trainingId, first.parent, first.training));
}

const parentOf = async ({ registry }: Parts, { trainingId, parent, training }: Model): Promise<Model | null> =>
  parent === null ? null : registry.byNumber(trainingId, parent, training);

async function requireSnapshot(
  store: Store,
  model: Model,
  training: Training,
  needed: SnapshotIdentity,
): Promise<void> {
  const snapshot = await snapshotOf(store, training.table, needed.name);
  if (!isSameSnapshot(snapshot, training.table, needed))
    throw new Failure('version.replaced', { snapshot: needed.name, model: modelText(model) });
}

async function repeat(
  model: Model,
  training: Training,
  from: { readonly parent: Uint8Array | null; readonly frozen: Uint8Array | null },
  parts: Parts,
  signal: AbortSignal,
  on: (event: ReproduceEvent) => void,
): Promise<TrainResult> {
  const { trainer } = parts;
  requireKnownPlan(model);
  const table = parseTableName(model.table) ?? training.table;
  await requireSnapshot(parts.store, model, training, model.snapshot);
  if (model.base) await requireSnapshot(parts.store, model, training, model.base);
  const store = await leaveOutAgain(parts, training, model, model.base && (await parentOf(parts, model)));
  const rows = storeRows(
    { store, table, key: training.key, at: atSnapshot(model.snapshot.name), base: model.base?.name ?? null },
    model.plan,
  );
  const start = model.kind === 'delta' ? from.parent : null;
  const { plan, kernelSha256 } = model;
  const result = await trainer
    .run(
      { plan, parent: start, baseline: null, kernelSha256, ...(from.frozen && { frozen: from.frozen }) },
      rows,
      signal,
      on,
    )
    .catch((error: unknown) => {
      throw Failure.is(error, 'kernel.unknown') ? otherKernel(model, error) : error;
    });
  // Of weights that another kernel made nothing follows, whether they are the same or not.
  if (result.kernelSha256 !== kernelSha256) throw otherKernel(model);
  return result;
}

const unrepeatable = (model: Model, why: string, cause?: unknown): Failure =>
  new Failure(
    'model.incompatible',
    {
      model: modelText(model),
      reason: say(
        '{0}, so whether it comes out the same cannot be told with this version. Reproduce it with DeltaTrain {1}, which made it.',
        why,
        model.toolVersion,
      ),
    },
    { cause },
  );

const otherKernel = (model: Model, cause?: unknown): Failure =>
  unrepeatable(
    model,
    say('it was made with the training kernel {0}, which is not in this version', model.kernelSha256.slice(0, 12)),
    cause,
  );

/** The rows and numbers that a plan draws follow from its format: another rule would give another model. */
function requireKnownPlan(model: Model): void {
  const { format } = model.plan;
  if (!planFormats.includes(format))
    throw unrepeatable(model, say('its plan is of format {0}, whose rule of draws is not in this version', format));
}
