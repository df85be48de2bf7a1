/** An open connection: its engine process, a second one for the user's own SQL, and what is built on them. */
import { isFile } from '../../data/place.ts';
import { engineStore } from '../../protocol/engineStore.ts';
import { Registry } from '../../app/registry/registry.ts';
import type { RecordWriter } from '../../app/registry/record/recordKeeper.ts';
import type { MayMigrate } from '../../app/registry/registryFormat.ts';
import { Failure } from '../../base/failure.ts';
import type { Store, StoreFacts } from '../../data/store.ts';
import { type OpenRequest, storeLabel } from '../../protocol/engine.ts';
import type { Connection } from './connection.ts';
import { EngineLink } from './engineLink.ts';

export interface SessionOptions {
  readonly connection: Connection;
  readonly open: OpenRequest;
  /** Path of dist/engine.mjs. */
  readonly engine: string;
  readonly log: (line: string) => void;
  readonly note: (sentence: string) => void;
  /** Asked before a registry that others share is moved forward. */
  readonly mayMigrate: MayMigrate;
  readonly writer: RecordWriter;
}

/** An open connection: the store port and the registry, over processes that end with it. */
export class Session {
  readonly connection: Connection;
  /** As they were when it was opened. */
  readonly facts: StoreFacts;
  /** For everything of ours: tree, panels, runs, imports. */
  readonly engine: EngineLink;
  /** For statements that the user wrote, so that ending one by force ends nothing else. Started with the first of them. */
  readonly sqlEngine: EngineLink;
  readonly store: Store;
  readonly sqlStore: Store;
  readonly registry: Registry;
  /** Who acts, for the record. */
  readonly writer: RecordWriter;

  private constructor(
    { connection, open, engine, log, mayMigrate, writer }: SessionOptions,
    engineLink: EngineLink,
    facts: StoreFacts,
  ) {
    this.connection = connection;
    this.facts = facts;
    this.engine = engineLink;
    this.sqlEngine = new EngineLink({
      module: engine,
      open: isFile(open) ? { ...open, create: false } : open,
      log,
    });
    this.store = engineStore(this.engine, storeLabel(open));
    this.sqlStore = engineStore(this.sqlEngine, storeLabel(open));
    this.writer = writer;
    this.registry = new Registry(this.store, mayMigrate, writer);
  }

  /** Opens the store, so that what is wrong with it is told now; `signal` ends the process at once. */
  static async open(options: SessionOptions, signal: AbortSignal): Promise<Session> {
    if (signal.aborted) throw new Failure('cancelled');
    const { open, engine, log, note } = options;
    const link = new EngineLink({ module: engine, open, log });
    const stop = (): void => link.kill();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const facts = await link.facts();
      if (signal.aborted) throw new Failure('cancelled');
      for (const sentence of facts.notes ?? []) note(sentence);
      return new Session(options, link, facts);
    } catch (error) {
      await link.end();
      throw signal.aborted ? new Failure('cancelled') : error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.engine.end(), this.sqlEngine.end()]);
  }
}
