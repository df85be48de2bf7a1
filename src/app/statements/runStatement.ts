/** Runs one statement of a person's: recognised as a git-for-data statement it becomes a call of the store, else it is the store's to run. */
import { say } from '../../base/say.ts';
import { assertNever } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { packRows, type PageColumn, type RowPage } from '../../data/page.ts';
import type { QueryEnd, RestorePreview, RestoreTarget, SnapshotTarget, Store } from '../../data/store.ts';
import { type ColumnInfo, type TableInfo, type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, live, type Snapshot, type Version } from '../../data/version.ts';
import {
  type CreateSnapshot,
  type Diff,
  type DropSnapshot,
  hintedSnapshot,
  needsConfirmation,
  type Restore,
  type ShowSnapshots,
  snapshotNameOf,
  type SnapshotScope,
  type Statement,
  type TableRef,
} from '../../git4data/ast.ts';
import { dialects } from '../../git4data/dialects.ts';
import { tokenValue } from '../../git4data/lexer.ts';
import { parseTokens } from '../../git4data/parser.ts';
import { splitStatements, type StatementText } from '../../git4data/split.ts';
import { changedName } from './changedName.ts';
import { isLeftOut, plainRequest, type StatementRequest, unsupported } from './statementRequest.ts';
import { requireNotOwn } from './ownTables.ts';
import { countPage, rowColumns, rowsPage, type Side, summaryPage, type WrittenTable } from './diffOutputs.ts';
import { restoredEvent } from '../registry/record/happenings.ts';
import type { Happening } from '../registry/record/record.ts';
import { type RestoreToRemember, tablesOf, wholeRestore } from '../versions/rememberRestore.ts';
import { columnChanges, columnSentences } from '../versions/columnChanges.ts';
import { isAsItWas } from '../versions/restorePreview.ts';
import { isServersOwn, replacedBy } from './serversOwn.ts';
import { createSnapshot, safetyName } from '../versions/snapshotNames.ts';

/** What is about to change data, for whoever decides. */
export interface Asked {
  readonly statement: Statement;
  readonly sql: string;
  /** What it changes, as it is typed to confirm it on production: `db.t`, a database, a snapshot; '' when the text does not tell. */
  readonly name: string;
  /** Of a RESTORE of a table or a database: what it would do. */
  readonly preview: RestorePreview | null;
  /** Of a RESTORE that cannot be undone: what it replaces, to be confirmed everywhere. */
  readonly replaces: string | null;
}

/** Asked before everything that is not a read, CREATE SNAPSHOT or of the session alone; false ends in `cancelled`. */
export type Permission = (asked: Asked) => Promise<boolean>;

/** What is told when a statement of a person's has run. */
export interface StatementEnd extends QueryEnd {
  /** The database of the statements after this one. */
  readonly database: string | null;
  /** Of a RESTORE: restoring to it is the undo. */
  readonly safetySnapshot: string | null;
  /** Why nothing was done, of a statement that had nothing to do. */
  readonly note: string | null;
  /** Of a statement of a script that was left out. */
  readonly skipped: boolean;
  /** What of a statement of a script was left out, or means something else here: one sentence each. */
  readonly leftOut: readonly string[];
  /** Of a RESTORE: GRANT statements for the rights that went with the old tables. */
  readonly lostGrants: readonly string[];
  /** What the record is told of it, by the caller, who knows who acts; null where nothing happened that it keeps. */
  readonly happening: Happening | null;
  /** Of a RESTORE that was carried out: what the registry is to remember of it. */
  readonly restored: RestoreToRemember | null;
}

type Pages = AsyncGenerator<RowPage, StatementEnd>;

interface Run {
  readonly store: Store;
  readonly request: StatementRequest;
  readonly allow: Permission;
  readonly signal: AbortSignal | undefined;
}

const end = (run: Run, rest: Partial<StatementEnd> = {}): StatementEnd => ({
  columns: [],
  rows: 0,
  affected: 0,
  database: run.request.database,
  safetySnapshot: null,
  note: null,
  skipped: false,
  leftOut: [],
  lostGrants: [],
  happening: null,
  restored: null,
  ...rest,
});

const endOf = (run: Run, page: RowPage): StatementEnd => end(run, { columns: page.columns, rows: page.rows });

function databaseOf(run: Run, name: { readonly text: string } | null): string {
  const database = name?.text ?? run.request.database;
  if (database !== null) return database;
  throw new Failure('sql.failed', { message: say('No database is chosen: write db.table, or USE a database first.') });
}

/**
 * Yields the rows in pages. Failures: `sql.syntax` for a git-for-data statement that cannot be read, those of the store,
 * and `cancelled` when `allow` says no.
 */
export async function* runStatement(
  store: Store,
  request: StatementRequest,
  allow: Permission,
  signal?: AbortSignal,
): Pages {
  const { hasSessions, runsGitForData } = dialects[(await store.facts()).dialect];
  const { request: taken, leftOut } = hasSessions ? { request, leftOut: [] } : plainRequest(request);
  const run: Run = { store, request: taken, allow, signal };
  const text = splitStatements(run.request.sql)[0];
  if (!text) return end(run);
  if (!hasSessions && request.script && isLeftOut(text, request.script))
    return end(run, { skipped: true, note: say('Left out: there is no session to set up here, and nothing to lock.') });
  const { statement, problems } = parseTokens(text);
  const error = problems.find((problem) => problem.severity === 'error');
  if (error && isOwn(statement)) throw new Failure('sql.syntax', { message: error.message });
  requireNotOwn(statement, text.tokens, changedName(statement, text.tokens, request.database), request.database);
  if (runsGitForData && (await isServersOwn(statement, request.database, store)))
    return yield* runQuery(run, statement, text);
  switch (statement.kind) {
    case 'createSnapshot':
      return runCreate(run, statement);
    case 'dropSnapshot':
      return runDrop(run, statement);
    case 'showSnapshots':
      return yield* runShow(run, statement);
    case 'diff':
      return yield* runDiff(run, statement);
    case 'restore':
      return runRestore(run, statement);
    default:
      return { ...(yield* runQuery(run, statement, text)), leftOut };
  }
}

function isOwn({ kind }: Statement): boolean {
  return kind !== 'select' && kind !== 'other';
}

async function requirePermission(run: Run, asked: Omit<Asked, 'sql' | 'replaces'> & Partial<Asked>): Promise<void> {
  if (!needsConfirmation(asked.statement)) return;
  if (!(await run.allow({ replaces: null, ...asked, sql: run.request.sql }))) throw new Failure('cancelled');
}

function snapshotTarget(scope: SnapshotScope): SnapshotTarget {
  switch (scope.level) {
    case 'table':
      return { level: 'table', table: { database: scope.database.text, table: scope.table.text } };
    case 'database':
      return { level: 'database', database: scope.database.text };
    case 'account':
      return { level: 'account', account: scope.account?.text ?? null };
    case 'cluster':
      return { level: 'cluster' };
    default:
      return assertNever(scope);
  }
}

async function runCreate(run: Run, statement: CreateSnapshot): Promise<StatementEnd> {
  const { scope, publication, ifNotExists } = statement;
  if (publication) throw unsupported('CREATE SNAPSHOT of a publication');
  const target = snapshotTarget(scope);
  try {
    await createSnapshot(run.store, target, snapshotNameOf(statement.name));
  } catch (error) {
    if (!ifNotExists || !Failure.is(error, 'version.exists')) throw error;
  }
  return end(run);
}

async function runDrop(run: Run, statement: DropSnapshot): Promise<StatementEnd> {
  if (statement.publication) throw unsupported('DROP SNAPSHOT of a publication');
  const name = snapshotNameOf(statement.name);
  await requirePermission(run, { statement, name, preview: null });
  try {
    await run.store.dropSnapshot(name);
  } catch (error) {
    if (!statement.ifExists || !Failure.is(error, 'version.unknown')) throw error;
  }
  return end(run);
}

/** `yyyy-mm-dd hh:mm:ss.fffffffff` in UTC, without trailing zeros. */
export function snapshotTime(createdAt: string): string {
  const ns = BigInt(createdAt);
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return fraction === '' ? seconds : `${seconds}.${fraction}`;
}

const showTitles = ['SNAPSHOT_NAME', 'TIMESTAMP', 'SNAPSHOT_LEVEL', 'ACCOUNT_NAME', 'DATABASE_NAME', 'TABLE_NAME'];

async function* runShow(run: Run, { where }: ShowSnapshots): Pages {
  if (where) throw unsupported('SHOW SNAPSHOTS with WHERE', say('Leave the condition out.'));
  const snapshots = [...(await run.store.snapshots())].sort((a, b) =>
    BigInt(a.createdAt) < BigInt(b.createdAt) ? 1 : -1,
  );
  const columns: PageColumn[] = showTitles.map((name) => ({ name, type: 'VARCHAR' }));
  const rows = snapshots.map(({ name, createdAt, level, database, table }) => [
    name,
    snapshotTime(createdAt),
    level,
    '',
    database ?? '',
    table ?? '',
  ]);
  const page = packRows(columns, rows);
  yield page;
  return endOf(run, page);
}

interface DiffSide {
  readonly table: TableName;
  readonly version: Version;
  readonly written: WrittenTable;
}

function sideOf(run: Run, ref: TableRef): DiffSide {
  const hinted = hintedSnapshot(ref);
  if (ref.hint && hinted === null)
    throw unsupported(say('A version by time'), say("Name a snapshot: {SNAPSHOT = '…'}."));
  const table = { database: databaseOf(run, ref.database), table: ref.table.text };
  return {
    table,
    version: hinted === null ? live : atSnapshot(hinted),
    written: { database: ref.database?.text ?? null, table: ref.table.text, snapshot: hinted },
  };
}

/** The time of a version as it sorts; live is after everything. */
function timeOf(version: Version, snapshots: readonly Snapshot[], table: TableName): bigint | null {
  if (version.kind === 'live') return null;
  const found = snapshots.find(({ name }) => name === version.name);
  if (found) return BigInt(found.createdAt);
  const near = nearest(
    version.name,
    snapshots.map(({ name }) => name),
  );
  throw new Failure('version.unknown', { snapshot: version.name, table: tableText(table), near });
}

/** Null where the role may not list them. */
async function snapshotsOf(store: Store): Promise<readonly Snapshot[] | null> {
  try {
    return await store.snapshots();
  } catch (error) {
    if (Failure.is(error, 'version.unlistable')) return null;
    throw error;
  }
}

/** Which side is the newer one; that one's changes are the rows. */
async function newerSide(run: Run, target: DiffSide, base: DiffSide): Promise<Side> {
  const snapshots = await snapshotsOf(run.store);
  // Nobody can tell: as the server has it, the newer side stands first.
  if (!snapshots) return base.version.kind === 'live' ? 'base' : 'target';
  const targetTime = timeOf(target.version, snapshots, target.table);
  const baseTime = timeOf(base.version, snapshots, base.table);
  if (targetTime === null) return 'target';
  return baseTime === null || baseTime > targetTime ? 'base' : 'target';
}

function chosenColumns(statement: Diff, { columns, name }: TableInfo): readonly ColumnInfo[] {
  if (!statement.columns) return columns;
  const chosen = statement.columns.map(({ text }) => {
    const found = columns.find((column) => column.name.toLowerCase() === text.toLowerCase());
    if (found) return found;
    const near = nearest(
      text,
      columns.map((column) => column.name),
    );
    throw new Failure('column.unknown', { column: text, table: tableText(name), near });
  });
  return [...new Set(chosen)];
}

async function* runDiff(run: Run, statement: Diff): Pages {
  const target = sideOf(run, statement.target);
  const base = sideOf(run, statement.base);
  const { output } = statement;
  if (tableText(target.table) !== tableText(base.table))
    throw unsupported(say('A DIFF between two tables'), say('Compare two versions of one table.'));
  if (output.form === 'file' || output.form === 'as')
    throw unsupported(`OUTPUT ${output.form.toUpperCase()}`, say('Use rows, LIMIT, COUNT or SUMMARY.'));
  const side = await newerSide(run, target, base);
  const [older, newer] = side === 'target' ? [base, target] : [target, base];
  const delta = { table: target.table, from: older.version, to: newer.version };
  const note = (): ReturnType<typeof columnNote> => columnNote(run, delta);
  switch (output.form) {
    case 'summary':
    case 'count': {
      const counts = await run.store.countDelta(delta, run.signal);
      const isCount = output.form === 'count';
      const page = isCount ? countPage(counts) : summaryPage(counts, side, target.written, base.written);
      yield page;
      return { ...endOf(run, page), ...(await note()) };
    }
    case 'rows':
    case 'limit': {
      const columns = chosenColumns(statement, await run.store.table(newer.table, newer.version));
      const shown = rowColumns(target.written, base.written, columns);
      const chosen = statement.columns ? { shown: columns.map(({ name }) => name) } : {};
      const limited = output.form === 'limit' ? { limit: output.limit } : {};
      let rows = 0;
      // A limit of no rows is no rows; the store is not asked.
      if (output.form !== 'limit' || output.limit > 0)
        for await (const page of run.store.readDelta({ ...delta, ...limited, ...chosen }, run.signal)) {
          yield rowsPage(page, shown, columns, newer.written.table);
          rows += page.rows;
        }
      return end(run, { columns: shown, rows, ...(await note()) });
    }
    default:
      return assertNever(output);
  }
}

/** What became of the columns between the two, as the note of the result; nothing where they are the same. */
async function columnNote(
  { store, signal }: Run,
  delta: Parameters<typeof columnChanges>[1],
): Promise<{ note?: string }> {
  const sentences = columnSentences(await columnChanges(store, delta, signal));
  return sentences.length === 0 ? {} : { note: sentences.join(' ') };
}

function restoreTarget(run: Run, { level, database, table, toAccount }: Restore): RestoreTarget {
  if (toAccount) throw unsupported('RESTORE into another account');
  if (level === 'database') return { level, database: databaseOf(run, database) };
  if (level === 'table' && table) return { level, table: { database: databaseOf(run, database), table: table.text } };
  throw unsupported(`RESTORE of the ${level}`, say('Restore a table or a database.'));
}

async function runRestore(run: Run, statement: Restore): Promise<StatementEnd> {
  const { store, signal } = run;
  const target = restoreTarget(run, statement);
  const preview = await store.previewRestore(target, snapshotNameOf(statement.snapshot), signal);
  const name = target.level === 'table' ? tableText(target.table) : target.database;
  if (isAsItWas(preview)) return end(run, { note: say('{0} is already as it was at {1}.', name, preview.to) });
  await requirePermission(run, { statement, name, preview });
  const { rowsChanged, safetySnapshot } = await store.restore(preview, await safetyName(store, target), signal);
  const restored = wholeRestore(target, { to: preview.to, safetySnapshot, rowsChanged }, tablesOf(preview));
  return end(run, { affected: rowsChanged, safetySnapshot, lostGrants: preview.lostGrants, restored });
}

async function* runQuery(run: Run, statement: Statement, { tokens }: StatementText): Pages {
  const { store, request, signal } = run;
  const name = changedName(statement, tokens, request.database);
  const replaces = replacedBy(statement, tokens, name);
  await requirePermission(run, { statement, name, preview: null, replaces });
  const done = yield* store.query({ sql: request.sql, database: request.database }, signal);
  const chosen = statement.kind === 'other' && statement.verb === 'USE' ? tokens[1] : undefined;
  // A RESTORE that the server does by itself: of how many rows, nobody knows.
  const to = statement.kind === 'restore' ? snapshotNameOf(statement.snapshot) : null;
  const happening = replaces === null ? null : restoredEvent(name, { to, rowsChanged: null, safetySnapshot: null });
  return end(run, { ...done, happening, ...(chosen && { database: tokenValue(chosen) }) });
}
