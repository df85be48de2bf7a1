/** `bundle open`: the folder of a bundle, with its store and its deltatrain.json. Nothing of a bundle is executed. */
import { existsSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleConnection, bundleStore } from '../../../app/bundle/bundledConfig.ts';
import { type BundleContents, contentsFault } from '../../../app/bundle/makeBundle.ts';
import { configFile, configProblems, readConfig } from '../../../app/config/config.ts';
import { Registry } from '../../../app/registry/registry.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { isFile } from '../../../data/place.ts';
import { readBundle, type ReadBundle, refused } from '../../../files/bundle/bundleFile.ts';
import { makeFolder, requirePlace } from '../../../host/newFolder.ts';
import { draftStore } from '../../../host/storeDraft.ts';
import { countText } from '../../../words/numbers.ts';
import { startEngine } from '../../connection/engineProcess.ts';
import type { Command, Invocation } from '../command.ts';
import { recordWriter } from '../record.ts';

/** `deltatrain bundle open`: makes a folder, which has to be new or empty; all of it or nothing. */
export const bundleOpen: Command = {
  name: 'bundle open',
  usage: 'FILE.dtb [--dir DIR]',
  summary: later('Open a model history from another machine in a folder of its own'),
  options: {
    dir: {
      type: 'string',
      value: 'DIR',
      about: later("The folder to make, new or empty (without it the file's name)"),
    },
  },
  takes: [1, 1],
  run: open,
};

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 4096;
const isList = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);

/** What a header says of its contents, as far as it is of that form. */
function contentsOf(file: string, { contents }: ReadBundle['header']): BundleContents {
  const { training, table, models, snapshots } = (contents ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole =
    isText(training) &&
    isText(table) &&
    isList(models) &&
    models.every((one) =>
      ['model', 'snapshot', 'artifactSha256', 'weightsSha256'].every((name) => isText(one[name])),
    ) &&
    isList(snapshots) &&
    snapshots.every(({ name, rows }) => isText(name) && Number.isSafeInteger(rows));
  if (!isWhole) throw refused(file, say('its header does not say what is in it'));
  return contents as BundleContents;
}

/** A file that would be written as it is: only one that this version reads, with its one store where we put it. */
function configOf(file: string, { config }: ReadBundle['header'], training: string): string {
  const text = typeof config === 'string' && config.length <= 1 << 20 ? config : '';
  if (text === '' || configProblems(text).length > 0) throw refused(file, say('its configuration cannot be read'));
  const { connections, trainings } = readConfig(text, configFile);
  const [store] = Object.values(connections);
  const isOurs =
    Object.keys(connections).join() === bundleConnection &&
    store !== undefined &&
    isFile(store) &&
    store.path === bundleStore &&
    Object.keys(trainings).length === 1 &&
    trainings[training]?.connection === bundleConnection;
  if (!isOurs) throw refused(file, say('its configuration is not that of a bundle'));
  return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
}

const opening = (folder: string): string => say('Opening a bundle in {0}', folder);

function requireEmpty(folder: string): void {
  requirePlace(folder, opening(folder));
  if (!existsSync(folder) || readdirSync(folder).every((name) => name.startsWith('.git'))) return;
  throw new Failure('run.refused', {
    what: opening(folder),
    why: say('the folder is not empty. Name another one with --dir, or empty it.'),
  });
}

/** Nothing of a bundle that was not opened stays; what cannot be removed is told by the next try, and hides no error now. */
function clear(folder: string, isNew: boolean): void {
  try {
    for (const name of ['.deltatrain', configFile]) rmSync(path.join(folder, name), { recursive: true, force: true });
    if (isNew) rmdirSync(folder);
  } catch {
    // As said.
  }
}

async function open(invocation: Invocation): Promise<number> {
  const started = performance.now();
  const { cwd, output, signal } = invocation;
  const file = path.resolve(cwd, invocation.positionals[0] ?? '');
  const folder = path.resolve(cwd, invocation.option('dir') ?? path.basename(file).replace(/\.dtb$/, ''));
  requireEmpty(folder);
  const bundle = await readBundle(file, signal);
  const contents = contentsOf(file, bundle.header);
  const text = configOf(file, bundle.header, contents.training);
  const isNew = !existsSync(folder);
  makeFolder(folder, opening(folder));
  try {
    await openIn(path.join(folder, ...bundleStore.split('/')), file, bundle, contents, signal);
    writeFileSync(path.join(folder, configFile), text, { flag: 'wx' });
  } catch (error) {
    clear(folder, isNew);
    throw error;
  }
  const ms = Math.round(performance.now() - started);
  const { training, models, snapshots, table } = contents;
  output.document({ ...contents, folder, ms }, () =>
    say(
      '{0}: {1} models of "{2}" and {3} snapshots of {4}. In that folder "deltatrain model reproduce {2}@latest --from-root" makes them again.',
      folder,
      countText(models.length),
      training,
      countText(snapshots.length),
      table,
    ),
  );
  return 0;
}

/** Unpacked beside its place, opened as any store of others, and put there when all of it holds. */
async function openIn(
  store: string,
  file: string,
  bundle: ReadBundle,
  contents: BundleContents,
  signal: AbortSignal,
): Promise<void> {
  const draft = draftStore(store);
  try {
    await bundle.unpack(draft.path, signal);
    const engine = await startEngine({ kind: 'embedded', path: draft.path, readOnly: false, create: false }, signal);
    try {
      const fault = await contentsFault(new Registry(engine.store, undefined, recordWriter), contents);
      if (fault !== null) throw refused(file, fault);
      const there = new Set((await engine.store.snapshots()).map(({ name }) => name));
      const gone = contents.snapshots.find(({ name }) => !there.has(name));
      if (gone) throw refused(file, say('it does not hold the snapshot {0}', gone.name));
    } finally {
      await engine.end();
    }
    draft.keep();
  } finally {
    draft.drop();
  }
}
