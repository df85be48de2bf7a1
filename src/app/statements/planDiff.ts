/** What a DATA BRANCH DIFF of two versions of a table comes to. */
import { assertNever } from '../../base/assert.ts';
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import type { DeltaRequest, Store } from '../../data/store.ts';
import { type ColumnInfo, type TableInfo, type TableName, tableText } from '../../data/table.ts';
import { atSnapshot, live, type Snapshot, type Version } from '../../data/version.ts';
import { type Diff, hintedSnapshot, type Name, type TableRef } from '../../git4data/ast.ts';
import { rowColumns, type Side, type WrittenTable } from './diffOutputs.ts';
import type { RowsStep, SummaryStep } from './plan.ts';
import { unsupported } from './statementRequest.ts';

/** The database that a name stands in; `sql.failed` where none is chosen. */
export function databaseOf(chosen: string | null, name: Name | null): string {
  const database = name?.text ?? chosen;
  if (database !== null) return database;
  throw new Failure('sql.failed', { message: say('No database is chosen: write db.table, or USE a database first.') });
}

interface DiffSide {
  readonly table: TableName;
  readonly version: Version;
  readonly written: WrittenTable;
}

function sideOf(ref: TableRef, database: string | null): DiffSide {
  const hinted = hintedSnapshot(ref);
  if (ref.hint && hinted === null)
    throw unsupported(say('A version by time'), say("Name a snapshot: {SNAPSHOT = '…'}."));
  const table = { database: databaseOf(database, ref.database), table: ref.table.text };
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
async function newerSide(store: Store, target: DiffSide, base: DiffSide): Promise<Side> {
  const snapshots = await snapshotsOf(store);
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

/**
 * The delta of the two versions, counted or as rows. Failures: `sql.unsupported` for two tables and for output that is written somewhere,
 * `version.unknown`, `table.unknown`, `column.unknown`.
 */
export async function planDiff(
  store: Store,
  statement: Diff,
  database: string | null,
): Promise<SummaryStep | RowsStep> {
  const target = sideOf(statement.target, database);
  const base = sideOf(statement.base, database);
  const { output } = statement;
  if (tableText(target.table) !== tableText(base.table))
    throw unsupported(say('A DIFF between two tables'), say('Compare two versions of one table.'));
  const plan = async (): Promise<{ side: Side; newer: DiffSide; delta: DeltaRequest }> => {
    const side = await newerSide(store, target, base);
    const [older, newer] = side === 'target' ? [base, target] : [target, base];
    return { side, newer, delta: { table: target.table, from: older.version, to: newer.version } };
  };
  const written = { target: target.written, base: base.written };
  switch (output.form) {
    case 'file':
    case 'as':
      throw unsupported(`OUTPUT ${output.form.toUpperCase()}`, say('Use rows, LIMIT, COUNT or SUMMARY.'));
    case 'summary':
    case 'count': {
      const { side, delta } = await plan();
      return { kind: 'summary', form: output.form, delta, side, ...written };
    }
    case 'rows':
    case 'limit': {
      const { side, newer, delta } = await plan();
      const columns = chosenColumns(statement, await store.table(newer.table, newer.version));
      const shown = rowColumns(target.written, base.written, columns);
      const chosen = statement.columns ? { shown: columns.map(({ name }) => name) } : {};
      const limited = output.form === 'limit' ? { limit: output.limit } : {};
      const isEmpty = output.form === 'limit' && output.limit === 0;
      return { kind: 'rows', delta: { ...delta, ...limited, ...chosen }, side, ...written, columns, shown, isEmpty };
    }
    default:
      return assertNever(output);
  }
}
