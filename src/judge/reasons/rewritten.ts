/** What no model is needed for: rows that returned, values that were exchanged or lie in other rows, a column that was rewritten. */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import { changedIn, type ColumnHere, type Context, reasonOf, valueText } from '../context.ts';
import { judgedValue } from '../facts/baseFacts.ts';
import { deviationOf, rowsWith } from '../facts/columnFacts.ts';
import { isCategory } from '../rows/columns.ts';
import { rewrittenRule } from '../rule.ts';
import { greatestGap, sortedValues } from '../statistics/ranking.ts';
import { whereOf } from '../where.ts';
import { effectOf } from './effect.ts';

interface Rewritten {
  readonly here: ColumnHere;
  readonly rows: Uint32Array;
  /** Of those whose old and new values are both there. */
  readonly old: Float64Array;
  readonly now: Float64Array;
}

const basis = (context: Context, { here, rows }: Rewritten) => ({
  column: here.column.name,
  where: whereOf(context, rows, 'after', here.column.name),
  rows: rows.length,
  of: context.facts.rows,
});

/** Rows both snapshots have. */
const stayed = ({ facts, removed }: Context): number => Math.max(1, facts.rows - removed.length);

function rewritten(context: Context, of: Rewritten): Reason[] {
  const share = of.rows.length / stayed(context);
  if (share < rewrittenRule.bulk) return [];
  const effect = effectOf(context, of.here, of.rows);
  return [reasonOf('columnRewritten', { ...basis(context, of), ...effect, after: share, strength: 2 })];
}

/** Whether a column has hardly another value than these two. */
function isFlag({ changes, facts }: Context, { here }: Rewritten, values: readonly number[]): boolean {
  const known = values.map((cell) => judgedValue(here.column, at(changes.texts, here.place), cell));
  const rows = known.reduce((sum: number, value) => sum + (value === null ? 0 : rowsWith(here.facts, value)), 0);
  return rows >= rewrittenRule.flag * facts.rows;
}

/** Two categories that took each other's place. */
function exchanged(context: Context, of: Rewritten): Reason[] {
  if (!isCategory(of.here.column)) return [];
  const counts = new Map<string, { from: number; to: number; rows: number }>();
  of.old.forEach((from, i) => {
    const to = at(of.now, i);
    const known = counts.get(`${from}:${to}`);
    if (known) known.rows += 1;
    else counts.set(`${from}:${to}`, { from, to, rows: 1 });
  });
  for (const { from, to, rows } of counts.values()) {
    const back = counts.get(`${to}:${from}`)?.rows ?? 0;
    if (from > to || Math.min(rows, back) < rewrittenRule.least) continue;
    if (rows + back < rewrittenRule.pair * of.old.length) continue;
    const own = basis(context, of);
    if (own.where === null && isFlag(context, of, [from, to])) continue;
    // In one order, so that an approval of it is found again.
    const [one, other] = [valueText(context, of.here, from), valueText(context, of.here, to)].sort();
    const label = { from: one ?? null, to: other ?? null };
    const size = (rows + back) / context.facts.rows;
    return [reasonOf('categoriesExchanged', { ...own, label, rows: rows + back, size, strength: 6 })];
  }
  return [];
}

/** The same values in other rows: a wrong join key. A number that moved by little has the same distribution as well. */
function elsewhere(context: Context, of: Rewritten): Reason[] {
  const { here, old, now } = of;
  if (old.length < rewrittenRule.sameShare * stayed(context)) return [];
  const near = rewrittenRule.near * deviationOf(here.facts);
  const moved = old.filter((value, i) => Math.abs(value - at(now, i)) > near).length;
  if (!isCategory(here.column) && moved <= old.length / 2) return [];
  const gap = greatestGap(sortedValues(old), sortedValues(now));
  if (gap > rewrittenRule.same) return [];
  const size = of.rows.length / context.facts.rows;
  return [reasonOf('sameValuesElsewhere', { ...basis(context, of), after: gap, size, strength: 5 })];
}

function ofColumn(context: Context, here: ColumnHere): Reason[] {
  const { before, after } = context.changes;
  const rows = changedIn(context, here.place);
  if (rows.length < Math.max(rewrittenRule.share * stayed(context), 2 * rewrittenRule.least)) return [];
  const old = at(before, here.place);
  const now = at(after, here.place);
  const both = rows.filter((i) => !Number.isNaN(at(old, i)) && !Number.isNaN(at(now, i)));
  const of: Rewritten = {
    here,
    rows,
    old: Float64Array.from(both, (i) => at(old, i)),
    now: Float64Array.from(both, (i) => at(now, i)),
  };
  const enough = both.length >= 2 * rewrittenRule.least;
  return [...rewritten(context, of), ...(enough ? [...exchanged(context, of), ...elsewhere(context, of)] : [])];
}

function returned({ question, facts, labels, features }: Context): Reason[] {
  const rows = question.returned ?? 0;
  if (question.restored || rows < rewrittenRule.least) return [];
  const of = Math.max(rows, labels.length + features.length);
  return [reasonOf('rowsReturned', { rows, of: facts.rows, after: rows / of, size: rows / facts.rows, strength: 11 })];
}

/** Reasons that ask no model. */
export const rewrittenReasons = (context: Context): Reason[] => [
  ...returned(context),
  ...context.columns.filter(({ column }) => column.role === 'feature').flatMap((here) => ofColumn(context, here)),
];
