// deltatrain.json: what is refused, in which words and at which place; and what is filled in.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { learners } from '../../../src/train/models/table.ts';
import {
  configProblems,
  connectionOf,
  readConfig,
  registryConnection,
  trainingOf,
} from '../../../src/app/config/config.ts';

/** The problems of a text, as `line:column message`. */
const problemsOf = (text: string): string[] =>
  configProblems(text).map(({ line, column, message }) => `${line}:${column} ${message}`);

const training = (more: string): string =>
  `{ "trainings": { "t": { "connection": "c", "table": "d.t", "label": "y"${more} } } }`;

const refused: readonly (readonly [what: string, text: string, problems: readonly string[]])[] = [
  [
    'an unknown field names the nearest known one',
    '{\n  "conections": {}\n}',
    ['2:3 Unknown field "conections". Did you mean "connections"?'],
  ],
  [
    'an unknown field far from any lists them',
    '{ "xyz": 1 }',
    ['1:3 Unknown field "xyz". Known here: $schema, connections, trainings, imports, sources, checks.'],
  ],
  ['a field of a training', training(', "labels": "z"'), ['1:74 Unknown field "labels". Did you mean "label"?']],
  ['a missing field', '{ "trainings": { "t": { "connection": "c", "table": "d.t" } } }', ['1:23 "t" needs a "label".']],
  ['a wrong type', training(', "seed": "one"'), ['1:82 "seed" must be a whole number.']],
  ['a broken number', training(', "seed": 1.5'), ['1:82 "seed" must be a whole number.']],
  ['a number that cannot be kept', training(', "seed": 1e99'), ['1:82 "seed" must be at most 9007199254740991.']],
  [
    'a word that is not one of the choices',
    training(', "learner": "linaer"'),
    [
      `1:85 "learner" must be one of ${['auto', ...Object.keys(learners)].map((name) => `"${name}"`).join(', ')}. Did you mean "linear"?`,
    ],
  ],
  ['a program without its command', training(', "learner": { "minutes": 5 }'), ['1:85 "learner" needs a "command".']],
  [
    'a program with a field too many',
    training(', "learner": { "command": ["a"], "shell": true }'),
    ['1:105 Unknown field "shell". Known here: command, env, options, minutes, megabytes, memory, replay.'],
  ],
  ['a bound', training(', "test": 0.95'), ['1:82 "test" must be less than 0.9.']],
  ['a bound that is exclusive', training(', "test": 0'), ['1:82 "test" must be more than 0.']],
  ['a list of texts', training(', "features": ["a", 3]'), ['1:92 "features" must be a text.']],
  [
    'a connection without its kind',
    '{ "connections": { "c": { "path": "x" } } }',
    ['1:25 "c" needs a "kind": "embedded" or "matrixone".'],
  ],
  [
    'a connection of another kind',
    '{ "connections": { "c": { "kind": "embeded", "path": "x" } } }',
    ['1:35 "kind" must be one of "embedded", "matrixone". Did you mean "embedded"?'],
  ],
  [
    'a field of another kind of connection',
    '{ "connections": { "c": { "kind": "embedded", "path": "x", "host": "y" } } }',
    ['1:60 Unknown field "host". Known here: kind, path, environment, readOnly.'],
  ],
  ['the same field twice', training(', "label": "z"'), ['1:74 "label" stands here twice.']],
  ['text that is not JSON', '{ "connections": ', ['1:18 A value is expected here.', '1:18 A closing } is missing.']],
  ['a list instead of an object', '[]', ['1:1 The file must be an object.']],
];

test.each(refused)('%s', (_what, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
  expect(() => readConfig(text, 'deltatrain.json')).toThrow(/^deltatrain\.json: line \d+, column \d+: /);
});

test('comments, trailing commas and a byte-order mark are fine, and defaults are filled in', () => {
  const config = readConfig(
    `\ufeff{
  // Ours.
  "connections": {
    "local": { "kind": "embedded", "path": "s.db" },
    "risk": { "kind": "matrixone", "host": "h", "environment": "production", },
  },
}`,
    'deltatrain.json',
  );
  expect(connectionOf(config, 'local')).toEqual({
    kind: 'embedded',
    path: 's.db',
    environment: 'development',
    readOnly: false,
  });
  expect(connectionOf(config, 'risk')).toMatchObject({
    port: 6001,
    tls: 'preferred',
    environment: 'production',
    user: null,
    statementTimeoutSeconds: 60,
  });
  expect(() => connectionOf(config, 'lokal')).toThrow('There is no connection "lokal". Did you mean "local"?');
});

test('an empty file is an empty configuration', () => {
  expect(readConfig(' \n', 'deltatrain.json')).toEqual({
    connections: {},
    trainings: {},
    imports: {},
    sources: {},
    checks: {},
  });
});

test('a training is found by name, and its registry lies beside its table unless it says otherwise', () => {
  const config = readConfig(training(', "registry": { "connection": "elsewhere" }'), 'deltatrain.json');
  expect(trainingOf(config, 't').label).toBe('y');
  expect(registryConnection(config, 't')).toBe('elsewhere');
  expect(registryConnection(readConfig(training(''), 'f'), 't')).toBe('c');
  expect(() => trainingOf(config, 'tt')).toThrow('There is no training "tt". Did you mean "t"?');
  expect(() => trainingOf(config, 'constructor')).toThrow('There is no training "constructor".');
});

test('the configuration of the sample is one', () => {
  const text = readFileSync(new URL('../../../media/sample/deltatrain.json', import.meta.url), 'utf8');
  expect(configProblems(text)).toEqual([]);
});
