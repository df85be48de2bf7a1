/**
 * What is known of all labelled rows at a snapshot, so that no judgement has to read them: it is made during a full fit, brought
 * forward by every delta, and made anew by one reading where it is missing.
 */
import { at } from '../../base/assert.ts';
import type { ChangedRows } from '../rows/changedRows.ts';
import { isCategory, type JudgedValue, type Texts } from '../rows/columns.ts';
import { type ColumnFacts, ColumnTally } from './columnFacts.ts';
import type { RowSet } from './rowSet.ts';

/** Of all rows with a label. */
export interface BaseFacts {
  readonly rows: number;
  readonly columns: readonly ColumnFacts[];
  /** Rows by class, in the order in which they were met; empty of a regression. */
  readonly classes: ReadonlyMap<string, number>;
  readonly contents: RowSet;
  /** What the last delta changed in `contents`; null where these facts were made from all rows. */
  readonly last: { readonly went: BigUint64Array; readonly came: BigUint64Array } | null;
}

/** The facts of a column; undefined where it has none. */
export const factsOf = (facts: BaseFacts, name: string): ColumnFacts | undefined =>
  facts.columns.find((column) => column.name === name);

/** A cell as facts count it. */
export const judgedValue = (
  column: { readonly kind: ColumnFacts['kind'] },
  texts: Texts,
  cell: number,
): JudgedValue | null => (Number.isNaN(cell) ? null : isCategory(column) ? texts.textOf(cell) : cell);

/** A label was there before, or is there after. */
const labelled = (labels: Float64Array): Uint32Array => {
  const rows: number[] = [];
  labels.forEach((label, i) => {
    if (!Number.isNaN(label)) rows.push(i);
  });
  return Uint32Array.from(rows);
};

const contentsOf = (contents: BigUint64Array, rows: Uint32Array): BigUint64Array =>
  BigUint64Array.from(rows, (i) => at(contents, i));

/** The facts after a delta, by its rows before and after alone. */
export function forwardFacts(facts: BaseFacts, changes: ChangedRows): BaseFacts {
  const went = labelled(changes.labelBefore);
  const came = labelled(changes.labelAfter);
  const columns = facts.columns.map((own) => {
    const c = changes.columns.findIndex(({ name }) => name === own.name);
    if (c < 0) return own;
    const tally = new ColumnTally(own);
    const texts = at(changes.texts, c);
    for (const i of went) tally.count(judgedValue(own, texts, at(at(changes.before, c), i)), -1);
    for (const i of came) tally.count(judgedValue(own, texts, at(at(changes.after, c), i)), 1);
    return tally.done();
  });
  const classes = new Map(facts.classes);
  const shift = (label: number, by: number): void => {
    const text = changes.classes.textOf(label);
    classes.set(text, (classes.get(text) ?? 0) + by);
  };
  if (changes.task === 'classification') {
    for (const i of went) shift(at(changes.labelBefore, i), -1);
    for (const i of came) shift(at(changes.labelAfter, i), 1);
  }
  const last = { went: contentsOf(changes.contentBefore, went), came: contentsOf(changes.contentAfter, came) };
  return {
    rows: facts.rows - went.length + came.length,
    columns,
    classes,
    contents: facts.contents.after(last.went, last.came),
    last,
  };
}
