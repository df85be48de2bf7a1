/**
 * Labels that are numbers: honest rounds of the same streams, where one number of a table is the label and its classes a feature, and bad imports of the label
 * beside each. The parent is the product's linear regression, whose updates are its full fits.
 */
import { at } from '../../src/base/assert.ts';
import type { DeltaPage } from '../../src/data/change.ts';
import type { Cells, RowPage } from '../../src/data/page.ts';
import { sideNumbers, type RowForm } from '../../src/data/trainPage.ts';
import type { Plan } from '../../src/data/training.ts';
import type { DataVerdict } from '../../src/data/judgement.ts';
import type { BaseFacts } from '../../src/judge/facts/baseFacts.ts';
import { makeFacts } from '../../src/judge/facts/makeFacts.ts';
import { judgeData } from '../../src/judge/judgeData.ts';
import { changedRows } from '../../src/judge/rows/changedRows.ts';
import type { Judged } from '../../src/judge/rows/columns.ts';
import { rawColumn } from '../../src/train/encode/raw.ts';
import { learners } from '../../src/train/models/table.ts';
import { KeptRows } from '../../src/train/rows/keptRows.ts';
import { openModel, type Party } from '../../src/train/stored.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { Draws } from './draws.ts';
import { changedPlaces, hashOf, inHashOrder, shares, sideOf } from './model.ts';
import { copyOf, rounds, rowsIn, type Snapshot, Stream, tenth } from './stream.ts';
import type { Table } from './tables.ts';
import { Tally } from './tally.ts';

/** The number that is the label, by table. */
const labels: Readonly<Record<string, string>> = {
  sample: 'temp_max',
  churn: 'monthly_charge',
  magic: 'f0',
  flights: 'distance',
};

const label = 'value';
const forever = new AbortController().signal;

/** A table with one of its numbers as the label. */
class Turned {
  readonly table: Table;
  readonly place: number;

  constructor(table: Table, place: number) {
    this.table = table;
    this.place = place;
  }

  /** The key, the features and the label; kinds as they are judged. */
  get columns() {
    const own = this.table.columns.flatMap(({ name, texts, day }, c) =>
      c === this.place
        ? []
        : [{ name, kind: texts ? ('category' as const) : day === 1 ? ('date' as const) : ('number' as const), c }],
    );
    return [...own, { name: 'class', kind: 'category' as const, c: -1 }];
  }

  cells(now: Snapshot, rows: ArrayLike<number>): Cells[] {
    const { x, ids, y } = now;
    const number = (of: Float64Array): Cells => ({
      kind: 'number',
      values: Float64Array.from(rows, (i) => (i < 0 ? 0 : at(of, i))),
      nulls: Uint8Array.from(rows, (i) => (i < 0 || Number.isNaN(at(of, i)) ? 1 : 0)),
    });
    const text = (of: ArrayLike<number>, texts: readonly string[]): Cells => ({
      kind: 'text',
      values: Array.from(rows, (i) => (i < 0 ? null : at(texts, at(of, i)))),
    });
    const features = this.columns.map(({ c }) => {
      if (c < 0) return text(y, this.table.classes);
      const { texts } = at(this.table.columns, c);
      return texts ? text(at(x, c), texts) : number(at(x, c));
    });
    return [number(ids), ...features, number(at(x, this.place))];
  }

  get pageColumns() {
    const typeOf = (kind: string): string => (kind === 'category' ? 'VARCHAR(64)' : 'DOUBLE');
    const features = this.columns.map(({ name, kind }) => ({ name, type: typeOf(kind) }));
    return [{ name: 'row_id', type: 'BIGINT' }, ...features, { name: label, type: 'DOUBLE' }];
  }

  page(now: Snapshot, rows: ArrayLike<number>): RowPage {
    const hashes = Array.from(rows, (i) => hashOf(at(now.ids, i)));
    return { rows: rows.length, columns: this.pageColumns, cells: this.cells(now, rows), hashes };
  }

  get way(): Judged {
    const columns = this.columns.map(({ name, kind }) => ({ name, kind, role: 'feature' as const, clip: null }));
    return {
      columns: [{ name: 'row_id', kind: 'number', role: 'key', clip: null }, ...columns],
      label,
      task: 'regression',
      // Days are kept as numbers here.
      read: (kind, cells, rows, numberOf) => rawColumn(kind === 'date' ? 'number' : kind, cells, rows, numberOf),
    };
  }
}

function planOf(of: Turned, seed: number, train: number): Plan {
  const features = of.columns.map(({ name, kind }) => ({
    name,
    type: kind === 'category' ? 'VARCHAR(64)' : 'DOUBLE',
    kind: kind === 'category' ? ('category' as const) : ('number' as const),
  }));
  return {
    format: 2,
    kind: 'full',
    learner: { name: 'linear', options: learners['linear']?.options.defaults ?? {} },
    task: 'regression',
    label,
    features,
    slices: [],
    seed,
    version: 0,
    splitSalt: 'split:bench',
    ...shares,
    maxDrop: 0.005,
    replay: null,
    counts: { train, delta: 0, replay: 0 },
  };
}

async function fitted(of: Turned, now: Snapshot, seed: number): Promise<Party> {
  const rows = inHashOrder(now);
  const some = (side: number): Uint32Array => rows.filter((i) => sideOf(at(now.ids, i)) === side);
  const sets = {
    train: some(sideNumbers.train),
    validation: some(sideNumbers.validation),
    test: some(sideNumbers.test),
  };
  const served = {
    async *read(set: string) {
      const own = set === 'train' || set === 'validation' || set === 'test' ? sets[set] : new Uint32Array(0);
      for (let from = 0; from < own.length; from += 8_192) yield of.page(now, own.subarray(from, from + 8_192));
    },
    async *changes() {},
  };
  const job = { plan: planOf(of, seed, sets.train.length), parent: null, baseline: null };
  const { artifact } = await createTrainer().run(job, served, forever, () => {});
  return openModel(learners, artifact, 'the model');
}

/** A model's answers for some rows; whatever stands there for a row of -1. */
async function answers(of: Turned, { coder, learner, model }: Party, now: Snapshot, rows: ArrayLike<number>) {
  const kept = new KeptRows<RowForm>(coder.form, coder.layout);
  const page = of.page(
    now,
    Array.from(rows, (i) => Math.max(0, i)),
  );
  const chosen = Array.from({ length: rows.length }, (_, row) => ({ row, label: 0 }));
  kept.add(coder.code(page, chosen, 'value', sideNumbers.test));
  const found = await learner.predict(model, kept, forever);
  if (found.kind !== 'values') throw new Error('The model answers no values');
  return found.values;
}

/** A version with what is known of it, and the parent that was fitted on it. */
interface Base {
  readonly of: Turned;
  readonly old: Snapshot;
  readonly parent: Party;
  readonly facts: BaseFacts;
  /** Rows in the order of their hashes, and the parent's answers for them. */
  readonly all: Uint32Array;
  readonly known: Float64Array;
}

async function baseOf(of: Turned, old: Snapshot, seed: number): Promise<Base> {
  const parent = await fitted(of, old, seed);
  const facts = makeFacts(of.way);
  const all = inHashOrder(old);
  for (let from = 0; from < all.length; from += 8_192) facts.add(of.page(old, all.subarray(from, from + 8_192)));
  return { of, old, parent, facts: facts.done(), all, known: await answers(of, parent, old, all) };
}

/** A delta by the parent of its older version. */
async function judged({ of, old, parent, facts, all, known }: Base, now: Snapshot): Promise<DataVerdict> {
  const { was, is } = changedPlaces(old, now);
  const hashes = Array.from(was, (place, i) => hashOf(place < 0 ? at(now.ids, at(is, i)) : at(old.ids, place)));
  const page: DeltaPage = {
    rows: was.length,
    keyColumns: 1,
    columns: of.pageColumns,
    flags: Uint8Array.from(was, (place, i) => (place < 0 ? 0 : at(is, i) < 0 ? 2 : 1)),
    before: of.cells(old, was),
    after: of.cells(now, is),
    hashes,
  };
  const builder = changedRows({ ...of.way, unseen: shares });
  builder.add(page);
  const changes = builder.done();
  const placeOf = new Map(hashes.map((hash, i) => [hash, i]));
  const rows = changes.hashes.map((hash) => placeOf.get(hash) ?? 0);
  const changed = new Set(hashes);
  const unseen = Uint32Array.from(all.keys()).filter((i) => {
    const id = at(old.ids, at(all, i));
    return sideOf(id) !== sideNumbers.train && !changed.has(hashOf(id));
  });
  const image = (version: Snapshot, places: Int32Array) =>
    answers(
      of,
      parent,
      version,
      rows.map((i) => at(places, i)),
    );
  return judgeData({
    changes,
    facts,
    parent: null,
    values: {
      before: await image(old, was),
      after: await image(now, is),
      unseen: {
        answers: Float64Array.from(unseen, (i) => at(known, i)),
        labels: Float64Array.from(unseen, (i) => at(at(old.x, of.place), at(all, i))),
      },
    },
    returned: null,
    restored: false,
    approvals: [],
    day: null,
  });
}

type Spoil = (values: Float64Array, rows: Uint32Array, draws: Draws) => void;

const otherRows: Spoil = (values, rows, draws) => {
  const old = values.slice();
  for (const i of rows) values[i] = at(old, draws.whole(0, old.length));
};

/** Bad imports of the label, each in some rows. */
const kinds: Readonly<Record<string, { readonly rows: 'tenth' | 'new' | 'five' | 'twenty'; readonly spoil: Spoil }>> = {
  'a tenth × 100': {
    rows: 'tenth',
    spoil: (values, rows) => {
      for (const i of rows) values[i] = 100 * at(values, i);
    },
  },
  'a tenth 0': {
    rows: 'tenth',
    spoil: (values, rows) => {
      for (const i of rows) values[i] = 0;
    },
  },
  '5 % of other rows': { rows: 'five', spoil: otherRows },
  '20 % of other rows': { rows: 'twenty', spoil: otherRows },
  'new rows × 1000': {
    rows: 'new',
    spoil: (values, rows) => {
      for (const i of rows) values[i] = 1_000 * at(values, i);
    },
  },
  'new rows shuffled': { rows: 'new', spoil: otherRows },
};

function rowsOf(kind: string, of: Turned, now: Snapshot, old: Snapshot, draws: Draws): Uint32Array {
  const all = Uint32Array.from(now.ids.keys());
  const known = new Set(old.ids);
  if (kind === 'new') return all.filter((i) => !known.has(at(now.ids, i)));
  if (kind === 'tenth') return rowsIn(tenth(of.table, now, draws));
  return Uint32Array.from(draws.some(all, (kind === 'five' ? 0.05 : 0.2) * all.length));
}

/** Honest rounds and one bad import of each kind beside each. */
export async function values(tables: readonly Table[], seeds: readonly number[]): Promise<void> {
  const tally = new Tally();
  for (const table of tables) {
    const of = new Turned(
      table,
      table.columns.findIndex(({ name }) => name === labels[table.name]),
    );
    if (of.place < 0) throw new Error(`No number of ${table.name} is a label.`);
    for (const seed of seeds) {
      const stream = new Stream(table, seed);
      for (let number = 1; number <= rounds; number++) {
        const [old, now] = [stream.snapshot(number - 1), stream.snapshot(number)];
        const base = await baseOf(of, old, seed);
        const honest = await judged(base, now);
        tally.put('honest', honest);
        if (honest.verdict === 'suspect') console.log(`  honest ${table.name} ${seed}.${number}:`, honest.reasons);
        for (const [kind, { rows, spoil }] of Object.entries(kinds)) {
          const draws = new Draws(`values:${seed}:${number}:${kind}`);
          const bad = copyOf(now);
          spoil(at(bad.x, of.place), rowsOf(rows, of, now, old, draws), draws);
          tally.put(kind, await judged(base, bad));
        }
      }
    }
  }
  tally.print();
}
