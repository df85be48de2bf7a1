/** The schema of a Parquet file as columns: each by its place, whatever its name is, with how its values become cells. */
import type { FileMetaData, SchemaElement } from 'hyparquet';
import type { RawCell } from '../types/rawCell.ts';
import type { RawColumn } from '../types/rawTable.ts';
import { type CellOf, jsonOfCell, readLeaf } from './parquetValues.ts';

/** The key under which our own exports keep the declared types, which Parquet has no words for (VARCHAR(20), TIME …). */
export const typesKey = 'deltatrain:columns';

/** A column under the name that it has for the reader, which is its place. */
export interface ParquetColumn extends RawColumn {
  readonly place: string;
  /** Its rows are lists, or made of parts. */
  readonly isNested: boolean;
  readonly cell: CellOf;
}

interface Node {
  readonly element: SchemaElement;
  readonly children: readonly Node[];
}

/** The element at `at`, and where the next one begins. */
function nodeAt(schema: readonly SchemaElement[], at: number): { node: Node; next: number } {
  const element = schema[at] as SchemaElement;
  const children: Node[] = [];
  let next = at + 1;
  for (let child = 0; child < (element.num_children ?? 0); child++) {
    const found = nodeAt(schema, next);
    children.push(found.node);
    next = found.next;
  }
  return { node: { element, children }, next };
}

/** Annotations by which hyparquet would make doubles, Dates of a millisecond and the like of what is stored. */
const converted = /^(?:DECIMAL|DATE|TIME|JSON|BSON|INTERVAL|ENUM|UINT_64|UUID)/;

const isChanged = ({ converted_type, logical_type, num_children }: SchemaElement): boolean =>
  !num_children &&
  ((converted_type !== undefined && converted.test(converted_type)) ||
    (logical_type !== undefined && (converted.test(logical_type.type) || logical_type.type === 'INTEGER')) ||
    logical_type?.type === 'STRING' ||
    converted_type === 'UTF8');

function stored(element: SchemaElement): SchemaElement {
  if (!isChanged(element)) return element;
  const { converted_type: _converted, logical_type: _logical, ...rest } = element;
  return rest as SchemaElement;
}

const isVariant = ({ element }: Node): boolean =>
  ['VARIANT', 'GEOMETRY', 'GEOGRAPHY'].includes(element.logical_type?.type ?? '');

type Nested = (value: unknown) => string;

const isList = ({ element, children }: Node): boolean =>
  (element.converted_type === 'LIST' || element.logical_type?.type === 'LIST') && children.length === 1;
const isMap = ({ element, children }: Node): boolean =>
  (element.converted_type === 'MAP' ||
    element.converted_type === 'MAP_KEY_VALUE' ||
    element.logical_type?.type === 'MAP') &&
  children[0]?.children.length === 2;

/** hyparquet makes keys of an object of them. */
function keyText(node: Node): (key: string) => string {
  const { cell } = readLeaf(node.element);
  if (node.children.length > 0) return String;
  return (key) => {
    const isNumber = /^-?\d+$/.test(key);
    if (node.element.type === 'INT32' && isNumber) return textOf(cell(Number(key)));
    if (node.element.type === 'INT64' && isNumber) return textOf(cell(BigInt(key)));
    return key;
  };
}

const textOf = (cell: RawCell): string => (typeof cell === 'object' ? JSON.stringify(cell) : String(cell));

/** How a value of an element is JSON, lists of a repeated one included. */
function jsonOf(node: Node): Nested {
  const one = jsonOfOne(node);
  if (node.element.repetition_type !== 'REPEATED') return one;
  return (value) => (Array.isArray(value) ? `[${value.map(one).join(',')}]` : one(value));
}

const none = (value: unknown): value is null | undefined => value === null || value === undefined;

function jsonOfOne(node: Node): Nested {
  const { element, children } = node;
  if (isMap(node)) {
    const [key, value] = (children[0] as Node).children as [Node, Node];
    const [write, name] = [jsonOf(value), keyText(key)];
    return (map) =>
      none(map)
        ? 'null'
        : `{${Object.entries(map as object)
            .map(([k, v]) => `${JSON.stringify(name(k))}:${write(v)}`)
            .join(',')}}`;
  }
  if (isList(node)) {
    const [repeated] = children as [Node];
    // Lists of three levels have a group between the list and its elements, older ones have not.
    const inner = repeated.children.length === 1 ? jsonOf(repeated.children[0] as Node) : jsonOfOne(repeated);
    return (list) =>
      none(list) ? 'null' : `[${(list as unknown[]).map((item) => (none(item) ? 'null' : inner(item))).join(',')}]`;
  }
  if (children.length > 0) {
    const fields = children.map((child) => [child.element.name, jsonOf(child)] as const);
    return (struct) =>
      none(struct)
        ? 'null'
        : `{${fields.map(([name, write]) => `${JSON.stringify(name)}:${write((struct as Record<string, unknown>)[name])}`).join(',')}}`;
  }
  const { cell } = readLeaf(element);
  const isDecimal = element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL';
  return (value) => (none(value) ? 'null' : jsonOfCell(cell(value), isDecimal));
}

function plainJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? 'null';
}

function columnOf(node: Node, place: string, name: string, declared: string | undefined): ParquetColumn {
  const { element, children } = node;
  const nullable = element.repetition_type !== 'REQUIRED';
  const isNested = children.length > 0 || element.repetition_type === 'REPEATED';
  const about = { name, place, nullable, isNested };
  if (isVariant(node)) return { ...about, type: 'JSON', cell: (value) => ({ json: plainJson(value) }) };
  if (isNested) {
    const write = jsonOf(node);
    return { ...about, type: declared ?? 'JSON', cell: (value) => ({ json: write(value) }) };
  }
  const { type, instead, cell } = readLeaf(element);
  if (declared !== undefined && !isWiderThanFile(declared)) return { ...about, type: declared, cell };
  return { ...about, type, cell, ...(instead && { instead }) };
}

/** Of a type that some stores do not have: the file's own one has others that may stand for it. */
const isWiderThanFile = (declared: string): boolean => /^DECIMAL|^NUMERIC|UNSIGNED/i.test(declared);

/** Declared types that an export of ours has left in the file, by column. */
function declaredTypes(metadata: FileMetaData): ReadonlyMap<string, string> {
  const text = metadata.key_value_metadata?.find((entry) => entry.key === typesKey)?.value;
  if (text === undefined) return new Map();
  try {
    const entries = JSON.parse(text) as { name: string; type: string }[];
    return new Map(entries.map(({ name, type }) => [name, type]));
  } catch {
    // A note that somebody else wrote under our key: the file's own schema is enough.
    return new Map();
  }
}

/** Names that differ: the second of one name is `name_2`. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let n = 2; taken.has(free); n++) free = `${name}_${n}`;
    taken.add(free);
    return free;
  });
}

/** The columns, and the metadata with the names by which the reader is asked for them. */
export function columnsOf(metadata: FileMetaData): { columns: ParquetColumn[]; metadata: FileMetaData } {
  const declared = declaredTypes(metadata);
  const nodes: { node: Node; at: number; leaves: number }[] = [];
  const schema = metadata.schema.map(stored);
  for (let at = 1; at < metadata.schema.length; ) {
    const { node, next } = nodeAt(metadata.schema, at);
    nodes.push({ node, at, leaves: leavesOf(node) });
    at = next;
  }
  const names = distinct(nodes.map(({ node }) => node.element.name));
  const columns = nodes.map(({ node }, c) => columnOf(node, `c${c}`, names[c] ?? '', declared.get(node.element.name)));
  for (const [c, { node, at }] of nodes.entries()) {
    const element = isVariant(node) ? node.element : (schema[at] as SchemaElement);
    schema[at] = { ...element, name: `c${c}` };
  }
  const places = nodes.flatMap(({ leaves }, c) => Array.from({ length: leaves }, () => `c${c}`));
  const groups = metadata.row_groups.map((group) => ({
    ...group,
    columns: group.columns.map((chunk, leaf) => {
      const { meta_data: meta } = chunk;
      if (!meta) return chunk;
      return {
        ...chunk,
        meta_data: { ...meta, path_in_schema: [places[leaf] ?? '', ...meta.path_in_schema.slice(1)] },
      };
    }),
  }));
  return { columns, metadata: { ...metadata, schema, row_groups: groups } };
}

const leavesOf = ({ children }: Node): number =>
  children.length === 0 ? 1 : children.reduce((sum, child) => sum + leavesOf(child), 0);
