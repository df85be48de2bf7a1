/** Which connection a SQL file belongs to: as the user chose, or as its folder says; and which files are ours at all. */
import * as vscode from 'vscode';
import { isOurs } from '../../git4data/service/document.ts';
import type { Connection } from '../connections/connection.ts';
import type { Connections } from '../connections/connections.ts';
import { setting } from '../talk/settings.ts';

const chosenKey = 'connections of SQL files';

/** The connection of each SQL file, remembered for the workspace. */
export class Bindings {
  readonly #connections: Connections;
  readonly #memory: vscode.Memento;

  constructor(connections: Connections, memory: vscode.Memento) {
    this.#connections = connections;
    this.#memory = memory;
  }

  #chosen(): Readonly<Record<string, string>> {
    return this.#memory.get<Record<string, string>>(chosenKey, {});
  }

  async choose(document: vscode.Uri, connection: string): Promise<void> {
    await this.#memory.update(chosenKey, { ...this.#chosen(), [document.toString()]: connection });
  }

  /** The connection of a file, without asking; null when several could be meant. */
  async of(document: vscode.Uri): Promise<Connection | null> {
    const all = await this.#connections.list();
    const chosen = this.#chosen()[document.toString()];
    const known = all.find(({ id }) => id === chosen);
    if (known) return known;
    const near = all.filter(({ home }) => home !== null && holds(home.uri, document));
    const candidates = near.length > 0 ? near : all;
    return candidates.length === 1 ? (candidates[0] ?? null) : null;
  }

  /** True for files with a git-for-data statement, a connection of their own, or a place that the settings name. */
  async isOurs(document: vscode.TextDocument): Promise<boolean> {
    if (document.languageId !== 'sql') return false;
    if (this.#chosen()[document.uri.toString()] !== undefined || isOurs(document.getText())) return true;
    const patterns = setting('sql.files', document.uri);
    if (patterns.length > 0)
      return patterns.some((pattern) => vscode.languages.match({ language: 'sql', pattern }, document) > 0);
    const homes = await this.#connections.homes.read();
    return homes.some(({ uri, config }) => Object.keys(config.connections).length > 0 && holds(uri, document.uri));
  }
}

const holds = (folder: vscode.Uri, file: vscode.Uri): boolean =>
  file.scheme === folder.scheme &&
  `${file.path}/`.startsWith(folder.path.endsWith('/') ? folder.path : `${folder.path}/`);
