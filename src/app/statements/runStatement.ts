/** Runs one statement of a person's: its plan, with the rows in pages for whoever takes them one after the other. */
import type { RowPage } from '../../data/page.ts';
import type { QueryEnd, Store } from '../../data/store.ts';
import { actOf } from './actOf.ts';
import { rowsPage } from './diffOutputs.ts';
import { isShown, type RowsStep, type ShownStep } from './plan.ts';
import { planStatement } from './planStatement.ts';
import { shownPage } from './shownPage.ts';
import { type Permission, requirePermission, shownEnd, type StatementEnd } from './statementEnd.ts';
import type { StatementRequest } from './statementRequest.ts';

/**
 * Yields the rows in pages. Failures: `sql.syntax` for a git-for-data statement that cannot be read, those of the store,
 * and `cancelled` when `allow` says no.
 */
export async function* runStatement(
  store: Store,
  request: StatementRequest,
  allow: Permission,
  signal?: AbortSignal,
): AsyncGenerator<RowPage, StatementEnd> {
  const plan = await planStatement(store, request);
  const { step } = plan;
  if (!isShown(step)) return actOf(store, plan, step, { allow, signal });
  await requirePermission(plan, step.kind === 'query' ? step : {}, allow);
  const end = yield* pagesOf(store, step, signal);
  return shownEnd(store, plan, step, end, signal);
}

async function* pagesOf(
  store: Store,
  step: ShownStep,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, QueryEnd> {
  if (step.kind === 'query') return yield* store.query(step.query, signal);
  if (step.kind === 'rows') return yield* changesOf(store, step, signal);
  const page = await shownPage(store, step, signal);
  yield page;
  return { columns: page.columns, rows: page.rows, affected: 0 };
}

async function* changesOf(
  store: Store,
  { delta, side, target, base, columns, shown, isEmpty }: RowsStep,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowPage, QueryEnd> {
  let rows = 0;
  if (!isEmpty)
    for await (const page of store.readDelta(delta, signal)) {
      yield rowsPage(page, shown, columns, (side === 'target' ? target : base).table);
      rows += page.rows;
    }
  return { columns: shown, rows, affected: 0 };
}
