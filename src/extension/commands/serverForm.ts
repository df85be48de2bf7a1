/** The questions about a MatrixOne server, one after the other: the server is tried before anything is written, and what it refuses is asked again. */
import { basename, isAbsolute, relative } from 'node:path';
import * as vscode from 'vscode';
import {
  type ConnectionUri,
  isConnectionUri,
  parseConnectionUri,
  printConnectionUri,
} from '../../app/config/connectionUri.ts';
import type { Environment, MatrixoneConfig } from '../../app/config/config.ts';
import { Failure } from '../../base/failure.ts';
import type { StoreFacts } from '../../data/store.ts';
import { type Ask, type Choice, type Step, WentBack } from '../talk/ask.ts';
import { type Connection, loginText, storePlaceOf, type ServerPlace } from '../connections/connection.ts';
import type { Home } from '../connections/homes.ts';
import type { Keeping } from '../connections/secrets.ts';
import type { Shell } from './shell.ts';
import { say } from '../../base/say.ts';

export interface ServerAnswers extends ConnectionUri {
  readonly user: string;
  /** Full path of a file with certificates. */
  readonly ca: string | null;
  readonly environment: Environment;
  readonly name: string;
  /** Whose file names it; null: the user's settings. */
  readonly home: Home | null;
  readonly keeping: Keeping;
}

/** In the order of the questions; the server is tried after `tls`. */
const parts = ['address', 'user', 'password', 'database', 'tls', 'environment', 'home', 'name', 'keeping'] as const;
type Part = (typeof parts)[number];

export interface FormOptions {
  readonly shell: Shell;
  readonly title: string;
  readonly answers: ServerAnswers;
  /** Those that are not asked. */
  readonly without: readonly Part[];
  readonly homes: readonly Choice<Home | null>[];
  /** What is wrong with a name, as a sentence. */
  readonly checkName: (name: string, home: Home | null) => string | undefined;
}

/** The question whose answer a failed trial is about. */
function partOf(failure: Failure): Part {
  switch (failure.code) {
    case 'store.wrongPassword':
      return 'password';
    case 'account.unknown':
    case 'store.denied':
      return 'user';
    case 'database.unknown':
      return 'database';
    case 'store.noTls':
    case 'store.badCertificate':
      return 'tls';
    default:
      return 'address';
  }
}

/** A server as it is told after it was opened: `MatrixOne 4.1.4, encrypted`. */
export function serverText({ engine, encrypted }: StoreFacts): string {
  return encrypted === true ? say('{0}, encrypted', engine) : say('{0}, not encrypted', engine);
}

export function configOf(answers: ServerAnswers, before?: MatrixoneConfig): MatrixoneConfig {
  const { host, port, user, database, tls, environment, home } = answers;
  const folder = home?.uri.fsPath ?? null;
  const way = answers.ca !== null && folder !== null ? relative(folder, answers.ca) : null;
  const ca = way === null || way.startsWith('..') || isAbsolute(way) ? answers.ca : way.replaceAll('\\', '/');
  const kept = { readOnly: before?.readOnly ?? false, statementTimeoutSeconds: before?.statementTimeoutSeconds ?? 60 };
  return { kind: 'matrixone', host, port, user, database, tls, ca, environment, ...kept };
}

export class ServerForm {
  readonly #options: FormOptions;
  readonly #asked: readonly Part[];
  #answers: ServerAnswers;
  #facts: StoreFacts | null = null;

  constructor(options: FormOptions) {
    this.#options = options;
    this.#answers = options.answers;
    this.#asked = parts.filter((part) => !options.without.includes(part));
  }

  /** Ends in `cancelled` when it is left. */
  async fill(): Promise<{ answers: ServerAnswers; facts: StoreFacts }> {
    let problem: Failure | null = null;
    let i = 0;
    for (;;) {
      const part = this.#asked[i];
      if (part === undefined) break;
      try {
        await this.#ask(part, this.#step(i), problem);
      } catch (error) {
        if (!(error instanceof WentBack)) throw error;
        problem = null;
        i = Math.max(0, i - 1);
        continue;
      }
      const isTried: boolean = problem !== null || part === 'tls';
      problem = isTried ? await this.#tryOut() : null;
      i = this.#asked.indexOf(problem ? partOf(problem) : isTried ? 'tls' : part) + (problem ? 0 : 1);
    }
    if (!this.#facts) throw new Error('Broken invariant: the server was tried');
    return { answers: this.#answers, facts: this.#facts };
  }

  #step(i: number): Step {
    return { title: this.#options.title, step: i + 1, of: this.#asked.length, canGoBack: i > 0 };
  }

  get #place(): ServerPlace {
    const { host, port, user } = this.#answers;
    return { kind: 'matrixone', host, port, user };
  }

  /** Null when the server opened. */
  async #tryOut(): Promise<Failure | null> {
    const { connections, tell } = this.#options.shell;
    const { name, password } = this.#answers;
    const config = configOf({ ...this.#answers, home: null });
    const connection: Connection = { id: name, name, home: null, config, place: storePlaceOf(config, null) };
    try {
      this.#facts = await tell.during(say('Connecting to {0}', loginText(this.#place)), async (signal) => {
        const session = await connections.opener.tryOut(connection, password, signal);
        await session.end();
        return session.facts;
      });
      return null;
    } catch (error) {
      if (!(error instanceof Failure) || Failure.is(error, 'cancelled')) throw error;
      tell.log('warning', error.message);
      // A choice has no room for the sentence.
      if (partOf(error as Failure) === 'tls') tell.say('warning', error.message);
      return error as Failure;
    }
  }

  #put(change: Partial<ServerAnswers>): void {
    const before = loginText(this.#place);
    this.#answers = { ...this.#answers, ...change };
    // A password is for one login and follows to no other.
    if (!('password' in change) && loginText(this.#place) !== before)
      this.#answers = { ...this.#answers, password: null };
  }

  async #ask(part: Part, step: Step, problem: Failure | null): Promise<void> {
    const title = (question: string): string => (problem ? `${problem.message} ${question}` : question);
    const questions: Record<Part, () => Promise<void>> = {
      address: () => this.#askAddress(step, title(say('Host and port, or a URI: mysql://user@host:6001/database'))),
      user: () => this.#askUser(step, title(say('User: user, account:user or account:user:role'))),
      password: () =>
        this.#askPassword(step, problem?.message ?? say('Password of {0}', loginText(this.#place)), problem),
      database: () => this.#askDatabase(step, title(say('Database of unqualified names, shown first in the tree'))),
      tls: () => this.#askTls(step, title(say('Encrypt the connection?')), problem),
      environment: () => this.#askEnvironment(step),
      home: () => this.#askHome(step),
      name: () => this.#askName(step),
      keeping: () => this.#askKeeping(step),
    };
    await questions[part]();
  }

  get #questions(): Ask {
    return this.#options.shell.ask;
  }

  async #askUser(step: Step, title: string): Promise<void> {
    const check = (text: string): string | undefined =>
      text.trim() === '' ? say('A login needs a user: user, account:user or account:user:role.') : undefined;
    this.#put({ user: (await this.#questions.text({ title, value: this.#answers.user, check }, step)).trim() });
  }

  async #askPassword(step: Step, title: string, problem: Failure | null): Promise<void> {
    const value = problem ? '' : (this.#answers.password ?? '');
    const text = await this.#questions.password({ title, value, placeholder: say('Empty: no password') }, step);
    this.#put({ password: text === '' ? null : text });
  }

  async #askDatabase(step: Step, title: string): Promise<void> {
    const value = this.#answers.database ?? '';
    const text = (await this.#questions.text({ title, value, placeholder: say('Empty: none') }, step)).trim();
    this.#put({ database: text === '' ? null : text });
  }

  async #askEnvironment(step: Step): Promise<void> {
    const found = this.#facts ? `${serverText(this.#facts)}. ` : '';
    const choices = firstly(environments(), this.#answers.environment);
    this.#put({ environment: await this.#questions.pick(`${found}${say('What is it for?')}`, choices, step) });
  }

  async #askHome(step: Step): Promise<void> {
    const choices = firstly(this.#options.homes, this.#answers.home);
    this.#put({ home: await this.#questions.pick(say('Where is it written down?'), choices, step) });
  }

  async #askName(step: Step): Promise<void> {
    const { name, home } = this.#answers;
    const check = (text: string): string | undefined => this.#options.checkName(text, home);
    this.#put({ name: await this.#questions.text({ title: say('Name of the connection'), value: name, check }, step) });
  }

  /** No password is nothing to be careful with. */
  async #askKeeping(step: Step): Promise<void> {
    const { password } = this.#answers;
    const { secrets } = this.#options.shell.connections.opener;
    const keeping = password === null ? 'storage' : await secrets.chooseKeeping(this.#place, password, step);
    this.#put({ keeping });
  }

  async #askAddress(step: Step, title: string): Promise<void> {
    const { host, port, user, database, tls } = this.#answers;
    const read = (text: string): ConnectionUri =>
      parseConnectionUri(isConnectionUri(text) ? text : `mysql://${text.trim()}`);
    const check = (text: string): string | undefined => {
      try {
        read(text);
        return undefined;
      } catch (error) {
        if (error instanceof Failure) return error.message;
        throw error;
      }
    };
    const value =
      host === ''
        ? ''
        : printConnectionUri({ host, port, user, database, tls }).replace(/^mysql:\/\/[^@]*@/, 'mysql://');
    const text = await this.#options.shell.ask.text({ title, value, placeholder: say('localhost:6001'), check }, step);
    const uri = read(text);
    const isWhole = isConnectionUri(text);
    this.#put({ host: uri.host, port: uri.port, user: uri.user ?? user });
    // What was pasted goes into its own answer, and nowhere else.
    if (uri.password !== null) this.#put({ password: uri.password });
    if (isWhole) this.#put({ database: uri.database, tls: uri.tls });
    if (this.#answers.name === '') this.#put({ name: nameFor(uri) });
  }

  async #askTls(step: Step, title: string, problem: Failure | null): Promise<void> {
    const { ask } = this.#options.shell;
    const { tls, ca } = this.#answers;
    type Way = ServerAnswers['tls'] | 'own' | 'known';
    const known: Choice<Way>[] =
      ca === null
        ? []
        : [{ label: say('Required, checked by {0}', basename(ca)), value: 'known', detail: ca, icon: 'verified' }];
    const choices: Choice<Way>[] = [
      ...known,
      {
        label: say('Preferred'),
        value: 'preferred',
        detail: say('Encrypted where the server offers it; where it does not, readable on the way.'),
        icon: 'lock',
      },
      {
        label: say('Required'),
        value: 'required',
        detail: say("Encrypted, and checked by the system's certificate authorities."),
        icon: 'lock',
      },
      {
        label: say('Required, with an authority of your own…'),
        value: 'own',
        detail: say('A file with its certificate (PEM).'),
        icon: 'file-symlink-file',
      },
      { label: say('Off'), value: 'off', detail: say('What goes over the network can be read there.'), icon: 'unlock' },
    ];
    // What has just failed is no default.
    const usual: Way = problem ? 'preferred' : ca !== null && tls === 'required' ? 'known' : tls;
    const way = await ask.pick(title, firstly(choices, usual), step);
    if (way === 'known') return this.#put({ tls: 'required' });
    if (way !== 'own') return this.#put({ tls: way, ca: null });
    const uri = await ask.fileToRead({
      title: say('Certificate of the authority'),
      button: say('Use'),
      filters: { [say('Certificates')]: ['pem', 'crt', 'cer', 'ca'] },
      near: vscode.workspace.workspaceFolders?.[0]?.uri,
    });
    return this.#put({ tls: 'required', ca: uri.fsPath });
  }
}

function environments(): Choice<Environment>[] {
  return [
    { label: say('Development'), value: 'development', icon: 'tools' },
    { label: say('Staging'), value: 'staging', icon: 'beaker' },
    {
      label: say('Production'),
      value: 'production',
      detail: say('Everything that changes data asks for the name of the table.'),
      icon: 'shield',
    },
  ];
}

const firstly = <T>(choices: readonly Choice<T>[], first: T): Choice<T>[] => [
  ...choices.filter(({ value }) => value === first),
  ...choices.filter(({ value }) => value !== first),
];

const nameFor = ({ host, database }: ConnectionUri): string =>
  database ?? (/^[\d.:]+$/.test(host) ? 'matrixone' : (host.split('.')[0] ?? host));
