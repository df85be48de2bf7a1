/** The dearest group of lines: one thing that changed, in all rows or in those of one value or one run of values of a column. */
import { at } from '../../base/assert.ts';
import { type ColumnHere, type Context } from '../context.ts';
import { judgedValue } from '../facts/baseFacts.ts';
import { Cumulative, rowsWith } from '../facts/columnFacts.ts';
import { isCategory } from '../rows/columns.ts';
import { suspectRule } from '../rule.ts';
import { orderOf } from '../statistics/ranking.ts';
import type { Lines, Token } from './lines.ts';

/** Part of the rows by a column's values before or after; both ends are in it. */
export interface Cut {
  readonly place: number;
  readonly image: 'before' | 'after';
  readonly from: number;
  readonly to: number;
}

/** A group: what changed, where (null: everywhere), and the lines it holds. */
export interface Group {
  readonly token: Token;
  readonly cut: Cut | null;
  readonly rows: Uint32Array;
  readonly loss: number;
  readonly score: number;
}

/** Log likelihood ratio of "these rows bring loss" against "they bring none", at unit variance. */
export const gain = (loss: number, rows: number): number => (loss > 0 ? (loss * loss) / (2 * Math.max(rows, 1)) : 0);

/** Log likelihood ratio: n of the changes lie in a slice that holds the share q of the table (one-sided, Kulldorff 1997). */
function lift(n: number, share: number, total: number): number {
  const q = Math.max(1 / 5000, Math.min(1 - 1 / 5000, share));
  if (n <= total * q) return 0;
  const rest = total - n;
  return n * Math.log(n / (total * q)) + (rest > 0 ? rest * Math.log(rest / (total * (1 - q))) : 0);
}

/** Lines in the order of a column's values, those without one left out. */
interface Ordered {
  readonly here: ColumnHere;
  readonly image: 'before' | 'after';
  readonly rows: Uint32Array;
  readonly values: Float64Array;
  /** Losses of the first 0, 1, 2 … of them. */
  readonly sums: Float64Array;
  /** Whether the slice's share of the table counts. */
  readonly lifted: boolean;
}

interface Bar {
  readonly rows: number;
  /** What a group must bring by itself; below 0: nothing. */
  readonly loss: number;
}

interface Scored {
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

function orderedBy(
  { changes }: Context,
  lines: Lines,
  here: ColumnHere,
  image: 'before' | 'after',
  lifted: boolean,
): Ordered {
  const cells = at(changes[image], here.place);
  const known = Uint32Array.from(lines.rows.keys()).filter((i) => !Number.isNaN(at(cells, at(lines.rows, i))));
  const own = Float64Array.from(known, (line) => at(cells, at(lines.rows, line)));
  const there = orderOf(own).map((place) => at(known, place));
  const sums = new Float64Array(there.length + 1);
  there.forEach((line, i) => {
    sums[i + 1] = at(sums, i) + at(lines.losses, line);
  });
  const rows = there.map((line) => at(lines.rows, line));
  return { here, image, rows, values: Float64Array.from(rows, (row) => at(cells, row)), sums, lifted };
}

/** Where the values change: the first place of each, and the end. */
function edgesOf(values: Float64Array): number[] {
  const edges: number[] = [];
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) edges.push(i);
  edges.push(values.length);
  return edges;
}

/** Scores runs of an order; -Infinity where one is too small or brings too little. */
class RunScore {
  readonly #of: Ordered;
  readonly #bar: Bar;
  readonly #below: Float64Array | null;

  constructor(of: Ordered, bar: Bar) {
    this.#of = of;
    this.#bar = bar;
    this.#below = of.lifted ? RunScore.#shares(of) : null;
  }

  /** The share of the table below each value. */
  static #shares({ here, values }: Ordered): Float64Array {
    const known = new Cumulative(here.facts);
    const n = Math.max(1, here.facts.rows - here.facts.missing);
    let last = Number.NaN;
    let share = 0;
    return values.map((value) => {
      if (value !== last) {
        last = value;
        share = known.below(value) / n;
      }
      return share;
    });
  }

  of(from: number, to: number): number {
    const { sums, values } = this.#of;
    const n = to - from;
    const loss = at(sums, to) - at(sums, from);
    const own = gain(loss, n);
    if (n < this.#bar.rows || own < this.#bar.loss || (loss <= 0 && this.#bar.loss >= 0))
      return Number.NEGATIVE_INFINITY;
    if (!this.#below) return own;
    const top = to < values.length ? at(this.#below, to) : 1;
    const low = from > 0 ? at(this.#below, from) : 0;
    return own + lift(n, top - low, values.length);
  }
}

/** All runs of quantile bins, then both ends row by row; equal values stay together. */
function bestRun(of: Ordered, bar: Bar): Scored | null {
  const n = of.values.length;
  const edges = edgesOf(of.values);
  const score = new RunScore(of, bar);
  const cuts: number[] = [];
  let place = 0;
  for (let bin = 0; bin <= suspectRule.bins; bin++) {
    const wanted = Math.floor((bin * n) / suspectRule.bins);
    while (at(edges, place) < wanted) place += 1;
    if (cuts[cuts.length - 1] !== at(edges, place)) cuts.push(at(edges, place));
  }
  let best: Scored = { from: 0, to: 0, score: Number.NEGATIVE_INFINITY };
  const offer = (from: number, to: number): void => {
    const own = score.of(from, to);
    if (own > best.score) best = { from, to, score: own };
  };
  cuts.forEach((from, i) => {
    for (const to of cuts.slice(i + 1)) offer(from, to);
  });
  if (!Number.isFinite(best.score)) return null;
  const window = Math.max(Math.floor((2 * n) / suspectRule.bins), 4);
  const near = (place: number): number[] => edges.filter((edge) => Math.abs(edge - place) <= window);
  for (let turn = 0; turn < 2; turn++) {
    const { to } = best;
    for (const from of near(best.from)) if (from < to) offer(from, to);
    const { from } = best;
    for (const end of near(best.to)) if (end > from) offer(from, end);
  }
  return best;
}

/** The best single value. */
function bestValue(context: Context, of: Ordered, bar: Bar): Scored | null {
  const { here, values } = of;
  const alone = new RunScore({ ...of, lifted: false }, bar);
  const edges = edgesOf(values);
  let best: Scored | null = null;
  for (let i = 0; i + 1 < edges.length; i++) {
    const from = at(edges, i);
    const to = at(edges, i + 1);
    const own = alone.of(from, to);
    if (!Number.isFinite(own)) continue;
    const value = judgedValue(here.column, at(context.changes.texts, here.place), at(values, from));
    const share = value === null ? 0 : rowsWith(here.facts, value) / Math.max(1, here.facts.rows);
    const score = own + (of.lifted ? lift(to - from, share, values.length) : 0);
    if (best === null || score > best.score) best = { from, to, score };
  }
  return best;
}

const fewValues = 12;
/** Two groups are one where they share so large a part of their rows. */
const alike = 0.9;

const isNamed = ({ here, values }: Ordered): boolean =>
  isCategory(here.column) || edgesOf(values).length <= fewValues + 1;

/** All lines as one group, where that is enough. */
function wholeOf({ token, rows, losses }: Lines, named: boolean): Group | null {
  const loss = losses.reduce((sum, own) => sum + own, 0);
  const score = gain(loss, rows.length);
  if (score <= (named ? -1 : suspectRule.least) || (loss <= 0 && !named)) return null;
  return { token, cut: null, rows, loss, score };
}

/** A value or a run of values: of a category one value, of a number with few values whichever is better. */
function bestScored(context: Context, ordered: Ordered, bar: Bar): Scored | null {
  const value = isNamed(ordered) ? bestValue(context, ordered, bar) : null;
  if (isCategory(ordered.here.column)) return value;
  const run = bestRun(ordered, bar);
  return value && (!run || value.score * suspectRule.special >= run.score) ? value : run;
}

/** The best part of the lines by one column's values before or after. */
function partOf(context: Context, token: Token, ordered: Ordered, bar: Bar): Group | null {
  const { here, image, rows, values, sums } = ordered;
  if (rows.length < bar.rows) return null;
  const found = bestScored(context, ordered, bar);
  if (!found) return null;
  return {
    token,
    cut: { place: here.place, image, from: at(values, found.from), to: at(values, found.to - 1) },
    rows: rows.slice(found.from, found.to),
    loss: at(sums, found.to) - at(sums, found.from),
    score: found.score,
  };
}

/** The better of two, where the second is the more special. */
const better = (known: Group | null, found: Group | null): Group | null =>
  found && found.score > (known === null ? Number.NEGATIVE_INFINITY : known.score * suspectRule.special)
    ? found
    : known;

/** The dearest group of these lines; `named`: what a reason names by itself need not bring loss. */
function bestOf(context: Context, lines: Lines, rows: number, named: boolean): Group | null {
  const { token } = lines;
  if (lines.rows.length < rows) return null;
  const bar: Bar = { rows, loss: named ? -1 : suspectRule.least };
  let best = wholeOf(lines, named);
  let byOwn: Group | null = null;
  for (const here of context.columns) {
    const own = token.change === 'features' && token.place === here.place;
    for (const image of own ? (['after', 'before'] as const) : (['after'] as const)) {
      // New rows have no share of the table to be held against; new values have one where they need not bring loss.
      const lifted = token.change !== 'inserted' && (named || !(own && image === 'after'));
      const found = partOf(context, token, orderedBy(context, lines, here, image, lifted), bar);
      if (own) byOwn = better(byOwn, found);
      else best = better(best, found);
    }
  }
  // What the values became tells the rows most exactly; where they lie says more, if it is the same rows.
  return byOwn && best && areAlike(byOwn, best) ? best : better(best, byOwn);
}

/** Nearly the same rows. */
function areAlike(one: Group, other: Group): boolean {
  const rows = new Set(one.rows);
  const both = other.rows.filter((row) => rows.has(row)).length;
  return both >= alike * Math.max(one.rows.length, other.rows.length);
}

/** The dearest group of all; `isNamed` tells which changes a reason names. */
export function dearest(
  context: Context,
  all: readonly Lines[],
  rows: number,
  isNamedToken: (token: Token) => boolean,
): Group | null {
  let best: Group | null = null;
  for (const lines of all) {
    best = better(best, bestOf(context, lines, rows, isNamedToken(lines.token)));
  }
  return best;
}
