/** Accuracy of models at versions: what is known comes from the registry, the rest is measured once and kept there. */
import { say } from '../../base/say.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import { type Evaluation, type Model, modelText } from '../../data/model.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot, type Snapshot, type SnapshotIdentity } from '../../data/version.ts';
import { cellName, cellsOf, goesBy, isNone, noneSentence, usualCell } from '../registry/cellMetrics.ts';
import { identityOf, isSameSnapshot, snapshotOf } from '../registry/lineage.ts';
import { leaveOut } from '../training/exclusions/leaveOut.ts';
import { storeRows } from '../training/rows/rowSets.ts';
import { mayBeTested } from '../../data/splitting/sides.ts';
import { metricText } from '../../words/measures.ts';
import { splitText } from '../../words/splits.ts';
import type { Workbench } from '../training/workbench.ts';

/** `accuracy[m][v]`: models[m] on the test rows of versions[v]; where it or its value is null `missing[m][v]` says why, in a sentence. */
export interface Matrix {
  readonly models: readonly string[];
  readonly versions: readonly string[];
  readonly accuracy: readonly (readonly (number | null)[])[];
  /** What the numbers are: of a regression R², the share of the label's variance that is explained. */
  readonly metric: 'accuracy' | 'r2';
  /** The measure that the training goes by, where it is another one, and the same cells by it. */
  readonly by?: string;
  readonly values?: readonly (readonly (number | null)[])[];
  readonly missing: readonly (readonly (string | null)[])[];
}

type Parts = Pick<Workbench, 'store' | 'registry' | 'trainer'>;

const isCell = (evaluation: Evaluation, model: Model, at: SnapshotIdentity, slice = ''): boolean =>
  evaluation.number === model.number &&
  evaluation.slice === slice &&
  evaluation.snapshot.name === at.name &&
  evaluation.snapshot.createdAt === at.createdAt;

function setCell(row: (number | null)[] | undefined, v: number, { metrics }: Evaluation): void {
  if (row) row[v] = metrics.accuracy;
}

/**
 * One cell by the measure that the training goes by, measured if it is not known yet. `version.unknown`, `plan.unsupported` when it
 * cannot be, or has no value there.
 */
export async function evaluateAt(
  model: Model,
  snapshotName: string,
  training: Training,
  parts: Parts,
  signal: AbortSignal,
): Promise<Evaluation> {
  const snapshot = await snapshotOf(parts.store, training.table, snapshotName);
  const identity = identityOf(snapshot, training.table);
  const slice = cellName(training);
  const known = (await parts.registry.evaluations(training.id)).find((one) => isCell(one, model, identity, slice));
  const cell = known ?? (await measure([model], identity, training, parts, signal)).find((one) => one.slice === slice);
  if (cell && !isNone(cell)) return cell;
  throw new Failure('plan.unsupported', {
    what: say('{0} has no {1} at {2}.', modelText(model), metricText(goesBy(training)), snapshotName),
    hint: noneSentence(goesBy(training), cell !== undefined),
  });
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
  const metric = goesBy(training);
  const slice = cellName(training);
  const usual = usualCell(training);
  const values = models.map((): (number | null)[] => versions.map(() => null));
  const missing = models.map((): (string | null)[] => versions.map(() => null));
  for (const [v, version] of versions.entries()) {
    throwIfCancelled(signal);
    const unknown: Model[] = [];
    const sayWhy = (model: Model | undefined, why: string): void => {
      const row = model && missing[models.indexOf(model)];
      if (row) row[v] = why;
    };
    const put = (of: Evaluation): void => {
      const m = models.findIndex(({ number }) => number === of.number);
      if (of.slice === usual) setCell(accuracy[m], v, of);
      if (of.slice !== slice) return;
      if (isNone(of)) sayWhy(models[m], noneSentence(metric, true));
      else setCell(values[m], v, of);
    };
    for (const model of models) {
      const wanted = [...new Set([usual, slice])];
      const cells = wanted.flatMap((name) => evaluations.find((one) => isCell(one, model, version, name)) ?? []);
      for (const cell of cells) put(cell);
      if (cells.length === wanted.length) continue;
      if (!there[v]) sayWhy(model, say('The snapshot {0} is gone.', version.name));
      else if (!mayBeTested(model.plan, training)) sayWhy(model, whyNotTested(model, training));
      else unknown.push(model);
    }
    if (unknown.length === 0) continue;
    const { cells: measured, why } = await measuredOrWhy(unknown, version, training, parts, signal);
    for (const model of unknown)
      if (!measured.some((one) => isCell(one, model, version, slice)))
        sayWhy(model, why ?? noneSentence(metric, false));
    for (const cell of measured) put(cell);
  }
  return {
    models: models.map(modelText),
    versions: versions.map((version) => version.name),
    accuracy,
    metric: training.task === 'regression' ? 'r2' : 'accuracy',
    ...(slice !== usual && { by: metric, values }),
    missing,
  };
}

/** A model was trained on some of the rows that the training tests on now. */
const whyNotTested = (model: Model, { split }: Training): string =>
  split || model.plan.split
    ? say(
        '{0} was trained on rows that are split otherwise now ({1}).',
        modelText(model),
        model.plan.split ? splitText(model.plan.split) : say('by row hash'),
      )
    : say('{0} was trained with other shares of test rows.', modelText(model));

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

/** What was measured, or why nothing could be: a version that models cannot read is cells without a number, not the end. */
async function measuredOrWhy(
  ...of: Parameters<typeof measure>
): Promise<{ readonly cells: readonly Evaluation[]; readonly why: string | null }> {
  try {
    return { cells: await measure(...of), why: null };
  } catch (error) {
    // Another schema, no test rows.
    const unreadable = [
      'plan.fewRows',
      'column.unknown',
      'table.unknown',
      'table.duplicateKey',
      'value.refused',
    ] as const;
    if (!unreadable.some((code) => Failure.is(error, code))) throw error;
    return { cells: [], why: (error as Failure).message };
  }
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
  const moved = [...new Set(models.flatMap((one) => one.plan.moved ?? []))];
  const { split: _own, moved: _theirs, ...common } = plan;
  const asked = { ...common, ...(training.split && { split: training.split }), ...(moved.length > 0 && { moved }) };
  const rows = storeRows(places, asked);
  const metrics = await trainer.evaluate({ plan: asked, artifacts }, rows, signal);
  const evaluations = metrics.flatMap((measured, i): Evaluation[] => {
    const model = models[i];
    if (!model) throw new Error('Broken invariant: more measurements than models');
    const of = { trainingId: training.id, number: model.number, snapshot: at };
    return cellsOf(measured, training).map((cell) => ({ ...of, ...cell }));
  });
  await registry.keepEvaluations(evaluations);
  return evaluations;
}
