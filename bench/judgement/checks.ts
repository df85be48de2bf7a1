/**
 * What a check before training takes: 3,200 changed rows of a table of 100,000 and of a million, by the product's own store, cache and
 * trainer in one process, as it is when the panel asks. The first one opens the cached rows; the next ones find them open.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../../src/app/config/config.ts';
import { resolveTraining } from '../../src/app/config/resolveTraining.ts';
import { checkDelta } from '../../src/app/models/checkDelta.ts';
import { Registry } from '../../src/app/registry/registry.ts';
import { systemClock } from '../../src/app/training/clock.ts';
import { runTraining } from '../../src/app/training/runTraining.ts';
import { at } from '../../src/base/assert.ts';
import type { Store } from '../../src/data/store.ts';
import { live } from '../../src/data/version.ts';
import { KeptDeltas } from '../../src/engine/keptDeltas.ts';
import { RowCache } from '../../src/engine/rowCache/rowCache.ts';
import { EmbeddedStore } from '../../src/stores/embedded/store.ts';
import { createTrainer } from '../../src/train/trainer.ts';
import { makeRows, width } from '../teacher.ts';

const table = { database: 'bench', table: 'rows' };
const features = Array.from({ length: width }, (_, i) => `x${i}`);
const names = ['id', ...features, 'label'];
const fresh = 3_000;
const fixes = 200;
const times = 5;
const forever = new AbortController().signal;

async function fill(store: EmbeddedStore, size: number): Promise<void> {
  for await (const _ of store.query({ sql: 'CREATE DATABASE bench' }));
  const columns = [
    { name: 'id', type: 'INT', nullable: false },
    ...features.map((name) => ({ name, type: 'DOUBLE', nullable: true })),
    { name: 'label', type: 'INT', nullable: true },
  ];
  const load = { table, columns, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null } as const;
  const pieces = async function* () {
    for (let start = 0; start < size; start += 50_000) {
      const rows = makeRows(`path:${start}`, Math.min(50_000, size - start));
      for (let i = 0; i < rows.length; i += 5_000)
        yield {
          rows: rows.slice(i, i + 5_000).map(({ id, values, label }) => [start + id, ...values, label]),
          lines: null,
        };
    }
  };
  await store.load(load, pieces());
}

/** New rows that are old ones with a little shift, and other labels of some. */
const change = (store: Store, size: number): Promise<unknown> =>
  store.write([
    {
      sql: `INSERT INTO bench.rows (${names.join(', ')}) SELECT id + ${size}, ${features.map((name) => `${name} + 0.01`).join(', ')}, label FROM bench.rows WHERE id < ${fresh}`,
      values: [],
    },
    { sql: `UPDATE bench.rows SET label = (label + 1) % 5 WHERE id >= 40000 AND id < ${40_000 + fixes}`, values: [] },
  ]);

/** The store as the engine's process has it: with the deltas and the rows that it keeps. */
function engineOf(own: EmbeddedStore, folder: string): { readonly store: Store; readonly close: () => void } {
  const deltas = new KeptDeltas(own);
  const settings = { folder: path.join(folder, 'store.db.rows'), maxBytes: 8e9, secret: Buffer.alloc(32) };
  const cache = new RowCache(own, (request, signal) => deltas.read(request, signal), settings);
  const store = new Proxy<Store>(own, {
    get(target, name: keyof Store) {
      if (name === 'readRows') return cache.readRows.bind(cache);
      if (name === 'readDelta') return deltas.read.bind(deltas);
      const value = target[name] as (...all: unknown[]) => unknown;
      return value.bind(target);
    },
  });
  return { store, close: () => cache.close() };
}

interface Cost {
  readonly clock: number;
  readonly processor: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return { clock: performance.now() - began, processor: (user + system) / 1_000 };
}

async function ofSize(size: number): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-checks-'));
  const own = EmbeddedStore.open({ path: path.join(folder, 'store.db'), readOnly: false, create: true });
  try {
    await fill(own, size);
    const { store, close } = engineOf(own, folder);
    const told = { connection: 'local', table: 'bench.rows', label: 'label', learner: 'mlp', options: { epochs: 2 } };
    const config = { connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings: { w: told } };
    const training = await resolveTraining(readConfig(JSON.stringify(config), 'deltatrain.json'), 'w', store);
    const bench = { store, registry: new Registry(store), trainer: createTrainer(), clock: systemClock };
    const workbench = { ...bench, owner: 'bench', toolVersion: '0' };
    const { model, sentence } = await runTraining({ training, mode: 'full' }, workbench, forever, () => {});
    if (!model) throw new Error(sentence);
    await change(own, size);
    const verdicts = new Set<string>();
    const costs: Cost[] = [];
    for (let i = 0; i < times; i++)
      costs.push(
        await costOf(async () => {
          const { result } = await checkDelta({ training, from: null, to: live }, workbench, forever);
          verdicts.add(
            `${result.data.verdict}, ${result.data.kinds.inserted} new, ${result.data.kinds.labels} other labels`,
          );
        }),
      );
    const list = (of: keyof Cost): string => costs.map((cost) => cost[of].toFixed(0)).join(', ');
    console.log(`${size} rows: ms by the clock ${list('clock')}; of the processor ${list('processor')}`);
    console.log(`  ${[...verdicts].join('; ')}; load ${at(loadavg(), 0).toFixed(0)}`);
    close();
  } finally {
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tables and seeds are its own. */
export async function checks(): Promise<void> {
  for (const size of [100_000, 1_000_000]) await ofSize(size);
}
