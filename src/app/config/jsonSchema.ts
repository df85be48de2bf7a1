/**
 * Checks a JSONC document against a JSON schema (draft-07) and says where each problem stands, in sentences. What is valid
 * is the library's to say; a word of the schema that has no sentence here is told in the library's own words, never ignored.
 */
import { jsonNesting, limitSentence } from '../../base/limits.ts';
import { type Schema, Validator } from '@cfworker/json-schema';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { say } from '../../base/say.ts';
import { schemaSentences } from './schemaSentences.ts';

/** `offset` and `length` in UTF-16 units, for an editor; the message is a sentence without a place. */
export interface JsonProblem {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

const parseMessages: Readonly<Record<string, () => string>> = {
  InvalidSymbol: () => say('This is neither a value nor a name in quotes.'),
  InvalidNumberFormat: () => say('This is not a number.'),
  PropertyNameExpected: () => say('A field name in double quotes is expected here.'),
  ValueExpected: () => say('A value is expected here.'),
  ColonExpected: () => say('A colon is expected after the field name.'),
  CommaExpected: () => say('A comma is missing before this.'),
  CloseBraceExpected: () => say('A closing } is missing.'),
  CloseBracketExpected: () => say('A closing ] is missing.'),
  EndOfFileExpected: () => say('Nothing may follow the closing brace.'),
};

/** Checks texts against one schema: the tree (undefined for an empty text) and every problem, in the text's order. */
export type JsonChecker = (text: string) => { root: Node | undefined; problems: JsonProblem[] };

export function jsonChecker(schema: unknown): JsonChecker {
  // The library writes addresses into the schema that it is given.
  const own = structuredClone(schema) as Schema;
  const validator = new Validator(own, '7', false);
  return (text) => {
    const { deepest, beyond } = jsonNesting(text);
    // The parser, the schema and we call ourselves for each object and list in another.
    if (beyond !== null) {
      const message = limitSentence({ limit: 'jsonNesting', where: say('This'), found: deepest });
      return { root: undefined, problems: [{ offset: beyond, length: 1, message }] };
    }
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
    const problems: JsonProblem[] = errors.map(({ error, offset, length }) => {
      const code = printParseErrorCode(error);
      return { offset, length, message: parseMessages[code]?.() ?? say('This cannot be read ({0}).', code) };
    });
    // A broken tree would only repeat the parser's complaint in other words.
    if (root && problems.length === 0) {
      const told = schemaSentences(root, own, validator.validate(valueOf(root)).errors);
      problems.push(...nameProblems(root), ...told.map(({ node, message }) => problemAt(node, message)));
    }
    return { root, problems: problems.sort((a, b) => a.offset - b.offset) };
  };
}

/** The fields of an object, or none. */
function fieldsOf(node: Node): { field: Node; name: string; value: Node }[] {
  if (node.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children }) => {
    const [field, value] = children ?? [];
    return field && value ? [{ field, name: String(field.value), value }] : [];
  });
}

const problemAt = ({ offset, length }: Node, message: string): JsonProblem => ({ offset, length, message });

/** What is wrong with names whatever the schema says: one that stands twice, one that is no whole text. */
function nameProblems(node: Node): JsonProblem[] {
  const seen = new Set<string>();
  const own = fieldsOf(node).flatMap(({ field, name }) => {
    if (!isWhole(name)) return [problemAt(field, say('This name holds half of a character.'))];
    if (seen.has(name)) return [problemAt(field, say('"{0}" stands here twice.', name))];
    seen.add(name);
    return [];
  });
  const inner = node.type === 'object' ? fieldsOf(node).map(({ value }) => value) : (node.children ?? []);
  return [...own, ...inner.flatMap(nameProblems)];
}

const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/**
 * The value of a tree. Of a field that stands twice it is the first, whose place will be found; a name that is no whole text
 * is left out, as the library cannot write it down. Both are problems already.
 */
function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value;
  // From entries, so that a field called __proto__ is a field.
  const fields = fieldsOf(node).filter(({ name }) => isWhole(name));
  return Object.fromEntries(fields.reverse().map(({ name, value }) => [name, valueOf(value)]));
}
