/** The record, as the command line writes into it: who acts, and what is said where it could not be written. */
import { isFile } from '../../data/place.ts';
import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import { registryConnection } from '../../app/config/config.ts';
import { restoredEvent, tellRecord } from '../../app/registry/record/happenings.ts';
import type { Happening } from '../../app/registry/record/record.ts';
import type { RecordWriter } from '../../app/registry/record/recordKeeper.ts';
import { Registry } from '../../app/registry/registry.ts';
import {
  type Remembered,
  rememberedText,
  rememberRestore,
  type RestoreToRemember,
} from '../../app/versions/rememberRestore.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { findConnection, type OpenedConnection } from '../connection/connection.ts';
import { findConfig } from '../connection/foundConfig.ts';
import type { Invocation } from './command.ts';

/** Who acts on this command line, by the system's clock. */
export const recordWriter: RecordWriter = {
  who: `${userInfo().username}@${hostname()}`,
  tool: `deltatrain/${manifest.version} cli`,
  now: () => Date.now(),
};

/** The command that did it, and where. */
type By = Pick<Invocation, 'cwd' | 'open' | 'output'>;
type At = Pick<OpenedConnection, 'name' | 'store'>;

/** Connections in which trainings on this one (null: on any) keep their models elsewhere, where something is kept there already. */
export function registriesElsewhere({ cwd }: Pick<Invocation, 'cwd'>, name: string, of: string | null): string[] {
  const config = findConfig(cwd)?.config;
  if (!config) return [];
  const trainings = Object.entries(config.trainings).filter(([, { connection }]) => of === null || connection === of);
  const names = new Set(trainings.map(([training]) => registryConnection(config, training)));
  names.delete(name);
  return [...names].filter((one) => {
    const { place } = findConnection(cwd, one, undefined);
    return !isFile(place) || existsSync(place.path);
  });
}

/** What happened to data stands in the record beside the data, and in that of every registry whose trainings read them. */
async function tellElsewhere(by: By, at: At, happening: Happening): Promise<void> {
  for (const beside of registriesElsewhere(by, at.name, at.name)) {
    const failed = await by
      .open({ beside })
      .then(({ store }) => tellRecord(store, recordWriter, happening))
      .catch((error: unknown) => {
        if (error instanceof Failure) return error;
        throw error;
      });
    if (failed)
      by.output.note(
        say('This was done, and could not be written into the record in "{0}": {1}', beside, failed.message),
      );
  }
}

/** Tells the records of it; a person hears where that failed, and the command goes on. */
export async function tell(by: By, at: At, happening: Happening): Promise<void> {
  const failed = await tellRecord(at.store, recordWriter, happening);
  if (failed) by.output.note(say('This was done, and could not be written into the record: {0}', failed.message));
  await tellElsewhere(by, at, happening);
}

/** Has the registry of the store remember a restore; a person hears of its models, and where that failed. */
export async function remember(by: By, at: At, restore: RestoreToRemember): Promise<Remembered> {
  const { output } = by;
  const { store } = at;
  const remembered = await rememberRestore(new Registry(store, undefined, recordWriter), store, restore);
  const { failed } = remembered;
  if (failed) output.note(say('This was done, and could not be written into the record: {0}', failed.message));
  const text = rememberedText(remembered);
  if (text !== '') output.note(text);
  await tellElsewhere(by, at, restoredEvent(restore.place, restore));
  return remembered;
}
