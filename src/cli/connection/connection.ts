/** Finds the connection that a command is for: a URL, a name in the nearest deltatrain.json, or the only one there. */
import { fileKinds, isFile } from '../../data/place.ts';
import { say, together } from '../../base/say.ts';
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { configFile, connectionOf, type Environment } from '../../app/config/config.ts';
import { isConnectionUri } from '../../app/config/connectionUri.ts';
import { isSameStore } from '../../app/config/sameStore.ts';
import { Failure } from '../../base/failure.ts';
import type { Store } from '../../data/store.ts';
import type { EngineContract, OpenRequest } from '../../protocol/engine.ts';
import type { Caller } from '../../protocol/rpc.ts';
import { type EngineProcess, startEngine } from './engineProcess.ts';
import type { Output } from '../terminal/output.ts';
import { type FoundConfig, findConfig } from './foundConfig.ts';
import { findPassword } from './password.ts';
import { certificateIn, configuredServer, type ServerPlace, serverOfUrl } from './serverPlace.ts';

/** A connection that is not open yet. */
export interface FoundConnection {
  /** Its name in the file, or its URL without a password. */
  readonly name: string;
  readonly place: { readonly kind: string; readonly path: string } | ServerPlace;
  readonly environment: Environment;
  readonly readOnly: boolean;
  /** deltatrain.json names files that its tables are built from. */
  readonly hasSources?: boolean;
}

/** A connection with its engine process: the store port, and the engine for what reads and writes files. */
export interface OpenedConnection extends FoundConnection {
  readonly store: Store;
  readonly engine: Caller<EngineContract>;
}

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

function byUrl(url: string, cwd: string): FoundConnection | undefined {
  if (isConnectionUri(url)) {
    const { shown, place, same } = serverOfUrl(url, findConfig(cwd));
    return { name: shown, place, ...strictestOf(same) };
  }
  const [, kind = '', file = ''] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (!fileKinds.has(kind)) return undefined;
  if (file === '') throw usage(`--connection ${kind}: needs the path of the store.`);
  const place = path.resolve(cwd, file);
  return { name: url, place: { kind, path: place }, ...rulesOf(place, findConfig(cwd)) };
}

type Rules = Pick<FoundConnection, 'environment' | 'readOnly'>;

function strictestOf(same: readonly Rules[]): Rules {
  const strictest = (['production', 'staging'] as const).find((one) => same.some((rule) => rule.environment === one));
  return { environment: strictest ?? 'development', readOnly: same.some((rule) => rule.readOnly) };
}

/** What the file says of the same store, however it is named; the rules of a store are not left behind with its name. */
function rulesOf(place: string, found: FoundConfig | null): Rules {
  const same = Object.values(found?.config.connections ?? {}).filter(
    (one) => isFile(one) && found && realPathOf(path.resolve(found.folder, one.path)) === realPathOf(place),
  );
  return strictestOf(same);
}

/** The names of deltatrain.json for the same store: what it says of a store holds however that is named. */
export const configuredNames = ({ place }: Pick<FoundConnection, 'place'>, { config, folder }: FoundConfig): string[] =>
  Object.entries(config.connections).flatMap(([name, one]) => {
    const named = isFile(one) ? { kind: one.kind, path: path.resolve(folder, one.path) } : one;
    return isSameStore(named, isFile(place) ? place : place.open, realPathOf) ? [name] : [];
  });

/** The real path of a file that need not exist yet: links of the part that does exist are followed. */
function realPathOf(file: string): string {
  const parent = path.dirname(file);
  if (existsSync(file)) return realpathSync.native(file);
  return parent === file ? file : path.join(realPathOf(parent), path.basename(file));
}

/** A link to nothing does not count as inside: opening it would make the file that it names. */
function isInside(folder: string, file: string): boolean {
  const holder = path.dirname(file);
  const isHeld = existsSync(holder) && statSync(holder).isDirectory();
  if (isHeld && !existsSync(file) && lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return false;
  const way = path.relative(realPathOf(folder), realPathOf(file));
  return !path.isAbsolute(way) && way !== '..' && !way.startsWith(`..${path.sep}`);
}

function byName(name: string, { config, folder }: FoundConfig): FoundConnection {
  const connection = connectionOf(config, name);
  const { environment, readOnly } = connection;
  if (!isFile(connection)) return { name, place: configuredServer(name, connection, folder), environment, readOnly };
  const file = path.resolve(folder, connection.path);
  if (!isInside(folder, file)) throw new Failure('connection.outside', { path: file });
  const isOnly = Object.keys(config.connections).length === 1;
  const hasSources = Object.values(config.sources).some(({ connection: of }) => (of ?? (isOnly && name)) === name);
  return { name, place: { kind: connection.kind, path: file }, environment, readOnly, hasSources };
}

/** A name may look like an address; what is neither a name nor an address of ours is told by how it begins, as it may hold a password. */
function requireKnownScheme(wanted: string, found: FoundConfig | null): void {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(wanted)?.[0];
  if (scheme === undefined || Object.hasOwn(found?.config.connections ?? {}, wanted)) return;
  throw usage(
    `--connection cannot begin with ${scheme} It is embedded:PATH, mysql://user@host:port/db, or a name in ${configFile}.`,
  );
}

/** `wanted` is what `--connection` says, `name` what the command itself would take. */
export function findConnection(cwd: string, wanted: string | undefined, name: string | undefined): FoundConnection {
  const url = wanted === undefined ? undefined : byUrl(wanted, cwd);
  if (url) return url;
  const found = findConfig(cwd);
  const chosen = wanted ?? name;
  if (wanted !== undefined) requireKnownScheme(wanted, found);
  if (!found)
    throw usage(
      together(
        chosen === undefined
          ? say('There is no {0} in this folder or above it.', configFile)
          : say('There is no {0} in this folder or above it to find "{1}" in.', configFile, chosen),
        say('Say where the store is: --connection embedded:PATH, or mysql://user@host:port/db.'),
      ),
    );
  if (chosen !== undefined) return byName(chosen, found);
  const names = Object.keys(found.config.connections);
  if (names.length === 1) return byName(names[0] ?? '', found);
  const choice =
    names.length === 0 ? say('names no connection') : say('names several connections ({0})', names.join(', '));
  throw usage(say('{0} {1}. Choose one with --connection.', path.join(found.folder, configFile), choice));
}

async function requestOf(
  { place, readOnly }: FoundConnection,
  { create, output, signal }: HowToOpen,
): Promise<OpenRequest> {
  if (isFile(place)) return { ...place, readOnly, create };
  const { host, port } = place.open;
  const ca = place.ca === null ? null : certificateIn(place.ca, `${host}:${port}`);
  return { ...place.open, ca, readOnly, password: await findPassword(place.password, output, signal) };
}

export interface HowToOpen {
  /** Make the store's file when it is missing. */
  readonly create: boolean;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** A store that is not there yet and can be built says so, and so does a refusal of a user whom nobody named. */
function withHint(error: unknown, { place, hasSources = false }: FoundConnection): unknown {
  if (isFile(place) && hasSources && !existsSync(place.path) && Failure.is(error, 'store.unreachable'))
    return new Failure('store.unreachable', {
      ...error.data,
      hint: say('Build it from the files that {0} names: deltatrain setup.', configFile),
    });
  const hint = isFile(place) ? null : place.password.noUser;
  if (hint === null) return error;
  if (Failure.is(error, 'store.wrongPassword')) return new Failure('store.wrongPassword', { ...error.data, hint });
  if (!Failure.is(error, 'store.denied')) return error;
  const { store, reason } = error.data;
  return new Failure('store.denied', { store, reason: `${reason} ${hint}` });
}

/**
 * Starts the engine process of a connection and opens the store in it; the caller ends the process. Fails as the
 * store's opening does, and as asking for a password does.
 */
export async function openConnection(
  found: FoundConnection,
  how: HowToOpen,
): Promise<{ opened: OpenedConnection; process: EngineProcess }> {
  const request = await requestOf(found, how);
  const process = await startEngine(request, how.signal).catch((error: unknown) => {
    throw withHint(error, found);
  });
  for (const note of process.notes) how.output.note(note);
  return { opened: { ...found, store: process.store, engine: process.caller }, process };
}
