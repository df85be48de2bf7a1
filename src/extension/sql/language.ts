/** The language server's client: started with the first SQL file that is ours, and told what the connections hold. */
import { isFile } from '../../data/place.ts';
import { translations } from '../../base/say.ts';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { catalogOf } from '../../app/statements/catalogOf.ts';
import { Disposables } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';
import { type Catalog, emptyCatalog } from '../../git4data/catalog.ts';
import {
  type CatalogParams,
  type FormatEdit,
  languageMethods,
  type LensSettings,
  type StatementFound,
  type StatementParams,
} from '../../protocol/language.ts';
import type { Bindings } from './binding.ts';
import type { Connections } from '../connections/connections.ts';
import { LensNudge } from './lensNudge.ts';
import type { Overview } from '../tree/overview.ts';
import { setting } from '../talk/settings.ts';
import type { Messages } from '../talk/tell.ts';
import { tellError } from '../talk/tellError.ts';

export interface LanguageOptions {
  readonly extensionUri: vscode.Uri;
  readonly connections: Connections;
  readonly bindings: Bindings;
  readonly overview: Overview;
  readonly messages: Messages;
}

/**
 * The language server as the rest of the extension asks it: which statement stands where, and what lenses are to show.
 */
export class Language implements vscode.Disposable {
  readonly #options: LanguageOptions;
  readonly #own = new Disposables();
  readonly #ours = new Set<string>();
  #client: Promise<LanguageClient> | undefined;
  readonly #lenses: LensNudge;
  #refreshLenses: ((uri: string) => void) | undefined;
  /** One push at a time; what was asked for meanwhile is pushed once, after it. */
  #pushing: Promise<void> | undefined;
  #pushAgain = false;

  constructor(options: LanguageOptions) {
    this.#options = options;
    const { connections, overview } = options;
    const isVisible = (uri: string): boolean =>
      vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri);
    this.#lenses = this.#own.add(new LensNudge({ refresh: (uri) => this.#refreshLenses?.(uri), isVisible }));
    const look = (document: vscode.TextDocument): void => {
      this.#look(document).catch((error: unknown) => tellError(options.messages, error));
    };
    this.#own.add(vscode.workspace.onDidOpenTextDocument(look));
    this.#own.add(vscode.workspace.onDidSaveTextDocument(look));
    this.#own.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#ours.delete(uri.toString());
        this.#lenses.closed(uri.toString());
      }),
    );
    this.#own.add(vscode.window.onDidChangeVisibleTextEditors(() => this.#lenses.shown()));
    this.#own.add(vscode.window.onDidChangeActiveTextEditor((editor) => editor && look(editor.document)));
    this.#own.add(connections.onDidChange(() => this.#changed()));
    this.#own.add(connections.onDidChangeData(() => this.#changed()));
    this.#own.add(overview.onDidCount(() => this.#changed()));
    this.#own.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('deltatrain.lens')) void this.#tellLenses();
      }),
    );
    for (const document of vscode.workspace.textDocuments) look(document);
  }

  /** Looks at a document again, as after it was given a connection. */
  async refresh(document: vscode.TextDocument): Promise<void> {
    await this.#look(document);
    this.#changed();
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    if (document.languageId !== 'sql' || document.uri.scheme === 'git') return;
    if (!this.#ours.has(key) && (await this.#options.bindings.isOurs(document))) {
      this.#ours.add(key);
      await this.#started();
      this.#changed();
    }
    if (vscode.window.activeTextEditor?.document.uri.toString() === key)
      await vscode.commands.executeCommand('setContext', 'deltatrain.sql.bound', this.#ours.has(key));
  }

  #started(): Promise<LanguageClient> {
    this.#client ??= this.#start().catch((error: unknown) => {
      // The next file tries again.
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #start(): Promise<LanguageClient> {
    const { extensionUri, messages } = this.#options;
    const inDist = (file: string): string => vscode.Uri.joinPath(extensionUri, 'dist', file).fsPath;
    // A bundle of its own: who edits no SQL of ours never loads it.
    const { createClient, refreshLenses } = (await import(
      pathToFileURL(inDist('languageClient.js')).href
    )) as typeof import('./languageClient.ts');
    const client = createClient({
      server: inDist('server.js'),
      channel: messages.channel,
      strings: translations(),
      // Other people's SQL is left alone.
      middleware: {
        // The editor may ask for lenses before the server heard of the file, and does not ask again by itself.
        didOpen: async (document, next) => {
          await next(document);
          const key = document.uri.toString();
          if (this.#ours.has(key)) this.#lenses.refresh(key);
        },
        provideCodeLenses: async (document, token, next) => {
          const answered = this.#lenses.asks(document.uri.toString());
          const lenses = await this.#ifOurs(document, () => next(document, token));
          if (!token.isCancellationRequested) answered();
          return lenses;
        },
        provideCompletionItem: (document, position, context, token, next) =>
          this.#ifOurs(document, () => next(document, position, context, token)),
        provideHover: (document, position, token, next) =>
          this.#ifOurs(document, () => next(document, position, token)),
        provideDocumentSymbols: (document, token, next) => this.#ifOurs(document, () => next(document, token)),
        provideFoldingRanges: (document, context, token, next) =>
          this.#ifOurs(document, () => next(document, context, token)),
        provideCodeActions: (document, range, context, token, next) =>
          this.#ifOurs(document, () => next(document, range, context, token)),
        handleDiagnostics: (uri, diagnostics, next) => next(uri, this.#ours.has(uri.toString()) ? diagnostics : []),
      },
    });
    this.#refreshLenses = (uri) => {
      const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
      if (document) refreshLenses(client, document);
    };
    await client.start();
    const lenses: LensSettings = { shown: setting('lens.shown') };
    await client.sendNotification(languageMethods.lenses, lenses);
    return client;
  }

  #ifOurs<T>(document: vscode.TextDocument, next: () => T): T | undefined {
    return this.#ours.has(document.uri.toString()) ? next() : undefined;
  }

  async #tellLenses(): Promise<void> {
    if (!this.#client) return;
    const lenses: LensSettings = { shown: setting('lens.shown') };
    await (await this.#client).sendNotification(languageMethods.lenses, lenses);
  }

  #changed(): void {
    if (!this.#client) return;
    if (this.#pushing) {
      this.#pushAgain = true;
      return;
    }
    this.#pushing = this.#push()
      .catch((error: unknown) => this.#options.messages.log('warning', String(error)))
      .finally(() => {
        this.#pushing = undefined;
        if (this.#pushAgain) {
          this.#pushAgain = false;
          this.#changed();
        }
      });
  }

  /** Tells the server of each file that is ours what its connection holds. Nothing heavy is read for it. */
  async #push(): Promise<void> {
    if (!this.#client) return;
    const client = await this.#client;
    const uris = new Map<string | null, string[]>();
    for (const uri of this.#ours) {
      const id = (await this.#options.bindings.of(vscode.Uri.parse(uri)))?.id ?? null;
      uris.set(id, [...(uris.get(id) ?? []), uri]);
    }
    for (const [id, own] of uris) {
      const params: CatalogParams = {
        uris: own.map((uri) => client.code2ProtocolConverter.asUri(vscode.Uri.parse(uri))),
        catalog: id === null ? emptyCatalog : await this.#catalog(id),
      };
      await client.sendNotification(languageMethods.catalog, params);
      for (const uri of own) this.#lenses.refresh(uri);
    }
  }

  async #catalog(id: string): Promise<Catalog> {
    const { connections, overview } = this.#options;
    try {
      const connection = await connections.find(id);
      const database = isFile(connection.config) ? null : connection.config.database;
      const session = await connections.sessionUnlessClosed(id);
      if (!session) return emptyCatalog;
      const databases = await session.store.databases();
      const tables = (await Promise.all(databases.map((one) => session.store.tables(one)))).flat();
      const [{ snapshots, models }, { release, dialect }] = await Promise.all([
        overview.catalog(session),
        session.store.facts(),
      ]);
      const deltas = await overview.deltas(
        session,
        tables.map(({ name }) => name),
      );
      return catalogOf({ name: id, dialect, release, database, databases, tables, snapshots, models, deltas });
    } catch (error) {
      // The file keeps its language features; what the connection holds is simply not known.
      if (error instanceof Failure) return emptyCatalog;
      throw error;
    }
  }

  async statementAt(document: vscode.TextDocument, position: vscode.Position): Promise<StatementFound | null> {
    const client = await this.#started();
    const params: StatementParams = {
      uri: client.code2ProtocolConverter.asUri(document.uri),
      position: { line: position.line, character: position.character },
    };
    return client.sendRequest<StatementFound | null>(languageMethods.statementAt, params);
  }

  async statements(document: vscode.TextDocument): Promise<StatementFound[]> {
    const client = await this.#started();
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    return client.sendRequest<StatementFound[]>(languageMethods.statements, { uri });
  }

  async format(document: vscode.TextDocument, position: vscode.Position): Promise<FormatEdit | null> {
    const client = await this.#started();
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    const shownAt = { line: position.line, character: position.character };
    return client.sendRequest<FormatEdit | null>(languageMethods.formatStatement, { uri, position: shownAt });
  }

  /** True while the server runs. */
  get isStarted(): boolean {
    return this.#client !== undefined;
  }

  async end(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.stop();
  }

  dispose(): void {
    this.#own.dispose();
  }
}
