/** Completes the plan of a run by what its learner can do. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import type { Learner } from '../data/learner.ts';
import { nextWindow } from '../data/rowHash.ts';
import type { LearnerChoice, Plan, PlanDraft } from '../data/training.ts';
import type { Learners } from './models/table.ts';
import { learnerOfPlan } from './run.ts';

/** The options of an update that its learner takes from the parent stay the parent's. */
function keptChoice(choice: LearnerChoice, { keeps = [] }: Learner, parent: Plan | null): LearnerChoice {
  const kept = Object.entries(parent?.learner.options ?? {}).filter(([name]) => keeps.includes(name));
  return { name: choice.name, options: { ...choice.options, ...Object.fromEntries(kept) } };
}

/** As `Trainer.plan` says: null when there is nothing in these changes that the learner could take in. */
export function planRun(learners: Learners, draft: PlanDraft, parent: Plan | null): Plan | null {
  const { replaySalt, counts: known, ...common } = draft;
  const { removed, ...counts } = known;
  const learner = learnerOfPlan(learners, common);
  const alone: Plan = { ...common, replay: null, counts: { ...counts, replay: 0 } };
  if (common.kind === 'full') return alone;
  if (learner.absorb)
    return counts.delta + removed > 0 ? { ...alone, learner: keptChoice(common.learner, learner, parent) } : null;
  if (!learner.refine)
    throw new Failure('plan.unsupported', {
      what: say('A model of the learner "{0}" cannot be updated.', common.learner.name),
      hint: say('Train fully.'),
    });
  if (counts.delta === 0) return null;
  if (!learner.replay) return alone;
  const { name, options } = common.learner;
  const {
    options: own,
    share,
    asWindow,
  } = learner.replay(options, parent?.learner.options ?? options, { ...counts, replay: 0 });
  const replay = asWindow ? nextWindow(common, share, parent?.replay ?? null, replaySalt) : { salt: replaySalt, share };
  return {
    ...alone,
    learner: { name, options: own },
    replay: share > 0 ? replay : null,
    counts: { ...counts, replay: Math.round(share * Math.max(0, counts.train - counts.delta)) },
  };
}
