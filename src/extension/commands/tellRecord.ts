/** Tells the record what a command did to data; it is done already, so a record that cannot be written is only told. */
import { tellRecord as tellStore } from '../../app/registry/record/happenings.ts';
import type { Happening } from '../../app/registry/record/record.ts';
import { type Remembered, rememberRestore, type RestoreToRemember } from '../../app/versions/rememberRestore.ts';
import { say } from '../../base/say.ts';
import { tellForgotten } from '../talk/tellRemembered.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';

/** Writes the event into the registry that lies beside the data, where there is one. */
export async function tellRecord({ tell }: Shell, { store, writer }: Session, happening: Happening): Promise<void> {
  const failed = await tellStore(store, writer, happening);
  if (failed) tell.say('warning', say('This was done, and could not be written into the record: {0}', failed.message));
}

/** Has the registry remember a restore. `rememberedText` says of the models whose data went or came back with it, in the caller's own message. */
export async function remember(
  { connections, tell }: Pick<Shell, 'connections' | 'tell'>,
  { connection, store, registry }: Session,
  restore: RestoreToRemember,
): Promise<Remembered> {
  const remembered = await rememberRestore(registry, store, restore);
  tellForgotten(tell, remembered);
  connections.noticeChange(connection.id);
  return remembered;
}
