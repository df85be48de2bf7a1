/** What tells of leaks, as a training has it written. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { timeOf } from '../../data/splitting/sides.ts';
import type { Training } from '../../data/training.ts';
import type { TrainingConfig } from './config.ts';

/** The columns that are named in it. */
export const leakColumnsOf = ({ leaks = {} }: TrainingConfig): string[] =>
  [...(leaks.group ?? []), ...(leaks.copies ?? []), leaks.time, leaks.labelTime].filter((one) => one !== undefined);

/** Nothing where nothing is written. `plan.unsupported` for a moment that is none. */
export function leaksOf({ leaks }: TrainingConfig): Pick<Training, 'leaks'> {
  if (leaks === undefined) return {};
  if (leaks.asOf === undefined || timeOf(leaks.asOf) !== null) return { leaks };
  throw new Failure('plan.unsupported', {
    what: say('"asOf" of "leaks" is "{0}", which is neither a date nor a number.', leaks.asOf),
    hint: say('Write it as the column "labelTime" has its times, like 2026-09-01.'),
  });
}
