/** The matrix model × version: what is known of it, and what it says of forgetting. */
import { isLoss } from '../../src/data/measuring/measures.ts';
import { measureBy } from '../../src/words/measures.ts';
import type { MatrixCell, ModelView, VersionView } from '../../src/protocol/panel.ts';

/** What is known of models at versions, each cell by one measure, in its field `accuracy` whatever that is. */
export interface Matrix {
  /** As `parseMetric` reads it. */
  readonly metric: string;
  /** Ascending. */
  readonly models: readonly ModelView[];
  /** Oldest first. */
  readonly versions: readonly string[];
  cell(model: number, snapshot: string): MatrixCell | undefined;
  /** The model that was trained at a version: the newest one not rejected, else the newest. */
  trainedAt(snapshot: string): ModelView | undefined;
}

/** The matrix of a training: the cells that were measured, and each model at its own version. */
export function matrixOf(
  models: readonly ModelView[],
  versions: readonly VersionView[],
  known: readonly MatrixCell[],
  metric: string,
): Matrix {
  const byKey = new Map(known.map((cell) => [`${cell.model} ${cell.snapshot}`, cell]));
  // What a model measured at its own version needs no evaluation.
  for (const { number, snapshot, metrics } of models) {
    const key = `${number} ${snapshot}`;
    if (!metrics || byKey.has(key)) continue;
    const own = measureBy(metrics, metric);
    if (own) byKey.set(key, { model: number, snapshot, accuracy: own.value, low: own.low, high: own.high, n: own.n });
  }
  const there = versions.filter((version) => !version.safety).map((version) => version.snapshot);
  const gone = models.map((model) => model.snapshot).filter((snapshot) => !there.includes(snapshot));
  return {
    metric,
    models,
    versions: [...new Set([...gone, ...there])],
    cell: (model, snapshot) => byKey.get(`${model} ${snapshot}`),
    trainedAt: (snapshot) => {
      const at = models.filter((model) => model.snapshot === snapshot);
      return at.findLast((model) => model.status !== 'rejected') ?? at.at(-1);
    },
  };
}

/** The measure at a version less that of the model that was trained there, above 0 where it is better now; undefined when one of the two is not known. */
export function changeSince(matrix: Matrix, model: ModelView, snapshot: string): number | undefined {
  const trained = matrix.trainedAt(snapshot);
  const own = matrix.cell(model.number, snapshot);
  const then = trained && matrix.cell(trained.number, snapshot);
  return own && then ? gain(matrix, own) - gain(matrix, then) : undefined;
}

/** The higher the better. */
const gain = ({ metric }: Matrix, { accuracy }: MatrixCell): number => (isLoss(metric) ? -accuracy : accuracy);

export interface Transfer {
  /**
   * Mean of what a model lost on earlier versions against the best that an earlier model had there (average forgetting,
   * Chaudhry et al. 2018); never below 0 by much, as the best includes the model trained there.
   */
  readonly forgetting: number | null;
  /** Mean change on earlier versions since they were trained (backward transfer, Lopez-Paz and Ranzato 2017). */
  readonly backward: number | null;
  /** Earlier versions that entered, and how many there are. */
  readonly known: number;
  readonly versions: number;
}

/** What a model gained and lost on the versions before its own, over the cells that are known (see `Transfer`). */
export function transferOf(matrix: Matrix, model: ModelView): Transfer {
  const own = matrix.versions.indexOf(model.snapshot);
  const earlier = matrix.versions.slice(0, own).filter((snapshot) => matrix.trainedAt(snapshot) !== undefined);
  const backward: number[] = [];
  const forgetting: number[] = [];
  for (const snapshot of earlier) {
    const now = matrix.cell(model.number, snapshot);
    const change = changeSince(matrix, model, snapshot);
    if (!now || change === undefined) continue;
    backward.push(change);
    const before = matrix.models
      .filter((one) => one.number < model.number)
      .flatMap((one) => matrix.cell(one.number, snapshot) ?? [])
      .map((cell) => gain(matrix, cell));
    if (before.length > 0) forgetting.push(Math.max(...before) - gain(matrix, now));
  }
  return {
    forgetting: mean(forgetting),
    backward: mean(backward),
    known: backward.length,
    versions: earlier.length,
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Which of ten shades a value gets between the least and the greatest that are known. */
export function shadeOf(value: number, all: readonly number[]): number {
  const low = Math.min(...all);
  const high = Math.max(...all);
  return high === low ? 5 : Math.round(((value - low) / (high - low)) * 9);
}

/** What all version names begin with says nothing here. */
export function shortVersion(name: string, all: readonly string[]): string {
  if (all.length < 2) return name;
  let same = 0;
  while (all.every((one) => one[same] !== undefined && one[same] === name[same])) same++;
  const cut = name.slice(0, same).lastIndexOf('_') + 1;
  return name.slice(cut) || name;
}

/** A model and its parents, oldest first. */
export function lineageOf(models: readonly ModelView[], model: ModelView): readonly ModelView[] {
  const line: ModelView[] = [];
  for (let one: ModelView | undefined = model; one; ) {
    line.unshift(one);
    const { parent, number }: ModelView = one;
    one = parent === null || parent >= number ? undefined : models.find((other) => other.number === parent);
  }
  return line;
}
