/**
 * The store that a statement of a file runs on. Rows do not pass through this process: they are copied in the engine's, page after
 * page, and shown from there. What the statement did is told as it does it.
 */
import { wayText } from '../../app/tree/nodes.ts';
import type { DeltaRequest, Store } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import { snapshotRows, versionText } from '../../data/version.ts';
import type { StatementResult } from '../../protocol/panel.ts';
import type { Session } from '../connections/session.ts';
import type { PanelSpools, SpoolStep } from './panelSpools.ts';
import { say } from '../../base/say.ts';
import { countText } from '../../words/numbers.ts';

export interface StatementOutput {
  readonly spools: PanelSpools;
  readonly put: (change: Partial<StatementResult>) => void;
}

/** Answers the rows of a DML statement, 0 for others. */
export async function follow(steps: ReturnType<PanelSpools['open']>, take: (step: SpoolStep) => void): Promise<number> {
  for (;;) {
    const step = await steps.next();
    if (step.value) take(step.value);
    if (step.done) return step.value?.affected ?? 0;
  }
}

/** `store` as it is, but for what is shown. */
export function spooledStore({ store, engine, sqlEngine }: Session, { spools, put }: StatementOutput): Store {
  const showDelta = async (request: DeltaRequest, signal: AbortSignal | undefined): Promise<void> => {
    const { table, from, to } = request;
    const told = async (): Promise<string | null> => {
      const way = await store.deltaWay(request);
      return way.why === null ? null : wayText(way);
    };
    const shown = { table: tableText(table), from: versionText(from), to: versionText(to), outdated: false };
    const [{ key }, way] = await Promise.all([store.table(table, to), told()]);
    put({ delta: { ...shown, way } });
    await follow(spools.open(engine, { kind: 'delta', delta: request }, key.length, signal), ({ spool }) =>
      put({ shape: 'delta', spool }),
    );
    // It may have been found in another way than was planned. The rows are there, whether or not that can be told.
    if (way === null) put({ delta: { ...shown, way: await told().catch(() => null) } });
  };
  return {
    ...store,
    async *query(query, signal) {
      yield* [];
      const affected = await follow(spools.open(sqlEngine, { kind: 'query', query }, 0, signal), (step) =>
        // A statement without rows is told by what it changed, not by an empty grid.
        put(
          step.spool.columns.length === 0
            ? { affected: step.affected }
            : { shape: 'rows', spool: step.spool, affected: step.affected },
        ),
      );
      return { columns: [], rows: 0, affected };
    },
    async *readDelta(request, signal) {
      yield* [];
      await showDelta(request, signal);
    },
    async createSnapshot(name, target) {
      const made = await store.createSnapshot(name, target);
      const rows = snapshotRows(made);
      put({
        sentence:
          rows === null
            ? say('{0} is pinned.', made.name)
            : say('{0} is pinned: {1} rows.', made.name, countText(rows)),
      });
      return made;
    },
    async dropSnapshot(name) {
      await store.dropSnapshot(name);
      put({ sentence: say('{0} is deleted.', name) });
    },
    async restore(preview, safetyName, signal) {
      const done = await store.restore(preview, safetyName, signal);
      const text = done.verified
        ? say('{0} rows changed, verified. Before: {1}.', countText(done.rowsChanged), done.safetySnapshot)
        : say(
            '{0} rows changed, but the result differs. Before: {1}.',
            countText(done.rowsChanged),
            done.safetySnapshot,
          );
      put({ sentence: text, affected: done.rowsChanged });
      return done;
    },
  };
}
