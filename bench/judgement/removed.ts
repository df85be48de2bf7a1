/** Rows that went: honest deletions and bad extracts, as section 13 of the study drew them. */
import { at } from '../../src/base/assert.ts';
import { chain, type ChainRound, spoiledRound } from './chains.ts';
import { Draws } from './draws.ts';
import { rightAnswers } from './model.ts';
import { judgedRound } from './question.ts';
import { classCounts, quantiles, rowsAt, richColumns, type Snapshot } from './stream.ts';
import type { Table } from './tables.ts';
import { Tally } from './tally.ts';

/** What a deletion is drawn from: the parent's version, its rows' ages and keys as shares, and where the parent is wrong. */
interface Removing {
  readonly table: Table;
  readonly old: Snapshot;
  readonly age: Float64Array;
  readonly key: Float64Array;
  readonly wrong: Uint8Array;
  readonly draws: Draws;
}

/** Whether a row goes. */
type Remover = (of: Removing) => (row: number) => boolean;

const mostValues = 60;

/** Rows of one value of a category or of a number with few values; of a tenth of a number where there is none. */
function pieceOf({ table, old, draws }: Removing): (row: number) => boolean {
  const named = [...table.columns.keys()].filter((c) => new Set(at(old.x, c).subarray(0, 2_000)).size <= mostValues);
  for (let attempt = 0; attempt < (named.length > 0 ? 50 : 0); attempt++) {
    const column = at(old.x, draws.of(named));
    const counts = new Map<number, number>();
    for (const value of column) counts.set(value, (counts.get(value) ?? 0) + 1);
    const fit = [...counts].filter(([, n]) => n >= 0.005 * column.length && n <= 0.3 * column.length);
    if (fit.length === 0) continue;
    const [value] = draws.of(fit);
    return (row) => at(column, row) === value;
  }
  const places = quantiles(at(old.x, draws.whole(0, old.x.length)));
  const from = draws.between(0, 0.9);
  return (row) => at(places, row) >= from && at(places, row) < from + 0.1;
}

/** Rows that are alike, in groups of a few, as the rows of one customer are. */
function customersOf({ old, draws }: Removing): number[] {
  const [a, b] = [at(old.x, draws.whole(0, old.x.length)), at(old.x, draws.whole(0, old.x.length))];
  const order = draws.shuffled(Array.from(old.y.keys())).sort((i, k) => at(a, i) - at(a, k) || at(b, i) - at(b, k));
  return order;
}

const share = (draws: Draws): number => draws.between(0.005, 0.03);

const honest: Readonly<Record<string, Remover>> = {
  'at random': ({ draws }) => {
    const part = share(draws);
    return () => draws.fraction() < part;
  },
  'oldest keys': ({ key, draws }) => {
    const part = share(draws);
    return (row) => at(key, row) < part;
  },
  'oldest by time': ({ age, draws }) => {
    const part = share(draws);
    return (row) => at(age, row) < part;
  },
  'one old month': ({ age, draws }) => {
    const part = draws.between(0.02, 0.08);
    const escapes = draws.of([0, 0.05]);
    return (row) => at(age, row) < part && draws.fraction() >= escapes;
  },
  customers: (of) => {
    const { draws, old } = of;
    const part = share(draws);
    const gone = new Set<number>();
    const order = customersOf(of);
    const mean = draws.between(2, 10);
    for (let from = 0; from < old.y.length; ) {
      const size = Math.min(40, 1 + Math.floor(-mean * Math.log(1 - draws.fraction())));
      if (draws.fraction() < part) for (const row of order.slice(from, from + size)) gone.add(row);
      from += size;
    }
    return (row) => gone.has(row);
  },
  'purge of 5 to 20 %': (of) => {
    const isPiece = pieceOf(of);
    const part = of.draws.between(0.05, 0.2);
    return (row) => isPiece(row) && of.draws.fraction() < part;
  },
};

const bad: Readonly<Record<string, Remover>> = {
  '40 % of one value': (of) => {
    const isPiece = pieceOf(of);
    return (row) => isPiece(row) && of.draws.fraction() < 0.4;
  },
  'all of one value': (of) => pieceOf(of),
  'class gone': ({ table, old, draws }) => {
    const gone = classOf(table, old, draws);
    return (row) => at(old.y, row) === gone;
  },
  'class halved': ({ table, old, draws }) => {
    const gone = classOf(table, old, draws);
    return (row) => at(old.y, row) === gone && draws.fraction() < 0.5;
  },
  'one day': ({ age, draws }) => {
    const [from, width] = [draws.between(0.1, 0.85), draws.between(0.003, 0.008)];
    return (row) => at(age, row) >= from && at(age, row) < from + width;
  },
  'one month': ({ age, draws }) => {
    const [from, width] = [draws.between(0.1, 0.85), draws.between(0.02, 0.08)];
    return (row) => at(age, row) >= from && at(age, row) < from + width;
  },
  'tail of the file': ({ key, draws }) => {
    const part = draws.of([0.01, 0.03, 0.1, 0.2]);
    return (row) => at(key, row) >= 1 - part;
  },
  'every second of one source': (of) => {
    const isPiece = pieceOf(of);
    let met = 0;
    return (row) => isPiece(row) && met++ % 2 === 0;
  },
  'highest values': ({ table, old, draws }) => {
    const rich = richColumns(table, old).filter((c) => at(table.columns, c).day !== 1);
    const places = quantiles(at(old.x, draws.of(rich)));
    const part = draws.of([0.01, 0.03, 0.05]);
    return (row) => at(places, row) >= 1 - part;
  },
  'half of the hard rows':
    ({ wrong, draws }) =>
    (row) =>
      at(wrong, row) === 1 && draws.fraction() < 0.5,
  'every second of all': () => (row) => row % 2 === 0,
};

function classOf(table: Table, old: Snapshot, draws: Draws): number {
  const counts = classCounts(table, old.y);
  return draws.of([...counts.keys()].filter((label) => at(counts, label) >= 0.01 * old.y.length));
}

const fewest = 20;

async function removal(round: ChainRound, kind: string, seed: number, draw: number): Promise<Snapshot | null> {
  const { table, old, now, parent } = round;
  const draws = new Draws(`removed:${kind}:${table.name}:${seed}:${draw}`);
  const rows = Uint32Array.from(old.y.keys());
  const right = await rightAnswers(table, parent, old, rows);
  const time = [...table.columns.keys()].find((c) => at(table.columns, c).day === 1);
  const remover = honest[kind] ?? bad[kind];
  if (!remover) return null;
  const goes = remover({
    table,
    old,
    age: quantiles(time === undefined ? old.ids : at(old.x, time)),
    key: quantiles(old.ids),
    wrong: right.map((one) => 1 - one),
    draws,
  });
  const gone = new Set(Array.from(rows.filter(goes), (i) => at(old.ids, i)));
  if (gone.size < fewest) return null;
  // Every second bad one stands among an honest deletion.
  const among = kind in bad && draw % 2 === 1 ? draws.between(0.005, 0.03) : 0;
  return rowsAt(
    now,
    Uint32Array.from(now.ids.keys()).filter((i) => !gone.has(at(now.ids, i)) && draws.fraction() >= among),
  );
}

/** Two draws of each kind a table and seed, beside the round's own deletions. */
export async function removed(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const tally = new Tally();
  for (const table of tables)
    for (const seed of seeds)
      for await (const round of chain(table, seed, 1 + (seed % 3))) {
        if (round.number !== 1 + (seed % 3)) continue;
        for (const kind of [...Object.keys(honest), ...Object.keys(bad)])
          for (const draw of [0, 1]) {
            const now = await removal(round, kind, seed, draw);
            if (!now) continue;
            const { data } = await judgedRound(spoiledRound(round, now));
            const isHonest = kind in honest;
            tally.put(`${isHonest ? 'honest' : 'bad'}: ${kind}`, data);
            tally.put(isHonest ? 'ALL HONEST' : 'ALL BAD', data);
            if ((data.verdict === 'suspect') === isHonest)
              console.log(
                `  ${isHonest ? 'held' : 'passes'}: ${kind} ${table.name} ${seed}.${draw}`,
                data.kinds.removed,
                data.reasons[0] ?? '',
              );
          }
      }
  tally.print();
}
