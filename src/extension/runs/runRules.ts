/** What the deltatrain.json of a trusted workspace says of a run: its checks, its rule for suspect changes, and whom it tells. */
import type { RunRules } from '../../app/checks/runRuled.ts';
import { Failure } from '../../base/failure.ts';
import { tableText } from '../../data/table.ts';
import { runHook } from '../../outside/process/runHook.ts';
import type { OpenTraining, Trainings } from '../connections/trainings.ts';
import type { Tell } from '../talk/tell.ts';

/** Of a training that is still written as it was opened; else nothing but the training holds. The file is read anew. */
export async function rulesOf(
  { training, session }: OpenTraining,
  { trainings, tell }: { readonly trainings: Pick<Trainings, 'find'>; readonly tell: Pick<Tell, 'log' | 'say'> },
): Promise<RunRules> {
  const configured = await trainings.find(session.connection.id, training.name).catch((error: unknown) => {
    if (Failure.is(error, 'training.unknown')) return null;
    throw error;
  });
  if (configured?.written.table !== tableText(training.table)) return { config: null };
  const { home, written } = configured;
  const command = written.on?.held;
  if (!command) return { config: home.config };
  return {
    config: home.config,
    // Nothing is read of a workspace that is not trusted, so that whatever is read may run.
    held: (event, signal) =>
      runHook({ folder: home.uri.fsPath, command, isAllowed: () => true }, event, {
        signal,
        log: (line) => tell.log('info', `${command[0] ?? ''}: ${line}`),
      }).catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (!signal.aborted) tell.say('warning', error.message);
      }),
  };
}
