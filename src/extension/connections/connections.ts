/** The connections of this window: those of the deltatrain.json files and of the user's settings, and which of them are open. */
import * as vscode from 'vscode';
import { registryConnection, type TrainingConfig } from '../../app/config/config.ts';
import { resolveTraining } from '../../app/config/resolveTraining.ts';
import { Disposables } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import type { ModelHead } from '../../data/model.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Training } from '../../data/training.ts';
import { type Connection, isSameConnection, placeOf } from './connection.ts';
import type { Homes, ReadHome } from './homes.ts';
import type { HowToOpen, Opener } from './opener.ts';
import type { Session } from './session.ts';
import { ownConnections } from '../talk/settings.ts';

/** A training as it is configured, with where it is written. */
export interface ConfiguredTraining {
  readonly home: ReadHome;
  readonly name: string;
  readonly written: TrainingConfig;
  readonly connection: Connection;
}

/** A training with its defaults filled in, and the open connections of its table and its registry. */
export interface OpenTraining {
  readonly training: Training;
  readonly session: Session;
  readonly registry: Session;
}

export interface ConnectionsOptions {
  readonly homes: Homes;
  readonly opener: Opener;
}

/** A connection that is open, or on its way. */
interface Opening {
  /** Also when it was closed meanwhile: then whoever closed it ends it. */
  readonly coming: Promise<Session | null>;
  /** For whoever wants it open: `cancelled` when it was closed meanwhile. */
  settled: Promise<Session | null>;
  /** Ends it while it is on its way. */
  readonly controller: AbortController;
  /** Nobody is asked anything for it. */
  readonly quietly: boolean;
  connection: Connection | null;
  opened: Session | null;
}

/**
 * The connections of this window. `session` opens one where it is not; whoever shows data listens to the three events.
 */
export class Connections implements vscode.Disposable {
  readonly #options: ConnectionsOptions;
  readonly #own = new Disposables();
  readonly #openings = new Map<string, Opening>();
  /** Closed by the user: only a command opens them again. */
  readonly #closedByUser = new Set<string>();
  readonly #changed = this.#own.add(new vscode.EventEmitter<void>());
  readonly #dataChanged = this.#own.add(new vscode.EventEmitter<string>());
  readonly #lookedAgain = this.#own.add(new vscode.EventEmitter<string>());
  /** The list, or which of them are open. */
  readonly onDidChange = this.#changed.event;
  /** The id of a connection whose tables, snapshots or models changed. */
  readonly onDidChangeData = this.#dataChanged.event;
  /** The id of a connection where others may have changed something, which it cannot tell. */
  readonly onDidLookAgain = this.#lookedAgain.event;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#own.add(options.homes.onDidChange(() => void this.#closeGone()));
    this.#own.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('deltatrain.connections')) void this.#closeGone();
      }),
    );
  }

  get homes(): Homes {
    return this.#options.homes;
  }

  /** Those of the files first, in the order of the folders and the files; then the user's own. */
  async list(): Promise<Connection[]> {
    const homes = await this.homes.read();
    const isAlone = homes.filter(({ kind }) => kind === 'folder').length === 1;
    const found: Connection[] = [];
    for (const home of homes) {
      for (const [name, config] of Object.entries(home.config.connections)) {
        const isPlain = home.kind === 'folder' ? isAlone : !found.some(({ id }) => id === name);
        const id = isPlain ? name : `${home.name} › ${name}`;
        found.push({ id, name, home, config, place: placeOf(config, home.uri.fsPath) });
      }
    }
    for (const [name, config] of ownConnections())
      if (!found.some(({ id }) => id === name))
        found.push({ id: name, name, home: null, config, place: placeOf(config, null) });
    return found;
  }

  async find(id: string): Promise<Connection> {
    const all = await this.list();
    const found = all.find((one) => one.id === id);
    if (found) return found;
    if (!vscode.workspace.isTrusted) throw new Failure('workspace.untrusted');
    throw new Failure('connection.unknown', {
      connection: id,
      near: nearest(
        id,
        all.map((one) => one.id),
      ),
    });
  }

  get opener(): Opener {
    return this.#options.opener;
  }

  isOpen(id: string): boolean {
    return this.opened(id) !== null;
  }

  /** The session of a connection that is open; null while it is not. */
  opened(id: string): Session | null {
    return this.#openings.get(id)?.opened ?? null;
  }

  /** False once the connection was closed, and when it was opened anew. */
  isCurrent(session: Session): boolean {
    return this.opened(session.connection.id) === session;
  }

  /** For what works in the background: null where the user closed the connection, or would have to be asked for its password. */
  async sessionUnlessClosed(id: string): Promise<Session | null> {
    return this.#closedByUser.has(id) ? null : this.#session(id, { quietly: true });
  }

  /** Ids of the connections that are open. */
  open(): string[] {
    return [...this.#openings].filter(([, { opened }]) => opened !== null).map(([id]) => id);
  }

  /** The open connection, opened first where it is not; asks for the password where it needs one. */
  async session(id: string, how: Omit<HowToOpen, 'quietly'> = {}): Promise<Session> {
    for (;;) {
      const known = this.#openings.get(id);
      // What is opened quietly ends where it would have to ask; then it is opened once more, with questions.
      const session = known?.quietly === true ? await known.settled.catch(() => null) : await this.#session(id, how);
      if (session) return session;
    }
  }

  /** Null where it was to be opened quietly and a person would have to be asked. */
  #session(id: string, how: HowToOpen): Promise<Session | null> {
    const known = this.#openings.get(id);
    if (known) return known.settled;
    const controller = new AbortController();
    const coming = this.find(id).then((connection) => {
      opening.connection = connection;
      return this.opener.open(connection, how, controller.signal);
    });
    // Nothing is awaited before it is in the map, so that nobody opens it a second time and whoever closes it finds it.
    const opening: Opening = {
      coming,
      settled: Promise.resolve(null),
      controller,
      quietly: how.quietly === true,
      connection: null,
      opened: null,
    };
    this.#openings.set(id, opening);
    opening.settled = this.#settle(id, opening);
    return opening.settled;
  }

  async #settle(id: string, opening: Opening): Promise<Session | null> {
    const isMine = (): boolean => this.#openings.get(id) === opening;
    try {
      const session = await opening.coming;
      if (!isMine()) throw new Failure('cancelled');
      if (!session) {
        this.#openings.delete(id);
        return null;
      }
      opening.opened = session;
      this.#closedByUser.delete(id);
      this.#changed.fire();
      return session;
    } catch (error) {
      if (isMine()) this.#openings.delete(id);
      throw error;
    }
  }

  /** `byUser`: it stays closed until a command wants it. One that is on its way is ended too, with its process. */
  async close(id: string, byUser = false): Promise<void> {
    const opening = this.#openings.get(id);
    if (!opening) return;
    this.#openings.delete(id);
    if (byUser) this.#closedByUser.add(id);
    opening.controller.abort();
    this.#changed.fire();
    const ended = opening.coming.then(
      (session) => session?.end(),
      // How the opening ended is told to whoever wanted it open.
      () => undefined,
    );
    this.#closing = Promise.allSettled([this.#closing, ended]);
    await ended;
  }

  /** Closes what is not named any more, or is named otherwise. */
  async #closeGone(): Promise<void> {
    const now = await this.list();
    for (const [id, { connection }] of [...this.#openings])
      if (connection && !now.some((one) => isSameConnection(one, connection))) await this.close(id);
    this.#changed.fire();
  }

  /** Tells everybody that shows the data of this connection to look again. */
  noticeChange(id: string): void {
    this.#dataChanged.fire(id);
  }

  /** Others may have changed this connection's data; what is shown of it is read again, but nothing heavy is counted. */
  lookAgain(id: string): void {
    this.#lookedAgain.fire(id);
  }

  /** Every training that is configured, also those whose connection is unknown. */
  async trainings(): Promise<ConfiguredTraining[]> {
    const [homes, connections] = await Promise.all([this.homes.read(), this.list()]);
    return homes.flatMap((home) =>
      Object.entries(home.config.trainings).flatMap(([name, written]) => {
        const connection =
          connections.find(
            (one) => one.home?.uri.toString() === home.uri.toString() && one.name === written.connection,
          ) ?? connections.find((one) => one.home === null && one.name === written.connection);
        return connection ? [{ home, name, written, connection }] : [];
      }),
    );
  }

  async trainingsOf(connection: string, table: TableName): Promise<ConfiguredTraining[]> {
    const all = await this.trainings();
    return all.filter((one) => one.connection.id === connection && one.written.table === tableText(table));
  }

  async training(connection: string, name: string): Promise<ConfiguredTraining> {
    const all = (await this.trainings()).filter((one) => one.connection.id === connection);
    const found = all.find((one) => one.name === name);
    if (found) return found;
    throw new Failure('training.unknown', {
      training: name,
      near: nearest(
        name,
        all.map((one) => one.name),
      ),
    });
  }

  /** Opens what a training needs and fills its defaults in. */
  async openTraining(configured: ConfiguredTraining): Promise<OpenTraining> {
    const { home, name, connection } = configured;
    const session = await this.session(connection.id);
    const training = await resolveTraining(home.config, name, session.store);
    const registryName = registryConnection(home.config, name);
    const registry =
      registryName === configured.written.connection ? session : await this.#registrySession(home, registryName);
    return { training, session, registry };
  }

  /**
   * The training that a model came from: as it is configured, where that is still the same lineage, else as the registry keeps
   * it.
   */
  async openTrainingOf(session: Session, model: ModelHead): Promise<OpenTraining> {
    const all = await this.trainings();
    for (const one of all.filter(
      ({ name, connection }) => name === model.training && connection.id === session.connection.id,
    )) {
      const open = await this.openTraining(one);
      if (open.training.id === model.trainingId) return open;
    }
    const training = await session.registry.training(model);
    if (!training) throw new Failure('training.unknown', { training: model.training });
    return { training, session, registry: session };
  }

  async #registrySession(home: ReadHome, name: string): Promise<Session> {
    const all = await this.list();
    const found = all.find((one) => one.name === name && one.home?.uri.toString() === home.uri.toString());
    const { id, place } = found ?? (await this.find(name));
    // It is made on its first use, as the training says.
    return this.session(id, { create: place.kind === 'embedded' });
  }

  /** Ends every engine process. */
  async end(): Promise<void> {
    await Promise.allSettled([...this.#openings.keys()].map((id) => this.close(id)));
    await this.#closing;
  }

  dispose(): void {
    this.#own.dispose();
  }
}
