/** Where a deltatrain.json may be: the root of each workspace folder, and the extension's own storage. */
import * as vscode from 'vscode';
import { type Config, configFile, readConfig } from '../../app/config/config.ts';
import { Disposables } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { Failure } from '../../base/failure.ts';

/** A folder that may hold a deltatrain.json. */
export interface Home {
  readonly kind: 'folder' | 'storage';
  /** The folder's name as VS Code shows it. */
  readonly name: string;
  readonly uri: vscode.Uri;
}

export interface ReadHome extends Home {
  readonly config: Config;
  /** Why the file cannot be used; `config` is then empty. */
  readonly problem: Failure | null;
}

const empty: Config = { connections: {}, trainings: {} };

/** The deltatrain.json of a home, there or not. */
export const configUri = (home: Home): vscode.Uri => vscode.Uri.joinPath(home.uri, configFile);

/**
 * The deltatrain.json files of this window, read anew when one changes. Those of folders are read in a trusted
 * workspace alone.
 */
export class Homes implements vscode.Disposable {
  readonly #storage: vscode.Uri;
  readonly #own = new Disposables();
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #changed = this.#own.add(new Emitter<void>());
  readonly onDidChange = this.#changed.event;
  #read: Promise<readonly ReadHome[]> | undefined;

  constructor(storage: vscode.Uri) {
    this.#storage = storage;
    this.#own.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#forget()));
    this.#own.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#forget()));
  }

  /** Folders in their order, then the storage, which holds what was opened without a folder and the sample. */
  list(): readonly Home[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return [
      ...folders.map(({ name, uri }): Home => ({ kind: 'folder', name, uri })),
      { kind: 'storage', name: 'DeltaTrain', uri: this.#storage },
    ];
  }

  /** Every home with its configuration, read once and again after a change. Nothing is read of an untrusted workspace. */
  read(): Promise<readonly ReadHome[]> {
    this.#read ??= Promise.all(this.list().map((home) => this.#readHome(home)));
    return this.#read;
  }

  async #readHome(home: Home): Promise<ReadHome> {
    if (home.kind === 'folder' && !vscode.workspace.isTrusted) return { ...home, config: empty, problem: null };
    this.#watch(home);
    const text = await fileText(configUri(home));
    try {
      return { ...home, config: readConfig(text, labelOf(home)), problem: null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { ...home, config: empty, problem: error };
    }
  }

  #watch(home: Home): void {
    const key = home.uri.toString();
    if (this.#watchers.has(key)) return;
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(home.uri, configFile));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) event(() => this.#forget());
    this.#watchers.set(key, watcher);
    this.#own.add(watcher);
  }

  #forget(): void {
    this.#read = undefined;
    this.#changed.fire();
  }

  /** Rewrites the file of a home (made when it is missing) by an edit of its text. */
  async edit(home: Home, edit: (text: string) => string): Promise<void> {
    const uri = configUri(home);
    const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    const text = open?.getText() ?? (await fileText(uri));
    if (open) {
      const change = new vscode.WorkspaceEdit();
      change.replace(uri, new vscode.Range(open.positionAt(0), open.positionAt(text.length)), edit(text));
      await vscode.workspace.applyEdit(change);
      await open.save();
    } else {
      await vscode.workspace.fs.createDirectory(home.uri);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(edit(text)));
    }
    this.#forget();
  }

  dispose(): void {
    this.#own.dispose();
  }
}

const labelOf = ({ name }: Home): string => `${name}/${configFile}`;

/** The text of a file; '' when there is none. */
async function fileText(uri: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return '';
    throw error;
  }
}
