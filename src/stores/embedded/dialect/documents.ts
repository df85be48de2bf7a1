/** MySQL's functions of JSON documents, over their normal form. */
import { say } from '../../../base/say.ts';
import { jsonText, keptJson, type Node, numberText, parse, print, sorted } from '../../jsonDocument.ts';
import { failed, type FunctionValue, type Given, strict, textOf } from './sqlFunction.ts';

function documentOf(text: Given): Node {
  const node = parse(textOf(text));
  if (!node) throw failed(say('{0} is no JSON document.', JSON.stringify(textOf(text).slice(0, 60))));
  return node;
}

const step = /\.(?:([A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)|"((?:[^"\\]|\\.)*)")|\[(\d+)\]/y;

/** What stands at `$.a."b c"[0]`; null where nothing does. */
function extract(document: Node, path: string): Node | null {
  if (!path.startsWith('$')) throw failed(say('{0} is no JSON path.', path));
  let node = document;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (!found) throw failed(say('The JSON path {0} is not supported here.', path));
    const next =
      found[3] === undefined
        ? member(node, found[1] ?? (JSON.parse(`"${found[2] ?? ''}"`) as string))
        : item(node, Number(found[3]), path);
    if (!next) return null;
    node = next;
  }
  return node;
}

const member = (node: Node, key: string): Node | undefined =>
  node.kind === 'object' ? node.members.find(([own]) => own === key)?.[1] : undefined;

/** A place in what is no array is its only item to MySQL, and nothing to MatrixOne. */
function item(node: Node, index: number, path: string): Node | undefined {
  if (node.kind === 'array') return node.items[index];
  throw failed(say('The JSON path {0} asks for a place in what is no array.', path));
}

function lengthOf(text: Given): FunctionValue {
  const node = documentOf(text);
  if (node.kind === 'array') return BigInt(node.items.length);
  return node.kind === 'object' ? BigInt(node.members.length) : 1n;
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function objectOf(parts: readonly FunctionValue[]): string {
  const members = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) {
    const key = parts[i];
    if (key === null || key === undefined) throw failed(say('A key of a JSON document is NULL.'));
    members.set(textOf(key), textOf(parts[i + 1] ?? 'null'));
  }
  return `{${sorted([...members])
    .map(([key, value]) => `${JSON.stringify(key)}: ${value}`)
    .join(', ')}}`;
}

/** A value that is bound, or NULL. */
const quoted = (value: FunctionValue = null): FunctionValue => {
  if (value === null) return 'null';
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : JSON.stringify(textOf(value));
};

/** Functions of JSON by their names without `dt_`. */
export const documentFunctions: Readonly<Record<string, (...args: FunctionValue[]) => FunctionValue>> = {
  /** For text: what is no document stays as it is. */
  json: strict((value) => jsonText(textOf(value as Given)) ?? textOf(value as Given)),
  /** For a column, whose own check refuses what is no document. */
  json_keep: strict((value) =>
    value instanceof Uint8Array ? value : (jsonText(textOf(value as Given)) ?? (value as Given)),
  ),
  /** For what lies in a column already. */
  json_moved: strict((value) =>
    value instanceof Uint8Array ? value : (keptJson(textOf(value as Given)) ?? (value as Given)),
  ),
  json_read: strict((value) => print(documentOf(value as Given))),
  json_extract: strict((value, path) => {
    const found = extract(documentOf(value as Given), textOf(path as Given));
    return found && print(found);
  }),
  json_unquote: strict((value) => unquoted(textOf(value as Given))),
  json_length: strict((value) => lengthOf(value as Given)),
  json_quote: quoted,
  json_number: (value = null) => (value === null ? 'null' : numberText(textOf(value))),
  json_array: (...items) => `[${items.map((one) => textOf(one ?? 'null')).join(', ')}]`,
  json_object: (...parts) => objectOf(parts),
};
