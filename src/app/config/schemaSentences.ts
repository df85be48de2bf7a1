/** What a JSON schema's checker found, as sentences at the nodes of the document that they are about. */
import type { OutputUnit } from '@cfworker/json-schema';
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { nearest } from '../../base/nearest.ts';

export interface SchemaSentence {
  readonly node: Node;
  readonly message: string;
}

/** Words of a schema that only hand on what is wrong further in: each is followed by the reasons. */
const carriers = new Set([
  '$ref',
  'properties',
  'patternProperties',
  'propertyNames',
  'items',
  'additionalItems',
  'allOf',
  'if',
  'dependencies',
]);

const typeNames: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  null: 'null',
};

const typeWords = (types: readonly unknown[]): string =>
  types.map((type) => typeNames[String(type)] ?? String(type)).join(' or ');

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const quoted = (value: unknown): string => JSON.stringify(value);
const entries = (count: unknown): string => `${String(count)} ${count === 1 ? 'entry' : 'entries'}`;

/** What follows the subject, for the words that say all by their value. */
const sayings: Readonly<Record<string, (value: unknown) => string>> = {
  type: (value) => `must be ${typeWords(listOf(value))}`,
  const: (value) => `must be ${quoted(value)}`,
  minimum: (value) => `must be at least ${String(value)}`,
  maximum: (value) => `must be at most ${String(value)}`,
  exclusiveMinimum: (value) => `must be more than ${String(value)}`,
  exclusiveMaximum: (value) => `must be less than ${String(value)}`,
  multipleOf: (value) => `must be a multiple of ${String(value)}`,
  minLength: (value) => `must have at least ${String(value)} characters`,
  maxLength: (value) => `must have at most ${String(value)} characters`,
  pattern: (value) => `must be of the form ${String(value)}`,
  minItems: (value) => `needs at least ${entries(value)}`,
  maxItems: (value) => `may have at most ${entries(value)}`,
  uniqueItems: () => 'holds the same entry twice',
  false: () => 'is not allowed here',
};

/** The sentences for what the checker said of a document, one for each thing to mend. */
export function schemaSentences(root: Node, schema: unknown, units: readonly OutputUnit[]): SchemaSentence[] {
  const teller = new Teller(root, schema);
  units.forEach((unit, i) => teller.take(unit, units[i - 1], units[i + 1]));
  const [first] = units;
  // Whatever the checker refuses is told, even if no sentence here is about it.
  if (first && teller.told.length === 0) teller.tellPlainly(first);
  return teller.told;
}

class Teller {
  readonly told: SchemaSentence[] = [];
  readonly #root: Node;
  readonly #schema: unknown;
  /** Where a choice was not taken: what stands there says only why. */
  readonly #notTaken: string[] = [];
  readonly #missing = new Set<string>();

  constructor(root: Node, schema: unknown) {
    this.#root = root;
    this.#schema = schema;
  }

  take(unit: OutputUnit, before: OutputUnit | undefined, after: OutputUnit | undefined): void {
    const { keyword, keywordLocation } = unit;
    if (carriers.has(keyword) || this.#notTaken.some((place) => keywordLocation.startsWith(place))) return;
    const node = this.#nodeAt(unit.instanceLocation);
    const value = this.#schemaAt(keywordLocation);
    const saying = sayings[keyword];
    if (keyword === 'enum') this.#tellEnum(node, listOf(value));
    else if (keyword === 'oneOf') this.#tellChoice(node, listOf(value), keywordLocation);
    else if (keyword === 'required') this.#tellMissing(node, listOf(value), keywordLocation, unit.instanceLocation);
    else if (keyword === 'additionalProperties') {
      // The unit that follows is about the field itself.
      if (value === false) this.#tellUnknown(this.#nodeAt(after?.instanceLocation ?? '#'), keywordLocation);
    } else if (keyword === 'false' && before?.keyword === 'additionalProperties') return;
    else if (saying) this.#tell(node, `${subjectOf(node)} ${saying(value)}.`);
    else this.tellPlainly(unit);
  }

  /** In the checker's own words. */
  tellPlainly({ instanceLocation, error }: OutputUnit): void {
    const node = this.#nodeAt(instanceLocation);
    this.#tell(node, `${subjectOf(node)} is not as it must be: ${error}`);
  }

  #tell(node: Node, message: string): void {
    this.told.push({ node, message });
  }

  #tellEnum(node: Node, allowed: readonly unknown[]): void {
    const near = typeof node.value === 'string' ? nearest(node.value, allowed.map(String)) : null;
    const hint = near ? ` Did you mean ${quoted(near)}?` : '';
    this.#tell(node, `${subjectOf(node)} must be one of ${allowed.map(quoted).join(', ')}.${hint}`);
  }

  /** A choice is told apart by the `kind` of its branches; only what is wrong with the one that was meant is told. */
  #tellChoice(node: Node, branches: readonly unknown[], place: string): void {
    const kinds = branches.map((branch) => {
      const properties = fieldOf(this.#resolved(branch), 'properties');
      return fieldOf(this.#resolved(fieldOf(properties, 'kind')), 'const');
    });
    const subject = subjectOf(node);
    const kind = findNodeAtLocation(node, ['kind']);
    const meant = kind ? kinds.indexOf(kind.value) : -1;
    this.#notTaken.push(...branches.flatMap((_, i) => (i === meant ? [] : [`${place}/${i}/`])));
    if (kinds.includes(undefined)) this.#tell(node, `${subject} has none of the forms that are allowed here.`);
    else if (node.type !== 'object') this.#tell(node, `${subject} must be an object.`);
    else if (!kind) this.#tell(node, `${subject} needs a "kind": ${kinds.map(quoted).join(' or ')}.`);
    else if (meant < 0) this.#tellEnum(kind, kinds);
  }

  /** The checker names one missing field at a time, in a sentence; here all are told with the first. */
  #tellMissing(node: Node, required: readonly unknown[], ...place: readonly string[]): void {
    const key = place.join(' ');
    if (this.#missing.has(key)) return;
    this.#missing.add(key);
    for (const field of required.map(String))
      if (!findNodeAtLocation(node, [field])) this.#tell(node, `${subjectOf(node)} needs a "${field}".`);
  }

  #tellUnknown(value: Node, place: string): void {
    const name = nameOf(value);
    const properties = this.#schemaAt(place.replace(/additionalProperties$/, 'properties'));
    const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    const near = nearest(name, known);
    const hint = near ? ` Did you mean "${near}"?` : ` Known here: ${known.join(', ')}.`;
    this.#tell(value.parent?.children?.[0] ?? value, `Unknown field "${name}".${hint}`);
  }

  #nodeAt(pointer: string): Node {
    let node = this.#root;
    for (const segment of segmentsOf(pointer))
      node = findNodeAtLocation(node, [node.type === 'array' ? Number(segment) : segment]) ?? node;
    return node;
  }

  /** What stands at a place of the schema, where `$ref` leads on to what it names. */
  #schemaAt(pointer: string): unknown {
    let value = this.#schema;
    for (const segment of segmentsOf(pointer))
      value = segment === '$ref' ? this.#resolved(value) : fieldOf(value, segment);
    return value;
  }

  #resolved(schema: unknown): unknown {
    const ref = fieldOf(schema, '$ref');
    return typeof ref === 'string' ? this.#schemaAt(ref) : schema;
  }
}

/** The steps of a pointer as the checker writes it: escaped once for `/`, once as an address. */
const segmentsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** The name of the field whose value this is, or is an entry of; none for the document itself. */
function nameOf({ parent }: Node): string {
  if (!parent) return '';
  return parent.type === 'property' ? String(parent.children?.[0]?.value) : nameOf(parent);
}

function subjectOf(node: Node): string {
  const name = nameOf(node);
  return name === '' && !node.parent ? 'The file' : `"${name}"`;
}
