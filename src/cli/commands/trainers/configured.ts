/** The programs that a deltatrain.json names as trainers, and what is allowed of them on this machine. */
import path from 'node:path';
import { configFile, type OutsideConfig } from '../../../app/config/config.ts';
import { allowedDigests } from '../../../outside/consent/allowed.ts';
import { digestOf } from '../../../outside/consent/digest.ts';
import { ownSettings } from '../../connection/knownHosts.ts';
import type { FoundConfig } from '../../connection/foundConfig.ts';

/** Where the list of allowed trainers is on this machine. */
export const allowedFile = (): string => path.join(ownSettings(), 'trainers.json');

/** A training whose learner is a program. */
export interface ConfiguredTrainer {
  readonly training: string;
  readonly learner: OutsideConfig;
}

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
