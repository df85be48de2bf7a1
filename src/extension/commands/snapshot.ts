/** Commands on snapshots: look at deltas, restore, delete, copy the name. */
import * as vscode from 'vscode';
import { forcedEvent } from '../../app/registry/record/happenings.ts';
import { modelsNeeding, remember, tellRecord } from './tellRecord.ts';
import { sortedSnapshots } from '../../app/tree/nodes.ts';
import { rememberedText, wholeRestore } from '../../app/versions/rememberRestore.ts';
import { type RestoreDone, restoreTable } from '../../app/versions/restoreTable.ts';
import { isSafetyName } from '../../app/versions/snapshotNames.ts';
import { Failure } from '../../base/failure.ts';
import { type TableName, tableText } from '../../data/table.ts';
import { restoreSql } from '../../git4data/print.ts';
import { type Snapshot, snapshotPlace } from '../../data/version.ts';
import type { RestoreOutcome } from '../../protocol/panel.ts';
import { requireConsent, requireDeletion } from '../talk/consent.ts';
import { costLines, grantsAction } from '../talk/restoreText.ts';
import type { TableAt } from '../tree/pick.ts';
import type { Session } from '../connections/session.ts';
import type { Shell } from './shell.ts';
import { type Target, targetOf } from '../tree/target.ts';
import type { Action } from '../talk/tell.ts';
import { say, together } from '../../base/say.ts';
import { rowsText } from '../../words/numbers.ts';

/** Shows a delta in the panel of the table's training, or, where it has none, as the result of its statement. */
async function show(shell: Shell, at: TableAt, from: string, to: string | null): Promise<void> {
  const { panels, pick, sql, trainings } = shell;
  const { session, table } = at;
  const target = { connection: session.connection.id, table };
  const configured = await pick.configured(target, say('In the panel of which training?'));
  if (configured) panels.showTraining(await trainings.open(configured), { section: 'delta', from, to });
  else await sql.showDelta(session, table, from, to);
}

/** Of a snapshot: what changed since the one before. Of a table: what changed since its base. */
export async function showDelta(shell: Shell, target: Target): Promise<void> {
  const { pick } = shell;
  const chosen = await pick.table(target, say('Show the delta of which table?'));
  if (target.from !== undefined) return show(shell, chosen, target.from, target.snapshot ?? null);
  const all = await pick.snapshots(chosen);
  if (target.snapshot === undefined) {
    const base = (await pick.base(chosen)) ?? (await pick.typedWhereUnlisted(chosen));
    if (!base) throw new Failure('version.unknown', { snapshot: '', table: tableText(chosen.table) });
    return show(shell, chosen, base.name, null);
  }
  const newer = await pick.byName(chosen, target.snapshot);
  const position = all.findIndex(({ name }) => name === newer.name);
  const older = position < 0 ? [] : all.slice(position + 1);
  const before = older.find(({ name }) => !isSafetyName(name)) ?? older[0];
  // The first snapshot has nothing before it: what changed since then is the next best.
  return before ? show(shell, chosen, before.name, newer.name) : show(shell, chosen, newer.name, null);
}

export async function compareWithLive(shell: Shell, target: Target): Promise<void> {
  const chosen = await shell.pick.snapshot(target, say('Compare which snapshot with live?'));
  await show(shell, chosen, chosen.snapshot.name, null);
}

/** Two snapshots that are selected in the tree, or that are asked for; the older is the base. */
export async function compare(shell: Shell, target: Target, selected: unknown): Promise<void> {
  const { pick } = shell;
  const others = (Array.isArray(selected) ? selected : [])
    .map(targetOf)
    .filter(({ snapshot }) => snapshot !== undefined);
  const one = await pick.snapshot(others[0] ?? target, say('Compare which snapshot?'));
  const all = await pick.snapshots(one);
  const name = others[1]?.snapshot;
  const isOther = (snapshot: { name: string }): boolean => snapshot.name !== one.snapshot.name;
  const other =
    all.find((snapshot) => snapshot.name === name) ??
    (await pick.ofSnapshots(one, all.filter(isOther), say('Compare {0} with which?', one.snapshot.name)));
  const [newer, older] = sortedSnapshots([one.snapshot, other]);
  if (newer && older) await show(shell, one, older.name, newer.name);
}

/** Preview, a yes, safety snapshot, restore, verification; Undo leads here again. */
export async function restore(shell: Shell, target: Target): Promise<RestoreOutcome> {
  const { ask, connections, pick, tell } = shell;
  const { session, table, snapshot } = await pick.snapshot(target, say('Restore which snapshot?'));
  const { environment } = session.connection.config;
  const name = tableText(table);
  const controller = new AbortController();
  let afterwards: Action[] = [];
  let isReshaped = false;
  let settle = (): void => {};
  /** Shows that it is under way until `settle` is called; nothing is shown while a person is asked. */
  const showProgress = (title: string): void => {
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    void tell.during(title, (signal) => {
      signal.addEventListener('abort', () => controller.abort());
      return settled;
    });
  };
  showProgress(say('Comparing {0} with {1}', name, snapshot.name));
  const done = await restoreTable(
    { store: session.store, table, to: snapshot.name, environment },
    async ({ sentence, moved, isAsItWas, preview }) => {
      settle();
      if (isAsItWas) {
        tell.say('info', sentence);
        return false;
      }
      await requireConsent(ask, {
        environment,
        name,
        question: moved
          ? say('{0} was written to meanwhile. Restore it all the same?', name)
          : say('Restore {0}?', name),
        detail: sentence,
        lines: costLines(preview),
        yes: say('Restore'),
      });
      isReshaped = preview.reshaped.length > 0;
      afterwards = grantsAction(preview, session.connection.id);
      showProgress(say('Restoring {0} to {1}', name, snapshot.name));
      return true;
    },
    controller.signal,
  ).finally(() => {
    settle();
    connections.noticeChange(session.connection.id);
  });
  if (!done) throw new Failure('cancelled');
  const models = rememberedText(await remember(shell, session, wholeRestore({ level: 'table', table }, done)));
  const { rowsChanged, safetySnapshot, verified, undo } = done;
  const rows = rowsText(rowsChanged);
  const restored = isReshaped
    ? say('{0} is as it was at {1}: its columns are back, {2} changed, verified.', name, snapshot.name, rows)
    : say('{0} is as it was at {1}: {2} changed, verified.', name, snapshot.name, rows);
  const sentence = verified
    ? restored
    : say('{0} was restored to {1}, but it differs from it. Look at the delta.', name, snapshot.name);
  const actions = [...undoActions(session.connection.id, table, done), ...afterwards];
  tell.say(verified ? 'info' : 'error', together(sentence, models !== '' && models), ...actions);
  // The panel restores the table alone.
  return { to: snapshot.name, rowsChanged, safetySnapshot: undo === 'restoreTable' ? safetySnapshot : null, verified };
}

/** None for a table that came back with its database: to drop that is nothing for a button. */
function undoActions(connection: string, table: TableName, { undo, safetySnapshot }: RestoreDone): Action[] {
  if (undo === 'dropDatabase') return [];
  const title = say('Undo…');
  const target = { connection, snapshot: safetySnapshot };
  return [
    undo === 'restoreTable'
      ? { title, command: 'deltatrain.snapshot.restore', arguments: [{ ...target, table }] }
      : {
          title,
          command: 'deltatrain.snapshot.restoreDatabase',
          arguments: [{ ...target, database: table.database }],
        },
  ];
}

/** A snapshot that holds all of the database. */
async function pickWhole({ overview, pick }: Shell, session: Session, database: string): Promise<Snapshot> {
  const { snapshots } = await overview.catalog(session);
  const whole = sortedSnapshots(snapshots).filter(
    (one) => one.table === null && (one.database === null || one.database === database) && one.level !== 'cluster',
  );
  return pick.named(whole, database, say('Restore {0} to which snapshot?', database));
}

/** Every table of a database, to a snapshot that holds all of it: as the statement itself, so with its preview and its question. */
export async function restoreDatabase(shell: Shell, target: Target): Promise<unknown> {
  const { pick, sql } = shell;
  const { session, database } = await pick.database(target, say('Restore which database?'));
  const snapshot = target.snapshot ?? (await pickWhole(shell, session, database)).name;
  const statement = restoreSql({ level: 'database', database, table: null, snapshot });
  return sql.run(session, [{ sql: statement, database }]);
}

/** Lets a person name a snapshot where the role may not list them; from then on it is offered in this window. */
export async function typeSnapshot({ connections, pick }: Shell, target: Target): Promise<string> {
  const chosen = await pick.table(target, say('Of which table?'));
  const { name } = await pick.typed(chosen);
  connections.lookAgain(chosen.session.connection.id);
  return name;
}

/** One that models need goes only after a second look. */
export async function deleteSnapshot(shell: Shell, target: Target): Promise<string> {
  const { ask, connections, pick, tell } = shell;
  const { session, snapshot } = await pick.snapshot(target, say('Delete which snapshot?'));
  const models = await modelsNeeding(shell, session, snapshot);
  await requireDeletion(ask, {
    environment: session.connection.config.environment,
    name: snapshot.database === null ? snapshot.name : snapshotPlace(snapshot),
    snapshot: snapshot.name,
    models,
  });
  await session.store.dropSnapshot(snapshot.name);
  if (models.length > 0) await tellRecord(shell, session, forcedEvent(snapshot.name, models));
  connections.noticeChange(session.connection.id);
  tell.log('info', say('deleted the snapshot {0}', snapshot.name));
  return snapshot.name;
}

export async function copyName({ pick }: Shell, target: Target): Promise<string> {
  const { snapshot } = await pick.snapshot(target, say('Copy the name of which snapshot?'));
  await vscode.env.clipboard.writeText(snapshot.name);
  return snapshot.name;
}
