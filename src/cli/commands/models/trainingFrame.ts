/** What the commands of trainings and models are given by the command line, and what they find with it. */
import { isFile } from '../../../data/place.ts';
import { existsSync } from 'node:fs';
import { later, say } from '../../../base/say.ts';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import manifest from '../../../../package.json' with { type: 'json' };
import { systemClock } from '../../../app/training/clock.ts';
import { type Config, configFile, registryConnection, trainingOf } from '../../../app/config/config.ts';
import { Registry } from '../../../app/registry/registry.ts';
import type { MayMigrate } from '../../../app/registry/registryFormat.ts';
import { resolveTraining } from '../../../app/config/resolveTraining.ts';
import type { Workbench } from '../../../app/training/workbench.ts';
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { type Model, modelText, parseModelRef } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import type { Trainer } from '../../../data/trainer.ts';
import { live } from '../../../data/version.ts';
import type { Training } from '../../../data/training.ts';
import type { CommandOption, Invocation } from '../command.ts';
import { recordWriter } from '../record.ts';
import { thisProcess } from '../../../host/thisProcess.ts';
import { findConnection, type OpenedConnection } from '../../connection/connection.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import { routedTrainer } from '../../../outside/routedTrainer.ts';
import { lazyOutside } from '../trainers/forkOutside.ts';
import { lazyTrainer } from './forkTrainer.ts';

/** What a command of trainings and models gets instead of one open connection: a training may need two. */
export interface TrainingFrame {
  readonly signal: AbortSignal;
  /** Who runs this, for the registry and the lease. */
  readonly owner: string;
  readonly toolVersion: string;
  /** The configuration that is nearest upwards. */
  config(): Config;
  /** True when one connection was asked for on the command line: it is then the only one. */
  readonly oneConnection: boolean;
  /** A store by the name of its connection, which `training` names; open until the command ends. */
  store(connection: string, training?: string, create?: boolean): Promise<Store>;
  /** The opened connection that one of these stores belongs to. */
  openedOf(store: Store): OpenedConnection;
  /** False for a store of this machine whose file was not made yet. */
  isMade(connection: string): boolean;
  readonly trainer: Trainer;
  /** Moves a registry that others share forward where --yes says so, else refuses. */
  readonly mayMigrate: MayMigrate;
}

/** For commands that write to the registry. */
export const yesOption: CommandOption = {
  type: 'boolean',
  about: later(
    'Also where the registry is of an older DeltaTrain, and everybody who shares it needs this one from then on',
  ),
};

/** For commands that may run a program that deltatrain.json names. */
export const allowTrainerOption: CommandOption = {
  type: 'boolean',
  about: later('Run the programs that deltatrain.json names as trainers, whatever they are now'),
};

/** Does the work of a command with a frame, and ends the trainer that it may have used. */
export async function withFrame<T>(invocation: Invocation, work: (frame: TrainingFrame) => Promise<T>): Promise<T> {
  const trainer = lazyTrainer();
  const stores = new Map<string, Promise<Store>>();
  const connections = new Map<Store, OpenedConnection>();
  const one = invocation.option('connection');
  const found = findConfig(invocation.cwd);
  const outside = lazyOutside(found, invocation.cwd, invocation.has('allow-trainer'));
  const kept = (opened: OpenedConnection): Store => {
    connections.set(opened.store, opened);
    return opened.store;
  };
  const frame: TrainingFrame = {
    openedOf(store) {
      const opened = connections.get(store);
      if (!opened) throw new Error('Broken invariant: this store was not opened here');
      return opened;
    },
    isMade(name) {
      const { place } = findConnection(invocation.cwd, one, name);
      return !isFile(place) || existsSync(place.path);
    },
    signal: invocation.signal,
    owner: `${userInfo().username}@${hostname()}, command line`,
    toolVersion: manifest.version,
    oneConnection: one !== undefined,
    trainer: routedTrainer(trainer.port, outside.port),
    mayMigrate: (question) => (invocation.has('yes') ? Promise.resolve() : Promise.reject(question)),
    config() {
      if (!found)
        throw new Failure('usage.wrong', { message: say('There is no {0} in this folder or above it.', configFile) });
      return found.config;
    },
    store(name, training, create = false) {
      const opened = stores.get(one ?? name) ?? invocation.open({ name, create }).then(kept);
      stores.set(one ?? name, opened);
      return opened.catch((error: unknown) => {
        if (!found || training === undefined || !Failure.is(error, 'connection.unknown')) throw error;
        const by = say('The training "{0}" in {1} names it.', training, path.join(found.folder, configFile));
        throw new Failure('connection.unknown', { ...error.data, by });
      });
    },
  };
  try {
    return await work(frame);
  } finally {
    trainer.end();
    await outside.end();
  }
}

/** The configuration with another learner for a training; its options are of the learner that is written, so they go with it. */
function withLearner(config: Config, name: string, learner: string | undefined): Config {
  const { options, ...training } = trainingOf(config, name);
  if (learner === undefined) return config;
  const kept = learner === training.learner && options ? { options } : {};
  return { ...config, trainings: { ...config.trainings, [name]: { ...training, ...kept, learner } } };
}

/** A training with its table's store, its registry and a trainer; `learner` instead of what is written. */
export async function openTraining(
  frame: TrainingFrame,
  name: string,
  learner?: string,
): Promise<{ training: Training; workbench: Workbench }> {
  const config = withLearner(frame.config(), name, learner);
  const { connection } = trainingOf(config, name);
  const store = await frame.store(connection, name);
  const registryName = registryConnection(config, name);
  // A registry elsewhere is made with its first model; the store of the table is there, or something is wrong.
  const registryStore = await frame.store(registryName, name, registryName !== connection);
  const registry = new Registry(registryStore, frame.mayMigrate, recordWriter);
  const training = await resolveTraining(config, name, store, live, await registry.latestTraining(name));
  return { training, workbench: workbenchOf(frame, store, registry) };
}

/** What the use cases of training work with, for a store and a registry that the command opened. */
export const workbenchOf = (frame: TrainingFrame, store: Store, registry: Registry): Workbench => ({
  store,
  registry,
  trainer: frame.trainer,
  clock: systemClock,
  owner: frame.owner,
  toolVersion: frame.toolVersion,
  here: thisProcess,
});

/** The registries a command looks into: of the connection that was asked for, else of every training that is configured. */
export async function registries(frame: TrainingFrame, training?: string): Promise<Registry[]> {
  const found: Registry[] = [];
  for (const [connection, by] of registryNames(frame, training)) {
    const isElsewhere = by !== undefined && trainingOf(frame.config(), by).connection !== connection;
    // Nothing was kept there yet, and listing makes nothing.
    if (isElsewhere && !frame.isMade(connection)) continue;
    found.push(new Registry(await frame.store(connection, by), frame.mayMigrate, recordWriter));
  }
  return found;
}

/** Connections, each with a training that names it, if one does. */
function registryNames(frame: TrainingFrame, training: string | undefined): Map<string, string | undefined> {
  if (frame.oneConnection) return new Map([['', undefined]]);
  const config = frame.config();
  const configured = Object.keys(config.trainings);
  const wanted = training !== undefined && configured.includes(training) ? [training] : configured;
  if (wanted.length === 0) return new Map(Object.keys(config.connections).map((name) => [name, undefined]));
  return new Map(wanted.map((name) => [registryConnection(config, name), name]));
}

/** A model by `weather/m3`, `m3`, `weather@promoted` or `weather@latest`, wherever its registry is. */
export async function findModel(frame: TrainingFrame, ref: string): Promise<{ model: Model; registry: Registry }> {
  const found: { model: Model; registry: Registry }[] = [];
  const names: string[] = [];
  let near: string | null = null;
  for (const registry of await registries(frame, parseModelRef(ref)?.training ?? undefined)) {
    try {
      found.push({ model: await registry.model(ref), registry });
    } catch (error) {
      if (!Failure.is(error, 'model.unknown')) throw error;
      if (error.data.near) near ??= error.data.near;
      names.push(...(await registry.names()));
    }
  }
  const [first] = found;
  if (!first) throw new Failure('model.unknown', { model: ref, near: near ?? nearest(ref, names) });
  if (found.length > 1)
    throw new Failure('model.ambiguous', {
      model: ref,
      choices: found.map(({ model }) => modelText(model)).join(' or '),
    });
  return first;
}

/** Where a model's table is: the connection of its training, else the store that its registry lies in. */
export async function storeOf(frame: TrainingFrame, model: Model, registry: Registry): Promise<Store> {
  if (frame.oneConnection) return registry.store;
  const { trainings } = frame.config();
  const training = Object.hasOwn(trainings, model.training) ? trainings[model.training] : undefined;
  return training ? frame.store(training.connection, model.training) : registry.store;
}
