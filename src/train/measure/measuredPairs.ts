/** Child against parent by every measure, on the same rows: what is shown beside the test that decides. */
import { at } from '../../base/assert.ts';
import { metricName, type MeasuredPair } from '../../data/measuring/measures.ts';
import { pairedErrors, pairedTest } from '../../judge/statistics/paired.ts';
import { momentsOf } from '../../judge/statistics/tails.ts';
import { balancedAccuracy, type ClassRows, measureOfClass, type Tally, tallyOf } from './classRows.ts';
import { byDraws, type Counted, type Figures, figuresOf, isKnown } from './drawnPairs.ts';
import { areaOfTimes, rankedRows, type SortedRows, sortedRows } from './rankedArea.ts';

/** Classes that are held against each other at most: those with the fewest rows, of which anything can be said. */
const mostClasses = 20;
const leastRows = 20;

/** By the mean of the rows' own values. */
function byRows(child: Float64Array, parent: Float64Array): Figures | null {
  const n = child.length;
  const { variance } = momentsOf(child.map((value, i) => value - at(parent, i)));
  const error = n > 1 ? Math.sqrt(variance / (n - 1)) : 0;
  return figuresOf(momentsOf(child).mean, momentsOf(parent).mean, error, 'rows');
}

function byAnswers(child: Uint8Array, parent: Uint8Array): Figures {
  const { n: _n, detectable: _least, ...figures } = pairedTest(child, parent);
  return { ...figures, by: 'mcnemar' };
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

/** Whether two models tell the same classes apart, however they number them. */
function sameClasses(child: ClassRows, parent: ClassRows): boolean {
  const [own, other] = [child, parent].map(({ names, known }) => new Set(names.slice(0, known)));
  return own !== undefined && other !== undefined && own.size === other.size && [...own].every((one) => other.has(one));
}

/** Both models' rows in the order of scores; null where a model has not two classes, or the rows not both. */
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

/** The measures that only draws can compare; `isSame`: whether both models have the same classes. */
function drawnMeasures(
  child: ClassRows,
  parent: ClassRows,
  classes: readonly number[],
  isSame: boolean,
): Map<string, Counted<DrawnRows>> {
  const measures = new Map<string, Counted<DrawnRows>>();
  const there = tallyOf(child).rows;
  const all = [...there.keys()].filter((c) => at(there, c) > 0);
  const rowsOf =
    (of: readonly number[]) =>
    ({ child: { rows } }: DrawnRows): number[] =>
      of.map((c) => at(rows, c));
  measures.set('balancedAccuracy', {
    measured: (of) => ({ child: balancedAccuracy(of.child), parent: balancedAccuracy(of.parent) }),
    rows: rowsOf(all),
  });
  for (const c of classes) {
    const label = at(child.names, c);
    measures.set(metricName({ name: 'precision', label }), {
      measured: (of) => ({
        child: measureOfClass(of.child, c).precision,
        parent: measureOfClass(of.parent, c).precision,
      }),
      rows: (of) => [at(of.child.answered, c), at(of.parent.answered, c)],
    });
    measures.set(metricName({ name: 'f1', label }), {
      measured: (of) => ({ child: measureOfClass(of.child, c).f1, parent: measureOfClass(of.parent, c).f1 }),
      rows: rowsOf([c]),
    });
  }
  const sorted = isSame ? sortedPair(child, parent) : null;
  if (sorted)
    measures.set('auc', {
      measured: ({ times }) => ({
        child: areaOfTimes(sorted.child, times),
        parent: areaOfTimes(sorted.parent, times),
      }),
      rows: rowsOf([0, 1]),
    });
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
    drawnMeasures(child, parent, classes, sameClasses(ofChild, ofParent)),
  );
  const logLoss = byRows(child.losses, parent.losses);
  const pairs: MeasuredPair[] = [
    { metric: 'accuracy', n, ...byAnswers(own, other) },
    ...(logLoss ? [{ metric: 'logLoss', n, ...logLoss }] : []),
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
    new Map([
      [
        'rmse',
        {
          measured: (times: Uint32Array) => ({ child: rootOf(child, times), parent: rootOf(parent, times) }),
          rows: () => [],
        },
      ],
    ]),
  );
  const rmse = drawn.get('rmse');
  const mae = byRows(child.map(Math.abs), parent.map(Math.abs));
  const { n: _n, detectable: _least, ...r2 } = pairedErrors(child, parent, labels);
  return [
    ...(rmse ? [{ metric: 'rmse', n, ...rmse }] : []),
    ...(mae ? [{ metric: 'mae', n, ...mae }] : []),
    ...(momentsOf(labels).variance > 0 && isKnown(r2.difference, (r2.high - r2.low) / 2)
      ? [{ metric: 'r2', n, ...r2, by: 'rows' as const }]
      : []),
  ];
}
