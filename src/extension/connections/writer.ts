/** Who acts in this window, for the record, the lease and the registry. */
import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import type { RecordWriter } from '../../app/registry/record/recordKeeper.ts';

/** `ann@desktop`, or with the host that the window works on. */
export const windowUser = (): string => `${userInfo().username}@${vscode.env.remoteName ?? 'desktop'}`;

/** Writes into the record for this window; `version` is this extension's. */
export const windowWriter = (version: string): RecordWriter => ({
  who: windowUser(),
  tool: `deltatrain/${version} vscode`,
  now: () => Date.now(),
});
