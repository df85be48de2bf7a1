/** Every measure against scikit-learn on the same predictions: as recorded, and live where Python has it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../../../src/base/assert.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { type Metric, metricName, parseMetric } from '../../../src/data/measuring/measures.ts';
import { summedLoss } from '../../../src/train/kernel/loss.ts';
import { classRows } from '../../../src/train/measure/classRows.ts';
import { measuredClasses, measuredValues, pairsBeside } from '../../../src/train/measure/measured.ts';

interface ClassCase {
  readonly name: string;
  readonly classes: readonly string[];
  readonly texts: readonly string[];
  readonly temperature: number;
  readonly labels: readonly number[];
  readonly scores: readonly number[];
}

interface ClassesSaid {
  readonly accuracy: number;
  readonly logLoss: number;
  readonly balancedAccuracy: number;
  readonly recall: readonly (number | null)[];
  readonly precision: readonly (number | null)[];
  readonly f1: readonly number[];
  readonly confusion: readonly (readonly number[])[];
  readonly calibration: { error: number; raw: number; accuracy: readonly number[]; confidence: readonly number[] };
  readonly baseline: { label: string; accuracy: number; logLoss: number };
  readonly auc?: number;
}

interface ValuesSaid {
  readonly rmse: number;
  readonly mae: number;
  readonly r2: number;
  readonly baseline: { mean: number; rmse: number; mae: number };
}

type Recorded =
  | { readonly predictions: ClassCase; readonly said: ClassesSaid }
  | { readonly predictions: { name: string; labels: number[]; values: number[] }; readonly said: ValuesSaid };

const folder = path.join(import.meta.dirname, '../../fixtures/measures');
const file = path.join(folder, 'measures.json');
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];

/** A Python that has scikit-learn: `PYTHON` where it is given. */
const python = process.env['PYTHON'] ?? 'python3';
const isLive = spawnSync(python, ['-c', 'import sklearn'], { encoding: 'utf8' }).status === 0;

function measured({ classes, texts, temperature, labels, scores }: ClassCase) {
  const rows = classRows({
    scores: Float32Array.from(scores),
    classes,
    temperature,
    labels: Int32Array.from(labels),
    texts,
  });
  const correct = Uint8Array.from(rows.labels, (label, i) => (label === rows.answers[i] ? 1 : 0));
  const known = rows.labels.map((label) => (label < classes.length ? label : -1));
  const loss = summedLoss(Float32Array.from(scores), classes.length, known, 1 / temperature);
  return measuredClasses(correct, loss, rows);
}

const near = (found: number | null | undefined, said: number | null | undefined): void => {
  if (said === null || said === undefined) expect(found ?? null).toBe(said ?? null);
  else expect(Math.abs((found ?? Number.NaN) - said)).toBeLessThan(1e-9);
};

function holds({ predictions, said }: Recorded): void {
  if ('values' in predictions) {
    const { metrics } = measuredValues(Float64Array.from(predictions.values), Float64Array.from(predictions.labels));
    if (metrics.task !== 'regression') throw new Error('this case is a regression');
    const values = said as ValuesSaid;
    for (const name of ['rmse', 'mae', 'r2'] as const) near(metrics[name], values[name]);
    for (const name of ['mean', 'rmse', 'mae'] as const) near(metrics.beside?.baseline[name], values.baseline[name]);
    return;
  }
  const { metrics } = measured(predictions);
  const classes = said as ClassesSaid;
  if (metrics.task === 'regression' || !metrics.beside) throw new Error('this case is a classification');
  const { beside } = metrics;
  near(metrics.accuracy, classes.accuracy);
  near(metrics.logLoss, classes.logLoss);
  near(beside.balancedAccuracy, classes.balancedAccuracy);
  near(beside.auc?.value, classes.auc);
  expect(beside.baseline.label).toBe(classes.baseline.label);
  near(beside.baseline.accuracy, classes.baseline.accuracy);
  near(beside.baseline.logLoss, classes.baseline.logLoss);
  near(beside.calibration.error, classes.calibration.error);
  near(beside.calibration.raw, classes.calibration.raw);
  expect(beside.calibration.bins).toHaveLength(classes.calibration.accuracy.length);
  beside.calibration.bins.forEach((bin, i) => {
    near(bin.accuracy, classes.calibration.accuracy[i]);
    near(bin.confidence, classes.calibration.confidence[i]);
  });
  const names = [...predictions.classes, ...predictions.texts.filter((text) => !predictions.classes.includes(text))];
  expect(beside.classes.map(({ label }) => label).sort()).toEqual([...names].sort());
  for (const one of beside.classes) {
    const c = names.indexOf(one.label);
    near(one.recall, classes.recall[c]);
    near(one.precision, classes.precision[c]);
    near(one.f1, classes.f1[c]);
  }
  const pairs = classes.confusion.flatMap((row, c) =>
    row.flatMap((rows, a) => (rows > 0 ? [{ label: at(names, c), answer: at(names, a), rows }] : [])),
  );
  const inOrder = (of: typeof pairs) => of.map((one) => JSON.stringify(one)).sort();
  expect(inOrder([...beside.confusion.pairs])).toEqual(inOrder(pairs));
  expect(beside.confusion.left).toBe(0);
}

describe('the measures of scikit-learn', () => {
  test.each(recorded.map((one) => [one.predictions.name, one] as const))('%s', (_, one) => holds(one));

  test.skipIf(!isLive)('the same, said now', () => {
    const ran = spawnSync(python, [path.join(folder, 'record.py'), file], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    expect(ran.stderr).toBe('');
    for (const one of JSON.parse(ran.stdout) as Recorded[]) holds(one);
  });
});

/** Two models of a rare class: the first is right about `of` of its 40 rows, and both about all but ten of the others. */
function rare(of: number, seed: string): ClassCase {
  const random = seededRandom(seed);
  const labels = Array.from({ length: 1_000 }, (_, i) => (i < 40 ? 1 : 0));
  const scores = labels.flatMap((label, i) => {
    const isRight = label === 1 ? i < of : i >= 50;
    return [0, (isRight === (label === 1) ? 1 : -1) * (1 + random.fraction())];
  });
  return { name: seed, classes: ['no', 'yes'], texts: ['no', 'yes'], temperature: 1, labels, scores };
}

describe('child against parent by every measure', () => {
  const all = Array.from({ length: 1_000 }, (_, i) => i);
  const [child, parent] = [measured(rare(10, 'a')), measured(rare(30, 'b'))];
  const pairs = pairsBeside(child, parent, all);
  const pair = (metric: string) => pairs.find((one) => one.metric === metric);

  test('a rare class that was lost is seen where accuracy is a matter of two points', () => {
    expect(pair('accuracy')).toMatchObject({ by: 'mcnemar', difference: -0.02 });
    expect(pair('recall:yes')).toMatchObject({ n: 40, child: 0.25, parent: 0.75, difference: -0.5, by: 'mcnemar' });
    expect(pair('recall:no')).toMatchObject({ n: 960, difference: 0, p: 1 });
    expect(pair('balancedAccuracy')).toMatchObject({ by: 'bootstrap' });
    expect(pair('balancedAccuracy')?.difference).toBeCloseTo(-0.25, 12);
    expect(pair('balancedAccuracy')?.high).toBeLessThan(0);
    expect(pair('f1:yes')?.high).toBeLessThan(0);
    expect(pair('auc')?.high).toBeLessThan(0);
    expect(pair('logLoss')).toMatchObject({ by: 'rows' });
    expect(pair('logLoss')?.low).toBeGreaterThan(0);
  });

  test('what a draw says is what the whole rows measure, and the same each time', () => {
    const area = (of: typeof child) => of.metrics.task !== 'regression' && of.metrics.beside?.auc?.value;
    expect(pair('auc')?.child).toBeCloseTo(Number(area(child)), 12);
    expect(pair('auc')?.parent).toBeCloseTo(Number(area(parent)), 12);
    expect(pairsBeside(child, parent, all)).toEqual(pairs);
  });

  test('a model beside itself differs in nothing', () => {
    for (const one of pairsBeside(child, child, all)) expect(one).toMatchObject({ difference: 0, p: 1 });
  });

  test('two models that number their classes otherwise are compared by name', () => {
    const { scores, ...rest } = rare(30, 'b');
    const turned = measured({
      ...rest,
      classes: ['yes', 'no'],
      scores: scores.map((_, i) => at(scores, i % 2 === 0 ? i + 1 : i - 1)),
    });
    for (const one of pairsBeside(turned, parent, all)) expect(one).toMatchObject({ difference: 0 });
  });

  test('the drawn error is that of the book', () => {
    // Balanced accuracy of 40 and 960 rows: the differences of recall are independent, so their errors add.
    const one = pair('balancedAccuracy');
    const half = ((one?.high ?? 0) - (one?.low ?? 0)) / 2 / 1.96;
    // 20 of 40 rows were lost: a share of ½ has an error of ½/√40, and it counts half.
    expect(half).toBeGreaterThan(0.8 * (0.25 / Math.sqrt(40)));
    expect(half).toBeLessThan(1.2 * (0.25 / Math.sqrt(40)));
  });

  test('a regression is compared by its errors', () => {
    const labels = Float64Array.from({ length: 400 }, (_, i) => i % 20);
    const off = (by: number) =>
      measuredValues(
        labels.map((value, i) => value + (i % 2 === 0 ? by : -1)),
        labels,
      );
    const found = pairsBeside(off(1), off(2), [...labels.keys()]);
    expect(found.map(({ metric, by }) => [metric, by])).toEqual([
      ['rmse', 'bootstrap'],
      ['mae', 'rows'],
      ['r2', 'rows'],
    ]);
    expect(found[0]?.difference).toBeCloseTo(1 - Math.sqrt(2.5), 12);
    expect(found[0]?.high).toBeLessThan(0);
    expect(found[1]?.difference).toBeCloseTo(-0.5, 12);
  });
});

test('measures have names that are read as they are written', () => {
  const named: readonly Metric[] = [{ name: 'auc' }, { name: 'recall', label: 'a:b' }, { name: 'f1', label: 'yes' }];
  for (const one of named) expect(parseMetric(metricName(one), 'classification')).toEqual(one);
  expect(parseMetric('rmse', 'regression')).toEqual({ name: 'rmse' });
  for (const wrong of ['rmse', 'f1', 'recall:', 'toString', 'Auc'])
    expect(parseMetric(wrong, 'classification')).toBe(null);
  for (const wrong of ['auc', 'recall:yes']) expect(parseMetric(wrong, 'regression')).toBe(null);
});
