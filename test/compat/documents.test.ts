// The JSON documents of released versions still fit docs/cli.schema.json, so a program that reads today's reads theirs.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { recordedCalls, released } from './support/released.ts';

interface CliSchema extends Record<string, unknown> {
  readonly anyOf: readonly { readonly $ref: string }[];
}

const schema = JSON.parse(readFileSync(new URL('../../docs/cli.schema.json', import.meta.url), 'utf8')) as CliSchema;
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(schema);

/** What there was to answer in each version, by the names of the definitions. */
const answered = {
  'v0.1': [
    ...['import', 'export', 'sql', 'snapshot', 'snapshotList', 'diff', 'restore', 'lint', 'compact', 'train'],
    ...['model', 'modelList', 'reproduce', 'evaluate', 'demo', 'error'],
  ],
} as const;

describe.each(released)('the documents of %s', (version) => {
  const calls = [...recordedCalls(version, 'history'), ...recordedCalls(version, 'finished')];

  test.each(calls.map((call) => [call.args.join(' '), call] as const))(
    'fit: %s',
    (_name, { definition, documents }) => {
      for (const document of documents) {
        ajv.validate({ $ref: `deltatrain-cli#/$defs/${definition}` }, document);
        expect(ajv.errorsText(), definition).toBe('No errors');
        expect(ajv.validate({ $ref: 'deltatrain-cli#' }, document)).toBe(true);
      }
    },
  );

  test('are of every kind that it had', () => {
    expect([...new Set(calls.map(({ definition }) => definition))].sort()).toEqual([...answered[version]].sort());
  });

  test.each([
    [
      'an update, a full fit, and nothing to train on',
      'train',
      ['"kind":"delta"', '"kind":"full"', '"delta.empty"', '"delta.untrainable"'],
    ],
    [
      'each status of a model',
      'modelList',
      ['candidate', 'promoted', 'rejected', 'archived'].map((status) => `"status":"${status}"`),
    ],
    [
      'each undo of a restore, and its preview',
      'restore',
      ['"restoreTable"', '"restoreDatabase"', '"dropDatabase"', '"preview":{'],
    ],
    ['each way of a delta', 'diff', ['"log"', '"compare"', '"flag":"updated"']],
  ])('show %s', (_what, definition, said) => {
    const text = JSON.stringify(
      calls.filter((call) => call.definition === definition).map(({ documents }) => documents),
    );
    expect(said.filter((one) => !text.includes(one))).toEqual([]);
  });
});
