/** Opens the sample: a store with its versions and models, its deltatrain.json, and the SQL file that tells the story. */
import { isFile } from '../../data/place.ts';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import {
  approveSample,
  arrive,
  buildSample,
  sampleTable,
  sampleTraining,
  sampleVersions,
} from '../../app/sample/sample.ts';
import { runTraining } from '../../app/training/runTraining.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import { tableText } from '../../data/table.ts';
import type { Connection } from '../connections/connection.ts';
import { configUri, type Home } from '../connections/homes.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';
import { showDocument } from '../talk/showDocument.ts';
import type { Report } from '../talk/tell.ts';
import { forkTrainer } from '../runs/trainerProcess.ts';
import { hideStores } from '../connections/newStore.ts';
import { say } from '../../base/say.ts';

const isSample = ({ written, name }: { written: { table: string }; name: string }): boolean =>
  name === sampleTraining && written.table === tableText(sampleTable);

/** The last version arrives but is neither pinned nor trained on: that is left to the reader. */
const pinned = sampleVersions.slice(0, -1);

/** Answers the id of the connection that holds the sample. */
export async function openSample(shell: Shell): Promise<string> {
  const { connections, tell } = shell;
  const known = (await shell.trainings.list()).find(isSample)?.connection ?? (await prepareHome(shell));
  const isNew = isFile(known.place) && !existsSync(known.place.path);
  const session = await connections.session(known.id, { create: true });
  const databases = await session.store.databases();
  if (!databases.includes(sampleTable.database)) {
    try {
      await tell.during(say('Opening the sample'), (signal, report) => build(shell, session, signal, report));
    } catch (error) {
      // Half a sample would pass for a whole one the next time.
      if (isNew) await removeStore(shell, known);
      throw error;
    } finally {
      connections.noticeChange(known.id);
    }
  }
  await vscode.commands.executeCommand('deltatrain.data.focus');
  await showStory(known);
  return known.id;
}

async function prepareHome({ ask, connections, extensionUri, storageUri, trainings }: Shell): Promise<Connection> {
  const own: Home = { kind: 'storage', name: 'DeltaTrain', uri: storageUri };
  const all = connections.homes.list();
  const folders = vscode.workspace.isTrusted ? all.filter(({ kind }) => kind === 'folder') : [];
  const read = await connections.homes.read();
  // A folder with a configuration of its own is left alone.
  const free = folders.filter((folder) =>
    read.some(
      ({ uri, config, problem }) =>
        uri.toString() === folder.uri.toString() && problem === null && Object.keys(config.connections).length === 0,
    ),
  );
  const home =
    free.length === 0
      ? own
      : await ask.pick(say('Where should the sample be?'), [
          {
            label: say("In DeltaTrain's own storage"),
            value: own,
            detail: say('Nothing is written to your folder.'),
            icon: 'archive',
          },
          ...free.map((folder) => ({
            label: say('In {0}', folder.name),
            value: folder,
            detail: say('Adds deltatrain.json, story.sql and .deltatrain/.'),
            icon: 'folder',
          })),
        ]);
  const sample = vscode.Uri.joinPath(extensionUri, 'media/sample');
  await hideStores(home);
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(sample, 'story.sql'), vscode.Uri.joinPath(home.uri, 'story.sql'), {
    overwrite: true,
  });
  const config = new TextDecoder().decode(
    await vscode.workspace.fs.readFile(vscode.Uri.joinPath(sample, 'deltatrain.json')),
  );
  await connections.homes.edit(home, () => config);
  const added = (await trainings.list()).find(
    (one) => isSample(one) && one.home.uri.toString() === home.uri.toString(),
  );
  if (!added) throw new Error(`Broken invariant: ${configUri(home).toString()} names no sample`);
  return added.connection;
}

async function build(shell: Shell, session: Session, signal: AbortSignal, report: Report): Promise<void> {
  const { extensionUri, runs, tell } = shell;
  const csv = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'media/sample/weather.csv'));
  const place = forkTrainer(extensionUri, sampleTraining, { tell, homes: shell.connections.homes });
  try {
    const configured = (await shell.trainings.list()).find(
      (one) => isSample(one) && one.connection.id === session.connection.id,
    );
    if (!configured) throw new Error('Broken invariant: the sample has its training');
    let done = 0;
    await buildSample(session.store, new TextDecoder().decode(csv), {
      upTo: pinned.at(-1)?.name ?? '',
      signal,
      on: async (version) => {
        report(say('{0}: {1}, training', version.name, say(version.what)), done / sampleVersions.length);
        const open = await shell.trainings.open(configured);
        const mode = done === 0 ? 'full' : 'delta';
        const request = { training: open.training, mode, snapshot: { name: version.name, own: false } } as const;
        const workbench = runs.workbench(open, place.trainer);
        await approveSample(await runTraining(request, workbench, signal, () => {}), workbench.registry);
        done += 1;
      },
    });
    throwIfCancelled(signal);
    const last = sampleVersions.at(-1);
    if (last) await arrive(session.store, last);
  } finally {
    place.end();
  }
}

async function removeStore({ connections }: Shell, { id, place }: Connection): Promise<void> {
  await connections.close(id);
  if (!isFile(place)) return;
  const { path } = place;
  const files = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
  for (const name of files) rmSync(join(dirname(path), name), { force: true });
}

async function showStory({ home }: Connection): Promise<void> {
  if (!home) return;
  const story = vscode.Uri.joinPath(home.uri, 'story.sql');
  const document = await vscode.workspace.openTextDocument(story).then(
    (found) => found,
    () => undefined,
  );
  // An editor that loses the focus forgets to ask for its lenses, so it does not get it.
  if (document) await showDocument(document, { preview: false, preserveFocus: true });
}
