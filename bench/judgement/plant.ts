/** Groups planted in honest deltas: is the planted group the first suspect, and how exactly? */
import { at } from '../../src/base/assert.ts';
import { suspectGroups } from '../../src/judge/suspectGroups.ts';
import { chain, type ChainRound, spoiledRound } from './chains.ts';
import { spreadOf } from './corrupt.ts';
import { Draws } from './draws.ts';
import { hashOf } from './model.ts';
import { judgedRound } from './question.ts';
import { byFrequency, classCounts, copyOf, type Snapshot } from './stream.ts';
import type { Table } from './tables.ts';
import { Tally } from './tally.ts';

type What = 'features' | 'labels' | 'inserted';

/** A version with one group spoiled, one to ten in a hundred of the delta, and the group's keys. */
interface Planted {
  readonly now: Snapshot;
  readonly ids: ReadonlySet<number>;
}

/** Rows of a random value or run of a random column, enough for a group; null where the draw gives none. */
function sliceOf(
  table: Table,
  now: Snapshot,
  pool: Uint32Array,
  draws: Draws,
  size: number,
  isNew: boolean,
): Uint32Array | null {
  const c = draws.whole(0, table.columns.length);
  const column = at(now.x, c);
  const inRange = (low: number, high: number): Uint32Array =>
    pool.filter((i) => at(column, i) >= low && at(column, i) <= high);
  if (at(table.columns, c).texts) {
    const counts = new Map<number, number>();
    for (const i of pool) counts.set(at(column, i), (counts.get(at(column, i)) ?? 0) + 1);
    const fit = [...counts].filter(([, n]) => n >= size);
    if (fit.length < 2) return null;
    const [value] = draws.of(fit);
    return inRange(value, value);
  }
  const sorted = Float64Array.from(pool, (i) => at(column, i)).sort();
  if (new Set(sorted).size < 12) return null;
  const width = isNew ? Math.max(0.05, (1.3 * size) / pool.length) : draws.between(0.05, 0.2);
  const from = draws.between(0, Math.max(0, 1 - width));
  const place = (share: number): number =>
    at(sorted, Math.min(sorted.length - 1, Math.floor(share * (sorted.length - 1))));
  return inRange(place(from), place(from + width));
}

function plantLabels(table: Table, now: Snapshot, slice: Uint32Array, draws: Draws, size: number): number[] | null {
  const counts = classCounts(table, now.y, slice);
  const [a = 0, b = 0] = byFrequency(counts);
  if (at(counts, a) < size || at(counts, b) < 5) return null;
  const rows = draws.some(
    slice.filter((i) => at(now.y, i) === a),
    size,
  );
  for (const i of rows) now.y[i] = b;
  return rows;
}

function plantFeatures(table: Table, now: Snapshot, slice: Uint32Array, draws: Draws, size: number): number[] | null {
  const rows = draws.some(slice, size);
  const c = draws.whole(0, table.columns.length);
  const column = at(now.x, c);
  const old = column.slice();
  const { low, high } = spreadOf(column);
  const ways = [(v: number) => v * 100, (v: number) => v * 1_000, () => 0, (v: number) => low + high - v];
  const way = draws.of(ways);
  const value = draws.of(old);
  for (const i of rows) column[i] = at(table.columns, c).texts ? value : way(at(old, i));
  const changed = rows.filter((i) => at(column, i) !== at(old, i));
  return changed.length >= Math.max(12, 0.8 * size) ? changed : null;
}

/** Plants one group; null after too many draws that give none. */
function plant(round: ChainRound, what: What, draws: Draws): Planted | null {
  const { table, old } = round;
  const { kinds } = round.judgement.data;
  const changes = kinds.labels + kinds.features + kinds.inserted;
  const known = new Map(Array.from(old.ids, (id, i) => [id, i]));
  const changed = new Set(round.judgement.question.changes.hashes);
  for (let attempt = 0; attempt < 200; attempt++) {
    const now = copyOf(round.now);
    const pool = Uint32Array.from(now.ids.keys()).filter((i) =>
      what === 'inserted' ? !known.has(at(now.ids, i)) : !changed.has(hashOf(at(now.ids, i))),
    );
    const size = Math.max(12, Math.floor(draws.between(0.01, 0.1) * changes));
    const slice = sliceOf(table, now, pool, draws, size, what === 'inserted');
    if (!slice || slice.length < size || slice.length > pool.length / 2) continue;
    if (what === 'inserted' && slice.length > 0.1 * changes) continue;
    if (what === 'inserted') for (const i of slice) now.y[i] = draws.whole(0, table.classes.length);
    const rows =
      what === 'inserted'
        ? [...slice]
        : what === 'labels'
          ? plantLabels(table, now, slice, draws, size)
          : plantFeatures(table, now, slice, draws, size);
    if (rows) return { now, ids: new Set(rows.map((i) => at(now.ids, i))) };
  }
  return null;
}

interface Found {
  readonly tally: Tally;
  readonly precisions: number[];
  readonly times: number[];
}

/** Judges a round with a planted group. First means a precision of .7 and a recall of .5, as in the study. */
async function find(
  round: ChainRound,
  what: What,
  planted: Planted,
  { tally, precisions, times }: Found,
): Promise<void> {
  const { question, data } = await judgedRound(spoiledRound(round, planted.now));
  const began = performance.now();
  const [first] = suspectGroups(question, data.reasons).groups;
  times.push(performance.now() - began);
  const hashes = new Set([...planted.ids].map(hashOf));
  const right = first?.hashes.filter((hash) => hashes.has(hash)).length ?? 0;
  const precision = right / Math.max(1, first?.rows ?? 0);
  const recall = right / hashes.size;
  const isFirst = precision >= 0.7 && recall >= 0.5;
  const isHeld = data.verdict === 'suspect';
  if (isHeld) precisions.push(precision);
  for (const name of [what, 'ALL']) tally.put(name, data, ...(isHeld && isFirst ? ['held and first'] : []));
  if (!isHeld || isFirst) return;
  const exact = `precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}`;
  console.log(`  not first: ${what} ${round.table.name}, ${hashes.size} rows, ${exact}`, { ...first, hashes: 0 });
}

/** Fifteen plantings a table and seed, in the fourth round. */
export async function suspects(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const found: Found = { tally: new Tally(), precisions: [], times: [] };
  for (const table of tables)
    for (const seed of seeds)
      for await (const round of chain(table, seed, 4)) {
        if (round.number < 4) continue;
        const draws = new Draws(`plant:${table.name}:${seed}`);
        for (let turn = 0; turn < 3; turn++)
          for (const what of ['features', 'labels', 'inserted', 'features', 'labels'] as const) {
            const planted = plant(round, what, draws);
            if (planted) await find(round, what, planted, found);
          }
      }
  found.tally.print();
  const { precisions } = found;
  const times = found.times.sort((a, b) => a - b);
  const mean = precisions.reduce((sum, one) => sum + one, 0) / Math.max(1, precisions.length);
  console.log(`precision of the first group where held: ${mean.toFixed(3)}`);
  console.log(`ms: median ${at(times, times.length >> 1).toFixed(0)}, most ${at(times, times.length - 1).toFixed(0)}`);
}
