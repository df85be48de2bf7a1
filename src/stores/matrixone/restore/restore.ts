/** Restoring a table or a database to a snapshot: what it would do, doing it, and looking whether it was done. */
import { say } from '../../../base/say.ts';
import { Failure, mayHaveRun, throwIfCancelled } from '../../../base/failure.ts';
import { changedRows, type DeltaCounts, noChanges, sumCounts } from '../../../data/change.ts';
import { databaseOf, type RestorePreview, type RestoreResult, type RestoreTarget } from '../../../data/store.ts';
import type { TableName } from '../../../data/table.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { bracesSince, isAtLeast, type Release } from '../../../git4data/serverVersion.ts';
import {
  ifAllowed,
  isSystem,
  momentOfRecord,
  type SnapshotRecord,
  snapshotRecords,
  tableIdAt,
  textRows,
  unknownVersion,
} from '../tables/catalog.ts';
import { countDelta } from '../delta/delta.ts';
import { lostGrants } from './grants.ts';
import { tableSql } from '../tables/names.ts';
import { quoteName, quoteText } from '../wire/quote.ts';
import { placeText, readState, type RestoreState, type TableState } from './restoreState.ts';
import { countRows } from '../tables/rows.ts';
import { keptBy } from './safety.ts';
import type { Server } from '../wire/server.ts';
import { Snapshots } from '../tables/snapshots.ts';

/** The statement, in the grammar of the release: neither takes the other's. The old one names the account. */
export function restoreSql(target: RestoreTarget, to: string, release: Release, account: string): string {
  const database = quoteName(databaseOf(target));
  if (isAtLeast(release, bracesSince)) {
    const what = target.level === 'table' ? `TABLE ${tableSql(target.table)}` : `DATABASE ${database}`;
    return `RESTORE ${what} {SNAPSHOT=${quoteText(to)}}`;
  }
  const table = target.level === 'table' ? ` TABLE ${quoteName(target.table.table)}` : '';
  return `RESTORE ACCOUNT ${quoteName(account)} DATABASE ${database}${table} FROM SNAPSHOT ${quoteName(to)}`;
}

/** Refuses a snapshot that the server could not restore the target from; says why. */
export function checkLevel(target: RestoreTarget, record: SnapshotRecord): void {
  const snapshot = record.name;
  if (record.level === 'cluster')
    throw new Failure('version.level', { snapshot, detail: say('it is one of the whole cluster') });
  if (record.level === 'account') return;
  const of = record.table === '' ? record.database : `${record.database}.${record.table}`;
  const wanted = placeText(target);
  if (target.level === 'database') {
    if (record.database !== target.database) throw new Failure('version.otherTable', { snapshot, of, wanted });
    if (record.level === 'table')
      throw new Failure('version.unknown', { snapshot, table: say('the whole database {0}', target.database) });
    return;
  }
  const isOther =
    record.database !== target.table.database || (record.table !== '' && record.table !== target.table.table);
  if (isOther) throw new Failure('version.otherTable', { snapshot, of, wanted });
}

/** The server answers OK to a RESTORE of what foreign keys refer to, and does nothing. */
async function checkReferences(server: Server, target: RestoreTarget): Promise<void> {
  const database = databaseOf(target);
  const conditions =
    target.level === 'table'
      ? `refer_table_name = ${quoteText(target.table.table)} AND NOT (db_name = ${quoteText(database)} AND table_name = ${quoteText(target.table.table)})`
      : `db_name <> ${quoteText(database)}`;
  const rows = await ifAllowed(
    textRows(
      server,
      `SELECT DISTINCT db_name, table_name FROM mo_catalog.mo_foreign_keys WHERE refer_db_name = ${quoteText(database)} AND ${conditions} ORDER BY db_name, table_name`,
    ),
  );
  if (!rows || rows.length === 0) return;
  const by = rows.map(([db, table]) => `${db}.${table}`).join(', ');
  throw new Failure('restore.referenced', { table: placeText(target), by });
}

/** The snapshot to restore from, after everything that speaks against it. */
async function checkedRecord(server: Server, target: RestoreTarget, to: string): Promise<SnapshotRecord> {
  const database = databaseOf(target);
  if (isSystem(database)) throw new Failure('version.system', { what: say('The database "{0}"', database) });
  const records = await snapshotRecords(server, to);
  if (!records) throw new Failure('version.unlistable');
  const [record] = records;
  if (!record) throw await unknownVersion(server, to, target.level === 'table' ? target.table : null);
  checkLevel(target, record);
  await checkReferences(server, target);
  return record;
}

const anewText = ({ level }: RestoreTarget): string => (level === 'table' ? say('the table') : say('the database'));

function warningsOf(target: RestoreTarget, state: RestoreState, grants: readonly string[] | null): string[] {
  const warnings: string[] = [];
  if (grants === null)
    warnings.push(say('This role may not read which rights others have: rights on what is restored are lost with it.'));
  else if (grants.length > 0)
    warnings.push(
      grants.length === 1
        ? say('One grant is lost, because the server makes {0} anew. SHOW GRANTS goes on showing it.', anewText(target))
        : say(
            '{0} grants are lost, because the server makes {1} anew. SHOW GRANTS goes on showing them.',
            grants.length,
            anewText(target),
          ),
    );
  if (target.level === 'database') {
    if (state.dropped.length > 0)
      warnings.push(say('Tables that were made after the snapshot are dropped with all their rows.'));
    warnings.push(say('Views and everything else in the database are put back as they were, too.'));
    warnings.push(
      say(
        'Afterwards the server cannot tell by itself what changed since older snapshots: such deltas are found by comparing, which reads the whole tables.',
      ),
    );
  }
  warnings.push(
    say(
      'What others write in the moment between the last look and the RESTORE is lost: the server cannot lock it out.',
    ),
  );
  return warnings;
}

/**
 * What a restore would change, with the digest that `restore` takes as the promise that nothing moved since;
 * `version.unknown`, `version.otherTable`, `restore.referenced`.
 */
export async function previewRestore(
  server: Server,
  target: RestoreTarget,
  to: string,
  signal?: AbortSignal,
): Promise<RestorePreview> {
  throwIfCancelled(signal);
  const record = await checkedRecord(server, target, to);
  const state = await readState(server, target, record, live, signal);
  const grants = await lostGrants(server, target);
  return {
    target,
    to,
    tables: state.tables.map(({ table, counts }) => ({ table, counts })),
    dropped: state.dropped,
    revived: state.tables.filter(({ id }) => id === null).map(({ table }) => table),
    reshaped: state.tables.filter(({ isReshaped }) => isReshaped).map(({ table }) => table),
    lostGrants: grants ?? [],
    warnings: warningsOf(target, state, grants),
    digest: state.digest,
  };
}

const sum = (tables: readonly { readonly counts: DeltaCounts }[]): DeltaCounts =>
  sumCounts(tables.map(({ counts }) => counts));

/** Pins what is there: the table, or more where there is no table or the server cannot pin it alone. */
async function pin(
  server: Server,
  snapshots: Snapshots,
  { target, revived }: RestorePreview,
  name: string,
): Promise<void> {
  const database = databaseOf(target);
  if (target.level === 'table' && revived.length === 0) {
    try {
      await snapshots.create(name, target);
      return;
    } catch (error) {
      // A character in the table's name.
      if (!Failure.is(error, 'store.unsupported')) throw error;
    }
  }
  const rows = await textRows(
    server,
    `SELECT 1 FROM information_schema.schemata WHERE schema_name = ${quoteText(database)}`,
  );
  const isThere = rows.length > 0;
  await snapshots.create(name, isThere ? { level: 'database', database } : { level: 'account', account: null });
}

const idOf = (server: Server, table: TableName): Promise<string | undefined> =>
  tableIdAt(server, table, { hint: '', catalogHint: '', record: null });

/** True when a table is another one than before, or nobody can tell: the restore was done. Those that come back are new in any case. */
async function wasMadeAnew(server: Server, tables: readonly TableState[]): Promise<boolean> {
  for (const { table, id } of tables) {
    const now = await idOf(server, table);
    if (now === '' || (now !== undefined && now !== id)) return true;
  }
  return false;
}

/**
 * Restores what was previewed, after a safety snapshot, and reads afterwards whether it was done; `restore.moved` where
 * the table changed since the preview.
 */
export async function restore(
  server: Server,
  preview: RestorePreview,
  safetyName: string,
  signal?: AbortSignal,
): Promise<RestoreResult> {
  throwIfCancelled(signal);
  const { target, to } = preview;
  const record = await checkedRecord(server, target, to);
  const snapshots = new Snapshots(server);
  await pin(server, snapshots, preview, safetyName);
  let state: RestoreState;
  try {
    state = await readState(server, target, record, atSnapshot(safetyName), signal);
    const moved = state.digest === preview.digest ? await movedSince(server, state, safetyName, signal) : noChanges;
    if (state.digest !== preview.digest || changedRows(moved) > 0)
      throw new Failure('restore.moved', { table: placeText(target), ...sum(state.tables) });
  } catch (error) {
    await dropQuietly(snapshots, safetyName);
    throw error;
  }
  await run(server, target, record, state, safetyName, snapshots, signal);
  const verified = await isRestored(server, target, record, state);
  return { rowsChanged: changedRows(sum(state.tables)), safetySnapshot: safetyName, verified };
}

/** What was written between the safety snapshot and now, directly before the RESTORE; the gap that is left is the statement's way there. */
async function movedSince(
  server: Server,
  { tables }: RestoreState,
  safetyName: string,
  signal: AbortSignal | undefined,
): Promise<DeltaCounts> {
  for (const { table, id } of tables) {
    const now = await idOf(server, table);
    if ((now ?? null) !== id) return { inserted: 0, updated: 1, deleted: 0 };
    if (id === null) continue;
    const counts = await countDelta(server, { table, from: atSnapshot(safetyName), to: live }, signal);
    if (changedRows(counts) > 0) return counts;
  }
  return noChanges;
}

/** What went wrong before is what is told, also when the safety snapshot that nobody needs cannot be dropped. */
const dropQuietly = (snapshots: Snapshots, safetyName: string): Promise<unknown> =>
  snapshots.drop(safetyName).catch(() => undefined);

/** Milliseconds that looking afterwards may take. */
const lookMs = 4_000;

/** True when a table is known to be another one than before; false also where nobody can look. */
async function isKnownToBeDone(server: Server, tables: readonly TableState[]): Promise<boolean> {
  const look = async (): Promise<boolean> => {
    for (const { table, id } of tables) {
      const now = await idOf(server, table);
      if (now !== undefined && now !== '' && now !== id) return true;
    }
    return false;
  };
  const late = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), lookMs).unref();
  });
  return Promise.race([look().catch(() => false), late]);
}

/** A cancel that comes after the statement was sent may be too late: whether it ran is looked for, and said. */
async function run(
  server: Server,
  target: RestoreTarget,
  record: SnapshotRecord,
  { tables }: RestoreState,
  safetyName: string,
  snapshots: Snapshots,
  signal: AbortSignal | undefined,
): Promise<void> {
  const account = (await textRows(server, 'SELECT current_account_name()'))[0]?.[0] ?? '';
  try {
    // It waits for the locks of others, however long they are held.
    await server.run(restoreSql(target, record.name, server.release, account), { deadlineMs: null, signal });
  } catch (error) {
    if (mayHaveRun(error)) {
      const done = await isKnownToBeDone(server, tables);
      // A lost connection is no reason to stop: it was done, and is looked at as always.
      if (done && Failure.is(error, 'store.disconnected')) return;
      throw keptBy(safetyName, say('The RESTORE'), error, done);
    }
    if (await wasMadeAnew(server, tables).catch(() => true)) throw keptBy(safetyName, say('The RESTORE'), error);
    await dropQuietly(snapshots, safetyName);
    throw error;
  }
  if (tables.length === 0 || (await wasMadeAnew(server, tables))) return;
  await dropQuietly(snapshots, safetyName);
  throw new Failure('sql.failed', {
    message: say(
      'The server answered to the RESTORE of {0} as if it were done, but did nothing. Nothing was changed.',
      placeText(target),
    ),
  });
}

/** The delta to the snapshot is empty, and the rows are as many. */
async function isRestored(
  server: Server,
  target: RestoreTarget,
  record: SnapshotRecord,
  { tables, dropped }: RestoreState,
): Promise<boolean> {
  const to = atSnapshot(record.name);
  for (const { table } of tables) {
    if (changedRows(await countDelta(server, { table, from: to, to: live })) > 0) return false;
    if ((await countRows(server, table)) !== (await countRows(server, table, to))) return false;
    const [now, then] = [await idOf(server, table), await tableIdAt(server, table, momentOfRecord(record))];
    if (now === undefined || (now !== '' && now === then)) return false;
  }
  if (target.level === 'table') return true;
  for (const table of dropped) if ((await idOf(server, table)) !== undefined) return false;
  return true;
}
