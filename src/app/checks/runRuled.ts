/** A run as deltatrain.json has it: after the checks that must hold before it, by its rule for suspect changes, and told of where it was held. */
import type { RunEvent, RunOutcome } from '../../data/run.ts';
import type { Config } from '../config/config.ts';
import type { TrainRequest } from '../training/runStart.ts';
import { runTraining } from '../training/runTraining.ts';
import type { Workbench } from '../training/workbench.ts';
import { runRules } from './gates.ts';
import { type HeldEvent, heldEvent } from './heldEvent.ts';

/** What a run goes by beside its training. */
export interface RunRules {
  /** Null of a training that is not written there any more. */
  readonly config: Config | null;
  /** Waited for when a model was held; a run whose changes were held already is none. */
  readonly held?: (event: HeldEvent, signal: AbortSignal) => Promise<void>;
}

/** As `runTraining`, and `check.failed` where a check does not hold. */
export async function runRuled(
  request: TrainRequest,
  { config, held }: RunRules,
  workbench: Workbench,
  signal: AbortSignal,
  on: (event: RunEvent) => void,
): Promise<RunOutcome> {
  const rules = config ? runRules(config, request.training, workbench) : {};
  const outcome = await runTraining({ ...request, ...rules }, workbench, signal, on);
  const event = heldEvent(outcome);
  if (event && held) await held(event, signal);
  return outcome;
}
