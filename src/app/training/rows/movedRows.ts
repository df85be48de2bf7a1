/** Rows that came over an edge of the split since a model was trained on them: neither test nor validation rows any more. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { modelText } from '../../../data/model.ts';
import { countText } from '../../../words/numbers.ts';
import { splitText } from '../../../words/splits.ts';
import type { Start, TrainRequest } from '../runStart.ts';

/** They are kept with every plan, so there cannot be very many. */
const most = 20_000;

/**
 * Own hashes of all such rows, those of the parent's plan among them; said in the notes. `plan.unsupported` where a group changed under
 * an update, or where there are very many.
 */
export function movedRows({ mode }: TrainRequest, { parent, base, crossed, moved, notes }: Start): readonly string[] {
  if (!parent || !base) return parent?.plan.moved ?? [];
  const known = parent.plan.moved ?? [];
  const all = [...new Set([...known, ...moved])].sort();
  const { split } = parent.plan;
  if (split && split.by === 'group' && crossed > 0 && mode === 'delta')
    throw new Failure('plan.unsupported', {
      what: say(
        '{0} rows have another group than for {1} ({2}), and would change sides.',
        countText(crossed),
        modelText(parent),
        split.columns.join(', '),
      ),
      hint: say('Train fully.'),
    });
  if (all.length > most)
    throw new Failure('plan.unsupported', {
      what: say('{0} rows came over an edge of the split, where models were trained on them.', countText(all.length)),
      hint: say('Archive the models of this training, and train fully.'),
    });
  if (split && crossed > 0)
    notes.push(
      say(
        '{0} rows came over an edge of the split since {1} ({2}); {3} of them are left out of every comparison, as models were trained on them.',
        countText(crossed),
        modelText(parent),
        splitText(split),
        countText(moved.length),
      ),
    );
  return all;
}
