/** One line for each thing that changed in a row, with the loss that the parent takes for it. */
import { at } from '../../base/assert.ts';
import { changedIn, type ColumnHere, type Context } from '../context.ts';
import { isBeyond, rowsWith } from '../facts/columnFacts.ts';
import { judgedValue } from '../facts/baseFacts.ts';
import type { ParentView } from '../parentView.ts';
import { suspectRule } from '../rule.ts';

/** What changed. `labels`: from one class number to another, or any; `features`: in the column at this place. */
export type Token =
  | { readonly change: 'labels'; readonly from: number; readonly to: number }
  | { readonly change: 'anyLabels' }
  | { readonly change: 'features'; readonly place: number }
  | { readonly change: 'inserted' };

/** The rows in which one thing changed, each with its loss. */
export interface Lines {
  readonly token: Token;
  readonly rows: Uint32Array;
  readonly losses: Float64Array;
}

const capped = (loss: number): number => Math.max(-suspectRule.cap, Math.min(suspectRule.cap, loss));

function linesOf(token: Token, rows: Uint32Array, loss: (row: number) => number): Lines {
  return { token, rows, losses: Float64Array.from(rows, (row) => capped(loss(row))) };
}

/** Labels by pair, and where there is more than one pair all of them together. */
export function labelLines({ changes, labels }: Context, view: ParentView, rows = labels): Lines[] {
  const pairs = new Map<string, number[]>();
  for (const row of rows) {
    const pair = `${at(changes.labelBefore, row)}:${at(changes.labelAfter, row)}`;
    const known = pairs.get(pair);
    if (known) known.push(row);
    else pairs.set(pair, [row]);
  }
  const loss = (row: number): number =>
    view.loss('before', row, at(changes.labelAfter, row)) - view.loss('before', row, at(changes.labelBefore, row));
  const byPair = [...pairs.values()].map((own) => {
    const first = at(own, 0);
    const token = {
      change: 'labels',
      from: at(changes.labelBefore, first),
      to: at(changes.labelAfter, first),
    } as const;
    return linesOf(token, Uint32Array.from(own), loss);
  });
  return pairs.size > 1 ? [linesOf({ change: 'anyLabels' }, rows, loss), ...byPair] : byPair;
}

/** Features by column. `odd`: rows of a column that its checks object to, which cost something whatever the parent says. */
export function featureLines(
  context: Context,
  view: ParentView,
  odd: (here: ColumnHere, rows: Uint32Array) => ReadonlySet<number>,
): Lines[] {
  const { changes } = context;
  return context.columns
    .filter(({ column }) => column.role === 'feature')
    .flatMap((here) => {
      const rows = changedIn(context, here.place).filter((row) => view.mayAsk(row));
      if (rows.length === 0) return [];
      const objected = odd(here, rows);
      const loss = (row: number): number => {
        const label = at(changes.labelBefore, row);
        const own = view.loss('after', row, label) - view.loss('before', row, label);
        return objected.has(row) ? Math.max(own, 1) : own;
      };
      return [linesOf({ change: 'features', place: here.place }, rows, loss)];
    });
}

/** New rows: what the parent loses beyond what its own doubt explains. */
export function insertedLines({ changes, came }: Context, view: ParentView): Lines[] {
  const rows = came.filter((row) => view.mayAsk(row));
  const loss = (row: number): number =>
    view.loss('after', row, at(changes.labelAfter, row)) - view.entropy('after', row);
  return rows.length === 0 ? [] : [linesOf({ change: 'inserted' }, rows, loss)];
}

const fewChanges = 10;

/** The value that most rows of a column became. */
function commonest(cells: Float64Array, rows: Uint32Array): { readonly value: number; readonly count: number } {
  const counts = new Map<number, number>();
  let best = { value: Number.NaN, count: 0 };
  for (const row of rows) {
    const value = at(cells, row);
    if (Number.isNaN(value)) continue;
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > best.count) best = { value, count };
  }
  return best;
}

/** Rows whose new value the encoder clips, or is the one value that many others became, though they had not been one value. */
export function oddRows(context: Context, here: ColumnHere, rows: Uint32Array): ReadonlySet<number> {
  const odd = new Set<number>();
  if (rows.length < fewChanges) return odd;
  const before = at(context.changes.before, here.place);
  const after = at(context.changes.after, here.place);
  for (const row of rows) if (isBeyond(here.facts, at(after, row))) odd.add(row);
  const { value, count } = commonest(after, rows);
  const text = judgedValue(here.column, at(context.changes.texts, here.place), value);
  const usual = text === null ? 1 : rowsWith(here.facts, text) / Math.max(1, here.facts.rows);
  const became = rows.filter((row) => at(after, row) === value);
  if (count >= Math.max(2 * usual, 0.3) * rows.length && commonest(before, became).count < 0.9 * count)
    for (const row of became) odd.add(row);
  return odd;
}
