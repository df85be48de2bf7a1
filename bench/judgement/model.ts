/** Parent and child by the product's own trainer, over versions that lie in memory. */
import { createHash } from 'node:crypto';
import { at } from '../../src/base/assert.ts';
import type { DeltaPage } from '../../src/data/change.ts';
import { type Cells, type PageColumn, type RowPage } from '../../src/data/page.ts';
import { hashBound, hashInput } from '../../src/data/rowHash.ts';
import type { RowSet, TrainRows } from '../../src/data/trainer.ts';
import type { Plan } from '../../src/data/training.ts';
import { sideNumbers } from '../../src/data/trainPage.ts';
import { KeptRows } from '../../src/train/rows/keptRows.ts';
import { learners } from '../../src/train/models/table.ts';
import { mlpOptions, mlpRules } from '../../src/train/models/mlp/options.ts';
import { replayRule } from '../../src/train/models/mlp/replay.ts';
import { openModel, type Party } from '../../src/train/stored.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import type { RowForm } from '../../src/data/trainPage.ts';
import type { Snapshot } from './stream.ts';
import type { Table } from './tables.ts';

/** As in the study, and the product's own where a configuration names none. */
export const shares = { test: Number(process.env['DELTATRAIN_BENCH_TEST'] ?? 0.1), validation: 0.1 };
export const label = 'label';

/** Name of the key's column beside those of the table. */
export const key = 'row_id';

const hashes = new Map<number, string>();

export function hashOf(id: number): string {
  const known = hashes.get(id);
  if (known !== undefined) return known;
  const hash = createHash('md5')
    .update(hashInput('split:bench', [id]))
    .digest('hex');
  hashes.set(id, hash);
  return hash;
}

const [testBelow, validationBelow] = [hashBound(shares.test) ?? '', hashBound(shares.test + shares.validation) ?? ''];

export const sideOf = (id: number): number => {
  const hash = hashOf(id);
  if (hash < testBelow) return sideNumbers.test;
  return hash < validationBelow ? sideNumbers.validation : sideNumbers.train;
};

/** Columns as a page names them: the key, the features, the label. */
const pageColumns = (table: Table): PageColumn[] => [
  { name: key, type: 'BIGINT' },
  ...table.columns.map(({ name, texts }) => ({ name, type: texts ? 'VARCHAR(64)' : 'DOUBLE' })),
  { name: label, type: 'VARCHAR(64)' },
];

/** Cells of a version, column by column; a place of -1 is a row that is not there. */
function cellsOf(table: Table, now: Snapshot, rows: ArrayLike<number>): Cells[] {
  const nulls = Uint8Array.from(rows, (i) => (i < 0 ? 1 : 0));
  const number = (of: Float64Array): Cells => ({
    kind: 'number',
    values: Float64Array.from(rows, (i) => (i < 0 ? 0 : at(of, i))),
    nulls,
  });
  const text = (of: ArrayLike<number>, texts: readonly string[]): Cells => ({
    kind: 'text',
    values: Array.from(rows, (i) => (i < 0 ? null : at(texts, at(of, i)))),
  });
  return [
    number(now.ids),
    ...table.columns.map(({ texts }, c) => (texts ? text(at(now.x, c), texts) : number(at(now.x, c)))),
    text(now.y, table.classes),
  ];
}

/** The rows of a version in the order of their hashes. */
export const inHashOrder = (now: Snapshot): Uint32Array =>
  Uint32Array.from(now.ids.keys()).sort((a, b) => (hashOf(at(now.ids, a)) < hashOf(at(now.ids, b)) ? -1 : 1));

export const pageOf = (table: Table, now: Snapshot, rows: ArrayLike<number>): RowPage => ({
  rows: rows.length,
  columns: pageColumns(table),
  cells: cellsOf(table, now, rows),
  hashes: Array.from(rows, (i) => hashOf(at(now.ids, i))),
});

/** Places of changed rows in both versions. */
interface Places {
  readonly was: Int32Array;
  readonly is: Int32Array;
}

/** Changed rows as places in both versions, in the order of their hashes; -1 where a row is not there. */
export function changedPlaces(old: Snapshot, now: Snapshot): Places {
  const before = new Map(Array.from(old.ids, (id, i) => [id, i]));
  const after = new Map(Array.from(now.ids, (id, i) => [id, i]));
  const ids = [...new Set([...before.keys(), ...after.keys()])].filter((id) => {
    const [was, is] = [before.get(id), after.get(id)];
    if (was === undefined || is === undefined || old.y[was] !== now.y[is]) return true;
    return old.x.some((column, c) => column[was] !== at(now.x, c)[is]);
  });
  ids.sort((a, b) => (hashOf(a) < hashOf(b) ? -1 : 1));
  return {
    was: Int32Array.from(ids, (id) => before.get(id) ?? -1),
    is: Int32Array.from(ids, (id) => after.get(id) ?? -1),
  };
}

/** The delta between two versions, as the store would hand it over. */
export const deltaPage = (table: Table, old: Snapshot, now: Snapshot, { was, is }: Places): DeltaPage => ({
  rows: was.length,
  keyColumns: 1,
  columns: pageColumns(table),
  flags: Uint8Array.from(was, (place, i) => (place < 0 ? 0 : at(is, i) < 0 ? 2 : 1)),
  before: cellsOf(table, old, was),
  after: cellsOf(table, now, is),
  hashes: Array.from(was, (place, i) => hashOf(place < 0 ? at(now.ids, at(is, i)) : at(old.ids, place))),
});

function planOf(
  table: Table,
  kind: Plan['kind'],
  seed: number,
  depth: number,
  sizes: Plan['counts'],
  share: number,
): Plan {
  return {
    format: 1,
    kind,
    learner: { name: 'mlp', options: mlpRules.defaults },
    task: 'classification',
    label,
    features: table.columns.map(({ name, texts }) => ({
      name,
      type: texts ? 'VARCHAR(64)' : 'DOUBLE',
      kind: texts ? 'category' : 'number',
    })),
    slices: [],
    seed,
    version: depth,
    splitSalt: 'split:bench',
    ...shares,
    maxDrop: 0.005,
    replay: kind === 'delta' ? { salt: `replay:${seed}:${depth}`, share } : null,
    counts: sizes,
  };
}

/** A trained model, ready to answer. */
export interface Trained {
  readonly artifact: Uint8Array;
  readonly party: Party;
  /** Updates since the full fit. */
  readonly depth: number;
}

const served = (
  table: Table,
  now: Snapshot,
  sets: Partial<Record<RowSet, Uint32Array>>,
  old: Snapshot | null,
): TrainRows => ({
  async *read(set) {
    const rows = sets[set] ?? new Uint32Array(0);
    for (let from = 0; from < rows.length; from += 8_192) yield pageOf(table, now, rows.subarray(from, from + 8_192));
  },
  async *changes() {
    if (old) yield deltaPage(table, old, now, changedPlaces(old, now));
  },
});

async function trained(plan: Plan, rows: TrainRows, parent: Trained | null): Promise<Trained> {
  const job = { plan, parent: parent?.artifact ?? null, baseline: null };
  const { artifact } = await createTrainer().run(job, rows, new AbortController().signal, () => {});
  return { artifact, party: openModel(learners, artifact, 'the model'), depth: plan.version };
}

function sidesOf(now: Snapshot): { train: Uint32Array; validation: Uint32Array; test: Uint32Array } {
  const rows = inHashOrder(now);
  const of = (side: number): Uint32Array => rows.filter((i) => sideOf(at(now.ids, i)) === side);
  return { train: of(sideNumbers.train), validation: of(sideNumbers.validation), test: of(sideNumbers.test) };
}

export async function fitFully(table: Table, now: Snapshot, seed: number): Promise<Trained> {
  const sides = sidesOf(now);
  const plan = planOf(table, 'full', seed, 0, { train: sides.train.length, delta: 0, replay: 0 }, 0);
  return trained(plan, served(table, now, sides, null), null);
}

/** Goes on from a parent with the rows that changed since `old`, and a sample of the others. */
export async function update(
  table: Table,
  parent: Trained,
  old: Snapshot,
  now: Snapshot,
  seed: number,
): Promise<Trained> {
  const sides = sidesOf(now);
  const places = new Map(Array.from(old.ids, (id, i) => [id, i]));
  const isChanged = (i: number): boolean => {
    const was = places.get(at(now.ids, i));
    return was === undefined || old.y[was] !== now.y[i] || old.x.some((column, c) => column[was] !== at(now.x, c)[i]);
  };
  const delta = sides.train.filter(isChanged);
  const { share } = replayRule(mlpOptions(mlpRules.defaults), sides.train.length, delta.length);
  const bound = hashBound(share);
  const salt = `replay:${seed}:${parent.depth + 1}`;
  const drawn = (i: number): boolean =>
    bound === null ||
    createHash('md5')
      .update(hashInput(salt, [at(now.ids, i)]))
      .digest('hex') < bound;
  const replay = sides.train.filter((i) => !isChanged(i) && drawn(i));
  const sizes = { train: sides.train.length, delta: delta.length, replay: replay.length };
  const plan = planOf(table, 'delta', seed, parent.depth + 1, sizes, share);
  return trained(plan, served(table, now, { ...sides, replay }, old), parent);
}

/** Probabilities of the model's classes for some rows of a version; zeros for a row that is not there. */
export async function probabilities(
  table: Table,
  { party }: Trained,
  now: Snapshot,
  rows: ArrayLike<number>,
): Promise<Float32Array> {
  const kept = new KeptRows<RowForm>(party.coder.form, party.coder.layout);
  const page = pageOf(
    table,
    now,
    Array.from(rows, (i) => Math.max(0, i)),
  );
  const chosen = Array.from({ length: rows.length }, (_, row) => ({ row, label: 0 }));
  kept.add(party.coder.code(page, chosen, 'class', sideNumbers.test));
  const answers = await party.learner.predict(party.model, kept, new AbortController().signal);
  if (answers.kind === 'values') throw new Error('The model answers no classes');
  const { classes, values } = answers;
  const all = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) most = Math.max(most, at(values, from + k));
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      all[from + k] = Math.exp((at(values, from + k) - most) / party.temperature);
      sum += at(all, from + k);
    }
    for (let k = 0; k < classes; k++) all[from + k] = at(all, from + k) / sum;
  }
  return all;
}

/** 1 where a model has the label of a row right. */
export async function rightAnswers(
  table: Table,
  model: Trained,
  now: Snapshot,
  rows: Uint32Array,
): Promise<Uint8Array> {
  const { classes } = model.party;
  const all = await probabilities(table, model, now, rows);
  return Uint8Array.from(rows, (row, i) => {
    let best = 0;
    for (let k = 1; k < classes.length; k++)
      if (at(all, i * classes.length + k) > at(all, i * classes.length + best)) best = k;
    return classes[best] === at(table.classes, at(now.y, row)) ? 1 : 0;
  });
}
