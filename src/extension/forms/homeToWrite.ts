/** Where the training of a connection is written: beside the connection, else in the first folder. */
import * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import type { Connection } from '../connections/connection.ts';
import type { Connections } from '../connections/connections.ts';
import type { Home } from '../connections/homes.ts';

/** `workspace.untrusted` where nothing of the folders may be written. */
export function homeToWrite({ homes }: Pick<Connections, 'homes'>, { home }: Connection): Home {
  if (home) return home;
  if (!vscode.workspace.isTrusted) throw new Failure('workspace.untrusted');
  const [first] = homes.list();
  if (!first) throw new Error('Broken invariant: there is always a home');
  return first;
}
