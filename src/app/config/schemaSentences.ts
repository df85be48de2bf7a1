/** What a JSON schema's checker found, as sentences at the nodes of the document that they are about. */
import type { OutputUnit } from '@cfworker/json-schema';
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { nearest } from '../../base/nearest.ts';
import { say, together } from '../../base/say.ts';

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

const typeNames: Readonly<Record<string, () => string>> = {
  object: () => say('an object'),
  array: () => say('a list'),
  integer: () => say('a whole number'),
  number: () => say('a number'),
  string: () => say('a text'),
  boolean: () => say('true or false'),
};

const anyOf = (choices: readonly string[]): string => choices.join(say(' or '));
const typeWords = (types: readonly unknown[]): string =>
  anyOf(types.map((type) => typeNames[String(type)]?.() ?? String(type)));

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const quoted = (value: unknown): string => JSON.stringify(value);

/** The sentences of the words that say all by their value. */
const sayings: Readonly<Record<string, (subject: string, value: unknown) => string>> = {
  type: (subject, value) => say('{0} must be {1}.', subject, typeWords(listOf(value))),
  const: (subject, value) => say('{0} must be {1}.', subject, quoted(value)),
  minimum: (subject, value) => say('{0} must be at least {1}.', subject, String(value)),
  maximum: (subject, value) => say('{0} must be at most {1}.', subject, String(value)),
  exclusiveMinimum: (subject, value) => say('{0} must be more than {1}.', subject, String(value)),
  exclusiveMaximum: (subject, value) => say('{0} must be less than {1}.', subject, String(value)),
  multipleOf: (subject, value) => say('{0} must be a multiple of {1}.', subject, String(value)),
  minLength: (subject, value) => say('{0} must have at least {1} characters.', subject, String(value)),
  maxLength: (subject, value) => say('{0} must have at most {1} characters.', subject, String(value)),
  pattern: (subject, value) => say('{0} must be of the form {1}.', subject, String(value)),
  minItems: (subject, value) =>
    value === 1 ? say('{0} needs an entry.', subject) : say('{0} needs at least {1} entries.', subject, String(value)),
  maxItems: (subject, value) => say('{0} may have {1} entries and no more.', subject, String(value)),
  uniqueItems: (subject) => say('{0} holds the same entry twice.', subject),
  false: (subject) => say('{0} is not allowed here.', subject),
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
  readonly #notTaken: { readonly place: string; readonly instance: string }[] = [];
  readonly #missing = new Set<string>();

  constructor(root: Node, schema: unknown) {
    this.#root = root;
    this.#schema = schema;
  }

  take(unit: OutputUnit, before: OutputUnit | undefined, after: OutputUnit | undefined): void {
    const { keyword, keywordLocation } = unit;
    if (carriers.has(keyword) || this.#isNotTaken(unit)) return;
    const node = this.#nodeAt(unit.instanceLocation);
    const value = this.#schemaAt(keywordLocation);
    const saying = sayings[keyword];
    if (keyword === 'enum') this.#tellEnum(node, listOf(value));
    else if (keyword === 'oneOf' || keyword === 'anyOf') this.#tellChoice(node, listOf(value), unit);
    else if (keyword === 'required') this.#tellMissing(node, listOf(value), keywordLocation, unit.instanceLocation);
    else if (keyword === 'additionalProperties') {
      // The unit that follows is about the field itself.
      if (value === false) this.#tellUnknown(this.#nodeAt(after?.instanceLocation ?? '#'), keywordLocation);
    } else if (keyword === 'false' && before?.keyword === 'additionalProperties') return;
    else if (saying) this.#tell(node, saying(subjectOf(node), value));
    else this.tellPlainly(unit);
  }

  /** Of a branch that this very value, or what holds it, did not take: another one at the same place of the schema may have. */
  #isNotTaken({ keywordLocation, instanceLocation }: OutputUnit): boolean {
    const isWithin = (instance: string): boolean =>
      instanceLocation === instance || instanceLocation.startsWith(`${instance}/`);
    return this.#notTaken.some(({ place, instance }) => keywordLocation.startsWith(place) && isWithin(instance));
  }

  /** In the checker's own words. */
  tellPlainly({ instanceLocation, error }: OutputUnit): void {
    const node = this.#nodeAt(instanceLocation);
    this.#tell(node, say('{0} is not as it must be: {1}', subjectOf(node), error));
  }

  #tell(node: Node, message: string): void {
    this.told.push({ node, message });
  }

  #tellEnum(node: Node, allowed: readonly unknown[]): void {
    const near = typeof node.value === 'string' ? nearest(node.value, allowed.map(String)) : null;
    const must = say('{0} must be one of {1}.', subjectOf(node), allowed.map(quoted).join(', '));
    this.#tell(node, together(must, near !== null && say('Did you mean "{0}"?', near)));
  }

  /** A choice among words is one list of them; else it is told apart by `kind`, and what is wrong with the meant one is told. */
  #tellChoice(
    node: Node,
    branches: readonly unknown[],
    { keywordLocation: place, instanceLocation: instance }: OutputUnit,
  ): void {
    const kinds = branches.map((branch) => {
      const properties = fieldOf(this.#resolved(branch), 'properties');
      return fieldOf(this.#resolved(fieldOf(properties, 'kind')), 'const');
    });
    const words = this.#offered(branches).map((branch) => fieldOf(branch, 'enum'));
    const subject = subjectOf(node);
    const kind = findNodeAtLocation(node, ['kind']);
    const meant = kind ? kinds.indexOf(kind.value) : this.#object(node, branches);
    this.#notTaken.push(...branches.flatMap((_, i) => (i === meant ? [] : [{ place: `${place}/${i}/`, instance }])));
    // What is wrong with the object that is meant is told where that is looked at.
    if (!kind && meant >= 0) return;
    const some = words.filter((one) => one !== undefined);
    if (some.length === words.length || (some.length > 0 && node.type === 'string'))
      this.#tellEnum(node, some.flatMap(listOf));
    else if (kinds.includes(undefined))
      this.#tell(node, say('{0} has none of the forms that are allowed here.', subject));
    else if (node.type !== 'object') this.#tell(node, say('{0} must be an object.', subject));
    else if (!kind) this.#tell(node, say('{0} needs a "kind": {1}.', subject, anyOf(kinds.map(quoted))));
    else if (meant < 0) this.#tellEnum(kind, kinds);
  }

  /** Of words and one form of object the latter, where an object is written; else -1. */
  #object(node: Node, branches: readonly unknown[]): number {
    const resolved = branches.map((branch) => this.#resolved(branch));
    const objects = resolved.flatMap((branch, i) => (fieldOf(branch, 'type') === 'object' ? [i] : []));
    const hasWords = resolved.some((branch) => fieldOf(branch, 'enum') !== undefined);
    return node.type === 'object' && hasWords && objects.length === 1 ? (objects[0] ?? -1) : -1;
  }

  /** The branches without those that are read and not offered. */
  #offered(branches: readonly unknown[]): readonly unknown[] {
    return branches.map((one) => this.#resolved(one)).filter((one) => fieldOf(one, 'doNotSuggest') !== true);
  }

  /** The checker names one missing field at a time, in a sentence; here all are told with the first. */
  #tellMissing(node: Node, required: readonly unknown[], ...place: readonly string[]): void {
    const key = place.join(' ');
    if (this.#missing.has(key)) return;
    this.#missing.add(key);
    for (const field of required.map(String))
      if (!findNodeAtLocation(node, [field])) this.#tell(node, say('{0} needs a "{1}".', subjectOf(node), field));
  }

  #tellUnknown(value: Node, place: string): void {
    const name = fieldNameOf(value);
    const properties = this.#schemaAt(place.replace(/additionalProperties$/, 'properties'));
    const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    const near = nearest(name, known);
    const hint = near === null ? say('Known here: {0}.', known.join(', ')) : say('Did you mean "{0}"?', near);
    this.#tell(value.parent?.children?.[0] ?? value, together(say('Unknown field "{0}".', name), hint));
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
function fieldNameOf({ parent }: Node): string {
  if (!parent) return '';
  return parent.type === 'property' ? String(parent.children?.[0]?.value) : fieldNameOf(parent);
}

function subjectOf(node: Node): string {
  const name = fieldNameOf(node);
  return name === '' && !node.parent ? say('The file') : `"${name}"`;
}
