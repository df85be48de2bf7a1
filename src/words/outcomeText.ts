/** How a run ended, in words: what is said of its data first, then of its model. */
import { say, together } from '../base/say.ts';
import type { Model } from '../data/model.ts';
import type { Plan } from '../data/training.ts';
import { dataSentence, notActedOnSentence } from './judgement.ts';
import type { JudgementNames } from './reasons.ts';

const isDate = ({ type, kind }: Plan['features'][number]): boolean =>
  kind === 'date' || (kind === null && /^(DATE|DATETIME|TIMESTAMP)\b/i.test(type));

/** The names in what is said of a model's data. */
export const judgementNames = ({ parent, plan }: Pick<Model, 'parent' | 'plan'>): JudgementNames => ({
  parent: parent === null ? say('the parent') : `m${parent}`,
  dates: new Set(plan.features.filter(isDate).map(({ name }) => name)),
});

/**
 * One sentence of suspect data before `gate`, what is said of the model: which is shown then, and of a held model not acted on, as it
 * says itself. A child of spoiled rows is better on them than a parent that never saw such. Where nobody is asked of suspect data the
 * gate alone decides.
 */
export function outcomeSentence(
  model: Pick<Model, 'judgement' | 'parent' | 'plan' | 'guard' | 'status'>,
  gate: string,
): string {
  const { judgement, guard, status } = model;
  if (judgement?.data.verdict !== 'suspect') return gate;
  const data = dataSentence(judgement.data, judgementNames(model));
  return together(data, gate, status === 'held' && guard.verdict !== 'none' && notActedOnSentence());
}
