/**
 * Checks a JSONC document against a JSON schema and says where each problem stands. It knows the words that our own schema
 * uses (draft-07: type, enum, const, properties, additionalProperties, required, items, bounds, $ref, and oneOf told apart by `kind`).
 */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { nearest } from '../../base/nearest.ts';

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** `offset` and `length` in UTF-16 units, for an editor; the message is a sentence without a place. */
export interface JsonProblem {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

const parseMessages: Readonly<Record<string, string>> = {
  InvalidSymbol: 'This is neither a value nor a name in quotes.',
  InvalidNumberFormat: 'This is not a number.',
  PropertyNameExpected: 'A field name in double quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is expected after the field name.',
  CommaExpected: 'A comma is missing before this.',
  CloseBraceExpected: 'A closing } is missing.',
  CloseBracketExpected: 'A closing ] is missing.',
  EndOfFileExpected: 'Nothing may follow the closing brace.',
};

const quoted = (value: unknown): string => JSON.stringify(value);

/** The tree (undefined for an empty document) and every problem, in document order. */
export function checkJson(text: string, schema: JsonSchema): { root: Node | undefined; problems: JsonProblem[] } {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const problems: JsonProblem[] = errors.map(({ error, offset, length }) => {
    const code = printParseErrorCode(error);
    return { offset, length, message: parseMessages[code] ?? `This cannot be read (${code}).` };
  });
  // A broken tree would only repeat the parser's complaint in other words.
  if (root && problems.length === 0) new Checker(schema, problems).check(root, schema, '');
  return { root, problems: problems.sort((a, b) => a.offset - b.offset) };
}

class Checker {
  readonly #whole: JsonSchema;
  readonly #problems: JsonProblem[];

  constructor(whole: JsonSchema, problems: JsonProblem[]) {
    this.#whole = whole;
    this.#problems = problems;
  }

  check(node: Node, given: JsonSchema, name: string): void {
    const schema = this.#resolve(given);
    if (schema.oneOf) return this.#checkOneOf(node, schema.oneOf, name);
    if (schema.const !== undefined && node.value !== schema.const)
      return this.#tell(node, `"${name}" must be ${quoted(schema.const)}.`);
    if (schema.enum) return this.#checkEnum(node, schema.enum, name);
    if (schema.type !== undefined && !fits(node, schema.type))
      return this.#tell(node, `${name ? `"${name}"` : 'The file'} must be ${typeWords(schema.type)}.`);
    if (node.type === 'number') this.#checkBounds(node, schema, name);
    if (node.type === 'array' && schema.items)
      for (const item of node.children ?? []) this.check(item, schema.items, name);
    if (node.type === 'object') this.#checkObject(node, schema, name);
    return undefined;
  }

  #resolve(schema: JsonSchema): JsonSchema {
    const name = schema.$ref?.replace('#/definitions/', '');
    return name === undefined ? schema : (this.#whole.definitions?.[name] ?? schema);
  }

  #tell(node: Node, message: string): void {
    this.#problems.push({ offset: node.offset, length: node.length, message });
  }

  #checkOneOf(node: Node, choices: readonly JsonSchema[], name: string): void {
    const branches = choices.map((choice) => this.#resolve(choice));
    const kinds = branches.map((branch) => this.#resolve(branch.properties?.['kind'] ?? {}).const);
    if (node.type !== 'object') return this.#tell(node, `"${name}" must be an object.`);
    const kind = valueOf(node, 'kind');
    if (!kind) return this.#tell(node, `"${name}" needs a "kind": ${kinds.map(quoted).join(' or ')}.`);
    const branch = branches[kinds.indexOf(kind.value)];
    if (!branch) return this.#checkEnum(kind, kinds, 'kind');
    return this.check(node, branch, name);
  }

  #checkEnum(node: Node, allowed: readonly unknown[], name: string): void {
    if (allowed.includes(node.value)) return;
    const near = typeof node.value === 'string' ? nearest(node.value, allowed.map(String)) : null;
    this.#tell(
      node,
      `"${name}" must be one of ${allowed.map(quoted).join(', ')}.${near ? ` Did you mean ${quoted(near)}?` : ''}`,
    );
  }

  #checkBounds(node: Node, schema: JsonSchema, name: string): void {
    const value = node.value as number;
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
    if (minimum !== undefined && value < minimum) this.#tell(node, `"${name}" must be at least ${minimum}.`);
    if (maximum !== undefined && value > maximum) this.#tell(node, `"${name}" must be at most ${maximum}.`);
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
      this.#tell(node, `"${name}" must be more than ${exclusiveMinimum}.`);
    if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
      this.#tell(node, `"${name}" must be less than ${exclusiveMaximum}.`);
  }

  #checkObject(node: Node, schema: JsonSchema, name: string): void {
    const seen = new Set<string>();
    for (const property of node.children ?? []) {
      const [field, value] = property.children ?? [];
      if (!field || !value) continue;
      const fieldName = String(field.value);
      if (seen.has(fieldName)) this.#tell(field, `"${fieldName}" stands here twice.`);
      seen.add(fieldName);
      this.#checkField(field, value, schema);
    }
    for (const field of schema.required ?? [])
      if (!seen.has(field)) this.#tell(node, `${name ? `"${name}"` : 'The file'} needs a "${field}".`);
  }

  #checkField(field: Node, value: Node, schema: JsonSchema): void {
    const known = schema.properties ?? {};
    const name = String(field.value);
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    if (own) this.check(value, own, name);
    else if (schema.additionalProperties === false) this.#tellUnknown(field, name, Object.keys(known));
    else if (typeof schema.additionalProperties === 'object') this.check(value, schema.additionalProperties, name);
  }

  #tellUnknown(field: Node, name: string, known: readonly string[]): void {
    const near = nearest(name, known);
    const hint = near ? ` Did you mean "${near}"?` : ` Known here: ${known.join(', ')}.`;
    this.#tell(field, `Unknown field "${name}".${hint}`);
  }
}

/** The value node of a field of an object node. */
export function valueOf(node: Node, field: string): Node | undefined {
  return node.children?.find((property) => property.children?.[0]?.value === field)?.children?.[1];
}

function fits(node: Node, type: string | readonly string[]): boolean {
  if (typeof type !== 'string') return type.some((one) => fits(node, one));
  if (type === 'integer') return node.type === 'number' && Number.isInteger(node.value);
  return node.type === type;
}

function typeWords(type: string | readonly string[]): string {
  if (typeof type !== 'string') return type.map(typeWords).join(' or ');
  const words: Readonly<Record<string, string>> = {
    object: 'an object',
    array: 'a list',
    integer: 'a whole number',
    number: 'a number',
    string: 'a text',
    boolean: 'true or false',
    null: 'null',
  };
  return words[type] ?? type;
}
