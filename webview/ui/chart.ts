/** Where the marks of the charts are: pure layout in pixels, drawn as SVG by the views. */
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { at } from '../../src/base/assert.ts';
import { wilson } from '../../src/base/statistics.ts';
import type { EpochRecord, Metrics, PairedTest, Verdict } from '../../src/data/trainer.ts';
import type { ModelView } from '../../src/protocol/panel.ts';
import { isShare, measureBy, qualityRange } from '../../src/words/measures.ts';
import { type JudgedTest, toParent } from '../../src/words/finding.ts';

export interface Tick {
  readonly at: number;
  readonly value: number;
}

/** An accuracy with its 95 % interval; all in [0, 1]. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The tests against a parent: the first two of models of format 1, the others of later ones. */
type ShownTest = 'onSnapshot' | 'onParent' | 'unchanged' | 'now';

const others: Readonly<Record<ShownTest, ShownTest>> = {
  onParent: 'onSnapshot',
  onSnapshot: 'onParent',
  unchanged: 'now',
  now: 'unchanged',
};

/** Child and parent on the same test rows. `test` null: the child alone, as it has no parent. */
export interface Pair {
  readonly test: ShownTest | null;
  readonly verdict: Verdict;
  readonly child: Estimate;
  readonly parent: Estimate | null;
}

/** Of R², which a regression is judged by, no interval is known. */
const estimate = (share: number, n: number, isShare: boolean): Estimate => ({
  value: share,
  ...(isShare ? wilson(share, n) : { low: share, high: share }),
});

const rangeOf = (metrics: Metrics): Estimate => {
  const { accuracy, low, high } = qualityRange(metrics);
  return { value: accuracy, low, high };
};

const pairOf = (test: ShownTest, found: JudgedTest, isShare: boolean): Pair => ({
  test,
  verdict: found.verdict,
  child: estimate(found.child, found.n, isShare),
  parent: estimate(found.parent, found.n, isShare),
});

/** By another measure than the one that decides: on the rows as they are now, the parent where it was measured on them. */
function pairBy({ guard, metrics }: ModelView, metric: string): Pair | null {
  const own = metrics && measureBy(metrics, metric);
  if (!own) return null;
  const pair = guard?.measures?.find((one) => one.metric === metric);
  if (!pair) return { test: null, verdict: guard?.verdict ?? 'none', child: own, parent: null };
  const parent = { value: pair.parent, low: pair.parent, high: pair.parent };
  return { test: 'now', verdict: guard?.verdict ?? 'none', child: { ...own, value: pair.child }, parent };
}

/**
 * The pair that a model is drawn with, by the measure that the training goes by, and the one of the other test when just one of them says worse. A model that lost what it knew is
 * drawn with the test that shows it, not with the one that a bad import has spoilt.
 */
export function pairsOf(model: ModelView, metric: string): { readonly main: Pair | null; readonly other: Pair | null } {
  const { guard, metrics } = model;
  if (metric !== 'accuracy' && metric !== 'r2') return { main: pairBy(model, metric), other: null };
  const shown = guard && toParent(guard);
  if (!shown) {
    const alone: Pair | null = metrics && {
      test: null,
      verdict: 'none',
      child: rangeOf(metrics),
      parent: null,
    };
    return { main: alone, other: null };
  }
  const name = others[shown.by];
  const second = guard[name];
  const disagree = second && (second.verdict === 'worse') !== (shown.test.verdict === 'worse');
  const isShare = metrics?.task !== 'regression';
  return {
    main: pairOf(shown.by, shown.test, isShare),
    other: disagree ? pairOf(name, second, isShare) : null,
  };
}

/** A point with its interval, in pixels from the top left. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** A pair with its marks. */
export interface PlacedPair {
  readonly pair: Pair;
  readonly child: Mark;
  readonly parent: Mark | null;
}

/** A model in the chart: the pair it is drawn with, and the one that says otherwise. */
export interface AccuracyPoint {
  readonly model: ModelView;
  /** Middle of the model's slot. */
  readonly x: number;
  readonly main: PlacedPair;
  readonly other: PlacedPair | null;
}

/** Where everything of the accuracy chart stands, in pixels. */
export interface AccuracyLayout {
  readonly width: number;
  readonly height: number;
  readonly slot: number;
  readonly ticks: readonly Tick[];
  readonly points: readonly AccuracyPoint[];
  /** From a parent's mark to its child's. */
  readonly links: readonly { readonly from: Mark; readonly to: Mark; readonly rejected: boolean }[];
}

const slotAtLeast = 84;
const slotAtMost = 150;
const plotTop = 10;
/** Room under the plot for two lines of labels. */
const plotBottom = 40;

/** Models in a row, each in a slot of its own; wider than `width` when there are many, then it scrolls. */
export function accuracyLayout(
  models: readonly ModelView[],
  metric: string,
  width: number,
  height: number,
): AccuracyLayout {
  const drawn = models.map((model) => ({ model, ...pairsOf(model, metric) })).filter((one) => one.main !== null);
  const slot = Math.max(slotAtLeast, Math.min(slotAtMost, width / Math.max(1, drawn.length)));
  const estimates = drawn.flatMap(({ main, other }) => [main, other].flatMap((p) => (p ? [p.child, p.parent] : [])));
  const y = scaleLinear()
    .domain(
      domainOf(
        estimates.filter((one) => one !== null),
        isShare(metric) || metric === 'r2',
      ),
    )
    .range([height - plotBottom, plotTop])
    .nice(5);
  const markAt = (x: number, one: Estimate): Mark => ({ x, y: y(one.value), low: y(one.low), high: y(one.high) });
  const place = (x: number, pair: Pair): PlacedPair => ({
    pair,
    child: markAt(pair.parent ? x + 9 : x, pair.child),
    parent: pair.parent && markAt(x - 9, pair.parent),
  });
  const points = drawn.flatMap(({ model, main, other }, i): AccuracyPoint[] => {
    if (!main) return [];
    const x = slot * (i + 0.5);
    return [{ model, x, main: place(x, main), other: other && place(x + 30, other) }];
  });
  const links = points.flatMap((point) => {
    const parent = points.find((one) => one.model.number === point.model.parent);
    if (!parent) return [];
    const to = point.main.child;
    return [{ from: parent.main.child, to, rejected: point.model.status === 'rejected' }];
  });
  const ticks = y.ticks(5).map((value) => ({ at: y(value), value }));
  return { width: Math.max(slot * drawn.length, Math.min(width, slot)), height, slot, ticks, points, links };
}

/** The range of the estimates with a margin; of shares at least four points, inside [0, 1]. `atMostOne`: nothing is above 1. */
function domainOf(estimates: readonly Estimate[], atMostOne: boolean): [number, number] {
  if (estimates.length === 0) return [0, 1];
  const low = Math.min(...estimates.map((one) => one.low));
  const high = Math.max(...estimates.map((one) => one.high));
  if (!atMostOne) {
    const room = Math.max((high - low) * 0.06, high * 0.02);
    return [Math.max(0, low - room), high + room];
  }
  const margin = Math.max((high - low) * 0.06, (0.04 - (high - low)) / 2, 0.002);
  // R² has no lower bound.
  return [Math.max(Math.min(0, low), low - margin), Math.min(1, high + margin)];
}

export interface Series {
  readonly path: string;
  readonly end: { readonly x: number; readonly y: number; readonly value: number } | null;
}

export interface CurveLayout {
  readonly ticks: readonly Tick[];
  readonly series: readonly Series[];
}

/**
 * Curves over epochs 1 … `epochsAtMost` sharing one axis; gaps where a value is null. `epochs[i]` is that of `curve[i]`: a
 * fast run does not tell of every epoch.
 */
export function curveLayout(
  epochs: readonly number[],
  curves: readonly (readonly (number | null)[])[],
  epochsAtMost: number,
  box: { readonly width: number; readonly height: number; readonly left: number; readonly right: number },
): CurveLayout {
  const values = curves.flat().filter((one) => one !== null);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const domain = values.length === 0 ? [0, 1] : low === high ? [low - 0.01, high + 0.01] : [low, high];
  const y = scaleLinear()
    .domain(domain)
    .range([box.height - 8, 8])
    .nice(3);
  const x = scaleLinear()
    .domain([1, Math.max(2, epochsAtMost)])
    .range([box.left, box.width - box.right]);
  const draw = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => x(at(epochs, i)))
    .y((value) => y(value ?? 0));
  return {
    ticks: y.ticks(3).map((value) => ({ at: y(value), value })),
    series: curves.map((curve) => {
      const last = curve.findLastIndex((value) => value !== null);
      const value = last < 0 ? null : at(curve, last);
      return {
        // A single point has no line; a short stroke shows it.
        path: last === 0 && value !== null ? `M${x(at(epochs, 0))},${y(value)}h2` : (draw([...curve]) ?? ''),
        end: value === null ? null : { x: x(at(epochs, last)), y: y(value), value },
      };
    }),
  };
}

/** Labels at the ends of curves, moved apart so that they do not overlap; heights in the order given. */
export function spreadLabels(wanted: readonly number[], apart: number, low: number, high: number): readonly number[] {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y || a.i - b.i);
  const placed = [...wanted];
  let free = low;
  for (const { y, i } of order) {
    placed[i] = Math.max(free, y);
    free = at(placed, i) + apart;
  }
  const over = Math.max(0, free - apart - high);
  return over === 0 ? placed : placed.map((y) => Math.max(low, y - over));
}

/** Differences with intervals around zero, on one symmetric axis of half width `half` pixels. */
export function differenceScale(tests: readonly PairedTest[], half: number): (difference: number) => number {
  const most = Math.max(0.02, ...tests.flatMap((test) => [Math.abs(test.low), Math.abs(test.high)]));
  return (difference) => half + (Math.max(-most, Math.min(most, difference)) / most) * half;
}

export interface EpochCurves {
  readonly epochs: readonly number[];
  readonly loss: readonly number[];
  readonly train: readonly number[];
  readonly validation: readonly (number | null)[];
}

/** The epochs of a run as columns, for the chart of curves. */
export const curvesOf = (epochs: readonly EpochRecord[]): EpochCurves => ({
  epochs: epochs.map((one) => one.epoch),
  loss: epochs.map((one) => one.loss),
  train: epochs.map((one) => one.trainAccuracy),
  validation: epochs.map((one) => one.validationAccuracy),
});
