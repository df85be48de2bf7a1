/** Commands on runs: cancel one under way, run an interrupted one again, or give it up. */
import { Failure } from '../../base/failure.ts';
import type { RunOutcome } from '../../data/run.ts';
import type { Ask } from '../talk/ask.ts';
import type { RunKey } from '../runs/runs.ts';
import type { Shell } from './shell.ts';
import type { Target } from '../tree/target.ts';
import { say } from '../../base/say.ts';

async function choose(ask: Ask, title: string, all: readonly RunKey[], target: Target): Promise<RunKey> {
  const fitting = all.filter(
    ({ connection, training }) =>
      (target.connection === undefined || connection === target.connection) &&
      (target.training === undefined || training === target.training),
  );
  const [only] = fitting;
  if (!only) throw new Failure('usage.wrong', { message: say('There is no such run.') });
  if (fitting.length === 1) return only;
  return ask.pick(
    title,
    fitting.map((key) => ({ label: key.training, value: key, description: key.connection })),
  );
}

export async function cancelRun({ ask, runs }: Shell, target: Target): Promise<void> {
  const all = runs.underWay().map(({ key }) => key);
  runs.cancel(await choose(ask, say('Cancel which run?'), all, target));
}

export async function runAgain({ ask, trainings, runs }: Shell, target: Target): Promise<RunOutcome> {
  const key = await choose(ask, say('Run which one again?'), runs.interrupted(), target);
  const open = await trainings.open(await trainings.find(key.connection, key.training));
  return (await runs.again(open)).done;
}

export async function discardRun({ ask, trainings, runs }: Shell, target: Target): Promise<void> {
  const key = await choose(ask, say('Discard which run?'), runs.interrupted(), target);
  await runs.discard(await trainings.open(await trainings.find(key.connection, key.training)));
}
