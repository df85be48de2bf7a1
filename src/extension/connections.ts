/** The connections of this window: those of the deltatrain.json files and of the user's settings, and which of them are open. */
import * as vscode from 'vscode';
import { registryConnection, type TrainingConfig } from '../app/config.ts';
import { resolveTraining } from '../app/resolveTraining.ts';
import { Disposables } from '../base/disposable.ts';
import { Failure } from '../base/failure.ts';
import { nearest } from '../base/nearest.ts';
import type { Model } from '../data/model.ts';
import { type TableName, tableText } from '../data/table.ts';
import type { Training } from '../data/training.ts';
import type { Connection } from './connection.ts';
import type { Homes, ReadHome } from './homes.ts';
import { isInside, storePath } from './paths.ts';
import { Session } from './session.ts';
import { ownConnections } from './settings.ts';

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
  /** Path of dist/engine.js. */
  readonly engine: string;
  readonly allowedPaths: vscode.Memento;
  readonly log: (line: string) => void;
}

const allowedKey = 'stores chosen in a dialog';

export class Connections implements vscode.Disposable {
  readonly #options: ConnectionsOptions;
  readonly #own = new Disposables();
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #opened = new Map<string, Session>();
  /** Closed by the user: only a command opens them again. */
  readonly #closedByUser = new Set<string>();
  readonly #changed = this.#own.add(new vscode.EventEmitter<void>());
  readonly #dataChanged = this.#own.add(new vscode.EventEmitter<string>());
  /** The list, or which of them are open. */
  readonly onDidChange = this.#changed.event;
  /** The id of a connection whose tables, snapshots or models changed. */
  readonly onDidChangeData = this.#dataChanged.event;
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
        const path = config.kind === 'embedded' ? storePath(home.uri.fsPath, config.path) : null;
        found.push({ id, name, home, config, path });
      }
    }
    for (const [name, config] of ownConnections())
      if (!found.some(({ id }) => id === name)) found.push({ id: name, name, home: null, config, path: config.path });
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

  isOpen(id: string): boolean {
    return this.#sessions.has(id);
  }

  /** False once the connection was closed, and when it was opened anew. */
  isCurrent(session: Session): boolean {
    return this.#opened.get(session.connection.id) === session;
  }

  /** For what works in the background: null where the user closed the connection. */
  async sessionUnlessClosed(id: string): Promise<Session | null> {
    return this.#closedByUser.has(id) ? null : this.session(id);
  }

  /** Ids of the connections that are open. */
  open(): string[] {
    return [...this.#sessions.keys()];
  }

  /** The open connection, opened first where it is not. `create`: makes the store when there is none. */
  async session(id: string, create = false): Promise<Session> {
    const known = this.#sessions.get(id);
    if (known) return known;
    const opening = this.#openSession(await this.find(id), create);
    this.#sessions.set(id, opening);
    try {
      const session = await opening;
      this.#opened.set(id, session);
      this.#closedByUser.delete(id);
      this.#changed.fire();
      return session;
    } catch (error) {
      this.#sessions.delete(id);
      throw error;
    }
  }

  async #openSession(connection: Connection, create: boolean): Promise<Session> {
    if (connection.path === null)
      throw new Failure('store.unsupported', {
        what: `"${connection.id}" is a MatrixOne server, which this version of DeltaTrain cannot connect to.`,
        hint: 'Use an embedded store.',
      });
    if (!this.#mayOpen(connection, connection.path)) throw new Failure('connection.outside', { path: connection.path });
    const { engine, log } = this.#options;
    return Session.open({ connection, path: connection.path, create, engine, log });
  }

  #mayOpen(connection: Connection, path: string): boolean {
    if (connection.home === null || isInside(connection.home.uri.fsPath, path)) return true;
    return this.#options.allowedPaths.get<string[]>(allowedKey, []).includes(path);
  }

  /** The user chose this file in a dialog, so a folder's file may name it. */
  async allow(path: string): Promise<void> {
    const known = this.#options.allowedPaths.get<string[]>(allowedKey, []);
    if (!known.includes(path)) await this.#options.allowedPaths.update(allowedKey, [...known, path]);
  }

  /** `byUser`: it stays closed until a command wants it. */
  async close(id: string, byUser = false): Promise<void> {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    this.#opened.delete(id);
    if (byUser) this.#closedByUser.add(id);
    this.#changed.fire();
    const ended = session.then((one) => one.end());
    this.#closing = Promise.allSettled([this.#closing, ended]);
    await ended;
  }

  /** Closes what is not named any more, or is named with another path. */
  async #closeGone(): Promise<void> {
    const now = await this.list();
    for (const id of this.open()) {
      const session = await this.#sessions.get(id)?.catch(() => undefined);
      const same = now.some(
        (one) =>
          one.id === id &&
          one.path === session?.connection.path &&
          one.config.readOnly === session.connection.config.readOnly &&
          one.config.environment === session.connection.config.environment,
      );
      if (session && !same) await this.close(id);
    }
    this.#changed.fire();
  }

  /** Tells everybody that shows the data of this connection to look again. */
  noticeChange(id: string): void {
    this.#dataChanged.fire(id);
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
  async openTrainingOf(session: Session, model: Model): Promise<OpenTraining> {
    const all = await this.trainings();
    for (const one of all.filter(
      ({ name, connection }) => name === model.training && connection.id === session.connection.id,
    )) {
      const open = await this.openTraining(one);
      if (open.training.id === model.trainingId) return open;
    }
    const training = await session.registry.training(model.trainingId);
    if (!training) throw new Failure('training.unknown', { training: model.training });
    return { training, session, registry: session };
  }

  async #registrySession(home: ReadHome, name: string): Promise<Session> {
    const all = await this.list();
    const found = all.find((one) => one.name === name && one.home?.uri.toString() === home.uri.toString());
    return this.session((found ?? (await this.find(name))).id);
  }

  /** Ends every engine process. */
  async end(): Promise<void> {
    await Promise.allSettled(this.open().map((id) => this.close(id)));
    await this.#closing;
  }

  dispose(): void {
    this.#own.dispose();
  }
}
