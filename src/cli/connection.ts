/** Finds the connection that a command is for: a URL, a name in the nearest deltatrain.json, or the only one there. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, configFile, connectionOf, type Environment, readConfig } from '../app/config.ts';
import { Failure } from '../base/failure.ts';
import type { Store } from '../data/store.ts';
import type { EngineContract } from '../protocol/engine.ts';
import type { Caller } from '../protocol/rpc.ts';
import { type EngineProcess, startEngine } from './engineProcess.ts';

/** A connection that is not open yet. */
export interface FoundConnection {
  /** Its name in the file, or its URL. */
  readonly name: string;
  readonly path: string;
  readonly environment: Environment;
  readonly readOnly: boolean;
}

export interface OpenedConnection extends FoundConnection {
  readonly store: Store;
  readonly engine: Caller<EngineContract>;
}

export interface FoundConfig {
  readonly config: Config;
  /** The folder of the file; paths in it start there. */
  readonly folder: string;
}

/** The nearest deltatrain.json from `cwd` upwards, or null when there is none. */
export function findConfig(cwd: string): FoundConfig | null {
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    const file = path.join(folder, configFile);
    if (existsSync(file)) return { config: readConfig(readFileSync(file, 'utf8'), file), folder };
    if (path.dirname(folder) === folder) return null;
  }
}

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

function byUrl(url: string, cwd: string): FoundConnection | undefined {
  if (/^mysql:/i.test(url))
    throw new Failure('store.unsupported', {
      what: 'MatrixOne connections are not part of this version.',
      hint: 'Use an embedded store: --connection embedded:PATH.',
    });
  const file = /^embedded:(.*)$/s.exec(url)?.[1];
  if (file === undefined) return undefined;
  if (file === '') throw usage('--connection embedded: needs the path of the store.');
  return { name: url, path: path.resolve(cwd, file), environment: 'development', readOnly: false };
}

function byName(name: string, { config, folder }: FoundConfig): FoundConnection {
  const connection = connectionOf(config, name);
  if (connection.kind === 'matrixone')
    throw new Failure('store.unsupported', {
      what: `The connection "${name}" is a MatrixOne server, which is not part of this version.`,
    });
  const { environment, readOnly } = connection;
  return { name, path: path.resolve(folder, connection.path), environment, readOnly };
}

/** `wanted` is what `--connection` says, `name` what the command itself would take. */
export function findConnection(cwd: string, wanted: string | undefined, name: string | undefined): FoundConnection {
  const url = wanted === undefined ? undefined : byUrl(wanted, cwd);
  if (url) return url;
  const found = findConfig(cwd);
  const chosen = wanted ?? name;
  if (!found)
    throw usage(
      `There is no ${configFile} in this folder or above it${chosen === undefined ? '' : ` to find "${chosen}" in`}. Say where the store is: --connection embedded:PATH.`,
    );
  if (chosen !== undefined) return byName(chosen, found);
  const names = Object.keys(found.config.connections);
  if (names.length === 1) return byName(names[0] ?? '', found);
  const choice = names.length === 0 ? 'names no connection' : `names several connections (${names.join(', ')})`;
  throw usage(`${path.join(found.folder, configFile)} ${choice}. Choose one with --connection.`);
}

export async function openConnection(
  found: FoundConnection,
  create: boolean,
): Promise<{ opened: OpenedConnection; process: EngineProcess }> {
  const { path: file, readOnly } = found;
  const process = await startEngine({ kind: 'embedded', path: file, readOnly, create });
  return { opened: { ...found, store: process.store, engine: process.caller }, process };
}
