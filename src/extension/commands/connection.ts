/** Commands on connections: add, remove, connect, disconnect, compact. */
import { existsSync } from 'node:fs';
import { basename, relative } from 'node:path';
import * as vscode from 'vscode';
import { withConnection, withoutConnection } from '../../app/configEdits.ts';
import { countText } from '../../app/say.ts';
import { Failure } from '../../base/failure.ts';
import type { Choice } from '../ask.ts';
import { requireOnProduction } from '../consent.ts';
import type { Home } from '../homes.ts';
import { isInside } from '../paths.ts';
import { say } from '../say.ts';
import { keepOwnConnections, ownConnections } from '../settings.ts';
import type { Shell } from '../shell.ts';
import type { Target } from '../target.ts';

const storeFilters = { [say('DeltaTrain store')]: ['db'] };
const storeInFolder = '.deltatrain/store.db';

type Way = { readonly kind: 'home'; readonly home: Home } | { readonly kind: 'file' } | { readonly kind: 'new' };

/** A name that is free: `local`, `local2` … */
function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.includes(`${wanted}${n}`)) return `${wanted}${n}`;
}

const nameQuestion = (value: string, taken: readonly string[]) => ({
  title: say('Name of the connection'),
  value,
  check: (text: string): string | undefined => {
    if (text.trim() === '') return say('A connection needs a name.');
    return taken.includes(text) ? say('There is a connection "{0}" already.', text) : undefined;
  },
});

function waysOf({ connections }: Shell): Choice<Way>[] {
  const all = connections.homes.list();
  const folders = vscode.workspace.isTrusted ? all.filter(({ kind }) => kind === 'folder') : [];
  const homes = folders.length > 0 ? folders : all.filter(({ kind }) => kind === 'storage');
  return [
    ...homes.map(
      (home): Choice<Way> => ({
        label: home.kind === 'storage' ? say('New store') : say('New store in {0}', home.name),
        value: { kind: 'home', home },
        description: home.kind === 'storage' ? say("in DeltaTrain's own storage") : storeInFolder,
        detail: say('Named in deltatrain.json, so that everybody who opens the folder has it.'),
        icon: 'database',
      }),
    ),
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
  const known = await connections.list();
  if (way.kind === 'home') return addInHome(shell, way.home);
  const taken = known.map(({ id }) => id);
  const near = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri =
    way.kind === 'file'
      ? await ask.fileToRead({ title: say('Open a store'), button: say('Open'), filters: storeFilters, near })
      : await ask.fileToWrite({
          title: say('New store'),
          button: say('Create'),
          filters: storeFilters,
          near,
          name: 'store.db',
        });
  const wanted = freeName(basename(uri.fsPath).replace(/\.db$/, ''), taken);
  const name = await ask.text(nameQuestion(wanted, taken));
  const config = { kind: 'embedded', path: uri.fsPath, environment: 'development', readOnly: false } as const;
  await keepOwnConnections(new Map([...ownConnections(), [name, config]]));
  try {
    await connections.session(name, way.kind === 'new');
  } catch (error) {
    // A file that is no store is not worth keeping a connection to.
    await keepOwnConnections(new Map([...ownConnections()].filter(([one]) => one !== name)));
    throw error;
  }
  return name;
}

async function addInHome(shell: Shell, home: Home): Promise<string> {
  const { ask, connections } = shell;
  const inHome = (await connections.list()).filter((one) => one.home?.uri.toString() === home.uri.toString());
  const taken = inHome.map(({ name }) => name);
  const name = await ask.text(nameQuestion(freeName('local', taken), taken));
  const free = (path: string): boolean =>
    !inHome.some((one) => one.config.kind === 'embedded' && one.config.path === path);
  const path = free(storeInFolder) ? storeInFolder : `.deltatrain/${name}.db`;
  await connections.homes.edit(home, (text) => withConnection(text, name, path));
  await hideStores(home);
  const added = (await connections.list()).find(
    (one) => one.name === name && one.home?.uri.toString() === home.uri.toString(),
  );
  if (!added) throw new Failure('connection.unknown', { connection: name });
  await connections.session(added.id, true);
  return added.id;
}

/** Stores are not for version control: their folder says so itself. */
export async function hideStores(home: Home): Promise<void> {
  const folder = vscode.Uri.joinPath(home.uri, '.deltatrain');
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, '.gitignore'), new TextEncoder().encode('*\n'));
}

/** Forgets the connection; its store stays where it is. */
export async function removeConnection({ ask, connections, pick }: Shell, target: Target): Promise<void> {
  const id = await pick.connectionId(target, say('Remove which connection?'));
  const connection = await connections.find(id);
  await ask.confirm(
    say('Remove the connection "{0}"?', id),
    say('Its store {0} stays as it is.', connection.path ?? ''),
    say('Remove'),
  );
  await connections.close(id);
  if (connection.home)
    await connections.homes.edit(connection.home, (text) => withoutConnection(text, connection.name));
  else await keepOwnConnections(new Map([...ownConnections()].filter(([name]) => name !== connection.name)));
}

/** Opens a connection; a store that is not there yet is made, after a question. */
export async function connectTo({ ask, connections, pick }: Shell, target: Target): Promise<string> {
  const id = await pick.connectionId(target, say('Connect to'), (one) => !connections.isOpen(one));
  const { path, home } = await connections.find(id);
  const isMissing = path !== null && !existsSync(path);
  if (isMissing)
    await ask.confirm(
      say('There is no store at {0} yet.', home ? relative(home.uri.fsPath, path) : path),
      say('It can be made now, empty.'),
      say('Create'),
    );
  if (isMissing && home && isInside(home.uri.fsPath, path)) await hideStores(home);
  await connections.session(id, isMissing);
  return id;
}

export async function disconnect({ connections, pick, runs }: Shell, target: Target): Promise<void> {
  const id = await pick.connectionId(target, say('Disconnect'), (one) => connections.isOpen(one));
  const running = runs.underWay().find(({ key }) => key.connection === id);
  if (running)
    throw new Failure('run.refused', {
      what: say('Disconnecting {0}', id),
      why: say('"{0}" is being trained. Cancel the run first.', running.key.training),
    });
  await connections.close(id, true);
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
