/** What the guard found of a model, in words: the same everywhere in the panel. */
import type { GuardResult, Verdict } from '../../src/data/trainer.ts';
import type { ModelView } from '../../src/protocol/panel.ts';
import { count, points, share } from '../ui/numbers.ts';
import { say } from '../ui/say.ts';

export const verdictWord = (verdict: Verdict): string => {
  switch (verdict) {
    case 'better':
      return say('better');
    case 'same':
      return say('same');
    case 'worse':
      return say('worse');
    case 'unclear':
      return say('can’t tell');
    case 'none':
      return '';
  }
};

export interface Finding {
  readonly verdict: Verdict;
  readonly sentence: string;
  /** The tests contradict each other: what that means. */
  readonly warning: string | null;
}

export function findingOf(model: ModelView): Finding {
  const { guard, parent, metrics } = model;
  const verdict = guard?.verdict ?? 'none';
  const name = `m${model.number}`;
  if (!guard || parent === null || verdict === 'none') {
    const alone = metrics
      ? say('{0} gets {1} right on {2} test rows.', name, share(metrics.accuracy), count(metrics.n))
      : say('{0} has not been tested.', name);
    const sentence = parent === null ? `${alone} ${say('There is no parent to compare it with.')}` : alone;
    return { verdict, sentence, warning: null };
  }
  return { verdict, sentence: sentenceOf(name, `m${parent}`, guard), warning: warningOf(model, guard) };
}

function sentenceOf(child: string, parent: string, guard: GuardResult): string {
  switch (guard.verdict) {
    case 'better':
      return say('{0} is better than {1}.', child, parent);
    case 'same':
      return say('{0} is as good as {1}.', child, parent);
    case 'worse':
      return say('{0} is worse than {1}.', child, parent);
    case 'unclear':
    case 'none': {
      const test = guard.onSnapshot ?? guard.onParent;
      if (!test) return say('{0} was not compared with {1}.', child, parent);
      const least = points(test.detectable).replace('+', '');
      return say(
        '{0} test rows can’t tell {1} from {2}: they show differences of {3} points or more.',
        count(test.n),
        child,
        parent,
        least,
      );
    }
  }
}

/** One test worse and the other not: the labels moved under the model, which a bad import does. */
function warningOf(model: ModelView, guard: GuardResult): string | null {
  const { onParent, onSnapshot } = guard;
  if (!onParent || !onSnapshot) return null;
  if ((onParent.verdict === 'worse') === (onSnapshot.verdict === 'worse')) return null;
  const moved = say('The labels changed, not the model: look at the delta.');
  if (model.relabelled === null) return moved;
  return `${moved} ${say('{0} of {1} test rows were relabelled.', count(model.relabelled), count(onParent.n))}`;
}
