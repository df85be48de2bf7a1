/** Child against parent by every measure, on the same rows: what is shown beside the test that decides. */
import { at } from '../../base/assert.ts';
import { seededRandom } from '../../base/random.ts';
import { z95 } from '../../base/statistics.ts';
import { metricName, type MeasuredPair } from '../../data/measuring/measures.ts';
import { pairedErrors, pairedTest, twoSided } from '../../judge/statistics/paired.ts';
import { momentsOf } from '../../judge/statistics/tails.ts';
import { balancedAccuracy, type ClassRows, measureOfClass, type Tally, tallyOf } from './classRows.ts';
import { areaOfTimes, rankedRows, type SortedRows, sortedRows } from './rankedArea.ts';

/** Enough for a standard error (Efron, Tibshirani 1993, section 6.4). */
const draws = 200;
/** Rows that are drawn from at most; of more rows the error is that of these, smaller by the root of how many more there are. */
const mostDrawn = 20_000;
/** Classes that are held against each other at most: those with the fewest rows, of which anything can be said. */
const mostClasses = 20;
const leastRows = 20;

type Figures = Omit<MeasuredPair, 'metric' | 'n'>;

/** A difference whose error is known. */
function figuresOf(child: number, parent: number, error: number, by: MeasuredPair['by']): Figures {
  const difference = child - parent;
  const p = error === 0 ? (difference === 0 ? 1 : 0) : Math.min(1, twoSided(Math.abs(difference) / error));
  return { child, parent, difference, low: difference - z95 * error, high: difference + z95 * error, p, by };
}

/** By the mean of the rows' own values. */
function byRows(child: Float64Array, parent: Float64Array): Figures {
  const n = child.length;
  const { variance } = momentsOf(child.map((value, i) => value - at(parent, i)));
  const error = n > 1 ? Math.sqrt(variance / (n - 1)) : 0;
  return figuresOf(momentsOf(child).mean, momentsOf(parent).mean, error, 'rows');
}

function byAnswers(child: Uint8Array, parent: Uint8Array): Figures {
  const { n: _n, detectable: _least, ...figures } = pairedTest(child, parent);
  return { ...figures, by: 'mcnemar' };
}

/** A measure of both models, null where it has none; `D`: what measures are made of where row `i` counts `times[i]` times. */
type Counted<D> = (of: D) => { readonly child: number | null; readonly parent: number | null };

/** Measures that do not add up over rows, all by the same draws; those that the rows have not are left out. */
function byDraws<D>(
  n: number,
  prepared: (times: Uint32Array) => D,
  measures: ReadonlyMap<string, Counted<D>>,
): Map<string, Figures> {
  const whole = prepared(new Uint32Array(n).fill(1));
  const known = [...measures].flatMap(([name, counted]) => {
    const { child, parent } = counted(whole);
    return child === null || parent === null ? [] : [{ name, counted, child, parent, differences: [] as number[] }];
  });
  const some = Math.min(n, mostDrawn);
  const random = seededRandom(`bootstrap:${n}`);
  const times = new Uint32Array(n);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let i = 0; i < some; i++) {
      const row = Math.floor(random.fraction() * some);
      times[row] = (times[row] as number) + 1;
    }
    const of = prepared(times);
    for (const { counted, differences } of known) {
      const { child, parent } = counted(of);
      if (child !== null && parent !== null) differences.push(child - parent);
    }
  }
  const errorOf = (differences: readonly number[]): number => Math.sqrt((momentsOf(differences).variance * some) / n);
  return new Map(
    known.map(({ name, child, parent, differences }) => [
      name,
      figuresOf(child, parent, errorOf(differences), 'bootstrap'),
    ]),
  );
}

/** Some rows of a model, its names numbered as in `names`. */
function picked(of: ClassRows, places: readonly number[], names: readonly string[]): ClassRows {
  const numbers = of.names.map((name) => names.indexOf(name));
  const values = (all: Float64Array): Float64Array => Float64Array.from(places, (i) => at(all, i));
  // Another model may number the same two classes the other way.
  const sign = of.names[0] === names[0] ? 1 : -1;
  return {
    ...of,
    names,
    labels: Int32Array.from(places, (i) => at(numbers, at(of.labels, i))),
    answers: Int32Array.from(places, (i) => at(numbers, at(of.answers, i))),
    losses: values(of.losses),
    confidences: values(of.confidences),
    rawConfidences: values(of.rawConfidences),
    margins: of.margins && values(of.margins).map((value) => sign * value),
  };
}

/** Both models' rows in the order of scores; null unless both have the same two classes. */
function sortedPair(child: ClassRows, parent: ClassRows): { child: SortedRows; parent: SortedRows } | null {
  const ofOne = ({ margins, labels }: ClassRows): SortedRows | null => {
    const ranked = margins && rankedRows(margins, labels, 2);
    return ranked && sortedRows(ranked);
  };
  const [own, other] = [ofOne(child), ofOne(parent)];
  return own && other && { child: own, parent: other };
}

/** The classes that are compared, by their places. */
function comparedClasses({ rows }: Tally): number[] {
  const all = [...rows.keys()].filter((c) => at(rows, c) > 0);
  if (all.length <= mostClasses) return all;
  return all
    .filter((c) => at(rows, c) >= leastRows)
    .sort((a, b) => at(rows, a) - at(rows, b) || a - b)
    .slice(0, mostClasses);
}

/** What a draw of rows makes of both models. */
interface DrawnRows {
  readonly times: Uint32Array;
  readonly child: Tally;
  readonly parent: Tally;
}

/** The measures that only draws can compare. */
function drawnMeasures(
  child: ClassRows,
  parent: ClassRows,
  classes: readonly number[],
): Map<string, Counted<DrawnRows>> {
  const measures = new Map<string, Counted<DrawnRows>>();
  measures.set('balancedAccuracy', (of) => ({
    child: balancedAccuracy(of.child),
    parent: balancedAccuracy(of.parent),
  }));
  for (const c of classes)
    for (const name of ['precision', 'f1'] as const)
      measures.set(metricName({ name, label: at(child.names, c) }), (of) => ({
        child: measureOfClass(of.child, c)[name],
        parent: measureOfClass(of.parent, c)[name],
      }));
  const sorted = sortedPair(child, parent);
  if (sorted)
    measures.set('auc', ({ times }) => ({
      child: areaOfTimes(sorted.child, times),
      parent: areaOfTimes(sorted.parent, times),
    }));
  return measures;
}

const rightOf = ({ labels, answers }: ClassRows): Uint8Array =>
  Uint8Array.from(labels, (label, i) => (label === answers[i] ? 1 : 0));

/** Of classifications; `places` of the rows that count. None where there is no row. */
export function classPairs(ofChild: ClassRows, ofParent: ClassRows, places: readonly number[]): MeasuredPair[] {
  const n = places.length;
  if (n === 0) return [];
  const names = [...ofChild.names, ...ofParent.names.filter((name) => !ofChild.names.includes(name))];
  const [child, parent] = [picked(ofChild, places, names), picked(ofParent, places, names)];
  const classes = comparedClasses(tallyOf(child));
  const [own, other] = [rightOf(child), rightOf(parent)];
  const drawn = byDraws(
    n,
    (times): DrawnRows => ({ times, child: tallyOf(child, times), parent: tallyOf(parent, times) }),
    drawnMeasures(child, parent, classes),
  );
  const pairs: MeasuredPair[] = [
    { metric: 'accuracy', n, ...byAnswers(own, other) },
    { metric: 'logLoss', n, ...byRows(child.losses, parent.losses) },
  ];
  const add = (metric: string): void => {
    const figures = drawn.get(metric);
    if (figures) pairs.push({ metric, n, ...figures });
  };
  add('balancedAccuracy');
  add('auc');
  for (const c of classes) {
    const label = at(names, c);
    const ofClass = [...child.labels.keys()].filter((i) => child.labels[i] === c);
    const some = (right: Uint8Array): Uint8Array => Uint8Array.from(ofClass, (i) => at(right, i));
    const recall = byAnswers(some(own), some(other));
    pairs.push({ metric: metricName({ name: 'recall', label }), n: ofClass.length, ...recall });
    add(metricName({ name: 'precision', label }));
    add(metricName({ name: 'f1', label }));
  }
  return pairs;
}

/** Of regressions: answers less labels, on the rows that count. */
export function valuePairs(child: Float64Array, parent: Float64Array, labels: Float64Array): MeasuredPair[] {
  const n = labels.length;
  if (n === 0) return [];
  const rootOf = (errors: Float64Array, times: Uint32Array): number => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < n; i++) {
      const own = times[i] as number;
      sum += own * (errors[i] as number) ** 2;
      count += own;
    }
    return Math.sqrt(sum / count);
  };
  const drawn = byDraws(
    n,
    (times) => times,
    new Map([['rmse', (times: Uint32Array) => ({ child: rootOf(child, times), parent: rootOf(parent, times) })]]),
  );
  const rmse = drawn.get('rmse');
  const { n: _n, detectable: _least, ...r2 } = pairedErrors(child, parent, labels);
  return [
    ...(rmse ? [{ metric: 'rmse', n, ...rmse }] : []),
    { metric: 'mae', n, ...byRows(child.map(Math.abs), parent.map(Math.abs)) },
    { metric: 'r2', n, ...r2, by: 'rows' },
  ];
}
