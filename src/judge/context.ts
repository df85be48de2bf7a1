/** A delta laid out for its reasons: rows by kind, copies set apart, the parent's view. */
import { at } from '../base/assert.ts';
import type { ClassRecall, LabelPair, Reason, ReasonKind, Slice } from '../data/judgement.ts';
import { type BaseFacts, factsOf } from './facts/baseFacts.ts';
import type { ColumnFacts } from './facts/columnFacts.ts';
import { ParentView } from './parentView.ts';
import type { DataQuestion } from './question.ts';
import { ValueView } from './valueView.ts';
import { type ChangedRows, cameKinds, rowKind, rowsOfKind } from './rows/changedRows.ts';
import type { JudgedColumn } from './rows/columns.ts';

/** A column with its facts and its place in the changed rows. */
export interface ColumnHere {
  readonly column: JudgedColumn;
  readonly place: number;
  readonly facts: ColumnFacts;
}

/** What every reason is found in. */
export interface Context {
  readonly question: DataQuestion;
  readonly changes: ChangedRows;
  readonly facts: BaseFacts;
  readonly view: ParentView | null;
  /** Of a regression. */
  readonly values: ValueView | null;
  /** Columns that are known of the base, keys left out. */
  readonly columns: readonly ColumnHere[];
  /** Parts of the key that have an order. */
  readonly keys: readonly ColumnHere[];
  /** Rows by what became of them. */
  readonly labels: Uint32Array;
  readonly features: Uint32Array;
  readonly came: Uint32Array;
  readonly removed: Uint32Array;
  /** Of the rows that came: those that no other row is equal to, and the number of the others. */
  readonly fresh: Uint32Array;
  readonly copies: number;
}

/** Rows that came and are equal to a row that is there, or to an earlier one that came. */
function freshRows(changes: ChangedRows, facts: BaseFacts, came: Uint32Array): Uint32Array {
  const now = new Map<bigint, number>();
  const shift = (content: bigint, by: number): void => {
    now.set(content, (now.get(content) ?? facts.contents.count(content)) + by);
  };
  const stays = rowsOfKind(changes, rowKind.labels | rowKind.features);
  for (const i of stays) shift(at(changes.contentBefore, i), -1);
  for (const i of rowsOfKind(changes, rowKind.removed | rowKind.excluded)) shift(at(changes.contentBefore, i), -1);
  for (const i of stays) shift(at(changes.contentAfter, i), 1);
  return came.filter((i) => {
    const content = at(changes.contentAfter, i);
    const before = now.get(content) ?? facts.contents.count(content);
    now.set(content, before + 1);
    return before <= 0;
  });
}

/** Lays a question out. */
export function contextOf(question: DataQuestion): Context {
  const { changes, facts, parent, values } = question;
  const here = changes.columns.flatMap((column, place) => {
    const known = factsOf(facts, column.name);
    return known ? [{ column, place, facts: known }] : [];
  });
  const came = rowsOfKind(changes, cameKinds);
  const fresh = freshRows(changes, facts, came);
  return {
    question,
    changes,
    facts,
    view: parent && changes.task === 'classification' ? new ParentView(question, parent) : null,
    values: values && changes.task === 'regression' ? ValueView.of(changes, values) : null,
    columns: here.filter(({ column }) => column.role !== 'key'),
    keys: here.filter(({ column }) => column.role === 'key' && column.kind !== 'category'),
    labels: rowsOfKind(changes, rowKind.labels),
    features: rowsOfKind(changes, rowKind.features),
    came,
    removed: rowsOfKind(changes, rowKind.removed),
    fresh,
    copies: came.length - fresh.length,
  };
}

/** A reason with all that is not said left empty. */
export function reasonOf(
  kind: ReasonKind,
  of: {
    readonly column?: string;
    readonly label?: LabelPair;
    readonly where?: Slice | null;
    readonly rows: number;
    readonly of: number;
    readonly asked?: number;
    readonly before?: number;
    readonly after?: number;
    readonly recall?: ClassRecall | undefined;
    readonly p?: number;
    readonly direction?: Reason['direction'];
    readonly size: number;
    readonly strength: number;
  },
): Reason {
  return {
    kind,
    column: of.column ?? null,
    label: of.label ?? null,
    where: of.where ?? null,
    rows: of.rows,
    of: of.of,
    asked: of.asked ?? 0,
    before: of.before ?? null,
    after: of.after ?? null,
    ...(of.recall && { recall: of.recall }),
    p: of.p ?? null,
    direction: of.direction ?? 'none',
    size: of.size,
    strength: of.strength,
  };
}

/** The rows in which one column changed, of those whose features changed. */
export const changedIn = ({ changes, features }: Context, place: number): Uint32Array =>
  features.filter((i) => at(at(changes.changed, place), i) === 1);

/** How the values of changed rows are read: a category as its text, what is missing as `NULL`. */
export function valueText(
  { changes }: Context,
  { column, place }: Pick<ColumnHere, 'column' | 'place'>,
  cell: number,
): string {
  if (Number.isNaN(cell)) return 'NULL';
  return column.kind === 'category' ? at(changes.texts, place).textOf(cell) : String(cell);
}
