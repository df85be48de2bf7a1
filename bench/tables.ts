/**
 * What a database of many tables costs to pin, to restore after a change in every tenth of them, and to restore again after every
 * one was changed: `npm run bench tables` (how many: `DELTATRAIN_BENCH_TABLES=300,600,1200`). The times must grow as the tables do.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from '../src/stores/embedded/store.ts';
import { median, processorMs } from './support/timing.ts';

const sizes = (process.env['DELTATRAIN_BENCH_TABLES'] ?? '300,600,1200').split(',').map(Number);
const rounds = Number(process.env['DELTATRAIN_BENCH_ROUNDS'] ?? 7);
const target = { level: 'database', database: 'many' } as const;

async function fill(store: EmbeddedStore, tables: number): Promise<void> {
  await store.write([{ sql: 'CREATE DATABASE many', values: [] }]);
  const names = Array.from({ length: tables }, (_, i) => `many.t${i}`);
  await store.write(
    names.flatMap((name) => [
      { sql: `CREATE TABLE ${name} (id BIGINT PRIMARY KEY, x DOUBLE, y VARCHAR(20))`, values: [] },
      { sql: `INSERT INTO ${name} VALUES (1, 1.5, 'a'), (2, 2.5, 'b')`, values: [] },
    ]),
  );
}

const change = (store: EmbeddedStore, tables: number, every: number): Promise<unknown> =>
  store.write(
    Array.from({ length: Math.ceil(tables / every) }, (_, i) => ({
      sql: `UPDATE many.t${i * every} SET x = x + 1 WHERE id = 1`,
      values: [],
    })),
  );

async function restore(store: EmbeddedStore, to: string, safety: string): Promise<void> {
  await store.restore(await store.previewRestore(target, to), safety);
}

async function measure(tables: number): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-tables-'));
  const store = EmbeddedStore.open({ path: join(folder, 'many.db'), readOnly: false, create: true });
  const figures = new Map<string, number>();
  try {
    figures.set('making and filling the tables', await processorMs(() => fill(store, tables)));
    figures.set('first snapshot of the database', await processorMs(() => store.createSnapshot('v1', target)));
    figures.set('second snapshot', await processorMs(() => store.createSnapshot('v2', target)));
    await change(store, tables, 10);
    figures.set('restore: a tenth of the tables changed', await processorMs(() => restore(store, 'v2', 'safe1')));
    await change(store, tables, 1);
    figures.set('restore: every table changed', await processorMs(() => restore(store, 'v2', 'safe2')));
    const drops = Array.from({ length: tables / 10 }, (_, i) => ({ sql: `DROP TABLE many.t${i}`, values: [] }));
    figures.set('dropping a tenth of the tables', await processorMs(() => store.write(drops)));
    figures.set('restore: a tenth of the tables dropped', await processorMs(() => restore(store, 'v2', 'safe3')));
    figures.set('deleting a snapshot', await processorMs(() => store.dropSnapshot('safe2')));
    return figures;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const measured = new Map<number, Map<string, number[]>>(sizes.map((size) => [size, new Map()]));
  for (let round = 0; round < rounds; round++)
    for (const size of sizes)
      for (const [name, value] of await measure(size)) {
        const kept = measured.get(size) as Map<string, number[]>;
        kept.set(name, [...(kept.get(name) ?? []), value]);
      }
  const first = sizes[0] ?? 0;
  const last = sizes.at(-1) ?? 0;
  console.log(`| processor ms | ${sizes.map((size) => `${size} tables`).join(' | ')} | ${last} : ${first} |`);
  console.log(`| --- |${' ---: |'.repeat(sizes.length + 1)}`);
  for (const name of measured.get(first)?.keys() ?? []) {
    const of = (size: number): readonly number[] => measured.get(size)?.get(name) ?? [];
    const values = sizes.map((size) => median(of(size)));
    // Of the two of one round: what else the machine does goes up and down more slowly than that.
    const ratio = median(of(last).map((value, round) => value / (of(first)[round] ?? value)));
    console.log(`| ${name} | ${values.map((value) => value.toFixed(0)).join(' | ')} | ×${ratio.toFixed(1)} |`);
  }
}

void main();
