/** A store made in a folder: named in its deltatrain.json, kept out of version control, and opened. */
import { isFile } from '../../data/place.ts';
import * as vscode from 'vscode';
import { withConnection } from '../../app/config/configEdits.ts';
import type { EmbeddedConfig } from '../../app/config/config.ts';
import { Failure } from '../../base/failure.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { Home } from './homes.ts';

/** Where a folder's first store lies. */
export const storeInFolder = '.deltatrain/store.db';

/** A name that is free: `local`, `local2` … */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.includes(`${wanted}${n}`)) return `${wanted}${n}`;
}

/** True for the same folder, and for no folder twice. */
export const isSameHome = (a: Home | null, b: Home | null): boolean => a?.uri.toString() === b?.uri.toString();

/** The connections that a folder's file names. */
export const namedIn = async (connections: Connections, home: Home): Promise<Connection[]> =>
  (await connections.list()).filter((one) => isSameHome(one.home, home));

/** The connection of that name, as it has just been written down. */
export async function writtenAs(connections: Connections, home: Home | null, name: string): Promise<Connection> {
  const found = (await connections.list()).find((one) => one.name === name && isSameHome(one.home, home));
  if (!found) throw new Failure('connection.unknown', { connection: name });
  return found;
}

/** Stores are not for version control: their folder says so itself. */
export async function hideStores(home: Home): Promise<void> {
  const folder = vscode.Uri.joinPath(home.uri, '.deltatrain');
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, '.gitignore'), new TextEncoder().encode('*\n'));
}

/** Answers the id of the connection, which is then open; the name is one that the folder's file does not have yet. */
export async function makeStore(connections: Connections, home: Home, name: string): Promise<string> {
  const inHome = await namedIn(connections, home);
  const isFree = (path: string): boolean => !inHome.some((one) => isFile(one.config) && one.config.path === path);
  const path = isFree(storeInFolder) ? storeInFolder : `.deltatrain/${name}.db`;
  const config: EmbeddedConfig = { kind: 'embedded', path, environment: 'development', readOnly: false };
  await connections.homes.edit(home, (text) => withConnection(text, name, config));
  await hideStores(home);
  const { id } = await writtenAs(connections, home, name);
  await connections.session(id, { create: true });
  return id;
}
