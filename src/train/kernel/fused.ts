/**
 * The kernel inside tfjs: `FusedDenseTrain` takes a model's weights as tensors, runs a stretch of training steps on them
 * and returns the new ones. The model stays an ordinary `tf.LayersModel`.
 */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { at } from '../../base/assert.ts';
import type { DenseNetwork } from './network.ts';

const kernelName = 'FusedDenseTrain';

/** What the kernel runs on the network between loading the weights and returning them. */
interface Stretch {
  readonly network: DenseNetwork;
  readonly steps: () => void;
}

/** The little of tfjs's CPU backend that a kernel needs. */
interface CpuBackend {
  readSync(dataId: object): ArrayLike<number>;
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
}

const nameOf = (i: number): string => `weight${i}`;

function register(): void {
  tf.registerKernel({
    kernelName,
    backendName: 'cpu',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const cpu = backend as unknown as CpuBackend;
      const { network, steps } = attrs as unknown as Stretch;
      const given = Object.keys(inputs).map((_, i) => inputs[nameOf(i)] as tf.TensorInfo);
      network.setWeights(given.map(({ dataId }) => Float32Array.from(cpu.readSync(dataId))));
      steps();
      return network.getWeights().map((values, i) => cpu.makeTensorInfo(at(given, i).shape, 'float32', values));
    },
  });
}

let ready: Promise<void> | undefined;

/** Makes tfjs ready with the CPU backend and our kernel in it; call before anything else here. */
export function startTfjs(): Promise<void> {
  ready ??= (async () => {
    register();
    // Without its checks, and without advice on the console to use a native build.
    tf.enableProdMode();
    await tf.setBackend('cpu');
    await tf.ready();
  })();
  return ready;
}

/** Trains `weights` (tfjs order) for one stretch and returns the new ones; the caller disposes of both. */
export function trainFused(weights: readonly tf.Tensor[], stretch: Stretch): tf.Tensor[] {
  const inputs = Object.fromEntries(weights.map((weight, i) => [nameOf(i), weight]));
  return tf.engine().runKernel(kernelName, inputs, stretch as unknown as tf.NamedAttrMap) as tf.Tensor[];
}
