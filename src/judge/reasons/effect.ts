/** How far the values of a column moved, and which way: what an approval of a change is bounded by. */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import type { ColumnHere, Context } from '../context.ts';
import { deviationOf } from '../facts/columnFacts.ts';
import { sortedValues } from '../statistics/ranking.ts';

/** The middle value, the lower of two; 0 of none. */
const medianOf = (values: Float64Array): number =>
  values.length === 0 ? 0 : at(sortedValues(values), Math.floor((values.length - 1) / 2));

/** The median move in standard deviations of the base; of a category, and where a value is missing, the share of rows instead. */
export interface Effect {
  readonly size: number;
  readonly direction: Reason['direction'];
}

/** So many of the moves go one way, or the change has none. */
const oneWay = 0.8;

function wayOf(moves: Float64Array): Reason['direction'] {
  const up = moves.filter((move) => move > 0).length;
  if (up >= oneWay * moves.length && up > 0) return 'up';
  return up <= (1 - oneWay) * moves.length && moves.some((move) => move < 0) ? 'down' : 'none';
}

/** Of values that moved by so much; `deviation`: in units of which. None of them is missing. */
export const effectOfMoves = (moves: Float64Array, deviation: number): Effect => ({
  size: medianOf(moves.map(Math.abs)) / (deviation || 1),
  direction: wayOf(moves),
});

/** Of rows that changed in a column. */
export function effectOf(
  { changes, facts }: Context,
  { column, place, facts: own }: ColumnHere,
  rows: Uint32Array,
): Effect {
  const moves = Float64Array.from(rows, (i) => at(at(changes.after, place), i) - at(at(changes.before, place), i));
  const known = sortedValues(moves);
  if (column.kind === 'category' || known.length < rows.length / 2)
    return { size: rows.length / Math.max(1, facts.rows), direction: 'none' };
  return effectOfMoves(known, deviationOf(own));
}

/** Of new rows: how far from the mean of the base the values lie. */
export function distanceOf({ changes }: Context, { place, facts: own }: ColumnHere, rows: Uint32Array): Effect {
  const { clip } = own;
  if (!clip) return { size: 0, direction: 'none' };
  const moves = sortedValues(Float64Array.from(rows, (i) => at(at(changes.after, place), i) - clip.mean));
  return { size: medianOf(moves.map(Math.abs)) / (deviationOf(own) || 1), direction: wayOf(moves) };
}
