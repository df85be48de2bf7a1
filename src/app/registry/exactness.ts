/** What an exact learner promises of an update, in words: told where a model is shown. */
import { say } from '../../base/say.ts';
import type { ModelHead } from '../../data/model.ts';
import { isExact } from '../config/learners.ts';
import { sinceFullFit } from './lineage.ts';

/**
 * That a model is what a full fit would be, or null: of a full fit itself, and of a learner that only comes near one. `models` of its
 * lineage, the model's parents among them.
 */
export function exactSentence(model: ModelHead, models: readonly ModelHead[]): string | null {
  if (model.kind === 'full' || !isExact(model.learner)) return null;
  const { fit } = sinceFullFit(models, model);
  return fit && say('identical to a full fit with this encoder (frozen at m{0})', fit.number);
}
