/** Accuracy of models at versions: what is known comes from the registry, the rest is measured once and kept there. */
import { say } from '../../base/say.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { type Evaluation, type Model, modelText } from '../../data/model.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot, type Snapshot, type SnapshotIdentity } from '../../data/version.ts';
import { cellMetrics } from '../registry/cellMetrics.ts';
import { identityOf, isSameSnapshot, snapshotOf } from '../registry/lineage.ts';
import { leaveOut } from '../training/exclusions/leaveOut.ts';
import { sameSplit } from '../training/planRun.ts';
import { storeRows } from '../training/rowSets.ts';
import type { Workbench } from '../training/workbench.ts';

/** `accuracy[m][v]`: models[m] on the test rows of versions[v]; null where `missing[m][v]` says why, in a sentence. */
export interface Matrix {
  readonly models: readonly string[];
  readonly versions: readonly string[];
  readonly accuracy: readonly (readonly (number | null)[])[];
  /** What the numbers are: of a regression R², the share of the label's variance that is explained. */
  readonly metric: 'accuracy' | 'r2';
  readonly missing: readonly (readonly (string | null)[])[];
}

type Parts = Pick<Workbench, 'store' | 'registry' | 'trainer'>;

const isCell = (evaluation: Evaluation, model: Model, at: SnapshotIdentity): boolean =>
  evaluation.number === model.number &&
  evaluation.slice === '' &&
  evaluation.snapshot.name === at.name &&
  evaluation.snapshot.createdAt === at.createdAt;

/** One cell, measured if it is not known yet. `version.unknown`, `plan.unsupported` when it cannot be. */
export async function evaluateAt(
  model: Model,
  snapshotName: string,
  training: Training,
  parts: Parts,
  signal: AbortSignal,
): Promise<Evaluation> {
  const snapshot = await snapshotOf(parts.store, training.table, snapshotName);
  const identity = identityOf(snapshot, training.table);
  const known = (await parts.registry.evaluations(training.id)).find((one) => isCell(one, model, identity));
  if (known) return known;
  const [measured] = await measure([model], identity, training, parts, signal);
  if (!measured) throw new Error('Broken invariant: a model was not measured');
  return measured;
}

/** The last `last` models (all by default) at each other's snapshots, oldest first both ways. */
export async function evaluateMatrix(
  request: { readonly training: Training; readonly last?: number },
  parts: Parts,
  signal: AbortSignal,
): Promise<Matrix> {
  const { training } = request;
  const known = (await parts.registry.heads(training)).filter((model) => model.status !== 'archived');
  const wanted = known.slice(0, request.last ?? known.length).map(({ number }) => number);
  const models = (await parts.registry.byNumbers(training.id, wanted)).reverse();
  const versions = uniqueSnapshots(models);
  const there = await snapshotsThere(training, versions, parts);
  const evaluations = await parts.registry.evaluations(training.id);
  const accuracy = models.map((): (number | null)[] => versions.map(() => null));
  const missing = models.map((): (string | null)[] => versions.map(() => null));
  for (const [v, version] of versions.entries()) {
    throwIfCancelled(signal);
    const unknown: Model[] = [];
    const put = (model: Model, value: number): void => {
      const row = accuracy[models.indexOf(model)];
      if (row) row[v] = value;
    };
    const sayWhy = (model: Model, why: string): void => {
      const row = missing[models.indexOf(model)];
      if (row) row[v] = why;
    };
    for (const model of models) {
      const cell = evaluations.find((one) => isCell(one, model, version));
      if (cell) put(model, cell.metrics.accuracy);
      else if (!there[v]) sayWhy(model, say('The snapshot {0} is gone.', version.name));
      else if (!sameSplit(training, model.plan))
        sayWhy(model, say('{0} was trained with other shares of test rows.', modelText(model)));
      else unknown.push(model);
    }
    if (unknown.length === 0) continue;
    try {
      const measured = await measure(unknown, version, training, parts, signal);
      for (const [i, evaluation] of measured.entries()) {
        const model = unknown[i];
        if (model) put(model, evaluation.metrics.accuracy);
      }
    } catch (error) {
      // A version that a model cannot read (another schema, no test rows) is a cell without a number, not the end.
      const unreadable = [
        'plan.fewRows',
        'column.unknown',
        'table.unknown',
        'table.duplicateKey',
        'value.refused',
      ] as const;
      if (!unreadable.some((code) => Failure.is(error, code))) throw error;
      for (const model of unknown) sayWhy(model, (error as Failure).message);
    }
  }
  const metric = training.task === 'regression' ? 'r2' : 'accuracy';
  return {
    models: models.map(modelText),
    versions: versions.map((version) => version.name),
    accuracy,
    metric,
    missing,
  };
}

function uniqueSnapshots(models: readonly Model[]): SnapshotIdentity[] {
  const seen = new Map<string, SnapshotIdentity>();
  for (const { snapshot } of models) seen.set(`${snapshot.name} ${snapshot.createdAt}`, snapshot);
  const order = (one: SnapshotIdentity): bigint => BigInt(one.createdAt);
  return [...seen.values()].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
}

async function snapshotsThere(
  training: Training,
  versions: readonly SnapshotIdentity[],
  parts: Parts,
): Promise<boolean[]> {
  const snapshots = await namedSnapshots(training, versions, parts);
  return versions.map((version) => {
    const snapshot = snapshots.get(version.name);
    return snapshot !== undefined && snapshot.unsure === null && isSameSnapshot(snapshot, training.table, version);
  });
}

/** By name; where they cannot be listed, each is asked for. */
async function namedSnapshots(
  training: Training,
  versions: readonly SnapshotIdentity[],
  { store }: Parts,
): Promise<Map<string, Snapshot>> {
  const byName = new Map<string, Snapshot>();
  try {
    for (const one of await store.snapshots()) byName.set(one.name, one);
  } catch (error) {
    if (!Failure.is(error, 'version.unlistable')) throw error;
    for (const { name } of versions) {
      const found = await store.findSnapshot(name, training.table);
      if (found) byName.set(name, found);
    }
  }
  return byName;
}

async function measure(
  models: readonly Model[],
  at: SnapshotIdentity,
  training: Training,
  parts: Parts,
  signal: AbortSignal,
): Promise<Evaluation[]> {
  const { store, registry, trainer } = parts;
  const plan = models[0]?.plan;
  if (!plan) return [];
  const artifacts: Uint8Array[] = [];
  for (const model of models) artifacts.push(await registry.artifact(model));
  const left = await leaveOut({ store, registry }, training, at.name, []);
  const places = { store: left.store, table: training.table, key: training.key, at: atSnapshot(at.name), base: null };
  const rows = storeRows(places, plan);
  const metrics = await trainer.evaluate({ plan, artifacts }, rows, signal);
  const evaluations = metrics.map((measured, i): Evaluation => {
    const model = models[i];
    if (!model) throw new Error('Broken invariant: more measurements than models');
    return { trainingId: training.id, number: model.number, snapshot: at, slice: '', metrics: cellMetrics(measured) };
  });
  await registry.keepEvaluations(evaluations);
  return evaluations;
}
