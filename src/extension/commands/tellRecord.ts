/** Tells the record what a command did to data; it is done already, so a record that cannot be written is only told. */
import { restoredEvent, tellRecord as tellStore } from '../../app/registry/record/happenings.ts';
import type { Happening } from '../../app/registry/record/record.ts';
import { type Remembered, rememberRestore, type RestoreToRemember } from '../../app/versions/rememberRestore.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { tellForgotten } from '../talk/tellRemembered.ts';
import { modelText } from '../../data/model.ts';
import type { Snapshot } from '../../data/version.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';

/** What telling needs of the shell. */
type Telling = Pick<Shell, 'tell' | 'trainings'>;

/** Writes the event into the registry that lies beside the data, where there is one, and into those elsewhere that keep models of them. */
export async function tellRecord(shell: Telling, session: Session, happening: Happening): Promise<void> {
  await tellStore(session.store, session.writer, happening).then((failed) => tellFailed(shell, failed));
  await tellElsewhere(shell, session, happening);
}

function tellFailed({ tell }: Telling, failed: Failure | null): void {
  if (failed) tell.say('warning', say('This was done, and could not be written into the record: {0}', failed.message));
}

/** A registry that cannot be opened is only told: what it was to hear is done. */
export async function tellElsewhere(shell: Telling, session: Session, happening: Happening): Promise<void> {
  try {
    for (const { store, writer } of await shell.trainings.withModels(session))
      if (store !== session.store) tellFailed(shell, await tellStore(store, writer, happening));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tellFailed(shell, error);
  }
}

/** Has the registry remember a restore. `rememberedText` says of the models whose data went or came back with it, in the caller's own message. */
export async function remember(
  shell: Pick<Shell, 'connections'> & Telling,
  session: Session,
  restore: RestoreToRemember,
): Promise<Remembered> {
  const { connection, store, registry } = session;
  const { connections, tell } = shell;
  const remembered = await rememberRestore(registry, store, restore);
  tellForgotten(tell, remembered);
  await tellElsewhere(shell, session, restoredEvent(restore.place, restore));
  connections.noticeChange(connection.id);
  return remembered;
}

/** Models that stand on a snapshot, as in `weather/m3`: those of its connection, and those that are kept elsewhere. */
export async function modelsNeeding(
  shell: Pick<Shell, 'trainings'>,
  session: Session,
  snapshot: Snapshot,
): Promise<string[]> {
  const all = await shell.trainings.withModels(session);
  const needed = await Promise.all(all.map(({ registry }) => registry.neededBy(snapshot)));
  return needed.flat().map(modelText);
}
