/** In which part of the table some changed rows lie, so that a reason can say "all in West". */
import { at } from '../base/assert.ts';
import type { Slice } from '../data/judgement.ts';
import type { ColumnHere, Context } from './context.ts';
import { judgedValue } from './facts/baseFacts.ts';
import { Cumulative, rowsWith } from './facts/columnFacts.ts';
import { sortedValues } from './statistics/ranking.ts';

/** Nearly all rows lie in it, and it is at most so large a part of the table. */
const nearlyAll = 0.95;
const largestPart = 0.5;
/** A range of a number says less than a value: it must be so much smaller. */
const rangePrice = 2;
/** The few rows at the ends of a range stay in it, so that it holds all of them, unless they widen it by more than this. */
const widest = 1.25;
/** Values that a column may have to be told by one of them. */
const namedValues = 60;
const fewRows = 5;

/** Nothing of a part that holds all of the rows. */
const nearly = (share: number): { readonly share?: number } => (share < 1 ? { share } : {});

interface Found {
  readonly slice: Slice;
  readonly price: number;
}

function byValue({ changes, facts }: Context, here: ColumnHere, cells: Float64Array): Found | null {
  const counts = new Map<number, number>();
  for (const cell of cells) if (!Number.isNaN(cell)) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const [cell, count] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [Number.NaN, 0]);
  if (count < nearlyAll * cells.length) return null;
  const value = judgedValue(here.column, at(changes.texts, here.place), cell);
  if (value === null) return null;
  const share = rowsWith(here.facts, value) / facts.rows;
  if (share > largestPart) return null;
  const within = nearly(count / cells.length);
  return { slice: { column: here.column.name, value: String(value), ...within }, price: share };
}

function byRange({ facts }: Context, here: ColumnHere, cells: Float64Array): Found | null {
  const there = sortedValues(cells);
  if (there.length < nearlyAll * cells.length) return null;
  const known = new Cumulative(here.facts);
  const without = (cut: number): { from: number; to: number; share: number } => {
    const from = at(there, cut);
    const to = at(there, there.length - 1 - cut);
    return { from, to, share: Math.max(known.upTo(to) - known.below(from), 1) / facts.rows };
  };
  const most = without(Math.floor(((1 - nearlyAll) / 2) * there.length));
  const all = without(0);
  const limit = largestPart / rangePrice;
  const { from, to, share } = all.share <= Math.min(limit, most.share * widest) ? all : most;
  if (share > limit) return null;
  const inside = there.filter((value) => value >= from && value <= to).length;
  const within = nearly(inside / cells.length);
  return { slice: { column: here.column.name, from, to, ...within }, price: share * rangePrice };
}

const isNamed = ({ column, facts: { distribution } }: ColumnHere): boolean =>
  column.kind === 'category' ||
  column.kind === 'boolean' ||
  (distribution.kind === 'values' && distribution.values.length <= namedValues);

/** The smallest part of the table that holds nearly all of the rows, with how many of them where that is not all; null where they are spread over it. `except`: the column that changed. */
export function whereOf(
  context: Context,
  rows: Uint32Array,
  image: 'before' | 'after',
  except: string | null = null,
): Slice | null {
  if (rows.length < fewRows) return null;
  let best: Found | null = null;
  for (const here of context.columns) {
    if (here.column.name === except) continue;
    const column = at(context.changes[image], here.place);
    const cells = Float64Array.from(rows, (i) => at(column, i));
    const found = isNamed(here) ? byValue(context, here, cells) : byRange(context, here, cells);
    if (found && (best === null || found.price < best.price)) best = found;
  }
  return best?.slice ?? null;
}

/** The same where it holds all of them: by it they are found again. */
export function exactWhere(...of: Parameters<typeof whereOf>): Slice | null {
  const found = whereOf(...of);
  return found?.share === undefined ? found : null;
}
