/** The options of the linear learner. */
import { later } from '../../../base/say.ts';
import type { OptionRules } from '../../../data/learner.ts';
import type { LearnerOptions } from '../../../data/training.ts';
import { optionReader } from '../options.ts';

/** The options as the code uses them. */
export interface LinearOptions {
  readonly ridge: number;
}

/** Schema and defaults. */
export const linearRules: OptionRules = {
  properties: {
    ridge: {
      type: 'number',
      exclusiveMinimum: 0,
      description: later('How much large weights cost, as a share of the variance of a standardised column.'),
    },
  },
  defaults: { ridge: 0.001 },
};

/** The options of a plan, which were checked by `linearRules`. */
export const linearOptions = (options: LearnerOptions): LinearOptions => ({
  ridge: optionReader(options).number('ridge'),
});
