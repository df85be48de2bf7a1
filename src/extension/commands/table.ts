/** Commands on tables: import, export, create a snapshot. */
import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import { importedEvent } from '../../app/registry/record/happenings.ts';
import { tellRecord } from './tellRecord.ts';
import {
  createSnapshot as makeSnapshot,
  isSafetyName,
  pinVersion,
  proposeName,
  safetyName,
  stemOf,
} from '../../app/versions/snapshotNames.ts';
import { Failure } from '../../base/failure.ts';
import type { LoadResult, SnapshotTarget } from '../../data/store.ts';
import { parseTableName, type TableInfo, type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, isSnapshotName, live, tableIn, type Version } from '../../data/version.ts';
import type { FilePreview, ImportRequest } from '../../protocol/engine.ts';
import type { Choice } from '../talk/ask.ts';
import { requireConsent, requireOnProduction } from '../talk/consent.ts';
import { setting } from '../talk/settings.ts';
import { snapshotNameRule } from '../tree/pick.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';
import type { Target } from '../tree/target.ts';
import { say } from '../../base/say.ts';
import { countText, deltaText } from '../../words/numbers.ts';

const fileFilters = () => ({ [say('Tables')]: ['csv', 'tsv', 'jsonl', 'ndjson', 'parquet'] });
/** More deletes than this share of a table ask once more. */
const maxDeletes = 0.2;

const nearFolder = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;

async function tableOrNull(session: Session, name: TableName): Promise<TableInfo | null> {
  try {
    return await session.store.table(name);
  } catch (error) {
    if (Failure.is(error, 'table.unknown') || Failure.is(error, 'database.unknown')) return null;
    throw error;
  }
}

async function askTableName(shell: Shell, session: Session, target: Target, file: string): Promise<TableName> {
  if (target.table) return target.table;
  const databases = await session.store.databases();
  const database = target.database ?? databases[0] ?? 'data';
  const text = await shell.ask.text({
    title: say('Import into which table?'),
    value: `${database}.${stemOf(basename(file, extname(file)))}`,
    placeholder: say('database.table'),
    check: (given) => (parseTableName(given) ? undefined : say('Write database.table.')),
  });
  return parseTableName(text) ?? { database, table: text };
}

/** The key of a new table: the first column is the best guess, and the engine names the first row that proves it wrong. */
async function askKey({ ask }: Shell, { columns, format }: FilePreview): Promise<string[]> {
  const choices = columns.map(
    ({ name, type, nullable }): Choice<string> => ({
      label: name,
      value: name,
      description: nullable ? say('{0}, has empty values', type) : type,
    }),
  );
  const title = say('Which columns make a row unique? ({0} columns, {1})', columns.length, format);
  const key = await ask.pickMany(
    title,
    choices,
    columns.slice(0, 1).map(({ name }) => name),
  );
  if (key.length === 0) throw new Failure('usage.wrong', { message: say('A table needs a key: name its columns.') });
  return key;
}

async function askMode({ ask }: Shell, table: TableName): Promise<ImportRequest['mode']> {
  return ask.pick(say('{0} exists already', tableText(table)), [
    {
      label: say('Insert and update rows'),
      value: 'upsert' as const,
      detail: say('Rows that are not in the file stay.'),
      icon: 'add',
    },
    {
      label: say('Make it the same as the file'),
      value: 'sync' as const,
      detail: say('Rows that are not in the file are deleted. A safety snapshot is made first.'),
      icon: 'sync',
    },
  ]);
}

/** Answers what was loaded; nothing is written when any row cannot be. */
export async function importFile(shell: Shell, target: Target): Promise<LoadResult> {
  const { ask, connections, pick } = shell;
  const session = await pick.session(target, say('Import into which connection?'));
  const { config, id } = session.connection;
  const uri = await ask.fileToRead({
    title: say('Import a file'),
    button: say('Import'),
    filters: fileFilters(),
    near: nearFolder(),
  });
  const file = uri.fsPath;
  const preview = await session.engine.call('file/preview', { file });
  const table = await askTableName(shell, session, target, file);
  const existing = await tableOrNull(session, table);
  const key = existing ? null : await askKey(shell, preview);
  const mode = existing ? await askMode(shell, table) : 'upsert';
  await requireOnProduction(ask, {
    environment: config.environment,
    name: tableText(table),
    question: say('Import {0} into {1}?', basename(file), tableText(table)),
    detail: '',
    yes: say('Import'),
  });
  const safety = existing ? await safetyName(session.store, { level: 'table', table }, 'import') : null;
  const request: ImportRequest = { file, table, key, mode, safetySnapshot: safety, maxDeletes };
  try {
    const loaded = await load(shell, session, request);
    await tellRecord(shell, session, importedEvent(table, basename(file), loaded));
    sayLoaded(shell, session, table, loaded);
    return loaded;
  } finally {
    connections.noticeChange(id);
  }
}

async function load(shell: Shell, session: Session, request: ImportRequest): Promise<LoadResult> {
  const run = (one: ImportRequest): Promise<LoadResult> =>
    shell.tell.during(say('Importing {0}', basename(one.file)), async (signal, report) => {
      const items = session.engine.stream('table/import', one, signal);
      for (;;) {
        const step = await items.next();
        if (step.done) return step.value;
        report(say('{0} rows', countText(step.value.rows)));
      }
    });
  try {
    return await run(request);
  } catch (error) {
    if (!Failure.is(error, 'load.tooManyDeletes')) throw error;
    const { deleted, rows, table } = error.data;
    await requireConsent(shell.ask, {
      environment: session.connection.config.environment,
      name: table,
      question: say('Delete {0} of {1} rows of {2}?', countText(deleted), countText(rows), table),
      detail: say('They are not in the file.'),
      yes: say('Delete'),
    });
    return run({ ...request, maxDeletes: null });
  }
}

function sayLoaded({ tell }: Shell, session: Session, table: TableName, loaded: LoadResult): void {
  const target = { connection: session.connection.id, table };
  const undo = loaded.safetySnapshot !== null && {
    title: say('Undo…'),
    command: 'deltatrain.snapshot.restore',
    arguments: [{ ...target, snapshot: loaded.safetySnapshot }],
  };
  tell.say(
    'info',
    say('{0}: {1} ({2} unchanged).', tableText(table), deltaText(loaded), countText(loaded.unchanged)),
    { title: say('Create Snapshot…'), command: 'deltatrain.table.createSnapshot', arguments: [target] },
    ...(undo ? [undo] : []),
  );
}

/** Live first, then the snapshots. */
async function askVersion(shell: Shell, session: Session, table: TableName, target: Target): Promise<Version> {
  if (target.snapshot !== undefined) return atSnapshot(target.snapshot);
  const snapshots = await shell.pick.snapshots({ session, table });
  if (snapshots.length === 0) return live;
  return shell.ask.pick(say('Which version of {0}?', tableText(table)), [
    { label: say('live'), value: live as Version, icon: 'table' },
    ...snapshots
      .filter(({ name }) => !isSafetyName(name))
      .map(({ name }) => ({ label: name, value: atSnapshot(name), icon: 'tag' })),
  ]);
}

export async function exportTable(shell: Shell, target: Target): Promise<{ rows: number; file: string }> {
  const { ask, pick, tell } = shell;
  const { session, table } = await pick.table(target, say('Export which table?'));
  const version = await askVersion(shell, session, table, target);
  const uri = await ask.fileToWrite({
    title: say('Export {0}', tableText(table)),
    button: say('Export'),
    filters: { CSV: ['csv'], JSONL: ['jsonl'], Parquet: ['parquet'] },
    near: nearFolder(),
    name: `${version.kind === 'live' ? table.table : version.name}.csv`,
  });
  const file = uri.fsPath;
  const rows = await tell.during(say('Exporting {0}', tableText(table)), async (signal, report) => {
    const items = session.engine.stream(
      'table/export',
      { table, at: version, file, guardCells: setting('export.guardCells') },
      signal,
    );
    for (;;) {
      const step = await items.next();
      if (step.done) return step.value.rows;
      report(say('{0} rows', countText(step.value.rows)));
    }
  });
  tell.say('info', say('{0} rows written to {1}.', countText(rows), basename(file)));
  return { rows, file };
}

type Level = SnapshotTarget['level'];

/** The sys account alone has the cluster. */
const isSys = (user: string): boolean => !/[:#]/.test(user) || /^sys[:#]/.test(user);

/** A server pins more than tables; a file, a table or a database. */
async function askLevel({ ask }: Shell, { connection: { place } }: Session): Promise<Level> {
  if (place.kind === 'embedded') return 'table';
  const levels: Choice<Level>[] = [
    { label: say('A table'), value: 'table', icon: 'table' },
    { label: say('A database'), value: 'database', detail: say('All its tables at the same moment.'), icon: 'library' },
    { label: say('The account'), value: 'account', detail: say('Every database of the account.'), icon: 'account' },
  ];
  const cluster: Choice<Level> = {
    label: say('The cluster'),
    value: 'cluster',
    detail: say('Every account of the server.'),
    icon: 'server-environment',
  };
  return ask.pick(say('Create a snapshot of what?'), isSys(place.user) ? [...levels, cluster] : levels);
}

async function snapshotTarget(shell: Shell, target: Target): Promise<{ session: Session; of: SnapshotTarget }> {
  const { pick } = shell;
  const which = say('Create a snapshot of which table?');
  const session = await pick.session(target, which);
  const on = { ...target, connection: session.connection.id };
  const isOpenQuestion = !target.table && target.database === undefined;
  const level = isOpenQuestion ? await askLevel(shell, session) : target.table ? 'table' : 'database';
  if (level === 'account') return { session, of: { level, account: null } };
  if (level === 'cluster') return { session, of: { level } };
  if (level === 'table') return { session, of: { level, table: (await pick.table(on, which)).table } };
  const { database } = await pick.database(on, say('Create a snapshot of which database?'));
  return { session, of: { level, database } };
}

function targetText(of: SnapshotTarget): string {
  if (of.level === 'table') return tableText(of.table);
  if (of.level === 'database') return of.database;
  return of.level === 'account' ? say('the account') : say('the cluster');
}

/** Answers the name of the snapshot. */
export async function createSnapshot(shell: Shell, target: Target): Promise<string> {
  const { ask, connections, overview, tell } = shell;
  const { session, of } = await snapshotTarget(shell, target);
  const proposed = await proposeName(session.store, of);
  const taken = new Set((await overview.catalog(session)).snapshots.map(({ name }) => name));
  const name = await ask.text({
    title: say('Name of the snapshot of {0}', targetText(of)),
    value: proposed,
    check: (text) => {
      if (taken.has(text)) return say('"{0}" is taken.', text);
      return isSnapshotName(text) ? undefined : snapshotNameRule();
    },
  });
  // A colleague may have been faster with the proposed name; then the next one is as good.
  const made = name === proposed ? await pinVersion(session.store, of) : await makeSnapshot(session.store, of, name);
  connections.noticeChange(session.connection.id);
  const table = of.level === 'table' ? of.table : undefined;
  const rows = (table && tableIn(made, table)?.rows) ?? null;
  tell.say(
    'info',
    rows === null ? say('{0} is pinned.', made.name) : say('{0} is pinned: {1} rows.', made.name, countText(rows)),
  );
  return made.name;
}
