/**
 * Carries out a statement of a file, and shows what it gives. Rows do not pass through this process: they are copied in the engine's, page
 * after page, and shown from there. What the statement did is told as it does it.
 */
import { actOf, type Done } from '../../app/statements/actOf.ts';
import { isShown, type RowsStep, type ShownStep } from '../../app/statements/plan.ts';
import { planStatement } from '../../app/statements/planStatement.ts';
import { shownPage } from '../../app/statements/shownPage.ts';
import { type Permission, requirePermission, shownEnd, type StatementEnd } from '../../app/statements/statementEnd.ts';
import type { StatementRequest } from '../../app/statements/statementRequest.ts';
import { wayText } from '../../app/tree/nodes.ts';
import type { QueryEnd } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import { snapshotRows, versionText } from '../../data/version.ts';
import type { StatementResult } from '../../protocol/panel.ts';
import type { Session } from '../connections/session.ts';
import { follow, type PanelSpools } from '../panels/panelSpools.ts';
import { say } from '../../base/say.ts';
import { rowsText } from '../../words/numbers.ts';

/** Where a statement is shown: in the spools of a panel, told by what changes of its result. */
export interface StatementOutput {
  readonly spools: PanelSpools;
  readonly put: (change: Partial<StatementResult>) => void;
  readonly allow: Permission;
  readonly signal: AbortSignal;
}

/** Failures are those of the plan and of the store, and `cancelled` when `allow` says no. */
export async function showStatement(
  session: Session,
  request: StatementRequest,
  output: StatementOutput,
): Promise<StatementEnd> {
  const { store } = session;
  const { allow, signal, put } = output;
  const plan = await planStatement(store, request);
  const { step } = plan;
  if (!isShown(step)) return actOf(store, plan, step, { allow, signal, done: (done) => put(doneResult(done)) });
  await requirePermission(plan, step.kind === 'query' ? step : {}, allow);
  return shownEnd(store, plan, step, await show(session, step, output), signal);
}

async function show(session: Session, step: ShownStep, output: StatementOutput): Promise<QueryEnd> {
  const { spools, put, signal } = output;
  const end = { columns: [], rows: 0, affected: 0 };
  if (step.kind === 'rows') {
    if (!step.isEmpty) await showDelta(session, step, output);
    return end;
  }
  const source =
    step.kind === 'query'
      ? ({ kind: 'query', query: step.query } as const)
      : ({ kind: 'page', page: await shownPage(session.store, step, signal) } as const);
  const affected = await follow(spools.open(session.sqlEngine, source, 0, signal), ({ spool, affected }) =>
    // A statement without rows is told by what it changed, not by an empty grid.
    put(spool.columns.length === 0 ? { affected } : { shape: 'rows', spool, affected }),
  );
  return { ...end, affected };
}

async function showDelta(
  { store, engine }: Session,
  { delta }: RowsStep,
  { spools, put, signal }: StatementOutput,
): Promise<void> {
  const { table, from, to } = delta;
  const told = async (): Promise<string | null> => {
    const way = await store.deltaWay(delta);
    return way.why === null ? null : wayText(way);
  };
  const shown = { table: tableText(table), from: versionText(from), to: versionText(to), outdated: false };
  const [{ key }, way] = await Promise.all([store.table(table, to), told()]);
  put({ delta: { ...shown, way } });
  await follow(spools.open(engine, { kind: 'delta', delta }, key.length, signal), ({ spool }) =>
    put({ shape: 'delta', spool }),
  );
  // It may have been found in another way than was planned. The rows are there, whether or not that can be told.
  if (way === null) put({ delta: { ...shown, way: await told().catch(() => null) } });
}

function doneResult(done: Done): Partial<StatementResult> {
  switch (done.kind) {
    case 'pinned': {
      const { name } = done.snapshot;
      const rows = snapshotRows(done.snapshot);
      const sentence = rows === null ? say('{0} is pinned.', name) : say('{0} is pinned: {1}.', name, rowsText(rows));
      return { sentence };
    }
    case 'dropped':
      return { sentence: say('{0} is deleted.', done.name) };
    default: {
      const { rowsChanged, safetySnapshot, verified } = done.result;
      const rows = rowsText(rowsChanged);
      const sentence = verified
        ? say('{0} changed, verified. Before: {1}.', rows, safetySnapshot)
        : say('{0} changed, but the result differs. Before: {1}.', rows, safetySnapshot);
      return { sentence, affected: rowsChanged };
    }
  }
}
