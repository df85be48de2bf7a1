/** `setup`: the stores of a cloned folder, built from the files that its deltatrain.json names. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { configFile } from '../../../app/config/config.ts';
import { type Source, sourcesOf } from '../../../app/config/sources.ts';
import { asItIs, type BuiltTable, type FoundSource, setUpTables } from '../../../app/sources/setUp.ts';
import { tableIfThere } from '../../../app/versions/tableIfThere.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { tableText } from '../../../data/table.ts';
import { isFile } from '../../../data/place.ts';
import { sourceFiles } from '../../../host/sourceFiles.ts';
import { draftStore } from '../../../host/storeDraft.ts';
import { rowsText } from '../../../words/numbers.ts';
import { configuredNames, findConnection, type FoundConnection } from '../../connection/connection.ts';
import { startEngine } from '../../connection/engineProcess.ts';
import { type FoundConfig, findConfig } from '../../connection/foundConfig.ts';
import type { Command, Invocation } from '../command.ts';
import { recordWriter } from '../record.ts';

/** A connection, after it was set up. */
interface SetUp {
  readonly connection: string;
  /** The file, or the server. */
  readonly store: string;
  /** False: it was there. */
  readonly made: boolean;
  readonly tables: readonly BuiltTable[];
}

/** `deltatrain setup`: a store file is there whole or not at all, and one that is there stays as it is; on a server, each table. */
export const setupCommand: Command = {
  name: 'setup',
  usage: '',
  summary: later('Build the stores of this folder from the files that its deltatrain.json names ("sources")'),
  options: {},
  takes: [0, 0],
  run: setUp,
};

function configOf(cwd: string): FoundConfig {
  const found = findConfig(cwd);
  if (found) return found;
  throw new Failure('usage.wrong', { message: say('There is no {0} in this folder or above it.', configFile) });
}

/** Of every connection, or of the one that was asked for. */
function wantedSources({ cwd, option }: Invocation, found: FoundConfig): Source[] {
  const wanted = option('connection');
  const names = wanted === undefined ? null : configuredNames(findConnection(cwd, wanted, undefined), found);
  const sources = sourcesOf(found.config).filter(({ connection }) => names?.includes(connection) ?? true);
  if (sources.length > 0) return sources;
  const file = path.join(found.folder, configFile);
  throw new Failure('usage.wrong', {
    message:
      wanted === undefined
        ? say('{0} names no files to build tables from: write them there, under "sources".', file)
        : say('{0} names no files for {1}: write them there, under "sources".', file, wanted),
  });
}

async function setUp(invocation: Invocation): Promise<number> {
  const started = performance.now();
  const { cwd, output } = invocation;
  const config = configOf(cwd);
  // Every file is looked for before anything is made.
  const sources = wantedSources(invocation, config).map(
    (source): FoundSource => ({ ...source, found: sourceFiles(config.folder, source.files) }),
  );
  const nameOf = (file: string): string => path.relative(config.folder, file).split(path.sep).join('/');
  const done: SetUp[] = [];
  for (const name of new Set(sources.map(({ connection }) => connection))) {
    const own = sources.filter(({ connection }) => connection === name);
    const found = findConnection(cwd, undefined, name);
    done.push(
      isFile(found.place)
        ? await inFile(invocation, found, found.place, own, nameOf)
        : await onServer(invocation, found, own, nameOf),
    );
    output.progress('');
  }
  for (const { tables } of done) for (const { notes } of tables) for (const note of notes) output.note(note);
  const ms = Math.round(performance.now() - started);
  output.document({ connections: done, ms }, () => done.map(setUpText).join('\n'));
  return 0;
}

function setUpText({ connection, store, made, tables }: SetUp): string {
  if (!made && tables.every((table) => !table.made))
    return say('{0}: {1} is there already, and stays as it is.', connection, store);
  const said = tables.map((table) =>
    table.made
      ? say('{0}: {1}', table.table, rowsText(table.rows ?? 0))
      : say('{0} is there already, and stays as it is', table.table),
  );
  return say('{0}: {1} was built. {2}.', connection, store, said.join('; '));
}

const progressOf =
  ({ output }: Invocation) =>
  (table: string, rows: number): void =>
    output.progress(say('{0}: {1} read', table, rowsText(rows)));

/** The store stays as it is; of a table that files name and it does not have, how it comes in. */
async function thoseThere(
  invocation: Invocation,
  connection: string,
  sources: readonly FoundSource[],
): Promise<BuiltTable[]> {
  const { store } = await invocation.open({ beside: connection, readOnly: true });
  return Promise.all(
    sources.map(async (source) => {
      if ((await tableIfThere(store, source.table)) !== null) return asItIs(source);
      const table = tableText(source.table);
      const note = say(
        '{0} is not in it. To take its files in: {1}',
        table,
        say('deltatrain import … --table {0} --key {1}', table, source.key.join(',')),
      );
      return { ...asItIs(source), notes: [note] };
    }),
  );
}

/** Made beside its place, and put there when it is whole. */
async function inFile(
  invocation: Invocation,
  { name }: FoundConnection,
  { kind, path: store }: { readonly kind: string; readonly path: string },
  sources: readonly FoundSource[],
  nameOf: (file: string) => string,
): Promise<SetUp> {
  if (existsSync(store))
    return { connection: name, store, made: false, tables: await thoseThere(invocation, name, sources) };
  const { signal } = invocation;
  const draft = draftStore(store);
  try {
    const open = { kind, path: draft.path, readOnly: false, create: true };
    const engine = await startEngine(open, signal);
    const parts = { store: engine.store, engine: engine.caller, writer: recordWriter };
    const tables: BuiltTable[] = [];
    try {
      tables.push(...(await setUpTables(parts, sources, nameOf, progressOf(invocation), signal)));
    } finally {
      await engine.end();
    }
    draft.keep();
    return { connection: name, store, made: true, tables };
  } finally {
    draft.drop();
  }
}

/** Tables that are not there yet; on production an import says which one is meant. */
async function onServer(
  invocation: Invocation,
  { name, environment }: FoundConnection,
  sources: readonly FoundSource[],
  nameOf: (file: string) => string,
): Promise<SetUp> {
  if (environment === 'production')
    throw new Failure('run.refused', {
      what: say('Building tables on {0}', name),
      why: say(
        'it is for production. Import each of them by its name: deltatrain import … --table db.t --confirm db.t.',
      ),
    });
  const { store, engine } = await invocation.open({ beside: name });
  const parts = { store, engine, writer: recordWriter };
  const tables = await setUpTables(parts, sources, nameOf, progressOf(invocation), invocation.signal);
  return { connection: name, store: (await store.facts()).label, made: false, tables };
}
