/**
 * The whole loop on 100,000 rows of which 3,000 are new and 200 relabelled: pin, diff, train on the delta, against a full
 * retrain with the same kernel and against `model.fit` of tfjs (wasm backend) on the same rows in the same process.
 * `node bench/run.mjs loop [rounds] [tfjs epochs]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { qualityOf } from '../src/words/measures.ts';
import { columnsOf } from '../src/app/training/rows/rowPlaces.ts';
import { storeRows } from '../src/app/training/rows/rowSets.ts';
import { at } from '../src/base/assert.ts';
import { flagNames } from '../src/data/change.ts';
import { cellAt } from '../src/data/page.ts';
import { inRange, splitRanges } from '../src/data/rowHash.ts';
import { replayRule } from '../src/train/models/mlp/replay.ts';
import type { RowSet, TrainResult, TrainRows } from '../src/data/trainer.ts';
import type { Plan } from '../src/data/training.ts';
import { atSnapshot, live } from '../src/data/version.ts';
import { EmbeddedStore } from '../src/stores/embedded/store.ts';
import { mlpOptions, mlpRules } from '../src/train/models/mlp/options.ts';
import { createTrainer } from '../src/train/trainer.ts';
import { classes, type MadeRow, makeRows, width } from './teacher.ts';

const seed = 'loop:1';
const baseRows = 100_000;
const newRows = 3_000;
const fixes = 200;
const table = { database: 'bench', table: 'rows' };
const key = ['id'];
const features = Array.from({ length: width }, (_, i) => `x${i}`);
const split = { splitSalt: 'split:bench', test: 0.1, validation: 0.1 };

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Seconds by the clock, and of processor time of this process. */
async function timed<T>(work: () => Promise<T>): Promise<{ value: T; cost: Cost }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const value = await work();
  const wall = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpu);
  return { value, cost: { wall, cpu: (used.user + used.system) / 1e6 } };
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return at(sorted, Math.floor(sorted.length / 2));
};
const medianCost = (costs: readonly Cost[]): Cost => ({
  wall: median(costs.map(({ wall }) => wall)),
  cpu: median(costs.map(({ cpu }) => cpu)),
});
const ms = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;
const s = (seconds: number): string => `${seconds.toFixed(3)} s`;
const points = (share: number): string => `${(100 * share).toFixed(2)}`;
const costText = ({ wall, cpu }: Cost): string => `${s(wall)} (${s(cpu)} CPU)`;
const say = (what: string, value: string): void => console.log(`${what.padEnd(52)} ${value}`);

async function fill(store: EmbeddedStore, rows: readonly MadeRow[]): Promise<void> {
  for await (const _ of store.query({ sql: 'CREATE DATABASE bench' }));
  await store.load(
    {
      table,
      columns: [
        { name: 'id', type: 'INT', nullable: false },
        ...features.map((name) => ({ name, type: 'DOUBLE', nullable: true })),
        { name: 'label', type: 'INT', nullable: true },
      ],
      key,
      mode: 'upsert',
      safetySnapshot: null,
      maxDeletes: null,
    },
    (async function* () {
      for (let start = 0; start < rows.length; start += 5_000) {
        const some = rows.slice(start, start + 5_000);
        yield { rows: some.map(({ id, values, label }) => [id, ...values, label]), lines: null };
      }
    })(),
  );
}

/** 3,000 rows arrive, and 200 of the wrong labels are put right. */
async function change(store: EmbeddedStore, rows: readonly MadeRow[]): Promise<void> {
  const names = ['id', ...features, 'label'];
  const insert = `INSERT INTO bench.rows (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  const wrong = rows.filter(({ id, label, truth }) => id < baseRows && label !== truth).slice(0, fixes);
  await store.write([
    ...rows
      .filter(({ id }) => id >= baseRows)
      .map(({ id, values, label }) => ({ sql: insert, values: [id, ...values, label] })),
    ...wrong.map(({ id, truth }) => ({ sql: 'UPDATE bench.rows SET label = ? WHERE id = ?', values: [truth, id] })),
  ]);
}

const places = (store: EmbeddedStore, snapshot: string, base: string | null) => ({
  store,
  table,
  key,
  at: atSnapshot(snapshot),
  base,
});

const defaults = mlpOptions(mlpRules.defaults);

async function countRows(rows: TrainRows, set: RowSet): Promise<number> {
  let count = 0;
  for await (const page of rows.read(set)) count += page.rows;
  return count;
}

function planOf(kind: Plan['kind'], version: number, counts: Plan['counts'], replay: Plan['replay']): Plan {
  return {
    format: 1,
    kind,
    learner: { name: 'mlp', options: mlpRules.defaults },
    task: 'classification',
    label: 'label',
    features: features.map((name) => ({ name, type: 'DOUBLE', kind: null })),
    slices: [],
    seed: 1,
    version,
    ...split,
    maxDrop: 0.005,
    replay,
    counts,
  };
}

const run = (plan: Plan, rows: TrainRows, parent: Uint8Array | null): Promise<TrainResult> =>
  createTrainer().run({ plan, parent, baseline: null }, rows, new AbortController().signal, () => {});

/** Rows as tfjs takes them: the numbers as they are (they are about standard normal), the label as one of five. */
async function matrixOf(rows: TrainRows, set: RowSet): Promise<{ x: Float32Array; y: Int32Array }> {
  const x: number[] = [];
  const y: number[] = [];
  for await (const page of rows.read(set))
    for (let i = 0; i < page.rows; i++) {
      for (let f = 0; f < width; f++) x.push(Number(cellAt(at(page.cells, f), i)));
      y.push(Number(cellAt(at(page.cells, width), i)));
    }
  return { x: Float32Array.from(x), y: Int32Array.from(y) };
}

/** The same network by tfjs alone: Adam, batches of 128, shuffled. */
async function fitByTfjs(train: { x: Float32Array; y: Int32Array }, test: typeof train, epochs: number) {
  const model = sequential();
  model.add(layers.dense({ units: 64, activation: 'relu', inputShape: [width] }));
  model.add(layers.dense({ units: 32, activation: 'relu' }));
  model.add(layers.dense({ units: classes, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
  const x = tf.tensor2d(train.x, [train.y.length, width]);
  const y = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(train.y, 'int32'), classes), 'float32'));
  const { cost } = await timed(() => model.fit(x, y, { batchSize: defaults.batch, epochs, verbose: 0 }));
  const found = tf.tidy(() => {
    const scores = model.predict(tf.tensor2d(test.x, [test.y.length, width]), { batchSize: 4_096 }) as tf.Tensor;
    return tf.argMax(scores, 1).dataSync();
  });
  const right = test.y.reduce((sum, label, i) => sum + (label === found[i] ? 1 : 0), 0);
  tf.dispose([x, y]);
  model.dispose();
  return { cost, accuracy: right / test.y.length };
}

async function useWasm(): Promise<void> {
  // Loaded here, since its files are found beside it.
  const load = createRequire(path.join(process.cwd(), 'package.json'));
  const wasm = load('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(`${path.dirname(load.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
  await tf.setBackend('wasm');
  await tf.ready();
}

async function main(rounds: number, tfjsEpochs: number | null): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-loop-'));
  const store = EmbeddedStore.open({ path: path.join(folder, 'store.db'), readOnly: false, create: true });
  try {
    say('machine', `${at(cpus(), 0).model}, ${cpus().length} cores, Node ${process.versions.node}`);
    const rows = makeRows(seed, baseRows + newRows);
    say('fill the store with 100,000 rows', costText((await timed(() => fill(store, rows.slice(0, baseRows)))).cost));

    const pin = await timed(() => store.createSnapshot('rows_v1', { level: 'table', table }));
    await change(store, rows);
    const pinAgain = await timed(() => store.createSnapshot('rows_v2', { level: 'table', table }));
    say('pin (CREATE SNAPSHOT), first and second', `${ms(pin.cost.wall)}, ${ms(pinAgain.cost.wall)}`);
    const request = { table, from: atSnapshot('rows_v1'), to: atSnapshot('rows_v2') };
    const counts = await store.countDelta(request);
    const count = await medianOf(rounds, () => store.countDelta(request));
    say(`count the delta (+${counts.inserted} ~${counts.updated} -${counts.deleted})`, ms(count.wall));
    const rowsRequest = { ...request, columns: ['id', ...columnsOf({ ...plan0, ...split })] };
    const read = await medianOf(rounds, async () => {
      for await (const _ of store.readDelta(rowsRequest));
    });
    say('read the delta, values before and after', ms(read.wall));
    say('rows of the table now', String(await store.countRows(table, live)));

    // The parent, on the first version.
    const first = storeRows(places(store, 'rows_v1', null), { ...plan0, ...split });
    const train1 = await countRows(first, 'train');
    const parent = await run(planOf('full', 1, { train: train1, delta: 0, replay: 0 }, null), first, null);

    const draft = storeRows(places(store, 'rows_v2', 'rows_v1'), { ...plan0, ...split });
    const train = await countRows(draft, 'train');
    const { train: trainSide } = splitRanges(split);
    let delta = 0;
    for await (const { flags, hashes = [] } of draft.changes('parent'))
      delta += hashes.filter((hash, i) => flagNames[flags[i] ?? 0] !== 'deleted' && inRange(hash, trainSide)).length;
    const rule = replayRule(defaults, train, delta);
    const deltaRuns: { value: TrainResult; cost: Cost }[] = [];
    const fullRuns: { value: TrainResult; cost: Cost }[] = [];
    for (let round = 0; round < rounds; round++) {
      // Every round is another version, and so another draw.
      const replay = { salt: `replay:${round}`, share: rule.share };
      const sizes = { train, delta, replay: Math.round(rule.share * (train - delta)) };
      const deltaPlan = planOf('delta', 2 + round, sizes, replay);
      const fullPlan = planOf('full', 2 + round, { train, delta: 0, replay: 0 }, null);
      deltaRuns.push(
        await timed(() => run(deltaPlan, storeRows(places(store, 'rows_v2', 'rows_v1'), deltaPlan), parent.artifact)),
      );
      fullRuns.push(
        await timed(() => run(fullPlan, storeRows(places(store, 'rows_v2', 'rows_v1'), fullPlan), parent.artifact)),
      );
    }
    report('delta', deltaRuns);
    report('full ', fullRuns);
    const trainSeconds = (runs: typeof deltaRuns): number => median(runs.map(({ value }) => value.cost.trainSeconds));
    const accuracy = (runs: typeof deltaRuns): number => median(runs.map(({ value }) => qualityOf(value.metrics)));
    const ofDelta = trainSeconds(deltaRuns);
    say('full / delta, training', `${(trainSeconds(fullRuns) / ofDelta).toFixed(1)} times`);
    const whole = (runs: typeof deltaRuns): number => medianCost(runs.map(({ cost }) => cost)).wall;
    say('full / delta, reading and testing too', `${(whole(fullRuns) / whole(deltaRuns)).toFixed(1)} times`);
    say('delta - full, accuracy in points', points(accuracy(deltaRuns) - accuracy(fullRuns)));
    const asked = { plan: plan0, artifacts: [parent.artifact] };
    const [ofParent] = await createTrainer().evaluate(asked, draft, new AbortController().signal);
    say('parent on the new test rows, accuracy', points(ofParent ? qualityOf(ofParent) : Number.NaN));

    const epochs = tfjsEpochs ?? median(fullRuns.map(({ value }) => value.epochs.length));
    const [xy, test] = [await matrixOf(draft, 'train'), await matrixOf(draft, 'test')];
    await useWasm();
    const byTfjs: Awaited<ReturnType<typeof fitByTfjs>>[] = [];
    for (let round = 0; round < Math.min(3, rounds); round++) byTfjs.push(await fitByTfjs(xy, test, epochs));
    const tfjs = medianCost(byTfjs.map(({ cost }) => cost));
    const tfjsAccuracy = median(byTfjs.map((one) => one.accuracy));
    say(`tfjs model.fit (wasm), ${epochs} epochs of ${xy.y.length} rows`, costText(tfjs));
    say('tfjs accuracy', points(tfjsAccuracy));
    say('tfjs / delta, training', `${(tfjs.wall / ofDelta).toFixed(0)} times`);
    say('tfjs / full, training', `${(tfjs.wall / trainSeconds(fullRuns)).toFixed(1)} times`);
    say('delta - tfjs, accuracy in points', points(accuracy(deltaRuns) - tfjsAccuracy));
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

const plan0 = planOf('full', 1, { train: 0, delta: 0, replay: 0 }, null);

async function medianOf(rounds: number, work: () => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < rounds; round++) costs.push((await timed(work)).cost);
  return medianCost(costs);
}

function report(name: string, runs: readonly { value: TrainResult; cost: Cost }[]): void {
  const middle = (of: (result: TrainResult) => number): number => median(runs.map(({ value }) => of(value)));
  const { rows } = at(runs, 0).value.cost;
  const touched = rows.delta > 0 ? rows.delta + rows.replayed : rows.train;
  say(`${name}: rows touched, of ${rows.train} train rows`, `${touched} (${rows.delta} changed)`);
  say(`${name}: samples seen`, String(middle(({ cost }) => cost.seen)));
  say(`${name}: reading`, s(middle(({ cost }) => cost.readSeconds)));
  say(`${name}: training`, s(middle(({ cost }) => cost.trainSeconds)));
  say(`${name}: whole run`, costText(medianCost(runs.map(({ cost }) => cost))));
  say(
    `${name}: accuracy (median; least and most)`,
    `${points(middle(({ metrics }) => qualityOf(metrics)))}; ${runs
      .map(({ value }) => qualityOf(value.metrics))
      .sort((a, b) => a - b)
      .flatMap((one, i, all) => (i === 0 || i === all.length - 1 ? [points(one)] : []))
      .join(' … ')} on ${at(runs, 0).value.metrics.n} test rows`,
  );
  say(`${name}: verdicts`, runs.map(({ value }) => value.guard.verdict).join(' '));
}

const [rounds = '5', epochs] = process.argv.slice(2);
void main(Number(rounds), epochs === undefined ? null : Number(epochs));
