// The check of a document against a schema: every word of a schema counts, each problem has its place, odd names break nothing.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { jsonChecker } from '../../../src/app/config/jsonSchema.ts';

/** The problems of `{"a": …}` under a schema for `a`, each with the text that it is about. */
function problemsOf(value: string, schema: unknown): string[] {
  const text = `{"a": ${value}}`;
  const { problems } = jsonChecker({ properties: { a: schema } })(text);
  return problems.map(({ offset, length, message }) => `${text.slice(offset, offset + length)} → ${message}`);
}

describe('every word of a schema counts', () => {
  const refused: readonly (readonly [word: string, schema: unknown, value: string, problem: string])[] = [
    ['type', { type: ['string', 'null'] }, '1', '1 → "a" must be a text or null.'],
    ['const', { const: { b: 1 } }, '{}', '{} → "a" must be {"b":1}.'],
    ['enum', { enum: ['one', 'two'] }, '"too"', '"too" → "a" must be one of "one", "two". Did you mean "two"?'],
    ['pattern', { pattern: '^v[0-9]+$' }, '"w1"', '"w1" → "a" must be of the form ^v[0-9]+$.'],
    ['minLength', { minLength: 2 }, '"x"', '"x" → "a" must have at least 2 characters.'],
    ['maxLength', { maxLength: 2 }, '"xyz"', '"xyz" → "a" must have at most 2 characters.'],
    ['minItems', { minItems: 1 }, '[]', '[] → "a" needs an entry.'],
    ['maxItems', { maxItems: 2 }, '[1, 2, 3]', '[1, 2, 3] → "a" may have 2 entries and no more.'],
    ['uniqueItems', { uniqueItems: true }, '[1, 1]', '[1, 1] → "a" holds the same entry twice.'],
    ['multipleOf', { multipleOf: 3 }, '4', '4 → "a" must be a multiple of 3.'],
    ['a schema that is false', false, '4', '4 → "a" is not allowed here.'],
    [
      'oneOf',
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      '1',
      '1 → "a" has none of the forms that are allowed here.',
    ],
    [
      'anyOf',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      '1',
      '1 → "a" has none of the forms that are allowed here.',
    ],
    [
      'anyOf of words, of which some are not to be suggested',
      { anyOf: [{ enum: ['one', 'two'] }, { enum: ['three'], doNotSuggest: true }] },
      '"twoo"',
      '"twoo" → "a" must be one of "one", "two". Did you mean "two"?',
    ],
    ['allOf', { allOf: [{ minimum: 2 }] }, '1', '1 → "a" must be at least 2.'],
  ];
  test.each(refused)('%s', (_, schema, value, problem) => {
    expect(problemsOf(value, schema)).toEqual([problem]);
  });

  test.each([
    ['not', { not: { type: 'number' } }],
    ['two choices at once', { oneOf: [{ minimum: 0 }, { minimum: 1 }] }],
  ])('one that has no sentence of its own is told nevertheless: %s', (_, schema) => {
    expect(problemsOf('1', schema).length).toBeGreaterThan(0);
  });

  test('a word that is taken and not suggested is taken', () => {
    const schema = { anyOf: [{ enum: ['one'] }, { enum: ['three'], doNotSuggest: true }] };
    expect(problemsOf('"three"', schema)).toEqual([]);
  });

  test('the published schema has no word that a strict checker does not know', () => {
    const schema: unknown = JSON.parse(
      readFileSync(new URL('../../../media/deltatrain.schema.json', import.meta.url), 'utf8'),
    );
    const strict = new Ajv({ strict: true, allowUnionTypes: true });
    // Words of the editor's own.
    strict.addVocabulary(['doNotSuggest', 'deprecationMessage']);
    expect(() => strict.compile(schema as object)).not.toThrow();
  });
});

describe('places', () => {
  test('an entry of a list is told at its own place, under the name of the list', () => {
    expect(problemsOf('[1, "x", 3]', { items: { type: 'number' } })).toEqual(['"x" → "a" must be a number.']);
  });

  test('each missing field is told once', () => {
    expect(problemsOf('{}', { required: ['b', 'c'] })).toEqual(['{} → "a" needs a "b".', '{} → "a" needs a "c".']);
  });

  test.each(['', 'a/b', 'a~1b', 'a%23#b', '50 %', 'ümläut', '0', '__proto__', 'constructor', '𝒳'])(
    'a field called %j has its place',
    (name) => {
      const text = JSON.stringify({ a: { ok: 1 } }).replace('"ok":1', `${JSON.stringify(name)}: "x"`);
      const at = (schema: unknown): string[] =>
        jsonChecker({ properties: { a: schema } })(text).problems.map(
          ({ offset, length, message }) => `${text.slice(offset, offset + length)} → ${message}`,
        );
      expect(at({ additionalProperties: { type: 'number' } })).toEqual([
        `"x" → ${JSON.stringify(name)} must be a number.`,
      ]);
      expect(at({ additionalProperties: false })).toEqual([
        `${JSON.stringify(name)} → Unknown field ${JSON.stringify(name)}. Known here: .`,
      ]);
    },
  );

  test('a field that stands twice is checked where it stands first', () => {
    expect(problemsOf('{"b": "x", "b": 1}', { properties: { b: { type: 'number' } } })).toEqual([
      '"x" → "b" must be a number.',
      '"b" → "b" stands here twice.',
    ]);
  });

  test('half a character in a name is said, and breaks nothing', () => {
    expect(problemsOf('{"\\ud800": 1, "b": "x"}', { properties: { b: { type: 'number' } } })).toEqual([
      '"\\ud800" → This name holds half of a character.',
      '"x" → "b" must be a number.',
    ]);
  });
});
