/** Registered models: what the registry keeps of a run, and how a person names it. */
import type { DeltaCounts } from './change.ts';
import type { RunJudgement } from './judgement.ts';
import type { ClassMetrics, EpochRecord, GuardResult, Metrics, SliceResult, TrainResult } from './trainer.ts';
import type { Plan } from './training.ts';
import type { SnapshotIdentity } from './version.ts';

/**
 * `rejected`: the guard said worse. `held`: its data are suspect, and a person has not settled it yet; nothing trains on top of it.
 * Only a person promotes; a training has at most one promoted model.
 */
export type ModelStatus = 'candidate' | 'promoted' | 'rejected' | 'held' | 'archived';

/** A registry row without its artifact. */
export interface Model {
  /** Name of the training. */
  readonly training: string;
  /**
   * Models of one training id and one name form a lineage; another table, key, label or feature makes another id. Trainings
   * that differ in nothing else have the same id.
   */
  readonly trainingId: string;
  /** Unique among the models of one training id. */
  readonly number: number;
  /** Number of the parent, of the same training id; null for the first of a lineage. */
  readonly parent: number | null;
  readonly kind: 'full' | 'delta';
  readonly status: ModelStatus;
  /** `db.table` */
  readonly table: string;
  /** What a delta run started from: the parent's snapshot. Null for a full fit. */
  readonly base: SnapshotIdentity | null;
  readonly snapshot: SnapshotIdentity;
  /** Rows of the table at `snapshot`. */
  readonly rows: number;
  /** Net changes from the parent's snapshot over key, features and label; null when there was no parent to compare with. */
  readonly delta: DeltaCounts | null;
  /** Test rows whose label differs between the two snapshots. */
  readonly relabelled: number;
  /** Its name; the options are the plan's. */
  readonly learner: string;
  readonly plan: Plan;
  readonly seed: number;
  readonly classes: readonly string[];
  readonly metrics: Metrics;
  readonly guard: GuardResult;
  /** What was said of its data; left out of models that were never judged, by older versions. */
  readonly judgement?: RunJudgement;
  readonly slices: readonly SliceResult[];
  readonly epochs: readonly EpochRecord[];
  /** As in `TrainResult`. */
  readonly attempts: TrainResult['attempts'];
  readonly kept: number;
  readonly cost: TrainResult['cost'];
  readonly note: string;
  /** There where the row is not as it was registered: another hand changed it. Left out where that was not looked at, too. */
  readonly changed?: true;
  readonly kernelSha256: string;
  readonly weightsSha256: string;
  readonly artifactSha256: string;
  readonly artifactBytes: number;
  readonly madeBy: string;
  /** ISO, UTC. */
  readonly madeAt: string;
  readonly toolVersion: string;
}

/** A model without the long parts of its row: where it stands, what it was made of, and what became of it. */
export type ModelHead = Omit<
  Model,
  'plan' | 'classes' | 'metrics' | 'guard' | 'judgement' | 'slices' | 'epochs' | 'attempts' | 'cost'
>;

/** What a list of models shows: a head, and what was measured. */
export type ModelSummary = ModelHead & Pick<Model, 'metrics' | 'guard'>;

/**
 * What an evaluation measured: a model on the test rows of a snapshot; `slice` is '' for all of them, else `column=value`, or `@` and a
 * measure, whose value stands in `accuracy`: of no row (`n` 0) where it has none.
 */
export interface Evaluation {
  readonly trainingId: string;
  readonly number: number;
  readonly snapshot: SnapshotIdentity;
  readonly slice: string;
  /** The log loss is null where only the number of right answers is known. */
  readonly metrics: Omit<ClassMetrics, 'logLoss' | 'task'> & { readonly logLoss: number | null };
}

/** `weather/m3` */
export const modelText = (model: { readonly training: string; readonly number: number }): string =>
  `${model.training}/m${model.number}`;

/** How a person names a model. `promoted`: the promoted one of its training; `latest`: the one that an update would go on from. */
export type ModelRef =
  | { readonly training: string | null; readonly number: number }
  | { readonly training: string | null; readonly which: 'promoted' | 'latest' };

/** Reads `weather/m3`, `m3`, `weather@promoted`, `weather@latest`, or the last two without a name; undefined when it is none. */
export function parseModelRef(text: string): ModelRef | undefined {
  const named = /^(.*)@(promoted|latest)$/.exec(text);
  if (named) return { training: named[1] || null, which: named[2] as 'promoted' | 'latest' };
  const match = /^(?:(.+)\/)?m([1-9]\d{0,8})$/.exec(text);
  return match ? { training: match[1] ?? null, number: Number(match[2]) } : undefined;
}

/** Whether something may be trained on top of a model. */
export const isUsable = ({ status }: Pick<Model, 'status'>): boolean => status === 'candidate' || status === 'promoted';

/** The model a delta run updates: the newest that is neither rejected nor archived. `models` of one lineage, in any order. */
export function lineageTip<M extends Pick<Model, 'number' | 'status'>>(models: readonly M[]): M | null {
  const usable = models.filter(isUsable);
  return usable.reduce<M | null>((tip, model) => (tip === null || model.number > tip.number ? model : tip), null);
}

/** The baseline: the promoted model, else the last full fit that is neither rejected nor archived. */
export function baselineOf<M extends Pick<Model, 'number' | 'status' | 'kind'>>(models: readonly M[]): M | null {
  const promoted = models.find((model) => model.status === 'promoted');
  return promoted ?? lineageTip(models.filter((model) => model.kind === 'full'));
}
