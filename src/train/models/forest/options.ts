/** The options of the forest, and what is settled of it at the root of a lineage. */
import { later, say } from '../../../base/say.ts';
import type { OptionRules } from '../../../data/learner.ts';
import type { LearnerOptions } from '../../../data/training.ts';
import { optionReader } from '../options.ts';

/** The options as the code uses them; 0: chosen on the validation rows. */
export interface ForestOptions {
  readonly trees: number;
  readonly candidates: number;
  readonly leaf: number;
}

/** Schema and defaults. */
export const forestRules: OptionRules = {
  properties: {
    trees: {
      type: 'integer',
      minimum: 1,
      maximum: 500,
      description: later('Trees; an update keeps those of its parent.'),
    },
    candidates: {
      type: 'integer',
      minimum: 0,
      maximum: 256,
      description: later('Tests that a node draws to choose from; 0: chosen on the validation rows of the full fit.'),
    },
    leaf: {
      type: 'integer',
      minimum: 0,
      maximum: 1_000,
      description: later('The least rows of a leaf; 0: chosen on the validation rows of the full fit.'),
    },
  },
  defaults: { trees: 50, candidates: 0, leaf: 0 },
};

/** The options of a plan, which were checked by `forestRules`. */
export function forestOptions(options: LearnerOptions): ForestOptions {
  const { number } = optionReader(options);
  return { trees: number('trees'), candidates: number('candidates'), leaf: number('leaf') };
}

/** All that a tree is a function of beside its rows; settled at the root of a lineage, and then frozen. Plain JSON. */
export interface ForestSettings {
  readonly trees: number;
  readonly seed: number;
  readonly candidates: number;
  readonly leaf: number;
  /** Levels from the root on that take the first usable test. */
  readonly randomLevels: number;
  /** Steps of the rank of a gain in nodes of many rows; 0: the greatest gain wins. */
  readonly ranks: number;
  /** Nodes of so many rows keep the counts of all their tests, so that an update need not count again. */
  readonly keptFrom: number;
  /** Rows that a node's shares are drawn to its parent's by. */
  readonly smoothing: number;
}

const bounds: Readonly<Record<keyof ForestSettings, readonly [number, number]>> = {
  trees: [1, 500],
  seed: [0, 2 ** 32 - 1],
  candidates: [1, 256],
  leaf: [1, 1_000],
  randomLevels: [0, 16],
  ranks: [0, 1_024],
  keptFrom: [2, 2 ** 30],
  smoothing: [0, 1_000],
};

/** Why stored settings cannot be used: without a full stop, or null. */
export function settingsFault(settings: unknown): string | null {
  if (typeof settings !== 'object' || settings === null) return say('it has no settings');
  const values: Partial<Record<string, unknown>> = { ...settings };
  const wrong = Object.entries(bounds).find(([name, [least, most]]) => {
    const value = values[name];
    if (typeof value !== 'number' || !(value >= least && value <= most)) return true;
    return name !== 'smoothing' && !Number.isInteger(value);
  });
  return wrong ? say('"{0}" of its settings is not what it must be', wrong[0]) : null;
}
