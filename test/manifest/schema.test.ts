// What an editor offers in deltatrain.json is what a training can be.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/app/config/config.ts';
import { resolveTraining } from '../../src/app/config/resolveTraining.ts';
import { Failure } from '../../src/base/failure.ts';
import { createSamples, openStore } from '../app/support/bench.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly doNotSuggest?: boolean;
  readonly deprecationMessage?: string;
}

const { definitions } = JSON.parse(
  readFileSync(new URL('../../media/deltatrain.schema.json', import.meta.url), 'utf8'),
) as { definitions: Readonly<Record<string, Schema>> };

/** The words that an editor suggests for a value: it looks into every branch, whatever that says of itself. */
const wordsOf = (schema: Schema): unknown[] => [...(schema.enum ?? []), ...(schema.anyOf ?? []).flatMap(wordsOf)];

/** Every choice that is offered below a training, as the object that has it. */
function choicesIn(schema: Schema, wrap: (value: unknown) => object): object[] {
  const fields = Object.entries(schema.properties ?? {}).filter(([, field]) => field.doNotSuggest !== true);
  const own = fields.flatMap(([name, field]) => [
    ...wordsOf(field).map((word) => wrap({ [name]: word })),
    ...choicesIn(field, (inner) => wrap({ [name]: inner })),
  ]);
  const { additionalProperties: any } = schema;
  return typeof any === 'object' ? [...own, ...wordsOf(any).map((word) => wrap({ x: word }))] : own;
}

const written = (more: object): string =>
  JSON.stringify({
    connections: { local: { kind: 'embedded', path: 'store.db' } },
    trainings: { samples: { connection: 'local', table: 'shop.samples', label: 'label', ...more } },
  });

test('each word that is offered for a training is taken', async () => {
  const store = openStore();
  await createSamples(store, 50);
  const choices = choicesIn(definitions['training'] ?? {}, (value) => value as object);
  expect(choices.length).toBeGreaterThan(8);
  for (const one of choices) {
    // Which measures there are goes by what is predicted.
    const isOfNumbers = 'metric' in one && ['rmse', 'mae', 'r2'].includes(String(one.metric));
    const more = isOfNumbers ? { ...one, task: 'regression' } : one;
    const training = await resolveTraining(readConfig(written(more), 'deltatrain.json'), 'samples', store);
    expect(training.name, JSON.stringify(more)).toBe('samples');
  }
});

test.each([
  // Of a label of words.
  [{ task: 'regression', learner: 'mlp' }],
  [{ policy: 'follow' }],
  [{ metric: 'f1' }],
  [{ metric: 'rmse' }],
  [{ metric: 'accuracy', task: 'regression' }],
  [{ types: { x: 'hashed' } }],
  [{ learner: 'bayes' }],
  [{ options: { activation: 'tanh' } }],
  [{ watch: { rows: 5 } }],
  [{ split: { column: 'x' } }],
])('%j is still read, and refused by name', async (more) => {
  const store = openStore();
  await createSamples(store, 50);
  const config = readConfig(written(more), 'deltatrain.json');
  const error = await resolveTraining(config, 'samples', store).catch((one: unknown) => one);
  expect(Failure.is(error, 'plan.unsupported'), String(error)).toBe(true);
});

test('the share of validation rows is read by its name and by the one it had, and not by both', async () => {
  const store = openStore();
  await createSamples(store, 50);
  const shareOf = async (more: object): Promise<number> =>
    (await resolveTraining(readConfig(written(more), 'deltatrain.json'), 'samples', store)).validation;
  expect(await shareOf({ validation: 0.25 })).toBe(0.25);
  expect(await shareOf({ tune: 0.2 })).toBe(0.2);
  expect(await shareOf({})).toBe(0.1);
  await expect(shareOf({ validation: 0.2, tune: 0.2 })).rejects.toThrow(
    '"validation" and "tune" are two names for one share.',
  );
});
