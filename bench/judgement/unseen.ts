/**
 * Kinds of bad rounds that no constant was set on: the study's ten, and three of our own, which were written down here before
 * anybody looked at what the rule says of them. A round is spoiled in a tenth by one column, in all rows, or in the new rows only.
 */
import { at } from '../../src/base/assert.ts';
import { chain, type ChainRound, spoiledRound } from './chains.ts';
import { Draws } from './draws.ts';
import { judgedRound } from './question.ts';
import {
  byFrequency,
  classCounts,
  copyOf,
  momentsOf,
  quantiles,
  richColumns,
  rowsAt,
  rowsIn,
  type Snapshot,
  tenth,
  withRows,
} from './stream.ts';
import { categoryColumns, numberColumns, type Table } from './tables.ts';
import { Tally } from './tally.ts';

interface Spoiling {
  readonly round: ChainRound;
  readonly table: Table;
  readonly now: Snapshot;
  readonly draws: Draws;
  /** The rows that are spoiled. */
  readonly rows: Uint32Array;
  readonly scope: 'tenth' | 'all' | 'new';
}

/** Null where the table has nothing of the sort. */
type Spoiler = (of: Spoiling) => Snapshot | null;

const all = (now: Snapshot): Uint32Array => Uint32Array.from(now.y.keys());

/** 12.5 read as 125: the digits without the separator. */
const withoutComma = (value: number): number =>
  Number(value.toFixed(6).replace(/0+$/, '').replace(/\.$/, '').replace('.', ''));

const truncated: Spoiler = ({ now, draws }) => {
  const places = quantiles(now.ids);
  const kept = 1 - draws.between(0.1, 0.3);
  return rowsAt(
    now,
    all(now).filter((i) => at(places, i) < kept),
  );
};

const classGone: Spoiler = ({ table, now, draws }) => {
  const counts = classCounts(table, now.y);
  const gone = draws.of([...counts.keys()].filter((label) => at(counts, label) >= 0.01 * now.y.length));
  return rowsAt(
    now,
    all(now).filter((i) => at(now.y, i) !== gone),
  );
};

const dates: Spoiler = ({ table, now, draws, rows }) => {
  const clocks = [...table.columns.keys()].filter((c) => at(table.columns, c).day !== null);
  if (clocks.length === 0) return null;
  const hours = draws.fraction() < 0.5 ? 24 : draws.of([-5, -1, 1, 2, 6]);
  for (const c of clocks) {
    const column = at(now.x, c);
    const day = at(table.columns, c).day ?? 1;
    if (day !== 1 && hours === 24) continue;
    for (const i of rows) column[i] = day === 1 ? at(column, i) + hours / 24 : (at(column, i) + hours + day) % day;
  }
  return now;
};

const decimalComma: Spoiler = ({ table, now, draws, rows }) => {
  const broken = richColumns(table, now).filter((c) => {
    const some = at(now.x, c).subarray(0, 2_000);
    return (
      at(table.columns, c).day === null &&
      some.filter((value) => Math.abs(value % 1) > 1e-9).length > 0.05 * some.length
    );
  });
  if (broken.length === 0) return null;
  const column = at(now.x, draws.of(broken));
  for (const i of rows) column[i] = withoutComma(at(column, i));
  return now;
};

const wrongKey: Spoiler = ({ table, now, draws, rows }) => {
  const column = at(now.x, draws.whole(0, table.columns.length));
  const values = draws.shuffled(Array.from(rows, (i) => at(column, i)));
  rows.forEach((row, i) => {
    column[row] = at(values, i);
  });
  return now;
};

const stale: Spoiler = ({ round, now, draws, rows, scope }) => {
  const before = round.stream.snapshot(Math.max(round.number - draws.whole(2, 5), 0));
  const places = new Map(Array.from(before.ids, (id, i) => [id, i]));
  for (const i of scope === 'tenth' ? rows : all(now)) {
    const place = places.get(at(now.ids, i));
    if (place === undefined) continue;
    now.x.forEach((column, c) => {
      column[i] = at(at(before.x, c), place);
    });
    now.y[i] = at(before.y, place);
  }
  return now;
};

const labelsByRule: Spoiler = ({ table, now, draws, rows }) => {
  const column = at(now.x, draws.of(numberColumns(table)));
  const [a = 0, b = 0] = byFrequency(classCounts(table, now.y));
  const middle = at(column.slice().sort(), column.length >> 1);
  for (const i of rows) now.y[i] = at(column, i) > middle ? a : b;
  return now;
};

const exchanged: Spoiler = ({ table, now, draws, rows }) => {
  const categories = categoryColumns(table);
  if (categories.length === 0) return null;
  const column = at(now.x, draws.of(categories));
  const counts = new Map<number, number>();
  for (const i of rows) counts.set(at(column, i), (counts.get(at(column, i)) ?? 0) + 1);
  const enough = [...counts].filter(([, count]) => count >= 0.02 * rows.length).map(([value]) => value);
  if (enough.length < 2) return null;
  const [a = 0, b = 0] = draws.some(enough, 2);
  for (const i of rows) {
    const own = at(column, i);
    if (own === a) column[i] = b;
    else if (own === b) column[i] = a;
  }
  return now;
};

const halfTwice: Spoiler = ({ now, draws }) => {
  const copied = rowsAt(now, draws.some(all(now), now.y.length / 2));
  return withRows(now, { ...copied, ids: copied.ids.map((_, i) => 1e7 + i) });
};

const currency: Spoiler = ({ table, now, draws }) => {
  const column = at(now.x, draws.of(numberColumns(table).filter((c) => at(table.columns, c).day === null)));
  for (const i of rowsIn(tenth(table, now, draws))) column[i] = at(column, i) * 1.1;
  return now;
};

/** Ours, 1: a number is written without its part behind the point, as by a column of the wrong type. */
const cutToWhole: Spoiler = ({ table, now, draws, rows }) => {
  const broken = richColumns(table, now).filter((c) => {
    const some = at(now.x, c).subarray(0, 2_000);
    return some.filter((value) => Math.abs(value % 1) > 1e-9).length > 0.3 * some.length;
  });
  if (broken.length === 0) return null;
  const column = at(now.x, draws.of(broken));
  for (const i of rows) column[i] = Math.trunc(at(column, i));
  return now;
};

/** Ours, 2: what was missing or small is filled in with the mean: the lowest third of a column. */
const filledWithMean: Spoiler = ({ table, now, draws, rows }) => {
  const column = at(now.x, draws.of(richColumns(table, now)));
  const { mean } = momentsOf(column);
  const places = quantiles(column);
  for (const i of rows) if (at(places, i) < 1 / 3) column[i] = mean;
  return now;
};

/** Ours, 3: a file whose lines slipped: labels are those of the row before, within the spoiled rows. */
const slippedLabels: Spoiler = ({ now, rows }) => {
  const labels = Array.from(rows, (i) => at(now.y, i));
  rows.forEach((row, i) => {
    now.y[row] = at(labels, (i + labels.length - 1) % labels.length);
  });
  return now;
};

const spoilers: Readonly<Record<string, Spoiler>> = {
  truncated,
  'class gone': classGone,
  dates,
  'decimal comma': decimalComma,
  'wrong key': wrongKey,
  'stale copy': stale,
  'labels by rule': labelsByRule,
  'exchanged categories': exchanged,
  'half twice': halfTwice,
  currency,
  'ours: cut to whole': cutToWhole,
  'ours: filled with mean': filledWithMean,
  'ours: slipped labels': slippedLabels,
};

/** By their names. */
export const unseenKinds = Object.keys(spoilers);

/** A round with one of the kinds. */
export function spoiledUnseen(
  kind: string,
  round: ChainRound,
  seed: number,
): { readonly now: Snapshot; readonly scope: string } | null {
  const draws = new Draws(`unseen:${kind}:${round.table.name}:${seed}`);
  const scope = (['tenth', 'all', 'new'] as const)[seed % 3] ?? 'all';
  const now = copyOf(round.now);
  const known = new Set(round.old.ids);
  const rows =
    scope === 'tenth'
      ? rowsIn(tenth(round.table, now, draws))
      : all(now).filter((i) => scope === 'all' || !known.has(at(now.ids, i)));
  const found = spoilers[kind]?.({ round, table: round.table, now, draws, rows, scope });
  return found ? { now: found, scope } : null;
}

/** Each kind once a table and seed, in the fourth round of its lineage; honest rounds beside them. */
export async function unseen(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const tally = new Tally();
  for (const table of tables)
    for (const seed of seeds)
      for await (const round of chain(table, seed, 4)) {
        tally.put('honest', round.judgement.data);
        if (round.number < 4) continue;
        for (const kind of unseenKinds) {
          const bad = spoiledUnseen(kind, round, seed);
          if (!bad) continue;
          const { data } = await judgedRound(spoiledRound(round, bad.now));
          tally.put(kind, data);
          if (data.verdict !== 'suspect') {
            const { labels, features, inserted, removed } = data.kinds;
            console.log(`  passes: ${kind} (${bad.scope}) ${table.name} ${seed}`, {
              labels,
              features,
              inserted,
              removed,
            });
          }
        }
      }
  tally.print();
}
