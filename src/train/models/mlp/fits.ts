/** The two ways to make a network: from fresh weights, or from its parent's; and what a network answers. */
import * as tf from '@tensorflow/tfjs-core';
import { at } from '../../../base/assert.ts';
import type { LearnerHooks } from '../../../data/learner.ts';
import { startTfjs } from '../../kernel/fused.ts';
import { DenseNetwork } from '../../kernel/network.ts';
import type { EncodedRows } from '../../rows/encodedRows.ts';
import { pauser } from '../../rows/pause.ts';
import { evenly } from '../../rows/shuffle.ts';
import { scoresOf, type Stream, type Trained, train } from './course.ts';
import { freshWeights, layersModel, type MlpModel, sizesOf, toLayersModel } from './layers.ts';
import type { MlpOptions } from './options.ts';

const predictBatch = 256;

/** A fit from fresh weights. */
export interface Fit {
  readonly rows: EncodedRows;
  /** For early stop; with fewer than 20 rows there is none. */
  readonly validation: EncodedRows;
  readonly classes: number;
  readonly options: MlpOptions;
  readonly epochs: number;
  readonly seed: string;
}

/** An update of a parent. */
export interface Update {
  /** With as many classes as the rows have. */
  readonly parent: MlpModel;
  /** The changed rows as they are now, and the replayed ones. Only replayed rows are held to the parent's predictions. */
  readonly delta: EncodedRows;
  readonly replay: EncodedRows;
  readonly validation: EncodedRows;
  readonly options: MlpOptions;
  readonly epochs: number;
  /** Scales the plan's learning rate. */
  readonly rate: number;
  readonly seed: string;
}

const networkOf = (model: MlpModel, batch: number): DenseNetwork => {
  const network = new DenseNetwork(sizesOf(model), batch);
  network.setWeights(model.weights.map(({ values }) => values));
  return network;
};

/** Trains fresh weights until the validation loss stops falling, or for `epochs`. `run.diverged`, `cancelled`. */
export async function fitRows(
  { rows, validation, classes, options, epochs, seed }: Fit,
  hooks: LearnerHooks,
): Promise<Trained> {
  await startTfjs();
  const sizes = [rows.layout.inputs, ...options.hidden, classes];
  const model = layersModel(sizes);
  try {
    const network = new DenseNetwork(sizes, options.batch);
    const fresh = freshWeights(sizes, seed, rows.layout.silent);
    tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(at(fresh, i), shape))));
    const stream: Stream = {
      length: rows.length,
      distil: false,
      place: (target, slot, position) => target.place(slot, rows, position),
    };
    return await train(model, network, { stream, validation, options, epochs, rate: 1, seed, earlyStop: true }, hooks);
  } finally {
    model.dispose();
  }
}

/** Trains the parent's weights on; without early stop. `run.diverged`, `cancelled`. */
export async function updateRows(of: Update, hooks: LearnerHooks): Promise<Trained> {
  const { parent, delta, replay, validation, options, epochs, rate, seed } = of;
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
    return await train(model, network, { stream, validation, options, epochs, rate, seed, earlyStop: false }, hooks);
  } finally {
    model.dispose();
  }
}

/** Scores before softmax, `classes` a row. */
export async function scoreRows(
  model: MlpModel,
  rows: EncodedRows,
  signal: AbortSignal,
): Promise<{ readonly classes: number; readonly values: Float32Array }> {
  const network = networkOf(model, predictBatch);
  return { classes: network.classes, values: await scoresOf(network, rows, 'logits', pauser(signal)) };
}
