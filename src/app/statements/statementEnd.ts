/** What a statement is asked before it changes something, and what is told when it has run. */
import { Failure } from '../../base/failure.ts';
import type { QueryEnd, RestorePreview, Store } from '../../data/store.ts';
import { needsConfirmation, snapshotNameOf, type Statement } from '../../git4data/ast.ts';
import { restoredEvent } from '../registry/record/happenings.ts';
import type { Happening } from '../registry/record/record.ts';
import { columnChanges, columnSentences } from '../versions/columnChanges.ts';
import type { RestoreToRemember } from '../versions/rememberRestore.ts';
import type { Plan, QueryStep, ShownStep } from './plan.ts';

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

/** The end of a plan, as far as nothing else is said of it. */
export const endOf = ({ request, leftOut }: Plan, rest: Partial<StatementEnd> = {}): StatementEnd => ({
  columns: [],
  rows: 0,
  affected: 0,
  database: request.database,
  safetySnapshot: null,
  note: null,
  skipped: false,
  leftOut,
  lostGrants: [],
  happening: null,
  restored: null,
  ...rest,
});

/** Asks before a statement that changes something; `cancelled` without a yes. */
export async function requirePermission(
  { statement, request }: Plan,
  { name, preview = null, replaces = null }: Partial<Pick<Asked, 'name' | 'preview' | 'replaces'>>,
  allow: Permission,
): Promise<void> {
  if (!needsConfirmation(statement)) return;
  const asked = { statement, sql: request.sql, name: name ?? '', preview, replaces };
  if (!(await allow(asked))) throw new Failure('cancelled');
}

/** The end of a step whose rows were shown; of a DIFF it says what became of the columns. */
export async function shownEnd(
  store: Store,
  plan: Plan,
  step: ShownStep,
  end: QueryEnd,
  signal?: AbortSignal,
): Promise<StatementEnd> {
  switch (step.kind) {
    case 'list':
      return endOf(plan, end);
    case 'summary':
    case 'rows': {
      const sentences = columnSentences(await columnChanges(store, step.delta, signal));
      return endOf(plan, { ...end, note: sentences.length === 0 ? null : sentences.join(' ') });
    }
    default:
      return queryEnd(plan, step, end);
  }
}

function queryEnd(plan: Plan, { replaces, name, chosen }: QueryStep, end: QueryEnd): StatementEnd {
  const { statement } = plan;
  // A RESTORE that the server does by itself: of how many rows, nobody knows.
  const to = statement.kind === 'restore' ? snapshotNameOf(statement.snapshot) : null;
  const happening = replaces === null ? null : restoredEvent(name, { to, rowsChanged: null, safetySnapshot: null });
  return endOf(plan, { ...end, happening, ...(chosen !== null && { database: chosen }) });
}
