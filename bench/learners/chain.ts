/** A chain of versions of one table: rows that come, are corrected and go, as a trainer reads them. */
import { createHash } from 'node:crypto';
import { at } from '../../src/base/assert.ts';
import { packRows, type RowPage } from '../../src/data/page.ts';
import type { RowSet, TrainRows } from '../../src/data/trainer.ts';
import type { Value } from '../../src/data/value.ts';
import type { Table } from '../judgement/tables.ts';

/** What comes, is corrected and goes in a round, as shares of the first version. */
export const shares = { come: 0.08, corrected: 0.02, gone: 0.005 };
const rounds = 8;

export interface Version {
  /** Rows of the table that are train rows, in hash order. */
  readonly train: readonly number[];
  readonly come: readonly number[];
  readonly corrected: readonly number[];
  readonly gone: readonly number[];
}

export interface Chain {
  readonly table: Table;
  readonly versions: readonly Version[];
  readonly tune: readonly number[];
  readonly test: readonly number[];
  /** The round in which a row that was wrong is put right; rows that never were are missing. */
  readonly rightFrom: ReadonlyMap<number, number>;
}

/** Rows by the hash of their place: the same draw everywhere. */
function hashOrder(count: number, salt: string): number[] {
  const hashes = Array.from({ length: count }, (_, i) => createHash('md5').update(`${salt}:${i}`).digest('hex'));
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => (at(hashes, a) < at(hashes, b) ? -1 : 1));
}

/** A quarter of the rows is for tests, a tenth for validation; the first version has what the rounds leave of the others. */
export function chainOf(table: Table, most: number, delta = shares): Chain {
  const order = hashOrder(table.y.length, `chain:${table.name}`).slice(0, most);
  const test = order.slice(0, Math.floor(order.length * 0.25));
  const tune = order.slice(test.length, test.length + Math.floor(order.length * 0.1));
  const pool = order.slice(test.length + tune.length);
  const first = Math.floor(pool.length / (1 + rounds * delta.come));
  const count = (share: number): number => Math.max(1, Math.round(first * share));
  let train = pool.slice(0, first);
  const rightFrom = new Map<number, number>();
  for (let round = 1; round <= rounds; round++)
    for (const row of train.slice((round - 1) * count(delta.corrected), round * count(delta.corrected)))
      rightFrom.set(row, round);
  const versions: Version[] = [{ train, come: [], corrected: [], gone: [] }];
  let next = first;
  for (let round = 1; round <= rounds; round++) {
    const come = pool.slice(next, next + count(delta.come));
    next += come.length;
    const gone = train.slice(-count(delta.gone));
    const corrected = [...rightFrom].flatMap(([row, from]) => (from === round && !gone.includes(row) ? [row] : []));
    const left = new Set(gone);
    train = [...come, ...train.filter((row) => !left.has(row))];
    versions.push({ train, come, corrected, gone });
  }
  return { table, versions, tune, test, rightFrom };
}

/** The cells of a row in a version; until it is corrected the label is that of its neighbour in the table. */
export function rowAt({ table, rightFrom }: Chain, row: number, version: number): Value[] {
  const cells = table.columns.map(({ texts }, c): Value => {
    const value = at(at(table.x, c), row);
    return texts ? at(texts, value) : Number.isNaN(value) ? null : value;
  });
  const isWrong = (rightFrom.get(row) ?? 0) > version;
  const label = at(table.y, isWrong ? (row + 1) % table.y.length : row);
  return [...cells, at(table.classes, label)];
}

export const columnsOf = ({ table }: Chain): { name: string; type: string }[] => [
  ...table.columns.map(({ name, texts }) => ({ name, type: texts ? 'VARCHAR(40)' : 'DOUBLE' })),
  { name: 'label', type: 'VARCHAR(40)' },
];

/** The sets of a run at a version. */
export function rowsOf(chain: Chain, version: number, share: number): TrainRows {
  const now = at(chain.versions, version);
  const changed = new Set([...now.come, ...now.corrected]);
  const sample = new Set(
    hashOrder(now.train.length, `replay:${version}`).slice(0, Math.round(share * now.train.length)),
  );
  const sets: Readonly<Record<RowSet, readonly [readonly number[], number]>> = {
    train: [now.train, version],
    delta: [[...changed], version],
    before: [now.corrected, version - 1],
    removed: [now.gone, version - 1],
    replay: [now.train.filter((row, i) => !changed.has(row) && sample.has(i)), version],
    tune: [chain.tune, version],
    test: [chain.test, version],
    testAtParent: [chain.test, version],
  };
  return {
    async *read(set): AsyncGenerator<RowPage, void> {
      const [rows, at_] = sets[set];
      for (let start = 0; start < rows.length; start += 8_192)
        yield packRows(
          columnsOf(chain),
          rows.slice(start, start + 8_192).map((row) => rowAt(chain, row, at_)),
        );
    },
  };
}
