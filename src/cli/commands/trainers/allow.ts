/** `trainer allow`: the programs that deltatrain.json names may run on this machine, as they are now. */
import { configFile } from '../../../app/config/config.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { allowDigests } from '../../../outside/consent/allowed.ts';
import { digestOf, resolveCommand } from '../../../outside/consent/digest.ts';
import { findConfig, type FoundConfig } from '../../connection/foundConfig.ts';
import type { Command } from '../command.ts';
import { allowedFile, configPath, configuredHooks, configuredTrainers } from './configured.ts';

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
  summary: later(
    'Let the programs that deltatrain.json names as trainers, or for what happens, run on this machine, as they are now',
  ),
  options: { remove: { type: 'boolean', about: later('Let none of them run any more') } },
  takes: [0, 0],
  async run({ cwd, has, output }) {
    const found = requireConfig(cwd);
    const described = (training: string, command: readonly string[]) => ({
      training,
      command: [...command],
      program: resolveCommand(found.folder, command).program,
      files: [...resolveCommand(found.folder, command).files],
      sha256: digestOf(found.folder, command),
    });
    const trainers = configuredTrainers(found).map(({ training, learner }) => described(training, learner.command));
    const hooks = configuredHooks(found).map(({ training, command }) => ({
      ...described(training, command),
      on: 'held',
    }));
    const all = [...trainers, ...hooks];
    const allowed = !has('remove');
    if (allowed && all.length === 0)
      throw new Failure('usage.wrong', {
        message: say('{0} names no program as a trainer or for what happens.', configPath(found)),
      });
    const list = allowedFile();
    await allowDigests(list, configPath(found), allowed ? all.map(({ sha256 }) => sha256) : []);
    const document = { file: configPath(found), allowed, list, trainers, ...(hooks.length > 0 && { hooks }) };
    output.document(document, () =>
      allowed
        ? [
            ...all.map(({ training, command, program, files }) =>
              say('{0}: {1} ({2}) may run.', training, command.join(' '), [program, ...files].join(', ')),
            ),
            say('A change of a command or of these files asks again; what they import is not looked at. {0}', list),
          ].join('\n')
        : say('No program of {0} may run any more. {1}', configPath(found), list),
    );
    return 0;
  },
};
