/** Where a deltatrain.json may be: the root of each workspace folder, and the extension's own storage. */
import * as vscode from 'vscode';
import { type Config, configFile, configProblems, emptyConfig, readConfig } from '../../app/config/config.ts';
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

/** A home with what its deltatrain.json says. */
export interface ReadHome extends Home {
  readonly config: Config;
  /** Why the file cannot be used now; `config` is then what it last said when it could, or empty. */
  readonly problem: Failure | null;
}

/** How long an editor may take between emptying a file and writing it. */
const settleMs = 300;

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
  readonly #problems = this.#own.add(vscode.languages.createDiagnosticCollection('deltatrain'));
  /** The last configuration of each home that could be read, which holds while its file cannot. */
  readonly #good = new Map<string, Config>();
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
    if (home.kind === 'folder' && !vscode.workspace.isTrusted) return { ...home, config: emptyConfig, problem: null };
    this.#watch(home);
    const uri = configUri(home);
    const good = this.#good.get(home.uri.toString());
    const text = await this.#settledText(uri, good);
    this.#problems.set(uri, configProblems(text).map(diagnosticOf));
    try {
      const config = readConfig(text, labelOf(home));
      this.#good.set(home.uri.toString(), config);
      return { ...home, config, problem: null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { ...home, config: good ?? emptyConfig, problem: error };
    }
  }

  /** Editors write a file by emptying it or taking it away first: what named something and is empty now is looked at again. */
  async #settledText(uri: vscode.Uri, good: Config | undefined): Promise<string> {
    const text = await fileText(uri);
    const named = good && Object.keys(good.connections).length + Object.keys(good.trainings).length > 0;
    if (!named || text.trim() !== '') return text;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return fileText(uri);
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

/** Where a problem stands, for the editor and its list of problems. */
function diagnosticOf({ line, column, length, message }: ReturnType<typeof configProblems>[number]): vscode.Diagnostic {
  const start = new vscode.Position(line - 1, column - 1);
  const range = new vscode.Range(start, start.translate(0, Math.max(length, 1)));
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'DeltaTrain';
  return diagnostic;
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
