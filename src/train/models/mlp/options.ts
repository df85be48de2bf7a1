/** The options of the multilayer classifier: what each may be, and what it is when nobody says. */
import { later } from '../../../base/say.ts';
import type { OptionRules } from '../../../data/learner.ts';
import type { LearnerOptions } from '../../../data/training.ts';
import { optionReader } from '../options.ts';

/** The options as the code uses them. */
export interface MlpOptions {
  readonly hidden: readonly number[];
  readonly batch: number;
  readonly learningRate: number;
  readonly epochs: number;
  /** Null: by the measured rule. */
  readonly replayShare: number | null;
  readonly replayRows: number | null;
  readonly distillation: number;
}

/** Activation and optimizer have one value each: they are written into plans, so that others can join them. */
export const mlpRules: OptionRules = {
  properties: {
    hidden: {
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      description: later('Units of each hidden layer. A delta update keeps those of its parent.'),
    },
    activation: { enum: ['relu'] },
    batch: { type: 'integer', minimum: 1 },
    learningRate: { type: 'number', exclusiveMinimum: 0 },
    epochs: {
      type: 'integer',
      minimum: 1,
      description: later('The most epochs of a full fit; it ends before when the rows kept back get no better.'),
    },
    optimizer: { enum: ['adam'] },
    replayShare: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: later(
        'Share of the table that a delta update replays. Left out: a fifth, and of tables from 80,000 train rows on 40,000 rows.',
      ),
    },
    replayRows: {
      type: 'integer',
      minimum: 0,
      description: later('The least rows that a delta update replays. Left out: 10,000.'),
    },
    distillation: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: later('Weight of learning without forgetting, on replayed rows only.'),
    },
  },
  defaults: {
    hidden: [64, 32],
    activation: 'relu',
    batch: 128,
    learningRate: 0.003,
    epochs: 20,
    optimizer: 'adam',
    replayShare: null,
    replayRows: null,
    distillation: 0.5,
  },
};

/** The options of a plan, which were checked by `mlpRules`. */
export function mlpOptions(options: LearnerOptions): MlpOptions {
  const { number, numbers, numberOrNull } = optionReader(options);
  return {
    hidden: numbers('hidden'),
    batch: number('batch'),
    learningRate: number('learningRate'),
    epochs: number('epochs'),
    replayShare: numberOrNull('replayShare'),
    replayRows: numberOrNull('replayRows'),
    distillation: number('distillation'),
  };
}
