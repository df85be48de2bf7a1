/**
 * What an update loses by replaying a window of 40,000 rows instead of a fifth of the table: chains of six updates with the
 * product's own network, the same changes for every way, seed by seed. Accuracy on rows that no model saw.
 * `node bench/run.mjs replay ROWS SEEDS [stationary | shift | newClass | FILE.csv] [rounds]`
 */
import { readFileSync } from 'node:fs';
import { at } from '../src/base/assert.ts';
import { permutation, seededRandom } from '../src/base/random.ts';
import { bestClass } from '../src/train/kernel/bestClass.ts';
import { fitRows, scoreRows, updateRows } from '../src/train/models/mlp/fits.ts';
import type { MlpModel } from '../src/train/models/mlp/layers.ts';
import { mlp } from '../src/train/models/mlp/mlp.ts';
import { mlpOptions, mlpRules } from '../src/train/models/mlp/options.ts';
import { fullEpochs, updateEpochs } from '../src/train/models/mlp/replay.ts';
import { EncodedRows } from '../src/train/rows/encodedRows.ts';
import { makeRows, width } from './teacher.ts';

const [sizeText = '100000', seedsText = '10', stream = 'stationary', roundsText = '6'] = process.argv.slice(2);
const [size, seeds, rounds] = [Number(sizeText), Number(seedsText), Number(roundsText)];
const fresh = 3_000;
const fixes = 200;
const windowRows = 40_000;
const testRows = 50_000;
const hooks = { signal: new AbortController().signal, epoch: () => {} };
const options = mlpOptions({ ...mlpRules.defaults, replayShare: 0.2, replayRows: 10_000 });

/** Rows in the order in which they arrive; labels as they are at first, and as they are put right. */
interface Stream {
  readonly width: number;
  readonly classes: number;
  readonly values: Float32Array;
  readonly labels: Int32Array;
  readonly truth: Int32Array;
  readonly start: number;
  readonly perRound: number;
  /** Rows that are never trained on. */
  readonly test: readonly number[];
}

const rowsFrom = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

function reordered(order: readonly number[], one: Pick<Stream, 'values' | 'labels' | 'truth'>, w: number) {
  const values = new Float32Array(order.length * w);
  order.forEach((from, to) => values.set(one.values.subarray(from * w, (from + 1) * w), to * w));
  const labels = Int32Array.from(order, (i) => at(one.labels, i));
  return { values, labels, truth: Int32Array.from(order, (i) => at(one.truth, i)) };
}

function teacherStream(seed: string): Stream {
  const late = rounds * fresh;
  const count = size + late + testRows;
  const rows = makeRows(seed, count);
  const all = { values: new Float32Array(count * width), labels: new Int32Array(count), truth: new Int32Array(count) };
  rows.forEach((row, i) => {
    all.values.set(row.values, i * width);
    all.labels[i] = row.label;
    all.truth[i] = row.truth;
  });
  const test = rowsFrom(count - testRows, testRows);
  const head = rowsFrom(0, size + late);
  if (stream === 'newClass') {
    const isNew = (i: number): boolean => at(all.labels, i) === 4;
    const others = head.filter((i) => !isNew(i)).slice(0, size);
    const arriving = head.filter(isNew).slice(0, late);
    const order = [...others, ...arriving, ...test];
    return {
      width,
      classes: 5,
      ...reordered(order, all, width),
      start: others.length,
      perRound: Math.floor(arriving.length / rounds),
      test: rowsFrom(order.length - testRows, testRows),
    };
  }
  // What arrives late has the highest x0 of all.
  const byTime =
    stream === 'shift' ? [...head].sort((a, b) => at(all.values, a * width) - at(all.values, b * width)) : head;
  const order = [...byTime, ...test];
  return {
    width,
    classes: 5,
    ...reordered(order, all, width),
    start: size,
    perRound: fresh,
    test: rowsFrom(order.length - testRows, testRows),
  };
}

/** A file of numbers in the order of time, its label last. A fifth of the rows is for the test, six tenths of the others are there first. */
function fileStream(file: string, seed: string): Stream {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const every = Math.max(1, Math.floor(lines.length / size));
  const cells = lines.flatMap((line, i) => (i % every === 0 ? [line.split(',')] : [])).slice(0, size);
  const w = at(cells, 0).length - 1;
  const names = [...new Set(cells.map((row) => at(row, w)))].sort();
  const values = new Float32Array(cells.length * w);
  for (let f = 0; f < w; f++) {
    const column = cells.map((row) => Number(at(row, f)));
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const sd = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length) || 1;
    column.forEach((x, i) => (values[i * w + f] = Math.max(-8, Math.min(8, (x - mean) / sd))));
  }
  const labels = Int32Array.from(cells, (row) => names.indexOf(at(row, w)));
  const random = seededRandom(`split:${seed}`);
  const isTest = cells.map(() => random.fraction() < 0.2);
  const all = cells.map((_, i) => i);
  const learnt = all.filter((i) => !isTest[i]);
  const order = [...learnt, ...all.filter((i) => isTest[i])];
  const start = Math.floor(learnt.length * 0.6);
  return {
    width: w,
    classes: names.length,
    ...reordered(order, { values, labels, truth: labels }, w),
    start,
    perRound: Math.floor((learnt.length - start) / rounds),
    test: rowsFrom(learnt.length, order.length - learnt.length),
  };
}

interface Way {
  readonly name: string;
  choose(unchanged: readonly number[], round: number, seed: number): number[];
  epochs(rows: number, trainRows: number, isNew: boolean): number;
}

/** Windows of the hash order lie end to end, around the end. */
const window: Way['choose'] = (rows, round, seed) => {
  const start = seededRandom(`window:${seed}`).below(rows.length) + round * windowRows;
  return Array.from({ length: Math.min(windowRows, rows.length) }, (_, i) => at(rows, (start + i) % rows.length));
};

const ways: readonly Way[] = [
  {
    name: 'a fifth of the table',
    choose(rows, round, seed) {
      const random = seededRandom(`share:${seed}:${round}`);
      const share = Math.max(0.2 * rows.length, 10_000) / rows.length;
      return rows.filter(() => random.fraction() < share);
    },
    epochs: updateEpochs,
  },
  { name: 'a window, one epoch (two with a new class)', choose: window, epochs: (_r, _t, isNew) => (isNew ? 2 : 1) },
  { name: 'a window, two epochs', choose: window, epochs: () => 2 },
];

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** Mean of the differences with its 95 % interval, by Student's t over the seeds. */
function interval(list: readonly number[]): string {
  const t = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14][list.length - 2] ?? 2.1;
  const m = mean(list);
  const sd = Math.sqrt(list.reduce((sum, x) => sum + (x - m) ** 2, 0) / Math.max(1, list.length - 1));
  const half = (t * sd) / Math.sqrt(list.length);
  return `${m.toFixed(2)} (${(m - half).toFixed(2)} … ${(m + half).toFixed(2)})`;
}

/** One seed: for each way the accuracy after the last round, over the rounds, and milliseconds of processor time an update. */
async function chain(seed: number): Promise<{ last: number; all: number; cpu: number }[]> {
  const table = stream.endsWith('.csv') ? fileStream(stream, `${seed}`) : teacherStream(`replay:${seed}`);
  const layout = {
    stored: table.width,
    inputs: table.width,
    spreads: [{ way: 'copy' as const, from: 0, to: 0, count: table.width }],
    silent: [],
  };
  const labels = Int32Array.from(table.labels);
  const rowsOf = (places: Iterable<number>, by: Int32Array = labels): EncodedRows => {
    const rows = new EncodedRows(layout);
    for (const i of places) rows.push(table.values, i * table.width, at(by, i));
    return rows;
  };
  const test = rowsOf(table.test, table.truth);
  const accuracy = async (model: MlpModel): Promise<number> => {
    const { classes, values } = await scoreRows(model, test, hooks.signal);
    let right = 0;
    for (let i = 0; i < test.length; i++) if (bestClass(values, i, classes) === test.label(i)) right += 1;
    return (100 * right) / test.length;
  };
  // The hash order: a seeded order of all rows, of which the first tenth is never trained on.
  const order = permutation(table.labels.length, seededRandom(`order:${seed}`));
  const rank = new Uint32Array(order.length);
  order.forEach((i, r) => (rank[i] = r));
  const isKept = (i: number): boolean => at(rank, i) < order.length / 10;
  const there = (n: number): number[] => [...order].filter((i) => i < n && !isKept(i));
  const first = rowsOf(there(table.start));
  const known = new Set(table.labels.subarray(0, table.start));
  const validation = rowsOf([...order].filter((i) => i < table.start && isKept(i)).slice(0, 20_000));
  const fit = { rows: first, validation, classes: known.size, options, epochs: fullEpochs(options, first.length) };
  const root = (await fitRows({ ...fit, seed: `${seed}:full` }, hooks)).model;
  const wrong = rowsFrom(0, table.start).filter((i) => table.labels[i] !== table.truth[i]);
  const changedOf = (round: number): number[] =>
    [
      ...wrong.slice(fixes * round, fixes * (round + 1)),
      ...rowsFrom(table.start + round * table.perRound, table.perRound),
    ].filter((i) => !isKept(i));
  const found: { last: number; all: number; cpu: number }[] = [];
  for (const way of ways) {
    labels.set(table.labels);
    let model = root;
    const measured: number[] = [];
    let cpu = 0;
    let classes = known.size;
    for (let round = 0; round < rounds; round++) {
      const n = table.start + (round + 1) * table.perRound;
      const changed = new Set(changedOf(round));
      for (const i of changed) if (i < table.start) labels[i] = at(table.truth, i);
      const unchanged = there(n).filter((i) => !changed.has(i));
      const delta = rowsOf([...order].filter((i) => changed.has(i)));
      const replay = rowsOf(way.choose(unchanged, round, seed));
      const now = Math.max(classes, ...[...changed].map((i) => at(labels, i) + 1));
      const parent = await mlp.grow(model, now - classes);
      const epochs = way.epochs(delta.length + replay.length, unchanged.length + delta.length, now > classes);
      classes = now;
      const before = process.cpuUsage();
      const none = new EncodedRows(layout);
      const update = {
        parent,
        delta,
        replay,
        validation: none,
        options,
        epochs,
        rate: 1,
        seed: `${seed}:delta ${round + 1}`,
      };
      model = (await updateRows(update, hooks)).model;
      const used = process.cpuUsage(before);
      cpu += (used.user + used.system) / 1000 / rounds;
      measured.push(await accuracy(model));
    }
    found.push({ last: at(measured, rounds - 1), all: mean(measured), cpu });
  }
  return found;
}

async function main(): Promise<void> {
  const chains: Awaited<ReturnType<typeof chain>>[] = [];
  for (let seed = 1; seed <= seeds; seed++) chains.push(await chain(seed));
  console.log(
    `${stream}, ${size} rows, ${seeds} seeds, ${rounds} rounds; points of accuracy, 95 % intervals over seeds`,
  );
  ways.forEach(({ name }, w) => {
    const of = (one: (typeof chains)[number]) => at(one, w);
    const last = chains.map((one) => of(one).last);
    const against = (what: 'last' | 'all') => interval(chains.map((one) => of(one)[what] - at(one, 0)[what]));
    console.log(
      `${name.padEnd(44)} ${mean(last).toFixed(2)} at the end` +
        (w === 0 ? '' : `, against the first: at the end ${against('last')}, over the rounds ${against('all')}`) +
        `; ${mean(chains.map((one) => of(one).cpu)).toFixed(0)} ms CPU an update`,
    );
  });
}

void main();
