/**
 * A network of dense layers (ReLU inside, softmax at the end) in the kernel's memory: batches in, weights in and out.
 *
 * Layers are padded to multiples of 8 units, so that the kernel's columns fit its registers; padding has zero weights and
 * a zero gradient, and so stays zero. Parameters of a layer: weights [inputs × units] row by row, then the bias.
 */
import { at, invariant } from '../../base/assert.ts';
import type { EncodedRows } from '../rows/encodedRows.ts';
import { type Area, createKernel, type Kernel } from './wasm.ts';

/** Weights as tfjs orders them: kernel [inputs, units] and bias [units], layer by layer. */
export type Weights = readonly Float32Array[];

const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

interface Layer {
  readonly inputs: number;
  readonly units: number;
  /** Padded sizes. */
  readonly rows: number;
  readonly columns: number;
  /** Places of weights and bias among the parameters, in floats. */
  readonly weights: number;
  readonly bias: number;
}

const padded = (units: number): number => Math.ceil(units / 8) * 8;

function layersOf(sizes: readonly number[]): { layers: Layer[]; parameters: number } {
  const layers: Layer[] = [];
  let place = 0;
  for (let i = 0; i + 1 < sizes.length; i++) {
    const inputs = at(sizes, i);
    const units = at(sizes, i + 1);
    const rows = i === 0 ? inputs : padded(inputs);
    const columns = padded(units);
    layers.push({ inputs, units, rows, columns, weights: place, bias: place + rows * columns });
    place += (rows + 1) * columns;
  }
  return { layers, parameters: place };
}

/** A dense network in a kernel memory of its own: f32 weights, trained by Adam in batches of at most `batch` rows. */
export class DenseNetwork {
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly #kernel: Kernel;
  readonly #layers: readonly Layer[];
  readonly #parameters: number;
  readonly #areas: Record<
    | 'parameters'
    | 'gradient'
    | 'moment'
    | 'variance'
    | 'powers'
    | 'inputs'
    | 'labels'
    | 'weights'
    | 'parents'
    | 'tally'
    | 'errorA'
    | 'errorB'
    | 'turned',
    Area
  >;
  readonly #outputs: readonly Area[];
  // Views of the areas that are touched for every batch; all memory is allocated in the constructor.
  readonly #inputs: Float32Array;
  readonly #labels: Int32Array;
  readonly #rowWeights: Float32Array;
  readonly #parents: Float32Array;
  readonly #scores: Float32Array;

  /** `sizes`: inputs, hidden units …, classes. `batch`: the most rows of a batch. */
  constructor(sizes: readonly number[], batch: number) {
    invariant(sizes.length >= 2, 'a network has inputs and classes');
    const { layers, parameters } = layersOf(sizes);
    const kernel = createKernel();
    const widest = Math.max(...layers.map(({ columns }) => columns));
    const turned = Math.max(...layers.map(({ rows, columns }) => rows * columns));
    const classes = at(sizes, sizes.length - 1);
    const outputs = kernel.allocate(
      Object.fromEntries(layers.map(({ columns }, i) => [`output${i}`, 4 * batch * columns])),
    );
    this.#areas = kernel.allocate({
      parameters: 4 * parameters,
      gradient: 4 * parameters,
      moment: 4 * parameters,
      variance: 4 * parameters,
      powers: 16,
      inputs: 4 * batch * at(sizes, 0),
      labels: 4 * batch,
      weights: 4 * batch,
      parents: 4 * batch * classes,
      tally: 16,
      errorA: 4 * batch * widest,
      errorB: 4 * batch * widest,
      turned: 4 * turned,
    });
    this.sizes = sizes;
    this.batch = batch;
    this.#kernel = kernel;
    this.#layers = layers;
    this.#parameters = parameters;
    this.#outputs = layers.map((_, i) => outputs[`output${i}`] as Area);
    this.#inputs = this.#areas.inputs.floats;
    this.#labels = this.#areas.labels.integers;
    this.#rowWeights = this.#areas.weights.floats;
    this.#parents = this.#areas.parents.floats;
    this.#scores = at(this.#outputs, layers.length - 1).floats;
  }

  get classes(): number {
    return at(this.sizes, this.sizes.length - 1);
  }

  setWeights(weights: Weights): void {
    const place = this.#areas.parameters.floats;
    this.#layers.forEach(({ inputs, units, columns, weights: start, bias }, i) => {
      const matrix = at(weights, 2 * i);
      invariant(matrix.length === inputs * units, `layer ${i} has ${inputs} × ${units} weights`);
      for (let r = 0; r < inputs; r++) place.set(matrix.subarray(r * units, (r + 1) * units), start + r * columns);
      place.set(at(weights, 2 * i + 1), bias);
    });
  }

  getWeights(): Float32Array[] {
    const place = this.#areas.parameters.floats;
    return this.#layers.flatMap(({ inputs, units, columns, weights, bias }) => {
      const matrix = new Float32Array(inputs * units);
      for (let r = 0; r < inputs; r++)
        matrix.set(place.subarray(weights + r * columns, weights + r * columns + units), r * units);
      return [matrix, place.slice(bias, bias + units)];
    });
  }

  /** Fresh moments: the next step is Adam's first. */
  resetOptimizer(): void {
    this.#areas.moment.floats.fill(0);
    this.#areas.variance.floats.fill(0);
    this.#areas.powers.doubles.fill(1);
  }

  /** Puts a row into place `i` of the batch. `parent`: probabilities to distil towards, with their weight. */
  place(i: number, rows: EncodedRows, row: number, parent?: { probabilities: Float32Array; weight: number }): void {
    rows.spread(row, this.#inputs, i * at(this.sizes, 0));
    this.#labels[i] = rows.label(row);
    this.#rowWeights[i] = parent?.weight ?? 0;
    if (parent) {
      const { classes } = this;
      const from = row * classes;
      for (let k = 0; k < classes; k++) this.#parents[i * classes + k] = parent.probabilities[from + k] as number;
    }
  }

  /** One step of Adam over the first `rows` places of the batch. */
  step(rows: number, rate: number, distil: boolean): void {
    const kernel = this.#kernel;
    const { parameters, gradient, moment, variance, powers, inputs, turned, errorA, errorB } = this.#areas;
    const { labels, weights, parents, tally } = this.#areas;
    this.#forward(rows);
    const last = this.#layers.length - 1;
    const top = at(this.#layers, last);
    let error = at(this.#outputs, last).address;
    kernel.lossGradient(
      rows,
      top.columns,
      top.units,
      error,
      labels.address,
      distil ? weights.address : 0,
      parents.address,
      tally.address,
    );
    for (let i = last; i >= 0; i--) {
      const { rows: width, columns, weights: start, bias } = at(this.#layers, i);
      const below = i === 0 ? inputs.address : at(this.#outputs, i - 1).address;
      kernel.multiply(width, columns, rows, below, 1, width, error, columns, gradient.address + 4 * start, columns);
      kernel.sumColumns(rows, columns, error, gradient.address + 4 * bias);
      if (i === 0) break;
      const next = i % 2 === 0 ? errorA.address : errorB.address;
      kernel.transpose(width, columns, parameters.address + 4 * start, columns, turned.address, width);
      kernel.multiply(rows, width, columns, error, columns, 1, turned.address, width, next, width);
      kernel.reluBackward(rows * width, next, below);
      error = next;
    }
    const { beta1, beta2, epsilon } = adamDefaults;
    kernel.adam(
      this.#parameters,
      parameters.address,
      gradient.address,
      moment.address,
      variance.address,
      powers.address,
      rate,
      beta1,
      beta2,
      epsilon,
    );
  }

  /** The tally of the steps since the last call, and a fresh one; `rows` is the caller's to count. */
  takeTally(): { loss: number; correct: number } {
    const tally = this.#areas.tally.doubles;
    const taken = { loss: at(tally, 0), correct: at(tally, 1) };
    tally.fill(0);
    return taken;
  }

  /** Scores (logits, or probabilities) of rows [from, to), row by row, `classes` each, into `target`. */
  scores(rows: EncodedRows, from: number, to: number, target: Float32Array, as: 'logits' | 'probabilities'): void {
    const width = at(this.sizes, 0);
    const { classes } = this;
    const top = at(this.#layers, this.#layers.length - 1);
    for (let start = from; start < to; start += this.batch) {
      const count = Math.min(this.batch, to - start);
      for (let i = 0; i < count; i++) rows.spread(start + i, this.#inputs, i * width);
      this.#forward(count);
      if (as === 'probabilities')
        this.#kernel.softmax(count, top.columns, classes, at(this.#outputs, this.#layers.length - 1).address);
      for (let i = 0; i < count; i++)
        for (let k = 0; k < classes; k++)
          target[(start + i) * classes + k] = this.#scores[i * top.columns + k] as number;
    }
  }

  #forward(rows: number): void {
    const { parameters, inputs } = this.#areas;
    const last = this.#layers.length - 1;
    let below = inputs.address;
    this.#layers.forEach(({ rows: width, columns, weights, bias }, i) => {
      const output = at(this.#outputs, i).address;
      const start = parameters.address;
      this.#kernel.multiply(rows, columns, width, below, width, 1, start + 4 * weights, columns, output, columns);
      this.#kernel.addBias(rows, columns, output, start + 4 * bias, i < last ? 1 : 0);
      below = output;
    });
  }
}
