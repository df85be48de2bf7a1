/** A server as a connection of the file or a URL names it, and what is sent to the process that connects. */
import { isFile } from '../../data/place.ts';
import { say } from '../../base/say.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configFile, type MatrixoneConfig } from '../../app/config/config.ts';
import { defaultUser, parseConnectionUri, printConnectionUri } from '../../app/config/connectionUri.ts';
import { isSameServer } from '../../app/config/sameStore.ts';
import { Failure } from '../../base/failure.ts';
import type { OpenMatrixone } from '../../protocol/engine.ts';
import type { FoundConfig } from './foundConfig.ts';
import type { PasswordSource } from './password.ts';

export interface ServerPlace {
  readonly kind: 'matrixone';
  readonly open: Omit<OpenMatrixone, 'password' | 'ca' | 'readOnly'>;
  /** The full path of the certificate of its authority; null: those of the system. */
  readonly ca: string | null;
  readonly password: PasswordSource;
}

/** As in the file, where a URL cannot say it. */
const timeoutSeconds = 60;

const openRequestOf = (
  { host, port, user, database, tls }: Pick<MatrixoneConfig, 'host' | 'port' | 'user' | 'database' | 'tls'>,
  statementTimeoutSeconds: number,
): ServerPlace['open'] => ({
  kind: 'matrixone',
  host,
  port,
  user: user ?? defaultUser,
  database,
  tls,
  statementTimeoutSeconds,
});

/** Nobody chose the user that is taken then, so a refusal says who it is. */
const noUserText = (of: string, user: string | null, how: string): string | null =>
  user === null ? say('{0} names no user, which is then {1}: {2} names one.', of, defaultUser, how) : null;

const loginOf = ({ host, port, user }: ServerPlace['open']): string => `${host}:${port} as ${user}`;

/** `folder`: where the path of the certificate starts. */
export function configuredServer(name: string, config: MatrixoneConfig, folder: string): ServerPlace {
  const open = openRequestOf(config, config.statementTimeoutSeconds);
  const ca = config.ca === null ? null : path.resolve(folder, config.ca);
  const noUser = noUserText(say('The connection "{0}"', name), config.user, `"user" in ${configFile}`);
  const { host, port } = open;
  const named = { name, file: path.join(folder, configFile), host, port };
  return { kind: 'matrixone', open, ca, password: { named, inUrl: null, login: loginOf(open), noUser } };
}

export interface UrlServer {
  /** The URL without a password. */
  readonly shown: string;
  readonly place: ServerPlace;
  /** What the file says of the same server, however it is named there. */
  readonly same: readonly MatrixoneConfig[];
}

/** TLS that the file requires for this server, and its certificate, hold for the URL too; its other rules are the caller's. */
export function serverOfUrl(url: string, found: FoundConfig | null): UrlServer {
  const uri = parseConnectionUri(url);
  const same = Object.values(found?.config.connections ?? {}).filter(
    (one): one is MatrixoneConfig => !isFile(one) && isSameServer(one, uri),
  );
  const tls = same.some((one) => one.tls === 'required') ? 'required' : uri.tls;
  const seconds = same.map((one) => one.statementTimeoutSeconds);
  const open = openRequestOf({ ...uri, tls }, seconds.length === 0 ? timeoutSeconds : Math.max(...seconds));
  const written = same.find((one) => one.ca !== null)?.ca ?? null;
  const ca = written === null || found === null ? null : path.resolve(found.folder, written);
  const { host, port } = uri;
  const how = printConnectionUri({ host, port, user: 'USER', database: null, tls: 'preferred' });
  const noUser = noUserText('The URL', uri.user, how);
  const password = { named: null, inUrl: uri.password, login: loginOf(open), noUser };
  return { shown: printConnectionUri(uri), place: { kind: 'matrixone', open, ca, password }, same };
}

/** The text of a file of certificates; no sentence repeats what is in it. */
export function certificateIn(file: string, store: string): string {
  const wrong = (reason: string, cause?: unknown): Failure =>
    new Failure('store.badCertificate', { store, reason }, { cause });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(say('{0} cannot be read', file), error);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw wrong(say('{0} holds no certificate in PEM form', file));
  return text;
}
