/** What a statement of a person's comes to, as plain data: hosts carry it out, each in its own way. */
import type { DeltaRequest, QueryRequest, RestoreTarget, SnapshotTarget } from '../../data/store.ts';
import type { PageColumn } from '../../data/page.ts';
import type { ColumnInfo } from '../../data/table.ts';
import type { Statement } from '../../git4data/ast.ts';
import type { Side, WrittenTable } from './diffOutputs.ts';
import type { StatementRequest } from './statementRequest.ts';

/** The versions that a DIFF compares, and how its sides were written. */
interface Compared {
  readonly delta: DeltaRequest;
  readonly side: Side;
  readonly target: WrittenTable;
  readonly base: WrittenTable;
}

/** SHOW SNAPSHOTS: a few rows that are made here. */
export interface ListStep {
  readonly kind: 'list';
}

/** A DIFF that is counted: a row, or three. */
export interface SummaryStep extends Compared {
  readonly kind: 'summary';
  readonly form: 'count' | 'summary';
}

/** A DIFF whose changes are shown. */
export interface RowsStep extends Compared {
  readonly kind: 'rows';
  /** The columns of the table that are shown, and what the result's are called. */
  readonly columns: readonly ColumnInfo[];
  readonly shown: readonly PageColumn[];
  /** A limit of no rows: the store is not asked. */
  readonly isEmpty: boolean;
}

/** What the store runs as it is written. */
export interface QueryStep {
  readonly kind: 'query';
  readonly query: QueryRequest;
  /** The database of the statements after this one, where it chooses one. */
  readonly chosen: string | null;
  /** What it changes, as in `Asked`. */
  readonly name: string;
  readonly replaces: string | null;
}

/** What gives rows, or may give some. */
export type ShownStep = ListStep | SummaryStep | RowsStep | QueryStep;

/** What is done, and gives no rows. */
export type ActStep =
  | { readonly kind: 'nothing' }
  /** Of a script, for a session that is not there: with why. */
  | { readonly kind: 'skip'; readonly note: string }
  | {
      readonly kind: 'snapshot';
      readonly name: string;
      readonly target: SnapshotTarget;
      readonly ifNotExists: boolean;
    }
  | { readonly kind: 'drop'; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: 'restore'; readonly target: RestoreTarget; readonly to: string };

export type Step = ShownStep | ActStep;

/** A statement that was read, and what it comes to. */
export interface Plan {
  readonly statement: Statement;
  /** As it runs: of a script without what is left out. */
  readonly request: StatementRequest;
  readonly step: Step;
  /** What of it was left out, or means something else here: one sentence each. */
  readonly leftOut: readonly string[];
}

/** True of a step that gives rows. */
export const isShown = (step: Step): step is ShownStep =>
  step.kind === 'list' || step.kind === 'summary' || step.kind === 'rows' || step.kind === 'query';
