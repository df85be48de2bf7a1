/** The programs that a deltatrain.json names as trainers, and what is allowed of them on this machine. */
import path from 'node:path';
import { configFile, type OutsideConfig } from '../../../app/config/config.ts';
import { allowedDigests } from '../../../outside/consent/allowed.ts';
import { digestOf } from '../../../outside/consent/digest.ts';
import type { Hook } from '../../../outside/process/runHook.ts';
import { ownSettings } from '../../connection/knownHosts.ts';
import type { FoundConfig } from '../../connection/foundConfig.ts';

/** Where the list of allowed trainers is on this machine. */
export const allowedFile = (): string => path.join(ownSettings(), 'trainers.json');

/** A training whose learner is a program. */
export interface ConfiguredTrainer {
  readonly training: string;
  readonly learner: OutsideConfig;
}

/** A training with a program that is run when one of its models is held. */
export interface ConfiguredHook {
  readonly training: string;
  readonly command: readonly string[];
}

/** Every such training, in the order of the file. */
export const configuredHooks = ({ config }: FoundConfig): ConfiguredHook[] =>
  Object.entries(config.trainings).flatMap(([training, { on }]) => (on?.held ? [{ training, command: on.held }] : []));

/** The full path by which consent is remembered. */
export const configPath = ({ folder }: FoundConfig): string => path.join(folder, configFile);

/** Every training whose learner is a program, in the order of the file. */
export const configuredTrainers = ({ config }: FoundConfig): ConfiguredTrainer[] =>
  Object.entries(config.trainings).flatMap(([training, { learner }]) =>
    typeof learner === 'object' ? [{ training, learner }] : [],
  );

/** The digests of programs that may run: those that are written now where everything is allowed, else those that were. */
export async function mayRun(found: FoundConfig, everything: boolean): Promise<readonly string[]> {
  if (!everything) return allowedDigests(allowedFile(), configPath(found));
  return configuredTrainers(found).map(({ learner }) => digestOf(found.folder, learner.command));
}

/** The hook of a training as this machine may run it; null where it has none. */
export async function hookOf(found: FoundConfig, training: string, everything: boolean): Promise<Hook | null> {
  const hook = configuredHooks(found).find((one) => one.training === training);
  if (!hook) return null;
  const allowed = everything ? null : await allowedDigests(allowedFile(), configPath(found));
  return { folder: found.folder, command: hook.command, isAllowed: (digest) => allowed?.includes(digest) ?? true };
}
