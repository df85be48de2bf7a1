/** The trainings of this window: those of the deltatrain.json files, and what each needs open. */
import { isFile } from '../../data/place.ts';
import { registryConnection, type TrainingConfig } from '../../app/config/config.ts';
import { resolveTraining } from '../../app/config/resolveTraining.ts';
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import type { ModelHead } from '../../data/model.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Training } from '../../data/training.ts';
import { live } from '../../data/version.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { ReadHome } from './homes.ts';
import type { Session } from './session.ts';

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

/** Finds trainings where they are configured, and opens the connections of one. */
export class Trainings {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Every training that is configured on a connection that is named somewhere. */
  async list(): Promise<ConfiguredTraining[]> {
    const [homes, connections] = await Promise.all([this.#connections.homes.read(), this.#connections.list()]);
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

  /** Those of a table. */
  async of(connection: string, table: TableName): Promise<ConfiguredTraining[]> {
    const all = await this.list();
    return all.filter((one) => one.connection.id === connection && one.written.table === tableText(table));
  }

  /** The training of that name on a connection; `training.unknown` with the nearest one. */
  async find(connection: string, name: string): Promise<ConfiguredTraining> {
    const all = (await this.list()).filter((one) => one.connection.id === connection);
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
  async open(configured: ConfiguredTraining): Promise<OpenTraining> {
    const { home, name, connection } = configured;
    const session = await this.#connections.session(connection.id);
    const registryName = registryConnection(home.config, name);
    const registry =
      registryName === configured.written.connection ? session : await this.#registrySession(home, registryName);
    const latest = await registry.registry.latestTraining(name);
    const training = await resolveTraining(home.config, name, session.store, live, latest);
    return { training, session, registry };
  }

  /**
   * The training that a model came from: as it is configured, where that is still the same lineage, else as the registry keeps
   * it.
   */
  async openOf(session: Session, model: ModelHead): Promise<OpenTraining> {
    const all = await this.list();
    for (const one of all.filter(
      ({ name, connection }) => name === model.training && connection.id === session.connection.id,
    )) {
      const open = await this.open(one);
      if (open.training.id === model.trainingId) return open;
    }
    const training = await session.registry.training(model);
    if (!training) throw new Failure('training.unknown', { training: model.training });
    return { training, session, registry: session };
  }

  /** The session itself, and every other whose registry keeps models of trainings on this one's tables. Opens those. */
  async withModels(session: Session): Promise<Session[]> {
    const found = new Set([session]);
    for (const { home, name, written, connection } of await this.list()) {
      const registry = registryConnection(home.config, name);
      if (connection.id === session.connection.id && registry !== written.connection)
        found.add(await this.#registrySession(home, registry));
    }
    return [...found];
  }

  async #registrySession(home: ReadHome, name: string): Promise<Session> {
    const all = await this.#connections.list();
    const found = all.find((one) => one.name === name && one.home?.uri.toString() === home.uri.toString());
    const { id, place } = found ?? (await this.#connections.find(name));
    // It is made on its first use, as the training says.
    return this.#connections.session(id, { create: isFile(place) });
  }
}
