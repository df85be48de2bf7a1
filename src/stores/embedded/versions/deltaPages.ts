/** The delta as counts and as pages, over a connection that is this read's own. */
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { type DeltaCounts, type DeltaPage, noChanges } from '../../../data/change.ts';
import { say } from '../../../base/say.ts';
import type { DeltaRequest, DeltaWay } from '../../../data/store.ts';
import { packColumn } from '../types/cells.ts';
import { type DeltaColumn, type DeltaPlan, planDelta } from './delta.ts';
import type { FileConnection, SqlRow } from '../sqlite/driver.ts';
import { hashSql } from './hashOrder.ts';
import { pageSize } from './rows.ts';
import { orderTerms, selectCell } from '../types/types.ts';

/** Without a log of what changed in between, the versions themselves are compared. */
export const deltaWay = ({ way }: DeltaPlan): DeltaWay => ({
  way,
  why:
    way === 'log' ? null : say('The table was made anew between the two versions, so there is no log of what changed.'),
});

/** The counts of a delta, in one statement over the log. */
export function countPlan(db: FileConnection, plan: DeltaPlan): DeltaCounts {
  const counts = [0, 0, 0];
  for (const [flag, rows] of db.all(`SELECT flag, sum(copies) FROM (${plan.sql}) GROUP BY flag`))
    counts[flag as number] = rows as number;
  const [inserted = 0, updated = 0, deleted = 0] = counts;
  return inserted + updated + deleted === 0 ? noChanges : { inserted, updated, deleted };
}

/** Flag, copies, before cells, after cells, then the hash when asked for; in the request's order. */
export function orderedSql(plan: DeltaPlan, request: DeltaRequest): string {
  const cells = plan.columns.map((column, i) => selectCell(column.before.type, `b${i}`));
  const after = plan.columns.map((column, i) => selectCell(column.after.type, `a${i}`));
  const shown = ['flag', 'copies', ...cells, ...after];
  const keyCell = (i: number): string => `coalesce(a${i}, b${i})`;
  const ofColumns = (columns: readonly DeltaColumn[]): string[] =>
    columns.flatMap(({ after: { type } }, i) => orderTerms(type, keyCell(i)));
  const order = ofColumns(plan.columns.slice(0, plan.keyColumns));
  if (request.order === 'hash' || request.withHash) {
    if (request.salt === undefined) throw new Failure('usage.wrong', { message: say('A delta by hash needs a salt.') });
    if (plan.keyColumns === 0) throw new Failure('usage.wrong', { message: say('A delta by hash needs key columns.') });
    const key = plan.columns.slice(0, plan.keyColumns).map((column) => column.after);
    const hash = hashSql(request.salt, key, (column) => keyCell(key.indexOf(column)));
    shown.push(`${hash} AS h`);
    if (request.order === 'hash') order.unshift('h');
  }
  const ordered = order.length ? order : ofColumns(plan.columns);
  const limit = request.limit === undefined ? '' : ` LIMIT ${Math.max(0, request.limit)}`;
  return `SELECT ${shown.join(', ')} FROM (${plan.sql})${ordered.length ? ` ORDER BY ${ordered.join(', ')}` : ''}${limit}`;
}

function pageOf(plan: DeltaPlan, rows: readonly SqlRow[], withHash: boolean): DeltaPage {
  const { columns, keyColumns } = plan;
  const n = columns.length;
  return {
    rows: rows.length,
    keyColumns,
    columns: columns.map((column) => ({ name: column.name, type: column.after.type.text })),
    flags: Uint8Array.from(rows, (row) => row[0] as number),
    before: columns.map((column, c) => packColumn(column.before.type, rows, 2 + c)),
    after: columns.map((column, c) => packColumn(column.after.type, rows, 2 + n + c)),
    ...(withHash && { hashes: rows.map((row) => String(row[2 + 2 * n])) }),
  };
}

/** A row for each copy: a table without a key may have lost or gained several equal ones. */
function* copied(rows: Iterable<SqlRow>): Generator<SqlRow, void> {
  for (const row of rows) for (let copy = row[1] as number; copy > 0; copy--) yield row;
}

/**
 * The changed rows in pages, in the order that was asked for. It holds a read transaction until it is read to its end
 * or given up.
 */
export async function* readDelta(
  db: FileConnection,
  request: DeltaRequest,
  signal?: AbortSignal,
): AsyncGenerator<DeltaPage, void> {
  throwIfCancelled(signal);
  const size = pageSize(request.pageRows);
  let left = request.limit ?? Number.POSITIVE_INFINITY;
  db.exec('BEGIN');
  try {
    const plan = planDelta(db, request);
    let page: SqlRow[] = [];
    for (const row of copied(db.iterate(orderedSql(plan, request)))) {
      if (left-- <= 0) break;
      page.push(row);
      if (page.length < size) continue;
      yield pageOf(plan, page, request.withHash === true);
      page = [];
      throwIfCancelled(signal);
    }
    if (page.length > 0) yield pageOf(plan, page, request.withHash === true);
  } finally {
    db.rollback();
  }
}
