/** An ONNX graph as it is put together: operators by name, constants, inputs and outputs (onnx.proto of ONNX 1.16, IR 10). */
import { Message } from './wire.ts';

/** The operator sets that are written: ONNX's own, and the one of trees and labels. */
const opsets: readonly (readonly [domain: string, version: number])[] = [
  ['', 20],
  ['ai.onnx.ml', 5],
];
const irVersion = 10;

/** `TensorProto.DataType`. */
const elements = { float: 1, uint8: 2, int64: 7, text: 8, bool: 9, double: 11 } as const;
type Element = keyof typeof elements;

const attributeTypes = { float: 1, int: 2, text: 3, tensor: 4, ints: 7, texts: 8 } as const;

/** What an operator is told beside its inputs. */
type Attribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly text: string }
  | { readonly tensor: Tensor }
  | { readonly ints: Iterable<number> }
  | { readonly texts: readonly string[] };

/** Values in row order. */
interface Tensor {
  readonly element: Element;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number> | readonly string[];
}

const arrays = {
  float: Float32Array,
  double: Float64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

function rawBytes(element: Exclude<Element, 'text'>, values: ArrayLike<number>): Uint8Array {
  if (element === 'int64') return new Uint8Array(BigInt64Array.from(Array.from(values, BigInt)).buffer);
  const own = arrays[element].from(values);
  return new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
}

function tensorMessage({ element, dims, values }: Tensor, name = ''): Message {
  const message = new Message().ints(1, dims).int(2, elements[element]);
  if (name !== '') message.text(8, name);
  if (element === 'text') for (const text of values as readonly string[]) message.text(6, text);
  else message.bytes(9, rawBytes(element, values as ArrayLike<number>));
  return message;
}

function attributeMessage(name: string, attribute: Attribute): Message {
  const message = new Message().text(1, name);
  if ('float' in attribute) message.float(2, attribute.float).int(20, attributeTypes.float);
  else if ('int' in attribute) message.int(3, attribute.int).int(20, attributeTypes.int);
  else if ('text' in attribute) message.text(4, attribute.text).int(20, attributeTypes.text);
  else if ('tensor' in attribute) message.message(5, tensorMessage(attribute.tensor)).int(20, attributeTypes.tensor);
  else if ('ints' in attribute) message.ints(8, attribute.ints).int(20, attributeTypes.ints);
  else {
    for (const text of attribute.texts) message.text(9, text);
    message.int(20, attributeTypes.texts);
  }
  return message;
}

/** `columns` null: a list of rows; else so many columns a row. */
function valueMessage(name: string, element: Element, columns: number | null): Message {
  const shape = new Message().message(1, new Message().text(2, 'rows'));
  if (columns !== null) shape.message(1, new Message().int(1, columns));
  const tensor = new Message().int(1, elements[element]).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** A value of the graph, by its name. */
export type Value = string;

/** Grows by operators; each answers the name of what it gives. */
export class Graph {
  readonly #nodes: Message[] = [];
  readonly #constants: Message[] = [];
  readonly #inputs: Message[] = [];
  readonly #outputs: Message[] = [];
  #next = 1;

  /** A column of raw values: `rows` × 1. Its name is the table's own. */
  input(name: string, element: Element): Value {
    this.#inputs.push(valueMessage(name, element, 1));
    return name;
  }

  constant(element: Element, dims: readonly number[], values: Tensor['values']): Value {
    const name = `deltatrain:constant:${this.#next++}`;
    this.#constants.push(tensorMessage({ element, dims, values }, name));
    return name;
  }

  /** One number. */
  scalar(element: 'float' | 'double' | 'int64', value: number): Value {
    return this.constant(element, [], [value]);
  }

  /** `type` with a domain before a colon where it is not ONNX's own. `to`: the name of an output of the model. */
  op(type: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}, to?: string): Value {
    const [domain, name] = type.includes(':') ? (type.split(':') as [string, string]) : ['', type];
    const output = to ?? `deltatrain:value:${this.#next++}`;
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    node
      .text(2, output)
      .text(3, `${name}:${this.#next++}`)
      .text(4, name);
    for (const [key, attribute] of Object.entries(attributes)) node.message(5, attributeMessage(key, attribute));
    if (domain !== '') node.text(7, domain);
    this.#nodes.push(node);
    return output;
  }

  cast(value: Value, to: Element): Value {
    return this.op('Cast', [value], { to: { int: elements[to] } });
  }

  /** `columns` as of `valueMessage`. */
  output(name: Value, element: Element, columns: number | null): void {
    this.#outputs.push(valueMessage(name, element, columns));
  }

  /** The file. `facts`: what it says of itself, by names. */
  file(name: string, producer: string, facts: Readonly<Record<string, string>>): Uint8Array {
    const graph = new Message();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, name);
    for (const constant of this.#constants) graph.message(5, constant);
    for (const input of this.#inputs) graph.message(11, input);
    for (const output of this.#outputs) graph.message(12, output);
    const model = new Message().int(1, irVersion).text(2, 'deltatrain').text(3, producer).message(7, graph);
    for (const [domain, version] of opsets) model.message(8, new Message().text(1, domain).int(2, version));
    for (const [key, value] of Object.entries(facts)) model.message(14, new Message().text(1, key).text(2, value));
    return model.done();
  }
}
