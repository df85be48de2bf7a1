/** What became of the values of a column where they were replaced: no model is asked, and there is no drift in it. */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import { changedIn, type ColumnHere, type Context, reasonOf, valueText } from '../context.ts';
import { isBeyond } from '../facts/columnFacts.ts';
import { isCategory } from '../rows/columns.ts';
import { columnRule } from '../rule.ts';
import { greatestGap, sortedValues } from '../statistics/ranking.ts';
import { whereOf } from '../where.ts';
import { effectOf } from './effect.ts';

/** The most frequent value, missing ones counted as one, and the share of rows that have it. */
export function mostFrequent(values: Float64Array): { readonly value: number; readonly share: number } {
  const counts = new Map<number, number>();
  let best = { value: Number.NaN, count: 0 };
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > best.count) best = { value, count };
  }
  return { value: best.value, share: values.length === 0 ? 0 : best.count / values.length };
}

/** Values of a column that the encoder clips. */
export const beyondCount = ({ facts }: ColumnHere, values: Float64Array): number =>
  values.reduce((sum, value) => sum + (isBeyond(facts, value) ? 1 : 0), 0);

const present = (values: Float64Array): number => values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);

interface Replaced {
  readonly here: ColumnHere;
  readonly rows: Uint32Array;
  readonly old: Float64Array;
  readonly now: Float64Array;
}

const basis = (context: Context, { here, rows }: Replaced) => ({
  column: here.column.name,
  where: whereOf(context, rows, 'after', here.column.name),
  rows: rows.length,
  of: context.facts.rows,
  ...effectOf(context, here, rows),
});

function beyond(context: Context, replaced: Replaced): Reason[] {
  const { here, old, now } = replaced;
  const count = beyondCount(here, now);
  const after = count / Math.max(1, present(now));
  const before = beyondCount(here, old) / Math.max(1, present(old));
  const usual = here.facts.beyond / Math.max(1, here.facts.rows);
  if (now.length < 2 * columnRule.beyondRows || count < columnRule.beyondRows) return [];
  if (after - Math.max(usual, before) < columnRule.beyond) return [];
  return [reasonOf('columnBeyond', { ...basis(context, replaced), before, after, strength: 10 })];
}

function oneValue(context: Context, replaced: Replaced): Reason[] {
  const { here, old, now } = replaced;
  if (now.length < columnRule.oneRows) return [];
  const became = mostFrequent(now);
  const was = mostFrequent(old);
  if (became.share < columnRule.one || was.share > columnRule.was) return [];
  const label = { from: null, to: valueText(context, here, became.value) };
  return [
    reasonOf('columnOneValue', {
      ...basis(context, replaced),
      label,
      before: was.share,
      after: became.share,
      strength: 9,
    }),
  ];
}

function moved(context: Context, replaced: Replaced): Reason[] {
  const { here, old, now } = replaced;
  if (now.length < columnRule.movedRows || isCategory(here.column)) return [];
  const before = sortedValues(old);
  if (new Set(before).size < columnRule.movedDistinct) return [];
  const gap = greatestGap(before, sortedValues(now));
  if (gap < columnRule.moved) return [];
  return [reasonOf('columnMoved', { ...basis(context, replaced), before: 0, after: gap, strength: 6 })];
}

/** Reasons of values that were replaced. */
export function replacedReasons(context: Context): Reason[] {
  const { changes } = context;
  return context.columns
    .filter(({ column }) => column.role === 'feature')
    .flatMap((here) => {
      const rows = changedIn(context, here.place);
      if (rows.length < columnRule.beyondRows) return [];
      const of = (cells: Float64Array): Float64Array => Float64Array.from(rows, (i) => at(cells, i));
      const replaced: Replaced = {
        here,
        rows,
        old: of(at(changes.before, here.place)),
        now: of(at(changes.after, here.place)),
      };
      return [...beyond(context, replaced), ...oneValue(context, replaced), ...moved(context, replaced)];
    });
}
