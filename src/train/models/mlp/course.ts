/** One course of training: epochs of the fused kernel over shuffled rows, with a decaying rate and an early stop. */
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { at } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import type { EpochEvent, LearnerHooks, Learnt } from '../../../data/learner.ts';
import { trainFused } from '../../kernel/fused.ts';
import { bestClass } from '../../kernel/bestClass.ts';
import { summedLoss } from '../../kernel/loss.ts';
import type { DenseNetwork } from '../../kernel/network.ts';
import type { EncodedRows } from '../../rows/encodedRows.ts';
import { pauser } from '../../rows/pause.ts';
import { shuffledBlocks } from '../../rows/shuffle.ts';
import { type MlpModel, save } from './layers.ts';
import type { MlpOptions } from './options.ts';

/** The learning rate falls linearly to this share of its start. */
const finalRate = 0.02;
/** Early stop: epochs without a lower validation loss before a fit ends, and the least validation rows to go by. */
const patience = 6;
const fewestRows = 20;
/** Rows that are trained in one call of the kernel: long enough to make its overhead small, short enough to cancel. */
const stretchRows = 32_768;

/** What one course made. */
export type Trained = Pick<Learnt<MlpModel>, 'model' | 'epochs' | 'seen'>;

/** Rows in the order of an epoch: `row(position)` puts one into the batch. */
export interface Stream {
  readonly length: number;
  readonly distil: boolean;
  place(network: DenseNetwork, slot: number, position: number): void;
}

/** What a course goes over, and how. */
export interface Course {
  readonly stream: Stream;
  readonly validation: EncodedRows;
  readonly options: MlpOptions;
  readonly epochs: number;
  readonly rate: number;
  readonly seed: string;
  readonly earlyStop: boolean;
}

/** Trains `model` in place; returns what happened. The weights at the end are the model's, or the best on validation rows. */
export async function train(
  model: LayersModel,
  network: DenseNetwork,
  course: Course,
  hooks: LearnerHooks,
): Promise<Trained> {
  const { stream, validation, options, epochs, seed } = course;
  const pause = pauser(hooks.signal);
  const stepsInAll = Math.ceil(stream.length / options.batch) * epochs;
  const told: EpochEvent[] = [];
  const judged = validation.length >= fewestRows;
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
    const onValidation = judged ? await judge(network, validation, pause) : null;
    const event: EpochEvent = {
      kind: 'epoch',
      epoch,
      epochs,
      loss: loss / stream.length,
      trainAccuracy: correct / stream.length,
      validationAccuracy: onValidation?.accuracy ?? null,
      rowsPerSecond: stream.length / Math.max(seconds, 1e-6),
      fraction: epoch / epochs,
    };
    told.push(event);
    hooks.epoch(event);
    if (!course.earlyStop || !onValidation) continue;
    if (onValidation.loss < best.loss) best = { loss: onValidation.loss, epoch, weights: network.getWeights() };
    else if (epoch - best.epoch >= patience) break;
  }
  const weights = course.earlyStop && judged ? best.weights : network.getWeights();
  return { model: save(model, weights), epochs: told, seen: stream.length * told.length };
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

/** Scores of all rows, row by row. */
export async function scoresOf(
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
