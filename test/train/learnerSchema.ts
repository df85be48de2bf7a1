/** Writes what the learner table says into media/deltatrain.schema.json; the test beside it keeps that file true. */
import type { OptionSchema } from '../../src/data/learner.ts';
import { outsideRules } from '../../src/outside/options.ts';
import { learners } from '../../src/train/models/table.ts';

/** What 0.1 let be written although it could train none of it: still read, then refused by name, and not offered. */
const retired = {
  learners: ['linear', 'softmax', 'bayes'],
  options: { activation: ['tanh', 'linear'], optimizer: ['sgd'] } as Readonly<Record<string, readonly string[]>>,
  optionNames: ['ridge', 'randomFeatures', 'weightDecay', 'trainLayers'],
};
const notOffered = { doNotSuggest: true, deprecationMessage: 'This is not supported.' };

/** One of some words, or one that is still read: as a pattern, because an editor suggests every word of an `enum`. */
const words = (offered: readonly string[], old: readonly string[]): object => {
  const left = old.filter((word) => !offered.includes(word));
  return left.length === 0
    ? { enum: offered }
    : { anyOf: [{ enum: offered }, { type: 'string', pattern: `^(${left.join('|')})$`, ...notOffered }] };
};

/** The parts of the published schema that are written here. */
export interface LearnerParts {
  readonly learner: object;
  readonly options: {
    readonly type: 'object';
    readonly additionalProperties: false;
    readonly properties: Readonly<Record<string, object>>;
  };
  readonly outside: object;
  /** For each learner what the fields of a training may be with it, as definitions by `learner.` and its name. */
  readonly definitions: Readonly<Record<string, object>>;
}

const published = (option: string, { enum: offered, ...schema }: OptionSchema, value: unknown): object => ({
  ...(offered ? { ...words(offered, retired.options[option] ?? []), ...schema } : schema),
  ...(value !== null && { default: value }),
});

/** A program that trains; its own options are an object in deltatrain.json, and text in a plan. */
const outsidePart = (): object => ({
  type: 'object',
  additionalProperties: false,
  required: ['command'],
  description: 'A program of your own that trains: docs/trainer.md.',
  properties: {
    ...Object.fromEntries(
      Object.entries(outsideRules.properties).map(([name, schema]) => [
        name,
        { ...schema, default: outsideRules.defaults[name] },
      ]),
    ),
    command: { ...outsideRules.properties['command'], minItems: 1 },
    options: { type: 'object', description: 'What is its own: any JSON.', default: {} },
  },
});

/** Any learner's option may be written; that it is one of the learner at hand is checked when the training is resolved. */
export function learnerParts(): LearnerParts {
  const each = Object.entries(learners).map(([name, learner]) => {
    const { fits, options } = learner;
    const properties = Object.fromEntries(
      Object.entries(options.properties).map(([option, schema]) => [
        option,
        published(option, schema, options.defaults[option]),
      ]),
    );
    return { name, fits, exact: 'absorb' in learner, keepsRows: learner.keepsRows ?? false, properties };
  });
  const all: Record<string, object> = {};
  for (const { properties } of each)
    for (const [option, schema] of Object.entries(properties)) {
      const other = all[option];
      // Of two learners that mean different things by one word, the schema leaves open which it is.
      all[option] = other && JSON.stringify(other) !== JSON.stringify(schema) ? {} : schema;
    }
  for (const option of retired.optionNames) all[option] ??= notOffered;
  return {
    learner: {
      anyOf: [
        ...((words(['auto', ...each.map(({ name }) => name)], retired.learners) as { anyOf: object[] }).anyOf ?? []),
        { $ref: '#/definitions/outside' },
      ],
      default: 'auto',
    },
    options: { type: 'object', additionalProperties: false, properties: all },
    outside: outsidePart(),
    definitions: Object.fromEntries(
      each.map(({ name, fits, exact, keepsRows, properties }) => [
        `learner.${name}`,
        {
          ...{ type: 'object', exact, keepsRows },
          properties: { task: { enum: fits }, options: { type: 'object', properties } },
        },
      ]),
    ),
  };
}
