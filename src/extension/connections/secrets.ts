/**
 * Passwords of servers: kept in VS Code's secret storage, for this window only, or found in the environment; never in a file of ours,
 * a setting or the log. Each is bound to (kind, host, port, user), so that none follows a name to another server.
 */
import type * as vscode from 'vscode';
import { hostVariable, passwordVariable } from '../../app/config/passwordVariable.ts';
import { Failure } from '../../base/failure.ts';
import { isLoopback } from '../../base/loopback.ts';
import type { Ask, Choice, Step } from '../talk/ask.ts';
import { type Connection, loginText, placeKey, placeText, type ServerPlace } from './connection.ts';
import { configUri } from './homes.ts';
import { say } from '../../base/say.ts';

/** Where a password is: VS Code's secret storage, this window's memory, or an environment variable. */
export type Keeping = 'storage' | 'window' | 'environment';

export interface Secret {
  /** Null: the user has none. */
  readonly password: string | null;
  /** Null: typed just now, and not kept yet. */
  readonly from: Keeping | null;
}

export interface SecretsOptions {
  readonly storage: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>;
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly ask: Ask;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const agreedKey = 'servers that get passwords of the environment';
const loginsKey = 'logins of connections';

/** The password that every server starts with. */
const isFactorySet = ({ host, user }: ServerPlace, password: string): boolean =>
  password === '111' && user === 'root' && !isLoopback(host);

const passwordOf = (text: string): string | null => (text === '' ? null : text);

/** What a connection is called over all windows. */
const secretName = ({ home, name }: Connection): string => JSON.stringify([home && configUri(home).toString(), name]);

/**
 * The passwords of connections. One is known, asked for, kept where the person said, and forgotten when the server
 * refuses it.
 */
export class Secrets {
  readonly #options: SecretsOptions;
  readonly #window = new Map<string, string>();

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /** The password as it is known; null where a person has to be asked, and `mayAsk` says that none is there. */
  async find(connection: Connection, place: ServerPlace, mayAsk: boolean): Promise<Secret | null> {
    const key = placeKey(place);
    const here = this.#window.get(key);
    if (here !== undefined) return { password: passwordOf(here), from: 'window' };
    const given = this.#given(connection, place);
    if (given !== undefined) {
      if (!(await this.#mayHaveIt(connection, place, mayAsk))) return null;
      return { password: passwordOf(given), from: 'environment' };
    }
    const kept = await this.#options.storage.get(key);
    return kept === undefined ? null : { password: passwordOf(kept), from: 'storage' };
  }

  /** The password of the environment, unless a variable beside it says that it is for another server. */
  #given({ name }: Connection, place: ServerPlace): string | undefined {
    const { environment } = this.#options;
    const meant = environment[hostVariable(name)];
    const isForIt = meant === undefined || meant === '' || meant.toLowerCase() === placeText(place).toLowerCase();
    return isForIt ? environment[passwordVariable(name)] : undefined;
  }

  /** A file of a folder names the server, so a person agrees before a password of the environment goes there. */
  async #mayHaveIt({ id, name, home }: Connection, place: ServerPlace, mayAsk: boolean): Promise<boolean> {
    const { memory, ask, environment } = this.#options;
    if (home === null || (environment[hostVariable(name)] ?? '') !== '') return true;
    const agreed = memory.get<string[]>(agreedKey, []);
    // A yes is for one password: that another one goes to the same server is another question.
    const key = JSON.stringify([passwordVariable(name), placeKey(place)]);
    if (agreed.includes(key)) return true;
    if (!mayAsk) return false;
    await ask.confirm(
      say('Log in to {0}, as "{1}" says?', loginText(place), id),
      say('The password in {0} is used there.', passwordVariable(name)),
      say('Log In'),
    );
    await memory.update(agreedKey, [...agreed, key]);
    return true;
  }

  /** `refused`: the one before was wrong. */
  async ask(connection: Connection, place: ServerPlace, refused: boolean): Promise<Secret> {
    const before = this.#logins()[secretName(connection)];
    const now = loginText(place);
    const title = refused
      ? say('The password of {0} was refused. Enter it again', now)
      : before !== undefined && before !== now
        ? say('{0}: {1} → {2}. Password for the new login', connection.id, before, now)
        : say('Password of {0}', now);
    const text = await this.#options.ask.password({ title, placeholder: say('Empty: no password') });
    return { password: passwordOf(text), from: null };
  }

  /** Asks where a password that has just worked is to be kept; without an answer it is for this window. */
  async offerToKeep(connection: Connection, place: ServerPlace, { password, from }: Secret): Promise<void> {
    if (from !== null) return this.#remember(connection, place);
    await this.keep(connection, place, password, await this.#whereToKeep(connection, place, password));
  }

  async #whereToKeep(connection: Connection, place: ServerPlace, password: string | null): Promise<Keeping> {
    if (this.#given(connection, place) !== undefined) return 'window';
    try {
      return await this.chooseKeeping(place, password);
    } catch (error) {
      if (Failure.is(error, 'cancelled')) return 'window';
      throw error;
    }
  }

  /** The password that every server starts with is kept for a server elsewhere only after a second look. */
  async chooseKeeping(place: ServerPlace, password: string | null, step?: Step): Promise<Keeping> {
    const { ask } = this.#options;
    const choices: Choice<Keeping>[] = [
      {
        label: say('Keep it'),
        value: 'storage',
        detail: say("In VS Code's secret storage on this machine, encrypted. No file of the project holds it."),
        icon: 'key',
      },
      {
        label: say('For this window only'),
        value: 'window',
        detail: say('It is asked for again in the next one.'),
        icon: 'window',
      },
    ];
    const where = await ask.pick(say('Keep the password of {0}?', loginText(place)), choices, step);
    if (where === 'storage' && password !== null && isFactorySet(place, password))
      await ask.confirm(
        say('Keep the password that every MatrixOne server starts with?'),
        say(
          '{0} can be reached by anybody who knows it. Change it on the server first.',
          `${place.host}:${place.port}`,
        ),
        say('Keep It'),
      );
    return where;
  }

  async keep(connection: Connection, place: ServerPlace, password: string | null, where: Keeping): Promise<void> {
    const key = placeKey(place);
    if (where === 'storage') {
      await this.#options.storage.store(key, password ?? '');
      this.#window.delete(key);
    } else {
      this.#window.set(key, password ?? '');
    }
    await this.#remember(connection, place);
  }

  #logins(): Readonly<Record<string, string>> {
    return this.#options.memory.get<Record<string, string>>(loginsKey, {});
  }

  async #remember(connection: Connection, place: ServerPlace): Promise<void> {
    const logins = this.#logins();
    if (logins[secretName(connection)] === loginText(place)) return;
    await this.#options.memory.update(loginsKey, { ...logins, [secretName(connection)]: loginText(place) });
  }

  /** Where the password is, as a sentence; null where there is none yet. */
  async whereText(connection: Connection, place: ServerPlace): Promise<string | null> {
    const key = placeKey(place);
    if (this.#window.has(key)) return say('The password is kept for this window only.');
    if (this.#given(connection, place) !== undefined)
      return say('The password is in the environment: {0}.', passwordVariable(connection.name));
    if ((await this.#options.storage.get(key)) !== undefined)
      return say("The password is in VS Code's secret storage.");
    return null;
  }

  /** Removes what was kept for this login, here and in the storage. */
  async forget(place: ServerPlace): Promise<void> {
    this.#window.delete(placeKey(place));
    await this.#options.storage.delete(placeKey(place));
  }
}
