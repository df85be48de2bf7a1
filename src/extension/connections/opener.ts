/** Opens connections: what may be opened, with which password and certificate. Asks only where a person is there to answer. */
import { isFile } from '../../data/place.ts';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type * as vscode from 'vscode';
import type { MatrixoneConfig } from '../../app/config/config.ts';
import type { RecordWriter } from '../../app/registry/record/recordKeeper.ts';
import type { MayMigrate } from '../../app/registry/registryFormat.ts';
import { Failure, throwIfCancelled } from '../../base/failure.ts';
import type { StoreRecovery } from '../../data/store.ts';
import type { Reading } from '../../data/loading/reading.ts';
import type { FileProfile, OpenMatrixone } from '../../protocol/engine.ts';
import { type Connection, placeText, type ServerPlace } from './connection.ts';
import { isInside } from './paths.ts';
import type { Secret, Secrets } from './secrets.ts';
import { callOnce } from './engineLink.ts';
import { Session } from './session.ts';
import { say } from '../../base/say.ts';

export interface OpenerOptions {
  /** Path of dist/engine.mjs. */
  readonly engine: string;
  readonly allowedPaths: vscode.Memento;
  readonly secrets: Secrets;
  readonly log: (line: string) => void;
  /** Room for cached rows in megabytes, as the settings say it now. */
  readonly cacheMb?: () => number;
  /** Tells a person what became of a store that was opened. */
  readonly note: (sentence: string) => void;
  readonly mayMigrate: MayMigrate;
  /** Who acts in this window, for the record. */
  readonly writer: RecordWriter;
}

export interface HowToOpen {
  /** Makes the store when there is none. */
  readonly create?: boolean;
  /** Nobody is there to answer questions: null where there would be one. */
  readonly quietly?: boolean;
  /** Asks for the password even where one is known. */
  readonly anew?: boolean;
}

const allowedKey = 'stores chosen in a dialog';

/**
 * Opens connections. `connection.outside` for a store outside of its folder that nobody chose in a dialog, `cancelled`
 * where a person closes the question.
 */
export class Opener {
  readonly #options: OpenerOptions;

  constructor(options: OpenerOptions) {
    this.#options = options;
  }

  get secrets(): Secrets {
    return this.#options.secrets;
  }

  /** `signal` ends the opening, with its process. */
  async open(connection: Connection, how: HowToOpen, signal: AbortSignal): Promise<Session | null> {
    const { place, config } = connection;
    if (!isFile(place) && !isFile(config)) return this.#openServer(connection, place, config, how, signal);
    const { kind } = place;
    const path = placeText(place);
    if (!this.#mayOpen(connection, path)) throw new Failure('connection.outside', { path });
    const { readOnly } = config;
    return this.#session(connection, { kind, path, readOnly, create: how.create ?? false }, signal);
  }

  #session(connection: Connection, open: Parameters<typeof Session.open>[0]['open'], signal: AbortSignal) {
    const { engine, log, note, mayMigrate, writer } = this.#options;
    const { cacheMb } = this.#options;
    const cached = { ...open, ...(cacheMb && { cacheMb: cacheMb() }) };
    return Session.open({ connection, open: cached, engine, log, note, mayMigrate, writer }, signal);
  }

  #mayOpen(connection: Connection, path: string): boolean {
    if (connection.home === null || isInside(connection.home.uri.fsPath, path)) return true;
    return this.#options.allowedPaths.get<string[]>(allowedKey, []).includes(path);
  }

  /** The store of a connection while it is made, in a file beside its place; the caller ends it. */
  async draft(connection: Connection, draft: string, signal: AbortSignal): Promise<Session> {
    const { place } = connection;
    if (!isFile(place)) throw new Error('Broken invariant: only files are made beside their place');
    if (!this.#mayOpen(connection, place.path)) throw new Failure('connection.outside', { path: place.path });
    return this.#session(connection, { kind: place.kind, path: draft, readOnly: false, create: true }, signal);
  }

  /** Checks the backup of a store, which need not be one that can be opened; with `swap` puts it in the store's place. */
  async recover(connection: Connection, swap: boolean, signal: AbortSignal): Promise<StoreRecovery> {
    const { place } = connection;
    if (!isFile(place))
      throw new Failure('store.unsupported', { what: say('A server keeps no backup file beside it.') });
    if (!this.#mayOpen(connection, place.path)) throw new Failure('connection.outside', { path: place.path });
    if (swap && connection.config.readOnly) throw new Failure('store.readOnly', { store: place.path });
    const request = { kind: place.kind, path: place.path, swap };
    return callOnce(this.#options, (caller) => caller.call('store/recover', request, signal));
  }

  /** What a file says of itself, read by a process that has no store; `key`: columns to look at together. */
  async profile(
    file: string,
    key: readonly string[] | null,
    reading: Reading,
    signal?: AbortSignal,
  ): Promise<FileProfile> {
    return callOnce(this.#options, (caller) => caller.call('file/profile', { file, key, reading }, signal));
  }

  /** A password is kept only after it has opened the server, so a wrong one never takes the place of a right one. */
  async #openServer(
    connection: Connection,
    place: ServerPlace,
    config: MatrixoneConfig,
    { quietly = false, anew = false }: HowToOpen,
    signal: AbortSignal,
  ): Promise<Session | null> {
    const { secrets } = this.#options;
    const request = await serverRequest(config, place, connection.home?.uri.fsPath ?? null);
    let secret = anew ? null : await secrets.find(connection, place, !quietly);
    for (let refused = false; ; refused = true) {
      if (!secret && quietly) return null;
      secret ??= await secrets.ask(connection, place, refused);
      throwIfCancelled(signal);
      try {
        const session = await this.#session(connection, { ...request, password: secret.password }, signal);
        await this.#kept(session, connection, place, secret);
        return session;
      } catch (error) {
        if (quietly || !Failure.is(error, 'store.wrongPassword')) throw error;
        secret = null;
      }
    }
  }

  async #kept(session: Session, connection: Connection, place: ServerPlace, secret: Secret): Promise<void> {
    try {
      await this.#options.secrets.offerToKeep(connection, place, secret);
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  /** Opens a connection that is not written down yet, to see whether it can be; the caller ends it. */
  async tryOut(connection: Connection, password: string | null, signal: AbortSignal): Promise<Session> {
    const { place, config } = connection;
    if (isFile(place) || isFile(config)) throw new Error('Broken invariant: only servers are tried out');
    const request = await serverRequest(config, place, connection.home?.uri.fsPath ?? null);
    return this.#session(connection, { ...request, password }, signal);
  }
}

async function serverRequest(
  config: MatrixoneConfig,
  place: ServerPlace,
  folder: string | null,
): Promise<Omit<OpenMatrixone, 'password'>> {
  const { kind, host, port, user } = place;
  const { database, tls, readOnly, statementTimeoutSeconds } = config;
  const ca =
    config.ca === null ? null : await certificateIn(folder === null ? config.ca : resolve(folder, config.ca), place);
  return { kind, host, port, user, database, tls, ca, readOnly, statementTimeoutSeconds };
}

/** The text of a file of certificates; no sentence repeats what is in it. */
async function certificateIn(file: string, place: ServerPlace): Promise<string> {
  const wrong = (reason: string): Failure => new Failure('store.badCertificate', { store: placeText(place), reason });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw wrong(say('{0} cannot be read', file));
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw wrong(say('{0} holds no certificate in PEM form', file));
  return text;
}
