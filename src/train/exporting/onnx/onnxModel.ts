/** A model as an ONNX file: raw columns in, class and probabilities or a value out, with its encoder inside. */
import type { EncoderState } from '../../encode/encoder.ts';
import { labelOf } from '../../models/labelScale.ts';
import { unit } from '../../models/linear/integerRows.ts';
import { targetsOf } from '../../models/linear/state.ts';
import { type DenseLayer, type OpenedModel, openToExport } from '../opened.ts';
import { binnedInputs, encodedInputs, type ExportedInput, inputOf } from './columns.ts';
import { Graph, type Value } from './graph.ts';
import { forestMeans } from './trees.ts';

/** What is written, and how it is asked. */
export interface OnnxExport {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ExportedInput[];
  /** In the order of the probabilities; empty of a regression. */
  readonly classes: readonly string[];
}

/** As in `linear.ts`. */
const sharpness = 4;
const noScore = -1e30;
/** As in assembly/forest/tree.ts. */
const noShare = -10_000;
const mostEntry = 8;

function dense(graph: Graph, inputs: Value, layers: readonly DenseLayer[]): Value {
  return layers.reduce((value, { inputs: width, units, weights, bias }, i) => {
    const sum = graph.op('Gemm', [
      value,
      graph.constant('float', [width, units], weights),
      graph.constant('float', [units], bias),
    ]);
    return i === layers.length - 1 ? sum : graph.op('Relu', [sum]);
  }, inputs);
}

/** Inputs to a 4,096th as the learner reads them, times its weights: `rows` × targets, double. */
function linearSums(graph: Graph, inputs: Value, { model }: Extract<OpenedModel, { learner: 'linear' }>): Value {
  const number = (value: number): Value => graph.scalar('double', value);
  const scaled = graph.op('Mul', [graph.cast(inputs, 'double'), number(unit)]);
  const whole = graph.op('Floor', [graph.op('Add', [scaled, number(0.5)])]);
  const entries = graph.op('Clip', [graph.op('Div', [whole, number(unit)]), number(-mostEntry), number(mostEntry)]);
  const targets = targetsOf(model.classes);
  const width = model.weights.length / targets - 1;
  const weights = graph.constant('double', [width, targets], model.weights.subarray(0, width * targets));
  const bias = graph.constant('double', [targets], model.weights.subarray(width * targets));
  return graph.op('Add', [graph.op('MatMul', [entries, weights]), bias]);
}

/** A class that no row is of has no say. */
function linearScores(graph: Graph, inputs: Value, of: Extract<OpenedModel, { learner: 'linear' }>): Value {
  const { sums, weights, classes } = of.model;
  const bias = weights.length - classes;
  const seen = Array.from({ length: classes }, (_, t) => (sums.cross[bias + t] === 0n ? 0 : 1));
  const scores = graph.op('Mul', [linearSums(graph, inputs, of), graph.scalar('double', sharpness)]);
  return graph.cast(
    graph.op('Where', [graph.constant('bool', [classes], seen), scores, graph.scalar('double', noScore)]),
    'float',
  );
}

const encodedOf = (graph: Graph, { name, encoder }: { readonly name: string; readonly encoder: EncoderState }): Value =>
  encodedInputs(graph, name, encoder);

function scoresOf(graph: Graph, of: OpenedModel): Value {
  if (of.learner === 'mlp') return dense(graph, encodedOf(graph, of), of.layers);
  if (of.learner === 'linear') return linearScores(graph, encodedOf(graph, of), of);
  const shares = forestMeans(graph, binnedInputs(graph, of.name, of.bins), of.trees);
  const isThere = graph.op('Greater', [shares, graph.scalar('double', 0)]);
  const logs = graph.op('Log', [graph.op('Where', [isThere, shares, graph.scalar('double', 1)])]);
  return graph.cast(graph.op('Where', [isThere, logs, graph.scalar('double', noShare)]), 'float');
}

const featuresOf = (of: OpenedModel) => (of.learner === 'forest' ? of.bins.features : of.encoder.features);

/** A name that no column has: `value`, or `predicted_value`. */
function freeName(of: OpenedModel, name: string): string {
  let free = name;
  while (featuresOf(of).some((feature) => feature.name === free)) free = `predicted_${free}`;
  return free;
}

function classOutputs(graph: Graph, of: OpenedModel): void {
  const [found, shares] = [freeName(of, 'class'), freeName(of, 'probabilities')];
  const scores = scoresOf(graph, of);
  const best = graph.op('ArgMax', [scores], { axis: { int: 1 }, keepdims: { int: 0 } });
  graph.op('Gather', [graph.constant('text', [of.classes.length], of.classes), best], {}, found);
  const sharp = graph.op('Div', [scores, graph.scalar('float', of.temperature)]);
  graph.op('Softmax', [sharp], { axis: { int: 1 } }, shares);
  graph.output(found, 'text', null);
  graph.output(shares, 'float', of.classes.length);
}

function valueOutput(graph: Graph, of: Exclude<OpenedModel, { learner: 'mlp' }>): void {
  const scale = of.learner === 'linear' ? of.model.scale : of.scale;
  const steps =
    of.learner === 'linear'
      ? linearSums(graph, encodedOf(graph, of), of)
      : forestMeans(graph, binnedInputs(graph, of.name, of.bins), of.trees);
  const name = freeName(of, 'value');
  const { step = 1 } = scale ?? {};
  const origin = scale ? labelOf(scale, 0) : 0;
  const scaled = graph.op('Mul', [steps, graph.scalar('double', step)]);
  graph.op('Add', [scaled, graph.scalar('double', origin)], {}, name);
  graph.output(name, 'double', 1);
}

/**
 * `facts`: what the file says of where it comes from. `model.damaged`; `model.incompatible` for a model of a program of the user's, and for
 * a column of numbers that no double holds.
 */
export function onnxModel(artifact: Uint8Array, name: string, facts: Readonly<Record<string, string>>): OnnxExport {
  const of = openToExport(artifact, name);
  const graph = new Graph();
  if (of.classes.length === 0 && of.learner !== 'mlp') valueOutput(graph, of);
  else classOutputs(graph, of);
  const inputs = featuresOf(of).map(inputOf);
  const said = { ...facts, classes: JSON.stringify(of.classes), inputs: JSON.stringify(inputs) };
  return { bytes: graph.file(name, facts['deltatrain'] ?? '', said), inputs, classes: of.classes };
}
