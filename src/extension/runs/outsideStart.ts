/** What the trainer of outside programs is started with: the folder of a deltatrain.json, and what of it may run. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { digestOf } from '../../outside/consent/digest.ts';
import type { Homes } from '../connections/homes.ts';

/** The programs of a file are those of a workspace that is trusted: of another one nothing is read. `trainer.notAllowed`. */
export async function outsideStart(
  homes: Pick<Homes, 'read'>,
  training: string,
): Promise<{ readonly folder: string; readonly allowed: readonly string[] }> {
  for (const { config, uri } of await homes.read()) {
    const written = Object.hasOwn(config.trainings, training) ? config.trainings[training] : undefined;
    if (typeof written?.learner !== 'object') continue;
    return { folder: uri.fsPath, allowed: [digestOf(uri.fsPath, written.learner.command)] };
  }
  throw new Failure('trainer.notAllowed', {
    command: training,
    how: say('No deltatrain.json of a trusted folder names it as the learner of "{0}".', training),
  });
}
