/**
 * The multilayer classifier: an ordinary tf.LayersModel (dense, ReLU, softmax) trained by the fused kernel. Updates follow
 * the measured recipe: changed rows and replayed ones in one shuffled stream, full learning rate decaying to 2 %, the
 * parent's predictions as half the target of replayed rows only (learning without forgetting, Li & Hoiem 2016), fresh
 * Adam moments.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { at } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { seededRandom } from '../../base/random.ts';
import { fullEpochs } from '../../data/replay.ts';
import type { MlpOptions } from '../../data/training.ts';
import type { EncodedRows } from '../encodedRows.ts';
import { startTfjs, trainFused } from '../kernel/fused.ts';
import { bestClass, summedLoss } from '../kernel/loss.ts';
import { DenseNetwork } from '../kernel/network.ts';
import { squareRoot } from '../kernel/wasm.ts';
import { pauser } from '../pause.ts';
import { evenly, shuffledBlocks } from '../shuffle.ts';
import type { EpochEvent, Hooks, Learner, SavedModel, Scores, Trained } from './learner.ts';

/** The learning rate falls linearly to this share of its start. */
const finalRate = 0.02;
/** Early stop: epochs without a lower tune loss before a fit ends, and the least tune rows to go by. */
const patience = 6;
const tuneRows = 20;
/** Rows that are trained in one call of the kernel: long enough to make its overhead small, short enough to cancel. */
const stretchRows = 32_768;
const predictBatch = 256;

const nameOf = (layer: number): string => `dense${layer + 1}`;

/** The model as tfjs knows it; the caller disposes of it. */
function layersModel(sizes: readonly number[]): LayersModel {
  const model = sequential({ name: 'classifier' });
  for (let i = 1; i < sizes.length; i++) {
    const last = i === sizes.length - 1;
    model.add(
      layers.dense({
        name: nameOf(i - 1),
        units: at(sizes, i),
        activation: last ? 'softmax' : 'relu',
        kernelInitializer: 'zeros',
        ...(i === 1 && { inputShape: [at(sizes, 0)] }),
      }),
    );
  }
  return model;
}

const sizesOf = (model: SavedModel): number[] => [
  at(at(model.weights, 0).shape, 0),
  ...model.weights.filter((_, i) => i % 2 === 1).map(({ shape }) => at(shape, 0)),
];

/** The saved model as a tf.LayersModel; needs `startTfjs` and must be disposed of. */
export function toLayersModel(saved: SavedModel): LayersModel {
  const model = layersModel(sizesOf(saved));
  tf.tidy(() => model.setWeights(saved.weights.map(({ values, shape }) => tf.tensor(values, [...shape]))));
  return model;
}

function save(model: LayersModel, weights: readonly Float32Array[]): SavedModel {
  return {
    topology: model.toJSON(null, false),
    weights: weights.map((values, i) => {
      const layer = Math.floor(i / 2);
      const units = at(weights, 2 * layer + 1).length;
      return i % 2 === 0
        ? { name: `${nameOf(layer)}/kernel`, shape: [values.length / units, units], values }
        : { name: `${nameOf(layer)}/bias`, shape: [units], values };
    }),
  };
}

/** Uniform in ±sqrt(6 / (inputs + units)) (Glorot & Bengio 2010), biases 0, from the seed alone. */
function freshWeights(sizes: readonly number[], seed: string, silent: readonly number[]): Float32Array[] {
  const random = seededRandom(`${seed}:weights`);
  return sizes.slice(1).flatMap((units, i) => {
    const inputs = at(sizes, i);
    const bound = squareRoot(6 / (inputs + units));
    const matrix = Float32Array.from({ length: inputs * units }, () => (2 * random.fraction() - 1) * bound);
    if (i === 0) for (const input of silent) matrix.fill(0, input * units, (input + 1) * units);
    return [matrix, new Float32Array(units)];
  });
}

/** Rows in the order of an epoch: `row(position)` puts one into the batch. */
interface Stream {
  readonly length: number;
  readonly distil: boolean;
  place(network: DenseNetwork, slot: number, position: number): void;
}

interface Course {
  readonly stream: Stream;
  readonly tune: EncodedRows;
  readonly options: MlpOptions;
  readonly epochs: number;
  readonly rate: number;
  readonly seed: string;
  readonly earlyStop: boolean;
}

/** Trains `model` in place; returns what happened. The weights at the end are the model's, or the best on tune rows. */
async function train(model: LayersModel, network: DenseNetwork, course: Course, hooks: Hooks): Promise<Trained> {
  const { stream, tune, options, epochs, seed } = course;
  const pause = pauser(hooks.signal);
  const stepsInAll = Math.ceil(stream.length / options.batch) * epochs;
  const told: EpochEvent[] = [];
  const judged = tune.length >= tuneRows;
  let best = { loss: Number.POSITIVE_INFINITY, epoch: 0, weights: network.getWeights() };
  let step = 0;
  network.resetOptimizer();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const started = performance.now();
    let loss = 0;
    let correct = 0;
    for (const batches of stretches(stream.length, options.batch, `${seed}:epoch ${epoch}`)) {
      runStretch(model, network, () => {
        for (const batch of batches) {
          for (let i = 0; i < batch.length; i++) stream.place(network, i, at(batch, i));
          const fraction = step / stepsInAll;
          const rate = options.learningRate * course.rate * (1 - (1 - finalRate) * fraction);
          network.step(batch.length, rate, stream.distil);
          step += 1;
        }
      });
      const tally = network.takeTally();
      loss += tally.loss;
      correct += tally.correct;
      if (!Number.isFinite(loss)) throw new Failure('run.diverged', { epoch });
      await pause();
    }
    const seconds = (performance.now() - started) / 1000;
    const onTune = judged ? await judge(network, tune, pause) : null;
    const event: EpochEvent = {
      kind: 'epoch',
      epoch,
      epochs,
      loss: loss / stream.length,
      trainAccuracy: correct / stream.length,
      tuneAccuracy: onTune?.accuracy ?? null,
      rowsPerSecond: stream.length / Math.max(seconds, 1e-6),
      fraction: epoch / epochs,
    };
    told.push(event);
    hooks.epoch(event);
    if (!course.earlyStop || !onTune) continue;
    if (onTune.loss < best.loss) best = { loss: onTune.loss, epoch, weights: network.getWeights() };
    else if (epoch - best.epoch >= patience) break;
  }
  const weights = course.earlyStop && judged ? best.weights : network.getWeights();
  return { model: save(model, weights), epochs: told, visits: stream.length * told.length };
}

/** Batches of an epoch, in stretches of about `stretchRows` rows. */
function* stretches(length: number, batch: number, seed: string): Generator<Uint32Array[], void> {
  let ready: Uint32Array[] = [];
  let rows = 0;
  let rest = new Uint32Array(0);
  for (const block of shuffledBlocks(length, seed)) {
    // A block's last rows that fill no batch go with the next block's first.
    const order = new Uint32Array(rest.length + block.length);
    order.set(rest);
    order.set(block, rest.length);
    let start = 0;
    for (; start + batch <= order.length; start += batch) {
      ready.push(order.subarray(start, start + batch));
      rows += batch;
      if (rows < stretchRows) continue;
      yield ready;
      ready = [];
      rows = 0;
    }
    rest = order.slice(start);
  }
  if (rest.length > 0) ready.push(rest);
  if (ready.length > 0) yield ready;
}

function runStretch(model: LayersModel, network: DenseNetwork, steps: () => void): void {
  tf.tidy(() => model.setWeights(trainFused(model.getWeights(), { network, steps })));
}

async function judge(
  network: DenseNetwork,
  rows: EncodedRows,
  pause: () => Promise<void>,
): Promise<{ loss: number; accuracy: number }> {
  const scores = await scoresOf(network, rows, 'logits', pause);
  const labels = Int32Array.from({ length: rows.length }, (_, i) => rows.label(i));
  let right = 0;
  for (let i = 0; i < rows.length; i++) if (bestClass(scores, i, network.classes) === at(labels, i)) right += 1;
  return { loss: summedLoss(scores, network.classes, labels, 1) / rows.length, accuracy: right / rows.length };
}

async function scoresOf(
  network: DenseNetwork,
  rows: EncodedRows,
  as: 'logits' | 'probabilities',
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const values = new Float32Array(rows.length * network.classes);
  for (let start = 0; start < rows.length; start += stretchRows) {
    network.scores(rows, start, Math.min(rows.length, start + stretchRows), values, as);
    await pause();
  }
  return values;
}

/** The least bias of a new class below the others': its probability starts near 0. */
const newClassGap = 5;

const networkOf = (model: SavedModel, batch: number): DenseNetwork => {
  const network = new DenseNetwork(sizesOf(model), batch);
  network.setWeights(model.weights.map(({ values }) => values));
  return network;
};

export const mlp: Learner = {
  async fit({ rows, tune, classes, silent, options, epochs, seed }, hooks) {
    await startTfjs();
    const sizes = [rows.layout.inputs, ...options.hidden, classes];
    const model = layersModel(sizes);
    try {
      const network = new DenseNetwork(sizes, options.batch);
      const fresh = freshWeights(sizes, seed, silent);
      tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(at(fresh, i), shape))));
      const stream: Stream = {
        length: rows.length,
        distil: false,
        place: (target, slot, position) => target.place(slot, rows, position),
      };
      return await train(model, network, { stream, tune, options, epochs, rate: 1, seed, earlyStop: true }, hooks);
    } finally {
      model.dispose();
    }
  },

  async update({ parent, delta, replay, tune, options, epochs, rate, seed }, hooks) {
    await startTfjs();
    const weight = options.distillation;
    const distil = weight > 0 && replay.length > 0;
    const model = toLayersModel(parent);
    try {
      const network = networkOf(parent, options.batch);
      const held = distil
        ? { weight, probabilities: await scoresOf(network, replay, 'probabilities', pauser(hooks.signal)) }
        : undefined;
      const placeOf = evenly(delta.length, replay.length);
      const stream: Stream = {
        length: delta.length + replay.length,
        distil,
        place: (target, slot, position) => {
          const { first, index } = placeOf(position);
          if (first) target.place(slot, delta, index);
          else target.place(slot, replay, index, held);
        },
      };
      return await train(model, network, { stream, tune, options, epochs, rate, seed, earlyStop: false }, hooks);
    } finally {
      model.dispose();
    }
  },

  async predict(model, rows, signal): Promise<Scores> {
    const network = networkOf(model, predictBatch);
    return { classes: network.classes, values: await scoresOf(network, rows, 'logits', pauser(signal)) };
  },

  async grow(model, newClasses) {
    if (newClasses === 0) return model;
    await startTfjs();
    const sizes = sizesOf(model);
    const units = at(sizes, sizes.length - 1);
    const grown = [...sizes.slice(0, -1), units + newClasses];
    const weights = model.weights.map(({ values }) => values);
    const matrix = at(weights, weights.length - 2);
    const bias = at(weights, weights.length - 1);
    const inputs = matrix.length / units;
    const wider = new Float32Array(inputs * (units + newClasses));
    for (let i = 0; i < inputs; i++) wider.set(matrix.subarray(i * units, (i + 1) * units), i * (units + newClasses));
    const longer = new Float32Array(units + newClasses).fill(Math.min(...bias) - newClassGap);
    longer.set(bias);
    const empty = layersModel(grown);
    try {
      return save(empty, [...weights.slice(0, -2), wider, longer]);
    } finally {
      empty.dispose();
    }
  },

  cost: (options, trainRows) => {
    const epochs = fullEpochs(options, trainRows);
    return { epochs, visits: epochs * trainRows };
  },
};
