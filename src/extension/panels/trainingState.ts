/** What a training's page shows, put together from the registry, the snapshots and the last run. No editor in it. */
import { exactSentence } from '../../app/registry/exactness.ts';
import { isSafetyName } from '../../app/versions/snapshotNames.ts';
import { Failure } from '../../base/failure.ts';
import type { DeltaCounts } from '../../data/change.ts';
import { baselineOf, type Evaluation, lineageTip, type Model } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import type { Training } from '../../data/training.ts';
import { millisecondsOf, type Snapshot, snapshotHolds, tableIn } from '../../data/version.ts';
import { splitText } from '../../words/splits.ts';
import { momentText } from '../../words/times.ts';
import { cellName, goesBy, isNone } from '../../app/registry/cellMetrics.ts';
import type { Registry } from '../../app/registry/registry.ts';
import type { Settled } from '../../app/registry/judged/settled.ts';
import { settledText } from '../../app/registry/judged/settledText.ts';
import { say } from '../../base/say.ts';
import { judgementNames } from '../../words/outcomeText.ts';
import type {
  Advice,
  CheckView,
  Environment,
  MatrixCell,
  ModelView,
  RunView,
  TrainingHeader,
  TrainingState,
  VersionView,
} from '../../protocol/panel.ts';

/** What is worked out in the background, after the page is there. */
export interface Counted {
  readonly rows: number | null;
  readonly counts: DeltaCounts | null;
  readonly advice: Advice | null;
  readonly check: CheckView | null;
  /** Why there are no counts, as a sentence; null when they are there or on their way. */
  readonly pending: string | null;
}

export const notCounted: Counted = { rows: null, counts: null, advice: null, check: null, pending: null };

export interface TrainingFacts {
  readonly training: Training;
  readonly connection: string;
  readonly environment: Environment;
  readonly readOnly: boolean;
  readonly store: Store;
  readonly registry: Registry;
  readonly notice: string | null;
}

const isoOf = (createdAt: string): string => new Date(millisecondsOf(createdAt)).toISOString();

const isSame = (snapshot: Snapshot, identity: { name: string; createdAt: string }): boolean =>
  snapshot.name === identity.name && snapshot.createdAt === identity.createdAt;

function snapshotState(model: Model, snapshots: readonly Snapshot[]): ModelView['snapshotState'] {
  if (snapshots.some((one) => isSame(one, model.snapshot))) return 'there';
  return snapshots.some(({ name }) => name === model.snapshot.name) ? 'replaced' : 'gone';
}

function modelView(
  model: Model,
  snapshots: readonly Snapshot[],
  baseline: Model | null,
  reproduced: ModelView['reproduced'],
  exact: string | null,
  settled: Settled | null,
): ModelView {
  const { judgement } = model;
  return {
    number: model.number,
    parent: model.parent,
    kind: model.kind,
    status: model.status,
    isBaseline: baseline?.number === model.number,
    snapshot: model.snapshot.name,
    snapshotState: snapshotState(model, snapshots),
    baseSnapshot: model.base?.name ?? null,
    rows: model.rows,
    delta: model.delta,
    metrics: model.metrics,
    guard: model.guard,
    relabelled: model.parent === null ? null : model.relabelled,
    slices: model.slices,
    epochs: model.epochs,
    cost: model.cost,
    seed: model.seed,
    weightsSha256: model.weightsSha256,
    artifactSha256: model.artifactSha256,
    kernelSha256: model.kernelSha256,
    madeAt: model.madeAt,
    madeBy: model.madeBy,
    note: model.note,
    reproduced,
    exact,
    data: judgement?.data ?? null,
    dates: [...judgementNames(model).dates],
    groups: judgement?.groups ?? [],
    settled: settled && { sentence: settledSentence(settled), note: settled.note },
  };
}

/** `archived: its data were reverted, by ada on 27 Nov 2026, 09:25` */
const settledSentence = ({ reason, cause, who, at }: Settled): string =>
  say('{0}, by {1}, {2}', settledText(reason, cause), who, momentText(at));

/** Known cells of these models: measured at a snapshot that is still the one it was. */
function cellsOf(
  evaluations: readonly Evaluation[],
  models: readonly Model[],
  snapshots: readonly Snapshot[],
  name: string,
): MatrixCell[] {
  const own = new Set(models.map(({ number }) => number));
  return evaluations
    .filter((cell) => !isNone(cell) && cell.slice === name && own.has(cell.number))
    .filter(({ snapshot }) => snapshots.some((one) => isSame(one, snapshot)))
    .map(({ number, snapshot, metrics }) => ({
      model: number,
      snapshot: snapshot.name,
      accuracy: metrics.accuracy,
      low: metrics.low,
      high: metrics.high,
      n: metrics.n,
    }));
}

const byAge = (a: Snapshot, b: Snapshot): number => (BigInt(a.createdAt) < BigInt(b.createdAt) ? -1 : 1);

/** Those that can be listed; none where the role may not. */
async function listed(store: Store): Promise<Snapshot[]> {
  try {
    return await store.snapshots();
  } catch (error) {
    if (Failure.is(error, 'version.unlistable')) return [];
    throw error;
  }
}

export async function readTrainingState(
  facts: TrainingFacts,
  counted: Counted,
  run: RunView | null,
  reproduced: ReadonlyMap<number, 'identical' | 'different'>,
): Promise<TrainingState> {
  const { training, store, registry } = facts;
  const [all, models, evaluations, settled] = await Promise.all([
    listed(store),
    registry.modelsOf(training),
    registry.evaluations(training.id),
    registry.judged.settled(training.id),
  ]);
  // The oldest first, so that the last one of each is kept.
  const lastSettled = new Map(settled.map((one) => [one.number, one]));
  const snapshots = all.filter((one) => snapshotHolds(one, training.table)).sort(byAge);
  const tip = lineageTip(models);
  const baseline = baselineOf(models);
  const header: TrainingHeader = {
    training: training.name,
    connection: facts.connection,
    environment: facts.environment,
    readOnly: facts.readOnly,
    table: tableText(training.table),
    label: training.label,
    learner: training.learner.name,
    test: training.test,
    validation: training.validation,
    split: training.split ? splitText(training.split) : null,
    seed: training.seed,
    slices: training.slices,
    metric: goesBy(training),
    notice: facts.notice,
    rows: counted.rows,
    base: tip && { model: tip.number, snapshot: tip.snapshot.name },
    counts: counted.counts,
    pending: counted.pending,
  };
  return {
    header,
    advice: counted.advice,
    check: counted.check,
    models: [...models]
      .sort((a, b) => a.number - b.number)
      .map((model) =>
        modelView(
          model,
          snapshots,
          baseline,
          reproduced.get(model.number) ?? null,
          exactSentence(model, models),
          lastSettled.get(model.number) ?? null,
        ),
      ),
    versions: snapshots.map(
      (one): VersionView => ({
        snapshot: one.name,
        createdAt: isoOf(one.createdAt),
        rows: tableIn(one, training.table)?.rows ?? null,
        safety: isSafetyName(one.name),
      }),
    ),
    matrix: cellsOf(evaluations, models, snapshots, cellName(training)),
    run,
  };
}
