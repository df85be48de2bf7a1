/** A client of the language server for tests: the server's real process over its real JSON-RPC. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';

export interface Client {
  readonly connection: ProtocolConnection;
  /** Resolves with the first published problems (also ones that came before) for which `holds` is true. */
  published(holds: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams>;
  /** How often the server asked for a refresh of the lenses, resolved when it is at least `times`. */
  refreshed(times: number): Promise<void>;
  stop(): Promise<number | null>;
}

/** A list that can be waited on. */
class Arrivals<T> {
  readonly items: T[] = [];
  readonly #waiting = new Set<() => void>();

  add(item: T): void {
    this.items.push(item);
    for (const look of [...this.#waiting]) look();
  }

  find(holds: (item: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.items.find(holds);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

export async function startServer(): Promise<Client> {
  const path = fileURLToPath(new URL('../../src/server/main.ts', import.meta.url));
  const child = fork(path, ['--node-ipc'], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const published = new Arrivals<PublishDiagnosticsParams>();
  const refreshes = new Arrivals<number>();
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) =>
    published.add(params),
  );
  connection.onRequest('workspace/codeLens/refresh', () => {
    refreshes.add(refreshes.items.length + 1);
    return null;
  });
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { workspace: { codeLens: { refreshSupport: true } } },
  });
  await connection.sendNotification('initialized', {});
  return {
    connection,
    published: (holds) => published.find(holds),
    refreshed: async (times) => {
      await refreshes.find((n) => n >= times);
    },
    stop: async () => {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      const code = await ended;
      connection.dispose();
      return code;
    },
  };
}
