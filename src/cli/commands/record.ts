/** The record, as the command line writes into it: who acts, and what is said where it could not be written. */
import { hostname, userInfo } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import { tellRecord } from '../../app/registry/record/happenings.ts';
import type { Happening } from '../../app/registry/record/record.ts';
import type { RecordWriter } from '../../app/registry/record/recordKeeper.ts';
import { Registry } from '../../app/registry/registry.ts';
import {
  type Remembered,
  rememberedText,
  rememberRestore,
  type RestoreToRemember,
} from '../../app/versions/rememberRestore.ts';
import { say } from '../../base/say.ts';
import type { Store } from '../../data/store.ts';
import type { Output } from '../terminal/output.ts';

/** Who acts on this command line, by the system's clock. */
export const recordWriter: RecordWriter = {
  who: `${userInfo().username}@${hostname()}`,
  tool: `deltatrain/${manifest.version} cli`,
  now: () => Date.now(),
};

/** Tells the record of the store's own registry; a person hears where that failed, and the command goes on. */
export async function tell(output: Output, store: Store, happening: Happening): Promise<void> {
  const failed = await tellRecord(store, recordWriter, happening);
  if (failed) output.note(say('This was done, and could not be written into the record: {0}', failed.message));
}

/** Has the registry of the store remember a restore; a person hears of its models, and where that failed. */
export async function remember(output: Output, store: Store, restore: RestoreToRemember): Promise<Remembered> {
  const remembered = await rememberRestore(new Registry(store, undefined, recordWriter), store, restore);
  const { failed } = remembered;
  if (failed) output.note(say('This was done, and could not be written into the record: {0}', failed.message));
  const text = rememberedText(remembered);
  if (text !== '') output.note(text);
  return remembered;
}
