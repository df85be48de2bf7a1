/** A shop whose rows can be split by customer, day, a column or a table of their own; and what a model's split makes of them. */
import { expect } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import type { TrainRequest } from '../../../src/app/training/runStart.ts';
import { storeRows } from '../../../src/app/training/rows/rowSets.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import type { Workbench } from '../../../src/app/training/workbench.ts';
import { at } from '../../../src/base/assert.ts';
import type { Model } from '../../../src/data/model.ts';
import { cellAt } from '../../../src/data/page.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import { ownHash } from '../../../src/data/splitting/sides.ts';
import type { Store } from '../../../src/data/store.ts';
import type { Training } from '../../../src/data/training.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { HandClock, openStore, sql } from './bench.ts';

const forever = new AbortController().signal;

const day = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);

/** Visits of 200 customers over a year; who bought follows from `age` but for a little. */
const visit = (id: number): string => {
  const age = 20 + ((id * 37) % 50);
  const bought = age > 45 !== (id % 17 === 0) ? 'yes' : 'no';
  return `(${id}, ${id % 200}, '${day(id % 365)}', ${age}, '${['a', 'b', 'c', 'test', 'val'][id % 5]}', '${bought}')`;
};

const realBench = (store: Store): Workbench => ({
  ...{ store, registry: new Registry(store), trainer: createTrainer(), clock: new HandClock() },
  ...{ owner: 'ann', toolVersion: '0' },
});

/** Visits, in an embedded store where no other is given, and runs over them by a split. */
export async function openShop(store: Store = openStore(), workbench = realBench(store), rows = 2_000) {
  await sql(store, 'CREATE DATABASE shop');
  await sql(
    store,
    'CREATE TABLE shop.v (id INT PRIMARY KEY, customer INT, day DATE, age INT, part VARCHAR(10), bought VARCHAR(5))',
  );
  const insert = (from: number, to: number) =>
    sql(store, `INSERT INTO shop.v VALUES ${Array.from({ length: to - from }, (_, i) => visit(from + i)).join(', ')}`);
  await insert(0, rows);
  const { registry } = workbench;
  const training = (split: object | undefined, more: object = {}): Promise<Training> => {
    const of = {
      ...{ connection: 'local', table: 'shop.v', label: 'bought', features: ['age'], learner: 'linear' },
      ...(split && { split }),
      ...more,
    };
    return resolveTraining(readConfig(JSON.stringify({ trainings: { v: of } }), 'deltatrain.json'), 'v', store);
  };
  const run = async (
    mode: 'full' | 'delta',
    split: object | undefined,
    more: object = {},
    how: Pick<TrainRequest, 'snapshot' | 'onSuspect'> = {},
  ): Promise<RunOutcome> =>
    runTraining({ training: await training(split, more), mode, ...how }, workbench, forever, () => {});
  return { store, registry, workbench, training, run, insert };
}

/** What `openShop` opens. */
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The model that a run ended with. */
export function modelOf(outcome: RunOutcome): Model {
  if (!outcome.model) throw new Error(outcome.sentence);
  return outcome.model;
}

/** The values of a column on each side of a model's split. */
export async function sidesOf({ store }: Shop, model: Model, column: string) {
  const places = { store, table: { database: 'shop', table: 'v' }, key: ['id'], at: atSnapshot(model.snapshot.name) };
  const rows = storeRows(
    { ...places, base: model.base?.name ?? null },
    { ...model.plan, slices: [column], replay: null },
  );
  const sides = { train: new Set<unknown>(), validation: new Set<unknown>(), test: new Set<unknown>() };
  const hashes = new Set<string>();
  let count = 0;
  for (const set of ['train', 'validation', 'test'] as const) {
    let last = '';
    for await (const page of rows.read(set, forever, { hashes: true })) {
      const cells = at(
        page.cells,
        page.columns.findIndex(({ name }) => name === column),
      );
      for (let i = 0; i < page.rows; i++) sides[set].add(cellAt(cells, i));
      for (const hash of page.hashes ?? []) {
        expect(hash > last).toBe(true);
        last = hash;
        hashes.add(ownHash(hash));
        count += 1;
      }
    }
  }
  return { ...sides, rows: count, different: hashes.size };
}
