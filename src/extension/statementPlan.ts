/** What a statement of a file asks for, in terms of the store: rows to show, a delta to show, or something to do. */
import { countText } from '../app/say.ts';
import { createSnapshot } from '../app/snapshotNames.ts';
import { Failure } from '../base/failure.ts';
import type { SnapshotTarget, Store } from '../data/store.ts';
import { type TableName, tableText } from '../data/table.ts';
import { atSnapshot, live, type Version } from '../data/version.ts';
import {
  type CreateSnapshot,
  type Diff,
  type DropSnapshot,
  hintedSnapshot,
  type Restore,
  type Statement,
  snapshotNameOf,
  type TableRef,
} from '../git4data/ast.ts';
import { quoteName, quoteText } from '../git4data/print.ts';

export type StatementPlan =
  | { readonly kind: 'rows'; readonly sql: string }
  | {
      readonly kind: 'delta';
      readonly table: TableName;
      readonly from: Version;
      readonly to: Version;
      readonly limit: number | null;
      readonly columns: readonly string[] | null;
    }
  | { readonly kind: 'restore'; readonly target: SnapshotTarget; readonly snapshot: string }
  /** Answers the sentence that says what was done. */
  | { readonly kind: 'done'; readonly run: (signal: AbortSignal) => Promise<string> };

const unsupported = (what: string, hint?: string): Failure =>
  new Failure('sql.unsupported', hint === undefined ? { what } : { what, hint });

function tableName(ref: TableRef, database: string | null): TableName {
  const named = ref.database?.text ?? database;
  if (named === null)
    throw new Failure('sql.failed', {
      message: `No database is chosen for "${ref.table.text}": write database.${ref.table.text}.`,
    });
  return { database: named, table: ref.table.text };
}

function versionOf(ref: TableRef): Version {
  if (ref.hint !== null && ref.hint.kind !== 'snapshot') throw unsupported('Reading at a time', 'Name a snapshot.');
  const name = hintedSnapshot(ref);
  return name === null ? live : atSnapshot(name);
}

/** Rows that are at hand already, as a statement, so that they reach the grid like any others. */
function selectOf(columns: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string =>
    value === null ? 'NULL' : typeof value === 'number' ? String(value) : quoteText(value);
  const line = (row: readonly (string | number | null)[]): string =>
    `SELECT ${columns.map((column, c) => `${cell(row[c] ?? null)} AS ${quoteName(column)}`).join(', ')}`;
  if (rows.length > 0) return rows.map(line).join(' UNION ALL ');
  return `SELECT * FROM (${line([])}) AS none WHERE 1 = 0`;
}

async function snapshotsPlan(store: Store, where: string | null): Promise<StatementPlan> {
  const all = [...(await store.snapshots())].sort((a, b) => (BigInt(a.createdAt) < BigInt(b.createdAt) ? 1 : -1));
  const rows = all.map(({ name, createdAt, level, database, table }) => [
    name,
    new Date(Number(BigInt(createdAt) / 1_000_000n)).toISOString().replace('T', ' ').replace('Z', ''),
    level,
    database,
    table ?? '',
  ]);
  const sql = selectOf(['SNAPSHOT_NAME', 'TIMESTAMP', 'SNAPSHOT_LEVEL', 'DATABASE_NAME', 'TABLE_NAME'], rows);
  return { kind: 'rows', sql: where === null ? sql : `SELECT * FROM (${sql}) AS snapshots WHERE ${where}` };
}

async function diffPlan(diff: Diff, database: string | null, store: Store): Promise<StatementPlan> {
  const table = tableName(diff.target, database);
  const base = tableName(diff.base, database);
  if (tableText(table) !== tableText(base))
    throw unsupported('Comparing two different tables', 'Compare two versions of one table.');
  const [from, to] = [versionOf(diff.base), versionOf(diff.target)];
  const columns = diff.columns?.map(({ text }) => text) ?? null;
  const { output } = diff;
  switch (output.form) {
    case 'rows':
      return { kind: 'delta', table, from, to, limit: null, columns };
    case 'limit':
      return { kind: 'delta', table, from, to, limit: output.limit, columns };
    case 'summary':
    case 'count': {
      const { inserted, updated, deleted } = await store.countDelta({ table, from, to, ...(columns && { columns }) });
      if (output.form === 'count')
        return { kind: 'rows', sql: selectOf(['COUNT(*)'], [[inserted + updated + deleted]]) };
      return { kind: 'rows', sql: selectOf(['inserted', 'updated', 'deleted'], [[inserted, updated, deleted]]) };
    }
    case 'file':
      throw unsupported('OUTPUT FILE', 'Show the rows and export them from the grid.');
    case 'as':
      throw unsupported('OUTPUT AS', 'Show the rows and export them from the grid.');
  }
}

function createPlan({ name, scope, ifNotExists }: CreateSnapshot, store: Store): StatementPlan {
  if (scope.level === 'account' || scope.level === 'cluster')
    throw unsupported(`A snapshot of the whole ${scope.level}`, 'Name a table or a database.');
  const target: SnapshotTarget =
    scope.level === 'table'
      ? { level: 'table', table: { database: scope.database.text, table: scope.table.text } }
      : { level: 'database', database: scope.database.text };
  const wanted = snapshotNameOf(name);
  return {
    kind: 'done',
    run: async () => {
      if (ifNotExists && (await store.snapshots()).some((one) => one.name === wanted))
        return `${wanted} exists already.`;
      const made = await createSnapshot(store, target, wanted);
      const rows = Object.values(made.rows).reduce((sum, count) => sum + count, 0);
      return `${made.name} is pinned: ${countText(rows)} rows.`;
    },
  };
}

function dropPlan({ name, ifExists }: DropSnapshot, store: Store): StatementPlan {
  const wanted = snapshotNameOf(name);
  return {
    kind: 'done',
    run: async () => {
      try {
        await store.dropSnapshot(wanted);
        return `${wanted} is deleted.`;
      } catch (error) {
        if (ifExists && Failure.is(error, 'version.unknown')) return `There is no ${wanted}.`;
        throw error;
      }
    },
  };
}

function restorePlan(restore: Restore, database: string | null): StatementPlan {
  const { level, table, snapshot } = restore;
  const named = restore.database?.text ?? database;
  if (level === 'account' || level === 'cluster')
    throw unsupported(`Restoring the whole ${level}`, 'Restore a table or a database.');
  if (named === null) throw new Failure('sql.failed', { message: 'No database is chosen: write database.table.' });
  const target: SnapshotTarget =
    level === 'table' && table
      ? { level: 'table', table: { database: named, table: table.text } }
      : { level: 'database', database: named };
  return { kind: 'restore', target, snapshot: snapshotNameOf(snapshot) };
}

/** `sql` is the statement's own text, without a semicolon. Nothing is changed by planning. */
export async function planStatement(
  statement: Statement,
  sql: string,
  database: string | null,
  store: Store,
): Promise<StatementPlan> {
  switch (statement.kind) {
    case 'createSnapshot':
      return createPlan(statement, store);
    case 'dropSnapshot':
      return dropPlan(statement, store);
    case 'showSnapshots':
      return snapshotsPlan(store, statement.where && sql.slice(statement.where.start, statement.where.end));
    case 'diff':
      return diffPlan(statement, database, store);
    case 'restore':
      return restorePlan(statement, database);
    case 'branch':
    case 'clone':
    case 'pitr':
      throw unsupported(statement.verb, 'It runs on MatrixOne.');
    default:
      return { kind: 'rows', sql };
  }
}
