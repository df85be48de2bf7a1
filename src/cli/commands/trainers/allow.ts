/** `trainer allow`: the programs that deltatrain.json names may run on this machine, as they are now. */
import { configFile } from '../../../app/config/config.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { allowDigests } from '../../../outside/consent/allowed.ts';
import { digestOf, resolveCommand } from '../../../outside/consent/digest.ts';
import { findConfig, type FoundConfig } from '../../connection/foundConfig.ts';
import type { Command } from '../command.ts';
import { allowedFile, configPath, configuredTrainers } from './configured.ts';

/** The deltatrain.json, or `usage.wrong`. */
function requireConfig(cwd: string): FoundConfig {
  const found = findConfig(cwd);
  if (found) return found;
  throw new Failure('usage.wrong', { message: say('There is no {0} in this folder or above it.', configFile) });
}

/** `deltatrain trainer allow`. */
export const trainerAllow: Command = {
  name: 'trainer allow',
  usage: '[--remove]',
  summary: later('Let the programs that deltatrain.json names as trainers run on this machine, as they are now'),
  options: { remove: { type: 'boolean', about: later('Let none of them run any more') } },
  takes: [0, 0],
  async run({ cwd, has, output }) {
    const found = requireConfig(cwd);
    const trainers = configuredTrainers(found).map(({ training, learner: { command } }) => ({
      training,
      command: [...command],
      program: resolveCommand(found.folder, command).program,
      files: [...resolveCommand(found.folder, command).files],
      sha256: digestOf(found.folder, command),
    }));
    const allowed = !has('remove');
    if (allowed && trainers.length === 0)
      throw new Failure('usage.wrong', { message: say('{0} names no program as a trainer.', configPath(found)) });
    const list = allowedFile();
    await allowDigests(list, configPath(found), allowed ? trainers.map(({ sha256 }) => sha256) : []);
    output.document({ file: configPath(found), allowed, list, trainers }, () =>
      allowed
        ? [
            ...trainers.map(({ training, command, program, files }) =>
              say('{0}: {1} ({2}) may run.', training, command.join(' '), [program, ...files].join(', ')),
            ),
            say('A change of a command or of these files asks again; what they import is not looked at. {0}', list),
          ].join('\n')
        : say('No program of {0} may run any more. {1}', configPath(found), list),
    );
    return 0;
  },
};
