/** Commands on connections: add, edit, remove, connect, disconnect, enter a password, compact. */
import { isFile } from '../../data/place.ts';
import { existsSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import * as vscode from 'vscode';
import { withConnection, withoutConnection } from '../../app/config/configEdits.ts';
import type { ConnectionConfig, EmbeddedConfig, MatrixoneConfig } from '../../app/config/config.ts';
import { Failure } from '../../base/failure.ts';
import type { Session } from '../connections/session.ts';
import type { Choice } from '../talk/ask.ts';
import { loginText, placeKey, storePlaceOf, placeText, type ServerPlace } from '../connections/connection.ts';
import { requireOnProduction } from '../talk/consent.ts';
import type { Home } from '../connections/homes.ts';
import { isInside } from '../connections/paths.ts';
import { configOf, type ServerAnswers, ServerForm, serverText } from './serverForm.ts';
import { forgetOwnConnection, keepOwnConnection } from '../talk/settings.ts';
import {
  freeName,
  hideStores,
  isSameHome,
  makeStore,
  namedIn,
  storeInFolder,
  writtenAs,
} from '../connections/newStore.ts';
import type { Shell } from './shell.ts';
import { buildStore, sourcesIn, wantsSources } from './asking/setUp.ts';
import type { Target } from '../tree/target.ts';
import { say } from '../../base/say.ts';
import { countText } from '../../words/numbers.ts';

const storeFilters = () => ({ [say('DeltaTrain store')]: ['db'] });

type Way =
  | { readonly kind: 'home'; readonly home: Home }
  | { readonly kind: 'file' }
  | { readonly kind: 'new' }
  | { readonly kind: 'server' };

const checkName = (text: string, taken: readonly string[]): string | undefined => {
  if (text.trim() === '') return say('A connection needs a name.');
  return taken.includes(text) ? say('There is a connection "{0}" already.', text) : undefined;
};

const nameQuestion = (value: string, taken: readonly string[]) => ({
  title: say('Name of the connection'),
  value,
  check: (text: string): string | undefined => checkName(text, taken),
});

/** The folders whose file a connection may go to; DeltaTrain's own storage where there is none. */
function homesOf({ connections }: Shell): Home[] {
  const all = connections.homes.list();
  const folders = vscode.workspace.isTrusted ? all.filter(({ kind }) => kind === 'folder') : [];
  return folders.length > 0 ? folders : all.filter(({ kind }) => kind === 'storage');
}

function waysOf(shell: Shell): Choice<Way>[] {
  return [
    ...homesOf(shell).map(
      (home): Choice<Way> => ({
        label: home.kind === 'storage' ? say('New store') : say('New store in {0}', home.name),
        value: { kind: 'home', home },
        description: home.kind === 'storage' ? say("in DeltaTrain's own storage") : storeInFolder,
        detail: say('Named in deltatrain.json, so that everybody who opens the folder has it.'),
        icon: 'database',
      }),
    ),
    {
      label: say('MatrixOne server…'),
      value: { kind: 'server' },
      detail: say('By host and port, or by a URI. It is tried before anything is written.'),
      icon: 'server',
    },
    {
      label: say('Open a store file…'),
      value: { kind: 'file' },
      detail: say('Named in your settings.'),
      icon: 'folder-opened',
    },
    {
      label: say('New store file…'),
      value: { kind: 'new' },
      detail: say('Named in your settings.'),
      icon: 'new-file',
    },
  ];
}

/** Answers the id of the connection, which is then open. */
export async function addConnection(shell: Shell): Promise<string> {
  const { ask, connections } = shell;
  const way = await ask.pick(say('Add a connection'), waysOf(shell));
  if (way.kind === 'home') return addInHome(shell, way.home);
  if (way.kind === 'server') return addServer(shell);
  const taken = (await connections.list()).map(({ id }) => id);
  const near = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri =
    way.kind === 'file'
      ? await ask.fileToRead({ title: say('Open a store'), button: say('Open'), filters: storeFilters(), near })
      : await ask.fileToWrite({
          title: say('New store'),
          button: say('Create'),
          filters: storeFilters(),
          near,
          name: 'store.db',
        });
  const wanted = freeName(basename(uri.fsPath).replace(/\.db$/, ''), taken);
  const name = await ask.text(nameQuestion(wanted, taken));
  const config: EmbeddedConfig = { kind: 'embedded', path: uri.fsPath, environment: 'development', readOnly: false };
  await keepOwnConnection(name, config);
  try {
    await connections.session(name, { create: way.kind === 'new' });
  } catch (error) {
    // A file that is no store is not worth keeping a connection to.
    await forgetOwnConnection(name);
    throw error;
  }
  return name;
}

async function addInHome({ ask, connections }: Shell, home: Home): Promise<string> {
  const taken = (await namedIn(connections, home)).map(({ name }) => name);
  return makeStore(connections, home, await ask.text(nameQuestion(freeName('local', taken), taken)));
}

async function writeDown({ connections }: Shell, home: Home | null, name: string, config: ConnectionConfig) {
  if (home) await connections.homes.edit(home, (text) => withConnection(text, name, config));
  else await keepOwnConnection(name, config);
}

/** Writes a server down that was tried, with its password where it is to be kept, and opens it. */
async function keepServer(
  shell: Shell,
  answers: ServerAnswers,
  before: MatrixoneConfig | undefined,
  facts: Parameters<typeof serverText>[0],
): Promise<string> {
  const { connections, tell } = shell;
  const { home, name, password, keeping } = answers;
  const config = configOf(answers, before);
  const place = storePlaceOf(config, home?.uri.fsPath ?? null) as ServerPlace;
  // The password first: whoever sees the connection in the file may open it at once.
  await connections.opener.secrets.keep({ id: name, name, home, config, place }, place, password, keeping);
  await writeDown(shell, home, name, config);
  const { id } = await writtenAs(connections, home, name);
  await connections.session(id);
  tell.say('info', [say('{0}: {1}.', id, serverText(facts)), ...facts.limits].join(' '));
  return id;
}

async function addServer(shell: Shell): Promise<string> {
  const all = await shell.connections.list();
  const folders = homesOf(shell).filter(({ kind }) => kind === 'folder');
  const homes: Choice<Home | null>[] = [
    ...folders.map((home) => ({
      label: say('In {0}', home.name),
      value: home,
      detail: say(
        'Named in deltatrain.json, so that everybody who opens the folder has it. The password is not in it.',
      ),
      icon: 'folder',
    })),
    {
      label: say('In your settings'),
      value: null,
      detail: say('On this machine, for every folder.'),
      icon: 'settings',
    },
  ];
  const taken = (home: Home | null): string[] =>
    all.filter((one) => home === null || isSameHome(one.home, home)).map((one) => (home ? one.name : one.id));
  const form = new ServerForm({
    shell,
    title: say('Add a MatrixOne server'),
    answers: {
      host: '',
      port: 6001,
      user: 'root',
      password: null,
      database: null,
      tls: 'preferred',
      ca: null,
      environment: 'development',
      name: '',
      home: folders[0] ?? null,
      keeping: 'storage',
    },
    without: folders.length === 0 ? ['home'] : [],
    homes,
    checkName: (name, home) => checkName(name, taken(home)),
  });
  const { answers, facts } = await form.fill();
  return keepServer(shell, answers, undefined, facts);
}

/** The form of `add`, filled in; answers the id of the connection, which is then open. */
export async function editConnection(shell: Shell, target: Target): Promise<string> {
  const { ask, connections, pick } = shell;
  const id = await pick.connectionId(target, say('Edit which connection?'));
  const { name, home, config, place } = await connections.find(id);
  if (isFile(config) || isFile(place)) {
    const environment = await ask.pick(say('What is {0} for?', id), [
      { label: say('Development'), value: 'development' as const },
      { label: say('Staging'), value: 'staging' as const },
      { label: say('Production'), value: 'production' as const },
    ]);
    const readOnly = await ask.pick(say('May {0} be changed?', id), [
      { label: say('Yes'), value: false },
      { label: say('No, read-only'), value: true },
    ]);
    await connections.close(id);
    await writeDown(shell, home, name, { ...config, environment, readOnly } as ConnectionConfig);
    await connections.session(id);
    return id;
  }
  const secrets = connections.opener.secrets;
  const known = await secrets.find({ id, name, home, config, place }, place, false);
  const folder = home?.uri.fsPath;
  const form = new ServerForm({
    shell,
    title: say('Edit {0}', id),
    answers: {
      ...config,
      user: place.user,
      password: known?.password ?? null,
      ca: config.ca === null || folder === undefined ? config.ca : resolve(folder, config.ca),
      name,
      home,
      keeping: 'storage',
    },
    without: ['home', 'name'],
    homes: [],
    checkName: () => undefined,
  });
  const { answers, facts } = await form.fill();
  await connections.close(id);
  await keepServer(shell, answers, config, facts);
  await forgetUnused(shell, place);
  return id;
}

/** Forgets the password of a login that no connection uses any more. */
async function forgetUnused({ connections }: Shell, place: ServerPlace): Promise<void> {
  const isUsed = (await connections.list()).some((one) => placeKey(one.place) === placeKey(place));
  if (!isUsed) await connections.opener.secrets.forget(place);
}

/** Forgets the connection and its password; its store stays where it is. */
export async function removeConnection(shell: Shell, target: Target): Promise<void> {
  const { ask, connections, pick } = shell;
  const id = await pick.connectionId(target, say('Remove which connection?'));
  const { home, name, place } = await connections.find(id);
  await ask.confirm(
    say('Remove the connection "{0}"?', id),
    isFile(place)
      ? say('Its store {0} stays as it is.', place.path)
      : say('The server {0} stays as it is. Its password is forgotten here.', placeText(place)),
    say('Remove'),
  );
  await connections.close(id);
  if (home) await connections.homes.edit(home, (text) => withoutConnection(text, name));
  else await forgetOwnConnection(name);
  if (!isFile(place)) await forgetUnused(shell, place);
}

/** Opens a connection, anew where it is open; a store that is not there yet is made, after a question. */
export async function connectTo(shell: Shell, target: Target): Promise<string> {
  const { ask, connections, pick } = shell;
  const id = await pick.connectionId(target, say('Connect to'), (one) => !connections.isOpen(one));
  const { place, home } = await connections.find(id);
  if (!isFile(place)) {
    await closeIdle(shell, id, say('Reconnecting {0}', id));
    await connections.session(id);
    return id;
  }
  const { path } = place;
  if (await isReplaced(connections.opened(id))) await closeIdle(shell, id, say('Reconnecting {0}', id));
  const isMissing = !existsSync(path);
  const sources = isMissing && home ? await sourcesIn(shell, home, id) : [];
  if (sources.length > 0 && (await wantsSources(shell, path, sources))) {
    await buildStore(shell, id, sources);
    await connections.session(id);
    return id;
  }
  if (isMissing && sources.length === 0)
    await ask.confirm(
      say('There is no store at {0} yet.', home ? relative(home.uri.fsPath, path) : path),
      say('It can be made now, empty.'),
      say('Create'),
    );
  if (isMissing && home && isInside(home.uri.fsPath, path)) await hideStores(home);
  await connections.session(id, { create: isMissing });
  return id;
}

/** True when another file is where the open one was. */
async function isReplaced(session: Session | null): Promise<boolean> {
  try {
    await session?.store.changeCount();
    return false;
  } catch (error) {
    return Failure.is(error, 'store.replaced');
  }
}

/** A run is not cut off by the way. */
export async function closeIdle({ connections, runs }: Shell, id: string, what: string, byUser = false): Promise<void> {
  const running = runs.underWay().find(({ key }) => key.connection === id);
  if (running)
    throw new Failure('run.refused', {
      what,
      why: say('"{0}" is being trained. Cancel the run first.', running.key.training),
    });
  await connections.close(id, byUser);
}

export async function disconnect(shell: Shell, target: Target): Promise<void> {
  const { connections, pick } = shell;
  const id = await pick.connectionId(target, say('Disconnect'), (one) => connections.isOpen(one));
  await closeIdle(shell, id, say('Disconnecting {0}', id), true);
}

/** Asks for the password of a server again, and opens it with it. */
export async function enterPassword(shell: Shell, target: Target): Promise<string> {
  const { connections, pick, tell } = shell;
  const servers = (await connections.list()).filter(({ place }) => !isFile(place)).map(({ id }) => id);
  const id = await pick.connectionId(target, say('Password of which connection?'), (one) => servers.includes(one));
  const { place } = await connections.find(id);
  if (isFile(place)) throw new Failure('usage.wrong', { message: say('{0} is a file: it has no password.', id) });
  await closeIdle(shell, id, say('Reconnecting {0}', id));
  await connections.session(id, { anew: true });
  tell.say('info', say('Connected: {0}.', loginText(place)));
  return id;
}

export async function compact({ ask, tell, pick }: Shell, target: Target): Promise<{ before: number; after: number }> {
  const session = await pick.session(target, say('Compact which store?'));
  const { config, id } = session.connection;
  await requireOnProduction(ask, {
    environment: config.environment,
    name: id,
    question: say('Compact {0}?', id),
    detail: say('Other programs wait meanwhile.'),
    yes: say('Compact'),
  });
  const sizes = await tell.during(say('Compacting {0}', id), (signal) => session.store.compact(signal));
  const kilobytes = (bytes: number): string => countText(Math.round(bytes / 1000));
  tell.say('info', say('{0}: {1} kB before, {2} kB now.', id, kilobytes(sizes.before), kilobytes(sizes.after)));
  return sizes;
}

/** Removes the cached rows of a connection; the bytes that were freed. */
export async function clearCache({ tell, pick }: Shell, target: Target): Promise<number> {
  const session = await pick.session(target, say('Cached rows of which connection?'));
  const { id } = session.connection;
  const { bytes } = await session.engine.call('cache/clear', null);
  tell.say('info', say('{0}: {1} kB of cached rows removed.', id, countText(Math.round(bytes / 1000))));
  return bytes;
}
