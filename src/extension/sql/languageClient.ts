/** The client of the language server, in a bundle of its own that is loaded when the server is first needed. */
import type { Translations } from '../../base/say.ts';
import type { LogOutputChannel, TextDocument } from 'vscode';
import { CodeLensRequest, LanguageClient, type Middleware, TransportKind } from 'vscode-languageclient/node';

export interface ClientOptions {
  /** Path of dist/server.js. */
  readonly server: string;
  readonly channel: LogOutputChannel;
  readonly middleware: Middleware;
  /** The translation of each English text that has one. */
  readonly strings: Translations;
}

export function createClient({ server, channel, middleware, strings }: ClientOptions): LanguageClient {
  const run = { module: server, transport: TransportKind.ipc };
  return new LanguageClient(
    'deltatrain.sql',
    'DeltaTrain SQL',
    { run, debug: run },
    { documentSelector: [{ language: 'sql' }], outputChannel: channel, middleware, initializationOptions: { strings } },
  );
}

/** Makes the editor ask for the lenses of a document again. */
export function refreshLenses(client: LanguageClient, document: TextDocument): void {
  client.getFeature(CodeLensRequest.method).getProvider(document)?.onDidChangeCodeLensEmitter.fire();
}
