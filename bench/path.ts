/**
 * What an update costs by phase, with cached rows and without: the product's own run and judgement over an embedded store in one process,
 * a chain of updates of 3,000 new rows and 200 other labels. `node bench/run.mjs path ROWS ROUNDS [both | cached | plain]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../src/app/config/config.ts';
import { resolveTraining } from '../src/app/config/resolveTraining.ts';
import { Registry } from '../src/app/registry/registry.ts';
import { systemClock } from '../src/app/training/clock.ts';
import { runTraining } from '../src/app/training/runTraining.ts';
import { at } from '../src/base/assert.ts';
import type { RunEvent } from '../src/data/run.ts';
import type { Store } from '../src/data/store.ts';
import { KeptDeltas } from '../src/engine/keptDeltas.ts';
import { RowCache } from '../src/engine/rowCache/rowCache.ts';
import { EmbeddedStore } from '../src/stores/embedded/store.ts';
import { createTrainer } from '../src/train/trainer.ts';
import { makeRows, width } from './teacher.ts';

const [rowsText = '100000', roundsText = '6', ways = 'both'] = process.argv.slice(2);
const [size, rounds] = [Number(rowsText), Number(roundsText)];
const fresh = 3_000;
const fixes = 200;
const table = { database: 'bench', table: 'rows' };
const features = Array.from({ length: width }, (_, i) => `x${i}`);
const names = ['id', ...features, 'label'];
const forever = new AbortController().signal;

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function fill(store: EmbeddedStore): Promise<void> {
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
async function change(store: Store, round: number): Promise<void> {
  const first = size + round * fresh;
  const shifted = features.map((name) => `${name} + 0.01`).join(', ');
  const from = 1_000 * round;
  await store.write([
    {
      sql: `INSERT INTO bench.rows (${names.join(', ')}) SELECT id - ${from} + ${first}, ${shifted}, label FROM bench.rows WHERE id >= ${from} AND id < ${from + fresh}`,
      values: [],
    },
    {
      sql: `UPDATE bench.rows SET label = (label + 1) % 5 WHERE id >= ${40_000 + fixes * round} AND id < ${40_000 + fixes * (round + 1)}`,
      values: [],
    },
  ]);
}

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

const median = (list: readonly number[]): number =>
  at(
    [...list].sort((a, b) => a - b),
    Math.floor(list.length / 2),
  );

/** A lineage of updates; what each phase of an update cost. */
async function chain(isCached: boolean): Promise<Map<string, Cost[]>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-path-'));
  const own = EmbeddedStore.open({ path: path.join(folder, 'store.db'), readOnly: false, create: true });
  const costs = new Map<string, Cost[]>();
  try {
    await fill(own);
    const deltas = new KeptDeltas(own);
    const settings = { folder: path.join(folder, 'store.db.rows'), maxBytes: 8e9, secret: Buffer.alloc(32) };
    const cache = isCached ? new RowCache(own, (request, signal) => deltas.read(request, signal), settings) : null;
    const store = new Proxy<Store>(own, {
      get(target, name: keyof Store) {
        if (cache && name === 'readRows') return cache.readRows.bind(cache);
        if (cache && name === 'readDelta') return deltas.read.bind(deltas);
        const value = target[name] as (...all: unknown[]) => unknown;
        return value.bind(target);
      },
    });
    const text = `{"connections":{"local":{"kind":"embedded","path":"store.db"}},"trainings":{"w":{"connection":"local","table":"bench.rows","label":"label","learner":"mlp"}}}`;
    const training = await resolveTraining(readConfig(text, 'deltatrain.json'), 'w', store);
    const bench = { store, registry: new Registry(store), trainer: createTrainer(), clock: systemClock };
    const workbench = { ...bench, owner: 'bench', toolVersion: '0' };
    for (let round = 0; round <= rounds; round++) {
      if (round > 0) await change(own, round);
      let [phase, since, cpu] = ['start', performance.now(), cpuNow()];
      const [began, beganCpu] = [since, cpu];
      const kind = round === 0 ? 'full fit: ' : '';
      const note = (name: string, cost: Cost): void => void costs.set(name, [...(costs.get(name) ?? []), cost]);
      const on = (event: RunEvent): void => {
        if (event.kind !== 'phase') return;
        const [now, used] = [performance.now(), cpuNow()];
        note(kind + phase, { wall: now - since, cpu: used - cpu });
        [phase, since, cpu] = [event.phase, now, used];
      };
      const { model, sentence } = await runTraining(
        { training, mode: round === 0 ? 'full' : 'delta' },
        workbench,
        forever,
        on,
      );
      note(kind + phase, { wall: performance.now() - since, cpu: cpuNow() - cpu });
      note(`${kind}whole`, { wall: performance.now() - began, cpu: cpuNow() - beganCpu });
      if (!model) throw new Error(sentence);
      if (model.status === 'held') await bench.registry.approve(model, model.judgement?.data.hash ?? '');
      if (round === rounds)
        console.log(
          `rows touched ${model.cost.rows.delta} + ${model.cost.rows.replayed}, test rows ${model.metrics.n}, weights ${model.weightsSha256.slice(0, 12)}, ${model.status}`,
        );
      await cache?.settle();
    }
    if (cache)
      console.log(
        `cached ${(cache.bytes() / 1e6).toFixed(0)} MB; most memory ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`,
      );
    cache?.close();
  } finally {
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return costs;
}

async function main(): Promise<void> {
  for (const isCached of ways === 'both' ? [true, false] : [ways === 'cached']) {
    console.log(
      `${size} rows, ${rounds} updates, ${isCached ? 'cached rows' : 'no cached rows'}: milliseconds by the clock, of the processor`,
    );
    for (const [name, list] of await chain(isCached))
      console.log(
        `  ${name.padEnd(20)} ${median(list.map(({ wall }) => wall))
          .toFixed(0)
          .padStart(7)} ${median(list.map(({ cpu }) => cpu))
          .toFixed(0)
          .padStart(7)}  ${list.map(({ wall }) => wall.toFixed(0)).join(' ')}`,
      );
  }
}

void main();
