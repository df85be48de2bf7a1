/** The columns of rows that came, copies left out, against the base: drift is shown and never holds a delta. */
import { at } from '../../base/assert.ts';
import type { DataNote, Reason } from '../../data/judgement.ts';
import { type ColumnHere, type Context, reasonOf, valueText } from '../context.ts';
import { type ColumnFacts, Cumulative, distinctValues, topShare } from '../facts/columnFacts.ts';
import { isCategory } from '../rows/columns.ts';
import { insertedRule, columnRule } from '../rule.ts';
import { sortedValues } from '../statistics/ranking.ts';
import { whereOf } from '../where.ts';
import { distanceOf } from './effect.ts';
import { newLosses } from './inserted.ts';
import { beyondCount, mostFrequent } from './replaced.ts';

interface NewColumn {
  readonly here: ColumnHere;
  readonly values: Float64Array;
}

const basis = (context: Context, { here }: NewColumn) => ({
  column: here.column.name,
  where: whereOf(context, context.fresh, 'after', here.column.name),
  rows: context.fresh.length,
  of: context.came.length,
  ...distanceOf(context, here, context.fresh),
});

function beyond(context: Context, column: NewColumn): Reason[] {
  const { here, values } = column;
  const after = beyondCount(here, values) / Math.max(1, sortedValues(values).length);
  const before = here.facts.beyond / Math.max(1, here.facts.rows);
  if (after - before < columnRule.beyond) return [];
  return [reasonOf('newBeyond', { ...basis(context, column), before, after, strength: 8 })];
}

function oneValue(context: Context, column: NewColumn, lossZ: number): Reason[] {
  const { here, values } = column;
  const top = mostFrequent(values);
  if (top.share < insertedRule.oneValue) return [];
  const many = !isCategory(here.column) && distinctValues(here.facts) >= insertedRule.manyValues;
  if (lossZ < insertedRule.lossZ && !many) return [];
  const label = { from: null, to: valueText(context, here, top.value) };
  const before = topShare(here.facts);
  const found = basis(context, column);
  return [
    reasonOf('newOneValue', {
      ...found,
      // Another part that all rows lie in says nothing beside the one value.
      where: null,
      size: found.size || top.share,
      label,
      before,
      after: top.share,
      strength: 8,
    }),
  ];
}

/** Reasons of new values. A column that was constant may start to live. */
export function newValueReasons(context: Context): Reason[] {
  const { changes, fresh } = context;
  if (fresh.length < insertedRule.rows) return [];
  const lossZ = newLosses(context)?.z ?? 0;
  return context.columns
    .filter(({ column, facts }) => column.role === 'feature' && topShare(facts) <= insertedRule.usual)
    .flatMap((here) => {
      const cells = at(changes.after, here.place);
      const column = { here, values: Float64Array.from(fresh, (i) => at(cells, i)) };
      return [...beyond(context, column), ...oneValue(context, column, lossZ)];
    });
}

/** The greatest gap between new numbers and those of the base, by the places where the base was counted. */
function gapTo(facts: ColumnFacts, values: Float64Array): number {
  const n = facts.rows - facts.missing;
  if (values.length === 0 || n <= 0) return 0;
  const known = new Cumulative(facts);
  let gap = 0;
  for (let i = 0; i < values.length; i += Math.max(1, Math.floor(values.length / 64)))
    gap = Math.max(gap, Math.abs((i + 1) / values.length - known.upTo(at(values, i)) / n));
  return gap;
}

/** So large a gap is worth a word. */
const shownGap = 0.2;

/** Categories never seen, and numbers that lie elsewhere than the base's. */
export function newValueNotes(context: Context): DataNote[] {
  const { changes, fresh } = context;
  if (fresh.length < insertedRule.copiedRows) return [];
  return context.columns.flatMap((here): DataNote[] => {
    const { column, place, facts } = here;
    const cells = Float64Array.from(fresh, (i) => at(at(changes.after, place), i));
    const of = { column: column.name, of: fresh.length, upper: null };
    if (isCategory(column)) {
      const { distribution } = facts;
      if (distribution.kind !== 'values' || distribution.others > 0) return [];
      const known = new Set<unknown>(distribution.values);
      const unseen = cells.filter((cell) => !Number.isNaN(cell) && !known.has(at(changes.texts, place).textOf(cell)));
      const text = unseen.length === 0 ? null : at(changes.texts, place).textOf(mostFrequent(unseen).value);
      return text === null ? [] : [{ ...of, kind: 'categoriesNew', rows: unseen.length, value: null, text }];
    }
    const gap = column.role === 'feature' ? gapTo(facts, sortedValues(cells)) : 0;
    return gap < shownGap ? [] : [{ ...of, kind: 'drift', rows: fresh.length, value: gap, text: null }];
  });
}
