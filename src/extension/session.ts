/** An open connection: its engine process, a second one for the user's own SQL, and what is built on them. */
import { engineStore } from '../app/engineStore.ts';
import { Registry } from '../app/registry.ts';
import type { Store } from '../data/store.ts';
import type { Connection } from './connection.ts';
import { EngineLink } from './engineLink.ts';

export interface SessionOptions {
  readonly connection: Connection;
  readonly path: string;
  readonly create: boolean;
  /** Path of dist/engine.js. */
  readonly engine: string;
  readonly log: (line: string) => void;
}

export class Session {
  readonly connection: Connection;
  /** For everything of ours: tree, panels, runs, imports. */
  readonly engine: EngineLink;
  /** For statements that the user wrote, so that ending one by force ends nothing else. Started with the first of them. */
  readonly sqlEngine: EngineLink;
  readonly store: Store;
  readonly sqlStore: Store;
  readonly registry: Registry;

  private constructor({ connection, path, engine, log }: SessionOptions, engineLink: EngineLink) {
    const open = { kind: 'embedded', path, readOnly: connection.config.readOnly, create: false } as const;
    this.connection = connection;
    this.engine = engineLink;
    this.sqlEngine = new EngineLink({ module: engine, open, log });
    this.store = engineStore(this.engine, path);
    this.sqlStore = engineStore(this.sqlEngine, path);
    this.registry = new Registry(this.store);
  }

  /** Opens the store, so that a wrong path or a file that is no store is told now. */
  static async open(options: SessionOptions): Promise<Session> {
    const { connection, path, create, engine, log } = options;
    const { readOnly } = connection.config;
    const link = new EngineLink({ module: engine, open: { kind: 'embedded', path, readOnly, create }, log });
    await link.facts();
    return new Session(options, link);
  }

  async end(): Promise<void> {
    await Promise.all([this.engine.end(), this.sqlEngine.end()]);
  }
}
