/** A real store in a temporary folder with a table to train on, and everything that the use cases need around it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/app/training/clock.ts';
import { readConfig } from '../../../src/app/config/config.ts';
import type { KeptSnapshot } from '../../../src/app/training/lease/keptSnapshot.ts';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import type { TrainRequest } from '../../../src/app/training/runStart.ts';
import type { Workbench } from '../../../src/app/training/workbench.ts';
import type { RunEvent, RunOutcome } from '../../../src/data/run.ts';
import type { Store } from '../../../src/data/store.ts';
import type { Training } from '../../../src/data/training.ts';
import type { Trainer } from '../../../src/data/trainer.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { FakeTrainer } from './fakeTrainer.ts';

/** A clock that only a test moves. */
export class HandClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #waiting: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== entry);
    };
  }

  move(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter((one) => one.at <= this.#now);
    this.#waiting = this.#waiting.filter((one) => one.at > this.#now);
    for (const one of due) one.run();
  }
}

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export function openStore(path = join(temporaryFolder(), 'store.db')): EmbeddedStore {
  const store = EmbeddedStore.open({ path, readOnly: false, create: true });
  onTestFinished(() => store.close());
  return store;
}

/** One training of `shop.samples (id, x, colour, label)`. */
export const configText = (more = ''): string => `{
  "connections": { "local": { "kind": "embedded", "path": "store.db" } },
  "trainings": { "samples": { "connection": "local", "table": "shop.samples", "label": "label"${more} } }
}`;

/** Rows `from` … `to`-1; every fifth is "b". */
export async function insertSamples(store: Store, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  const values = rows.map(
    (id) => `(${id}, ${id / 10}, '${id % 3 === 0 ? 'red' : 'blue'}', '${id % 5 === 0 ? 'b' : 'a'}')`,
  );
  await queryRows(store, `INSERT INTO shop.samples VALUES ${values.join(', ')}`);
}

export async function createSamples(store: Store, rows: number): Promise<void> {
  await queryRows(store, 'CREATE DATABASE shop');
  await queryRows(
    store,
    'CREATE TABLE shop.samples (id INT PRIMARY KEY, x DOUBLE, colour VARCHAR(10), label VARCHAR(10))',
  );
  if (rows > 0) await insertSamples(store, 0, rows);
}

export const sql = (store: Store, text: string) => queryRows(store, text);

export interface Bench<S extends Store = EmbeddedStore> {
  readonly store: S;
  readonly registry: Registry;
  readonly trainer: FakeTrainer;
  readonly clock: HandClock;
  readonly workbench: Workbench;
  training(more?: string): Promise<Training>;
  run(
    mode: 'delta' | 'full',
    options?: {
      snapshot?: NonNullable<TrainRequest['snapshot']>;
      signal?: AbortSignal;
      on?: (event: RunEvent) => void;
      more?: string;
      registry?: Registry;
    },
  ): Promise<RunOutcome>;
  snapshotNames(): Promise<string[]>;
}

/** A snapshot as an interrupted run remembers it. */
export async function keptSnapshot(store: EmbeddedStore, name: string): Promise<KeptSnapshot> {
  const found = (await store.snapshots()).find((one) => one.name === name);
  if (!found) throw new Error(`no snapshot ${name}`);
  return { name, createdAt: found.createdAt, own: true };
}

/** With `rows` samples and no model yet. */
export async function openBench(rows = 400): Promise<Bench> {
  const store = openStore();
  await createSamples(store, rows);
  return benchOf(store);
}

/** What a run of a person goes by, over a store and a new registry in it, with our own learners. */
export const workbenchOf = <S extends Store>(store: S, trainer: Trainer = createTrainer()) => ({
  store,
  registry: new Registry(store),
  trainer,
  clock: new HandClock(),
  owner: 'ann',
  toolVersion: '0',
});

export function benchOf<S extends Store>(store: S): Bench<S> {
  const registry = new Registry(store);
  const trainer = new FakeTrainer();
  const clock = new HandClock();
  const workbench: Workbench = { store, registry, trainer, clock, owner: 'ann@laptop', toolVersion: '0.0.0' };
  const training = (more = ''): Promise<Training> =>
    resolveTraining(readConfig(configText(more), 'deltatrain.json'), 'samples', store);
  return {
    store,
    registry,
    trainer,
    clock,
    workbench,
    training,
    async run(mode, options = {}) {
      const request = {
        training: await training(options.more),
        mode,
        ...(options.snapshot && { snapshot: options.snapshot }),
      };
      const signal = options.signal ?? new AbortController().signal;
      const using = { ...workbench, registry: options.registry ?? registry };
      return runTraining(request, using, signal, options.on ?? (() => {}));
    },
    snapshotNames: async () => (await store.snapshots()).map((one) => one.name).sort(),
  };
}
