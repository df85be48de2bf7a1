/** The layers of the multilayer classifier: as tfjs knows them, as they are saved, and as they start. */
import { say } from '../../../base/say.ts';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { at } from '../../../base/assert.ts';
import { seededRandom } from '../../../base/random.ts';
import type { SavedState, StateCodec } from '../../../data/learner.ts';
import { squareRoot } from '../../kernel/wasm.ts';
import { denseFault } from './denseFault.ts';

/** The model in memory: its saved state with its arrays known to be float32, kernel and bias in turns. */
export interface MlpModel {
  /** As `tf.LayersModel.toJSON`; layer names are ours, so equal models have equal structures. */
  readonly structure: unknown;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
}

const nameOf = (layer: number): string => `dense${layer + 1}`;

/** The model as tfjs knows it; the caller disposes of it. */
export function layersModel(sizes: readonly number[]): LayersModel {
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

/** Inputs, hidden units …, classes. */
export const sizesOf = (model: MlpModel): number[] => [
  at(at(model.weights, 0).shape, 0),
  ...model.weights.filter((_, i) => i % 2 === 1).map(({ shape }) => at(shape, 0)),
];

/** The saved model as a tf.LayersModel; needs `startTfjs` and must be disposed of. */
export function toLayersModel(saved: MlpModel): LayersModel {
  const model = layersModel(sizesOf(saved));
  tf.tidy(() => model.setWeights(saved.weights.map(({ values, shape }) => tf.tensor(values, [...shape]))));
  return model;
}

/** The model that these weights make, with the structure of `model`. */
export function save(model: LayersModel, weights: readonly Float32Array[]): MlpModel {
  return {
    structure: model.toJSON(null, false),
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
export function freshWeights(sizes: readonly number[], seed: string, silent: readonly number[]): Float32Array[] {
  const random = seededRandom(`${seed}:weights`);
  return sizes.slice(1).flatMap((units, i) => {
    const inputs = at(sizes, i);
    const bound = squareRoot(6 / (inputs + units));
    const matrix = Float32Array.from({ length: inputs * units }, () => (2 * random.fraction() - 1) * bound);
    if (i === 0) for (const input of silent) matrix.fill(0, input * units, (input + 1) * units);
    return [matrix, new Float32Array(units)];
  });
}

const floats = ({ arrays }: SavedState): MlpModel['weights'] =>
  arrays.flatMap(({ name, shape, values }) => (values instanceof Float32Array ? [{ name, shape, values }] : []));

/** The saved state of a model, and back. */
export const mlpState: StateCodec<MlpModel, 'encoded'> = {
  write: ({ structure, weights }) => ({ structure, arrays: weights }),
  fault(saved, { inputs }, classes) {
    const weights = floats(saved);
    return weights.length < saved.arrays.length
      ? say('its weights are not 32-bit floats')
      : denseFault(weights, inputs, classes);
  },
  read: (saved) => ({ structure: saved.structure, weights: floats(saved) }),
};
