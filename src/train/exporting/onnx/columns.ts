/** The raw columns of a model as inputs of a graph, and what its encoder makes of them, in the operators of ONNX. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { BinState, FeatureBins } from '../../encode/bins.ts';
import type { EncoderState, FeatureCode } from '../../encode/encoder.ts';
import type { Graph, Value } from './graph.ts';

/** How a column is handed to an exported model. `date`: days since 1970. `missing` of a category: the text that says so; of others it is NaN. */
export interface ExportedInput {
  readonly name: string;
  readonly kind: 'number' | 'boolean' | 'date' | 'category';
  readonly missing: string | null;
}

type Feature = FeatureCode | FeatureBins;

/** Days around 1970 that a date can lie in, as in `raw.ts`. */
const mostDays = 1e8;
const clip = 8;

function requireDoubles({ model, feature }: { readonly model: string; readonly feature: Feature }): void {
  if (!('base' in feature) || feature.base === undefined) return;
  throw new Failure('model.incompatible', {
    model,
    reason: say(
      '"{0}" holds numbers that no double holds, and a column of an exported model is one of doubles. Train it without that column.',
      feature.name,
    ),
  });
}

/** The empty text, unless that is a category. */
function missingText(vocabulary: readonly string[]): string {
  let text = '';
  while (vocabulary.includes(text)) text += '\u2400';
  return text;
}

export const inputOf = (feature: Feature): ExportedInput => ({
  name: feature.name,
  kind: feature.kind,
  missing: feature.kind === 'category' ? missingText(feature.vocabulary) : null,
});

/** A column of numbers with what is missing in it: `bad` is true there, and `value` 0. */
function numbers(graph: Graph, feature: Exclude<Feature, { kind: 'category' }>): { value: Value; bad: Value } {
  const raw = graph.input(feature.name, 'double');
  const notFinite = graph.op('Or', [graph.op('IsNaN', [raw]), graph.op('IsInf', [raw])]);
  const bad =
    feature.kind === 'date'
      ? graph.op('Or', [notFinite, graph.op('Greater', [graph.op('Abs', [raw]), graph.scalar('double', mostDays)])])
      : notFinite;
  return { value: graph.op('Where', [bad, graph.scalar('double', 0), raw]), bad };
}

/** The slot or bin of each row: 0 missing, 1 other, then the vocabulary. `rows` × 1, int64. */
function slots(graph: Graph, feature: Extract<Feature, { kind: 'category' }>): Value {
  const { vocabulary } = feature;
  return graph.op('ai.onnx.ml:LabelEncoder', [graph.input(feature.name, 'text')], {
    keys_strings: { texts: [missingText(vocabulary), ...vocabulary] },
    values_int64s: { ints: [0, ...vocabulary.map((_, i) => i + 2)] },
    default_int64: { int: 1 },
  });
}

/** The number of edges that are not above the value, and 1; 0 where it is missing. */
function binned(graph: Graph, feature: FeatureBins): Value {
  if (feature.kind === 'category') return graph.cast(slots(graph, feature), 'float');
  const { value, bad } = numbers(graph, feature);
  const raw =
    feature.kind === 'boolean'
      ? graph.cast(graph.op('Not', [graph.op('Equal', [value, graph.scalar('double', 0)])]), 'double')
      : value;
  const { edges } = feature;
  const one = graph.scalar('float', 1);
  const above =
    edges.length === 0
      ? graph.op('Mul', [graph.cast(bad, 'float'), graph.scalar('float', 0)])
      : graph.op(
          'ReduceSum',
          [
            graph.cast(graph.op('GreaterOrEqual', [raw, graph.constant('double', [1, edges.length], edges)]), 'float'),
            graph.constant('int64', [1], [1]),
          ],
          { keepdims: { int: 1 } },
        );
  return graph.op('Where', [bad, graph.scalar('float', 0), graph.op('Add', [above, one])]);
}

const arithmetic = (graph: Graph) => ({
  number: (value: number): Value => graph.scalar('double', value),
  sub: (a: Value, b: Value): Value => graph.op('Sub', [a, b]),
  add: (a: Value, b: Value): Value => graph.op('Add', [a, b]),
  mul: (a: Value, b: number): Value => graph.op('Mul', [a, graph.scalar('double', b)]),
  over: (a: Value, b: number): Value => graph.op('Floor', [graph.op('Div', [a, graph.scalar('double', b)])]),
});

/** The first of January of a year, in days since 1970. */
function newYear(graph: Graph, year: Value): Value {
  const { number, sub, add, mul, over } = arithmetic(graph);
  const since = (first: number): Value => sub(year, number(first));
  const leaps = add(sub(over(since(1969), 4), over(since(1901), 100)), over(since(1601), 400));
  return add(mul(since(1970), 365), leaps);
}

/** How much of its year has passed: the year by the civil calendar of eras of 400 years. */
function yearShare(graph: Graph, days: Value): Value {
  const { number, sub, add, mul, over } = arithmetic(graph);
  const day = graph.op('Floor', [days]);
  const shifted = add(day, number(719_468));
  const era = over(shifted, 146_097);
  const ofEra = sub(shifted, mul(era, 146_097));
  const yearOfEra = over(sub(add(sub(ofEra, over(ofEra, 1_460)), over(ofEra, 36_524)), over(ofEra, 146_096)), 365);
  const ofYear = sub(ofEra, sub(add(mul(yearOfEra, 365), over(yearOfEra, 4)), over(yearOfEra, 100)));
  // Years begin in March there.
  const isNext = graph.cast(graph.op('GreaterOrEqual', [ofYear, number(306)]), 'double');
  const year = add(add(yearOfEra, mul(era, 400)), isNext);
  const start = newYear(graph, year);
  const length = sub(newYear(graph, add(year, number(1))), start);
  return graph.op('Div', [sub(days, start), length]);
}

function circle(graph: Graph, turns: Value): Value[] {
  const angle = graph.op('Mul', [turns, graph.scalar('double', 2 * Math.PI)]);
  return ['Sin', 'Cos'].map((name) => graph.op(name, [angle]));
}

const clipped = (graph: Graph, value: Value): Value =>
  graph.op('Clip', [value, graph.scalar('double', -clip), graph.scalar('double', clip)]);

/** The inputs of the network that a feature becomes. */
function encoded(graph: Graph, feature: FeatureCode): Value[] {
  if (feature.kind === 'category') {
    const depth = feature.vocabulary.length + 2;
    const flat = graph.op('Reshape', [slots(graph, feature), graph.constant('int64', [1], [-1])]);
    return [
      graph.op('OneHot', [flat, graph.scalar('int64', depth), graph.constant('float', [2], [0, 1])], {
        axis: { int: 1 },
      }),
    ];
  }
  const { value, bad } = numbers(graph, feature);
  const { number, sub } = arithmetic(graph);
  const coded =
    feature.kind === 'number'
      ? [
          feature.sd === 0
            ? graph.op('Mul', [value, number(0)])
            : clipped(graph, graph.op('Div', [sub(value, number(feature.mean)), number(feature.sd)])),
        ]
      : feature.kind === 'boolean'
        ? [graph.op('Where', [graph.op('Equal', [value, number(0)]), number(-1), number(1)])]
        : [
            clipped(graph, graph.op('Div', [sub(value, number(feature.origin)), number(feature.scale)])),
            ...circle(graph, yearShare(graph, value)),
            ...(feature.daily ? circle(graph, sub(value, graph.op('Floor', [value]))) : []),
          ];
  const present = coded.map((one) => graph.op('Where', [bad, graph.scalar('float', 0), graph.cast(one, 'float')]));
  return feature.flag ? [...present, graph.cast(bad, 'float')] : present;
}

const joined = (graph: Graph, values: readonly Value[]): Value => graph.op('Concat', values, { axis: { int: 1 } });

/** `rows` × inputs, float. */
export function encodedInputs(graph: Graph, model: string, { features }: EncoderState): Value {
  for (const feature of features) requireDoubles({ model, feature });
  return joined(
    graph,
    features.flatMap((feature) => encoded(graph, feature)),
  );
}

/** `rows` × features, float: the bin of each. */
export function binnedInputs(graph: Graph, model: string, { features }: BinState): Value {
  for (const feature of features) requireDoubles({ model, feature });
  return joined(
    graph,
    features.map((feature) => binned(graph, feature)),
  );
}
