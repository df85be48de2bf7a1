/** Commands on tables: import, export, create a snapshot. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import {
  createSnapshot as makeSnapshot,
  isSafetyName,
  pinVersion,
  proposeName,
} from '../../app/versions/snapshotNames.ts';
import type { SnapshotTarget } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, isSnapshotName, live, tableIn, type Version } from '../../data/version.ts';
import type { Value } from '../../data/value.ts';
import type { RowsShown } from '../../protocol/panel.ts';
import type { Choice } from '../talk/ask.ts';
import type { FormPanel } from '../forms/formPanel.ts';
import { setting } from '../talk/settings.ts';
import { snapshotNameRule } from '../tree/pick.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';
import type { Target } from '../tree/target.ts';
import { say } from '../../base/say.ts';
import { rowsText } from '../../words/numbers.ts';

const fileFilters = () => ({ [say('Tables')]: ['csv', 'tsv', 'jsonl', 'ndjson', 'parquet', 'parq', 'gz'] });
const nearFolder = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;

/** The files that a command was told to import: one, or those that are selected in the Explorer. */
function filesOf(first: unknown, selected: unknown): vscode.Uri[] {
  const dropped = typeof first === 'object' && first !== null && 'file' in first ? first.file : first;
  const several = Array.isArray(selected) ? (selected as unknown[]) : [];
  return (several.length > 1 ? several : [dropped]).filter((one) => one instanceof vscode.Uri);
}

/** Opens a form for each file, which does the rest; asks for a file where none was named. */
export async function importFile(
  { ask, forms }: Shell,
  target: Target,
  first?: unknown,
  selected?: unknown,
): Promise<FormPanel | null> {
  const named = filesOf(first, selected);
  const files =
    named.length > 0
      ? named
      : [
          await ask.fileToRead({
            title: say('Import a file'),
            button: say('Import'),
            filters: fileFilters(),
            near: nearFolder(),
          }),
        ];
  let shown: FormPanel | null = null;
  for (const file of files) shown = await forms.showImport(file, target);
  return shown;
}

/** The rows of a table, or of it at a snapshot, in a grid where nothing is changed. */
export async function showTableRows(
  { pick, sql }: Pick<Shell, 'pick' | 'sql'>,
  target: Target,
  where: RowsShown['where'] = [],
): Promise<void> {
  const { session, table } = await pick.table(target, say('Show the rows of which table?'));
  await sql.showRows(session, table, target.snapshot ?? null, where);
}

/** The rows of a table at one of its snapshots, which is asked for where it was not told. */
export async function querySnapshot(shell: Shell, target: Target): Promise<void> {
  const { session, table, snapshot } = await shell.pick.snapshot(target, say('Show the rows of which snapshot?'));
  await shell.sql.showRows(session, table, snapshot.name, []);
}

/** One row through all versions. */
export async function showRowHistory({ pick, sql }: Shell, target: Target, key: readonly Value[]): Promise<void> {
  const { session, table } = await pick.table(target, say('Of which table?'));
  await sql.showHistory(session, table, key);
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
      report(rowsText(step.value.rows));
    }
  });
  tell.say('info', say('{0} written to {1}.', rowsText(rows), basename(file)));
  return { rows, file };
}

type Level = SnapshotTarget['level'];

/** Asked where more can be pinned than a table or a database. */
async function askLevel({ ask }: Shell, { facts: { snapshotLevels } }: Session): Promise<Level> {
  if (!snapshotLevels.includes('account')) return 'table';
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
  return ask.pick(
    say('Create a snapshot of what?'),
    snapshotLevels.includes('cluster') ? [...levels, cluster] : levels,
  );
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
    rows === null ? say('{0} is pinned.', made.name) : say('{0} is pinned: {1}.', made.name, rowsText(rows)),
  );
  return made.name;
}
