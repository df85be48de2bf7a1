// A training's defaults from its table, and everything that is refused before a run begins.
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { mlpRules } from '../../../src/train/models/mlp/options.ts';
import { defaultGuard, resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import type { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { openStore, sql } from '../support/bench.ts';

async function storeWithTables(): Promise<EmbeddedStore> {
  const store = openStore();
  await sql(store, 'CREATE DATABASE d');
  await sql(store, 'CREATE TABLE d.t (id INT PRIMARY KEY, x DOUBLE, y VARCHAR(5), raw BLOB, day DATE, other INT)');
  await sql(store, 'CREATE TABLE d.pair (a INT, b INT, y INT, PRIMARY KEY (a, b))');
  await sql(store, 'CREATE TABLE d.bare (a INT, y INT)');
  await sql(store, 'CREATE TABLE d.two (id INT PRIMARY KEY, y INT)');
  return store;
}

const config = (fields: string) =>
  readConfig(`{ "trainings": { "t": { "connection": "c", ${fields} } } }`, 'deltatrain.json');

test('features are every column but key, label, excluded ones and those no encoder takes in', async () => {
  const store = await storeWithTables();
  const training = await resolveTraining(config('"table": "d.t", "label": "y", "exclude": ["other"]'), 't', store);
  expect(training).toMatchObject({
    name: 't',
    table: { database: 'd', table: 't' },
    key: ['id'],
    features: ['x', 'day'],
    learner: { name: 'auto', options: {} },
    seed: 1,
    test: 0.1,
    validation: 0.1,
    guard: defaultGuard,
  });
});

test('what is written wins over the defaults', async () => {
  const store = await storeWithTables();
  const training = await resolveTraining(
    config(
      '"table": "d.pair", "label": "y", "features": ["b", "a"], "options": { "hidden": [8], "epochs": 3 }, "guard": { "maxDrop": 0.1 }, "types": { "a": "category" }, "slices": ["a", "b", "a"]',
    ),
    't',
    store,
  );
  expect(training.features).toEqual(['b', 'a']);
  expect(training.learner).toEqual({ name: 'mlp', options: { ...mlpRules.defaults, hidden: [8], epochs: 3 } });
  expect(training.guard).toEqual({ ...defaultGuard, maxDrop: 0.1 });
  expect(training.types).toEqual({ a: 'category' });
  expect(training.slices).toEqual(['a', 'b']);
});

test('the identity follows table, key, label and features, and nothing else', async () => {
  const store = await storeWithTables();
  const id = async (fields: string): Promise<string> => (await resolveTraining(config(fields), 't', store)).id;
  const base = await id('"table": "d.t", "label": "y", "features": ["x"]');
  expect(await id('"table": "d.t", "label": "y", "features": ["x"], "seed": 7, "test": 0.3')).toBe(base);
  const others = [
    '"table": "d.t", "label": "y", "features": ["x", "day"]',
    '"table": "d.t", "label": "other", "features": ["x"]',
    '"table": "d.t", "label": "y", "features": ["x"], "key": ["id", "day"]',
  ];
  for (const other of others) expect(await id(other)).not.toBe(base);
});

const refused: readonly (readonly [what: string, fields: string, message: string])[] = [
  ['an unknown table', '"table": "d.tt", "label": "y"', 'There is no table "d.tt".'],
  ['an unknown database', '"table": "e.t", "label": "y"', 'There is no'],
  ['a table without its database', '"table": "t", "label": "y"', 'The table "t" of the training "t" has no database.'],
  ['an unknown label', '"table": "d.t", "label": "z"', 'd.t has no column "z" to use as the label.'],
  [
    'an unknown feature',
    '"table": "d.t", "label": "y", "features": ["xx"]',
    'd.t has no column "xx". Did you mean "x"?',
  ],
  ['an unknown slice', '"table": "d.t", "label": "y", "slices": ["dya"]', 'd.t has no column "dya".'],
  ['an unknown key', '"table": "d.t", "label": "y", "key": ["ident"]', 'd.t has no column "ident".'],
  ['a table without a key', '"table": "d.bare", "label": "y"', 'd.bare has no primary key.'],
  ['the key as a feature', '"table": "d.t", "label": "y", "features": ["id", "x"]', '"id" is unique for every row'],
  [
    'the primary key as a feature beside another key',
    '"table": "d.t", "label": "y", "key": ["x", "day"], "features": ["id"]',
    '"id" is unique for every row',
  ],
  ['the label as a feature', '"table": "d.t", "label": "y", "features": ["y"]', 'cannot be a feature of itself'],
  ['a feature twice', '"table": "d.t", "label": "y", "features": ["x", "x"]', 'named twice'],
  [
    'bytes as a feature',
    '"table": "d.t", "label": "y", "features": ["raw"]',
    '"raw" is BLOB, which cannot be a feature.',
  ],
  ['nothing to learn from', '"table": "d.two", "label": "y"', 'd.two has no column left to learn from'],
  [
    'no rows to train on',
    '"table": "d.t", "label": "y", "test": 0.6, "validation": 0.4',
    'together leave no rows to train on',
  ],
  ['another learner', '"table": "d.t", "label": "y", "learner": "bayes"', '"learner": "bayes" is not supported yet'],
  [
    'a learner for a task that it does not fit',
    '"table": "d.t", "label": "y", "task": "regression", "learner": "mlp"',
    '"learner": "mlp" for "regression" is not supported yet',
  ],
  ['another optimizer', '"table": "d.t", "label": "y", "options": { "optimizer": "sgd" }', '"optimizer": "sgd"'],
  [
    'an option of no learner',
    '"table": "d.t", "label": "y", "options": { "weightDecay": 1 }',
    '"weightDecay" is not supported yet',
  ],
  ['an encoding', '"table": "d.t", "label": "y", "types": { "x": "hashed" }', 'The type "hashed" of "x"'],
  [
    'a split that names no test rows',
    '"table": "d.t", "label": "y", "split": { "column": "x" }',
    '"split" does not say which rows are test rows',
  ],
];

test.each(refused)('%s is refused', async (_what, fields, message) => {
  const store = await storeWithTables();
  await expect(resolveTraining(config(fields), 't', store)).rejects.toThrow(message);
});

test('a training that is not there names the nearest', async () => {
  const store = await storeWithTables();
  const known = config('"table": "d.t", "label": "y"');
  await expect(resolveTraining(known, 'tt', store)).rejects.toThrow('There is no training "tt". Did you mean "t"?');
});

test('columns that nothing can learn from are named, unless they are excluded or the features are written', async () => {
  const store = await storeWithTables();
  const of = async (more: string) =>
    (await resolveTraining(config(`"table": "d.t", "label": "y"${more}`), 't', store)).unusable;
  expect(await of('')).toEqual(['"raw" (BLOB)']);
  expect(await of(', "exclude": ["raw"]')).toBeUndefined();
  expect(await of(', "features": ["x"]')).toBeUndefined();
});
